package cms

import (
	"bytes"
	"crypto"

	"github.com/jsign-jp/jsign/internal/der"
)

// Key is a signer's public key: a *trust.PublicKey.
type Key interface {
	// VerifyValue checks a value made by the algorithm a over a message, nil where
	// that is not held, whose digest by h is given.
	VerifyValue(a der.AlgorithmIdentifier, h crypto.Hash, message, digest, value []byte) error
}

// Verify checks one signer completely: attribute rules, signature over the
// attributes and their message digest, or signature over the content's digest.
// digests has hashed the content with the message's digestAlgorithms. It says
// nothing of the certificate. Errors are *VerifyError or *der.SyntaxError.
func (s *SignerInfo) Verify(key Key, digests *Digests) error {
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
func (s *SignerInfo) VerifyAttributes(key Key) error {
	h, err := s.hash()
	if err != nil {
		return err
	}
	message := s.SignedAttrs.Message()
	return s.verifyValue(key, h, message, der.Sum(h, message))
}

// VerifyContent checks the content's digest: against the messageDigest
// attribute, or where there are no signed attributes, with the signature value.
func (s *SignerInfo) VerifyContent(key Key, digests *Digests) error {
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
	return s.verifyValue(key, h, nil, digest)
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

// verifyValue checks the signature value over a message, which may be nil, and its
// digest. Audit reports what Key overlooks.
func (s *SignerInfo) verifyValue(key Key, h crypto.Hash, message, digest []byte) error {
	if err := key.VerifyValue(s.SignatureAlgorithm, h, message, digest, s.Signature); err != nil {
		return &VerifyError{Reason: SignatureWrong, Cause: err}
	}
	return nil
}
