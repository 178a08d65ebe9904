package trust

import (
	"bytes"
	"strings"
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
	var out []byte
	for len(rdns) > 0 {
		set, ok := rdns.take(der.TagSet)
		if !ok {
			return name
		}
		rdn, ok := canonicalRDN(set.content)
		if !ok {
			return name
		}
		out = append(out, rdn...)
	}
	return out
}

func canonicalRDN(set input) ([]byte, bool) {
	var attributes [][]byte
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
		attributes = append(attributes, der.Sequence(oid.raw, canonicalValue(value)))
	}
	return der.SetOf(der.TagSet, attributes...), true
}

// canonicalValue normalises the kinds of string that OpenSSL does; a
// NumericString and everything else counts octet for octet.
func canonicalValue(v element) []byte {
	if v.tag == tagNumericString {
		return v.raw
	}
	s, ok := v.text()
	if !ok {
		return v.raw
	}
	return der.Element(der.TagUTF8String, []byte(foldSpaces(s)))
}

// foldSpaces lower-cases ASCII, drops ASCII white space at the ends, and turns
// runs of it into one space.
func foldSpaces(s string) string {
	var b strings.Builder
	pending := false
	for i := range len(s) {
		c := s[i]
		if isSpace(c) {
			pending = b.Len() > 0
			continue
		}
		if pending {
			b.WriteByte(' ')
			pending = false
		}
		b.WriteByte(lower(c))
	}
	return b.String()
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
	runes := make([]rune, len(b))
	for i, c := range b {
		runes[i] = rune(c)
	}
	return string(runes)
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
