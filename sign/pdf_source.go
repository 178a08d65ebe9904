package sign

import (
	"bytes"
	"context"
	"crypto"
	"hash"
	"io"

	"github.com/jsign-jp/jsign/internal/lang"
)

// chunk is how much of a document is read at once: SHA-256 runs at full speed
// from 128 KiB on.
const chunk = 128 << 10

// source is the old file, which is read twice: to digest it, and to copy it.
type source struct {
	reader io.ReaderAt
	size   int64

	algorithm crypto.Hash
	state     hash.Hash // after all size bytes
	sum       []byte
	buffer    []byte
}

// read digests the file.
func (s *source) read(ctx context.Context, algorithm crypto.Hash) error {
	if !algorithm.Available() {
		return lang.Errorf("the digest algorithm %v is not offered for signing", "ダイジェスト方式%vは署名に使えません", algorithm)
	}
	state := algorithm.New()
	if err := s.each(ctx, func(b []byte) error { state.Write(b); return nil }); err != nil {
		return err
	}
	s.algorithm, s.state, s.sum = algorithm, state, state.Sum(nil)
	return nil
}

// ensure reads the file again if it was digested by another algorithm.
func (s *source) ensure(ctx context.Context, algorithm crypto.Hash) error {
	if s.algorithm == algorithm {
		return nil
	}
	return s.read(ctx, algorithm)
}

// digestWith returns the digest of the file followed by parts.
func (s *source) digestWith(parts ...[]byte) ([]byte, error) {
	state, err := s.state.(hash.Cloner).Clone()
	if err != nil {
		return nil, err
	}
	for _, p := range parts {
		state.Write(p)
	}
	return state.Sum(nil), nil
}

// copyTo writes the file to dst, digesting it again. An error tells that it is
// no longer what was read before.
func (s *source) copyTo(ctx context.Context, dst io.Writer) error {
	state := s.algorithm.New()
	if err := s.each(ctx, func(b []byte) error {
		state.Write(b)
		_, err := dst.Write(b)
		return err
	}); err != nil {
		return err
	}
	if !bytes.Equal(state.Sum(nil), s.sum) {
		return errSourceChanged()
	}
	return nil
}

func errSourceChanged() error {
	return lang.Errorf("the document was changed while it was being signed", "署名中に文書が変更されました")
}

// each calls f with the file, piece by piece.
func (s *source) each(ctx context.Context, f func([]byte) error) error {
	if s.buffer == nil {
		s.buffer = make([]byte, min(chunk, s.size))
	}
	for at := int64(0); at < s.size; at += int64(len(s.buffer)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		b := s.buffer[:min(int64(len(s.buffer)), s.size-at)]
		if n, err := s.reader.ReadAt(b, at); n < len(b) {
			if err == io.EOF { // it is shorter than it was
				return errSourceChanged()
			}
			return err
		}
		if err := f(b); err != nil {
			return err
		}
	}
	return nil
}
