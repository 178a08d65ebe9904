package verify

import (
	"crypto/sha3"
	"math/big"
	"slices"
)

// Ed448 (RFC 8032, 5.2), for verification only: nothing here is secret, and
// nothing is fast. The curve is x² + y² = 1 + d·x²·y² over p = 2^448 - 2^224 - 1.

const (
	ed448Size  = 57 // of a point and of a scalar
	ed448D     = -39081
	ed448Order = "3fffffffffffffffffffffffffffffffffffffffffffffffffffffff7cca23e9c44edb49aed63690216cc2728dc58f552378c292ab5844f3"
	ed448BaseX = "4f1970c66bed0ded221d15a622bf36da9e146570470f1767ea6de324a3d3a46412ae1af72ab66511433b80e18b00938e2626a82bc70cc05e"
	ed448BaseY = "693f46716eb6bc248876203756c9c7624bea73736ca3984087789c1e05a0c2d73ad3ff1ce67c39c4fdbd132c4ed7c8ad9808795bf230fa14"
)

// ed448 holds the constants of the curve.
type ed448 struct{ p, d, order *big.Int }

// point448 is a point in projective coordinates (5.2.4).
type point448 struct{ x, y, z *big.Int }

func newEd448() *ed448 {
	one := big.NewInt(1)
	p := new(big.Int).Lsh(one, 448)
	p.Sub(p, new(big.Int).Lsh(one, 224)).Sub(p, one)
	return &ed448{p: p, d: new(big.Int).Mod(big.NewInt(ed448D), p), order: hexInteger(ed448Order)}
}

func hexInteger(s string) *big.Int {
	n, _ := new(big.Int).SetString(s, 16)
	return n
}

// verifyEd448 checks a signature over message (5.2.7, no context).
func verifyEd448(key, message, signature []byte) bool {
	c := newEd448()
	if len(signature) != 2*ed448Size || len(key) != ed448Size {
		return false
	}
	a, okA := c.decode(key)
	r, okR := c.decode(signature[:ed448Size])
	s := littleEndian(signature[ed448Size:])
	if !okA || !okR || s.Cmp(c.order) >= 0 {
		return false
	}
	h := sha3.NewSHAKE256()
	for _, part := range [][]byte{[]byte("SigEd448\x00\x00"), signature[:ed448Size], key, message} {
		h.Write(part)
	}
	digest := make([]byte, 2*ed448Size)
	h.Read(digest)
	k := littleEndian(digest)
	base := point448{hexInteger(ed448BaseX), hexInteger(ed448BaseY), big.NewInt(1)}
	return c.equal(c.multiply(s, base), c.add(r, c.multiply(k.Mod(k, c.order), a)))
}

func littleEndian(b []byte) *big.Int {
	b = slices.Clone(b)
	slices.Reverse(b)
	return new(big.Int).SetBytes(b)
}

// decode recovers a point (5.2.3).
func (c *ed448) decode(b []byte) (point448, bool) {
	b = slices.Clone(b)
	sign := b[ed448Size-1] >> 7
	b[ed448Size-1] &= 0x7f
	y := littleEndian(b)
	if y.Cmp(c.p) >= 0 {
		return point448{}, false
	}
	yy := c.mul(y, y)
	u := c.sub(yy, big.NewInt(1))
	v := c.sub(c.mul(c.d, yy), big.NewInt(1))
	inverse := new(big.Int).ModInverse(v, c.p)
	if inverse == nil {
		return point448{}, false
	}
	x := new(big.Int).ModSqrt(c.mul(u, inverse), c.p)
	if x == nil || x.Sign() == 0 && sign == 1 {
		return point448{}, false
	}
	if byte(x.Bit(0)) != sign {
		x = c.sub(c.p, x)
	}
	return point448{x, y, big.NewInt(1)}, true
}

func (c *ed448) mul(a, b *big.Int) *big.Int { n := new(big.Int).Mul(a, b); return n.Mod(n, c.p) }
func (c *ed448) sum(a, b *big.Int) *big.Int { n := new(big.Int).Add(a, b); return n.Mod(n, c.p) }
func (c *ed448) sub(a, b *big.Int) *big.Int { n := new(big.Int).Sub(a, b); return n.Mod(n, c.p) }

// add adds two points, which may be equal (5.2.4).
func (c *ed448) add(p, q point448) point448 {
	a := c.mul(p.z, q.z)
	b := c.mul(a, a)
	xx, yy := c.mul(p.x, q.x), c.mul(p.y, q.y)
	e := c.mul(c.d, c.mul(xx, yy))
	f, g := c.sub(b, e), c.sum(b, e)
	h := c.sub(c.sub(c.mul(c.sum(p.x, p.y), c.sum(q.x, q.y)), xx), yy)
	return point448{c.mul(a, c.mul(f, h)), c.mul(a, c.mul(g, c.sub(yy, xx))), c.mul(f, g)}
}

func (c *ed448) multiply(k *big.Int, p point448) point448 {
	sum := point448{new(big.Int), big.NewInt(1), big.NewInt(1)}
	for i := k.BitLen() - 1; i >= 0; i-- {
		if sum = c.add(sum, sum); k.Bit(i) == 1 {
			sum = c.add(sum, p)
		}
	}
	return sum
}

func (c *ed448) equal(p, q point448) bool {
	return c.mul(p.x, q.z).Cmp(c.mul(q.x, p.z)) == 0 && c.mul(p.y, q.z).Cmp(c.mul(q.y, p.z)) == 0
}
