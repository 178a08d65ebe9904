package pdf

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

const corpusDir = "../../../shared/corpus/pdf"

// corpusFiles lists the signed documents kept beside the repository.
func corpusFiles(t testing.TB) []string {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(corpusDir, "*.pdf"))
	if len(files) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("the corpus is missing")
		}
		t.Skip("the corpus is not there")
	}
	return files
}

// walk reads every object of every revision, and decodes the structural streams.
func walk(f *File) (objects int, err error) {
	for _, r := range f.Revisions() {
		err := r.Changed(func(num uint32, at Location) bool {
			if at.Free {
				return true
			}
			o, err2 := r.Get(Ref{num, at.Gen})
			if err2 != nil {
				err = err2
				return false
			}
			if s, ok := o.(*Stream); ok {
				if _, err2 := s.Decode(1 << 20); err2 != nil {
					var u *UnsupportedFilter
					var l *LimitExceeded
					if !errors.As(err2, &u) && !errors.As(err2, &l) {
						err = err2
					}
				}
			}
			objects++
			return true
		})
		if err != nil {
			return objects, err
		}
	}
	return objects, err
}

func TestCorpusX(t *testing.T) {
	for _, name := range corpusFiles(t) {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		f, err := Open(bytes.NewReader(data), int64(len(data)), Options{})
		if err != nil {
			t.Logf("%s: open: %v", filepath.Base(name)[:8], err)
			continue
		}
		n, err := walk(f)
		if err != nil {
			t.Logf("%s: walk after %d: %v", filepath.Base(name)[:8], n, err)
		}
		if _, err := f.PageCount(); err != nil {
			t.Logf("%s: pages: %v", filepath.Base(name)[:8], err)
		}
		for _, n := range f.Notes() {
			if n.Kind != NoteTrailingData {
				t.Logf("%s: note %d at %d: %v", filepath.Base(name)[:8], n.Kind, n.Offset, n.Text)
			}
		}
		for i, r := range f.Revisions() {
			if r.EOF == 0 {
				t.Logf("%s: revision %d of %d (%d) has no end", filepath.Base(name)[:8], i, len(f.Revisions()), r.Kind)
			}
		}
	}
}
