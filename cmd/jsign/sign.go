package main

import (
	"context"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/term"
	"github.com/jsign-jp/jsign/sign"
)

func (a *app) signCommand() *cobra.Command {
	var o signOptions
	c := &cobra.Command{
		Use: "jsign FILE… [-o OUT]",
		Long: a.say(
			"jsign signs PDFs and any other file with the Individual Number Card.\nA PDF is signed inside (contract.signed.pdf); any other file gets a CMS signature (letter.txt.p7s).",
			"マイナンバーカードでPDFやその他のファイルに署名します。\nPDFは中に署名し（contract.signed.pdf）、その他のファイルにはCMS署名（letter.txt.p7s）を作ります。"),
		Example: a.say(
			`  jsign contract.pdf                       sign a PDF with the card
  jsign letter.txt                         sign a file: letter.txt.p7s
  jsign a.pdf b.pdf -o signed/             several files, one PIN
  jsign contract.pdf --profile pades       as PAdES instead of the registry form
  jsign contract.pdf --key emulator:       try it without a card`,
			`  jsign contract.pdf                       カードでPDFに署名する
  jsign letter.txt                         ファイルに署名する: letter.txt.p7s
  jsign a.pdf b.pdf -o signed/             複数のファイル、暗証番号は1回
  jsign contract.pdf --profile pades       登記・供託の形式ではなくPAdESで
  jsign contract.pdf --key emulator:       カードなしで試す`),
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, files []string) error {
			if len(files) == 0 && c.Flags().NFlag() == 0 {
				return c.Help()
			}
			if err := o.check(c.Flags(), files); err != nil {
				return err
			}
			return a.sign(c.Context(), c.Flags(), &o, files)
		},
	}
	a.signFlags(c, &o)
	c.PersistentFlags().Var(languageValue{&a.language}, "lang", a.say("language of messages", "メッセージの言語"))
	return c
}

// document is a PDF or CMS document between its phases (package sign).
type document interface {
	Bind(ctx context.Context, chain []*x509.Certificate) (*sign.ToBeSigned, error)
	Finish(ctx context.Context, dst io.Writer, signature []byte) error
}

// job is one file on its way from input to output.
type job struct {
	in        *input
	content   *input // what a detached CMS gets another signer for; or nil
	pdf       bool
	document  document
	out       *durable.File
	signature []byte
	result    result
}

// sign does the whole work. Everything that can fail for a reason of the
// documents' fails before the key is unlocked, so that no PIN try is spent; the
// key is locked again before anything is written.
func (a *app) sign(ctx context.Context, flags *pflag.FlagSet, o *signOptions, files []string) (err error) {
	key, uri, err := a.openKey(o)
	if err != nil {
		return err
	}
	jobs, err := a.prepare(ctx, flags, o, uri, files)
	defer func() { err = errors.Join(err, closeJobs(jobs)) }()
	if err != nil {
		return err
	}
	if err := a.tellAboutPersonalData(ctx, o, uri); err != nil {
		return err
	}
	chain, err := signAll(ctx, key, jobs)
	if err != nil {
		return err
	}
	return errors.Join(a.finishAll(ctx, o, jobs), a.tell(o, chain, jobs))
}

// prepare opens, parses and hashes every input and makes room for every output.
func (a *app) prepare(ctx context.Context, flags *pflag.FlagSet, o *signOptions, uri keys.URI, files []string) (jobs []*job, err error) {
	inputs, content := files, ""
	if o.addSigner && len(files) == 2 {
		inputs, content = files[:1], files[1]
	}
	folder := isFolder(o.output)
	if len(inputs) > 1 && o.output != "" && !folder {
		return nil, lang.WithHint(usageErrorf("-o %s is not a folder, and there are %d files", "-o %sはフォルダーではありませんが、ファイルが%d個あります", o.output, len(inputs)),
			"create the folder first", "先にフォルダーを作ってください")
	}
	for _, name := range inputs {
		j := &job{}
		jobs = append(jobs, j)
		if j.in, err = a.openInput(name); err != nil {
			return jobs, fileError(err)
		}
		j.pdf = j.in.pdf && !o.wantsCMS()
		if err := o.checkKind(flags, j.pdf, name); err != nil {
			return jobs, err
		}
		if err := a.prepareDocument(ctx, j, o, uri, content); err != nil {
			return jobs, fileError(lang.Errorf("%s: %v", "%s: %v", name, err))
		}
		if err := a.createOutput(ctx, j, o, uri, folder); err != nil {
			return jobs, err
		}
		if other := sameOutput(jobs); other != nil {
			return jobs, lang.WithHint(usageErrorf("%s and %s would both be written to %s", "%sと%sの出力先が同じ%sになります", other.in.name, name, j.result.Output),
				"sign them into different folders", "別のフォルダーに分けて署名してください")
		}
	}
	return jobs, nil
}

// sameOutput returns an earlier job with the last one's output, if there is one.
func sameOutput(jobs []*job) *job {
	last := jobs[len(jobs)-1]
	for _, j := range jobs[:len(jobs)-1] {
		if filepath.Clean(j.result.Output) == filepath.Clean(last.result.Output) {
			return j
		}
	}
	return nil
}

func isFolder(name string) bool {
	info, err := os.Stat(name)
	return err == nil && info.IsDir()
}

// createOutput makes the temporary file that Commit renames. An output that
// exists is refused here, before the PIN.
func (a *app) createOutput(ctx context.Context, j *job, o *signOptions, uri keys.URI, folder bool) error {
	name, err := o.destination(j.in, j.pdf, folder)
	if err != nil {
		return err
	}
	j.result.Output = name
	if name == standardOutput {
		if term.IsTerminal(a.out) && o.format != "pem" && o.format != "smime" {
			return usageErrorf("a signature is not written to a terminal", "署名を端末には出力しません")
		}
		return nil
	}
	protected, err := j.protected(o, uri)
	if err == nil {
		j.out, err = durable.Create(ctx, name, durable.Options{Force: o.force, Inputs: protected})
	}
	return fileError(err)
}

// protected names the files that must not be written over: the documents, and
// what the key and its PIN come from.
func (j *job) protected(o *signOptions, uri keys.URI) (infos []os.FileInfo, err error) {
	for _, in := range []*input{j.in, j.content} {
		if in == nil {
			continue
		}
		info, err := in.file.Stat()
		if err != nil {
			return nil, err
		}
		infos = append(infos, info)
	}
	secrets := []string{o.pinFile, o.passwordFile}
	if uri.Path != "" {
		files, err := uri.Files()
		if err != nil {
			return nil, err
		}
		secrets = append(secrets, files...)
	}
	for _, name := range secrets {
		if info, err := os.Stat(name); err == nil {
			infos = append(infos, info)
		}
	}
	return infos, nil
}

// signAll unlocks the key, signs every document and locks the key again.
func signAll(ctx context.Context, key keys.Key, jobs []*job) (chain []*x509.Certificate, err error) {
	session, err := key.Unlock(ctx)
	if err != nil {
		return nil, keyError(err)
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	for _, j := range jobs {
		if ctx.Err() != nil {
			return nil, term.ErrInterrupted
		}
		if err := signOne(ctx, session, j); err != nil {
			return nil, lang.Errorf("%s: %v", "%s: %v", j.in.name, err)
		}
	}
	return session.Chain(), nil
}

func signOne(ctx context.Context, session keys.Session, j *job) error {
	toBeSigned, err := j.document.Bind(ctx, session.Chain())
	if err != nil {
		return fileError(err)
	}
	if j.signature, err = toBeSigned.SignWith(session); err != nil {
		return fail(exitSigning, err)
	}
	j.result.bound(toBeSigned)
	return nil
}

// finishAll writes the outputs. A fault of one does not lose the others, whose
// signatures the key has already made.
func (a *app) finishAll(ctx context.Context, o *signOptions, jobs []*job) error {
	var faults []error
	for _, j := range jobs {
		if err := a.finish(ctx, o, j); err != nil {
			j.result.Error = err.Error()
			faults = append(faults, fileError(lang.Errorf("%s: %v", "%s: %v", j.in.name, err)))
		}
	}
	return errors.Join(faults...)
}

func (a *app) finish(ctx context.Context, o *signOptions, j *job) error {
	var dst io.Writer = a.out
	if j.out != nil {
		dst = j.out
	}
	sum := sha256.New()
	if o.json { // reading a large output once more just for its digest would cost the others
		dst = io.MultiWriter(dst, sum)
	}
	if err := j.document.Finish(ctx, dst, j.signature); err != nil {
		return err
	}
	if o.json {
		j.result.OutputSHA256 = hex.EncodeToString(sum.Sum(nil))
	}
	if j.out == nil {
		return nil
	}
	return j.out.Commit()
}

// closeJobs closes the inputs and removes what was not committed.
func closeJobs(jobs []*job) error {
	var faults []error
	for _, j := range jobs {
		if j.out != nil {
			faults = append(faults, j.out.Abort())
		}
		for _, in := range []*input{j.in, j.content} {
			if in != nil {
				faults = append(faults, in.Close())
			}
		}
	}
	return errors.Join(faults...)
}
