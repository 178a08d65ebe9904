package cms

import (
	"bytes"
	"io"

	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// withUnsignedAttribute adds an unsigned attribute to the one signer of an
// attached message in memory.
func withUnsignedAttribute(message []byte, a Attribute) ([]byte, error) {
	var content bytes.Buffer
	sd, err := DecodeBytes(message, DecodeOptions{Content: func(*SignedData) (io.Writer, error) { return &content, nil }})
	if err != nil {
		return nil, err
	}
	if len(sd.Signers) != 1 || !sd.HasContent {
		return nil, lang.Errorf("a timestamp token has one signer and its content", "タイムスタンプトークンには署名者1者と内容が必要です")
	}
	if sd.Signers[0], err = sd.Signers[0].WithUnsigned(a); err != nil {
		return nil, err
	}
	var out bytes.Buffer
	err = (&Message{ContentType: sd.ContentType, Existing: sd}).WriteAttached(&out, int64(content.Len()), func(w io.Writer) error {
		_, err := w.Write(content.Bytes())
		return err
	})
	return out.Bytes(), err
}

// AddCertificates adds certificates in DER that the message does not hold yet,
// and returns how many.
func (sd *SignedData) AddCertificates(list ...[]byte) (added int) {
	for _, b := range list {
		if sd.holdsCertificate(b) {
			continue
		}
		sd.Certificates = append(sd.Certificates, CertificateChoice{Kind: X509Certificate, Raw: b})
		added++
	}
	return added
}

func (sd *SignedData) holdsCertificate(b []byte) bool {
	for _, c := range sd.Certificates {
		if bytes.Equal(c.Raw, b) {
			return true
		}
	}
	return false
}

// AddCRLs adds CRLs in DER that the message does not hold yet.
func (sd *SignedData) AddCRLs(list ...[]byte) (added int) {
	for _, b := range list {
		added += sd.addRevocation(RevocationChoice{Raw: b})
	}
	return added
}

// AddOCSPs adds OCSPResponses in DER that the message does not hold yet, as
// OtherRevocationInfoFormat (RFC 5940, 2.1).
func (sd *SignedData) AddOCSPs(list ...[]byte) (added int) {
	for _, b := range list {
		raw := der.Element(der.ContextConstructed|1, der.ObjectIdentifier(der.RevocationInfoOCSP), b)
		added += sd.addRevocation(RevocationChoice{Format: der.RevocationInfoOCSP, Raw: raw})
	}
	return added
}

func (sd *SignedData) addRevocation(choice RevocationChoice) int {
	for _, c := range sd.CRLs {
		if bytes.Equal(c.Raw, choice.Raw) {
			return 0
		}
	}
	sd.CRLs = append(sd.CRLs, choice)
	return 1
}

// OCSPResponse returns the OCSPResponse in DER of a choice whose Format is
// der.RevocationInfoOCSP (RFC 5940, 2.1) or der.OCSPBasicResponse, which some
// write instead.
func (c RevocationChoice) OCSPResponse() ([]byte, error) {
	b, err := c.DER()
	if err != nil {
		return nil, err
	}
	const where = "OtherRevocationInfoFormat"
	r := der.NewBytesReader(b)
	if err := r.EnterTag(der.ContextConstructed|1, where); err != nil {
		return nil, err
	}
	format, err := r.OID(where)
	if err != nil {
		return nil, err
	}
	value, err := r.Raw(maxKept)
	if err == nil && format == der.OCSPBasicResponse {
		value = successfulResponse(value)
	}
	return value, err
}

// successfulResponse wraps a BasicOCSPResponse (RFC 6960, 4.2.1).
func successfulResponse(basic []byte) []byte {
	typed := der.Sequence(der.ObjectIdentifier(der.OCSPBasicResponse), der.OctetString(basic))
	return der.Sequence(der.Element(der.TagEnumerated, []byte{0}), der.Element(der.ContextConstructed, typed))
}
