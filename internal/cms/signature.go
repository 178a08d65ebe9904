package cms

import (
	"crypto"
	"crypto/x509"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// SignatureOptions says what one SignerInfo holds. The zero value beside
// Certificate is a CAdES-B-B style signature without signing time: SHA-256,
// signed attributes with ESS signing-certificate-v2, signer named by issuer and
// serial number, RSASSA-PKCS1-v1_5 for an RSA key.
type SignatureOptions struct {
	// Certificate is the signer's. Its public key chooses the algorithm: RSA,
	// ECDSA on P-256, P-384 or P-521, Ed25519.
	Certificate *x509.Certificate
	// Digest is SHA-256, SHA-384 or SHA-512; 0 is SHA-256, for Ed25519 SHA-512
	// (the only one RFC 8419 allows beside attributes).
	Digest crypto.Hash
	// PSS chooses RSASSA-PSS, MGF1 with the same hash, salt as long as the hash.
	PSS bool
	// BySubjectKeyID names the signer by the certificate's subject key
	// identifier instead of issuer and serial number.
	BySubjectKeyID bool
	// NoSignedAttributes signs the content's digest itself. It excludes
	// SigningTime, Attributes and Ed25519.
	NoSignedAttributes bool
	// NoSigningCertificate leaves ESS signing-certificate-v2 out.
	NoSigningCertificate bool
	// SigningTime is the signing-time attribute; the zero time leaves it out.
	SigningTime time.Time
	// Attributes are further signed attributes. Their types must differ from one
	// another and from those made here.
	Attributes []Attribute
}

// Signature is a SignerInfo in the making: NewSignature → Bind (what the key
// must sign) → SetValue (the signature) → AddUnsigned (a timestamp) → a
// Message. It is used by one goroutine at a time.
type Signature struct {
	opt         SignatureOptions
	algorithm   algorithm
	contentType der.OID
	signedAttrs [][]byte // encoded Attributes, in DER order; nil without
	message     []byte   // what SetValue checks the value against: SET OF signedAttrs
	digest      []byte   // or the content's digest, without attributes
	value       []byte
	unsigned    [][]byte // encoded Attributes
}

// NewSignature checks the options and chooses the algorithms. Errors: a key,
// hash or combination that cannot be used.
func NewSignature(opt SignatureOptions) (*Signature, error) {
	alg, err := chooseAlgorithm(&opt)
	if err != nil {
		return nil, err
	}
	if opt.BySubjectKeyID && len(opt.Certificate.SubjectKeyId) == 0 {
		return nil, lang.Errorf("the signer's certificate has no subject key identifier",
			"署名者の証明書に主体者鍵識別子がありません")
	}
	if opt.NoSignedAttributes && (len(opt.Attributes) > 0 || !opt.SigningTime.IsZero()) {
		return nil, lang.Errorf("a signing time or another attribute needs signed attributes",
			"署名時刻などの属性には署名属性が必要です")
	}
	return &Signature{opt: opt, algorithm: alg}, nil
}

// Digest returns the hash that the content is digested with.
func (s *Signature) Digest() crypto.Hash { return s.opt.Digest }

// Bind fixes the content, by its type and its digest (by Digest()), and returns
// what the key must sign. Binding again starts over.
func (s *Signature) Bind(contentType der.OID, digest []byte) (*ToBeSigned, error) {
	if len(digest) != s.opt.Digest.Size() {
		return nil, lang.Errorf("the digest has %d octets, not %d", "ダイジェストの長さが%dバイトで、%dバイトではありません",
			len(digest), s.opt.Digest.Size())
	}
	s.contentType, s.value, s.unsigned = contentType, nil, nil
	s.signedAttrs, s.message, s.digest = nil, nil, digest
	attrs, err := s.attributes(contentType, digest)
	if err != nil {
		return nil, err
	}
	if attrs == nil {
		return &ToBeSigned{Digest: digest, Options: s.algorithm.options}, nil
	}
	s.signedAttrs = attrs
	s.message = der.Element(der.TagSet, attrs...)
	t := &ToBeSigned{Message: s.message, Options: s.algorithm.options}
	if !s.algorithm.wholeMessage {
		t.Digest = der.Sum(s.opt.Digest, s.message)
	}
	return t, nil
}

// SetValue takes the signature over what Bind returned. It is checked against
// the certificate's public key: a value made by another key, or by a faulty
// card, is an error.
func (s *Signature) SetValue(value []byte) error {
	digest := s.digest
	if s.signedAttrs != nil && !s.algorithm.wholeMessage {
		digest = der.Sum(s.opt.Digest, s.message)
	}
	if !s.algorithm.verify(s.opt.Certificate.PublicKey, s.message, digest, value) {
		return lang.Errorf("the signature does not match the signer's certificate", "署名値が署名者の証明書と一致しません")
	}
	s.value = value
	return nil
}

// AddUnsigned adds an unsigned attribute, such as a signature timestamp.
func (s *Signature) AddUnsigned(a Attribute) { s.unsigned = append(s.unsigned, a.Marshal()) }

// Certificate returns the signer's certificate.
func (s *Signature) Certificate() *x509.Certificate { return s.opt.Certificate }

// Value returns the signature value, nil before SetValue.
func (s *Signature) Value() []byte { return s.value }

// MaxValueSize returns the greatest length of the signature value: exact for
// RSA and Ed25519; ECDSA values are up to a few octets shorter.
func (s *Signature) MaxValueSize() int { return s.algorithm.maxValueSize }

// MaxSize returns the size of the SignerInfo when its value has MaxValueSize
// octets and its unsigned attributes have the given sizes (of the Attribute
// elements: AttributeSize tells that of one with one value). It needs no Bind.
func (s *Signature) MaxSize(contentType der.OID, unsigned ...int) (int, error) {
	signed, err := s.attributes(contentType, make([]byte, s.opt.Digest.Size()))
	if err != nil {
		return 0, err
	}
	size := sizeOf(s.fields(signed)) + der.ElementSize(int64(s.algorithm.maxValueSize))
	if set := int64(0); len(unsigned) > 0 {
		for _, n := range unsigned {
			set += int64(n)
		}
		size += der.ElementSize(set)
	}
	return int(der.ElementSize(size)), nil
}
