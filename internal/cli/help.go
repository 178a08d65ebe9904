package cli

import (
	"strings"

	"github.com/spf13/cobra"

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
{{.LocalFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}{{if .HasAvailableInheritedFlags}}

@global@
{{.InheritedFlags.FlagUsages | trimTrailingWhitespaces}}{{end}}
`

// HelpTemplate returns the template of a command's help in a language.
func HelpTemplate(l lang.Language) string {
	say := func(en, ja string) string { return lang.M(en, ja).In(l) }
	return strings.NewReplacer(
		"@examples@", say("Examples:", "例:"),
		"@usage@", say("Usage:", "使い方:"),
		"@commands@", say("Commands:", "コマンド:"),
		"@flags@", say("Flags:", "オプション:"),
		"@global@", say("Flags of every command:", "共通のオプション:"),
	).Replace(helpTemplate)
}

// TranslateHelp gives root and its commands help in a language, and leaves errors
// to the caller. Every command must have been added.
func TranslateHelp(root *cobra.Command, l lang.Language) {
	root.SetHelpTemplate(HelpTemplate(l))
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.HiddenDefaultCmd = true
	root.InitDefaultHelpCmd()
	translateFlags(root, l)
}

func translateFlags(c *cobra.Command, l lang.Language) {
	c.InitDefaultHelpFlag()
	c.Flags().Lookup("help").Usage = lang.M("show this help", "このヘルプを表示").In(l)
	if c.Name() == "help" {
		c.Short = lang.M("help on a command", "コマンドの説明").In(l)
	}
	for _, sub := range c.Commands() {
		translateFlags(sub, l)
	}
}
