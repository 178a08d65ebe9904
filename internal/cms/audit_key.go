package cms

import (
	"bytes"
	"errors"
	"math/big"

	"github.com/jsign-jp/jsign/internal/der"
)

// AuditKey lists what does not fit between a signer, at index signer of its
// message, and a public key of the algorithm key (RSAEncryption, RSASSAPSS,
// ECPublicKey, Ed25519; of others it says nothing): the signature algorithm's name,
// hash and parameters, which are mostly overlooked when the value is verified, as
// OpenSSL does.
func (s *SignerInfo) AuditKey(signer int, key der.OID) []Finding {
	a := auditor{signer: signer}
	id := s.SignatureAlgorithm
	switch key {
	case der.RSAEncryption, der.RSASSAPSS:
		a.rsaAlgorithm(s)
	case der.ECPublicKey:
		h, isRSA := signatureHash(id.Algorithm)
		a.check(h != 0 && !isRSA && h == der.Hash(s.DigestAlgorithm.Algorithm), SignatureAlgorithm, id.Algorithm)
		a.check(id.Parameters == nil, SignatureParameters, id.Algorithm)
		a.check(isDER(s.Signature), SignatureNotDER, "")
	case der.Ed25519:
		a.check(id.Algorithm == der.Ed25519, SignatureAlgorithm, id.Algorithm)
		a.check(id.Parameters == nil, SignatureParameters, id.Algorithm)
		a.check(s.SignedAttrs == nil || s.DigestAlgorithm.Algorithm == der.SHA512, SignatureAlgorithm, s.DigestAlgorithm.Algorithm)
	}
	return a.findings
}

// CertificateFields are what an audit looks at of a signer's certificate.
type CertificateFields struct {
	Raw    []byte // the Certificate
	Serial *big.Int
	Issuer []byte // Name
}

// AuditCertificate lists what does not fit between a signer, at index signer of
// its message, and the certificate it is verified with: an ESS attribute that
// names another one, an issuer's name written in other octets.
func (s *SignerInfo) AuditCertificate(signer int, cert CertificateFields) []Finding {
	a := auditor{signer: signer}
	a.check(s.Issuer == nil || bytes.Equal(s.Issuer, cert.Issuer), IssuerDiffers, "")
	ids, err := s.SigningCertificates()
	var none *VerifyError
	if errors.As(err, &none) && none.Reason == NoSigningCertificate {
		return a.findings
	}
	fits := err == nil && s.VerifySigningCertificate(cert.Raw) == nil &&
		(ids[0].Serial == nil || ids[0].Serial.Cmp(cert.Serial) == 0) &&
		(ids[0].Issuer == nil || bytes.Equal(ids[0].Issuer, cert.Issuer))
	a.check(fits, SigningCertificateBad, "")
	return a.findings
}

// rsaAlgorithm checks RFC 4055, 3.1 and 5, RFC 5754, 3.2: rsaEncryption or one
// with this hash, NULL beside it; RSASSA-PSS with this hash twice.
func (a *auditor) rsaAlgorithm(s *SignerInfo) {
	id := s.SignatureAlgorithm
	h := der.Hash(s.DigestAlgorithm.Algorithm)
	if id.Algorithm == der.RSASSAPSS {
		p, err := der.ParsePSSParameters(id.Parameters)
		a.check(err == nil && p.Hash == h && p.MGF1Hash == h && p.SaltLength == h.Size(), SignatureParameters, id.Algorithm)
		return
	}
	named, isPKCS1 := signatureHash(id.Algorithm)
	a.check(id.Algorithm == der.RSAEncryption || isPKCS1 && named == h, SignatureAlgorithm, id.Algorithm)
	a.check(id.HasNull(), SignatureParameters, id.Algorithm)
}

// LooksLikeAttributes reports whether content begins as a DER SET OF
// Attribute does. A signature made over another signature's attributes would
// verify over such content, if it has no signed attributes of its own (RFC 5652,
// 5.4 and security considerations of RFC 8933).
func LooksLikeAttributes(start []byte) bool {
	if len(start) == 0 || start[0] != der.TagSet {
		return false
	}
	r := der.NewBytesReader(start)
	if r.EnterTag(der.TagSet, "") != nil || r.EnterTag(der.TagSequence, "") != nil {
		return false
	}
	if _, err := r.OID(""); err != nil {
		return false
	}
	is, err := r.NextIs(der.TagSet)
	return is && err == nil
}
