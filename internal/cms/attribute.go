package cms

import (
	"crypto"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Attribute is a signed or unsigned attribute (RFC 5652, 5.3).
type Attribute struct {
	Type der.OID
	// Values are the values' elements, tag and length included, in the order
	// found; Marshal sorts them.
	Values [][]byte
}

// Marshal returns the Attribute in DER, provided the values are.
func (a Attribute) Marshal() []byte { return a.append(make([]byte, 0, a.size())) }

// append appends what Marshal returns.
func (a Attribute) append(out []byte) []byte {
	values := a.valuesSize()
	out = der.AppendHeader(out, der.TagSequence, contentSize(a.Type, values))
	out = der.AppendHeader(out, der.TagOID, int64(len(a.Type)))
	out = append(out, a.Type...)
	out = der.AppendHeader(out, der.TagSet, int64(values))
	for _, v := range der.Sorted(a.Values) {
		out = append(out, v...)
	}
	return out
}

// size returns the size of the Attribute.
func (a Attribute) size() int { return AttributeSize(a.Type, a.valuesSize()) }

func (a Attribute) valuesSize() (n int) {
	for _, v := range a.Values {
		n += len(v)
	}
	return n
}

// AttributeSize returns the size of an Attribute with values that have the given
// size together (their elements, tags and lengths included).
func AttributeSize(t der.OID, values int) int {
	return int(der.ElementSize(contentSize(t, values)))
}

func contentSize(t der.OID, values int) int64 {
	return der.ElementSize(int64(len(t))) + der.ElementSize(int64(values))
}

// attributes returns the encoded signed attributes in DER order; nil when the
// options leave them out.
func (s *Signature) attributes(contentType der.OID, digest []byte) ([][]byte, error) {
	if s.opt.NoSignedAttributes {
		if contentType != der.Data { // RFC 5652, 5.3
			return nil, lang.Errorf("content of type %s needs signed attributes", "種別%sの内容には署名属性が必要です", contentType)
		}
		return nil, nil
	}
	list := []Attribute{
		{der.AttributeContentType, [][]byte{der.ObjectIdentifier(contentType)}},
		{der.AttributeMessageDigest, [][]byte{der.OctetString(digest)}},
	}
	if !s.opt.SigningTime.IsZero() {
		list = append(list, Attribute{der.AttributeSigningTime, [][]byte{der.Time(s.opt.SigningTime)}})
	}
	if !s.opt.NoSigningCertificate {
		list = append(list, s.signingCertificateV2())
	}
	list = append(list, s.opt.Attributes...)
	encoded := make([][]byte, len(list))
	seen := make(map[der.OID]bool, len(list))
	for i, a := range list {
		if seen[a.Type] || len(a.Values) == 0 { // RFC 5652, 5.3: one instance each
			return nil, lang.Errorf("the signed attribute %s is given twice or has no value",
				"署名属性%sが重複しているか、値がありません", a.Type)
		}
		seen[a.Type] = true
		encoded[i] = a.Marshal()
	}
	return der.Sorted(encoded), nil
}

// signingCertificateV2 makes the ESS attribute (RFC 5035, 3): the signer's
// certificate alone, its hash with the signature's digest algorithm, left out
// where it is the default (SHA-256), and issuerSerial.
func (s *Signature) signingCertificateV2() Attribute {
	cert := s.opt.Certificate
	var hashAlgorithm []byte
	if s.opt.Digest != crypto.SHA256 {
		hashAlgorithm = der.DigestAlgorithm(s.opt.Digest).Marshal()
	}
	directoryName := der.Element(der.ContextConstructed|4, cert.RawIssuer)
	id := der.Sequence(
		hashAlgorithm,
		der.OctetString(der.Sum(s.opt.Digest, cert.Raw)),
		der.Sequence(der.Sequence(directoryName), der.BigInteger(cert.SerialNumber)),
	)
	value := der.Sequence(der.Sequence(id))
	return Attribute{der.AttributeSigningCertificateV2, [][]byte{value}}
}
