package pdf

import "io"

// What one read fetches: most objects lie within objectWindow, and reading more
// would cost more than it saves; entryWindow holds a hundred entries.
const (
	objectWindow = 4 << 10
	entryWindow  = 2 << 10
)

// maxKeptWindow bounds the memory kept for the next window.
const maxKeptWindow = 128 << 10

// source reads a file in windows and keeps the last one.
type source struct {
	r    io.ReaderAt
	size int64
	step int // length of a window, unless more is asked for
	at   int64
	buf  []byte
}

// window returns the bytes from off on, at least want of them unless the file
// ends before. They are valid until the next call.
func (s *source) window(off int64, want int) ([]byte, error) {
	if off < 0 || off >= s.size {
		return nil, nil
	}
	want = int(min(int64(want), s.size-off))
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
