package main

import (
	"bytes"
	"context"
	"iter"
	"os"
	"path/filepath"
	"runtime"

	"github.com/spf13/cobra"

	"github.com/jsign-jp/jsign/cmd/jverify/internal/openssl"
	"github.com/jsign-jp/jsign/internal/batch"
	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/folder"
	"github.com/jsign-jp/jsign/internal/inspect"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/revocation"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// batchOptions are the flags of jverify batch.
type batchOptions struct {
	caFile, at, content, check string
	filesFrom, passwordFile    string
	profile, report            string
	hiddenReport               string // what the report is written to
	include, exclude           []string
	null, required, all        bool
	asJSON, quiet              bool
	workers                    int
	evidence                   evidenceOptions
}

func (a *app) batchCommand() *cobra.Command {
	var o batchOptions
	c := &cobra.Command{
		Use: "batch [PATH…]", Args: cli.Arguments(0, -1),
		Short: a.say("verify folders of signed files", "フォルダー内の署名済みファイルを検証する"),
		Long: a.say(`Verifies every signed file of folders, on all processors: PDFs, CMS messages, and detached signatures
with what they sign beside them or in the tree --content. One line for each file, then the totals.
With --check the folder is compared with a signed list too (jsign batch --manifest): files that are
missing, changed or added are found.
Exit codes: 0 everything is valid; 1 the command line is wrong; 2 something cannot be read or written;
4 something is not valid, or not proven to be; 130 interrupted.`,
			`フォルダー内の署名済みファイル（PDF、CMSメッセージ、分離署名）を、すべてのCPUを使って検証します。分離署名の
対象は、同じ場所または--contentのフォルダーから探します。1ファイルにつき1行を表示し、最後に集計します。
--checkを指定すると、署名付き一覧（jsign batch --manifest）とも照合し、欠落・変更・追加を検出します。
終了コード: 0 すべて有効、1 コマンドの誤り、2 読み書きができない、4 無効または有効と確認できないものがある、130 中断。`),
		Example: `  jverify batch signed/
  jverify batch signed/ --content contracts/ --report report.html
  jverify batch --check signed/SHA256SUMS
  find . -name '*.pdf' -print0 | jverify batch --files-from - --null`,
		RunE: func(c *cobra.Command, args []string) error { return a.batch(c.Context(), args, &o) },
	}
	f := c.Flags()
	f.StringVar(&o.caFile, "CAfile", "", a.say("the only certificates to trust, in `FILE`", "信頼する証明書の`FILE`（これだけを信頼する）"))
	f.StringVar(&o.at, "at", "", a.say("judge at `TIME`: 2025-04-01, RFC 3339, or seconds since 1970", "判定時点の`TIME`: 2025-04-01、RFC 3339、または1970年からの秒数"))
	o.evidence.addTo(f, a)
	f.StringVar(&o.content, "content", "", a.say("`FOLDER` of what detached signatures sign", "分離署名の対象がある`FOLDER`"))
	f.StringVar(&o.check, "check", "", a.say("compare with the signed list of sums in `LIST`", "署名付き一覧`LIST`と照合する"))
	f.StringVar(&o.filesFrom, "files-from", "", a.say("read names from `FILE` (- is standard input)", "ファイル名の一覧を`FILE`から読む（-は標準入力）"))
	f.BoolVar(&o.null, "null", false, a.say("names of --files-from end with NUL, not with a line", "--files-fromの区切りをNUL文字にする"))
	f.StringArrayVar(&o.include, "include", nil, a.say("take only files that fit `GLOB` (repeatable)", "`GLOB`に合うファイルだけを対象にする（複数可）"))
	f.StringArrayVar(&o.exclude, "exclude", nil, a.say("leave out what fits `GLOB` (repeatable)", "`GLOB`に合うものを除く（複数可）"))
	f.StringVar(&o.passwordFile, "password-file", "", a.say("`FILE` with the password of encrypted PDFs", "暗号化PDFのパスワードを書いた`FILE`"))
	f.StringVar(&o.profile, "profile", "", a.say("check PDFs by the rules of `moj` too", "`moj`の要件も検査する"))
	f.BoolVar(&o.required, "require-revocation", false, a.say("refuse what was not checked for revocation", "失効を確認していないものを不合格にする"))
	f.BoolVar(&o.all, "all-signed", false, a.say("a file without a signature is not valid", "署名のないファイルも不合格にする"))
	f.StringVar(&o.report, "report", "", a.say("write a report to `FILE`.csv, .json or .html", "レポートを`FILE`（.csv、.json、.html）に書く"))
	f.BoolVar(&o.asJSON, "json", false, a.say("one JSON object a line on standard output", "1行1オブジェクトのJSONを標準出力に書く"))
	f.BoolVarP(&o.quiet, "quiet", "q", false, a.say("show only what is not valid", "有効でないものだけを表示する"))
	f.IntVar(&o.workers, "workers", 0, a.say("files at a time (`N`; 0: one a processor)", "同時に検証する数`N`（0: CPUの数）"))
	cli.Once(c, "check", "content", "files-from", "report")
	cli.AnyWordBreak(c, map[string]string{"attime": "at"})
	return c
}

// batch verifies the files of folders, or of a list.
func (a *app) batch(ctx context.Context, args []string, o *batchOptions) error {
	inspector, err := a.inspector(o)
	if err != nil {
		return err
	}
	var list *listSigner
	if o.check != "" {
		if inspector.Manifest, list, err = a.manifest(ctx, inspector, o); err != nil {
			return err
		}
		if len(args) == 0 && o.filesFrom == "" {
			args = []string{filepath.Dir(o.check)}
		}
	}
	files, err := a.batchFiles(ctx, args, o)
	if err != nil {
		return err
	}
	inspector.Takes = a.walk(o).Takes
	out, err := a.newBatchOutput(ctx, o)
	if err != nil {
		return err
	}
	defer out.abort()
	out.at = inspector.Options.ReportOptions.Time
	if out.list = list; list != nil {
		a.printLine("%s", list.message())
	}
	if out.file != nil {
		o.hiddenReport = out.file.Temporary()
	}
	workers := o.workers
	if workers <= 0 {
		workers = runtime.GOMAXPROCS(0)
	}
	for r := range inspector.Folder(ctx, workers, files) {
		if ctx.Err() != nil {
			break // what was being judged has no verdict
		}
		if err := out.result(r); err != nil && ctx.Err() == nil {
			return readError(err)
		}
	}
	return out.end(ctx, inspector.Manifest)
}

// inspector makes the judge of files from the flags.
func (a *app) inspector(o *batchOptions) (*inspect.Inspector, error) {
	store, err := a.anchorsFor(o.caFile, nil)
	if err != nil {
		return nil, err
	}
	password, err := passwordFrom(openssl.File{Name: o.passwordFile, Given: o.passwordFile != ""})
	if err != nil {
		return nil, readError(err)
	}
	if o.profile != "" && verify.Profile(o.profile) != verify.ProfileMOJ {
		return nil, usageError(lang.Errorf("there is no profile %q", "プロファイル%qはありません", o.profile))
	}
	i := &inspect.Inspector{Anchors: store.Anchors(), Content: o.content, Options: verify.PDFOptions{
		Trust: trust.Options{Now: a.now}, JPKI: o.caFile == "", Password: password, Profile: verify.Profile(o.profile),
		ReportOptions: verify.ReportOptions{Time: a.now(), RevocationOptional: !o.required, Pool: new(revocation.Pool)},
	}}
	if i.Options.Material, err = o.evidence.material(); err != nil {
		return nil, err
	}
	if i.Options.Fetcher, err = a.fetcher(&o.evidence); err != nil {
		return nil, err
	}
	if err := checkContent(o.content); err != nil {
		return nil, readError(err)
	}
	if o.at != "" {
		at, err := parseTime(o.at)
		if err != nil {
			return nil, usageError(err)
		}
		i.Options.Trust.Time, i.Options.ReportOptions.Time = at, at
	}
	return i, nil
}

// checkContent refuses a --content that is no folder: what is beside signatures would
// be taken instead of what was meant.
func checkContent(name string) error {
	if name == "" {
		return nil
	}
	info, err := os.Stat(name)
	if err == nil && !info.IsDir() {
		err = lang.Errorf("it is not a folder", "フォルダーではありません")
	}
	if err != nil {
		return lang.WithHint(folder.Unreadable(name, err), "check the name", "名前を確かめてください")
	}
	return nil
}

// batchFiles are the files to judge. A manifest and its signature are not among them.
func (a *app) batchFiles(ctx context.Context, args []string, o *batchOptions) (iter.Seq[folder.File], error) {
	if len(args) == 0 && o.filesFrom == "" {
		return nil, usageError(lang.Errorf("a folder is missing", "フォルダーを指定してください"))
	}
	if o.null && o.filesFrom == "" {
		return nil, usageError(lang.Errorf("--null is for --files-from", "--nullは--files-from用です"))
	}
	if err := folder.CheckPatterns(append(append([]string{}, o.include...), o.exclude...)...); err != nil {
		return nil, usageError(err)
	}
	check := folder.CheckThere
	if o.check != "" || o.content != "" {
		check = folder.CheckRoots // by their names files are found in list and contents
	}
	if err := check(args); err != nil {
		return nil, readError(err)
	}
	opt := a.walk(o)
	list, err := a.listed(ctx, o, opt)
	if err != nil {
		return nil, err
	}
	return func(yield func(folder.File) bool) {
		for _, files := range []iter.Seq[folder.File]{folder.Walk(ctx, args, opt), list} {
			for f := range files {
				if !o.isOwn(f) && !yield(f) {
					return
				}
			}
		}
	}, nil
}

// walk says which files of a folder are taken.
func (a *app) walk(o *batchOptions) folder.Options {
	return folder.Options{Include: o.include, Exclude: o.exclude, Everything: o.check != "", Skipped: func(name string, why lang.Message) {
		a.warn(lang.M("%s is passed over: %v", "%sは対象外です: %v", lang.Display(name), why))
	}}
}

// listed are the files that --files-from names.
func (a *app) listed(ctx context.Context, o *batchOptions, opt folder.Options) (iter.Seq[folder.File], error) {
	if o.filesFrom == "" {
		return func(func(folder.File) bool) {}, nil
	}
	separator := byte('\n')
	if o.null {
		separator = 0
	}
	if o.filesFrom == "-" {
		return folder.List(ctx, a.in, separator, opt), nil
	}
	f, err := os.Open(o.filesFrom)
	if err != nil {
		return nil, readError(fileError(err, o.filesFrom))
	}
	return func(yield func(folder.File) bool) {
		defer f.Close()
		for file := range folder.List(ctx, f, separator, opt) {
			if !yield(file) {
				return
			}
		}
	}, nil
}

// isOwn tells the list itself, its signature, the report and the journal of jsign
// batch from the files that a list is for.
func (o *batchOptions) isOwn(f folder.File) bool {
	if o.check == "" {
		return false
	}
	return sameFile(f.Path, o.check) || sameFile(f.Path, o.check+manifestSignature) || o.isReport(f.Path) ||
		f.Name == "jsign.journal" && f.Err == nil && isJournal(f.Path)
}

// isReport tells the report, and the hidden file that it is written to.
func (o *batchOptions) isReport(path string) bool {
	return o.report != "" && sameFile(path, o.report) || o.hiddenReport != "" && sameFile(path, o.hiddenReport)
}

// isJournal tells whether a file is a journal to its end.
func isJournal(path string) bool {
	info, err := os.Stat(path)
	if err != nil || !info.Mode().IsRegular() {
		return false
	}
	f, err := os.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	records := 0
	for _, err := range batch.Read(f) {
		if err != nil {
			return false
		}
		records++
	}
	return records > 0
}

func sameFile(a, b string) bool {
	return filepath.Base(a) == filepath.Base(b) && sameFolder(filepath.Dir(a), filepath.Dir(b))
}

func sameFolder(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// manifestSignature ends the name of a list's detached signature.
const manifestSignature = ".p7s"

// manifest reads the list of --check, once its signature was found valid, and tells
// who signed it.
func (a *app) manifest(ctx context.Context, i *inspect.Inspector, o *batchOptions) (*inspect.Manifest, *listSigner, error) {
	// Opening a pipe would wait for whoever writes to it.
	if info, err := os.Stat(o.check); err == nil && !info.Mode().IsRegular() {
		return nil, nil, readError(lang.Errorf("%s is no regular file", "%sは通常のファイルではありません", lang.Display(o.check)))
	}
	list, err := readLimited(o.check, maxManifest)
	if err != nil {
		return nil, nil, err
	}
	signature := o.check + manifestSignature
	r, err := i.Detached(ctx, signature, list)
	if err == nil && !(r.Valid() && r.Conforms()) {
		err = lang.Errorf("the signature of the list is not valid", "一覧の署名が有効ではありません")
	}
	if err != nil {
		return nil, nil, lang.WithHint(&cli.Failure{Code: openssl.ExitNotValid, Err: err},
			"see jverify %s", "jverify %s で詳細を確認してください", lang.Display(signature))
	}
	m, err := inspect.ReadManifest(bytes.NewReader(list))
	if err != nil {
		return nil, nil, readError(lang.Errorf("%s: %w", "%s: %w", lang.Display(o.check), err))
	}
	return m, a.signerOf(o.check, r), nil
}

// maxManifest bounds a list, which is held: a million names of 190 bytes.
const maxManifest = 256 << 20

func (a *app) warn(m lang.Message) { a.printLine("jverify: warning: %s", m) }
