package pdf

import "io"

// windowSize is what one read fetches: most objects lie within it, and reading
// more would cost more than it saves.
const windowSize = 8 << 10

// source reads a file in windows and keeps the last one.
type source struct {
	r    io.ReaderAt
	size int64
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
	n := int(min(int64(max(want, windowSize)), s.size-off))
	buf := s.buf[:0]
	if cap(buf) < n || cap(buf) > 16*windowSize {
		buf = make([]byte, 0, max(n, windowSize))
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
