package openssl

import (
	"io"
	"os"

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
