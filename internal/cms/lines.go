package cms

import (
	"bufio"
	"bytes"
	"errors"
	"io"
)

// lineReader reads lines the way C's fgets does: what OpenSSL sees of a text
// depends on its buffer's size.
type lineReader struct {
	r   *bufio.Reader
	max int // most octets a line is given out in
	pos int64
}

// newLineReader gives out at most max octets at a time.
func newLineReader(r io.Reader, max int) *lineReader {
	return &lineReader{r: bufio.NewReaderSize(r, 32<<10), max: max}
}

// next returns a line with its LF, or the first max octets of a longer one. The
// result is valid until the next call. io.EOF comes with no octets only.
func (l *lineReader) next() ([]byte, error) {
	b, err := l.r.Peek(l.max)
	if len(b) == 0 {
		return nil, err
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	if i := bytes.IndexByte(b, '\n'); i >= 0 {
		b = b[:i+1]
	}
	_, err = l.r.Discard(len(b))
	l.pos += int64(len(b))
	return b, err
}
