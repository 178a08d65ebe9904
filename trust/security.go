package trust

import (
	"crypto"
	"math"

	"github.com/jsign-jp/jsign/internal/der"
)

// minimumSecurity returns the security bits that an authentication level asks
// for, as OpenSSL's -auth_level: 1 to 5, higher ones as 5.
func minimumSecurity(level int) int {
	switch {
	case level <= 0:
		return 0
	case level == 1:
		return 80
	case level == 2:
		return 112
	case level == 3:
		return 128
	case level == 4:
		return 192
	}
	return 256
}

// factoringSecurity estimates the strength of RSA and DSA moduli (FIPS 140-2
// implementation guidance 7.5; SP 800-56B rev. 2, appendix D), rounded to
// multiples of 8 and capped at the standard's table as OpenSSL does.
func factoringSecurity(bits int) int {
	switch bits {
	case 2048:
		return 112
	case 3072:
		return 128
	case 4096:
		return 152
	case 6144:
		return 176
	case 7680:
		return 192
	case 8192:
		return 200
	case 15360:
		return 256
	}
	if bits < 8 {
		return 0
	}
	x := float64(bits) * math.Ln2
	e := (1.923*math.Cbrt(x*math.Log(x)*math.Log(x)) - 4.69) / math.Ln2
	limit := 1200
	if bits <= 7680 {
		limit = 192
	} else if bits <= 15360 {
		limit = 256
	}
	return min((int(e)+4)&^7, limit)
}

// curveSecurity is half the order's size, in the standard's steps.
func curveSecurity(order int) int {
	switch {
	case order >= 512:
		return 256
	case order >= 384:
		return 192
	case order >= 256:
		return 128
	case order >= 224:
		return 112
	case order >= 160:
		return 80
	}
	return order / 2
}

// digestSecurity is half the digest's size in bits, less for broken ones.
func digestSecurity(h crypto.Hash) int {
	switch h {
	case 0:
		return 0
	case crypto.MD5:
		return 39
	case crypto.SHA1:
		return 63
	}
	return h.Size() * 4
}

// signatureSecurity returns the security bits of a signature algorithm; ok is
// false for an unknown one.
func signatureSecurity(a der.AlgorithmIdentifier) (bits int, ok bool) {
	alg, ok := signatureAlgorithm(a.Algorithm)
	if !ok {
		return 0, false
	}
	switch alg.key {
	case KeyEd25519:
		return 128, true
	case KeyEd448:
		return 224, true
	case KeyRSAPSS:
		p, err := der.ParsePSSParameters(a.Parameters)
		return digestSecurity(p.Hash), err == nil
	}
	return digestSecurity(alg.hash), true
}
