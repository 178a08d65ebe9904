package main

import (
	"context"
	"io"
	"os"

	"github.com/jsign-jp/jsign/cmd/jverify/internal/openssl"
	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/verify"
)

// extract writes the document as it was when a signature was made. It says
// nothing of the signature's worth.
func (a *app) extract(ctx context.Context, o *openssl.Options, f *os.File, size int64, password []byte) int {
	if !o.Out.Given {
		return a.usage(lang.Errorf("--extract-revision needs -o FILE", "--extract-revisionには-o ファイル名が必要です"), true)
	}
	length, err := verify.SignedRevision(f, size, password, int(o.Own.Revision.Value))
	if err != nil {
		a.report(err)
		return openssl.ExitRead
	}
	if err := writeRevision(ctx, o, io.NewSectionReader(f, 0, length), f); err != nil {
		a.report(err)
		return openssl.ExitRead
	}
	return openssl.ExitOK
}

func writeRevision(ctx context.Context, o *openssl.Options, revision io.Reader, input *os.File) error {
	info, err := input.Stat()
	if err != nil {
		return err
	}
	out, err := durable.Create(ctx, o.Out.Name, durable.Options{Inputs: []os.FileInfo{info}, Flag: "-out", NoForce: true})
	if err != nil {
		return err
	}
	defer out.Abort() // does nothing after Commit
	if _, err := io.Copy(out, revision); err != nil {
		return lang.Errorf("cannot write %s: %v", "%sに書き込めません: %v", o.Out.Name, err)
	}
	return out.Commit()
}
