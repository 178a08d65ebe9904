package batch

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"sync"
	"time"

	"github.com/jsign-jp/jsign/internal/lang"
)

// ErrLocked is returned while another batch works with the same journal.
var ErrLocked = lang.Errorf("another batch is using this journal", "別の一括処理がこのジャーナルを使用しています")

// ErrClaimed is returned for a document that this run has had already.
var ErrClaimed = lang.Errorf("the document is listed twice", "同じ文書が二度指定されています")

var errClosed = errors.New("batch: the journal is closed")

// WriteError is why a journal could not be written or synced. The run is over: what
// comes after could not be recorded.
type WriteError struct{ Err error }

// Message tells the cause in both languages.
func (e *WriteError) Message() lang.Message {
	return lang.M("cannot write the journal: %v", "ジャーナルに書き込めません: %v", e.Err)
}

// Error returns the English text.
func (e *WriteError) Error() string { return e.Message().In(lang.English) }

// Unwrap returns the cause.
func (e *WriteError) Unwrap() error { return e.Err }

// JournalOptions say how a journal is opened. The zero value is good.
type JournalOptions struct {
	// Settings are kept in the first record of a new journal, for the caller to
	// compare when it goes on: at most 64 KiB, longer is cut.
	Settings string
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// FS is where the journal lies; nil means OS.
	FS FS
	// Gather is how long a sync waits for further records before it begins: for many
	// writers, 0 for one.
	Gather time.Duration
}

// Journal is an open journal. Its methods may be called by many goroutines. An
// error of the disk is final: after a failed sync nobody knows what is durable.
type Journal struct {
	now      func() time.Time
	file     File
	settings string
	cut      int64
	gather   time.Duration

	mu       sync.Mutex
	changed  sync.Cond
	err      error // sticky
	flushing bool
	buffer   []byte // records that are not written yet
	written  int64  // where buffer belongs
	synced   int64
	scan     scanner // records, last link
	index    *index
}

// Open opens the journal at path, or begins one, and takes it for this process.
// A torn end is cut off, and a Note in the journal says so; Cut tells its size.
// Any other fault is an error and nothing is changed.
func Open(path string, o JournalOptions) (*Journal, error) {
	if o.FS == nil {
		o.FS = OS{}
	}
	if o.Now == nil {
		o.Now = time.Now
	}
	file, err := o.FS.Open(path)
	if err != nil {
		return nil, err
	}
	j := &Journal{now: o.Now, file: file, gather: o.Gather, index: newIndex()}
	j.changed.L = &j.mu
	if err := j.start(o, filepath.Dir(path)); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return j, nil
}

func (j *Journal) start(o JournalOptions, folder string) error {
	if err := j.file.Lock(); err != nil {
		return err
	}
	size, err := j.file.Size()
	if err == nil {
		err = j.load(size)
	}
	if err == nil {
		err = j.file.Sync() // what a killed process wrote counts only from here on
	}
	if err != nil {
		return err
	}
	j.written, j.synced = j.scan.offset, j.scan.offset
	if j.scan.records == 0 {
		j.settings = clip(o.Settings)
		if err := j.Append(Record{Kind: Begin, Text: j.settings}); err != nil {
			return err
		}
	}
	if j.cut > 0 {
		err := j.Append(Record{Kind: Note, Text: fmt.Sprintf("cut a torn end of %d bytes", j.cut)})
		if err != nil {
			return err
		}
	}
	if err := o.FS.SyncFolder(folder); err != nil {
		return err
	}
	return j.Sync()
}

// load reads the records and cuts a torn end off.
func (j *Journal) load(size int64) error {
	s := newScanner(io.NewSectionReader(j.file, 0, size))
	for {
		r, at, err := s.next()
		if errors.Is(err, io.EOF) {
			break
		}
		if errors.Is(err, ErrTorn) || errors.Is(err, ErrDamaged) {
			err = j.cutEnd(s.offset, size)
			if err != nil {
				return err
			}
			break
		}
		if err != nil {
			return err
		}
		if r.Kind == Begin || r.Kind == Restart {
			j.settings = r.Text
		}
		j.index.add(r, at)
	}
	j.scan = *s
	return nil
}

// cutEnd removes what follows offset, unless it had been durable: then it is
// evidence, and stays. A file that never was a journal is left alone too, but
// for the beginning of a first record.
func (j *Journal) cutEnd(offset, size int64) error {
	tail := make([]byte, size-offset)
	if _, err := j.file.ReadAt(tail, offset); err != nil && !errors.Is(err, io.EOF) {
		return err
	}
	if provedDurable(tail, offset) || offset == 0 && !firstTorn(tail) {
		return damaged(offset)
	}
	j.cut = size - offset
	return j.file.Truncate(offset)
}

// firstTorn tells a journal whose first write was torn from a foreign file: it
// begins as a journal does, or with the zeros of a block that was never written.
func firstTorn(b []byte) bool {
	if len(b) > overhead+maxBody {
		return false
	}
	for i := 0; i < len(b) && i < len(marker); i++ {
		if b[i] != marker[i] && b[i] != 0 {
			return false
		}
	}
	return true
}

// Settings returns what the journal was begun, or restarted, with.
func (j *Journal) Settings() string { return j.settings }

// Cut returns how many bytes of a torn end Open has removed.
func (j *Journal) Cut() int64 { return j.cut }

// Summary tells what the journal holds now.
func (j *Journal) Summary() Summary {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.index.summary(&j.scan)
}

// Restart records that every document is to be signed again, with new settings:
// from here on none is known. It comes before the first Claim.
func (j *Journal) Restart(settings string) error {
	j.settings = clip(settings)
	return j.record(Record{Kind: Restart, Text: j.settings})
}

// Claim takes a document for this run and returns its last record, with Kind
// Pending when it was unknown (then it is recorded). The same name again is
// ErrClaimed.
func (j *Journal) Claim(name string) (Record, error) {
	k := keyOf(name)
	j.mu.Lock()
	defer j.mu.Unlock()
	p, known := j.index.places[k]
	if p.claimed {
		return Record{}, ErrClaimed
	}
	r := Record{Kind: Pending, Name: name}
	var err error
	if known {
		r, err = j.at(p.at, name)
	} else {
		err = j.append(r)
	}
	if err != nil {
		return r, err
	}
	p = j.index.places[k]
	p.claimed = true
	j.index.places[k] = p
	return r, nil
}

// at reads the record of a document again.
func (j *Journal) at(offset int64, name string) (Record, error) {
	if offset >= j.synced {
		if err := j.syncTo(j.end()); err != nil {
			return Record{}, err
		}
	}
	header := make([]byte, headerSize)
	if _, err := j.file.ReadAt(header, offset); err != nil {
		return Record{}, err
	}
	_, size, ok := parseHeader(header)
	if !ok {
		return Record{}, damaged(offset)
	}
	b := make([]byte, overhead+size)
	if _, err := j.file.ReadAt(b, offset); err != nil {
		return Record{}, err
	}
	end := headerSize + size
	r, err := parseBody(b[headerSize:end])
	if err != nil || r.Name != name || Digest(sha256.Sum256(b[:end])) != Digest(b[end:]) {
		return r, damaged(offset)
	}
	return r, nil
}

// Append adds a record, which becomes durable with the next Sync. Time is set
// here; a Text that is too long is cut.
func (j *Journal) Append(r Record) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.append(r)
}

func (j *Journal) append(r Record) error {
	if j.err != nil {
		return j.err
	}
	r.Time, r.Text = j.now(), clip(r.Text)
	at := j.end()
	b, sum, err := appendRecord(j.buffer, link{j.synced, j.scan.last.prev}, r)
	if err != nil {
		return err
	}
	j.buffer = b
	j.scan.last = link{j.synced, sum}
	j.scan.records++
	j.scan.kind = r.Kind
	j.index.add(r, at)
	if len(j.buffer) > maxBuffered {
		return j.syncTo(j.end())
	}
	return nil
}

// Sync returns when every record appended before is durable. Goroutines that
// wait at the same time share one sync of the file.
func (j *Journal) Sync() error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.syncTo(j.end())
}

// end is where the next record begins.
func (j *Journal) end() int64 { return j.written + int64(len(j.buffer)) }

func (j *Journal) syncTo(end int64) error {
	for j.synced < end && j.err == nil {
		if j.flushing {
			j.changed.Wait()
			continue
		}
		j.flush()
	}
	return j.err
}

// record appends r and returns when it is durable.
func (j *Journal) record(r Record) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	if err := j.append(r); err != nil {
		return err
	}
	return j.syncTo(j.end())
}

// note appends r and returns where the journal then ends, for await.
func (j *Journal) note(r Record) (end int64, err error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	err = j.append(r)
	return j.end(), err
}

// await returns when the journal is durable up to end.
func (j *Journal) await(end int64) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	return j.syncTo(end)
}

// hurry ends the gathering.
func (j *Journal) hurry() {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.gather = 0
}

// flush writes the buffer and syncs, with the lock given up meanwhile. There is
// one at a time, so that a torn write can only be the last.
func (j *Journal) flush() {
	j.flushing = true
	if gather := j.gather; gather > 0 {
		j.mu.Unlock()
		time.Sleep(gather)
		j.mu.Lock()
	}
	b, at := j.buffer, j.written
	j.buffer, j.written = nil, at+int64(len(b))
	j.mu.Unlock()
	_, err := j.file.WriteAt(b, at)
	if err == nil {
		err = j.file.Sync()
	}
	j.mu.Lock()
	j.flushing = false
	if err == nil {
		j.synced = at + int64(len(b))
	} else {
		j.err = &WriteError{err}
	}
	j.changed.Broadcast()
}

// Close makes the records durable and gives the journal back.
func (j *Journal) Close() error {
	err := j.Sync()
	j.mu.Lock()
	defer j.mu.Unlock()
	if errors.Is(j.err, errClosed) {
		return nil
	}
	j.err = errClosed
	return errors.Join(err, j.file.Close())
}

// clip cuts a text that is too long for a record.
func clip(text string) string { return text[:min(len(text), maxText)] }
