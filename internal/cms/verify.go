package cms

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"

	"github.com/jsign-jp/jsign/internal/der"
)

// Verify checks one signer completely: attribute rules, signature over the
// attributes and their message digest, or signature over the content's digest.
// digests has hashed the content with the message's digestAlgorithms. It says
// nothing of the certificate. Errors are *VerifyError or *der.SyntaxError.
func (s *SignerInfo) Verify(key *PublicKey, digests *Digests) error {
	if s.SignedAttrs != nil {
		if err := s.CheckAttributes(); err != nil {
			return err
		}
		if err := s.VerifyAttributes(key); err != nil {
			return err
		}
	}
	return s.VerifyContent(key, digests)
}

// hash returns the signer's hash.
func (s *SignerInfo) hash() (crypto.Hash, error) {
	h := der.Hash(s.DigestAlgorithm.Algorithm)
	if h == 0 || !h.Available() {
		return 0, &VerifyError{Reason: UnknownDigest, Algorithm: s.DigestAlgorithm.Algorithm}
	}
	return h, nil
}

// VerifyAttributes checks the signature value over the signed attributes, which
// must be there (RFC 5652, 5.4 and 5.6).
func (s *SignerInfo) VerifyAttributes(key *PublicKey) error {
	h, err := s.hash()
	if err != nil {
		return err
	}
	message := s.SignedAttrs.Message()
	if pub, ok := key.Key.(ed25519.PublicKey); ok { // RFC 8419, 3
		return verdict(ed25519.Verify(pub, message, s.Signature))
	}
	return s.verifyDigest(key, h, der.Sum(h, message))
}

// VerifyContent checks the content's digest: against the messageDigest
// attribute, or where there are no signed attributes, with the signature value.
func (s *SignerInfo) VerifyContent(key *PublicKey, digests *Digests) error {
	digest := digests.Sum(s.DigestAlgorithm.Algorithm)
	if digest == nil {
		return &VerifyError{Reason: NoMatchingDigest, Algorithm: s.DigestAlgorithm.Algorithm}
	}
	if s.SignedAttrs != nil {
		return s.VerifyMessageDigest(digest)
	}
	h, err := s.hash()
	if err != nil {
		return err
	}
	if _, ok := key.Key.(ed25519.PublicKey); ok {
		return unsupported(der.Ed25519) // it signs the content, which is not held
	}
	return s.verifyDigest(key, h, digest)
}

// VerifyMessageDigest compares the messageDigest attribute with the content's
// digest. SignedAttrs must be there.
func (s *SignerInfo) VerifyMessageDigest(digest []byte) error {
	value, ok := s.SignedAttrs.Value(der.AttributeMessageDigest)
	if !ok {
		return failed(BadMessageDigest)
	}
	claimed, err := der.NewBytesReader(value).Octets(der.TagOctetString, "messageDigest", maxAlgorithm)
	switch {
	case err != nil:
		return failed(BadMessageDigest)
	case len(claimed) != len(digest):
		return failed(DigestLength)
	case !bytes.Equal(claimed, digest):
		return failed(DigestMismatch)
	}
	return nil
}

func verdict(ok bool) error {
	if !ok {
		return failed(SignatureWrong)
	}
	return nil
}

// verifyDigest checks the signature value over a digest. As in OpenSSL the key's
// type chooses the algorithm, and signatureAlgorithm matters only for RSA; Audit
// reports what does not fit.
func (s *SignerInfo) verifyDigest(key *PublicKey, h crypto.Hash, digest []byte) error {
	switch pub := key.Key.(type) {
	case *ecdsa.PublicKey:
		return verdict(ecdsa.VerifyASN1(pub, digest, s.Signature))
	case *rsa.PublicKey:
		if pub.N.BitLen() > maxRSABits {
			return unsupported(der.RSAEncryption)
		}
		if s.SignatureAlgorithm.Algorithm == der.RSASSAPSS {
			return s.verifyPSS(key, pub, h, digest)
		}
		if key.PSSOnly || !isPKCS1(s.SignatureAlgorithm.Algorithm) {
			return &VerifyError{Reason: AlgorithmMismatch, Algorithm: s.SignatureAlgorithm.Algorithm}
		}
		return verdict(verifyPKCS1v15(pub, h, digest, s.Signature))
	}
	return failed(Unsupported)
}

// verifyPKCS1v15 checks RSASSA-PKCS1-v1_5. For RIPEMD-160 crypto/rsa uses
// another object identifier than OpenSSL, so that DigestInfo is built here.
func verifyPKCS1v15(pub *rsa.PublicKey, h crypto.Hash, digest, value []byte) bool {
	if h == crypto.RIPEMD160 {
		digest = der.Sequence(der.AlgorithmIdentifier{Algorithm: der.RIPEMD160, Parameters: der.Null()}.Marshal(), der.OctetString(digest))
		h = 0
	}
	return rsa.VerifyPKCS1v15(pub, h, digest, value) == nil
}

func (s *SignerInfo) verifyPSS(key *PublicKey, pub *rsa.PublicKey, h crypto.Hash, digest []byte) error {
	mismatch := &VerifyError{Reason: AlgorithmMismatch, Algorithm: der.RSASSAPSS}
	if s.SignatureAlgorithm.Parameters == nil {
		return mismatch
	}
	p, err := ParsePSSParameters(s.SignatureAlgorithm.Parameters)
	if err != nil || p.Hash != h {
		return mismatch
	}
	if limit := key.PSS; limit != nil && (p.Hash != limit.Hash || p.MGF1Hash != limit.MGF1Hash || p.SaltLength < limit.SaltLength) {
		return mismatch // RFC 4055, 3.3
	}
	return verdict(verifyPSSParameters(pub, p, digest, s.Signature))
}

// isPKCS1 tells the identifiers that name RSASSA-PKCS1-v1_5.
func isPKCS1(o der.OID) bool {
	switch o {
	case der.RSAEncryption, der.MD2WithRSA, der.MD4WithRSA, der.RIPEMD160WithRSA:
		return true
	}
	_, rsa := signatureHash(o)
	return rsa
}
