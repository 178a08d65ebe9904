package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/term"
)

// headerWindow is how far into a file a PDF header may stand (ISO 32000-2, annex I.2).
const headerWindow = 1024

// maxHeld is how large an input may be to be held in memory: a batch has up
// to some hundred documents on their way.
const maxHeld = 256 << 10

// input is an open document. A pipe is copied to an unnamed file first: signing
// reads a document twice, to see that it does not change in between.
type input struct {
	name string // as given; "-" is standard input
	file *os.File
	size int64
	pdf  bool

	info os.FileInfo   // as it was opened
	held *bytes.Reader // all of it, after hold
}

// standardInput is the name that means standard input.
const standardInput = "-"

// openInput opens a document; ctx ends the waiting for one that comes through a
// pipe. A file is waited for by nobody: a goroutine for each of thousands costs more
// than opening them.
func (a *app) openInput(ctx context.Context, name string) (*input, error) {
	if name == standardInput {
		return term.Wait(ctx, func() (*input, error) { return prepared(name, a.in) })
	}
	if info, err := os.Stat(name); err == nil && info.Mode().IsRegular() {
		return openFile(name)
	}
	return term.Wait(ctx, func() (*input, error) { return openFile(name) })
}

func openFile(name string) (*input, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, openError(name, err)
	}
	return prepared(name, f)
}

func prepared(name string, f *os.File) (*input, error) {
	in := &input{name: name, file: f}
	if err := in.prepare(); err != nil {
		in.Close()
		return nil, err
	}
	return in, nil
}

// prepare finds size and kind, and copies what cannot be read twice.
func (in *input) prepare() error {
	info, err := in.file.Stat()
	if err != nil {
		return openError(in.name, err)
	}
	if info.IsDir() {
		return lang.WithHint(lang.Errorf("%s is a folder", "%sはフォルダーです", lang.Display(in.name)),
			"name the files in it", "中のファイルを指定してください")
	}
	in.size, in.info = info.Size(), info
	if !in.regular() {
		if err := in.spool(); err != nil {
			return err
		}
	}
	head := make([]byte, min(in.size, headerWindow))
	if _, err := in.file.ReadAt(head, 0); err != nil && !errors.Is(err, io.EOF) {
		return openError(in.name, err)
	}
	in.pdf = isPDF(in.name, head)
	return nil
}

// regular tells that the input is no pipe.
func (in *input) regular() bool { return in.info.Mode().IsRegular() }

// hold reads a small document into b, once for all its uses. A larger one is
// left in its file.
func (in *input) hold(b *bytes.Buffer) error {
	if in.size > maxHeld {
		return nil
	}
	b.Reset()
	b.Grow(int(in.size) + bytes.MinRead)
	n, err := b.ReadFrom(io.NewSectionReader(in.file, 0, in.size))
	if err != nil {
		return openError(in.name, err)
	}
	if n < in.size {
		return errChanging()
	}
	in.held = bytes.NewReader(b.Bytes())
	return nil
}

// content is the document, size bytes.
func (in *input) content() io.ReaderAt {
	if in.held != nil {
		return in.held
	}
	return in.file
}

// isPDF looks for the header: at the start or, behind junk, at the start of a
// line; anywhere in the window for a name that says so. A text that speaks of
// %PDF- is none.
func isPDF(name string, head []byte) bool {
	i := bytes.Index(head, []byte("%PDF-"))
	return i == 0 || i > 0 && (hasPDFName(name) || head[i-1] == '\n' || head[i-1] == '\r')
}

func hasPDFName(name string) bool { return strings.EqualFold(filepath.Ext(name), ".pdf") }

// spool replaces a pipe by a temporary file that has no name any more, where
// the system allows that, and that only this user can read.
func (in *input) spool() error {
	f, err := os.CreateTemp("", "jsign-input-")
	if err != nil {
		return lang.Errorf("cannot keep a copy of %s: %v", "%sの写しを作れません: %v", lang.Display(in.name), err)
	}
	if runtime.GOOS != "windows" {
		err = os.Remove(f.Name())
	}
	n, copyErr := io.Copy(f, in.file)
	if err := errors.Join(err, copyErr); err != nil {
		return errors.Join(openError(in.name, err), f.Close())
	}
	if in.name != standardInput {
		err = in.file.Close()
	}
	in.file, in.size = f, n
	return err
}

// Close closes the document.
func (in *input) Close() error {
	if in.file == os.Stdin {
		return nil
	}
	err := in.file.Close()
	if runtime.GOOS == "windows" && strings.HasPrefix(filepath.Base(in.file.Name()), "jsign-input-") {
		err = errors.Join(err, os.Remove(in.file.Name()))
	}
	return err
}

// openError says which file, once.
func openError(name string, err error) error {
	cause := err
	var path *os.PathError
	if errors.As(err, &path) {
		cause = path.Err
	}
	switch {
	case errors.Is(err, os.ErrNotExist):
		return lang.WithHint(lang.Errorf("there is no file %s", "ファイル%sがありません", lang.Display(name)),
			"check the name; jsign -- FILE takes a name that begins with a dash", "名前を確かめてください。-で始まる名前は jsign -- FILE と書きます")
	case errors.Is(err, os.ErrPermission):
		return lang.WithHint(lang.Errorf("%s may not be read", "%sを読む権限がありません", lang.Display(name)),
			"check the permissions of the file and its folder", "ファイルとフォルダーの権限を確かめてください")
	}
	failed := lang.Errorf("cannot read %s: %v", "%sを読めません: %v", lang.Display(name), cause)
	if errors.Is(err, syscall.EMFILE) {
		return lang.WithHint(failed, "sign fewer files at once, or raise the limit (ulimit -n)", "一度に署名するファイルを減らすか、上限（ulimit -n）を上げてください")
	}
	return failed
}
