package cli

import (
	"slices"
	"strconv"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/text/width"

	"github.com/jsign-jp/jsign/internal/lang"
)

// helpTemplate shows examples first: most people want one of them.
const helpTemplate = `{{with .Long}}{{. | trimTrailingWhitespaces}}

{{end}}{{if .HasExample}}@examples@
{{.Example}}

{{end}}@usage@
  {{.UseLine}}{{if .HasAvailableSubCommands}}
  {{.CommandPath}} COMMAND …

@commands@{{range .Commands}}{{if .IsAvailableCommand}}
  {{rpad .Name .NamePadding}} {{.Short}}{{end}}{{end}}{{end}}{{if .HasAvailableLocalFlags}}

@flags@
{{@local@}}{{end}}{{if .HasAvailableInheritedFlags}}

@global@
{{@inherited@}}{{end}}
`

// templateOf returns the template of a command's help in a language.
func templateOf(c *cobra.Command, l lang.Language) string {
	say := func(en, ja string) string { return lang.M(en, ja).In(l) }
	return strings.NewReplacer(
		"@examples@", say("Examples:", "例:"),
		"@usage@", say("Usage:", "使い方:"),
		"@commands@", say("Commands:", "コマンド:"),
		"@flags@", say("Flags:", "オプション:"),
		"@global@", say("Flags of every command:", "共通のオプション:"),
		"@local@", strconv.Quote(flagTable(c.LocalFlags(), l)),
		"@inherited@", strconv.Quote(flagTable(c.InheritedFlags(), l)),
	).Replace(helpTemplate)
}

// TranslateHelp gives root and its commands help in a language, and leaves errors
// to the caller. Every command and flag must have been added.
func TranslateHelp(root *cobra.Command, l lang.Language) {
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.HiddenDefaultCmd = true
	root.InitDefaultHelpCmd()
	translate(root, l)
}

func translate(c *cobra.Command, l lang.Language) {
	c.InitDefaultHelpFlag()
	c.Flags().Lookup("help").Usage = lang.M("show this help", "このヘルプを表示").In(l)
	if c.Name() == "help" {
		c.Short = lang.M("help on a command", "コマンドの説明").In(l)
	}
	c.DisableFlagsInUseLine = true
	c.Use += lang.M(" [flags]", " [オプション]").In(l)
	c.SetHelpTemplate(templateOf(c, l))
	for _, sub := range c.Commands() {
		translate(sub, l)
	}
}

// flagTable lists flags and what they do in two columns, by the columns that a
// terminal gives each character: pflag's own counts bytes.
func flagTable(flags *pflag.FlagSet, l lang.Language) string {
	var rows [][2]string
	first := 0
	flags.VisitAll(func(f *pflag.Flag) {
		if !f.Hidden {
			row := flagRow(f, l)
			rows, first = append(rows, row), max(first, columns(row[0]))
		}
	})
	lines := make([]string, len(rows))
	for i, row := range rows {
		lines[i] = row[0] + strings.Repeat(" ", first-columns(row[0])+3) + row[1]
	}
	return strings.Join(lines, "\n")
}

// flagRow is a flag's name with its value's, and what it does.
func flagRow(f *pflag.Flag, l lang.Language) (row [2]string) {
	row[0] = "      --" + f.Name
	if f.Shorthand != "" {
		row[0] = "  -" + f.Shorthand + ", --" + f.Name
	}
	value, usage := pflag.UnquoteUsage(f)
	if value != "" {
		row[0] += " " + value
	}
	row[1] = usage
	if none := []string{"", "0", "0s", "-1", "false", "[]"}; !slices.Contains(none, f.DefValue) {
		row[1] += lang.M(" (default %s)", "（既定値: %s）", f.DefValue).In(l)
	}
	return row
}

// columns is how wide a text is on a terminal.
func columns(text string) int {
	n := 0
	for _, r := range text {
		n++
		if k := width.LookupRune(r).Kind(); k == width.EastAsianWide || k == width.EastAsianFullwidth {
			n++
		}
	}
	return n
}
