package sign

import (
	"bytes"
	"context"
	"io"
	"unicode/utf8"

	"github.com/jsign-jp/jsign/internal/cms"
)

// maxTextLine is the longest line of a 7bit body (RFC 5322, 2.1.1).
const maxTextLine = 998

// mimeEntity makes the MIME entity that stands for a file in multipart/signed
// (RFC 8551, 3.1). It must survive mail transport, so whatever is not plain
// ASCII text goes in base64 (3.1.3).
func mimeEntity(ctx context.Context, src io.ReaderAt, size int64) (content, error) {
	scan := textScanner{ascii: true, utf8: true}
	if err := copyContent(ctx, &scan, src, size); err != nil {
		return content{}, err
	}
	scan.finish()
	write := writeBase64Entity
	header := "Content-Type: application/octet-stream\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	switch {
	case scan.ascii:
		write = writeTextEntity
		header = "Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n"
	case scan.utf8:
		header = "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
	}
	return content{write: func(ctx context.Context, w io.Writer) error {
		if _, err := io.WriteString(w, header); err != nil {
			return err
		}
		return write(ctx, w, src, size)
	}}, nil
}

// writeTextEntity makes every line end CRLF.
func writeTextEntity(ctx context.Context, w io.Writer, src io.ReaderAt, size int64) error {
	return copyContent(ctx, &crlfWriter{w: w}, src, size)
}

func writeBase64Entity(ctx context.Context, w io.Writer, src io.ReaderAt, size int64) error {
	b64 := cms.NewBase64Writer(w, "\r\n")
	if err := copyContent(ctx, b64, src, size); err != nil {
		return err
	}
	return b64.Close()
}

// crlfWriter writes CRLF for LF and CRLF. Other CRs must not be there.
type crlfWriter struct {
	w   io.Writer
	buf []byte
}

func (c *crlfWriter) Write(b []byte) (int, error) {
	c.buf = c.buf[:0]
	for _, o := range b {
		switch o {
		case '\r':
		case '\n':
			c.buf = append(c.buf, '\r', '\n')
		default:
			c.buf = append(c.buf, o)
		}
	}
	if _, err := c.w.Write(c.buf); err != nil {
		return 0, err
	}
	return len(b), nil
}

// textScanner finds out what kind of text it is given.
type textScanner struct {
	ascii bool // printable ASCII, tabs and line ends, no line too long
	utf8  bool // UTF-8 without NUL
	line  int  // octets in the current line
	cr    bool // the octet before was a CR
	carry []byte
}

func (s *textScanner) Write(b []byte) (int, error) {
	if s.ascii {
		s.scanASCII(b)
	}
	if s.utf8 {
		s.scanUTF8(b)
	}
	return len(b), nil
}

func (s *textScanner) scanASCII(b []byte) {
	for _, c := range b {
		s.line++
		switch {
		case c == '\n':
			s.line = 0
		case s.cr, c >= 0x7f, c < ' ' && c != '\t' && c != '\r', s.line > maxTextLine:
			s.ascii = false
			return
		}
		s.cr = c == '\r'
	}
}

func (s *textScanner) scanUTF8(b []byte) {
	if bytes.IndexByte(b, 0) >= 0 {
		s.utf8 = false
		return
	}
	for len(s.carry) > 0 && len(b) > 0 {
		s.carry, b = append(s.carry, b[0]), b[1:]
		if utf8.FullRune(s.carry) {
			s.utf8 = utf8.Valid(s.carry)
			s.carry = nil
		}
	}
	tail := incompleteRune(b)
	s.utf8 = s.utf8 && utf8.Valid(b[:tail])
	s.carry = append(s.carry, b[tail:]...)
}

// incompleteRune returns where a rune begins that b does not hold to its end.
func incompleteRune(b []byte) int {
	for i := max(0, len(b)-utf8.UTFMax+1); i < len(b); i++ {
		if utf8.RuneStart(b[i]) && !utf8.FullRune(b[i:]) {
			return i
		}
	}
	return len(b)
}

// finish judges what is left at the end.
func (s *textScanner) finish() {
	s.ascii = s.ascii && !s.cr
	s.utf8 = s.utf8 && len(s.carry) == 0
}
