package main

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/pdf"
	"github.com/jsign-jp/jsign/internal/term"
	"github.com/jsign-jp/jsign/sign"
)

func (a *app) extendCommand() *cobra.Command {
	o := signOptions{extend: true, pinFD: -1}
	var content string
	c := &cobra.Command{
		Use:   "extend FILE… --level LEVEL",
		Short: a.say("lift existing signatures to a level that lasts longer", "既存の署名を長期署名レベルに拡張"),
		Long: a.say("Adds timestamps and revocation data to the signatures of a PDF or of a CMS file. No key is needed, and what is\nsigned stays as it is. The result is a new file, contract.extended.pdf. Level b-lta adds a fresh archive\ntimestamp each time.",
			"PDFやCMSの既存の署名に、タイムスタンプと失効情報を追加します。鍵は不要で、署名された内容は変わりません。\n結果は新しいファイル（contract.extended.pdf）に書き出します。レベル b-lta では、そのつど新しいアーカイブタイムスタンプを追加します。"),
		Example: a.say(`  jsign extend contract.signed.pdf --level b-lta --tsa https://tsa.example
  jsign extend letter.txt.p7s --content letter.txt --level b-lta --tsa https://tsa.example`,
			`  jsign extend contract.signed.pdf --level b-lta --tsa https://tsa.example
  jsign extend letter.txt.p7s --content letter.txt --level b-lta --tsa https://tsa.example`),
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, files []string) error {
			if err := o.checkExtend(c.Flags(), files, content); err != nil {
				return err
			}
			return a.extend(c.Context(), &o, files, content)
		},
	}
	f := c.Flags()
	f.SortFlags = false
	a.levelFlags(f, &o.level)
	f.StringVar(&content, "content", "", a.say("`file` that a detached CMS signature was made over", "分離署名の対象の`ファイル`"))
	f.StringVar(&o.passwordFile, "password-file", "", a.say("`file` with the password of an encrypted PDF", "暗号化PDFのパスワードの`ファイル`"))
	f.StringVarP(&o.output, "output", "o", "", a.say("`file` to write; a folder for several; - is standard output", "書き出す`ファイル`。複数のときはフォルダー。- は標準出力"))
	f.BoolVar(&o.force, "force", false, a.say("replace an existing output file", "既存の出力ファイルを置き換える"))
	f.BoolVar(&o.json, "json", false, a.say("print what was done as JSON", "結果をJSONで出力する"))
	return c
}

// checkExtend refuses what cannot go together, before anything is opened.
func (o *signOptions) checkExtend(f *pflag.FlagSet, files []string, content string) error {
	switch {
	case len(files) == 0:
		return usageErrorf("no file to extend", "拡張するファイルがありません")
	case o.level.name == "" || o.level.name == sign.BB.String():
		return lang.WithHint(usageErrorf("the level to extend to is missing", "拡張先のレベルがありません"),
			"name it: --level b-t, b-lt or b-lta", "--level で b-t、b-lt、b-lta のいずれかを指定してください")
	case o.json && o.output == standardOutput:
		return usageErrorf("--json and the signature cannot both go to standard output", "--jsonの結果と署名の両方を標準出力に出すことはできません")
	case content != "" && len(files) > 1:
		return usageErrorf("--content belongs to one signature", "--contentを指定できるのは署名が1つのときだけです")
	}
	// A signature that has a timestamp needs no other one for b-lt.
	return o.level.check(func(l sign.Level) bool { return l == sign.BLT })
}

// extend lifts each file. A fault of one does not hinder the others.
func (a *app) extend(ctx context.Context, o *signOptions, files []string, content string) (err error) {
	levels, err := a.levelOptions(&o.level)
	if err != nil {
		return err
	}
	var jobs []*job
	defer func() { err = errors.Join(err, closeJobs(jobs)) }()
	for _, name := range files {
		in, err := a.openInput(ctx, name)
		if err != nil {
			return fileError(err)
		}
		j := &job{in: in, pdf: in.pdf}
		j.result.Input, j.result.Kind = name, "cms"
		if jobs = append(jobs, j); j.pdf {
			j.result.Kind = "pdf"
		} else if err := a.openContent(ctx, j, content); err != nil {
			return fileError(err)
		}
	}
	if err := a.createOutputs(ctx, jobs, o, keys.URI{}); err != nil {
		return err
	}
	return errors.Join(a.extendAll(ctx, o, levels, jobs), a.tellExtended(o, jobs))
}

// openContent opens what a CMS signature was made over: the file named, or the
// one that is there under the signature's name without its extension.
func (a *app) openContent(ctx context.Context, j *job, name string) (err error) {
	if name == "" {
		ext := filepath.Ext(j.in.name)
		if name = strings.TrimSuffix(j.in.name, ext); !strings.EqualFold(ext, ".p7s") || !exists(name) {
			return nil
		}
	}
	j.content, err = a.openInput(ctx, name)
	return err
}

func (a *app) extendAll(ctx context.Context, o *signOptions, levels sign.LevelOptions, jobs []*job) error {
	var faults []error
	for _, j := range jobs {
		if ctx.Err() != nil {
			return term.ErrInterrupted
		}
		if err := a.extendOne(ctx, o, levels, j); err != nil {
			j.result.Error = lang.Explain(err, a.language)
			faults = append(faults, fileError(about(j.in.name, err)))
		}
	}
	return errors.Join(faults...)
}

func (a *app) extendOne(ctx context.Context, o *signOptions, levels sign.LevelOptions, j *job) error {
	opt := sign.ExtendOptions{Level: levels}
	var err error
	if opt.Password, err = o.password(); err != nil {
		return err
	}
	lift := sign.ExtendCMS
	if j.pdf {
		lift = sign.ExtendPDF
	}
	if j.content != nil {
		opt.Content, opt.ContentSize = j.content.file, j.content.size
	}
	dst, sum := j.out.writer(o.json)
	x, err := lift(ctx, dst, j.in.file, j.in.size, opt)
	if err != nil {
		return explainExtend(err)
	}
	if err := j.out.commit(); err != nil {
		return err
	}
	for _, w := range x.Warnings {
		a.warn(lang.M("%s: %v", "%s: %v", lang.Display(j.in.name), w))
	}
	j.result.finished(sum)
	j.result.setLevel(x.Level, x.Missed, a.language)
	return nil
}

// explainExtend adds what to do.
func explainExtend(err error) error {
	if errors.Is(err, sign.ErrDetached) {
		return lang.WithHint(err, "name what was signed with --content", "署名の対象を --content で指定してください")
	}
	if errors.Is(err, pdf.ErrPassword) {
		return lang.WithHint(err, "give the password with --password-file", "--password-file でパスワードを指定してください")
	}
	if errors.Is(err, sign.ErrNoAuthority) {
		return lang.WithHint(cli.Fail(exitUsage, err), "name one with --tsa URL", "--tsa URL で指定してください")
	}
	return err
}

// extension is the whole of extend's --json.
type extension struct {
	Version  int       `json:"version"` // 1; grows when a field changes its meaning
	Time     string    `json:"time"`    // RFC 3339, UTC
	Extended []*result `json:"extended"`
}

func (a *app) tellExtended(o *signOptions, jobs []*job) error {
	var out io.Writer = a.out
	r := extension{Version: 1, Time: a.now().UTC().Format(time.RFC3339)}
	for _, j := range jobs {
		r.Extended = append(r.Extended, &j.result)
		if j.out.shown {
			out = a.err
		}
	}
	if !o.json {
		return a.tellLines(out, o, nil, jobs)
	}
	e := json.NewEncoder(out)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return fileError(e.Encode(r))
}
