package der

import "crypto/elliptic"

// NamedCurve returns the curve of the standard library that an identifier names (RFC
// 5480, 2.1.1.1), nil for any other.
func NamedCurve(o OID) elliptic.Curve {
	switch o {
	case CurveP224:
		return elliptic.P224()
	case CurveP256:
		return elliptic.P256()
	case CurveP384:
		return elliptic.P384()
	case CurveP521:
		return elliptic.P521()
	}
	return nil
}
