package trust

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/jsign-jp/jsign/internal/der"
)

// EqualNames compares two encoded Names as OpenSSL does (RFC 5280, 7.1): letter
// case, runs of spaces and the type of string do not count.
func EqualNames(a, b []byte) bool {
	return bytes.Equal(a, b) || bytes.Equal(CanonicalName(a), CanonicalName(b))
}

// CanonicalName returns the form of an encoded Name that is the same for equal
// names: the RDNs one after another, each attribute value that is a string in
// UTF-8, lower case in ASCII, without spaces at its ends, with single ones
// inside. A Name that holds another's form as a prefix lies in its subtree. What
// cannot be read as a Name is returned as it is.
func CanonicalName(name []byte) []byte {
	rdns, ok := only(name, der.TagSequence)
	if !ok {
		return name
	}
	out := make([]byte, 0, len(name))
	for len(rdns) > 0 {
		set, ok := rdns.take(der.TagSet)
		if !ok {
			return name
		}
		if out, ok = appendRDN(out, set.content); !ok {
			return name
		}
	}
	return out
}

func appendRDN(out []byte, set input) ([]byte, bool) {
	var only [1][]byte // nearly all RDNs have one attribute
	attributes := only[:0]
	for len(set) > 0 {
		seq, ok := set.take(der.TagSequence)
		if !ok || len(attributes) == maxRDNs {
			return nil, false
		}
		oid, ok := seq.content.take(der.TagOID)
		if !ok {
			return nil, false
		}
		value, ok := seq.content.next()
		if !ok || len(seq.content) > 0 {
			return nil, false
		}
		attributes = append(attributes, canonicalAttribute(oid, value))
	}
	if len(attributes) > 1 {
		return append(out, der.SetOf(der.TagSet, attributes...)...), true
	}
	n := 0
	for _, a := range attributes {
		n += len(a)
	}
	out = der.AppendHeader(out, der.TagSet, int64(n))
	for _, a := range attributes {
		out = append(out, a...)
	}
	return out, true
}

// canonicalAttribute normalises the kinds of string that OpenSSL does; a
// NumericString and everything else counts octet for octet.
func canonicalAttribute(oid, v element) []byte {
	value := v.raw
	if s, ok := v.text(); ok && v.tag != tagNumericString {
		folded := foldSpaces(s)
		value = append(der.AppendHeader(make([]byte, 0, len(folded)+8), der.TagUTF8String, int64(len(folded))), folded...)
	}
	out := der.AppendHeader(make([]byte, 0, len(oid.raw)+len(value)+8), der.TagSequence, int64(len(oid.raw)+len(value)))
	return append(append(out, oid.raw...), value...)
}

// foldSpaces lower-cases ASCII, drops ASCII white space at the ends, and turns
// runs of it into one space.
func foldSpaces(s string) []byte {
	b := make([]byte, 0, len(s))
	pending := false
	for i := range len(s) {
		c := s[i]
		if isSpace(c) {
			pending = len(b) > 0
			continue
		}
		if pending {
			b = append(b, ' ')
			pending = false
		}
		b = append(b, lower(c))
	}
	return b
}

func isSpace(c byte) bool { return c == ' ' || '\t' <= c && c <= '\r' }

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

// text returns a character string in UTF-8. ok is false for other types and for
// octets that are not of the type.
func (e element) text() (string, bool) {
	switch e.tag {
	case der.TagUTF8String:
		return string(e.content), utf8.Valid(e.content)
	case tagPrintableString, tagIA5String, tagVisibleString, tagNumericString, tagT61String:
		return latin1(e.content), true // T61String in the wild is Latin-1
	case tagBMPString:
		return bmp(e.content)
	case tagUniversalString:
		return universal(e.content)
	}
	return "", false
}

func latin1(b []byte) string {
	if ascii(b) {
		return string(b)
	}
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func bmp(b []byte) (string, bool) {
	if len(b)%2 != 0 {
		return "", false
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	return string(utf16.Decode(units)), true
}

func universal(b []byte) (string, bool) {
	if len(b)%4 != 0 {
		return "", false
	}
	runes := make([]rune, len(b)/4)
	for i := range runes {
		v := uint32(b[4*i])<<24 | uint32(b[4*i+1])<<16 | uint32(b[4*i+2])<<8 | uint32(b[4*i+3])
		if v > utf8.MaxRune {
			return "", false
		}
		runes[i] = rune(v)
	}
	return string(runes), true
}

// validName reports whether the octets are a Name: SEQUENCE of SET of SEQUENCE
// of type and value, within limits.
func validName(name []byte) bool {
	rdns, ok := only(name, der.TagSequence)
	for n := 0; ok && len(rdns) > 0; n++ {
		var set element
		if set, ok = rdns.take(der.TagSet); !ok || n > maxRDNs {
			return false
		}
		ok = validRDN(set.content)
	}
	return ok
}

func validRDN(set input) bool {
	for n := 0; len(set) > 0; n++ {
		seq, ok := set.take(der.TagSequence)
		if !ok || n > maxRDNs {
			return false
		}
		oid, ok := seq.content.take(der.TagOID)
		if !ok || !OID(oid.content).Valid() {
			return false
		}
		if _, ok = seq.content.next(); !ok || len(seq.content) > 0 {
			return false
		}
	}
	return true
}

// attributes calls f with each attribute of a Name that has the type.
func attributes(name []byte, id OID, f func(value element)) {
	rdns, _ := only(name, der.TagSequence)
	for len(rdns) > 0 {
		set, ok := rdns.take(der.TagSet)
		if !ok {
			return
		}
		for len(set.content) > 0 {
			seq, ok := set.content.take(der.TagSequence)
			if !ok {
				return
			}
			oid, ok := seq.content.take(der.TagOID)
			if !ok {
				return
			}
			if value, ok := seq.content.next(); ok && OID(oid.content) == id {
				f(value)
			}
		}
	}
}

// emptyName reports whether a Name has no RDN.
func emptyName(name []byte) bool {
	rdns, ok := only(name, der.TagSequence)
	return ok && len(rdns) == 0
}

// NameString renders an encoded Name as RFC 4514 does; one that cannot be read
// in hexadecimal.
func NameString(name []byte) string {
	var rdns pkix.RDNSequence
	if rest, err := asn1.Unmarshal(name, &rdns); err != nil || len(rest) > 0 {
		return "#" + hex.EncodeToString(name)
	}
	return rdns.String()
}
