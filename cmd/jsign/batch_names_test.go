package main

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
)

func TestFoldedNamesAreOneOutput(t *testing.T) {
	if runtime.GOOS != "linux" {
		t.Skip("the file system decides here")
	}
	plain, folding := t.TempDir(), t.TempDir()
	// What a file system that ignores case shows.
	if err := os.WriteFile(filepath.Join(folding, "JSIGN.JOURNAL"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		a, b   string
		folded bool
	}{
		{"a/x.pdf", "A/x.PDF", true},
		{"a/caf\u00e9", "a/cafe\u0301", true},
		{"a/\u304c", "a/\u304b\u3099", true},
		{"a/\uff21", "a/\uff41", true},
		{"a/x", "a/y", false},
		{"a/x", "ax", false},
	} {
		for folder, refused := range map[string]bool{plain: false, folding: c.folded} {
			r := &batchRun{outputs: map[[16]byte][16]byte{}, fold: foldingOf(folder)}
			first, again := r.take(c.a, "first"), r.take(c.a, "first")
			if !first || !again || r.given(c.b) != refused || r.take(c.b, "second") == refused {
				t.Errorf("%+q and %+q: refused should be %v", c.a, c.b, refused)
			}
		}
	}
}
