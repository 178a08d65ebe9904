package trust

import (
	"crypto/elliptic"
	"math/big"
	"sync"

	"github.com/ProtonMail/go-crypto/brainpool"
	"github.com/decred/dcrd/dcrec/secp256k1/v4"

	"github.com/jsign-jp/jsign/internal/der"
)

// curve is y² = x³ + ax + b over a prime field, with a base point of prime
// order n: the numbers, to read points and explicit parameters by, and who computes
// with them. Only public values are: it need not take constant time.
type curve struct {
	name             string
	oid              OID
	p, a, b, x, y, n *big.Int
	group            elliptic.Curve
}

// curves reads the table once.
var curves = sync.OnceValue(func() []*curve {
	var list []*curve
	for _, t := range curveTexts() {
		list = append(list, &curve{
			name: t.name, oid: t.oid, group: group(t.oid),
			p: hexInt(t.p), a: hexInt(t.a), b: hexInt(t.b), x: hexInt(t.x), y: hexInt(t.y), n: hexInt(t.n),
		})
	}
	return list
})

func hexInt(s string) *big.Int {
	n, _ := new(big.Int).SetString(s, 16)
	return n
}

// group returns the arithmetic of a curve: the standard library's, or that of the
// libraries kept for those it has not.
func group(oid OID) elliptic.Curve {
	switch oid {
	case der.CurveSecp256k1:
		//lint:ignore SA1019 one way to verify serves the curves of all libraries
		return secp256k1.S256()
	case curveBrainpoolP256r1:
		return brainpool.P256r1()
	case curveBrainpoolP256t1:
		return brainpool.P256t1()
	case curveBrainpoolP384r1:
		return brainpool.P384r1()
	case curveBrainpoolP384t1:
		return brainpool.P384t1()
	case curveBrainpoolP512r1:
		return brainpool.P512r1()
	case curveBrainpoolP512t1:
		return brainpool.P512t1()
	}
	return der.NamedCurve(oid)
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
