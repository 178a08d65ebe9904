package der

import (
	"bytes"
	"math/big"
	"slices"
	"time"
)

// Identifier octets. ContextPrimitive and ContextConstructed are [0]; [n] is
// ContextPrimitive|n and ContextConstructed|n.
const (
	TagBoolean         byte = 0x01
	TagInteger         byte = 0x02
	TagBitString       byte = 0x03
	TagOctetString     byte = 0x04
	TagNull            byte = 0x05
	TagOID             byte = 0x06
	TagEnumerated      byte = 0x0a
	TagUTF8String      byte = 0x0c
	TagUTCTime         byte = 0x17
	TagGeneralizedTime byte = 0x18
	TagSequence        byte = 0x30
	TagSet             byte = 0x31

	ContextPrimitive   byte = 0x80
	ContextConstructed byte = 0xa0
)

// AppendHeader appends an identifier octet and the shortest form of length
// (X.690, 10.1).
func AppendHeader(dst []byte, tag byte, length int64) []byte {
	dst = append(dst, tag)
	if length < 0x80 {
		return append(dst, byte(length))
	}
	n := lengthOctets(length)
	dst = append(dst, 0x80|byte(n))
	for i := n - 1; i >= 0; i-- {
		dst = append(dst, byte(length>>(8*i)))
	}
	return dst
}

func lengthOctets(length int64) int {
	n := 0
	for ; length > 0; length >>= 8 {
		n++
	}
	return n
}

// HeaderSize returns the number of octets AppendHeader appends.
func HeaderSize(length int64) int64 {
	if length < 0x80 {
		return 2
	}
	return 2 + int64(lengthOctets(length))
}

// ElementSize returns the size of an element with a one-octet tag whose
// content has the given length.
func ElementSize(length int64) int64 { return HeaderSize(length) + length }

// Element returns one element: tag, length, and the parts joined.
func Element(tag byte, parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	out := AppendHeader(make([]byte, 0, ElementSize(int64(n))), tag, int64(n))
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

// Sequence returns a SEQUENCE of the given elements.
func Sequence(elements ...[]byte) []byte { return Element(TagSequence, elements...) }

// SetOf returns a SET OF the given elements with the given tag (TagSet or an
// implicit one), sorted as DER demands (X.690, 11.6). The argument is left as
// it was.
func SetOf(tag byte, elements ...[]byte) []byte {
	return Element(tag, Sorted(elements)...)
}

// Sorted returns the encodings in the order of a DER SET OF: ascending, the
// shorter one padded with zero octets (X.690, 11.6).
func Sorted(elements [][]byte) [][]byte {
	if len(elements) < 2 {
		return elements
	}
	sorted := slices.Clone(elements)
	slices.SortStableFunc(sorted, bytes.Compare)
	return sorted
}

// Null returns NULL.
func Null() []byte { return []byte{TagNull, 0} }

// ObjectIdentifier returns an OBJECT IDENTIFIER.
func ObjectIdentifier(o OID) []byte { return Element(TagOID, []byte(o)) }

// OctetString returns an OCTET STRING.
func OctetString(b []byte) []byte { return Element(TagOctetString, b) }

// Integer returns an INTEGER.
func Integer(n int64) []byte { return Element(TagInteger, IntegerContent(big.NewInt(n))) }

// BigInteger returns an INTEGER.
func BigInteger(n *big.Int) []byte { return Element(TagInteger, IntegerContent(n)) }

// IntegerContent returns the content octets of an INTEGER: two's complement,
// as few octets as hold it (X.690, 8.3).
func IntegerContent(n *big.Int) []byte {
	if n.Sign() >= 0 {
		// One bit more than the magnitude, for the sign.
		return n.FillBytes(make([]byte, n.BitLen()/8+1))
	}
	size := new(big.Int).Not(n).BitLen()/8 + 1
	wrapped := new(big.Int).Add(n, new(big.Int).Lsh(big.NewInt(1), uint(8*size)))
	return wrapped.FillBytes(make([]byte, size))
}

// Time returns a Time as CMS and X.509 choose it: UTCTime from 1950 to 2049,
// GeneralizedTime else, in UTC, seconds present, no fraction (RFC 5652, 11.3).
func Time(t time.Time) []byte {
	t = t.UTC()
	if y := t.Year(); y >= 1950 && y < 2050 {
		return Element(TagUTCTime, []byte(t.Format("060102150405Z")))
	}
	return Element(TagGeneralizedTime, []byte(t.Format("20060102150405Z")))
}
