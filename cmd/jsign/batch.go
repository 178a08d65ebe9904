package main

import (
	"context"
	"errors"
	"os"
	"os/signal"
	"strconv"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jsign-jp/jsign/internal/batch/rules"
	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/folder"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
)

// batchOptions are the flags of jsign batch.
type batchOptions struct {
	signOptions
	include, exclude, ruleFlags []string
	rulesFile, filesFrom        string
	zero, watch, resume         bool
	stable, lockAfter           time.Duration
	outputName                  string
	reports                     []string
	manifest                    string

	rules    rules.Rules
	template folder.Template
}

func (a *app) batchCommand() *cobra.Command {
	var o batchOptions
	c := &cobra.Command{
		Use:   "batch FOLDER… -o OUT",
		Short: a.say("sign folders of documents with one PIN entry", "フォルダーの文書に暗証番号1回でまとめて署名"),
		Long: a.say(
			"Signs every document in folders, PDFs inside and anything else beside, and mirrors the tree in OUT.\nA journal in OUT records what became of each; --resume goes on after any interruption and signs nothing twice.\nExit codes: 0 all signed, 1 some failed, 2 wrong command line, or files, journal or disk, 3 key, 4 PIN, 5 signing, 6 timestamp or revocation data, 130 interrupted.",
			"フォルダーの文書すべてに署名し（PDFは中に、その他は別ファイルに）、同じ構成をOUTに作ります。\nOUTのジャーナルに各文書の結果を記録し、--resume でどんな中断からも再開します。二重に署名することはありません。\n終了コード: 0 すべて署名、1 一部失敗、2 コマンドライン・ファイル・ジャーナル・ディスク、3 鍵、4 暗証番号、5 署名、6 タイムスタンプ・失効情報、130 中断。"),
		Example: a.say(
			`  jsign batch contracts/ -o signed/                       sign a folder tree
  jsign batch contracts/ -o signed/ --resume              go on where it was interrupted
  find . -name '*.pdf' -print0 | jsign batch --files-from - -0 -o signed/
  jsign batch inbox/ -o signed/ --watch                   sign what arrives
  jsign batch contracts/ -o signed/ --report report.html --manifest SHA256SUMS`,
			`  jsign batch contracts/ -o signed/                       フォルダーの文書に署名する
  jsign batch contracts/ -o signed/ --resume              中断したところから続ける
  find . -name '*.pdf' -print0 | jsign batch --files-from - -0 -o signed/
  jsign batch inbox/ -o signed/ --watch                   届いた文書に署名し続ける
  jsign batch contracts/ -o signed/ --report report.html --manifest SHA256SUMS`),
		Args: cobra.ArbitraryArgs,
		RunE: func(c *cobra.Command, roots []string) error {
			signal.Ignore(syscall.SIGPIPE) // a reader that goes is no reason to leave documents half done
			return batchError(a.batch(c.Context(), c.Flags(), &o, roots))
		},
	}
	c.PersistentPreRunE = func(c *cobra.Command, _ []string) error { return batchError(usageError(cli.NoEmptyValues(c))) }
	c.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return batchError(usageError(cli.FlagError(err))) })
	a.batchFlags(c.Flags(), &o)
	cli.Once(c, "files-from", "manifest", "rules")
	return c
}

// batchError gives a wrong command line the code 2: 1 says that some documents
// failed.
func batchError(err error) error {
	var known *cli.Failure
	if errors.As(err, &known) && known.Code == exitUsage && !errors.Is(err, errSomeFailed) {
		return &cli.Failure{Code: exitFile, Err: err}
	}
	return err
}

func (a *app) batchFlags(f *pflag.FlagSet, o *batchOptions) {
	f.SortFlags = false
	f.StringVarP(&o.output, "output", "o", "", a.say("`folder` for the signed documents and the journal; it is created", "署名した文書とジャーナルの`フォルダー`（なければ作る）"))
	f.BoolVar(&o.resume, "resume", false, a.say("go on with the run in that folder, or begin one", "そのフォルダーの処理を続ける。なければ始める"))
	f.BoolVar(&o.force, "force", false, a.say("sign every document again and replace its output", "すべての文書に署名し直し、出力を置き換える"))
	f.StringArrayVar(&o.include, "include", nil, a.say("only files that fit this `glob` (*.pdf, a/**/*.pdf); repeatable", "この`パターン`（*.pdf、a/**/*.pdf）に合うファイルだけ。複数可"))
	f.StringArrayVar(&o.exclude, "exclude", nil, a.say("no files and folders that fit this `glob`; repeatable", "この`パターン`に合うファイルとフォルダーを除く。複数可"))
	f.StringVar(&o.filesFrom, "files-from", "", a.say("sign the files that this `file` lists, - is standard input", "この`ファイル`（- は標準入力）に列挙されたファイルに署名する"))
	f.BoolVarP(&o.zero, "null", "0", false, a.say("names in the list end with a NUL, not with a newline", "一覧の名前の区切りは改行でなくNUL"))
	f.BoolVar(&o.watch, "watch", false, a.say("go on with files that come later, until Ctrl-C", "後から来るファイルにも、Ctrl-Cまで署名し続ける"))
	f.DurationVar(&o.stable, "stable", 2*time.Second, a.say("with --watch: a file is complete after this `time` without a change", "--watchで、この`時間`変化のないファイルを完成とみなす"))
	f.DurationVar(&o.lockAfter, "lock-after", 10*time.Minute, a.say("lock a key that was idle for this `time`; then the PIN is asked for again", "この`時間`使われない鍵をロックする。次に暗証番号を再び尋ねる"))
	f.StringVar(&o.outputName, "output-name", folder.DefaultTemplate, a.say("`template` of output names: {dir} {name} {stem} {ext} {suffix}", "出力名の`テンプレート`: {dir} {name} {stem} {ext} {suffix}"))
	f.StringVar(&o.rulesFile, "rules", "", a.say("TOML `file` of rules: how to sign what", "何にどう署名するかの規則のTOML`ファイル`"))
	f.StringArrayVar(&o.ruleFlags, "rule", nil, a.say("one `rule`: 'match=\"*.txt\", attached=true'; before those of --rules", "`規則`1つ: 'match=\"*.txt\", attached=true'。--rulesより先に見る"))
	f.StringArrayVar(&o.reports, "report", nil, a.say("write a report, `file` .csv, .json or .html; repeatable", "報告書を書く。`ファイル` .csv、.json、.html。複数可"))
	f.StringVar(&o.manifest, "manifest", "", a.say("write a signed list of SHA-256 sums, this `file` in the output folder", "出力フォルダーのこの`ファイル`に、署名付きSHA-256一覧を書く"))
	f.BoolVar(&o.json, "json", false, a.say("print events as JSON, one a line", "経過をJSONで1行ずつ出力する"))
	f.BoolVar(&o.yes, "yes", false, a.say("do not ask about the personal data in the certificate", "証明書の個人情報についての確認を省く"))
	a.keyFlags(f, &o.signOptions)
	a.formFlags(f, &o.signOptions)
}

// complete reads rules and template, and refuses what does not go together.
func (o *batchOptions) complete(f *pflag.FlagSet, roots []string) (err error) {
	switch {
	case o.output == "":
		return usageErrorf("-o names the folder for the signed documents", "署名した文書のフォルダーを-oで指定してください")
	case (len(roots) == 0) == (o.filesFrom == ""):
		return usageErrorf("name folders, or a list with --files-from, not both", "フォルダーか、--files-fromで一覧のどちらか一方を指定してください")
	case o.watch && o.filesFrom != "":
		return usageErrorf("--watch needs folders", "--watchにはフォルダーが必要です")
	case o.watch && o.manifest != "":
		return lang.WithHint(usageErrorf("--manifest is written when a run ends by itself, and --watch does not", "--manifestは処理が終わったときに書かれますが、--watchは自然には終わりません"),
			"after Ctrl-C, the same command with --resume and without --watch writes it", "Ctrl-Cの後、--watchを外して--resumeを付けた同じコマンドで書けます")
	case o.zero && o.filesFrom == "":
		return usageErrorf("-0 is for --files-from", "-0は--files-from用です")
	case o.lockAfter <= 0:
		return usageErrorf("--lock-after needs a time above zero", "--lock-afterには正の時間を指定してください")
	case o.stable <= 0:
		return usageErrorf("--stable needs a time above zero", "--stableには正の時間を指定してください")
	}
	inputs := roots
	if o.filesFrom != "" {
		inputs = []string{o.filesFrom}
	}
	if err := o.check(f, inputs); err != nil {
		return err
	}
	if o.template, err = folder.ParseTemplate(o.outputName); err != nil {
		return cli.Fail(exitUsage, err)
	}
	if err := folder.CheckPatterns(append(o.include, o.exclude...)...); err != nil {
		return cli.Fail(exitUsage, err)
	}
	if err := o.checkNames(); err != nil {
		return err
	}
	return cli.Fail(exitUsage, o.readRules())
}

// readRules reads those of the flags, then those of the file.
func (o *batchOptions) readRules() error {
	for _, text := range o.ruleFlags {
		r, err := rules.ParseRule(text)
		if err != nil {
			return about("--rule "+text, err)
		}
		o.rules = append(o.rules, r)
	}
	if o.rulesFile == "" {
		return nil
	}
	f, err := os.Open(o.rulesFile)
	if err != nil {
		return openError(o.rulesFile, err)
	}
	defer f.Close()
	more, err := rules.Parse(f)
	if err != nil {
		return about(o.rulesFile, err)
	}
	o.rules = append(o.rules, more...)
	return nil
}

// checkRules holds every rule to what the command line is held to.
func (o *batchOptions) checkRules(f *pflag.FlagSet, uri keys.URI) error {
	for i := range o.rules {
		d := o.under(&o.rules[i])
		err := d.check(f, []string{o.output})
		if err == nil {
			err = d.checkProfile(uri)
		}
		if err != nil {
			return about("match="+strconv.Quote(o.rules[i].Match), err)
		}
	}
	return o.checkProfile(uri)
}

// under returns the options of a document to which a rule applies; nil is none.
func (o *batchOptions) under(r *rules.Rule) *signOptions {
	d := o.signOptions
	if r == nil {
		return &d
	}
	for _, s := range []struct{ to, from *string }{
		{&d.profile, r.Profile}, {&d.field, r.Field}, {&d.reason, r.Reason},
		{&d.location, r.Location}, {&d.format, r.Format}, {&d.digest, r.Digest},
	} {
		if s.from != nil {
			*s.to = *s.from
		}
	}
	if r.Certify != nil {
		d.certify = *r.Certify
	}
	if r.Attached != nil {
		d.attached = *r.Attached
	}
	return &d
}

// errSomeFailed is the error of a run whose other documents are signed.
var errSomeFailed = lang.Errorf("some documents are not signed", "署名できなかった文書があります")

func someFailed(n int) error {
	return lang.WithHint(&cli.Failure{Code: exitUsage, Err: lang.Errorf("%v: %d", "%v: %d件", errSomeFailed, n)},
		"the reasons are above and in the journal; --resume tries them again", "理由は上とジャーナルにあります。--resume でもう一度試みます")
}

// batch is the whole story: inputs, key and outputs are put together, the
// pipeline runs, and what became of the documents is told.
func (a *app) batch(ctx context.Context, f *pflag.FlagSet, o *batchOptions, roots []string) (err error) {
	if err := o.complete(f, roots); err != nil {
		return err
	}
	run, err := a.newBatch(ctx, f, o, roots)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, run.close()) }()
	if err := run.tellAboutPersonalData(ctx, &o.signOptions, run.uri); err != nil {
		return err
	}
	totals, err := run.sign(ctx)
	if err == nil && totals.Signed+totals.Failed+totals.Pending == 0 {
		run.warn(lang.M("no document was found", "対象の文書がありません"))
	}
	if err == nil && o.manifest != "" {
		err = run.writeManifest(ctx)
	}
	unfinished := totals.Failed + totals.Pending
	if err == nil {
		unfinished += run.tellGone(totals)
	}
	err = errors.Join(err, run.tell(totals))
	if err == nil && unfinished > 0 {
		err = someFailed(unfinished)
	}
	return err
}
