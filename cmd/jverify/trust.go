package main

import (
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/durable"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/term"
	"github.com/jsign-jp/jsign/trust"
)

// trustFolder is where a person's own anchors are.
func (a *app) trustFolder() (trust.Folder, error) {
	dir, err := a.configDir()
	if err != nil {
		return trust.Folder{}, lang.Errorf("the folder for settings is not known: %w", "設定フォルダーが分かりません: %w", err)
	}
	return trust.Folder{Path: filepath.Join(dir, "jsign", "trust")}, nil
}

// addTrusted adds the trust folder to the anchors. Where there is no folder for
// settings, as for a service without a home, there is none of it to trust.
func (a *app) addTrusted(s *trust.Store) error {
	folder, err := a.trustFolder()
	if err != nil {
		a.addBundled(s)
		return nil
	}
	_, err = folder.AddTo(s)
	a.addBundled(s)
	return lang.WithHint(err, "see jverify trust list", "jverify trust listを参照してください")
}

// readLimited reads a file that is held, of limit octets at most.
func readLimited(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, readError(fileError(err, name))
	}
	defer f.Close()
	data, err := io.ReadAll(io.LimitReader(f, limit+1))
	if err != nil {
		return nil, readError(fileError(err, name))
	}
	if int64(len(data)) > limit {
		return nil, readError(lang.Errorf("%s is larger than %d MiB", "%sは%d MiBを超えています", lang.Display(name), limit>>20))
	}
	return data, nil
}

func (a *app) trustCommand() *cobra.Command {
	c := &cobra.Command{
		Use: "trust", Args: cli.NoArguments,
		Short: a.say("list, add, remove and export the CAs you trust", "信頼する認証局の一覧・追加・削除・書き出し"),
		Long: a.say(`The certificates in your trust folder are trusted beside JPKI's own authorities, which are
built in by their fingerprints. With --CAfile nothing but that file is trusted.`,
			`信頼フォルダーの証明書は、指紋で組み込まれたJPKIの認証局とともに信頼されます。
--CAfileを指定した場合は、そのファイルだけが信頼されます。`),
		Example: a.say(`  jverify trust list
  jverify trust add company-ca.pem
  jverify trust remove 79679C33
  jverify trust export -o backup.pem`, `  jverify trust list
  jverify trust add company-ca.pem
  jverify trust remove 79679C33
  jverify trust export -o backup.pem`),
		Run: func(c *cobra.Command, _ []string) { _ = c.Help() },
	}
	c.AddCommand(a.trustList(), a.trustAdd(), a.trustRemove(), a.trustExport())
	return c
}

// trusted is an anchor in the JSON of jverify trust list.
type trusted struct {
	SHA256    string `json:"sha256"`
	Subject   string `json:"subject"`
	NotBefore string `json:"notBefore"`
	NotAfter  string `json:"notAfter"`
	BuiltIn   bool   `json:"builtIn"`
}

func (a *app) trustList() *cobra.Command {
	var asJSON bool
	c := &cobra.Command{
		Use: "list", Args: cli.NoArguments, Short: a.say("list what is trusted", "信頼している認証局の一覧"),
		RunE: func(*cobra.Command, []string) error {
			list, err := a.anchors()
			if err != nil {
				return err
			}
			if asJSON {
				e := json.NewEncoder(a.out)
				e.SetIndent("", "  ")
				return readError(e.Encode(list))
			}
			for _, t := range list {
				if err := a.printAnchor(t); err != nil {
					return readError(err)
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&asJSON, "json", false, a.say("print JSON", "JSONで出力する"))
	return c
}

// anchors lists the built-in anchors and those of the folder.
func (a *app) anchors() ([]trusted, error) {
	var list []trusted
	for _, p := range trust.JPKIAnchors() {
		list = append(list, trusted{
			SHA256: fmt.Sprintf("%x", p.SHA256), Subject: fmt.Sprintf("JPKI %s %d", jpkiUse(p.Use), p.Generation),
			NotBefore: p.NotBefore.Format(time.RFC3339), NotAfter: p.NotAfter.Format(time.RFC3339), BuiltIn: true,
		})
	}
	folder, err := a.trustFolder()
	if err != nil {
		return nil, readError(err)
	}
	own, err := folder.Certificates()
	for _, c := range own {
		list = append(list, trusted{
			SHA256: fmt.Sprintf("%x", c.Fingerprint()), Subject: trust.NameString(c.RawSubject),
			NotBefore: c.NotBefore.Format(time.RFC3339), NotAfter: c.NotAfter.Format(time.RFC3339),
		})
	}
	return list, readError(err)
}

func jpkiUse(u trust.JPKIUse) string {
	if u == trust.JPKIAuth {
		return "auth"
	}
	return "sign"
}

func (a *app) printAnchor(t trusted) error {
	origin := a.say("yours", "利用者が追加")
	if t.BuiltIn {
		origin = a.say("built in", "組み込み")
	}
	_, err := fmt.Fprintf(a.out, "%s\n  %s\n  %s – %s  (%s)\n", printable(t.Subject), strings.ToUpper(t.SHA256), day(t.NotBefore), day(t.NotAfter), origin)
	return err
}

func day(rfc3339 string) string { return rfc3339[:len("2006-01-02")] }

func (a *app) trustAdd() *cobra.Command {
	var yes bool
	c := &cobra.Command{
		Use: "add FILE…", Args: cli.Arguments(1, -1),
		Short: a.say("trust the certificates of files (PEM or DER)", "ファイルの証明書を信頼する（PEMまたはDER）"),
		Long: a.say(`Shows each certificate and asks whether it is to be trusted: compare the fingerprint with one that
you have from somewhere else. Off a terminal --yes is needed.`,
			`証明書を表示して、信頼するかどうかを尋ねます。別の経路で入手した指紋と照合してください。
端末でない場合は--yesが必要です。`),
		RunE: func(c *cobra.Command, args []string) error { return a.addTrust(c.Context(), args, yes) },
	}
	c.Flags().BoolVar(&yes, "yes", false, a.say("do not ask", "確認しない"))
	return c
}

func (a *app) addTrust(ctx context.Context, names []string, yes bool) error {
	folder, err := a.trustFolder()
	if err != nil {
		return readError(err)
	}
	var list []*trust.Certificate
	for _, name := range names {
		c, err := readCollection(name)
		if err != nil {
			return err
		}
		if len(c.Certificates) == 0 {
			return readError(lang.Errorf("there is no certificate in %s", "%sには証明書がありません", lang.Display(name)))
		}
		list = append(list, c.Certificates...)
	}
	for _, c := range list {
		if err := a.addOne(ctx, folder, c, yes); err != nil {
			return err
		}
	}
	return nil
}

func (a *app) addOne(ctx context.Context, folder trust.Folder, c *trust.Certificate, yes bool) error {
	fmt.Fprintf(a.err, "%s\n  SHA-256 %X\n  %s – %s\n", printable(trust.NameString(c.RawSubject)), c.Fingerprint(),
		c.NotBefore.Format(time.DateOnly), c.NotAfter.Format(time.DateOnly))
	for _, m := range a.doubts(c) {
		fmt.Fprintf(a.err, "jverify: warning: %s\n", m.In(a.language))
	}
	agreed, err := a.agrees(ctx, yes)
	if err != nil || !agreed {
		return err
	}
	added, err := folder.Add(ctx, c)
	switch {
	case err != nil:
		return readError(err)
	case added:
		fmt.Fprintln(a.err, a.say("trusted from now on", "今後、この証明書を信頼します"))
	default:
		fmt.Fprintln(a.err, a.say("was trusted already", "すでに信頼しています"))
	}
	return nil
}

// doubts are what speaks against trusting a certificate as a CA.
func (a *app) doubts(c *trust.Certificate) (list []lang.Message) {
	if !c.IsCA() {
		list = append(list, lang.M("this is no certificate of a CA: it will stand for itself only", "認証局の証明書ではありません。この証明書自身だけが信頼されます"))
	}
	if now := a.now(); now.After(c.NotAfter) || now.Before(c.NotBefore) {
		list = append(list, lang.M("this certificate is not valid today", "この証明書は現在有効期間外です"))
	}
	return list
}

// agrees asks on the terminal. Without one --yes must have been given: nothing is
// trusted by accident.
func (a *app) agrees(ctx context.Context, yes bool) (bool, error) {
	if yes {
		return true, nil
	}
	if !term.IsTerminal(a.in) {
		return false, lang.WithHint(&cli.Failure{Code: 1, Err: lang.Errorf("there is no terminal to ask on", "確認に使う端末がありません")},
			"compare the fingerprint, then give --yes", "指紋を照合したうえで--yesを指定してください")
	}
	t, err := term.Open()
	if err != nil {
		return false, readError(err)
	}
	defer t.Close()
	return t.Confirm(ctx, a.say("Trust this certificate?", "この証明書を信頼しますか？"))
}

func (a *app) trustRemove() *cobra.Command {
	return &cobra.Command{
		Use: "remove SHA256…", Args: cli.Arguments(1, -1),
		Short: a.say("trust a certificate no more; 8 digits of its fingerprint are enough", "信頼をやめる（指紋の先頭8桁以上で指定）"),
		RunE: func(_ *cobra.Command, args []string) error {
			folder, err := a.trustFolder()
			if err != nil {
				return readError(err)
			}
			for _, fingerprint := range args {
				c, err := folder.Remove(fingerprint)
				if err != nil {
					return lang.WithHint(readError(err), "see jverify trust list; what is built in cannot be removed",
						"jverify trust listを参照してください。組み込みの認証局は削除できません")
				}
				fmt.Fprintln(a.err, a.say("no longer trusted: %s", "信頼をやめました: %s", printable(trust.NameString(c.RawSubject))))
			}
			return nil
		},
	}
}

func (a *app) trustExport() *cobra.Command {
	var out string
	var force bool
	c := &cobra.Command{
		Use: "export [SHA256…]", Args: cli.Arguments(0, -1),
		Short: a.say("write your trusted certificates as PEM", "信頼フォルダーの証明書をPEMで書き出す"),
		RunE: func(c *cobra.Command, args []string) error {
			list, err := a.selected(args)
			if err != nil {
				return err
			}
			return a.export(c.Context(), list, out, force)
		},
	}
	c.Flags().StringVarP(&out, "out", "o", "", a.say("write to `FILE`", "出力先の`FILE`"))
	c.Flags().BoolVar(&force, "force", false, a.say("replace an existing file", "既存のファイルを置き換える"))
	return c
}

// selected returns the certificates of the folder with the fingerprints; all
// without any.
func (a *app) selected(fingerprints []string) ([]*trust.Certificate, error) {
	folder, err := a.trustFolder()
	if err != nil {
		return nil, readError(err)
	}
	if len(fingerprints) == 0 {
		list, err := folder.Certificates()
		return list, readError(err)
	}
	var list []*trust.Certificate
	for _, f := range fingerprints {
		c, err := folder.Find(f)
		if err != nil {
			return nil, readError(err)
		}
		if !slices.ContainsFunc(list, c.Equal) {
			list = append(list, c)
		}
	}
	return list, nil
}

func (a *app) export(ctx context.Context, list []*trust.Certificate, out string, force bool) error {
	if out == "" || out == "-" {
		return readError(writePEM(a.out, list))
	}
	f, err := durable.Create(ctx, out, durable.Options{Force: force})
	if err != nil {
		return readError(err)
	}
	defer f.Abort()
	if err := writePEM(f, list); err != nil {
		return readError(err)
	}
	return readError(f.Commit())
}

func writePEM(w io.Writer, list []*trust.Certificate) error {
	for _, c := range list {
		if err := pem.Encode(w, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}); err != nil {
			return err
		}
	}
	return nil
}

// printable keeps what a certificate says from steering the terminal.
func printable(s string) string { return lang.Display(s) }
