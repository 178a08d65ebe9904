package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"github.com/jsign-jp/jsign/cmd/jverify/internal/openssl"
	"github.com/jsign-jp/jsign/internal/bundle"
	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/report"
	"github.com/jsign-jp/jsign/trust"
	"github.com/jsign-jp/jsign/verify"
)

// bundleCommand takes the options of the plain form, openssl's among them, which
// cobra does not know.
func (a *app) bundleCommand() *cobra.Command {
	return &cobra.Command{
		Use: "bundle FILE [CONTENT] -o PROOF.zip [options of jverify FILE]", DisableFlagParsing: true,
		Short: a.say("keep everything a verdict rests on", "判定に使用した資料をまとめて保存する"),
		Long: a.say(`Judges a signed file and keeps everything that was used (certificates, CRLs, OCSP responses, tokens, the
policy and the report) in one ZIP file. With it the same verdict is reached without network, years later.
The bundle is written whatever the verdict. Exit codes are those of jverify FILE.`,
			`署名済みファイルを検証し、使用したすべての資料（証明書、CRL、OCSP応答、タイムスタンプ、ポリシー、結果）を1つの
ZIPファイルにまとめます。後日、ネットワークなしで同じ判定を再現できます。判定にかかわらず書き出します。
終了コードはjverify FILEと同じです。`),
		Example: `  jverify bundle contract.pdf -o proof.zip --online
  jverify --bundle proof.zip --at 2026-11-22T10:00:00Z contract.pdf`,
		RunE: func(c *cobra.Command, args []string) error {
			o, err := openssl.Parse(args, true)
			a.language = o.Language(a.language)
			switch {
			case err != nil:
				return usageError(err)
			case o.Own.Help:
				return c.Help()
			}
			return a.keepBundle(c.Context(), o)
		},
	}
}

// keepBundle judges a file as the plain form does, and keeps what was used.
func (a *app) keepBundle(ctx context.Context, o *openssl.Options) error {
	if len(o.Operands) == 0 || len(o.Operands) > 2 || !o.Out.Given {
		return usageError(lang.Errorf("a file and -o are needed: jverify bundle FILE [CONTENT] -o PROOF.zip",
			"ファイルと-oが必要です: jverify bundle FILE [CONTENT] -o PROOF.zip"))
	}
	if err := setTime(o); err != nil {
		return err
	}
	if !o.Check.AtTime.Given { // the report names the moment, and the same one can be asked for again
		o.Check.AtTime = openssl.Number{Value: a.now().Unix(), Given: true}
	}
	return a.writeBundle(ctx, o)
}

// writeBundle judges, and writes what was used.
func (a *app) writeBundle(ctx context.Context, o *openssl.Options) error {
	f, err := os.Open(o.Operands[0])
	if err != nil {
		return readError(fileError(err, o.Operands[0]))
	}
	defer f.Close()
	out, err := durable.Create(ctx, o.Out.Name, durable.Options{Flag: "-out", NoForce: true})
	if err != nil {
		return readError(err)
	}
	defer out.Abort()
	c, r, err := a.collect(ctx, o, f)
	if err != nil {
		return err
	}
	if err := bundle.Write(out, c); err != nil {
		return readError(err)
	}
	if err := out.Commit(); err != nil {
		return readError(err)
	}
	fmt.Fprintf(a.err, "%s: %s\n", lang.Display(o.Operands[0]), report.Headline(r).In(a.language))
	fmt.Fprintln(a.err, a.say("to see it again: jverify --bundle %s --at %s %s", "再現するには: jverify --bundle %s --at %s %s",
		lang.Display(o.Out.Name), c.Policy.Time.Format(time.RFC3339), lang.Display(o.Operands[0])))
	if !r.Valid() || !r.Conforms() {
		return notValid()
	}
	return nil
}

// collect judges the file and gathers the bundle's contents.
func (a *app) collect(ctx context.Context, o *openssl.Options, f *os.File) (c bundle.Contents, r *verify.Report, err error) {
	opt, err := a.reportOptions(o)
	if err != nil {
		return c, nil, err
	}
	if opt.Fetcher != nil {
		c.Recorder = bundle.NewRecorder(opt.Fetcher)
		opt.Fetcher = c.Recorder
	}
	command := openssl.Command{Options: o, Getenv: a.getenv, Now: a.now, Anchors: a.addTrusted, Plain: true}
	t, err := command.Trust()
	if err != nil {
		return c, nil, readError(err)
	}
	r, err = a.judgeFile(ctx, o, f, t, opt)
	if err != nil {
		return c, nil, err
	}
	if c.Document, err = documentOf(f, o.Operands[0]); err != nil {
		return c, nil, readError(err)
	}
	c.Files = opt.Material
	c.Policy = bundle.Policy{Name: r.Policy.Name, Time: opt.Time.UTC(), RequireRevocation: o.Own.RequireRevocation, Profile: o.Own.Profile,
		Network: c.Recorder != nil}
	if c.Policy.Anchors, err = a.anchorsOf(t.Anchors, r); err != nil {
		return c, nil, err
	}
	c.Used = usedIn(r)
	c.Reports, err = reportsOf(r, o)
	return c, r, readError(err)
}

// judgeFile judges a file of either kind as the plain form does.
func (a *app) judgeFile(ctx context.Context, o *openssl.Options, f *os.File, t trust.Options, opt verify.ReportOptions) (*verify.Report, error) {
	info, err := f.Stat()
	if err != nil {
		return nil, readError(fileError(err, o.Operands[0]))
	}
	password, err := passwordFrom(o.Own.PasswordFile)
	if err != nil {
		return nil, readError(err)
	}
	if o.Check.Purpose == "" && o.Check.Name == "" {
		t.Purpose = trust.PurposeAny // of PDFs; messages have their own
	}
	content := &contentFile{signature: o.Operands[0], names: o.Operands[1:]}
	defer content.close()
	r, err := verify.File(ctx, f, info.Size(), verify.FileOptions{Content: content.open, PDFOptions: verify.PDFOptions{
		Trust: t, JPKI: o.TrustsJPKI(), ReportOptions: opt, Password: password, Profile: verify.Profile(o.Own.Profile),
	}})
	if err != nil {
		return nil, readError(lang.Errorf("%s: %w", "%s: %w", lang.Display(o.Operands[0]), err))
	}
	return r, nil
}

func documentOf(f *os.File, name string) (d bundle.Document, err error) {
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return d, err
	}
	h := sha256.New()
	n, err := io.Copy(h, f)
	return bundle.Document{Name: name, Size: n, SHA256: fmt.Sprintf("%x", h.Sum(nil))}, err
}

// anchorsOf lists what was trusted: the anchors, and those of folders that a chain
// ended in.
func (a *app) anchorsOf(store *trust.Store, r *verify.Report) (list []bundle.Anchor, err error) {
	own := make(map[[sha256.Size]byte]bool)
	folder, err := a.trustFolder()
	if err == nil {
		certificates, err := folder.Certificates()
		if err != nil {
			return nil, readError(err)
		}
		for _, c := range certificates {
			own[c.Fingerprint()] = true
		}
	}
	candidates := store.Anchors()
	for _, chain := range chainsOf(r) {
		if c, err := trust.ParseCertificate(chain[len(chain)-1].Raw); err == nil && store.Contains(c) {
			candidates = append(candidates, c)
		}
	}
	unique := make(map[[sha256.Size]byte]*trust.Certificate)
	for _, c := range candidates {
		unique[c.Fingerprint()] = c
	}
	for _, sum := range slices.SortedFunc(maps.Keys(unique), func(x, y [sha256.Size]byte) int { return bytes.Compare(x[:], y[:]) }) {
		list = append(list, bundle.Anchor{Certificate: unique[sum], EndsChain: own[sum]})
	}
	return list, nil
}

// chainsOf lists the chains of signatures and timestamps.
func chainsOf(r *verify.Report) (list [][]verify.Certificate) {
	for _, s := range r.Signatures {
		for _, chain := range append([][]verify.Certificate{s.Chain}, stampChains(s.Timestamps)...) {
			if len(chain) > 0 {
				list = append(list, chain)
			}
		}
	}
	return list
}

func stampChains(stamps []verify.Timestamp) (list [][]verify.Certificate) {
	for _, t := range stamps {
		list = append(list, t.Chain)
	}
	return list
}

// usedIn lists what a report rests on.
func usedIn(r *verify.Report) (list []bundle.Item) {
	add := func(k bundle.Kind, der []byte) {
		if len(der) > 0 {
			list = append(list, bundle.Item{Kind: k, DER: der})
		}
	}
	evidence := func(all []verify.Evidence) {
		for _, e := range all {
			for _, s := range e.Sources {
				kind := bundle.CRL
				if s.Kind == "ocsp" {
					kind = bundle.OCSP
				}
				add(kind, s.Raw)
				add(bundle.CRL, s.Delta)
				add(bundle.Certificate, s.Issuer)
			}
		}
	}
	for _, chain := range chainsOf(r) {
		for _, c := range chain {
			add(bundle.Certificate, c.Raw)
		}
	}
	for _, s := range r.Signatures {
		evidence(s.Evidence)
		for _, t := range s.Timestamps {
			add(bundle.Token, t.Raw)
			evidence(t.Evidence)
		}
	}
	return list
}

// reportsOf renders the report for programs, and for people in both languages.
func reportsOf(r *verify.Report, o *openssl.Options) (map[string][]byte, error) {
	reports := make(map[string][]byte)
	opt := report.Options{File: o.Operands[0], ShowIdentity: o.Own.ShowIdentity}
	for infix, l := range map[string]lang.Language{"": lang.English, ".ja": lang.Japanese} {
		opt.Language = l
		var data, text bytes.Buffer
		if err := errors.Join(report.JSON(&data, r, opt), report.Text(&text, r, opt)); err != nil {
			return nil, err
		}
		reports["report"+infix+".json"], reports["report"+infix+".txt"] = data.Bytes(), text.Bytes()
	}
	return reports, nil
}
