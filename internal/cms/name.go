package cms

import (
	"bytes"
	"encoding/binary"
	"unicode/utf16"

	"github.com/jsign-jp/jsign/internal/der"
)

// SameName compares two Names as OpenSSL does: letter case of ASCII, runs of
// white space and the kind of string do not matter (RFC 5280, 7.1, in part).
func SameName(a, b []byte) bool {
	if bytes.Equal(a, b) {
		return true
	}
	ca, errA := CanonicalName(a)
	cb, errB := CanonicalName(b)
	return errA == nil && errB == nil && bytes.Equal(ca, cb)
}

// CanonicalName returns a form of a Name that is equal for Names that are the
// same; its octets mean nothing else. Errors are *der.SyntaxError.
func CanonicalName(name []byte) ([]byte, error) {
	const where = "Name"
	r := der.NewBytesReader(name)
	if err := r.EnterTag(der.TagSequence, where); err != nil {
		return nil, err
	}
	var out [][]byte
	for {
		_, more, err := r.Next()
		if err != nil {
			return nil, err
		}
		if !more {
			return der.Sequence(out...), leave(r, where)
		}
		rdn, err := canonicalRDN(r)
		if err != nil {
			return nil, err
		}
		out = append(out, rdn)
	}
}

// canonicalRDN reads RelativeDistinguishedName.
func canonicalRDN(r *der.Reader) ([]byte, error) {
	const where = "RelativeDistinguishedName"
	if err := r.EnterTag(der.TagSet, where); err != nil {
		return nil, err
	}
	var out [][]byte
	for {
		_, more, err := r.Next()
		if err != nil {
			return nil, err
		}
		if !more {
			return der.SetOf(der.TagSet, out...), leave(r, where)
		}
		if err := r.EnterTag(der.TagSequence, where); err != nil {
			return nil, err
		}
		attribute, err := r.OID(where)
		if err != nil {
			return nil, err
		}
		value, err := r.Any(where, maxName)
		if err != nil {
			return nil, err
		}
		if err := leave(r, where); err != nil {
			return nil, err
		}
		out = append(out, der.Sequence(der.ObjectIdentifier(attribute), canonicalValue(value)))
	}
}

// canonicalValue folds a character string into a lower-case UTF8String; other
// values stay.
func canonicalValue(element []byte) []byte {
	r := der.NewBytesReader(element)
	h, ok, err := r.Next()
	if err != nil || !ok {
		return element
	}
	text, ok := stringText(h.Tag, element[h.Size:])
	if !ok {
		return element
	}
	return der.Element(der.TagUTF8String, foldText(text))
}

// stringText returns a string's content in UTF-8; ok is false for types that
// are compared as they are.
func stringText(tag byte, content []byte) (text []byte, ok bool) {
	switch tag {
	case 12, 19, 22, 26: // UTF8String, PrintableString, IA5String, VisibleString
		return content, true
	case 20: // TeletexString, taken for Latin-1
		var b bytes.Buffer
		for _, c := range content {
			b.WriteRune(rune(c))
		}
		return b.Bytes(), true
	case 30: // BMPString
		units := make([]uint16, len(content)/2)
		for i := range units {
			units[i] = binary.BigEndian.Uint16(content[2*i:])
		}
		return []byte(string(utf16.Decode(units))), true
	case 28: // UniversalString
		var b bytes.Buffer
		for ; len(content) >= 4; content = content[4:] {
			b.WriteRune(rune(binary.BigEndian.Uint32(content)))
		}
		return b.Bytes(), true
	}
	return nil, false
}

// foldText drops white space at both ends, makes one space of every other run
// of it and lower-cases ASCII letters.
func foldText(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for _, c := range text {
		switch {
		case isSpace(c):
			if len(out) > 0 && out[len(out)-1] != ' ' {
				out = append(out, ' ')
			}
		case c >= 'A' && c <= 'Z':
			out = append(out, c+'a'-'A')
		default:
			out = append(out, c)
		}
	}
	return bytes.TrimSuffix(out, []byte(" "))
}
