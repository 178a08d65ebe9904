package sign_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/jsign-jp/jsign/internal/pades"
	"github.com/jsign-jp/jsign/sign"
)

// corpusFile is a signed PDF made by others.
type corpusFile struct {
	path    string
	name    string
	verdict string // what labels.tsv expects of a verifier
}

// corpus lists the unencrypted files of the shared corpus. Where that is absent
// the test is skipped, except in CI.
func corpus(t *testing.T) []corpusFile {
	t.Helper()
	const folder = "../../shared/corpus/pdf"
	labels, err := os.ReadFile(filepath.Join(folder, "labels.tsv"))
	if err != nil {
		if os.Getenv("CI") == "true" {
			t.Fatal(err)
		}
		t.Skipf("no corpus: %v", err)
	}
	var list []corpusFile
	for _, line := range strings.Split(strings.TrimSpace(string(labels)), "\n")[1:] {
		column := strings.Split(line, "\t")
		if column[6] == "0" {
			list = append(list, corpusFile{filepath.Join(folder, column[0]+".pdf"), column[2], column[4]})
		}
	}
	if len(list) == 0 {
		t.Fatal("the corpus lists no file")
	}
	return list
}

// outcome is what became of one file.
type outcome struct {
	file   corpusFile
	err    error  // refused
	broken string // signed, and a judge found a fault
}

// TestPDFCorpus gives every signed PDF of others a further signature: the earlier
// ones stay as valid as pdfsig found them before, or an earlier DocMDP or
// FieldMDP forbids it, and the error says so.
func TestPDFCorpus(t *testing.T) {
	judges, files := newJudges(t), corpus(t)
	if testing.Short() { // under the race detector
		files = files[:len(files)/10]
	}
	outcomes := make([]outcome, len(files))
	var wg sync.WaitGroup
	work := make(chan int)
	for range 4 {
		wg.Go(func() {
			for i := range work {
				outcomes[i] = signAgain(t, judges, files[i])
			}
		})
	}
	for i := range files {
		work <- i
	}
	close(work)
	wg.Wait()
	report(t, judges, outcomes)
}

func report(t *testing.T, judges *judges, outcomes []outcome) {
	var signed, forbidden, malformed int
	for _, o := range outcomes {
		var notPermitted *pades.NotPermitted
		switch {
		case o.broken != "":
			t.Errorf("%s (%s, %s): %s", o.file.path, o.file.name, o.file.verdict, o.broken)
		case o.err == nil:
			signed++
		case errors.As(o.err, &notPermitted):
			forbidden++
			t.Logf("%s (%s): %v", o.file.path, o.file.name, o.err)
		case judges.faulty(o.file.path):
			malformed++
			t.Logf("%s (%s, %s), faulty by qpdf too: %v", o.file.path, o.file.name, o.file.verdict, o.err)
		default:
			t.Errorf("%s (%s, %s): refused: %v", o.file.path, o.file.name, o.file.verdict, o.err)
		}
	}
	t.Logf("%d files: %d signed again, %d forbidden by an earlier signature, %d malformed", len(outcomes), signed, forbidden, malformed)
}

func signAgain(t testing.TB, shared *judges, f corpusFile) outcome {
	file, err := os.ReadFile(f.path)
	if err != nil {
		return outcome{file: f, err: err}
	}
	var out bytes.Buffer
	err = sign.PDF(context.Background(), &out, bytes.NewReader(file), int64(len(file)), cardKey(), sign.PDFOptions{Now: clock})
	if err != nil {
		return outcome{file: f, err: err}
	}
	signed := filepath.Join(shared.dir, filepath.Base(f.path))
	if err := os.WriteFile(signed, out.Bytes(), 0o600); err != nil {
		return outcome{file: f, err: err}
	}
	return outcome{file: f, broken: compare(shared.pdfsig(f.path, ""), shared.pdfsig(signed, ""))}
}

// compare returns what is wrong with the signatures after, "" when there is one
// more, valid and covering the file, and the others are as they were.
func compare(before, after []pdfsigResult) string {
	if len(after) != len(before)+1 {
		return "pdfsig finds a wrong number of signatures: " + text(after)
	}
	matched := 0
	for _, s := range after {
		if s.total && s.valid {
			matched++
		}
	}
	if matched != 1 {
		return "not exactly one valid signature covers the file: " + text(after)
	}
	for i, old := range before {
		if !anyLike(after, old) {
			return "signature " + before[i].text + "became " + text(after)
		}
	}
	return ""
}

// anyLike reports whether a signature of the same field and verdict is there;
// the order of fields is not that of time.
func anyLike(list []pdfsigResult, old pdfsigResult) bool {
	for _, s := range list {
		if s.valid == old.valid && s.ranges() == old.ranges() {
			return true
		}
	}
	return false
}

func (r pdfsigResult) ranges() string {
	for line := range strings.Lines(r.text) {
		if strings.Contains(line, "Signed Ranges") {
			return line
		}
	}
	return ""
}

func text(list []pdfsigResult) string {
	var b strings.Builder
	for _, s := range list {
		b.WriteString(s.text)
	}
	return b.String()
}

// With a key at hand the same documents are refused, for the same reasons.
func TestUnlockedRefusesTheSame(t *testing.T) {
	chain, refused := cardKey().chain, 0
	for _, file := range corpus(t) {
		content, err := os.ReadFile(file.path)
		if err != nil {
			t.Fatal(err)
		}
		var texts [2]string
		for i, unlocked := range []bool{false, true} {
			d, err := sign.PreparePDF(t.Context(), bytes.NewReader(content), int64(len(content)), sign.PDFOptions{Unlocked: unlocked})
			if err == nil {
				_, err = d.Bind(t.Context(), chain)
			}
			texts[i] = fmt.Sprint(err)
		}
		if texts[0] != texts[1] {
			t.Errorf("%s: %s, and with a key at hand: %s", file.path, texts[0], texts[1])
		}
		if texts[0] != "<nil>" {
			refused++
		}
	}
	if refused < 10 {
		t.Errorf("only %d documents were refused", refused)
	}
}
