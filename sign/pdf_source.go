package sign

import (
	"bytes"
	"context"
	"crypto"
	"errors"
	"hash"
	"hash/maphash"
	"io"
)

// Bounds of how much of a document is read at once: from 128 KiB on larger reads
// are no faster, and below 4 KiB they cost more than they bring.
const (
	smallestChunk = 4 << 10
	largestChunk  = 128 << 10
)

// source is the old file, which is read twice: to digest it, and to copy it.
type source struct {
	reader io.ReaderAt
	size   int64

	algorithm crypto.Hash
	state     hash.Hash // after all size bytes
	buffer    []byte

	// mark tells whether the second reading is like the first. It is keyed anew
	// for each document; whoever could still meet it would gain a document with a
	// signature that does not fit.
	mark uint64
	seed maphash.Seed
}

// read digests the file.
func (s *source) read(ctx context.Context, algorithm crypto.Hash) error {
	s.algorithm, s.state, s.seed = algorithm, algorithm.New(), maphash.MakeSeed()
	mark := s.fingerprint()
	err := s.each(ctx, func(b []byte) error {
		s.state.Write(b)
		mark.Write(b)
		return nil
	})
	s.mark = mark.Sum64()
	return err
}

func (s *source) fingerprint() *maphash.Hash {
	h := &maphash.Hash{}
	h.SetSeed(s.seed)
	return h
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

// copyTo writes the file to dst. An error tells that it is no longer what was
// read before.
func (s *source) copyTo(ctx context.Context, dst io.Writer) error {
	mark := s.fingerprint()
	if err := s.each(ctx, func(b []byte) error {
		mark.Write(b)
		_, err := dst.Write(b)
		return err
	}); err != nil {
		return err
	}
	if mark.Sum64() != s.mark {
		return errChanged()
	}
	return nil
}

// each calls f with the file, piece by piece.
func (s *source) each(ctx context.Context, f func([]byte) error) error {
	if memory, ok := s.reader.(*bytes.Reader); ok && memory.Size() == s.size {
		return inMemory(ctx, *memory, f)
	}
	if s.buffer == nil {
		// Small documents come by the thousand, and their buffers would be most of
		// what is allocated.
		s.buffer = make([]byte, min(max(s.size/4, smallestChunk), largestChunk))
	}
	for at := int64(0); at < s.size; at += int64(len(s.buffer)) {
		if err := ctx.Err(); err != nil {
			return err
		}
		b := s.buffer[:min(int64(len(s.buffer)), s.size-at)]
		if n, err := s.reader.ReadAt(b, at); n < len(b) {
			if err == nil || errors.Is(err, io.EOF) { // it is shorter than it was
				return errChanged()
			}
			return err
		}
		if err := f(b); err != nil {
			return err
		}
	}
	return nil
}

// inMemory calls f with all of a document that need not be copied to be read.
// memory is a copy, so that the caller's reader stays where it is.
func inMemory(ctx context.Context, memory bytes.Reader, f func([]byte) error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	if _, err := memory.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err := memory.WriteTo(writerFunc(f))
	return err
}

type writerFunc func([]byte) error

func (f writerFunc) Write(b []byte) (int, error) {
	if err := f(b); err != nil {
		return 0, err
	}
	return len(b), nil
}
