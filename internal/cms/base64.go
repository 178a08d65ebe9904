package cms

import (
	"bytes"
	"encoding/base64"
	"io"
)

// base64Decoder decodes base64 that comes in parts. White space may be
// anywhere; padding ends it.
type base64Decoder struct {
	carry []byte // fewer than four characters
	chars []byte
	out   []byte
	ended bool // padding was seen
}

// feed decodes some more characters. The result is valid until the next call.
func (d *base64Decoder) feed(text []byte) ([]byte, error) {
	d.chars = append(d.chars[:0], d.carry...)
	for _, c := range text {
		switch c {
		case ' ', '\t', '\r', '\n':
		default:
			d.chars = append(d.chars, c)
		}
	}
	whole := len(d.chars) / 4 * 4
	d.carry = append(d.carry[:0], d.chars[whole:]...)
	if len(d.chars) > 0 && d.ended {
		return nil, &FormError{Reason: BadBase64}
	}
	chunk := d.chars[:whole]
	if i := bytes.IndexByte(chunk, '='); i >= 0 {
		d.ended = true
		if i < whole-2 || len(d.carry) > 0 {
			return nil, &FormError{Reason: BadBase64}
		}
	}
	if size := base64.StdEncoding.DecodedLen(whole); cap(d.out) < size {
		d.out = make([]byte, size)
	}
	n, err := base64.StdEncoding.Decode(d.out[:cap(d.out)], chunk)
	if err != nil {
		return nil, &FormError{Reason: BadBase64}
	}
	return d.out[:n], nil
}

// close checks that nothing is left over.
func (d *base64Decoder) close() error {
	if len(d.carry) > 0 {
		return &FormError{Reason: BadBase64}
	}
	return nil
}

// Line lengths of RFC 7468, 2 and RFC 2045, 6.8.
const base64Line = 64

// Base64Writer writes base64 in lines of 64 characters. Close writes what is
// left; the writer below stays open.
type Base64Writer struct {
	enc  io.WriteCloser
	line *lineBreaker
}

// NewBase64Writer returns a Base64Writer whose lines end in eol.
func NewBase64Writer(dst io.Writer, eol string) *Base64Writer {
	line := &lineBreaker{dst: dst, eol: eol}
	return &Base64Writer{enc: base64.NewEncoder(base64.StdEncoding, line), line: line}
}

// Write encodes b.
func (w *Base64Writer) Write(b []byte) (int, error) { return w.enc.Write(b) }

// Close ends the last line.
func (w *Base64Writer) Close() error {
	if err := w.enc.Close(); err != nil {
		return err
	}
	return w.line.close()
}

// lineBreaker puts eol after every base64Line characters.
type lineBreaker struct {
	dst  io.Writer
	eol  string
	used int // characters in the current line
	buf  []byte
}

func (l *lineBreaker) Write(b []byte) (int, error) {
	l.buf = l.buf[:0]
	for rest := b; len(rest) > 0; {
		n := min(len(rest), base64Line-l.used)
		l.buf = append(l.buf, rest[:n]...)
		rest = rest[n:]
		if l.used += n; l.used == base64Line {
			l.buf = append(l.buf, l.eol...)
			l.used = 0
		}
	}
	if _, err := l.dst.Write(l.buf); err != nil {
		return 0, err
	}
	return len(b), nil
}

func (l *lineBreaker) close() error {
	if l.used == 0 {
		return nil
	}
	l.used = 0
	_, err := io.WriteString(l.dst, l.eol)
	return err
}
