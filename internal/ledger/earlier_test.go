package ledger

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/jsign-jp/jsign/internal/lang"
)

func TestOnlyReportsAreReplaced(t *testing.T) {
	dir := t.TempDir()
	for _, format := range []Format{CSV, JSON, HTML} {
		name := filepath.Join(dir, "report")
		if err := os.RemoveAll(name); err != nil {
			t.Fatal(err)
		}
		check := func(content string, replaced bool) {
			t.Helper()
			if err := os.WriteFile(name, []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			if err := CheckReplace(name, format); (err == nil) != replaced {
				t.Errorf("format %v, %q: %v", format, content, err)
			}
		}
		if err := CheckReplace(name, format); err != nil {
			t.Errorf("format %v, no file: %v", format, err)
		}
		check("", true)
		check("a", false)
		check("a,b\r\n1,2\r\n", false)
		check(`{"version": 1}`, false)
		check("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<title>contract</title>", false)
		for _, language := range []lang.Language{lang.English, lang.Japanese} {
			f, err := os.Create(name)
			if err != nil {
				t.Fatal(err)
			}
			w, err := New(f, format, Head{Title: lang.M("t", "題"), Language: language, Columns: []Column{{Key: "k", Title: lang.M("k", "k")}}})
			if err != nil {
				t.Fatal(err)
			}
			if err := w.Close(); err != nil {
				t.Fatal(err)
			}
			f.Close()
			if err := CheckReplace(name, format); err != nil {
				t.Errorf("format %v: an earlier report: %v", format, err)
			}
		}
	}
}
