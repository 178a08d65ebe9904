package jpki

import (
	"crypto"
	"crypto/rsa"
	"crypto/x509/pkix"
	"encoding/asn1"

	"github.com/jsign-jp/jsign/internal/lang"
)

// scheme is the signature scheme of a key: what the card is given to sign, and
// how the result is checked.
type scheme interface {
	// fits says whether a certificate's key is of the scheme's type.
	fits(crypto.PublicKey) bool
	// input makes the data of COMPUTE DIGITAL SIGNATURE from a digest.
	input(digest []byte, opts crypto.SignerOpts) ([]byte, error)
	// check verifies a signature by a key that fits.
	check(pub crypto.PublicKey, opts crypto.SignerOpts, digest, signature []byte) error
}

// rsaPKCS1v15 is RSASSA-PKCS1-v1_5 where the card pads: it is given the
// DigestInfo (RFC 8017, 9.2).
type rsaPKCS1v15 struct{}

// digestInfo is DigestInfo of RFC 8017, 9.2.
type digestInfo struct {
	Algorithm pkix.AlgorithmIdentifier
	Digest    []byte
}

// digestOID returns the identifier of a hash function that is signed with
// (RFC 8017, B.1). SHA-1 is not: signatures with it can be forged.
func digestOID(h crypto.Hash) asn1.ObjectIdentifier {
	switch h {
	case crypto.SHA256:
		return asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1}
	case crypto.SHA384:
		return asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2}
	case crypto.SHA512:
		return asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3}
	}
	return nil
}

func (rsaPKCS1v15) fits(pub crypto.PublicKey) bool {
	_, ok := pub.(*rsa.PublicKey)
	return ok
}

func (rsaPKCS1v15) input(digest []byte, opts crypto.SignerOpts) ([]byte, error) {
	if opts == nil {
		return nil, ErrDigest
	}
	if _, pss := opts.(*rsa.PSSOptions); pss {
		return nil, ErrDigest
	}
	oid := digestOID(opts.HashFunc())
	if oid == nil || len(digest) != opts.HashFunc().Size() {
		return nil, ErrDigest
	}
	return asn1.Marshal(digestInfo{pkix.AlgorithmIdentifier{Algorithm: oid, Parameters: asn1.NullRawValue}, digest})
}

func (rsaPKCS1v15) check(pub crypto.PublicKey, opts crypto.SignerOpts, digest, signature []byte) error {
	key, ok := pub.(*rsa.PublicKey)
	if !ok {
		return ErrWrongKey
	}
	if err := rsa.VerifyPKCS1v15(key, opts.HashFunc(), digest, signature); err != nil {
		return lang.WithHint(lang.Errorf("%w (%v)", "%w（%v）", ErrWrongSignature, err),
			"it was thrown away; take the card out and try again, and if it happens again do not trust this card or reader",
			"署名は破棄しました。カードを取り出してやり直し、繰り返すならこのカードやリーダーを使わないでください")
	}
	return nil
}
