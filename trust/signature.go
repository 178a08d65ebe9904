package trust

import (
	"bytes"
	"crypto"
	//lint:ignore SA1019 verification only, see publickey.go
	"crypto/dsa"
	"crypto/ecdsa"
	"crypto/ed25519"
	_ "crypto/md5"  // the hashes that signatures are made with must be linked in
	_ "crypto/sha1" // MD5 and SHA-1 are verified by permission only; see AlgorithmPolicy
	_ "crypto/sha256"
	_ "crypto/sha3"
	_ "crypto/sha512"
	"math/big"

	//lint:ignore SA1019 OpenSSL verifies it, and so old messages can be
	_ "golang.org/x/crypto/ripemd160"

	"github.com/jsign-jp/jsign/internal/der"
)

// algorithm is what a signature algorithm's identifier says.
type algorithm struct {
	key  KeyAlgorithm
	hash crypto.Hash // 0: parameters say it, or none
}

const (
	oidSHA1WithRSA   OID = "\x2b\x0e\x03\x02\x1d" // OIW
	oidRIPEMDWithRSA OID = "\x2b\x24\x03\x03\x01\x02"
)

func signatureAlgorithm(id OID) (algorithm, bool) {
	switch id {
	case der.MD5WithRSA:
		return algorithm{KeyRSA, crypto.MD5}, true
	case der.SHA1WithRSA, oidSHA1WithRSA:
		return algorithm{KeyRSA, crypto.SHA1}, true
	case oidRIPEMDWithRSA:
		return algorithm{KeyRSA, crypto.RIPEMD160}, true
	case der.SHA224WithRSA:
		return algorithm{KeyRSA, crypto.SHA224}, true
	case der.SHA256WithRSA:
		return algorithm{KeyRSA, crypto.SHA256}, true
	case der.SHA384WithRSA:
		return algorithm{KeyRSA, crypto.SHA384}, true
	case der.SHA512WithRSA:
		return algorithm{KeyRSA, crypto.SHA512}, true
	case der.RSASSAPSS:
		return algorithm{KeyRSAPSS, 0}, true
	case der.Ed25519:
		return algorithm{KeyEd25519, 0}, true
	case der.Ed448:
		return algorithm{KeyEd448, 0}, true
	case der.DSAWithSHA1:
		return algorithm{KeyDSA, crypto.SHA1}, true
	case der.DSAWithSHA224:
		return algorithm{KeyDSA, crypto.SHA224}, true
	case der.DSAWithSHA256:
		return algorithm{KeyDSA, crypto.SHA256}, true
	}
	if a, ok := ecdsaAlgorithm(id); ok {
		return a, ok
	}
	return sha3Algorithm(id)
}

func ecdsaAlgorithm(id OID) (algorithm, bool) {
	switch id {
	case der.ECDSAWithSHA1:
		return algorithm{KeyEC, crypto.SHA1}, true
	case der.ECDSAWithSHA224:
		return algorithm{KeyEC, crypto.SHA224}, true
	case der.ECDSAWithSHA256:
		return algorithm{KeyEC, crypto.SHA256}, true
	case der.ECDSAWithSHA384:
		return algorithm{KeyEC, crypto.SHA384}, true
	case der.ECDSAWithSHA512:
		return algorithm{KeyEC, crypto.SHA512}, true
	}
	return algorithm{}, false
}

func sha3Algorithm(id OID) (algorithm, bool) {
	switch id {
	case der.ECDSAWithSHA3_224:
		return algorithm{KeyEC, crypto.SHA3_224}, true
	case der.ECDSAWithSHA3_256:
		return algorithm{KeyEC, crypto.SHA3_256}, true
	case der.ECDSAWithSHA3_384:
		return algorithm{KeyEC, crypto.SHA3_384}, true
	case der.ECDSAWithSHA3_512:
		return algorithm{KeyEC, crypto.SHA3_512}, true
	case der.RSAWithSHA3_224:
		return algorithm{KeyRSA, crypto.SHA3_224}, true
	case der.RSAWithSHA3_256:
		return algorithm{KeyRSA, crypto.SHA3_256}, true
	case der.RSAWithSHA3_384:
		return algorithm{KeyRSA, crypto.SHA3_384}, true
	case der.RSAWithSHA3_512:
		return algorithm{KeyRSA, crypto.SHA3_512}, true
	}
	return algorithm{}, false
}

// signatureFits reports whether the issuer's kind of key can have made the
// subject's signature.
func signatureFits(issuer, subject *Certificate) Code {
	key, err := issuer.completeKey()
	if err != nil {
		return CodeNoIssuerPublicKey
	}
	alg, ok := signatureAlgorithm(subject.TBSSignature.Algorithm)
	switch {
	case !ok, alg.key == KeyEC && alg.hash >= crypto.SHA3_224 && alg.hash <= crypto.SHA3_512:
		return CodeUnsupportedSignatureAlgorithm // OpenSSL 3.0 has no ECDSA with SHA-3 in certificates
	case alg.key == key.Algorithm, alg.key == KeyRSAPSS && key.Algorithm == KeyRSA:
		return OK
	}
	return CodeSignatureAlgorithmMismatch
}

// SignatureError says that a signature does not verify, and what OpenSSL's lower
// layers say of it (mostly nothing).
type SignatureError struct {
	Queue []QueueEntry
	// Unsuited tells that algorithm and key do not go together: the value was not
	// looked at.
	Unsuited bool
}

// Error implements error.
func (e *SignatureError) Error() string {
	text := "the signature does not verify"
	if e.Unsuited {
		text = "the signature algorithm does not suit the key"
	}
	for _, q := range e.Queue {
		text += ": " + q.Reason
	}
	return text
}

func wrong(queue ...QueueEntry) error { return &SignatureError{Queue: queue} }

func unsuited(queue ...QueueEntry) error { return &SignatureError{Queue: queue, Unsuited: true} }

// VerifySigned checks the signature of a SIGNED structure (certificate, CRL, OCSP
// response): message is what was signed, unused the unused bits of the bit string.
// A signature that is wrong, or an algorithm that does not fit the key, is a
// *SignatureError.
func (k *PublicKey) VerifySigned(a der.AlgorithmIdentifier, message, signature []byte, unused int) error {
	if unused != 0 {
		return wrong(asn1Entry(reasonBitsLeft))
	}
	alg, ok := signatureAlgorithm(a.Algorithm)
	if !ok {
		return wrong(asn1Entry(reasonUnknownAlgorithm))
	}
	if alg.key != k.Algorithm && !(alg.key == KeyRSAPSS && k.Algorithm == KeyRSA) {
		return wrong(asn1Entry(reasonWrongKeyType))
	}
	err := k.verifyMessage(a, alg, message, signature)
	if se, ok := err.(*SignatureError); ok {
		se.Queue = append(se.Queue, asn1Entry(reasonEVP))
	}
	return err
}

func (k *PublicKey) verifyMessage(a der.AlgorithmIdentifier, alg algorithm, message, signature []byte) error {
	switch alg.key {
	case KeyEd25519:
		return k.VerifyEd25519(message, signature)
	case KeyRSAPSS:
		p, err := der.ParsePSSParameters(a.Parameters)
		if err != nil || !p.Hash.Available() {
			return wrong()
		}
		return k.VerifyPSS(p, der.Sum(p.Hash, message), signature)
	}
	if !alg.hash.Available() {
		return wrong()
	}
	digest := der.Sum(alg.hash, message)
	switch alg.key {
	case KeyRSA:
		return k.VerifyPKCS1(alg.hash, digest, signature)
	case KeyEC:
		return k.VerifyECDSA(digest, signature)
	case KeyDSA:
		return k.VerifyDSA(digest, signature)
	}
	return wrong()
}

// VerifyECDSA checks an ECDSA signature (Ecdsa-Sig-Value in DER, RFC 3279, 2.2.3)
// over a digest. A wrong one is a *SignatureError.
func (k *PublicKey) VerifyECDSA(digest, signature []byte) error {
	if k.Algorithm != KeyEC {
		return wrong()
	}
	if !ecdsa.VerifyASN1(k.ecdsa, digest, signature) {
		return wrong()
	}
	return nil
}

// VerifyDSA checks a DSA signature (Dss-Sig-Value, RFC 3279, 2.2.2) over a digest.
func (k *PublicKey) VerifyDSA(digest, signature []byte) error {
	if k.Algorithm != KeyDSA || k.MissingParameters() {
		return wrong()
	}
	r, s, ok := twoIntegers(signature)
	if n := (k.dsa.Q.BitLen() + 7) / 8; len(digest) > n {
		digest = digest[:n]
	}
	if !ok || !dsa.Verify(k.dsa, digest, r, s) {
		return wrong()
	}
	return nil
}

// VerifyEd25519 checks a pure Ed25519 signature over a message (RFC 8032).
func (k *PublicKey) VerifyEd25519(message, signature []byte) error {
	if k.Algorithm != KeyEd25519 || !ed25519.Verify(k.ed25519, message, signature) {
		return wrong()
	}
	return nil
}

// twoIntegers reads a SEQUENCE of two INTEGERs, in DER alone: a signature has
// one encoding.
func twoIntegers(signature []byte) (r, s *big.Int, ok bool) {
	in, ok := only(signature, der.TagSequence)
	if !ok {
		return nil, nil, false
	}
	a, ok1 := in.take(der.TagInteger)
	b, ok2 := in.take(der.TagInteger)
	if !ok1 || !ok2 || len(in) > 0 {
		return nil, nil, false
	}
	r, ok1 = a.content.integer()
	s, ok2 = b.content.integer()
	if !ok1 || !ok2 {
		return nil, nil, false
	}
	return r, s, bytes.Equal(signature, der.Sequence(der.BigInteger(r), der.BigInteger(s)))
}
