package main

import (
	"errors"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"runtime"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"

	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/internal/folder"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/ledger"
)

// listSignature ends the name of a manifest's signature.
const listSignature = ".p7s"

// checkNames refuses names of reports and of the manifest that cannot be used.
func (o *batchOptions) checkNames() error {
	seen := map[string]bool{}
	if o.manifest != "" {
		seen[absolute(filepath.Join(o.output, o.manifest))] = true
	}
	for _, name := range o.reports {
		if _, err := ledger.FormatOf(name); err != nil {
			return usageError(err)
		}
		if seen[absolute(name)] {
			return lang.WithHint(usageErrorf("%s is named twice", "%sが二度指定されています", lang.Display(name)),
				"each report, and the list, needs its own name", "報告書と一覧には別々の名前を指定してください")
		}
		seen[absolute(name)] = true
	}
	hint := func(err error) error {
		return lang.WithHint(err, "for instance --manifest SHA256SUMS", "例: --manifest SHA256SUMS")
	}
	switch {
	case o.manifest == "":
		return nil
	case reserved(o.manifest):
		return hint(usageErrorf("--manifest %s: the name is the batch's own", "--manifest %s: この処理が使う名前です", lang.Display(o.manifest)))
	case o.manifest != filepath.Base(o.manifest) || o.manifest == "." || o.manifest == "..":
		return hint(usageErrorf("--manifest names a file in the output folder, without a folder", "--manifestには出力フォルダー内のファイル名だけを指定してください"))
	}
	return nil
}

func absolute(name string) string {
	if full, err := filepath.Abs(name); err == nil {
		return full
	}
	return filepath.Clean(name)
}

// foldingOf returns what makes names alike that are one to the file system of the
// folder, which holds the journal: with --force two documents would replace each
// other's outputs there. Systems that ignore case normalise too, all but Windows, and
// macOS normalises even where case counts.
func foldingOf(folder string) func(string) string {
	_, err := os.Lstat(filepath.Join(folder, strings.ToUpper(journalName)))
	switch {
	case err == nil && runtime.GOOS == "windows":
		return func(name string) string { return cases.Fold().String(name) }
	case err == nil:
		return func(name string) string { return norm.NFC.String(cases.Fold().String(norm.NFD.String(name))) }
	case runtime.GOOS == "darwin":
		return norm.NFC.String
	}
	return func(name string) string { return name }
}

// reserved tells whether a name in the output folder is every run's own: that of the
// journal, on a file system that ignores case too, or of a file that Sweep removes.
func reserved(name string) bool {
	return strings.EqualFold(name, journalName) || durable.IsTemporary(path.Base(name), sweepOwner)
}

// reserved tells whether an output would have a name that this run needs itself.
func (r *batchRun) reserved(output string) bool {
	if list := r.o.manifest; list != "" && (strings.EqualFold(output, list) || strings.EqualFold(output, list+listSignature)) {
		return true
	}
	return reserved(output) || r.isReport(r.tree.Path(output))
}

// isReport tells whether a file is a report that this run writes: neither a document
// nor an output.
func (r *batchRun) isReport(name string) bool {
	for _, report := range r.o.reports {
		if strings.EqualFold(filepath.Base(report), filepath.Base(name)) && sameFolder(filepath.Dir(report), filepath.Dir(name)) {
			return true
		}
	}
	return false
}

func sameFolder(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// checkManifestPlace refuses, before anything is signed, to put the list in the
// place of anything but an earlier list.
func (r *batchRun) checkManifestPlace() error {
	if r.o.manifest == "" {
		return nil
	}
	other := func(err error) error {
		return lang.WithHint(err, "choose another name with --manifest", "--manifestで別の名前を指定してください")
	}
	replace := r.o.force || r.o.resume && isList(r.tree.Path(r.o.manifest))
	for _, name := range []string{r.o.manifest, r.o.manifest + listSignature} {
		if r.given(name) {
			return other(lang.Errorf("%s is a signed document; the list cannot have its name", "%sは署名した文書です。一覧の名前にはできません", lang.Display(name)))
		}
		info, err := os.Lstat(r.tree.Path(name))
		switch {
		case errors.Is(err, fs.ErrNotExist):
		case err != nil:
			return openError(r.tree.Path(name), err)
		case !info.Mode().IsRegular() || !replace:
			return other(lang.Errorf("%s exists already, and is not the list of this run", "%sはすでに存在し、この処理の一覧ではありません", lang.Display(r.tree.Path(name))))
		}
	}
	return nil
}

// isList tells whether a file reads as a list of sums.
func isList(name string) bool {
	info, err := os.Lstat(name)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(name)
	if err != nil {
		return false
	}
	defer f.Close()
	for _, err := range folder.ReadSums(f) {
		if err != nil {
			return false
		}
	}
	return true
}
