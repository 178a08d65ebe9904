package verify

import (
	"github.com/jsign-jp/jsign/internal/cms"
	"github.com/jsign-jp/jsign/internal/der"
	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"
)

const (
	explicit0 = asn1.Tag(der.ContextConstructed)
	explicit1 = asn1.Tag(der.ContextConstructed | 1)
)

// attributeValue adds what a value of an attribute holds for judging
// certificates, and returns it. Other attributes hold nothing.
func (p *pool) attributeValue(kind der.OID, value []byte) []objectID {
	value, err := der.ToDER(value)
	if err != nil {
		return nil
	}
	switch kind {
	case der.AttributeCertificateValues:
		return p.certificateValues(value)
	case der.AttributeRevocationValues:
		return p.revocationValues(value, p.basicOCSP)
	case der.AttributeRevocationInfoArchival:
		return p.revocationValues(value, p.ocsp)
	}
	return nil
}

// certificateValues reads CertificateValues (RFC 5126, 6.3.3): a SEQUENCE OF
// Certificate.
func (p *pool) certificateValues(value []byte) (ids []objectID) {
	in := cryptobyte.String(value)
	var list cryptobyte.String
	if !in.ReadASN1(&list, asn1.SEQUENCE) || !in.Empty() {
		return nil
	}
	return each(list, p.certificate)
}

// revocationValues reads RevocationValues (RFC 5126, 6.3.4) and, with responses
// in their whole form, RevocationInfoArchival (ISO 32000-2, 12.8.3.3.2): both are
// CRLs under [0] and responses under [1].
func (p *pool) revocationValues(value []byte, response func([]byte) objectID) (ids []objectID) {
	in := cryptobyte.String(value)
	var all cryptobyte.String
	if !in.ReadASN1(&all, asn1.SEQUENCE) || !in.Empty() {
		return nil
	}
	for _, part := range []struct {
		tag asn1.Tag
		add func([]byte) objectID
	}{{explicit0, p.crl}, {explicit1, response}} {
		var wrapped, list cryptobyte.String
		var present bool
		if !all.ReadOptionalASN1(&wrapped, &present, part.tag) || present && (!wrapped.ReadASN1(&list, asn1.SEQUENCE) || !wrapped.Empty()) {
			return ids
		}
		ids = append(ids, each(list, part.add)...)
	}
	return ids
}

// each hands every element of a list to add, until one cannot be read.
func each(list cryptobyte.String, add func([]byte) objectID) (ids []objectID) {
	for !list.Empty() {
		var element cryptobyte.String
		var tag asn1.Tag
		if !list.ReadAnyASN1Element(&element, &tag) {
			return ids
		}
		ids = append(ids, add(element))
	}
	return ids
}

// revocationChoice adds one element of SignedData.crls.
func (p *pool) revocationChoice(c cms.RevocationChoice) objectID {
	if c.Format != "" {
		if response, err := c.OCSPResponse(); err == nil {
			return p.ocsp(response)
		}
		return objectID{}
	}
	octets, err := c.DER()
	if err != nil {
		return objectID{}
	}
	return p.crl(octets)
}
