package trust

import (
	"crypto"

	"github.com/jsign-jp/jsign/internal/der"
)

// VerifyValue checks a signature value whose hash h is named beside its algorithm,
// as a CMS signer's is (RFC 5652, 5.3). message is what was signed, nil where it is
// too large to be held, and digest its digest by h. The key chooses the algorithm,
// and of the identifier a only what RSA keys need is looked at, as OpenSSL does. A
// wrong value is a *SignatureError.
func (k *PublicKey) VerifyValue(a der.AlgorithmIdentifier, h crypto.Hash, message, digest, value []byte) error {
	switch k.Algorithm {
	case KeyRSA, KeyRSAPSS:
		return k.verifyRSA(a, h, digest, value)
	case KeyEC:
		return k.VerifyECDSA(digest, value)
	case KeyDSA:
		return k.VerifyDSA(digest, value)
	case KeyEd25519:
		if message != nil {
			return k.VerifyEd25519(message, value)
		}
		// RFC 8419, 3.2 would have the whole content signed, which is nowhere
		// held in memory.
	}
	return unsuited()
}

func (k *PublicKey) verifyRSA(a der.AlgorithmIdentifier, h crypto.Hash, digest, value []byte) error {
	switch {
	case a.Algorithm == der.RSASSAPSS:
		p, err := der.ParsePSSParameters(a.Parameters)
		if err != nil {
			return unsuited(rsaEntry(reasonPSSParameters))
		}
		if p.Hash != h { // RFC 4056, 3
			return unsuited(rsaEntry(reasonPSSDigest))
		}
		return k.VerifyPSS(p, digest, value)
	case k.Algorithm == KeyRSAPSS:
		return unsuited(rsaEntry(reasonIllegalPadding))
	case a.Algorithm != der.RSAEncryption && !isRSAWithHash(a.Algorithm):
		return unsuited()
	}
	return k.VerifyPKCS1(h, digest, value)
}

// isRSAWithHash tells the identifiers of RSASSA-PKCS1-v1_5 with a hash.
func isRSAWithHash(algorithm der.OID) bool {
	switch algorithm {
	case der.MD5WithRSA, der.SHA1WithRSA, der.SHA224WithRSA, der.SHA256WithRSA, der.SHA384WithRSA, der.SHA512WithRSA,
		der.RSAWithSHA3_224, der.RSAWithSHA3_256, der.RSAWithSHA3_384, der.RSAWithSHA3_512,
		der.RIPEMD160WithRSA, der.SHA512_224WithRSA, der.SHA512_256WithRSA:
		return true
	}
	return false
}
