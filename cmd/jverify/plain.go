package main

import (
	"context"
	"io"
	"os"

	"github.com/jsign-jp/jsign/cmd/jverify/internal/openssl"
	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/report"
	"github.com/jsign-jp/jsign/internal/term"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// plain runs jverify FILE [CONTENT].
func (a *app) plain(ctx context.Context, o *openssl.Options) int {
	if len(o.Operands) > 2 {
		return a.usage(lang.Errorf("too many files: jverify takes one, and for a detached signature the signed file",
			"ファイルが多すぎます: 指定できるのは1つと、分離署名の場合はその署名対象です"), true)
	}
	o.In = openssl.File{Name: o.Operands[0], Given: true}
	if len(o.Operands) == 2 {
		o.Content = openssl.File{Name: o.Operands[1], Given: true}
	}
	o.Operands, o.Binary = nil, true
	f, size, err := openPDF(o.In.Name)
	if err != nil {
		a.report(fileError(err, o.In.Name))
		return openssl.ExitRead
	}
	if f == nil {
		return a.cms(ctx, o, true)
	}
	defer f.Close()
	return a.pdf(ctx, o, f, size)
}

// openPDF opens a file if it is a PDF; else the file returned is nil.
func openPDF(name string) (*os.File, int64, error) {
	if name == "-" {
		return nil, 0, nil
	}
	f, err := os.Open(name)
	if err != nil {
		return nil, 0, err
	}
	info, err := f.Stat()
	if err != nil || !info.Mode().IsRegular() {
		return nil, 0, f.Close() // left to the reader of messages
	}
	prefix := make([]byte, verify.RecogniseSize)
	n, err := f.ReadAt(prefix, 0)
	if err != nil && err != io.EOF || verify.Recognise(prefix[:n]) != verify.PDFFile {
		return nil, 0, f.Close() // likewise
	}
	return f, info.Size(), nil
}

// fileError words an error of opening a file.
func fileError(err error, name string) error {
	if os.IsNotExist(err) {
		return lang.Errorf("there is no file %s", "ファイル%sがありません", name)
	}
	return lang.Errorf("cannot read %s: %v", "%sを読み込めません: %v", name, err)
}

// pdf verifies a PDF and writes its report to standard output.
func (a *app) pdf(ctx context.Context, o *openssl.Options, f *os.File, size int64) int {
	command := openssl.Command{Options: o, Getenv: a.getenv, Now: a.now, Anchors: a.addTrusted, Plain: true}
	t, err := command.Trust()
	if err != nil {
		a.report(err)
		return openssl.ExitRead
	}
	if o.Check.Purpose == "" && o.Check.Name == "" {
		t.Purpose = trust.PurposeAny // a document is no e-mail
	}
	password, err := passwordFrom(o.Own.PasswordFile)
	if err != nil {
		a.report(err)
		return openssl.ExitRead
	}
	if o.Own.Revision.Given {
		return a.extract(ctx, o, f, size, password)
	}
	opt, err := a.reportOptions(o)
	if err != nil {
		return a.fail(err)
	}
	r, err := verify.PDF(ctx, f, size, verify.PDFOptions{Trust: t, JPKI: o.TrustsJPKI(), ReportOptions: opt, Password: password,
		Profile: verify.Profile(o.Own.Profile)})
	if err != nil {
		a.report(lang.Errorf("%s cannot be read as a PDF: %v", "%sをPDFとして読み込めません: %v", o.In.Name, err))
		return openssl.ExitRead
	}
	if err := a.render(a.out, r, o); err != nil {
		a.report(err)
		return openssl.ExitRead
	}
	if !r.Valid() || !r.Conforms() {
		return openssl.ExitNotValid
	}
	return openssl.ExitOK
}

// passwordFrom reads a document's password.
func passwordFrom(file openssl.File) ([]byte, error) {
	if !file.Given {
		return nil, nil
	}
	f, err := os.Open(file.Name)
	if err != nil {
		return nil, fileError(err, file.Name)
	}
	defer f.Close()
	password, err := cli.ReadPassword(f)
	if err != nil {
		return nil, fileError(err, file.Name)
	}
	return password, nil
}

// cms verifies a message as openssl does.
func (a *app) cms(ctx context.Context, o *openssl.Options, plain bool) int {
	command := openssl.Command{Options: o, Stdin: a.in, Stdout: a.out, Stderr: a.err, Getenv: a.getenv, Now: a.now,
		Anchors: a.addTrusted, Plain: plain, Language: a.language}
	if o.Own.JSON || plain && term.IsTerminal(a.out) {
		command.Stdout = io.Discard
	}
	opt, err := a.reportOptions(o)
	if err != nil {
		return a.fail(err)
	}
	command.Report = reporter(opt)
	out := command.Run(ctx)
	if out.Err != nil {
		a.report(out.Err)
	}
	if out.Message == nil {
		return out.Exit
	}
	defer out.Message.Close() // nothing of it is needed any more
	if out.Compared() && (o.Own.JSON || o.Own.Report || term.IsTerminal(a.err)) {
		return a.summary(ctx, o, out, opt)
	}
	return out.Exit
}

// summary prints what is found beyond openssl's words: JSON on standard output,
// text where openssl's words are.
func (a *app) summary(ctx context.Context, o *openssl.Options, out openssl.Outcome, opt verify.ReportOptions) int {
	r := out.Report
	if r == nil {
		r = out.Message.Report(ctx, out.Result, opt)
	}
	dst := a.err
	if o.Own.JSON {
		dst = a.out
	}
	if err := a.render(dst, r, o); err != nil {
		a.report(err)
		return openssl.ExitRead
	}
	if o.Own.JSON && out.Exit == openssl.ExitOK && !r.Valid() {
		return openssl.ExitNotValid // what openssl passes over, or was told not to check
	}
	return out.Exit
}

func (a *app) render(dst io.Writer, r *verify.Report, o *openssl.Options) error {
	opt := report.Options{Language: a.language, ShowIdentity: o.Own.ShowIdentity, File: o.In.Name}
	if o.Own.JSON {
		return report.JSON(dst, r, opt)
	}
	return report.Text(dst, r, opt)
}
