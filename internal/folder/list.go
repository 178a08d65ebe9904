package folder

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"iter"
	"path"
	"path/filepath"
	"strings"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/jsign-jp/jsign/internal/lang"
)

// List yields the files that r names, one between separators ('\n', before which
// a carriage return is dropped, or 0). With '\n' a byte order mark tells UTF-8 or
// UTF-16 (Unicode 23.8). Empty names are passed over. A name's place in the tree is
// the name itself without what leads to the root; one that leads out of the tree
// ("..") comes with Err. An error of r is the Err of the last File. The end of ctx is
// the end of the list, though a read of r may wait for ever: it is left behind then.
func List(ctx context.Context, r io.Reader, separator byte, o Options) iter.Seq[File] {
	return func(yield func(File) bool) {
		m := newMatcher(o)
		arrived := untilDone(ctx, r)
		defer arrived.Close()
		scanner := bufio.NewScanner(decoded(arrived, separator))
		scanner.Buffer(nil, maxName)
		scanner.Split(splitAt(separator))
		for ctx.Err() == nil && scanner.Scan() {
			f := listed(scanner.Text())
			if f.Path == "" || m.excluded(f.Name) || !m.included(f.Name) {
				continue
			}
			if !yield(f) {
				return
			}
		}
		if err := scanner.Err(); err != nil && ctx.Err() == nil {
			if errors.Is(err, bufio.ErrTooLong) {
				err = lang.Errorf("a name is longer than %d bytes", "%dバイトを超える名前があります", maxName)
			}
			yield(File{Path: "(list)", Name: "(list)", Err: lang.Errorf("cannot read the list of files: %v", "ファイルの一覧を読めません: %v", err)})
		}
	}
}

// untilDone reads r until ctx ends. Close ends what reads ahead.
func untilDone(ctx context.Context, r io.Reader) io.ReadCloser {
	out, in := io.Pipe()
	stop := context.AfterFunc(ctx, func() { in.CloseWithError(ctx.Err()) })
	go func() {
		defer stop()
		_, err := io.Copy(in, r)
		in.CloseWithError(err)
	}()
	return out
}

// decoded understands the byte order marks of lists that were written on Windows.
// Anything else, and names that end with a NUL, are bytes as file systems have them.
func decoded(r io.Reader, separator byte) io.Reader {
	if separator == 0 {
		return r
	}
	return transform.NewReader(r, unicode.BOMOverride(encoding.Nop.NewDecoder()))
}

// splitAt is a bufio.SplitFunc for one separator.
func splitAt(separator byte) bufio.SplitFunc {
	return func(data []byte, atEOF bool) (int, []byte, error) {
		if i := bytes.IndexByte(data, separator); i >= 0 {
			token := data[:i]
			if separator == '\n' {
				token = bytes.TrimSuffix(token, []byte("\r"))
			}
			return i + 1, token, nil
		}
		if atEOF && len(data) > 0 {
			return len(data), data, nil
		}
		return 0, nil, nil
	}
}

// listed finds the place of a listed name in the tree.
func listed(given string) File {
	if given == "" {
		return File{}
	}
	relative := filepath.ToSlash(strings.TrimPrefix(given, filepath.VolumeName(given)))
	f := File{Path: given, Name: strings.TrimLeft(path.Clean(relative), "/"), Named: true}
	if f.Name == "" || f.Name == "." || f.Name == ".." || strings.HasPrefix(f.Name, "../") {
		f.Name = filepath.ToSlash(given)
		f.Err = lang.WithHint(lang.Errorf("%s leads out of the folder that the list is for", "%sは一覧のフォルダーの外を指しています", lang.Display(given)),
			"start from a folder above all files, or list absolute names", "すべてのファイルの上位フォルダーで実行するか、絶対パスで指定してください")
	}
	return f
}
