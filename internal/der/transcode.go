package der

import (
	"bytes"
	"io"
)

// ToDER returns the one element that fills b in DER: definite lengths in the
// fewest octets, universal strings in one piece. The order of SET elements is
// kept, and values are not looked into. b itself is returned when nothing is to
// be done. Implicitly tagged strings in pieces stay constructed: without their
// type they cannot be told from a SEQUENCE.
func ToDER(b []byte) ([]byte, error) {
	if _, ok, err := Check(b); ok || err != nil {
		return b, err
	}
	var out bytes.Buffer
	out.Grow(len(b))
	if err := Transcode(&out, func() *Reader { return NewBytesReader(b) }); err != nil {
		return nil, err
	}
	_, _, err := Check(out.Bytes()) // a joined string may be no value of its type
	return out.Bytes(), err
}

// Transcode writes the first element of a stream to dst in DER, as ToDER. It
// reads the stream twice, first for the lengths, so open is called twice and
// must begin at the same element; memory is 8 octets for each constructed
// element.
func Transcode(dst io.Writer, open func() *Reader) error {
	var t transcoder
	r := open()
	if _, err := r.expect(); err != nil {
		return err
	}
	if _, err := t.measure(r); err != nil {
		return err
	}
	r = open()
	if _, err := r.expect(); err != nil {
		return err
	}
	return t.write(dst, r)
}

// transcoder holds the content length of every element that is constructed on
// the wire, in the order they begin.
type transcoder struct {
	lengths []int64
	next    int
}

// joined tells a universal string in pieces.
func joined(h Header) bool { return h.Constructed() && h.Universal() && mayBePieces(h.Number) }

// mayHoldElements tells the types whose content is elements: all but universal
// ones other than SEQUENCE, SET, EXTERNAL and EMBEDDED PDV.
func mayHoldElements(h Header) bool {
	return !h.Universal() || h.Number == 16 || h.Number == 17 || h.Number == 8 || h.Number == 11
}

// measure returns the DER size of the next element and notes the lengths in it.
func (t *transcoder) measure(r *Reader) (int64, error) {
	h := r.head
	if !h.Constructed() {
		return tagSize(h) + ElementSize(h.Length) - 1, r.Skip()
	}
	if len(t.lengths) == MaxElements {
		return 0, r.Fault(OverLimit, "number of elements")
	}
	slot := len(t.lengths)
	t.lengths = append(t.lengths, 0)
	length, err := t.measureContent(r, h)
	if err != nil {
		return 0, err
	}
	t.lengths[slot] = length
	return tagSize(h) + ElementSize(length) - 1, nil
}

func (t *transcoder) measureContent(r *Reader, h Header) (length int64, err error) {
	if joined(h) {
		return r.pieces(io.Discard, 0)
	}
	if !mayHoldElements(h) {
		return 0, r.Fault(NotPrimitive, "")
	}
	if err := r.Enter(); err != nil {
		return 0, err
	}
	for {
		_, ok, err := r.Next()
		if err != nil {
			return 0, err
		}
		if !ok {
			return length, r.Leave()
		}
		n, err := t.measure(r)
		if err != nil {
			return 0, err
		}
		length += n
	}
}

// write writes the next element, whose lengths measure noted.
func (t *transcoder) write(dst io.Writer, r *Reader) error {
	h := r.head
	length := h.Length
	if h.Constructed() {
		length = t.lengths[t.next]
		t.next++
	}
	tag := h.Tag
	if joined(h) {
		tag &^= 0x20
	}
	if _, err := dst.Write(appendTagged(nil, tag, h.Number, length)); err != nil {
		return err
	}
	if !h.Constructed() || joined(h) {
		_, err := r.pieces(dst, 0)
		return err
	}
	if err := r.Enter(); err != nil {
		return err
	}
	for {
		_, ok, err := r.Next()
		if err != nil {
			return err
		}
		if !ok {
			return r.Leave()
		}
		if err := t.write(dst, r); err != nil {
			return err
		}
	}
}

// tagSize returns how many octets the shortest form of the tag has.
func tagSize(h Header) int64 {
	n := int64(1)
	if h.Number >= 31 {
		for v := h.Number; v > 0; v >>= 7 {
			n++
		}
	}
	return n
}

// appendTagged is AppendHeader for any tag number.
func appendTagged(dst []byte, tag byte, number uint32, length int64) []byte {
	if number < 31 {
		return AppendHeader(dst, tag&0xe0|byte(number), length)
	}
	dst = append(dst, tag|0x1f)
	for shift := 21; shift >= 0; shift -= 7 {
		if c := number >> shift; c > 0 {
			septet := byte(c & 0x7f)
			if shift > 0 {
				septet |= 0x80
			}
			dst = append(dst, septet)
		}
	}
	return append(dst, AppendHeader(nil, 0, length)[1:]...)
}
