package cms

import (
	"github.com/jsign-jp/jsign/internal/der"
	"github.com/jsign-jp/jsign/internal/lang"
)

// Marshal returns the SignerInfo in DER. It is an error before SetValue.
func (s *Signature) Marshal() ([]byte, error) {
	if s.value == nil {
		return nil, lang.Errorf("the signature value is missing", "署名値がありません")
	}
	fields := append(s.fields(s.signedAttrs), der.OctetString(s.value))
	if len(s.unsigned) > 0 {
		fields = append(fields, der.SetOf(der.ContextConstructed|1, s.unsigned...))
	}
	return der.Sequence(fields...), nil
}

// version is 1 for issuerAndSerialNumber and 3 for subjectKeyIdentifier
// (RFC 5652, 5.3).
func (s *Signature) version() int64 {
	if s.opt.BySubjectKeyID {
		return 3
	}
	return 1
}

// fields returns the encoded fields before the signature value (RFC 5652, 5.3).
// signed are the encoded signed attributes in DER order; nil for none.
func (s *Signature) fields(signed [][]byte) [][]byte {
	list := make([][]byte, 0, 7)
	list = append(list, der.Integer(s.version()), s.identifier(), der.DigestAlgorithm(s.opt.Digest).Marshal())
	if signed != nil {
		list = append(list, der.Element(der.ContextConstructed, signed...))
	}
	return append(list, s.algorithm.identifier.Marshal())
}

func (s *Signature) identifier() []byte {
	cert := s.opt.Certificate
	if s.opt.BySubjectKeyID {
		return der.Element(der.ContextPrimitive, cert.SubjectKeyId)
	}
	return der.Sequence(cert.RawIssuer, der.BigInteger(cert.SerialNumber))
}
