package identity

import (
	"crypto/x509"
	"encoding/asn1"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	cbasn1 "golang.org/x/crypto/cryptobyte/asn1"
)

// rawName is one otherName.
type rawName struct {
	oid   asn1.ObjectIdentifier
	value []byte // DER below the [0]
}

// attributeOf returns the last arc of a JPKI personal-data attribute
// (1.2.392.200149.8.5.5.n), or 0.
func attributeOf(oid asn1.ObjectIdentifier) int {
	arc := asn1.ObjectIdentifier{1, 2, 392, 200149, 8, 5, 5}
	if len(oid) != len(arc)+1 || !oid[:len(arc)].Equal(arc) {
		return 0
	}
	return oid[len(arc)]
}

// otherNames returns the otherNames of the subjectAltName in order. What is
// malformed ends the reading.
func otherNames(c *x509.Certificate) []rawName {
	oid := asn1.ObjectIdentifier{2, 5, 29, 17}
	for _, e := range c.Extensions {
		if e.Id.Equal(oid) && len(e.Value) <= maxAltNameSize {
			return parseOtherNames(e.Value)
		}
	}
	return nil
}

// parseOtherNames reads GeneralNames (RFC 5280 4.2.1.6).
func parseOtherNames(der cryptobyte.String) []rawName {
	var names cryptobyte.String
	if !der.ReadASN1(&names, cbasn1.SEQUENCE) {
		return nil
	}
	var list []rawName
	for n := 0; !names.Empty() && n < maxAltNames; n++ {
		var name cryptobyte.String
		var tag cbasn1.Tag
		if !names.ReadAnyASN1(&name, &tag) {
			break
		}
		if tag != contextZero() {
			continue // another kind of name
		}
		if raw, ok := parseOtherName(name); ok {
			list = append(list, raw)
		}
	}
	return list
}

func contextZero() cbasn1.Tag { return cbasn1.Tag(0).ContextSpecific().Constructed() }

// parseOtherName reads the inside of OtherName: type-id, [0] EXPLICIT value.
func parseOtherName(der cryptobyte.String) (rawName, bool) {
	var raw rawName
	var value cryptobyte.String
	if !der.ReadASN1ObjectIdentifier(&raw.oid) || !der.ReadASN1(&value, contextZero()) {
		return rawName{}, false
	}
	raw.value = value
	return raw, true
}

// text returns the value when it is a character string that is safe to print.
// Real certificates have UTF8String; the other two are subsets of it.
func (n rawName) text() (string, bool) {
	der := cryptobyte.String(n.value)
	var text cryptobyte.String
	var tag cbasn1.Tag
	if len(der) > maxValueSize || !der.ReadAnyASN1(&text, &tag) || !der.Empty() {
		return "", false
	}
	switch tag {
	case cbasn1.UTF8String, cbasn1.PrintableString, cbasn1.IA5String:
		s := string(text)
		return s, s != "" && utf8.ValidString(s) && !strings.ContainsFunc(s, isUnsafe)
	}
	return "", false
}
