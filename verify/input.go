package verify

import (
	"bufio"
	"bytes"
	"errors"
	"io"

	"github.com/jsign-jp/jsign/internal/cms"
)

// Input is a message's octets: a file that can be read anywhere, a stream that
// can be read once, or, where both are nil, what is in memory.
type Input struct {
	At     io.ReaderAt // with Size
	Size   int64
	Stream io.Reader
	Bytes  []byte // kept, not copied: they must stay as they are
}

// reader returns a reader from the start.
func (in Input) reader() io.Reader {
	switch {
	case in.At != nil:
		return io.NewSectionReader(in.At, 0, in.Size)
	case in.Stream != nil:
		return in.Stream
	}
	return bytes.NewReader(in.Bytes)
}

// whole returns a message that is in memory, or small enough to be read at once;
// ok is false for others.
func (in Input) whole() (b []byte, ok bool, err error) {
	switch {
	case in.At == nil:
		return in.Bytes, in.Stream == nil, nil
	case in.Size > wholeMessage:
		return nil, false, nil
	}
	b = make([]byte, in.Size)
	if _, err := in.At.ReadAt(b, 0); err != nil && err != io.EOF {
		return nil, false, err
	}
	return b, true, nil
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
	nothing := func() error { return nil }
	switch {
	case in.At != nil:
		return in, nothing, nil
	case in.Stream == nil:
		return Input{At: bytes.NewReader(in.Bytes), Size: int64(len(in.Bytes))}, nothing, nil
	}
	f, err := newTempSpool(dir)
	if err != nil {
		return in, nil, err
	}
	if err := in.Copy(f); err != nil {
		return in, nil, errors.Join(err, f.Close())
	}
	size, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return in, nil, errors.Join(err, f.Close())
	}
	return Input{At: f, Size: size}, f.Close, nil
}

// writerOnly and readerOnly keep io.Copy from using buffers of its own choice.
type writerOnly struct{ io.Writer }
type readerOnly struct{ io.Reader }
