package main

import (
	"context"
	"crypto"
	"crypto/x509"
	"errors"
	"io"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jsign-jp/jsign/internal/cli"
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
	c.PersistentFlags().Var(cli.LanguageValue{Language: &a.language}, "lang", a.say("language of messages", "メッセージの言語"))
	return c
}

// document is a PDF or CMS document between its phases (package sign).
type document interface {
	Digest() crypto.Hash
	SourceDigest() ([]byte, error)
	Bind(ctx context.Context, chain []*x509.Certificate) (*sign.ToBeSigned, error)
	Finish(ctx context.Context, dst io.Writer, signature []byte) error
}

// job is one file on its way from input to output.
type job struct {
	in        *input
	content   *input // what a detached CMS gets another signer for; or nil
	pdf       bool
	unlocked  bool // the key is at hand
	document  document
	out       *output
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
	if err := o.foresee(ctx, key, uri); err != nil {
		return err
	}
	if err := a.tellAboutPersonalData(ctx, o, uri); err != nil {
		return err
	}
	chain, err := a.signAll(ctx, key, jobs)
	if err != nil {
		return err
	}
	return errors.Join(a.finishAll(ctx, o, jobs), a.tell(o, chain, jobs))
}

// prepare opens every input, reads and digests every document, and makes room
// for every output, in that order: no output can be the place of an input.
func (a *app) prepare(ctx context.Context, flags *pflag.FlagSet, o *signOptions, uri keys.URI, files []string) (jobs []*job, err error) {
	if err := o.checkProfile(uri); err != nil {
		return nil, err
	}
	if o.levels, err = a.levelOptions(&o.level); err != nil {
		return nil, err
	}
	inputs, content := files, ""
	if o.addSigner && len(files) == 2 {
		inputs, content = files[:1], files[1]
	}
	for _, name := range inputs {
		in, err := a.openInput(ctx, name)
		if err != nil {
			return jobs, fileError(err)
		}
		jobs = append(jobs, &job{in: in, pdf: in.pdf && !o.wantsCMS()})
	}
	for _, j := range jobs {
		if err := o.checkKind(flags, j.pdf, j.in.name); err != nil {
			return jobs, err
		}
	}
	if err := o.levels.Rehearse(ctx); err != nil {
		return jobs, err
	}
	for _, j := range jobs {
		if err := a.prepareDocument(ctx, j, o, uri, content); err != nil {
			return jobs, fileError(about(j.in.name, err))
		}
	}
	return jobs, a.createOutputs(ctx, jobs, o, uri)
}

// about says which file an error is about.
func about(name string, err error) error {
	return lang.Errorf("%s: %v", "%s: %v", lang.Display(name), err)
}

// signAll unlocks the key, signs every document and locks the key again.
func (a *app) signAll(ctx context.Context, key keys.Key, jobs []*job) (chain []*x509.Certificate, err error) {
	session, err := key.Unlock(ctx)
	if err != nil {
		return nil, keyError(err)
	}
	defer func() { err = errors.Join(err, session.Close()) }()
	if err := usable(session.Chain()[0], a.now()); err != nil {
		return nil, keyError(err)
	}
	for _, j := range jobs {
		if ctx.Err() != nil {
			return nil, term.ErrInterrupted
		}
		if err := signOne(ctx, session, j); err != nil {
			return nil, about(j.in.name, err)
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
		return cli.Fail(exitSigning, err)
	}
	return nil
}

// finishAll writes the outputs. A fault of one does not lose the others, whose
// signatures the key has already made.
func (a *app) finishAll(ctx context.Context, o *signOptions, jobs []*job) error {
	var faults []error
	for _, j := range jobs {
		if err := a.finish(ctx, o, j); err != nil {
			j.result.Error = lang.Explain(err, a.language)
			faults = append(faults, fileError(about(j.in.name, err)))
		}
	}
	return errors.Join(faults...)
}

func (a *app) finish(ctx context.Context, o *signOptions, j *job) error {
	dst, sum := j.out.writer(o.json)
	if err := j.document.Finish(ctx, dst, j.signature); err != nil {
		return err
	}
	if err := j.out.commit(); err != nil {
		return err
	}
	j.result.finished(sum)
	j.result.reached(j.document, a.language)
	return nil
}

// closeJobs closes the inputs and removes what was not committed.
func closeJobs(jobs []*job) error {
	var faults []error
	for _, j := range jobs {
		faults = append(faults, j.out.abort())
		for _, in := range []*input{j.in, j.content} {
			if in != nil {
				faults = append(faults, in.Close())
			}
		}
	}
	return errors.Join(faults...)
}
