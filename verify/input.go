package verify

import (
	"bufio"
	"errors"
	"io"
	"os"

	"github.com/jsign-jp/jsign/internal/cms"
)

// Input is a message's octets: a file that can be read anywhere, or a stream
// that can be read once.
type Input struct {
	At     io.ReaderAt // with Size; nil for a stream
	Size   int64
	Stream io.Reader
}

// repeatable tells whether the input can be read more than once.
func (in Input) repeatable() bool { return in.At != nil }

// reader returns a reader from the start.
func (in Input) reader() io.Reader {
	if in.At != nil {
		return io.NewSectionReader(in.At, 0, in.Size)
	}
	return in.Stream
}

// Copy is a Content that copies the input as it is.
func (in Input) Copy(dst io.Writer) error {
	_, err := io.CopyBuffer(writerOnly{dst}, readerOnly{in.reader()}, make([]byte, copyBuffer))
	return err
}

// CopyText is a Content that copies the input in the canonical form of text
// (RFC 8551, 3.1.1), as OpenSSL makes it. trim is -asciicrlf.
func (in Input) CopyText(trim bool) func(dst io.Writer) error {
	return func(dst io.Writer) error {
		return buffered(dst, func(w io.Writer) error {
			return cms.CopyText(w, in.reader(), cms.TextOptions{StripTrailing: trim, FromFile: true})
		})
	}
}

// buffered gives copy a writer that gathers small writes.
func buffered(dst io.Writer, copy func(io.Writer) error) error {
	w := bufio.NewWriterSize(dst, copyBuffer)
	if err := copy(w); err != nil {
		return err
	}
	return w.Flush()
}

// located returns the input as one that can be read anywhere: a stream is
// copied to a temporary file, which close gives up.
func (in Input) located(dir string) (at Input, close func() error, err error) {
	if in.At != nil {
		return in, func() error { return nil }, nil
	}
	f, err := os.CreateTemp(dir, "jverify-*")
	if err != nil {
		return in, nil, err
	}
	_ = os.Remove(f.Name()) // where the system allows it; else close does
	close = func() error { return errors.Join(f.Close(), removed(f.Name())) }
	if err := in.Copy(f); err != nil {
		return in, nil, errors.Join(err, close())
	}
	size, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return in, nil, errors.Join(err, close())
	}
	return Input{At: f, Size: size}, close, nil
}

// removed removes a file that may be gone already.
func removed(name string) error {
	if err := os.Remove(name); err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	return nil
}
