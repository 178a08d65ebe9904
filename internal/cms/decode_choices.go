package cms

import "github.com/jsign-jp/jsign/internal/der"

// raw takes a whole element, within what may still be held.
func (d *decoder) raw() ([]byte, error) {
	b, err := d.r.Raw(maxKept - d.kept)
	d.kept += int64(len(b))
	return b, err
}

func (d *decoder) certificates() error {
	const where = "SignedData.certificates"
	there, err := d.r.NextIs(der.ContextConstructed)
	if err != nil || !there {
		return err
	}
	return d.each(der.ContextConstructed, where, maxCertificates, func() error {
		h, _, err := d.r.Next()
		if err != nil {
			return err
		}
		kind, ok := certificateKind(h.Tag)
		if !ok {
			return d.r.Fault(der.WrongTag, "CertificateChoices")
		}
		raw, err := d.raw()
		if err != nil {
			return err
		}
		d.sd.Certificates = append(d.sd.Certificates, CertificateChoice{Kind: kind, Raw: raw})
		return shifted(checkCertificateChoice(kind, raw), h.Offset)
	})
}

func certificateKind(tag byte) (CertificateKind, bool) {
	switch tag {
	case der.TagSequence:
		return X509Certificate, true
	case der.ContextConstructed:
		return ExtendedCertificate, true
	case der.ContextConstructed | 1:
		return AttributeCertificateV1, true
	case der.ContextConstructed | 2:
		return AttributeCertificateV2, true
	case der.ContextConstructed | 3:
		return OtherCertificate, true
	}
	return 0, false
}

// checkCertificateChoice checks the outermost form: what is inside a
// certificate is for who uses it.
func checkCertificateChoice(kind CertificateKind, raw []byte) error {
	r := der.NewBytesReader(raw)
	switch kind {
	case X509Certificate:
		return signedForm(r, "Certificate")
	case OtherCertificate:
		return otherFormat(r, der.ContextConstructed|3, "OtherCertificateFormat", nil)
	}
	return nil
}

// signedForm reads SEQUENCE { SEQUENCE, AlgorithmIdentifier, BIT STRING }: a
// Certificate or a CertificateList (RFC 5280, 4.1, 5.1).
func signedForm(r *der.Reader, where string) error {
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return err
	}
	if _, err := r.Expect(der.TagSequence, where); err != nil {
		return err
	}
	if err := r.Skip(); err != nil {
		return err
	}
	if _, err := r.AlgorithmIdentifier(where, maxAlgorithm); err != nil {
		return err
	}
	if _, err := r.Octets(der.TagBitString, where, maxKept); err != nil {
		return err
	}
	return leave(r, where)
}

// otherFormat reads SEQUENCE { OBJECT IDENTIFIER, ANY } with an implicit tag.
func otherFormat(r *der.Reader, tag byte, where string, format *der.OID) error {
	if err := r.EnterTag(tag, where); err != nil {
		return err
	}
	oid, err := r.OID(where)
	if err != nil {
		return err
	}
	if format != nil {
		*format = oid
	}
	if err := r.Skip(); err != nil {
		return err
	}
	return leave(r, where)
}

func (d *decoder) crls() error {
	const where = "SignedData.crls"
	there, err := d.r.NextIs(der.ContextConstructed | 1)
	if err != nil || !there {
		return err
	}
	return d.each(der.ContextConstructed|1, where, maxCRLs, func() error {
		h, _, err := d.r.Next()
		if err != nil {
			return err
		}
		if h.Tag != der.TagSequence && h.Tag != der.ContextConstructed|1 {
			return d.r.Fault(der.WrongTag, "RevocationInfoChoice")
		}
		choice := RevocationChoice{}
		if choice.Raw, err = d.raw(); err != nil {
			return err
		}
		if h.Tag == der.TagSequence {
			err = signedForm(der.NewBytesReader(choice.Raw), "CertificateList")
		} else {
			err = otherFormat(der.NewBytesReader(choice.Raw), h.Tag, "OtherRevocationInfoFormat", &choice.Format)
		}
		d.sd.CRLs = append(d.sd.CRLs, choice)
		return shifted(err, h.Offset)
	})
}

// shifted gives an error inside a part its place in the whole.
func shifted(err error, offset int64) error {
	if syntax, ok := err.(*der.SyntaxError); ok {
		syntax.Offset += offset
	}
	return err
}
