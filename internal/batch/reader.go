package batch

import (
	"bufio"
	"crypto/sha256"
	"errors"
	"io"
	"iter"
	"slices"

	"github.com/jsign-jp/jsign/internal/lang"
)

// ErrDamaged is found in the error of a journal that somebody or something
// changed: an edited, removed, moved or foreign record.
var ErrDamaged = lang.Errorf("the journal has been changed", "ジャーナルが変更されています")

// ErrTorn is found in the error of a journal that ends inside a record, in zeros, or
// before its first record, as a power loss leaves it. Open cuts such an end off.
var ErrTorn = lang.Errorf("the journal ends inside a record", "ジャーナルが記録の途中で終わっています")

// Summary tells what a journal holds.
type Summary struct {
	Records int
	// Documents are counted by the last record each has; Sealed is among Pending.
	Pending, Signed, Failed int
	// Notes counts repairs.
	Notes int
	// Head is the sum of the last record: kept elsewhere, it proves later that no
	// record was taken off the end and that the chain was not made anew.
	Head Digest
	// Ended tells that the last record closes a run. A journal that is not ended
	// was interrupted, or lost its end.
	Ended bool
	// Certificate is the last one used in a run that has not ended, or zero.
	Certificate Digest
	// Replacing tells that a run has not ended that signs every document again.
	Replacing bool
}

// Verify reads a whole journal and checks each record's sum and its link to the
// one before. It finds every edit, removal and reordering, except two that need
// Summary.Head to be found: whole records missing at the end, and a journal
// written anew from the changed place on.
func Verify(r io.Reader) (Summary, error) {
	s, x := newScanner(r), newIndex()
	for {
		record, at, err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return x.summary(s), err
		}
		x.add(record, at)
	}
	if s.records == 0 {
		return Summary{}, ErrTorn
	}
	return x.summary(s), nil
}

// Read yields the records of a journal, checked as Verify does; it ends after
// the first error.
func Read(r io.Reader) iter.Seq2[Record, error] {
	return func(yield func(Record, error) bool) {
		for s := newScanner(r); ; {
			record, _, err := s.next()
			if errors.Is(err, io.EOF) || !yield(record, err) || err != nil {
				return
			}
		}
	}
}

func damaged(offset int64) error {
	return lang.Errorf("%v, at byte %d", "%v（%d バイト目）", ErrDamaged, offset)
}

// scanner reads records one after the other, in constant memory.
type scanner struct {
	r       *bufio.Reader
	buffer  []byte
	offset  int64 // end of the last good record
	records int
	last    link // of the last record, and its sum in prev
	kind    Kind // of the last record
}

func newScanner(r io.Reader) *scanner { return &scanner{r: bufio.NewReaderSize(r, 1<<16)} }

// next returns a record and where it begins; io.EOF at a clean end, ErrTorn when
// the input ends inside a record, ErrDamaged for anything else that is wrong.
func (s *scanner) next() (Record, int64, error) {
	b, l, err := s.frame()
	if err != nil {
		return Record{}, s.offset, err
	}
	content := b[:len(b)-sha256.Size]
	sum := Digest(sha256.Sum256(content))
	if sum != Digest(b[len(content):]) || l.prev != s.last.prev || l.synced < s.last.synced || l.synced > s.offset {
		return Record{}, s.offset, damaged(s.offset)
	}
	r, err := parseBody(content[headerSize:])
	if err != nil || (r.Kind == Begin) != (s.records == 0) {
		return Record{}, s.offset, damaged(s.offset)
	}
	at := s.offset
	s.offset += int64(len(b))
	s.records++
	s.last, s.kind = link{l.synced, sum}, r.Kind
	return r, at, nil
}

// frame reads the bytes of one record. They are good until the next call.
func (s *scanner) frame() (b []byte, l link, err error) {
	s.buffer = grow(s.buffer, headerSize)
	if _, err = io.ReadFull(s.r, s.buffer); err != nil {
		return nil, l, short(err)
	}
	l, size, ok := parseHeader(s.buffer)
	if !ok {
		return nil, l, s.unreadable()
	}
	s.buffer = grow(s.buffer, overhead+size)
	n, err := io.ReadFull(s.r, s.buffer[headerSize:])
	switch {
	case err == nil:
	case !errors.Is(err, io.EOF) && !errors.Is(err, io.ErrUnexpectedEOF):
		return nil, l, err
	case provedDurable(s.buffer[:headerSize+n], s.offset): // the length was edited
		return nil, l, damaged(s.offset)
	default:
		return nil, l, ErrTorn
	}
	return s.buffer, l, nil
}

// unreadable tells a header that is none from zeros up to the end: blocks that a power
// loss left unwritten.
func (s *scanner) unreadable() error {
	for isZero(s.buffer) {
		n, err := s.r.Read(s.buffer[:cap(s.buffer)])
		if errors.Is(err, io.EOF) {
			return ErrTorn
		}
		if err != nil {
			return err
		}
		s.buffer = s.buffer[:n]
	}
	return damaged(s.offset)
}

func isZero(b []byte) bool {
	return !slices.ContainsFunc(b, func(c byte) bool { return c != 0 })
}

// short tells an end inside a record from one between records.
func short(err error) error {
	if errors.Is(err, io.ErrUnexpectedEOF) {
		return ErrTorn
	}
	return err
}

// grow returns b with length n and its content kept.
func grow(b []byte, n int) []byte {
	if n <= cap(b) {
		return b[:n]
	}
	return append(b, make([]byte, n-len(b))...)
}

// provedDurable reports whether a sound record in tail, which begins at byte
// offset, says that the journal was durable beyond offset. Then what is wrong at
// offset is no torn write: power loss does not reach what had been synced.
func provedDurable(tail []byte, offset int64) bool {
	for i := 0; i+overhead <= len(tail); i++ {
		if tail[i] != marker[0] {
			continue
		}
		l, size, ok := parseHeader(tail[i:])
		if !ok || l.synced <= offset || i+overhead+size > len(tail) {
			continue
		}
		end := i + headerSize + size
		if Digest(sha256.Sum256(tail[i:end])) == Digest(tail[end:]) {
			return true
		}
	}
	return false
}
