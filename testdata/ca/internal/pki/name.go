package pki

import (
	"encoding/asn1"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// attribute is one AttributeTypeAndValue; each stands in an RDN of its own.
type attribute struct {
	oid   asn1.ObjectIdentifier
	tag   cbasn1.Tag
	value string
}

// name is a distinguished name in its order of encoding.
type name []attribute

// country is PrintableString by RFC 5280 appendix A (X520countryName).
func country(v string) attribute {
	return attribute{asn1.ObjectIdentifier{2, 5, 4, 6}, cbasn1.PrintableString, v}
}

func utf8Attribute(last int, v string) attribute {
	return attribute{asn1.ObjectIdentifier{2, 5, 4, last}, cbasn1.UTF8String, v}
}

func commonName(v string) attribute   { return utf8Attribute(3, v) }
func locality(v string) attribute     { return utf8Attribute(7, v) }
func organization(v string) attribute { return utf8Attribute(10, v) }
func unit(v string) attribute         { return utf8Attribute(11, v) }

// add appends the Name (RFC 5280 4.1.2.4) to b.
func (n name) add(b *cryptobyte.Builder) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		for _, a := range n {
			b.AddASN1(cbasn1.SET, a.add)
		}
	})
}

func (a attribute) add(b *cryptobyte.Builder) {
	b.AddASN1(cbasn1.SEQUENCE, func(b *cryptobyte.Builder) {
		b.AddASN1ObjectIdentifier(a.oid)
		b.AddASN1(a.tag, func(b *cryptobyte.Builder) { b.AddBytes([]byte(a.value)) })
	})
}

// der returns the encoded Name.
func (n name) der() []byte {
	var b cryptobyte.Builder
	n.add(&b)
	return b.BytesOrPanic()
}

// generalName appends one GeneralName (RFC 5280 4.2.1.6).
type generalName = cryptobyte.BuilderContinuation

func directoryName(n name) generalName {
	return func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.Tag(4).ContextSpecific().Constructed(), n.add)
	}
}

func uri(v string) generalName {
	return func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.Tag(6).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes([]byte(v)) })
	}
}

func emailAddress(v string) generalName {
	return func(b *cryptobyte.Builder) {
		b.AddASN1(cbasn1.Tag(1).ContextSpecific(), func(b *cryptobyte.Builder) { b.AddBytes([]byte(v)) })
	}
}

// otherName carries a UTF8String.
func otherName(oid asn1.ObjectIdentifier, v string) generalName {
	context0 := cbasn1.Tag(0).ContextSpecific().Constructed()
	return func(b *cryptobyte.Builder) {
		b.AddASN1(context0, func(b *cryptobyte.Builder) {
			b.AddASN1ObjectIdentifier(oid)
			b.AddASN1(context0, func(b *cryptobyte.Builder) {
				b.AddASN1(cbasn1.UTF8String, func(b *cryptobyte.Builder) { b.AddBytes([]byte(v)) })
			})
		})
	}
}
