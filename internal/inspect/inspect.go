package inspect

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"iter"
	"math"
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
	// Manifest is what every file is compared with; nil for none.
	Manifest *Manifest
	// Takes tells whether a file that lies in a folder of others is judged itself when
	// they are; nil if all are. X whose signature X.p7s is not, or may not be, is judged by it.
	Takes func(name string) bool
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
	// Differs says how the file is not what the Manifest lists; nil if it is.
	Differs error
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
	f, size, err := openRegular(file.Path)
	if err != nil {
		r.Err = folder.Unreadable(file.Path, err)
		if i.Manifest != nil && isThere(file.Path) {
			i.Manifest.see(file.Name) // it is not missing
		}
		return r
	}
	defer f.Close()
	r.State, r.Report, r.Err = i.judge(ctx, f, size, file)
	if i.Manifest != nil { // the same open file: its name may lead to another one by now
		r.Differs = i.Manifest.Compare(ctx, file.Name, io.NewSectionReader(f, 0, math.MaxInt64))
	}
	return r
}

func (i *Inspector) judge(ctx context.Context, f *os.File, size int64, file folder.File) (State, *verify.Report, error) {
	kind, err := verify.RecogniseFile(f, size)
	if err != nil {
		return Unreadable, nil, folder.Unreadable(file.Path, err)
	}
	if kind == verify.NotSigned && (!calledSigned(file.Path) || i.unsigned(file) == Content) {
		return i.judgeContent(ctx, file)
	}
	report, err := i.report(ctx, f, size, file)
	if err != nil {
		return Unreadable, nil, err
	}
	if len(report.Signatures) == 0 && kind == verify.PDFFile && i.unsigned(file) == Content {
		return i.judgeContent(ctx, file)
	}
	return Judged, report, nil
}

func (i *Inspector) report(ctx context.Context, f *os.File, size int64, file folder.File) (*verify.Report, error) {
	content := &contentFinder{inspector: i, file: file}
	defer content.close()
	return verify.File(ctx, f, size, i.options(content.find))
}

// judgeContent is for a file without signatures. One that a signature beside it signs
// is left to that signature, or judged by it when nobody else will look at it: then a
// signature that was overwritten is not passed over either.
func (i *Inspector) judgeContent(ctx context.Context, file folder.File) (State, *verify.Report, error) {
	state, signature := i.unsigned(file), signatureOf(file)
	if !file.Named && (i.Takes == nil || i.Takes(signature.Name)) {
		return state, nil, nil
	}
	if state == Unsigned {
		if _, err := isDetached(signature.Path); err != nil {
			return Unreadable, nil, err
		}
		return state, nil, nil
	}
	f, size, err := openRegular(signature.Path)
	if err != nil {
		return Unreadable, nil, folder.Unreadable(signature.Path, err)
	}
	defer f.Close()
	report, err := i.report(ctx, f, size, signature)
	if err != nil {
		return Unreadable, nil, err
	}
	return Judged, report, nil
}

// options are those of one file: JPKI's authorities among its certificates become
// anchors, for it alone.
func (i *Inspector) options(content func() (verify.Content, error)) verify.FileOptions {
	opt := verify.FileOptions{PDFOptions: i.Options, Content: content}
	opt.Trust.Anchors = trust.NewStore()
	for _, c := range i.Anchors {
		opt.Trust.Anchors.AddCertificate(c)
	}
	return opt
}

// Detached judges the detached signature in a file by what it should sign. A message
// with its own content, or a signed PDF, says nothing about it and is an error.
func (i *Inspector) Detached(ctx context.Context, path string, content []byte) (*verify.Report, error) {
	f, size, err := openRegular(path)
	if err != nil {
		return nil, folder.Unreadable(path, err)
	}
	defer f.Close()
	used := false
	report, err := verify.File(ctx, f, size, i.options(func() (verify.Content, error) {
		used = true
		return verify.Input{Bytes: content}.Copy, nil
	}))
	if err == nil && !used {
		err = lang.Errorf("it is not a detached signature", "分離署名ではありません")
	}
	if err != nil {
		return nil, lang.Errorf("%s: %w", "%s: %w", lang.Display(path), err)
	}
	return report, nil
}

// openRegular opens a file and returns its size. Anything else, which might keep a
// reader waiting for ever, is an error.
func openRegular(path string) (*os.File, int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, lang.Errorf("it is not a file", "通常のファイルではありません")
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, 0, err
	}
	if info, err = f.Stat(); err != nil {
		_ = f.Close() // it was only looked at
		return nil, 0, err
	}
	return f, info.Size(), nil
}

// signatureNames end the names of detached signatures and of messages; jsign writes
// S/MIME to .eml.
var signatureNames = [...]string{".p7s", ".p7m", ".p7c", ".cms", ".eml"}

// calledSigned tells that a file's name promises signatures.
func calledSigned(path string) bool {
	ext := strings.ToLower(filepath.Ext(path))
	return ext == ".pdf" || slices.Contains(signatureNames[:], ext)
}

// unsigned tells whether a file without signatures is what the signature beside it
// is judged by: a detached one that has no other content.
func (i *Inspector) unsigned(file folder.File) State {
	signature := signatureOf(file)
	if detached, err := isDetached(signature.Path); err != nil || !detached {
		return Unsigned
	}
	finder := contentFinder{inspector: i, file: signature}
	if _, err := finder.find(); err != nil {
		return Unsigned
	}
	defer finder.close()
	if filepath.Clean(finder.opened.Name()) != filepath.Clean(file.Path) {
		return Unsigned
	}
	return Content
}

// signatureOf is where the detached signature of a file is looked for.
func signatureOf(file folder.File) folder.File {
	const suffix = ".p7s"
	return folder.File{Path: file.Path + suffix, Name: file.Name + suffix}
}

// isDetached tells that a file is a CMS message without its content. Errors: it is
// there, and cannot be read as what its name promises.
func isDetached(path string) (bool, error) {
	f, size, err := openRegular(path)
	if err != nil {
		if isThere(path) {
			return false, folder.Unreadable(path, err)
		}
		return false, nil
	}
	defer f.Close()
	kind, err := verify.RecogniseFile(f, size)
	switch {
	case err != nil:
		return false, folder.Unreadable(path, err)
	case kind == verify.NotSigned:
		return false, lang.Errorf("%s is neither a PDF nor a CMS message", "%sはPDFでもCMSメッセージでもありません", lang.Display(path))
	case kind == verify.PDFFile:
		return false, nil
	}
	detached, err := verify.Detached(f, size)
	if err != nil {
		return false, lang.Errorf("%s: %w", "%s: %w", lang.Display(path), err)
	}
	return detached, nil
}

// contentFinder finds what a detached signature signs, and closes it.
type contentFinder struct {
	inspector *Inspector
	file      folder.File
	opened    *os.File
}

// find opens X for X.p7s: at its place in the tree Content, which its owner named, or
// beside it.
func (c *contentFinder) find() (verify.Content, error) {
	ext := filepath.Ext(c.file.Path)
	if ext == "" {
		return nil, nil
	}
	var candidates []string
	if c.inspector.Content != "" {
		name := filepath.FromSlash(strings.TrimSuffix(c.file.Name, ext))
		if !filepath.IsLocal(name) {
			return nil, lang.Errorf("the name leads out of the folder", "名前がフォルダーの外を指しています")
		}
		candidates = append(candidates, filepath.Join(c.inspector.Content, name))
	}
	for _, path := range append(candidates, strings.TrimSuffix(c.file.Path, ext)) {
		f, size, err := openRegular(path)
		if err == nil {
			c.opened = f
			return verify.Input{At: f, Size: size}.Copy, nil
		}
		if isThere(path) { // another must not stand in for it
			return nil, folder.Unreadable(path, err)
		}
	}
	return nil, lang.WithHint(lang.Errorf("it is a detached signature, and what it signs is not found", "分離署名ですが、署名対象のファイルが見つかりません"),
		"name the folder of the signed files with --content", "署名対象のフォルダーを--contentで指定してください")
}

// isThere tells that a name is a file's, or a link's, or may be: its folder cannot be read.
func isThere(path string) bool {
	info, err := os.Lstat(path)
	if err != nil {
		return errors.Is(err, fs.ErrPermission)
	}
	return info.Mode().IsRegular() || info.Mode()&fs.ModeSymlink != 0
}

func (c *contentFinder) close() {
	if c.opened != nil {
		_ = c.opened.Close() // it was only read
	}
}
