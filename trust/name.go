package trust

import (
	"bytes"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/hex"
	"slices"
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
	start := len(out)
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
		from := len(out)
		out = appendAttribute(out, oid, value)
		attributes = append(attributes, out[from:])
	}
	if len(attributes) > 1 {
		return append(out[:start], der.SetOf(der.TagSet, attributes...)...), true
	}
	return wrapped(out, start, der.TagSet), true
}

// appendAttribute normalises the kinds of string that OpenSSL does; a
// NumericString and everything else counts octet for octet.
func appendAttribute(out []byte, oid, v element) []byte {
	start := len(out)
	out = append(out, oid.raw...)
	if text, ok := v.utf8(); ok && v.tag != tagNumericString {
		from := len(out)
		out = wrapped(appendFolded(out, text), from, der.TagUTF8String)
	} else {
		out = append(out, v.raw...)
	}
	return wrapped(out, start, der.TagSequence)
}

// wrapped puts a header before what was appended since start.
func wrapped(out []byte, start int, tag byte) []byte {
	var room [16]byte
	return slices.Insert(out, start, der.AppendHeader(room[:0], tag, int64(len(out)-start))...)
}

// appendFolded lower-cases ASCII, drops ASCII white space at the ends, and turns
// runs of it into one space.
func appendFolded(out, text []byte) []byte {
	start := len(out)
	pending := false
	for _, c := range text {
		if isSpace(c) {
			pending = len(out) > start
			continue
		}
		if pending {
			out = append(out, ' ')
			pending = false
		}
		out = append(out, lower(c))
	}
	return out
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
	b, ok := e.utf8()
	return string(b), ok
}

// utf8 is text as octets, the element's own where they are UTF-8.
func (e element) utf8() ([]byte, bool) {
	switch e.tag {
	case der.TagUTF8String:
		return e.content, utf8.Valid(e.content)
	case tagPrintableString, tagIA5String, tagVisibleString, tagNumericString, tagT61String:
		return latin1(e.content), true // T61String in the wild is Latin-1
	case tagBMPString:
		return bmp(e.content)
	case tagUniversalString:
		return universal(e.content)
	}
	return nil, false
}

func latin1(b []byte) []byte {
	if ascii(b) {
		return b
	}
	out := make([]byte, 0, 2*len(b))
	for _, c := range b {
		out = utf8.AppendRune(out, rune(c))
	}
	return out
}

func ascii(b []byte) bool {
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

func bmp(b []byte) ([]byte, bool) {
	if len(b)%2 != 0 {
		return nil, false
	}
	units := make([]uint16, len(b)/2)
	for i := range units {
		units[i] = uint16(b[2*i])<<8 | uint16(b[2*i+1])
	}
	return []byte(string(utf16.Decode(units))), true
}

func universal(b []byte) ([]byte, bool) {
	if len(b)%4 != 0 {
		return nil, false
	}
	out := make([]byte, 0, len(b))
	for ; len(b) > 0; b = b[4:] {
		v := uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
		if v > utf8.MaxRune {
			return nil, false
		}
		out = utf8.AppendRune(out, rune(v))
	}
	return out, true
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

// plainName reads a Name as most are: short elements in DER, attributes of X.520,
// letters, digits and simple signs. What it accepts, encoding/asn1 reads alike,
// at several times the cost.
func plainName(name []byte) (rdns pkix.RDNSequence, ok bool) {
	list, ok := only(name, der.TagSequence)
	if !ok || len(list)+2 != len(name) && (len(list)+3 != len(name) || len(list) < 0x80) {
		return nil, false
	}
	for len(list) > 0 {
		set, ok := list.takeShort(der.TagSet)
		if !ok {
			return nil, false
		}
		attribute, ok := set.takeShort(der.TagSequence)
		if !ok || len(set) > 0 {
			return nil, false
		}
		kind, ok := attribute.takeShort(der.TagOID)
		if !ok || len(kind) != 3 || kind[0] != 0x55 || kind[1] != 4 || kind[2] >= 0x80 || len(attribute) < 2 {
			return nil, false
		}
		tag := attribute[0]
		value, ok := attribute.takeShort(tag)
		if !ok || len(attribute) > 0 || !isPlainString(tag, value) {
			return nil, false
		}
		rdns = append(rdns, pkix.RelativeDistinguishedNameSET{{Type: asn1.ObjectIdentifier{2, 5, 4, int(kind[2])}, Value: string(value)}})
	}
	return rdns, true
}

// takeShort takes the next element off when it has the tag and is so short that
// its length has one form only.
func (in *input) takeShort(tag byte) (input, bool) {
	b := *in
	if len(b) < 2 || b[0] != tag || b[1] >= 0x80 || int(b[1]) > len(b)-2 {
		return nil, false
	}
	end := 2 + int(b[1])
	*in = b[end:]
	return b[2:end:end], true
}

// isPlainString tells values that mean the same in PrintableString and UTF8String.
func isPlainString(tag byte, value []byte) bool {
	if tag != tagPrintableString && tag != der.TagUTF8String {
		return false
	}
	for _, c := range value {
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == ' ', c >= '+' && c <= '/', c == '(', c == ')':
		default:
			return false
		}
	}
	return true
}

// NameString renders an encoded Name as RFC 4514 does; one that cannot be read
// in hexadecimal.
func NameString(name []byte) string {
	if rdns, ok := plainName(name); ok {
		return rdns.String()
	}
	var rdns pkix.RDNSequence
	if rest, err := asn1.Unmarshal(name, &rdns); err != nil || len(rest) > 0 {
		return "#" + hex.EncodeToString(name)
	}
	return rdns.String()
}
