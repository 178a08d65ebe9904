package online

import (
	"encoding/hex"
	"strings"
	"unicode/utf8"

	"golang.org/x/crypto/cryptobyte"
	"golang.org/x/crypto/cryptobyte/asn1"

	"github.com/jsign-jp/jsign/internal/der"
)

// distinguishedName writes an encoded Name as directories are asked for it (RFC 4514):
// the last RDN first.
func distinguishedName(name []byte) (string, bool) {
	in := cryptobyte.String(name)
	var rdns cryptobyte.String
	if !in.ReadASN1(&rdns, asn1.SEQUENCE) || !in.Empty() {
		return "", false
	}
	var parts []string
	for !rdns.Empty() {
		var set cryptobyte.String
		if !rdns.ReadASN1(&set, asn1.SET) || len(parts) == maxNameAttributes {
			return "", false
		}
		rdn, ok := relativeName(set)
		if !ok {
			return "", false
		}
		parts = append([]string{rdn}, parts...)
	}
	return strings.Join(parts, ","), true
}

func relativeName(set cryptobyte.String) (string, bool) {
	var parts []string
	for !set.Empty() {
		var seq, value cryptobyte.String
		var id []byte
		var element cryptobyte.String
		var tag asn1.Tag
		if len(parts) == maxNameAttributes || !set.ReadASN1(&seq, asn1.SEQUENCE) ||
			!seq.ReadASN1((*cryptobyte.String)(&id), asn1.OBJECT_IDENTIFIER) || !seq.ReadAnyASN1Element(&element, &tag) || !seq.Empty() {
			return "", false
		}
		content := element
		if !content.ReadAnyASN1(&value, &tag) {
			return "", false
		}
		kind, known := attributeName(der.OID(id))
		text, ok := attributeValue(tag, value, element, known)
		if !ok {
			return "", false
		}
		parts = append(parts, kind+"="+text)
	}
	return strings.Join(parts, "+"), len(parts) > 0
}

// attributeName returns the short name of an attribute type, or its dotted form (RFC
// 4514, 3).
func attributeName(id der.OID) (name string, known bool) {
	switch id {
	case "\x55\x04\x03":
		return "CN", true
	case "\x55\x04\x06":
		return "C", true
	case "\x55\x04\x07":
		return "L", true
	case "\x55\x04\x08":
		return "ST", true
	case "\x55\x04\x09":
		return "STREET", true
	case "\x55\x04\x0a":
		return "O", true
	case "\x55\x04\x0b":
		return "OU", true
	case "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x19":
		return "DC", true
	case "\x09\x92\x26\x89\x93\xf2\x2c\x64\x01\x01":
		return "UID", true
	}
	return id.String(), false
}

// attributeValue writes a value: as text where it is text of a type that is known, else
// as its encoding (RFC 4514, 2.4). No directory has names that are no strings.
func attributeValue(tag asn1.Tag, value, element []byte, known bool) (text string, ok bool) {
	switch tag {
	case asn1.UTF8String, asn1.PrintableString, asn1.IA5String:
		if !utf8.Valid(value) {
			return "", false
		}
		if known {
			return escape(string(value)), true
		}
	case asn1.T61String, tagNumericString, tagUniversalString, tagBMPString:
	default:
		return "", false
	}
	return "#" + hex.EncodeToString(element), true
}

// Strings that package asn1 has no name for.
const (
	tagNumericString   = asn1.Tag(0x12)
	tagUniversalString = asn1.Tag(0x1c)
	tagBMPString       = asn1.Tag(0x1e)
)

// escape writes a value so that nothing in it means anything (RFC 4514, 2.4).
func escape(value string) string {
	var b strings.Builder
	for i, r := range value {
		edge := r == ' ' && (i == 0 || i == len(value)-1) || r == '#' && i == 0
		switch {
		case r < ' ':
			b.WriteString(`\` + hex.EncodeToString([]byte{byte(r)}))
		case edge, strings.ContainsRune(`"+,;<>\=`, r):
			b.WriteString(`\` + string(r))
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}
