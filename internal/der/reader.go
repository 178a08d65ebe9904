package der

import (
	"bytes"
	"errors"
	"io"
	"math"
)

// Reader walks BER as a stream. It holds a buffer and the open elements, never
// the input. It is used by one goroutine.
//
// Offsets count from where the Reader began.
type Reader struct {
	src  io.Reader // nil: all input is in buf
	buf  []byte
	r, w int   // buf[r:w] is unread
	pos  int64 // offset of buf[r]
	err  error // what src returned, kept

	depth    int      // how many elements are open
	outer    [8]frame // those opened first; a pointer into the Reader itself would put it on the heap
	inner    []frame  // the rest
	top      frame    // the innermost, or what is around all
	head     Header   // of the next element, when haveHead
	haveHead bool
	notDER   int64 // offset of the first header that is not DER; -1 for none
}

// frame is an open constructed element.
type frame struct {
	end   int64 // offset after the content; -1 when indefinite
	limit int64 // the nearest known end around
}

// NewReader returns a Reader of a stream with a buffer of the given size, at
// least minBuffer; 0 is DefaultBuffer.
func NewReader(src io.Reader, buffer int) *Reader {
	if buffer == 0 {
		buffer = DefaultBuffer
	}
	return newReader(src, make([]byte, max(buffer, minBuffer)), 0)
}

// NewBytesReader returns a Reader of b. What its Raw and Bytes return are parts
// of b, not copies.
func NewBytesReader(b []byte) *Reader { return newReader(nil, b, len(b)) }

func newReader(src io.Reader, buf []byte, filled int) *Reader {
	return &Reader{src: src, buf: buf, w: filled, notDER: -1, top: frame{end: -1, limit: math.MaxInt64}}
}

// Offset returns the offset of the next unread octet.
func (r *Reader) Offset() int64 { return r.pos }

// NotDER returns the offset of the first header read that is not DER
// (indefinite or overlong length, constructed string), -1 for none. Elements
// taken whole with a definite length are not looked into: Check does.
func (r *Reader) NotDER() int64 { return r.notDER }

// Fault makes the error for the element that Next looks at.
func (r *Reader) Fault(reason Reason, where string) error {
	return &SyntaxError{Offset: r.pos, Reason: reason, Where: where}
}

// available makes n octets unread in the buffer and reports whether there are
// as many before the input ends.
func (r *Reader) available(n int) bool {
	for r.w-r.r < n {
		if r.src == nil || r.err != nil {
			return false
		}
		if r.r > 0 {
			r.w = copy(r.buf, r.buf[r.r:r.w])
			r.r = 0
		}
		r.fill()
	}
	return true
}

// fill reads once into the free end of the buffer.
func (r *Reader) fill() {
	for range 100 { // as bufio: a source that returns nothing forever
		n, err := r.src.Read(r.buf[r.w:])
		r.w += n
		r.err = err
		if n > 0 || err != nil {
			return
		}
	}
	r.err = io.ErrNoProgress
}

// ended returns the error for input that ended too early: the source's own, if
// it failed.
func (r *Reader) ended(reason Reason) error {
	if r.err != nil && !errors.Is(r.err, io.EOF) {
		return r.err
	}
	return &SyntaxError{Offset: r.pos, Reason: reason}
}

// push makes f the innermost open element.
func (r *Reader) push(f frame) {
	if r.depth < len(r.outer) {
		r.outer[r.depth] = r.top
	} else {
		r.inner = append(r.inner, r.top)
	}
	r.top = f
	r.depth++
}

// pop closes the innermost open element.
func (r *Reader) pop() {
	r.depth--
	if r.depth < len(r.outer) {
		r.top = r.outer[r.depth]
		return
	}
	last := len(r.inner) - 1
	r.top, r.inner = r.inner[last], r.inner[:last]
}

// Next looks at the next element of the innermost open element. ok is false at
// its end; outside of all elements, at the end of the input.
func (r *Reader) Next() (h Header, ok bool, err error) {
	if r.haveHead {
		return r.head, true, nil
	}
	f := r.top
	if r.pos == f.end || (r.depth == 0 && !r.available(1) && (r.err == nil || errors.Is(r.err, io.EOF))) {
		return h, false, nil
	}
	h, err = r.header(f.limit)
	if err != nil {
		return h, false, err
	}
	if f.end < 0 && r.depth > 0 && h.isEOC() {
		return h, false, nil
	}
	r.head, r.haveHead = h, true
	return h, true, nil
}

// header reads the header at the current place without consuming it.
func (r *Reader) header(limit int64) (Header, error) {
	if r.w-r.r >= 2 { // most are short
		tag, length := r.buf[r.r], r.buf[r.r+1]
		if tag&0x1f != 0x1f && length < 0x80 && int64(length) <= limit-r.pos-2 {
			return Header{Tag: tag, Number: uint32(tag & 0x1f), Length: int64(length), Size: 2, Offset: r.pos}, nil
		}
	}
	need := 2
	for {
		if !r.available(need) {
			return Header{}, r.ended(BadHeader)
		}
		h, n, ok := parseHeader(r.buf[r.r:min(r.w, r.r+maxHeader)])
		if !ok {
			return h, &SyntaxError{Offset: r.pos, Reason: BadHeader}
		}
		if n > r.w-r.r {
			need = n
			continue
		}
		h.Offset = r.pos
		if h.Length > limit-r.pos-int64(h.Size) {
			return h, &SyntaxError{Offset: r.pos, Reason: TooLong}
		}
		if (h.Indefinite || h.NotMinimal) && r.notDER < 0 {
			r.notDER = r.pos
		}
		return h, nil
	}
}

// expect is Next for an element that must be there.
func (r *Reader) expect() (Header, error) {
	h, ok, err := r.Next()
	if err == nil && !ok {
		err = r.Fault(FieldMissing, "")
	}
	return h, err
}

// Enter goes into the next element, which must be constructed.
func (r *Reader) Enter() error {
	h, err := r.expect()
	if err != nil {
		return err
	}
	if !h.Constructed() {
		return r.Fault(WrongTag, "")
	}
	if r.depth == MaxDepth {
		return r.Fault(OverLimit, "nesting")
	}
	r.advance(h.Size)
	f := frame{end: -1, limit: r.top.limit}
	if !h.Indefinite {
		f = frame{end: r.pos + h.Length, limit: r.pos + h.Length}
	}
	r.push(f)
	return nil
}

// Leave goes out of the innermost open element, which must have been read to
// its end.
func (r *Reader) Leave() error {
	_, more, err := r.Next()
	if err != nil {
		return err
	}
	f := r.top
	if more {
		reason := LengthMismatch
		if f.end < 0 {
			reason = MissingEOC
		}
		return r.Fault(reason, "")
	}
	if f.end < 0 {
		r.advance(2)
	}
	r.pop()
	return nil
}

// advance consumes n octets that are in the buffer.
func (r *Reader) advance(n int) {
	r.r += n
	r.pos += int64(n)
	r.haveHead = false
}

// copyOut consumes n octets and hands them to w, straight from the buffer.
func (r *Reader) copyOut(w io.Writer, n int64) error {
	for n > 0 {
		if !r.available(1) {
			return r.ended(Truncated)
		}
		part := int(min(n, int64(r.w-r.r)))
		_, err := w.Write(r.buf[r.r : r.r+part])
		r.advance(part)
		if err != nil {
			return err
		}
		n -= int64(part)
	}
	return nil
}

// Skip passes over the next element.
func (r *Reader) Skip() error { return r.whole(io.Discard) }

// whole hands the next element to w as it is on the wire.
func (r *Reader) whole(w io.Writer) error {
	h, err := r.expect()
	if err != nil {
		return err
	}
	limit := r.top.limit
	for depth := 0; ; {
		if err := r.copyOut(w, int64(h.Size)+h.Length); err != nil {
			return err
		}
		switch {
		case h.Indefinite:
			depth++
		case depth > 0 && h.isEOC():
			depth--
		}
		if depth == 0 {
			return nil
		}
		if r.depth+depth >= MaxDepth {
			return r.Fault(OverLimit, "nesting")
		}
		if h, err = r.header(limit); err != nil {
			return err
		}
	}
}

// Raw returns the next element as it is on the wire, at most max octets.
func (r *Reader) Raw(max int64) ([]byte, error) {
	h, err := r.expect()
	if err != nil {
		return nil, err
	}
	total := int64(h.Size) + h.Length
	if total > max {
		return nil, r.Fault(OverLimit, "size of an element")
	}
	if r.src == nil && !h.Indefinite {
		if total > int64(r.w-r.r) {
			return nil, r.ended(Truncated)
		}
		r.advance(int(total))
		return r.buf[r.r-int(total) : r.r : r.r], nil
	}
	if r.src == nil {
		start := r.r
		err := r.whole(&limitedBuffer{left: max})
		return r.buf[start:r.r:r.r], r.overLimit(err)
	}
	b := limitedBuffer{left: max, keep: true}
	b.buf.Grow(int(min(total, minBuffer)))
	err = r.whole(&b)
	return b.buf.Bytes(), r.overLimit(err)
}

func (r *Reader) overLimit(err error) error {
	if errors.Is(err, errLimit) {
		return r.Fault(OverLimit, "size of an element")
	}
	return err
}

var errLimit = errors.New("over limit")

// limitedBuffer takes at most left octets, keeping them if asked to.
type limitedBuffer struct {
	buf  bytes.Buffer
	left int64
	keep bool
}

func (b *limitedBuffer) Write(p []byte) (int, error) {
	if int64(len(p)) > b.left {
		return 0, errLimit
	}
	b.left -= int64(len(p))
	if b.keep {
		b.buf.Write(p)
	}
	return len(p), nil
}

// What Rest finds.
const (
	RestNothing = iota
	RestZeros
	RestData
)

// Rest tells what follows the last element read: nothing, zero octets only, or
// anything else. It reads at most what one buffer holds; more zeros than that
// count as data.
func (r *Reader) Rest() (int, error) {
	if !r.available(1) {
		if r.err != nil && !errors.Is(r.err, io.EOF) {
			return RestNothing, r.err
		}
		return RestNothing, nil
	}
	for r.src != nil && r.err == nil && r.w-r.r < len(r.buf) {
		r.available(r.w - r.r + 1)
	}
	for _, c := range r.buf[r.r:r.w] {
		if c != 0 {
			return RestData, nil
		}
	}
	if r.src != nil && r.err == nil {
		return RestData, nil
	}
	return RestZeros, nil
}
