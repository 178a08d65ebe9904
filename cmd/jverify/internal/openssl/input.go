package openssl

import (
	"bufio"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/verify"
)

// input is an open input file.
type input struct {
	verify.Input
	info os.FileInfo // nil for what is no file
	file *os.File    // to be closed; nil for what is not ours
}

func (in input) close() {
	if in.file != nil {
		_ = in.file.Close() // it was only read
	}
}

// openIn opens the message: -in's file, or standard input.
func (r *run) openIn() (input, error) {
	if name := r.Options.In; name.Given && name.Name != "-" {
		return openFile(name.Name)
	}
	if f, ok := r.Stdin.(*os.File); ok {
		return inputOf(f)
	}
	return input{Input: verify.Input{Stream: r.Stdin}}, nil
}

func openFile(name string) (input, error) {
	f, err := os.Open(name)
	if err != nil {
		return input{}, err
	}
	in, err := inputOf(f)
	in.file = f
	return in, err
}

// inputOf returns what is left of a file: a regular one can be read anywhere.
func inputOf(f *os.File) (input, error) {
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return input{Input: verify.Input{Stream: f}, info: info}, nil
	}
	start, err := f.Seek(0, io.SeekCurrent)
	if err != nil {
		return input{}, err
	}
	size := max(info.Size()-start, 0)
	return input{Input: verify.Input{At: io.NewSectionReader(f, start, size), Size: size}, info: info}, nil
}

// prefix returns the first octets of the input, at most n, and the input with
// them still to be read.
func (in input) prefix(n int) ([]byte, input) {
	if in.At != nil {
		b := make([]byte, min(int64(n), in.Size))
		n, _ := in.At.ReadAt(b, 0) // an error comes back when the message is read
		return b[:n], in
	}
	r := bufio.NewReaderSize(in.Stream, n)
	b, _ := r.Peek(n) // likewise
	in.Stream = r
	return b, in
}

// openBeside finds the content of a detached signature in the plain form: X
// beside X.p7s.
func (r *run) openBeside() *failure {
	if !r.Plain || r.message.SignedData == nil || r.message.HasContent() || r.message.Multipart() {
		return nil
	}
	signature := r.Options.In.Name
	name := strings.TrimSuffix(signature, filepath.Ext(signature))
	in, err := openFile(name)
	if name == "" || name == signature || err != nil {
		return &failure{exit: ExitRead, err: lang.WithHint(
			lang.Errorf("%s is a detached signature, and what it signs is not beside it", "%sは分離署名ですが、署名対象のファイルが同じ場所にありません", signature),
			"name the signed file: jverify %s FILE", "署名対象のファイルを指定してください: jverify %s FILE", signature)}
	}
	r.content, r.beside = in, name
	return nil
}
