package verify

import (
	"crypto"
	"errors"

	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/trust"
)

// verifyValue checks a signer's value with the key of its certificate. The
// algorithm follows from the key, and the hash from digestAlgorithm; of
// signatureAlgorithm only what RSA keys need is looked at, as OpenSSL does
// (checkAlgorithms judges the rest). message is what was signed, digest its
// digest by h.
func verifyValue(key *trust.PublicKey, s *cms.SignerInfo, h crypto.Hash, message, digest []byte) Fault {
	switch key.Algorithm {
	case trust.KeyRSA, trust.KeyRSAPSS:
		return verifyRSA(key, s, h, digest)
	case trust.KeyEC:
		return valueFault(key.VerifyECDSA(digest, s.Signature))
	case trust.KeyDSA:
		return valueFault(key.VerifyDSA(digest, s.Signature))
	case trust.KeyEd25519:
		if message == nil {
			// RFC 8419, 3.2 would have the whole content signed, which is nowhere
			// held in memory.
			return Fault{Code: FaultKeyAlgorithm}
		}
		return valueFault(key.VerifyEd25519(message, s.Signature))
	}
	return Fault{Code: FaultKeyAlgorithm}
}

func verifyRSA(key *trust.PublicKey, s *cms.SignerInfo, h crypto.Hash, digest []byte) Fault {
	algorithm := s.SignatureAlgorithm.Algorithm
	switch {
	case algorithm == der.RSASSAPSS:
		return verifyPSS(key, s, h, digest)
	case key.Algorithm == trust.KeyRSAPSS:
		return Fault{Code: FaultKeyAlgorithm, Queue: illegalPadding()}
	case algorithm != der.RSAEncryption && !isRSAWithHash(algorithm):
		return Fault{Code: FaultKeyAlgorithm}
	}
	return valueFault(key.VerifyPKCS1(h, digest, s.Signature))
}

func verifyPSS(key *trust.PublicKey, s *cms.SignerInfo, h crypto.Hash, digest []byte) Fault {
	p, ok := trust.ParsePSSParameters(s.SignatureAlgorithm.Parameters)
	if !ok {
		return Fault{Code: FaultKeyAlgorithm, Queue: invalidPSSParameters()}
	}
	if p.Hash != h { // RFC 4056, 3
		return Fault{Code: FaultKeyAlgorithm, Queue: digestDoesNotMatch()}
	}
	return valueFault(key.VerifyPSS(p, digest, s.Signature))
}

// valueFault turns the outcome of a public key operation into a fault.
func valueFault(err error) Fault {
	if err == nil {
		return Fault{}
	}
	f := Fault{Code: FaultSignature}
	var wrong *trust.SignatureError
	if errors.As(err, &wrong) {
		f.Queue = wrong.Queue
	}
	return f
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
