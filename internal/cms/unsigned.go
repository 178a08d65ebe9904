package cms

import "github.com/jsign-jp/jsign/internal/der"

// WithUnsigned returns the signer with further unsigned attributes. What it
// has stays octet for octet: everything that is signed, and each attribute
// already there; only their order follows DER (X.690, 11.6).
func (s *SignerInfo) WithUnsigned(attributes ...Attribute) (SignerInfo, error) {
	fields, unsigned, err := splitSignerInfo(s.Raw)
	if err != nil {
		return SignerInfo{}, err
	}
	for _, a := range attributes {
		unsigned = append(unsigned, a.Marshal())
	}
	fields = append(fields, der.SetOf(der.ContextConstructed|1, unsigned...))
	return parseSignerInfo(der.Sequence(fields...))
}

// splitSignerInfo returns the elements of a SignerInfo before its unsigned
// attributes, and each of those, as they are on the wire.
func splitSignerInfo(raw []byte) (fields, unsigned [][]byte, err error) {
	const where = "SignerInfo"
	r := der.NewBytesReader(raw)
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return nil, nil, err
	}
	for {
		h, more, err := r.Next()
		if err != nil || !more {
			return fields, unsigned, err
		}
		element, err := r.Raw(maxKept)
		if err != nil {
			return nil, nil, err
		}
		if h.Tag != der.ContextConstructed|1 {
			fields = append(fields, element)
		} else if unsigned, err = elements(element); err != nil {
			return nil, nil, err
		}
	}
}

// elements returns what a constructed element holds, as it is on the wire.
func elements(raw []byte) (list [][]byte, err error) {
	r := der.NewBytesReader(raw)
	if err := r.Enter(); err != nil {
		return nil, err
	}
	for {
		_, more, err := r.Next()
		if err != nil || !more {
			return list, err
		}
		element, err := r.Raw(maxKept)
		if err != nil {
			return nil, err
		}
		list = append(list, element)
	}
}

// SignedData returns the message as Decode reads it, without its content.
func (m *Message) SignedData() (*SignedData, error) {
	b, err := m.Marshal()
	if err != nil {
		return nil, err
	}
	return DecodeBytes(b, DecodeOptions{})
}
