package pdf

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// corpusDir holds signed documents of many producers, beside the repository.
const corpusDir = "../../../shared/corpus/pdf"

func corpus(t testing.TB) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(corpusDir, "*.pdf"))
	if err != nil {
		t.Fatal(err)
	}
	if len(files) == 0 {
		if os.Getenv("CI") == "true" {
			t.Fatal("the corpus is missing")
		}
		t.Skip("the corpus is not there")
	}
	return files
}

// labels returns the expected verdict of each corpus file, by file name.
func labels(t testing.TB) map[string]string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(corpusDir, "labels.tsv"))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, line := range strings.Split(string(data), "\n") {
		if f := strings.Split(line, "\t"); len(f) > 4 {
			out[f[0]+".pdf"] = f[4]
		}
	}
	return out
}

// TestCorpusOpens opens every document, the encrypted ones locked, and reads every
// object of every revision. Documents that count as valid must show no fault but
// the ones named here.
func TestCorpusOpens(t *testing.T) {
	verdicts := labels(t)
	faulty := map[string]bool{
		// A later revision blanks object 3, its page, out and leaves the entry.
		"d8c565bcd499bba141a3fe26e8dabdd15a7bfd14f4dcec82604286da9bb64526.pdf": true,
		// A shadow document whose entry for object 32 leads to another object.
		"fdee4b5216a3ccb9e75adbb18fc2d34c6c613d3393f396927af0e89c1fb434de.pdf": true,
	}
	opened := 0
	for _, path := range corpus(t) {
		name := filepath.Base(path)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := openBytes(data, Options{AllowLocked: true})
		if err != nil {
			t.Errorf("%s (%s): %v", name, verdicts[name], err)
			continue
		}
		opened++
		if err := readObjects(f); err != nil && verdicts[name] == "valid" && !faulty[name] {
			t.Errorf("%s (%s): %v", name, verdicts[name], err)
		}
		if f.Rebuilt() && verdicts[name] == "valid" {
			t.Errorf("%s (%s) had to be rebuilt: %v", name, verdicts[name], f.Notes())
		}
		checkEnds(t, name, verdicts[name], f)
	}
	t.Logf("%d documents opened", opened)
}

// readObjects reads every object of every revision. What is locked is passed over.
func readObjects(f *File) (fault error) {
	for _, r := range f.Revisions() {
		err := r.Changed(func(num uint32, at Location) bool {
			_, err := r.Get(Ref{num, at.Gen})
			if err != nil && !canBeLocked(err) {
				fault = err
			}
			return fault == nil
		})
		if err != nil {
			return err
		}
	}
	return fault
}

// checkEnds sees that the revisions of a valid document end one behind the other.
func checkEnds(t *testing.T, name, verdict string, f *File) {
	t.Helper()
	if verdict != "valid" {
		return
	}
	last := int64(0)
	for i, r := range f.Revisions() {
		if r.EOF <= last || r.End < r.EOF || r.End > f.Size() {
			t.Errorf("%s: revision %d of %d ends at %d, %d, after %d", name, i, len(f.Revisions()), r.EOF, r.End, last)
		}
		last = r.End
	}
}

// TestCorpusUpdates appends a revision to every document that can be changed; the
// old bytes stay and the result is read without rebuilding.
func TestCorpusUpdates(t *testing.T) {
	updated := 0
	for _, path := range corpus(t) {
		name := filepath.Base(path)
		data, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		f, err := openBytes(data, Options{})
		if err != nil {
			var u *UnsupportedEncryption
			if !errors.Is(err, ErrPassword) && !errors.As(err, &u) {
				t.Errorf("%s: %v", name, err)
			}
			continue
		}
		u := f.NewUpdate()
		ref := u.Add(Integer(42))
		root, catalog, err := f.Catalog()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		u.Set(root, catalog.With("Test", ref))
		g, err := openBytes(appended(t, data, u), Options{})
		if err != nil || g.Rebuilt() {
			t.Errorf("%s: the result: %v, rebuilt or not read", name, err)
			continue
		}
		if o, err := g.Get(ref); o != Integer(42) || err != nil {
			t.Errorf("%s: the new object = %v, %v", name, o, err)
		}
		updated++
	}
	if updated == 0 {
		t.Error("no document was updated")
	}
	t.Logf("%d documents updated", updated)
}
