package pdf

import (
	"bytes"
	"io"
)

// What one read fetches: most objects lie within objectWindow, and reading more
// would cost more than it saves; entryWindow holds a hundred entries.
const (
	objectWindow = 4 << 10
	entryWindow  = 2 << 10
)

// maxKeptWindow bounds the memory kept for the next window.
const maxKeptWindow = 128 << 10

// maxHeld is the size up to which a file is read once and held: most documents
// are below, and windows then cost nothing.
const maxHeld = 1 << 20

// source reads a file in windows and keeps the last one.
type source struct {
	r    io.ReaderAt
	size int64
	step int    // length of a window, unless more is asked for
	held []byte // the whole of a small file
	at   int64
	buf  []byte
}

// newSource reads a small file, unless it is in memory already.
func newSource(r io.ReaderAt, size int64, step int) (source, error) {
	s := source{r: r, size: size, step: step}
	if size <= 0 || size > maxHeld {
		return s, nil
	}
	if memory, ok := r.(*bytes.Reader); ok && memory.Size() == size {
		s.held = contents(*memory)
		return s, nil
	}
	s.held = make([]byte, size)
	s.r = bytes.NewReader(s.held)
	return s, readFull(r, s.held, 0)
}

// contents returns the bytes that a reader reads, which it never changes.
func contents(memory bytes.Reader) []byte {
	var all held
	_, _ = memory.Seek(0, io.SeekStart) // of a copy: the caller's stays where it is
	_, _ = memory.WriteTo(&all)
	return all
}

// held keeps what bytes.Reader.WriteTo hands out: its own bytes, in one piece.
type held []byte

func (h *held) Write(b []byte) (int, error) {
	if *h == nil {
		*h = b[:len(b):len(b)]
	} else {
		*h = append(*h, b...)
	}
	return len(b), nil
}

// with returns the same file read in windows of another length.
func (s source) with(step int) source {
	return source{r: s.r, size: s.size, step: step, held: s.held}
}

// window returns the bytes from off on, at least want of them unless the file
// ends before. They are valid until the next call.
func (s *source) window(off int64, want int) ([]byte, error) {
	if off < 0 || off >= s.size {
		return nil, nil
	}
	want = int(min(int64(want), s.size-off))
	if s.held != nil {
		return s.held[off:min(off+int64(max(want, s.step)), s.size)], nil
	}
	if off >= s.at && off+int64(want) <= s.at+int64(len(s.buf)) {
		return s.buf[off-s.at:], nil
	}
	n := int(min(int64(max(want, s.step)), s.size-off))
	buf := s.buf[:0]
	if cap(buf) < n || cap(buf) > maxKeptWindow {
		buf = make([]byte, 0, max(n, s.step))
	}
	buf = buf[:n]
	s.buf = s.buf[:0]
	if err := readFull(s.r, buf, off); err != nil {
		return nil, err
	}
	s.at, s.buf = off, buf
	return buf, nil
}

// bytes returns n bytes at off, of a small file without copying them.
func (s *source) bytes(off, n int64) ([]byte, error) {
	if s.held != nil && off >= 0 && n <= s.size-off {
		return s.held[off : off+n : off+n], nil
	}
	data := make([]byte, n)
	return data, readFull(s.r, data, off)
}

// readFull fills buf from off; io.EOF at the very end of the file is no error.
func readFull(r io.ReaderAt, buf []byte, off int64) error {
	n, err := r.ReadAt(buf, off)
	if n == len(buf) {
		return nil
	}
	if err == nil || err == io.EOF {
		err = io.ErrUnexpectedEOF
	}
	return err
}
