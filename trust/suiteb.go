package trust

import "github.com/jsign-jp/jsign/internal/der"

// suiteB is the levels of security that RFC 6460 still allows at a point of the chain.
type suiteB struct{ p256, p384 bool }

func (o *Options) suiteB() suiteB {
	return suiteB{
		p256: o.SuiteB128 || o.SuiteB128Only,
		p384: o.SuiteB128 || o.SuiteB192,
	}
}

// checkSuiteB is RFC 6460 for the whole chain, as OpenSSL does it.
func (v *verification) checkSuiteB() Fault {
	s := v.opt.suiteB()
	asked := s
	if !s.p256 && !s.p384 {
		return Fault{}
	}
	i, code := v.suiteBChain(&s)
	if code == OK {
		return Fault{}
	}
	if (code == CodeSuiteBInvalidSignatureAlgorithm || code == CodeSuiteBLOSNotAllowed) && i > 0 {
		i-- // the fault is the certificate's below
	}
	if code == CodeSuiteBLOSNotAllowed && s != asked {
		code = CodeSuiteBCannotSignP384WithP256
	}
	return at(code, i)
}

func (v *verification) suiteBChain(s *suiteB) (depth int, code Code) {
	const version3 = 3
	below := v.chain[0]
	if below.Version != version3 {
		return 0, CodeSuiteBInvalidVersion
	}
	if code := s.check(below, ""); code != OK {
		return 0, code
	}
	for i, c := range v.chain[1:] {
		if c.Version != version3 {
			return i + 1, CodeSuiteBInvalidVersion
		}
		if code := s.check(c, below.SignatureAlgorithm.Algorithm); code != OK {
			return i + 1, code
		}
		below = c
	}
	return len(v.chain), s.check(below, below.SignatureAlgorithm.Algorithm)
}

// CheckSuiteB judges a CRL's issuer and signature algorithm when Suite B was asked for.
func (o *Options) CheckSuiteB(issuer *Certificate, signature OID) Code {
	s := o.suiteB()
	if !s.p256 && !s.p384 {
		return OK
	}
	return s.check(issuer, signature)
}

// check judges a key and the signature made by it; "" leaves the signature out.
func (s *suiteB) check(c *Certificate, signature OID) Code {
	key, err := c.PublicKey()
	if err != nil || key.Algorithm != KeyEC {
		return CodeSuiteBInvalidAlgorithm
	}
	switch key.curve.oid {
	case der.CurveP384:
		if signature != "" && signature != der.ECDSAWithSHA384 {
			return CodeSuiteBInvalidSignatureAlgorithm
		}
		if !s.p384 {
			return CodeSuiteBLOSNotAllowed
		}
		s.p256 = false // P-256 may not sign for P-384
	case der.CurveP256:
		if signature != "" && signature != der.ECDSAWithSHA256 {
			return CodeSuiteBInvalidSignatureAlgorithm
		}
		if !s.p256 {
			return CodeSuiteBLOSNotAllowed
		}
	default:
		return CodeSuiteBInvalidCurve
	}
	return OK
}
