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
	return s.encode(s.value), nil
}

// version is 1 for issuerAndSerialNumber and 3 for subjectKeyIdentifier
// (RFC 5652, 5.3).
func (s *Signature) version() int64 {
	if s.opt.BySubjectKeyID {
		return 3
	}
	return 1
}

func (s *Signature) encode(value []byte) []byte {
	var signed, unsigned []byte
	if s.signedAttrs != nil {
		signed = der.Element(der.ContextConstructed, s.signedAttrs...)
	}
	if len(s.unsigned) > 0 {
		unsigned = der.SetOf(der.ContextConstructed|1, s.unsigned...)
	}
	return der.Sequence(
		der.Integer(s.version()),
		s.identifier(),
		der.DigestAlgorithm(s.opt.Digest).Marshal(),
		signed,
		s.algorithm.identifier.Marshal(),
		der.OctetString(value),
		unsigned,
	)
}

func (s *Signature) identifier() []byte {
	cert := s.opt.Certificate
	if s.opt.BySubjectKeyID {
		return der.Element(der.ContextPrimitive, cert.SubjectKeyId)
	}
	return der.Sequence(cert.RawIssuer, der.BigInteger(cert.SerialNumber))
}
