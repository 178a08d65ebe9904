package trust

import (
	"math/big"
	"time"

	"github.com/jsign-jp/jsign/internal/der"
)

// Identifier octets that reading needs beside internal/der's.
const (
	tagNumericString   = 0x12
	tagPrintableString = 0x13
	tagT61String       = 0x14
	tagIA5String       = 0x16
	tagVisibleString   = 0x1a
	tagUniversalString = 0x1c
	tagBMPString       = 0x1e
)

// input is a run of elements being read from memory. It takes any definite
// length, the shortest form or not: OpenSSL reads those certificates too, and
// the signature is over the octets as found.
type input []byte

// element is one element: its identifier octet, its content and both with the header.
type element struct {
	tag     byte
	content input
	raw     []byte
}

// header reads an identifier and a definite length. ok is false when the input is
// too short, the tag number is above 30, or the length is indefinite.
func (in input) header() (tag byte, start, end int, ok bool) {
	if len(in) < 2 || in[0]&0x1f == 0x1f {
		return 0, 0, 0, false
	}
	if in[1] < 0x80 {
		end = 2 + int(in[1])
		return in[0], 2, end, end <= len(in)
	}
	n := int(in[1] & 0x7f)
	if n == 0 || n > 8 || len(in) < 2+n {
		return 0, 0, 0, false
	}
	length := 0
	for _, b := range in[2 : 2+n] {
		if length > maxElement>>8 {
			return 0, 0, 0, false
		}
		length = length<<8 | int(b)
	}
	if length > maxElement {
		return 0, 0, 0, false
	}
	end = 2 + n + length
	return in[0], 2 + n, end, end <= len(in)
}

// next takes the next element off.
func (in *input) next() (element, bool) {
	tag, start, end, ok := in.header()
	if !ok {
		return element{}, false
	}
	e := element{tag, (*in)[start:end:end], (*in)[:end:end]}
	*in = (*in)[end:]
	return e, true
}

// take takes the next element off when it has the tag.
func (in *input) take(tag byte) (element, bool) {
	b := *in
	if len(b) < 2 || b[0] != tag {
		return element{}, false
	}
	end := 2 + int(b[1])
	if b[1] >= 0x80 || end > len(b) || tag&0x1f == 0x1f { // most are short
		return in.next()
	}
	*in = b[end:]
	return element{tag, b[2:end:end], b[:end:end]}, true
}

// optional takes the next element off when it has the tag. ok is false only
// when it has the tag and is broken.
func (in *input) optional(tag byte) (e element, present, ok bool) {
	if len(*in) == 0 || (*in)[0] != tag {
		return element{}, false, true
	}
	e, ok = in.next()
	return e, ok, ok
}

// wellFormed reports whether the input is a run of elements with definite lengths.
func (in input) wellFormed() bool {
	for len(in) > 0 {
		if _, ok := in.next(); !ok {
			return false
		}
	}
	return true
}

// count returns the number of elements; ok is false when one is broken or there are
// more than limit.
func (in input) count(limit int) (n int, ok bool) {
	for ; len(in) > 0; n++ {
		if _, ok := in.next(); !ok || n == limit {
			return 0, false
		}
	}
	return n, true
}

// only reads data as exactly one element with the tag and returns its content.
func only(data []byte, tag byte) (input, bool) {
	in := input(data)
	e, ok := in.take(tag)
	return e.content, ok && len(in) == 0
}

// integer reads INTEGER content, two's complement; not empty.
func (in input) integer() (*big.Int, bool) {
	n, ok := in.unsigned()
	if ok && in.negative() {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(in))))
	}
	return n, ok
}

// unsigned reads INTEGER content as a magnitude, as OpenSSL reads the numbers of an
// RSA key: old cards leave the octet out that makes them positive.
func (in input) unsigned() (*big.Int, bool) {
	if len(in) == 0 || len(in) > maxInteger {
		return nil, false
	}
	return new(big.Int).SetBytes(in), true
}

// negative reports whether INTEGER content is a negative number (X.690, 8.3.3).
func (in input) negative() bool { return len(in) > 0 && in[0] >= 0x80 }

// small reads INTEGER content that fits 31 bits; larger ones become the
// largest, negative ones fail.
func (in input) small() (int, bool) {
	if len(in) == 1 && in[0] < 0x80 {
		return int(in[0]), true
	}
	n, ok := in.integer()
	if !ok || n.Sign() < 0 {
		return 0, false
	}
	if n.BitLen() > 31 {
		return 1<<31 - 1, true
	}
	return int(n.Int64()), true
}

// boolean reads BOOLEAN content: any octet but zero is true (X.690, 8.2.2).
func (in input) boolean() (value, ok bool) {
	return len(in) == 1 && in[0] != 0, len(in) == 1
}

// bits reads BIT STRING content. unused bits are cleared.
func (in input) bits() (octets []byte, unused int, ok bool) {
	if len(in) == 0 || in[0] > 7 || (len(in) == 1 && in[0] != 0) {
		return nil, 0, false
	}
	unused = int(in[0])
	octets = in[1:]
	if unused != 0 && octets[len(octets)-1]&(1<<unused-1) != 0 {
		octets = append([]byte(nil), octets...)
		octets[len(octets)-1] &^= 1<<unused - 1
	}
	return octets, unused, true
}

// flagBits reads the first 16 bits of a named bit list: the first octet below,
// the second above, each with bit 0 of ASN.1 as its highest.
func (in input) flagBits() (uint32, bool) {
	octets, _, ok := in.bits()
	if !ok {
		return 0, false
	}
	var v uint32
	if len(octets) > 0 {
		v = uint32(octets[0])
	}
	if len(octets) > 1 {
		v |= uint32(octets[1]) << 8
	}
	return v, true
}

// algorithm takes an AlgorithmIdentifier off.
func (in *input) algorithm() (der.AlgorithmIdentifier, bool) {
	seq, ok := in.take(der.TagSequence)
	if !ok {
		return der.AlgorithmIdentifier{}, false
	}
	oid, ok := seq.content.take(der.TagOID)
	if !ok || !OID(oid.content).Valid() {
		return der.AlgorithmIdentifier{}, false
	}
	a := der.AlgorithmIdentifier{Algorithm: OID(oid.content)}
	if len(seq.content) > 0 {
		p, ok := seq.content.next()
		if !ok || len(seq.content) > 0 {
			return der.AlgorithmIdentifier{}, false
		}
		a.Parameters = p.raw
	}
	return a, true
}

// instant takes a Time off. Only the forms RFC 5280 allows (4.1.2.5) give a
// time; any other UTCTime or GeneralizedTime gives the zero time.
func (in *input) instant() (time.Time, bool) {
	e, ok := in.next()
	if !ok || (e.tag != der.TagUTCTime && e.tag != der.TagGeneralizedTime) {
		return time.Time{}, false
	}
	return parseTime(e.tag, string(e.content)), true
}

func parseTime(tag byte, s string) time.Time {
	century, ok := 0, true
	if tag == der.TagGeneralizedTime {
		if len(s) != len("YYYYMMDDhhmmssZ") {
			return time.Time{}
		}
		century, ok = twoDigits(s)
		s = s[2:]
	}
	if !ok || len(s) != len("YYMMDDhhmmssZ") || s[12] != 'Z' {
		return time.Time{}
	}
	var field [6]int // year to second
	for i := range field {
		if field[i], ok = twoDigits(s[2*i:]); !ok {
			return time.Time{}
		}
	}
	if tag == der.TagUTCTime {
		century = 20
		if field[0] >= 50 { // 4.1.2.5.1
			century = 19
		}
	}
	t := time.Date(100*century+field[0], time.Month(field[1]), field[2], field[3], field[4], field[5], 0, time.UTC)
	if int(t.Month()) != field[1] || t.Day() != field[2] || t.Hour() != field[3] || t.Minute() != field[4] || t.Second() != field[5] {
		return time.Time{} // a field was out of its range
	}
	return t
}

// twoDigits reads the decimal number in the first two octets.
func twoDigits(s string) (n int, ok bool) {
	a, b := s[0]-'0', s[1]-'0'
	return 10*int(a) + int(b), a <= 9 && b <= 9
}

// extensions reads the content of an Extensions SEQUENCE.
func (in input) extensions() ([]Extension, bool) {
	n, ok := in.count(maxExtensions)
	if !ok {
		return nil, false
	}
	list := make([]Extension, 0, n)
	for len(in) > 0 {
		seq, ok := in.take(der.TagSequence)
		if !ok {
			return nil, false
		}
		x, ok := seq.content.extension()
		if !ok {
			return nil, false
		}
		list = append(list, x)
	}
	return list, true
}

func (in input) extension() (x Extension, ok bool) {
	oid, ok := in.take(der.TagOID)
	if !ok || !OID(oid.content).Valid() {
		return x, false
	}
	x.ID = OID(oid.content)
	critical, present, ok := in.optional(der.TagBoolean)
	if !ok {
		return x, false
	}
	if present {
		if x.Critical, ok = critical.content.boolean(); !ok {
			return x, false
		}
	}
	value, ok := in.take(der.TagOctetString)
	x.Value = value.content
	return x, ok && len(in) == 0
}
