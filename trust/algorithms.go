package trust

import (
	"crypto"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
)

// AlgorithmPolicy says until when weak algorithms count. Of hashes what is compared is
// the time a signature claims to be made: a certificate's notBefore, a CRL's
// thisUpdate. Of keys it is the moment of judgement too. A zero time means never.
type AlgorithmPolicy struct {
	MD5Until       time.Time
	SHA1Until      time.Time
	DSAUntil       time.Time
	RSABitsAlways  int       // moduli of this size or more always count
	RSABitsBefore  int       // smaller ones of this size or more
	RSABeforeUntil time.Time // count until then
}

// DefaultAlgorithms follows NIST SP 800-131A: SHA-1 and 1024-bit moduli until the end
// of 2013, DSA until the end of 2023 (FIPS 186-5), MD5 never.
func DefaultAlgorithms() AlgorithmPolicy {
	return AlgorithmPolicy{
		SHA1Until:      time.Date(2014, 1, 1, 0, 0, 0, 0, time.UTC),
		DSAUntil:       time.Date(2024, 1, 1, 0, 0, 0, 0, time.UTC),
		RSABitsAlways:  2048,
		RSABitsBefore:  1024,
		RSABeforeUntil: time.Date(2014, 1, 1, 0, 0, 0, 0, time.UTC),
	}
}

// Check judges a signature by its algorithm, the key that made it, and the time
// it claims: CodeCADigestTooWeak, CodeCAKeyTooSmall, CodeECKeyExplicitParameters,
// CodeUnsupportedSignatureAlgorithm or OK.
func (p *AlgorithmPolicy) Check(signature der.AlgorithmIdentifier, key *PublicKey, made time.Time) Code {
	alg, ok := signatureAlgorithm(signature.Algorithm)
	if !ok {
		return CodeUnsupportedSignatureAlgorithm
	}
	hash := alg.hash
	if alg.key == KeyRSAPSS {
		pss, err := der.ParsePSSParameters(signature.Parameters)
		if err != nil {
			return CodeUnsupportedSignatureAlgorithm
		}
		hash = pss.Hash
	}
	if hash == crypto.MD5 && !made.Before(p.MD5Until) || hash == crypto.SHA1 && !made.Before(p.SHA1Until) {
		return CodeCADigestTooWeak
	}
	return p.CheckKey(key, made)
}

// KeyUntil returns until when a key counts; ends is false where that is for ever.
func (p *AlgorithmPolicy) KeyUntil(key *PublicKey) (until time.Time, ends bool) {
	switch key.Algorithm {
	case KeyRSA, KeyRSAPSS:
		if key.Bits >= p.RSABitsBefore {
			until = p.RSABeforeUntil
		}
		return until, key.Bits < p.RSABitsAlways
	case KeyDSA:
		return p.DSAUntil, true
	}
	return until, p.CheckKey(key, until) != OK
}

// CheckKey judges a key in use at a time.
func (p *AlgorithmPolicy) CheckKey(key *PublicKey, used time.Time) Code {
	switch key.Algorithm {
	case KeyRSA, KeyRSAPSS:
		if key.Bits < p.RSABitsAlways && (key.Bits < p.RSABitsBefore || !used.Before(p.RSABeforeUntil)) {
			return CodeCAKeyTooSmall
		}
	case KeyDSA:
		if !used.Before(p.DSAUntil) {
			return CodeCAKeyTooSmall
		}
	case KeyEC:
		const minimum = 224
		if key.ExplicitParameters {
			return CodeECKeyExplicitParameters
		}
		if key.Bits < minimum {
			return CodeCAKeyTooSmall
		}
	}
	return OK
}
