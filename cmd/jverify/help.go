package main

import (
	"context"
	"fmt"
	"runtime/debug"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"github.com/jsign-jp/jsign/cmd/jverify/internal/openssl"
	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/lang"
)

// isCommand tells the command lines that are not a verification. --lang may stand
// before the command.
func isCommand(args []string) bool {
	for len(args) > 1 && strings.TrimLeft(args[0], "-") == "lang" && strings.HasPrefix(args[0], "-") {
		args = args[2:]
	}
	if len(args) > 1 && strings.HasPrefix(strings.TrimLeft(args[0], "-"), "lang=") {
		args = args[1:]
	}
	return len(args) > 0 && slices.Contains([]string{"help", "version", "trust", "cert", "batch", "bundle", "completion", "__complete", "__completeNoDesc"}, args[0])
}

// runCobra runs what is not a verification: help, version, completion.
func (a *app) runCobra(ctx context.Context, args []string) int {
	root := a.rootCommand()
	root.SetArgs(cli.OneDash(args))
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	if err := root.ExecuteContext(ctx); err != nil {
		return a.fail(err)
	}
	return openssl.ExitOK
}

// say renders a message in the run's language.
func (a *app) say(en, ja string, args ...any) string { return lang.M(en, ja, args...).In(a.language) }

func (a *app) rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "jverify FILE [CONTENT]",
		Long:          a.say(longEN, longJA),
		Example:       a.say(examplesEN, examplesJA),
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          cobra.NoArgs,
		Run:           func(c *cobra.Command, _ []string) { _ = c.Help() }, // no arguments on a terminal
	}
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(&cobra.Command{
		Use:   "version",
		Short: a.say("print the version", "バージョンを表示"),
		Args:  cobra.NoArgs,
		RunE: func(c *cobra.Command, _ []string) error {
			_, err := fmt.Fprintln(c.OutOrStdout(), "jverify", version())
			return err
		},
	})
	root.AddCommand(a.batchCommand(), a.bundleCommand(), a.certCommand(), a.trustCommand())
	root.PersistentFlags().Var(cli.LanguageValue{Language: &a.language}, "lang", a.say("language of messages", "メッセージの言語"))
	cli.TranslateHelp(root, a.language)
	root.SetHelpTemplate(a.helpTemplate())
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error { return cli.NoEmptyValues(c) }
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError(cli.FlagError(err)) })
	return root
}

// helpTemplate shows examples first: most people want one of them.
func (a *app) helpTemplate() string {
	return `{{with .Long}}{{. | trimTrailingWhitespaces}}

{{end}}{{if .HasExample}}` + a.say("Examples:", "例:") + `
{{.Example}}

{{end}}` + a.say("Usage:", "使い方:") + `
  {{.UseLine}}
{{if not .HasParent}}
` + a.optionHelp() + `
` + a.say("Commands:", "コマンド:") + `{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}

` + a.say(exitEN, exitJA) + `
{{end}}`
}

const (
	longEN = `Verifies signed PDFs and CMS messages (.p7s, .p7m, S/MIME), and takes the options of "openssl cms -verify".`
	longJA = `署名付きPDFとCMSメッセージ（.p7s、.p7m、S/MIME）を検証します。"openssl cms -verify"のオプションも使えます。`

	examplesEN = `  jverify contract.signed.pdf                       the signature inside a PDF
  jverify letter.txt.p7s                            a detached signature; letter.txt is beside it
  jverify letter.txt.p7s elsewhere/letter.txt       a detached signature and what it signs
  jverify message.p7m -out message.txt              takes the content out of a signed message
  jverify letter.txt.p7s --CAfile ca.pem --json     what a program wants to know
  jverify -in msg.der -inform DER -CAfile ca.pem    exactly as openssl cms -verify`
	examplesJA = `  jverify contract.signed.pdf                       PDFの署名を検証
  jverify letter.txt.p7s                            分離署名を検証（letter.txtは同じ場所にある）
  jverify letter.txt.p7s elsewhere/letter.txt       分離署名と署名対象を指定
  jverify message.p7m -out message.txt              署名付きメッセージから内容を取り出す
  jverify letter.txt.p7s --CAfile ca.pem --json     プログラム向けの結果
  jverify -in msg.der -inform DER -CAfile ca.pem    openssl cms -verifyとまったく同じ`

	exitEN = `Exit codes: 0 valid; 1 the command line is wrong; 2 something cannot be read or opened;
4 not valid, or not proven to be; 5 -certsout or -signer cannot be written; 130 interrupted.`
	exitJA = `終了コード: 0 有効、1 コマンドの誤り、2 読み込みまたは作成ができない、
4 無効、または有効と確認できない、5 -certsoutまたは-signerに書き込めない、130 中断。`
)

// optionHelp lists jverify's own options and the most used ones of openssl's.
func (a *app) optionHelp() string {
	var b strings.Builder
	b.WriteString(a.say("Options (one dash or two; -option=value or -option value):", "オプション（ハイフンは1つでも2つでもよい。-option=valueまたは-option value）:"))
	for _, o := range []struct{ name, en, ja string }{
		{"--CAfile FILE", "certificates of the CAs to trust (PEM)", "信頼する認証局の証明書（PEM）"},
		{"--out FILE", "where the content of an attached message goes", "添付された内容の出力先"},
		{"--profile moj", "check a PDF by the rules of the online registration too", "登記・供託オンライン申請の要件も検査する（PDF）"},
		{"--extract-revision N -o FILE", "write the PDF as it was when signature N was made", "署名Nの時点のPDFを書き出す"},
		{"--password-file FILE", "the password of an encrypted PDF", "暗号化PDFのパスワードのファイル"},
		{"--strict", "refuse also what openssl passes over", "opensslが見逃す点も不合格にする"},
		{"--require-revocation", "refuse what was not checked for revocation", "失効を確認していないものを不合格にする"},
		{"--crl FILE, --ocsp FILE", "revocation data beside what the signature carries (repeatable)", "署名に同梱されたもの以外の失効情報（複数可）"},
		{"--online", "ask the servers that certificates name for revocation", "証明書に記載されたサーバーに失効情報を問い合わせる"},
		{"--ldap-server URL", "with --online: whom to ask for CRLs by directory name", "--onlineで、ディレクトリ名のCRLを取得するLDAPサーバー"},
		{"--allow-address PREFIX", "with --online: an address that may be asked though it is not public", "--onlineで、公開アドレスではないが問い合わせてよい範囲"},
		{"--use-proxy, --no-cache", "with --online: go through HTTP_PROXY; keep no answers", "--onlineで、HTTP_PROXYを使う/応答を保存しない"},
		{"--bundle PROOF.zip", "judge with what jverify bundle kept, offline", "jverify bundleで保存した資料で再現する（オフライン）"},
		{"--at TIME", "judge at another time: 2025-04-01 or RFC 3339", "判定時点を指定する（2025-04-01またはRFC 3339）"},
		{"--json", "the report as JSON on standard output", "結果をJSONで標準出力に書く"},
		{"--report", "a summary for people after openssl's words", "opensslの出力のあとに要約を表示"},
		{"--show-identity", "show who signed: name, address, date of birth, sex", "署名者の氏名・住所・生年月日・性別を表示"},
		{"--release-unverified", "write content out as openssl does, even if it is not verified", "opensslと同じく、検証に失敗した内容も出力する"},
		{"--lang en|ja", "language of jverify's own messages", "jverifyのメッセージの言語"},
		{"--crl_check, --attime, …", "every other option of openssl cms -verify: docs/openssl.md", "openssl cms -verifyのその他のオプション: docs/openssl.md"},
	} {
		fmt.Fprintf(&b, "\n  %-26s %s", o.name, a.say(o.en, o.ja))
	}
	b.WriteByte('\n')
	return b.String()
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(unknown)"
}
