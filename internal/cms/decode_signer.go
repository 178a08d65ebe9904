package cms

import "github.com/jsign-jp/jsign/internal/der"

func (d *decoder) signerInfo() error {
	h, err := d.r.Expect(der.TagSequence, "SignerInfo")
	if err != nil {
		return err
	}
	raw, err := d.raw()
	if err != nil {
		return err
	}
	s, err := parseSignerInfo(raw)
	d.sd.Signers = append(d.sd.Signers, s)
	return shifted(err, h.Offset)
}

// parseSignerInfo reads SignerInfo (RFC 5652, 5.3).
func parseSignerInfo(raw []byte) (s SignerInfo, err error) {
	s.Raw = raw
	r := der.NewBytesReader(raw)
	if err = r.EnterTag(der.TagSequence, "SignerInfo"); err != nil {
		return s, err
	}
	if s.Version, err = r.Int32("SignerInfo.version"); err != nil {
		return s, err
	}
	if err = s.identifier(r); err != nil {
		return s, err
	}
	if s.DigestAlgorithm, err = r.AlgorithmIdentifier("SignerInfo.digestAlgorithm", maxAlgorithm); err != nil {
		return s, err
	}
	there, err := r.NextIs(der.ContextConstructed)
	if err != nil {
		return s, err
	}
	if there {
		if s.SignedAttrs, err = parseAttributes(r, "SignerInfo.signedAttrs"); err != nil {
			return s, err
		}
	}
	if s.SignatureAlgorithm, err = r.AlgorithmIdentifier("SignerInfo.signatureAlgorithm", maxAlgorithm); err != nil {
		return s, err
	}
	if s.Signature, err = r.Octets(der.TagOctetString, "SignerInfo.signature", maxSignature); err != nil {
		return s, err
	}
	return s, s.rest(r)
}

// rest reads what may follow the signature: unsignedAttrs and nothing else.
func (s *SignerInfo) rest(r *der.Reader) error {
	_, more, err := r.Next()
	if err != nil {
		return err
	}
	if more {
		const where = "SignerInfo.unsignedAttrs"
		if _, err := r.Expect(der.ContextConstructed|1, where); err != nil {
			return err
		}
		if s.UnsignedAttrs, err = parseAttributes(r, where); err != nil {
			return err
		}
	}
	return leave(r, "SignerInfo")
}

// identifier reads SignerIdentifier.
func (s *SignerInfo) identifier(r *der.Reader) (err error) {
	const where = "SignerInfo.sid"
	h, more, err := r.Next()
	if err != nil {
		return err
	}
	if more && h.Tag&^0x20 == der.ContextPrimitive {
		s.SubjectKeyID, err = r.Octets(der.ContextPrimitive, where, maxKeyID)
		return err
	}
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return err
	}
	if _, err := r.Expect(der.TagSequence, "IssuerAndSerialNumber.issuer"); err != nil {
		return err
	}
	if s.Issuer, err = r.Raw(maxName); err != nil {
		return err
	}
	if s.Issuer, err = der.ToDER(s.Issuer); err != nil {
		return err
	}
	if s.Serial, err = r.Integer("IssuerAndSerialNumber.serialNumber", maxSerial); err != nil {
		return err
	}
	return leave(r, where)
}

// usualAttributes is how many most signers have.
const usualAttributes = 4

// parseAttributes reads the next element, signedAttrs or unsignedAttrs.
func parseAttributes(r *der.Reader, where string) (*AttributeSet, error) {
	raw, err := r.Raw(maxKept)
	if err != nil {
		return nil, err
	}
	set := &AttributeSet{Raw: raw, Attributes: make([]Attribute, 0, usualAttributes)}
	inner := der.NewBytesReader(raw)
	if err := inner.Enter(); err != nil {
		return nil, err
	}
	for {
		_, more, err := inner.Next()
		if err != nil {
			return nil, err
		}
		if !more {
			return set, leave(inner, where)
		}
		if len(set.Attributes) == maxAttributes {
			return nil, inner.Fault(der.OverLimit, where)
		}
		a, err := parseAttribute(inner, where)
		if err != nil {
			return nil, err
		}
		set.Attributes = append(set.Attributes, a)
	}
}

// parseAttribute reads Attribute.
func parseAttribute(r *der.Reader, where string) (a Attribute, err error) {
	if err = r.EnterTag(der.TagSequence, where); err != nil {
		return a, err
	}
	if a.Type, err = r.OID(where); err != nil {
		return a, err
	}
	if err = r.EnterTag(der.TagSet, where); err != nil {
		return a, err
	}
	for {
		_, more, err := r.Next()
		if err != nil {
			return a, err
		}
		if !more {
			break
		}
		if len(a.Values) == maxAttributeValues {
			return a, r.Fault(der.OverLimit, where)
		}
		v, err := r.Any(where, maxKept)
		if err != nil {
			return a, err
		}
		a.Values = append(a.Values, v)
	}
	if err = leave(r, where); err != nil {
		return a, err
	}
	return a, leave(r, where)
}
