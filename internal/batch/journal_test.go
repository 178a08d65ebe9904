package batch

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"
)

// sample is a journal with records of every kind.
func sample(t testing.TB) (path string, content []byte) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "journal")
	j := open(t, path)
	for i, name := range names()[:8] {
		r := Record{Kind: Pending, Name: name}
		put(t, j, r)
		r.In, r.Out, r.Certificate = Digest{byte(i)}, Digest{1}, Digest{2}
		for _, kind := range []Kind{Sealed, Signed} {
			r.Kind = kind
			put(t, j, r)
		}
		if i%5 == 0 {
			put(t, j, Record{Kind: Failed, Name: name, Text: "why\nnot"})
		}
		if err := j.Sync(); err != nil {
			t.Fatal(err)
		}
	}
	put(t, j, Record{Kind: Note, Text: "noted"})
	put(t, j, Record{Kind: End})
	shut(t, j)
	content, err := os.ReadFile(path)
	if err != nil || len(content) == 0 {
		t.Fatal(err)
	}
	return path, content
}

func open(t testing.TB, path string) *Journal {
	t.Helper()
	clock := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	back := func() time.Time { clock = clock.Add(-time.Minute); return clock } // set back all the time
	j, err := Open(path, JournalOptions{Settings: "settings", Now: back})
	if err != nil {
		t.Fatal(err)
	}
	return j
}

func put(t testing.TB, j *Journal, r Record) {
	t.Helper()
	if err := j.Append(r); err != nil {
		t.Fatal(err)
	}
}

func shut(t testing.TB, j *Journal) {
	t.Helper()
	if err := j.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestWhatIsWrittenIsRead(t *testing.T) {
	path, content := sample(t)
	s, err := Verify(bytes.NewReader(content))
	if err != nil || s.Signed != 6 || s.Failed != 2 || s.Notes != 1 || !s.Ended {
		t.Fatalf("%+v, %v", s, err)
	}
	j := open(t, path)
	if j.Summary() != s || j.Settings() != "settings" || j.Cut() != 0 {
		t.Errorf("%+v, want %+v; %q, cut %d", j.Summary(), s, j.Settings(), j.Cut())
	}
	for i, name := range names()[:8] {
		r, err := j.Claim(name)
		want := Record{Kind: Signed, Time: r.Time, Name: name, In: Digest{byte(i)}, Out: Digest{1}, Certificate: Digest{2}}
		if i%5 == 0 {
			want = Record{Kind: Failed, Time: r.Time, Name: name, Text: "why\nnot"}
		}
		if err != nil || !reflect.DeepEqual(r, want) {
			t.Errorf("%q: %+v, %v", name, r, err)
		}
		if _, err := j.Claim(name); !errors.Is(err, ErrClaimed) {
			t.Errorf("%q claimed again: %v", name, err)
		}
	}
	if r, err := j.Claim("new"); err != nil || r.Kind != Pending {
		t.Errorf("%+v, %v", r, err)
	}
	if _, err := j.Claim("new"); !errors.Is(err, ErrClaimed) {
		t.Errorf("claimed again: %v", err)
	}
	if _, err := j.Claim(""); err == nil {
		t.Error("a document without a name is accepted")
	}
	shut(t, j)
	if err := j.Append(Record{Kind: End}); !errors.Is(err, errClosed) {
		t.Errorf("Append after Close: %v", err)
	}
	if err := j.Close(); err != nil {
		t.Errorf("a second Close: %v", err)
	}
}

// split returns the records of a journal as bytes.
func split(t testing.TB, content []byte) (records [][]byte) {
	t.Helper()
	s := newScanner(bytes.NewReader(content))
	for from := int64(0); from < int64(len(content)); from = s.offset {
		if _, _, err := s.next(); err != nil {
			t.Fatal(err)
		}
		records = append(records, content[from:s.offset])
	}
	return records
}

func TestChangesAreFound(t *testing.T) {
	path, content := sample(t)
	for i := range content { // each byte
		changed := slices.Clone(content)
		changed[i] ^= 1 << (i % 8)
		if _, err := Verify(bytes.NewReader(changed)); !errors.Is(err, ErrDamaged) && !errors.Is(err, ErrTorn) {
			t.Fatalf("byte %d changed: %v", i, err)
		}
	}
	records := split(t, content)
	for i := range records[:len(records)-1] {
		for what, changed := range map[string][][]byte{
			"removed":    slices.Delete(slices.Clone(records), i, i+1),
			"doubled":    slices.Insert(slices.Clone(records), i, records[i]),
			"reordered":  slices.Concat(records[:i], [][]byte{records[i+1], records[i]}, records[i+2:]),
			"brought in": slices.Insert(slices.Clone(records), i, records[len(records)-1]),
		} {
			content := slices.Concat(changed...)
			if _, err := Verify(bytes.NewReader(content)); !errors.Is(err, ErrDamaged) {
				t.Errorf("record %d %s: %v", i, what, err)
			}
			if i >= len(records)-5 {
				continue // in the last group: as a torn write
			}
			if err := os.WriteFile(path, content, 0o600); err != nil {
				t.Fatal(err)
			}
			if j, err := Open(path, JournalOptions{}); !errors.Is(err, ErrDamaged) {
				t.Errorf("record %d %s: opened, cut %d, %v", i, what, j.Cut(), err)
			}
			if after, _ := os.ReadFile(path); !bytes.Equal(after, content) {
				t.Fatalf("record %d %s: the evidence was changed", i, what)
			}
		}
	}
}

// An edited length may lead beyond the end; what follows tells it from a torn write.
func TestEditedLengthIsNoTornEnd(t *testing.T) {
	_, content := sample(t)
	records := split(t, content)
	last := len(content) - len(records[len(records)-1])
	for at, i := 0, 0; i < len(records)-5; i++ {
		changed := slices.Clone(content)
		binary.BigEndian.PutUint32(changed[at+len(marker):], maxBody)
		if _, err := Verify(bytes.NewReader(changed)); !errors.Is(err, ErrDamaged) {
			t.Errorf("record %d: %v", i, err)
		}
		at += len(records[i])
	}
	changed := slices.Clone(content)
	binary.BigEndian.PutUint32(changed[last+len(marker):], maxBody)
	if _, err := Verify(bytes.NewReader(changed)); !errors.Is(err, ErrTorn) {
		t.Errorf("the last record: %v", err)
	}
}

// Zeros up to the end are what a power loss leaves of blocks that were not written.
func TestZerosAtTheEndAreTorn(t *testing.T) {
	_, content := sample(t)
	for _, n := range []int{1, headerSize, 4096, 1 << 17} {
		torn := append(slices.Clone(content), make([]byte, n)...)
		if _, err := Verify(bytes.NewReader(torn)); !errors.Is(err, ErrTorn) {
			t.Errorf("%d zeros: %v", n, err)
		}
		if _, err := Verify(bytes.NewReader(append(torn, 1))); n >= headerSize && !errors.Is(err, ErrDamaged) {
			t.Errorf("%d zeros and something else: %v", n, err)
		}
	}
	if _, err := Verify(bytes.NewReader(nil)); !errors.Is(err, ErrTorn) {
		t.Errorf("nothing: %v", err)
	}
}

func TestRecordsMissingAtTheEndShowInTheHead(t *testing.T) {
	_, content := sample(t)
	whole, err := Verify(bytes.NewReader(content))
	if err != nil {
		t.Fatal(err)
	}
	records := split(t, content)
	s, err := Verify(bytes.NewReader(slices.Concat(records[:len(records)-1]...)))
	if err != nil || s.Ended || s.Head == whole.Head || s.Records != whole.Records-1 {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestATornEndIsCut(t *testing.T) {
	path, content := sample(t)
	records := split(t, content)
	last := len(content) - len(records[len(records)-1])
	zeros := slices.Concat(content[:last], make([]byte, len(content)-last))
	ends := [][]byte{zeros, nil, content[:1], content[:50]}
	for n := last + 1; n < len(content); n++ {
		ends = append(ends, content[:n])
	}
	for _, torn := range ends {
		if err := os.WriteFile(path, torn, 0o600); err != nil {
			t.Fatal(err)
		}
		j := open(t, path)
		kept := 0
		if len(torn) > 100 {
			kept = last
		}
		if j.Cut() != int64(len(torn)-kept) {
			t.Fatalf("of %d bytes %d were cut, want %d", len(torn), j.Cut(), len(torn)-kept)
		}
		put(t, j, Record{Kind: Pending, Name: "after"})
		shut(t, j)
		after, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		s, err := Verify(bytes.NewReader(after))
		wantNotes := 0
		if kept > 0 {
			wantNotes++ // the sample's own
		}
		if j.Cut() > 0 {
			wantNotes++
		}
		if err != nil || s.Notes != wantNotes || !bytes.HasPrefix(after, content[:kept]) {
			t.Fatalf("%d bytes: %+v, %v", len(torn), s, err)
		}
	}
}

func TestAForeignFileIsLeftAlone(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	for _, foreign := range []string{"%PDF-1.7 a contract", "x", "JSONx", strings.Repeat("JSJ1", 1e5)} {
		if err := os.WriteFile(path, []byte(foreign), 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(path, JournalOptions{}); !errors.Is(err, ErrDamaged) {
			t.Errorf("%.10q: %v", foreign, err)
		}
		if after, _ := os.ReadFile(path); string(after) != foreign {
			t.Errorf("%.10q was changed", foreign)
		}
	}
}

func TestOneBatchAtATime(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j := open(t, path)
	if _, err := Open(path, JournalOptions{}); !errors.Is(err, ErrLocked) {
		t.Errorf("opened twice: %v", err)
	}
	shut(t, j)
	shut(t, open(t, path))
}

// Records are lost or doubled when goroutines get into each other's way.
func TestManyWriters(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j := open(t, path)
	failed := make(chan error)
	for w := range 16 {
		go func() {
			var err error
			for i := range 50 {
				err = errors.Join(err, j.record(Record{Kind: Pending, Name: fmt.Sprint(w, " ", i)}))
			}
			failed <- err
		}()
	}
	for range 16 {
		if err := <-failed; err != nil {
			t.Error(err)
		}
	}
	shut(t, j)
	content, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if s, err := Verify(bytes.NewReader(content)); err != nil || s.Pending != 800 || s.Records != 801 {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestALongReasonIsCutAndALongNameRefused(t *testing.T) {
	path := filepath.Join(t.TempDir(), "journal")
	j := open(t, path)
	put(t, j, Record{Kind: Failed, Name: strings.Repeat("n", maxName), Text: strings.Repeat("t", 2*maxText)})
	if err := j.Append(Record{Kind: Pending, Name: strings.Repeat("n", maxName+1)}); err == nil {
		t.Error("a name beyond the limit is accepted")
	}
	shut(t, j)
	j = open(t, path)
	defer j.Close()
	if r, err := j.Claim(strings.Repeat("n", maxName)); err != nil || len(r.Text) != maxText {
		t.Errorf("%d bytes, %v", len(r.Text), err)
	}
}

func large(tb testing.TB) string {
	path := filepath.Join(tb.TempDir(), "journal")
	j := open(tb, path)
	for i := range 100_000 {
		put(tb, j, Record{Kind: Signed, Name: fmt.Sprintf("contracts/2026/04/contract %06d.pdf", i)})
	}
	shut(tb, j)
	return path
}

func TestALargeJournalTakesLittleMemory(t *testing.T) {
	path := large(t)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	started := time.Now()
	j := open(t, path)
	elapsed := time.Since(started)
	runtime.GC()
	runtime.ReadMemStats(&after)
	held := int64(after.HeapAlloc) - int64(before.HeapAlloc)
	if held > 16<<20 || j.Summary().Signed != 100_000 {
		t.Errorf("%d bytes are held for %+v", held, j.Summary())
	}
	t.Logf("opened 100,000 records in %v, %d KiB held", elapsed, held>>10)
	shut(t, j)
}

func BenchmarkOpen100000(b *testing.B) {
	path := large(b)
	for b.Loop() {
		shut(b, open(b, path))
	}
}

// Some file systems cannot sync a folder; a batch begins there all the same.
func TestFolderThatCannotBeSynced(t *testing.T) {
	const folder = "/proc/self"
	f, err := os.Open(folder)
	if err != nil {
		t.Skip("no such folder here:", err)
	}
	defer f.Close()
	if f.Sync() == nil {
		t.Skip("this one can")
	}
	if err := (OS{}).SyncFolder(folder); err != nil {
		t.Error(err)
	}
}
