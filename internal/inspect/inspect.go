package inspect

import (
	"context"
	"io"
	"io/fs"
	"iter"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/jsign-jp/jsign/internal/batch"
	"github.com/jsign-jp/jsign/internal/folder"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// Inspector says how files are judged. It is read only in use.
type Inspector struct {
	// Options are those of every file; Trust.Anchors is set for each. PDFs are judged
	// for any purpose, messages for that of S/MIME signatures.
	Options verify.PDFOptions
	// Anchors are trusted.
	Anchors []*trust.Certificate
	// Content is the root of the tree where the contents of detached signatures are
	// that are not beside them; "" for none.
	Content string
}

// State is what a file turned out to be.
type State int

// The states. The zero State is a file that could not be judged.
const (
	Unreadable State = iota // see Result.Err
	Judged                  // see Result.Report
	Content                 // of a detached signature beside it
	Unsigned                // nothing that holds signatures
)

// Result is what was found about one file.
type Result struct {
	File   folder.File
	State  State
	Report *verify.Report
	Err    error
}

// Valid reports whether the file was judged, and is what it should be.
func (r *Result) Valid() bool {
	return r.State == Judged && r.Report.Valid() && r.Report.Conforms()
}

// Folder judges files, workers at a time, and yields the results in their order.
// When ctx ends no further file is begun.
func (i *Inspector) Folder(ctx context.Context, workers int, files iter.Seq[folder.File]) iter.Seq[Result] {
	return batch.Each(ctx, workers, files, i.File)
}

// File judges one file.
func (i *Inspector) File(ctx context.Context, file folder.File) Result {
	r := Result{File: file, Err: file.Err}
	if r.Err != nil {
		return r
	}
	f, err := os.Open(file.Path)
	if err != nil {
		r.Err = folder.Unreadable(file.Path, err)
		return r
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		r.Err = folder.Unreadable(file.Path, err)
		return r
	}
	r.State, r.Report, r.Err = i.judge(ctx, f, info.Size(), file)
	return r
}

func (i *Inspector) judge(ctx context.Context, f *os.File, size int64, file folder.File) (State, *verify.Report, error) {
	prefix := make([]byte, min(size, verify.RecogniseSize))
	if _, err := f.ReadAt(prefix, 0); err != nil && err != io.EOF {
		return Unreadable, nil, folder.Unreadable(file.Path, err)
	}
	if verify.Recognise(prefix) == verify.NotSigned && !calledSigned(file.Path) {
		if isContent(file.Path) {
			return Content, nil, nil
		}
		return Unsigned, nil, nil
	}
	content := &contentFinder{inspector: i, file: file}
	defer content.close()
	opt := verify.FileOptions{PDFOptions: i.Options, Content: content.find}
	opt.Trust.Anchors = trust.NewStore()
	for _, c := range i.Anchors {
		opt.Trust.Anchors.AddCertificate(c)
	}
	report, err := verify.File(ctx, f, size, opt)
	if err != nil {
		return Unreadable, nil, lang.Errorf("%s: %w", "%s: %w", lang.Display(file.Path), err)
	}
	return Judged, report, nil
}

// signatureNames end the names of detached signatures and of messages.
var signatureNames = [...]string{".p7s", ".p7m", ".p7c", ".cms"}

// calledSigned tells that a file's name promises signatures.
func calledSigned(path string) bool {
	ext := strings.ToLower(filepath.Ext(path))
	return ext == ".pdf" || slices.Contains(signatureNames[:], ext)
}

// isContent tells that a detached signature stands beside a file.
func isContent(path string) bool {
	_, err := os.Lstat(path + ".p7s")
	return err == nil
}

// contentFinder finds what a detached signature signs, and closes it.
type contentFinder struct {
	inspector *Inspector
	file      folder.File
	opened    *os.File
}

// find opens X for X.p7s: beside it, or at its place in the tree Content.
func (c *contentFinder) find() (verify.Content, error) {
	ext := filepath.Ext(c.file.Path)
	if ext == "" {
		return nil, nil
	}
	candidates := []string{strings.TrimSuffix(c.file.Path, ext)}
	if c.inspector.Content != "" {
		name := filepath.FromSlash(strings.TrimSuffix(c.file.Name, ext))
		if !filepath.IsLocal(name) {
			return nil, lang.Errorf("the name leads out of the folder", "名前がフォルダーの外を指しています")
		}
		candidates = append(candidates, filepath.Join(c.inspector.Content, name))
	}
	for _, path := range candidates {
		f, err := os.Open(path)
		if err != nil {
			continue
		}
		info, err := f.Stat()
		if err != nil || !info.Mode().IsRegular() {
			_ = f.Close() // it was only looked at
			continue
		}
		c.opened = f
		return contentOf(f, info), nil
	}
	return nil, lang.WithHint(lang.Errorf("it is a detached signature, and what it signs is not found", "外部署名ですが、署名対象のファイルが見つかりません"),
		"name the folder of the signed files with --content", "署名対象のフォルダーを--contentで指定してください")
}

func contentOf(f *os.File, info fs.FileInfo) verify.Content {
	return verify.Input{At: f, Size: info.Size()}.Copy
}

func (c *contentFinder) close() {
	if c.opened != nil {
		_ = c.opened.Close() // it was only read
	}
}
