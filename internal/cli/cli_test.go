package cli_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"

	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/lang"
)

func TestOneDash(t *testing.T) {
	in := []string{"cert", "-crl_check_all", "-o", "x", "-o=x", "--at", "1", "-9", "-", "--", "-CAfile"}
	want := []string{"cert", "--crl_check_all", "-o", "x", "-o=x", "--at", "1", "-9", "-", "--", "-CAfile"}
	if got := cli.OneDash(in); !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// TestSpellings: a flag is found by hyphens, underscores and openssl's name.
func TestSpellings(t *testing.T) {
	for _, spelling := range []string{"--crl-check-all", "--crl_check_all", "-crl_check_all", "-everything"} {
		c := &cobra.Command{Use: "x", RunE: func(*cobra.Command, []string) error { return nil }}
		all := c.Flags().Bool("crl-check-all", false, "")
		cli.AnyWordBreak(c, map[string]string{"everything": "crl-check-all"})
		c.SetArgs(cli.OneDash([]string{spelling}))
		if err := c.Execute(); err != nil || !*all {
			t.Errorf("%s: %v, %v", spelling, *all, err)
		}
	}
}

func TestFlagErrorsSpeakJapanese(t *testing.T) {
	for _, args := range [][]string{{"--unknown"}, {"--n"}, {"--n", "x"}, {"--n", "1", "--n", "1"}} {
		c := &cobra.Command{Use: "x", SilenceErrors: true, SilenceUsage: true, RunE: func(*cobra.Command, []string) error { return nil }}
		c.Flags().Int("n", 0, "")
		cli.Once(c, "n")
		c.SetArgs(args)
		err := cli.FlagError(c.Execute())
		en, ja := lang.Explain(err, lang.English), lang.Explain(err, lang.Japanese)
		if en == ja || en == "" {
			t.Errorf("%q: %q, %q", args, en, ja)
		}
	}
}

func TestChooseLanguage(t *testing.T) {
	none := func(string) string { return "" }
	for _, c := range []struct {
		args []string
		want lang.Language
	}{
		{[]string{"--lang", "ja"}, lang.Japanese},
		{[]string{"x", "--lang=ja"}, lang.Japanese},
		{[]string{"--", "--lang=ja"}, lang.English},
		{[]string{"--lang", "xx"}, lang.English},
		{nil, lang.English},
	} {
		if got := cli.ChooseLanguage(c.args, none); got != c.want {
			t.Errorf("%q: %v", c.args, got)
		}
	}
}

// TestHelpInColumns: what flags do begins in one column of a terminal, where ファイル
// takes eight.
func TestHelpInColumns(t *testing.T) {
	for l, want := range map[lang.Language]string{
		lang.English:  "  -f, --file name   read this name\n  -h, --help        show this help\n      --n int       count (default 3)\n      --none int    without default\n",
		lang.Japanese: "  -f, --file ファイル   このファイルを読む\n  -h, --help            このヘルプを表示\n      --n int           count（既定値: 3）\n      --none int        without default\n",
	} {
		c := &cobra.Command{Use: "x FILE", Run: func(*cobra.Command, []string) {}}
		c.Flags().StringP("file", "f", "", lang.M("read this `name`", "この`ファイル`を読む").In(l))
		c.Flags().Int("n", 3, "count")
		c.Flags().Int("none", -1, "without default")
		cli.TranslateHelp(c, l)
		var out strings.Builder
		c.SetOut(&out)
		if err := c.Help(); err != nil || !strings.Contains(out.String(), want) || strings.Contains(out.String(), "[flags]") != (l == lang.English) {
			t.Errorf("%v:\n%s", err, out.String())
		}
	}
}

func TestFailKeepsTheFirstCode(t *testing.T) {
	if cli.Fail(2, nil) != nil {
		t.Error("no error became one")
	}
	inner := lang.WithHint(cli.Fail(2, lang.Errorf("a fault", "問題")), "a hint", "ヒント")
	err := cli.Fail(3, lang.Errorf("a file: %w", "ファイル: %w", inner))
	var known *cli.Failure
	if !errors.As(err, &known) || known.Code != 2 {
		t.Errorf("%v", err)
	}
	if ja := lang.Explain(err, lang.Japanese); ja != "ファイル: 問題" || lang.Hint(err, lang.Japanese) != "ヒント" {
		t.Errorf("%q, hint %q", ja, lang.Hint(err, lang.Japanese))
	}
}

func TestReadPassword(t *testing.T) {
	for in, want := range map[string]string{"": "", "p": "p", "p\n": "p", "p q \r\nrest": "p q ", "\np": ""} {
		if got, err := cli.ReadPassword(strings.NewReader(in)); err != nil || string(got) != want {
			t.Errorf("%q: %q, %v", in, got, err)
		}
	}
	if _, err := cli.ReadPassword(strings.NewReader(strings.Repeat("x", 1025))); err == nil {
		t.Error("a file that is too long was cut off")
	}
}
