package trust

import (
	"crypto/elliptic"
	"math/big"
	"sync"

	"github.com/jsign-jp/jsign/internal/der"
)

// curve is y² = x³ + ax + b over a prime field, with a base point of prime
// order n. Only public values are computed with: the arithmetic need not take
// constant time.
type curve struct {
	name             string
	oid              OID
	p, a, b, x, y, n *big.Int
	std              elliptic.Curve // the standard library's, when it has it
}

// curves reads the table once.
var curves = sync.OnceValue(func() []*curve {
	var list []*curve
	for _, t := range curveTexts() {
		list = append(list, &curve{
			name: t.name, oid: t.oid, std: standardCurve(t.oid),
			p: hexInt(t.p), a: hexInt(t.a), b: hexInt(t.b), x: hexInt(t.x), y: hexInt(t.y), n: hexInt(t.n),
		})
	}
	return list
})

func hexInt(s string) *big.Int {
	n, _ := new(big.Int).SetString(s, 16)
	return n
}

func standardCurve(oid OID) elliptic.Curve {
	switch oid {
	case der.CurveP224:
		return elliptic.P224()
	case der.CurveP256:
		return elliptic.P256()
	case der.CurveP384:
		return elliptic.P384()
	case der.CurveP521:
		return elliptic.P521()
	}
	return nil
}

func curveByOID(oid OID) *curve {
	for _, c := range curves() {
		if c.oid == oid {
			return c
		}
	}
	return nil
}

// explicitCurve finds the named curve that ECParameters spell out (SEC 1, C.2);
// nil when there is none.
func explicitCurve(in input) *curve {
	if _, ok := in.take(der.TagInteger); !ok {
		return nil
	}
	field, ok := in.take(der.TagSequence)
	if !ok {
		return nil
	}
	field.content.take(der.TagOID)
	prime, ok := field.content.take(der.TagInteger)
	if !ok {
		return nil
	}
	coefficients, ok := in.take(der.TagSequence)
	if !ok {
		return nil
	}
	a, ok1 := coefficients.content.take(der.TagOctetString)
	b, ok2 := coefficients.content.take(der.TagOctetString)
	base, ok3 := in.take(der.TagOctetString)
	order, ok4 := in.take(der.TagInteger)
	if !ok1 || !ok2 || !ok3 || !ok4 {
		return nil
	}
	for _, c := range curves() {
		if equalInt(c.p, prime) && equalInt(c.a, a) && equalInt(c.b, b) && equalInt(c.n, order) && c.isBase(base.content) {
			return c
		}
	}
	return nil
}

func equalInt(n *big.Int, e element) bool {
	return len(e.content) <= maxInteger && n.Cmp(new(big.Int).SetBytes(e.content)) == 0
}

func (c *curve) isBase(encoded []byte) bool {
	x, y, ok := c.point(encoded)
	return ok && x.Cmp(c.x) == 0 && y.Cmp(c.y) == 0
}

// point decodes a point (SEC 1, 2.3.4): uncompressed, compressed or hybrid. ok is
// false when it is not on the curve; the point at infinity is none.
func (c *curve) point(b []byte) (x, y *big.Int, ok bool) {
	size := (c.p.BitLen() + 7) / 8
	if len(b) == 0 {
		return nil, nil, false
	}
	switch form := b[0]; {
	case form == 2 || form == 3:
		if len(b) != 1+size {
			return nil, nil, false
		}
		x = new(big.Int).SetBytes(b[1:])
		return c.decompress(x, uint(form&1))
	case form == 4 || form == 6 || form == 7:
		if len(b) != 1+2*size {
			return nil, nil, false
		}
		x, y = new(big.Int).SetBytes(b[1:1+size]), new(big.Int).SetBytes(b[1+size:])
		return x, y, c.onCurve(x, y) && (form == 4 || uint(form&1) == y.Bit(0))
	}
	return nil, nil, false
}

func (c *curve) decompress(x *big.Int, odd uint) (_, y *big.Int, ok bool) {
	if x.Cmp(c.p) >= 0 {
		return nil, nil, false
	}
	y = new(big.Int).ModSqrt(c.polynomial(x), c.p)
	if y == nil {
		return nil, nil, false
	}
	if y.Bit(0) != odd {
		y.Sub(c.p, y)
	}
	return x, y, c.onCurve(x, y)
}

// polynomial returns x³ + ax + b.
func (c *curve) polynomial(x *big.Int) *big.Int {
	v := new(big.Int).Mul(x, x)
	v.Add(v, c.a).Mul(v, x).Add(v, c.b)
	return v.Mod(v, c.p)
}

func (c *curve) onCurve(x, y *big.Int) bool {
	if x.Cmp(c.p) >= 0 || y.Cmp(c.p) >= 0 {
		return false
	}
	v := new(big.Int).Mul(y, y)
	return v.Mod(v, c.p).Cmp(c.polynomial(x)) == 0
}

// verify checks an ECDSA signature (SEC 1, 4.1.4).
func (c *curve) verify(x, y *big.Int, digest []byte, r, s *big.Int) bool {
	if r.Sign() <= 0 || s.Sign() <= 0 || r.Cmp(c.n) >= 0 || s.Cmp(c.n) >= 0 {
		return false
	}
	w := new(big.Int).ModInverse(s, c.n)
	u1 := c.hashToInt(digest)
	u1.Mul(u1, w).Mod(u1, c.n)
	u2 := new(big.Int).Mul(r, w)
	u2.Mod(u2, c.n)
	v := c.add(c.multiply(u1, c.x, c.y), c.multiply(u2, x, y))
	ax := c.affineX(v)
	return ax != nil && ax.Mod(ax, c.n).Cmp(r) == 0
}

// hashToInt takes the leftmost bits of a digest, as many as n has.
func (c *curve) hashToInt(digest []byte) *big.Int {
	e := new(big.Int).SetBytes(digest)
	if excess := 8*len(digest) - c.n.BitLen(); excess > 0 {
		e.Rsh(e, uint(excess))
	}
	return e
}

// jacobian is a point (X/Z², Y/Z³); Z = 0 is the point at infinity.
type jacobian struct{ x, y, z *big.Int }

func infinity() jacobian { return jacobian{new(big.Int), big.NewInt(1), new(big.Int)} }

func (c *curve) affineX(p jacobian) *big.Int {
	if p.z.Sign() == 0 {
		return nil
	}
	zz := new(big.Int).ModInverse(new(big.Int).Mul(p.z, p.z), c.p)
	x := new(big.Int).Mul(p.x, zz)
	return x.Mod(x, c.p)
}

func (c *curve) multiply(k, x, y *big.Int) jacobian {
	base := jacobian{x, y, big.NewInt(1)}
	r := infinity()
	for i := k.BitLen() - 1; i >= 0; i-- {
		r = c.double(r)
		if k.Bit(i) == 1 {
			r = c.add(r, base)
		}
	}
	return r
}

func (c *curve) mul(a, b *big.Int) *big.Int {
	v := new(big.Int).Mul(a, b)
	return v.Mod(v, c.p)
}

func (c *curve) sub(a, b *big.Int) *big.Int {
	v := new(big.Int).Sub(a, b)
	return v.Mod(v, c.p)
}

// double uses the formulas for any a.
func (c *curve) double(p jacobian) jacobian {
	if p.z.Sign() == 0 || p.y.Sign() == 0 {
		return infinity()
	}
	yy, zz := c.mul(p.y, p.y), c.mul(p.z, p.z)
	s := c.mul(new(big.Int).Lsh(p.x, 2), yy)
	m := c.mul(big.NewInt(3), c.mul(p.x, p.x))
	m.Add(m, c.mul(c.a, c.mul(zz, zz)))
	x := c.sub(c.mul(m, m), new(big.Int).Lsh(s, 1))
	y := c.sub(c.mul(m, new(big.Int).Sub(s, x)), new(big.Int).Lsh(c.mul(yy, yy), 3))
	return jacobian{x, y, c.mul(new(big.Int).Lsh(p.y, 1), p.z)}
}

func (c *curve) add(p, q jacobian) jacobian {
	if p.z.Sign() == 0 {
		return q
	}
	if q.z.Sign() == 0 {
		return p
	}
	pzz, qzz := c.mul(p.z, p.z), c.mul(q.z, q.z)
	u1, u2 := c.mul(p.x, qzz), c.mul(q.x, pzz)
	s1, s2 := c.mul(p.y, c.mul(q.z, qzz)), c.mul(q.y, c.mul(p.z, pzz))
	h, r := c.sub(u2, u1), c.sub(s2, s1)
	if h.Sign() == 0 {
		if r.Sign() == 0 {
			return c.double(p)
		}
		return infinity()
	}
	hh := c.mul(h, h)
	hhh, v := c.mul(h, hh), c.mul(u1, hh)
	x := c.sub(c.sub(c.mul(r, r), hhh), new(big.Int).Lsh(v, 1))
	y := c.sub(c.mul(r, new(big.Int).Sub(v, x)), c.mul(s1, hhh))
	return jacobian{x, y, c.mul(h, c.mul(p.z, q.z))}
}
