package main

import (
	"errors"
	"runtime/debug"
	"strings"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/jsign-jp/jsign/internal/lang"
)

// cutFlag splits --name=value.
func cutFlag(arg string) (name, value string, joined bool) {
	return strings.Cut(arg, "=")
}

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

// translateHelp makes help and flag errors speak the run's language.
func (a *app) translateHelp(root *cobra.Command) {
	root.SetHelpTemplate(strings.NewReplacer(
		"@examples@", a.say("Examples:", "例:"),
		"@usage@", a.say("Usage:", "使い方:"),
		"@commands@", a.say("Commands:", "コマンド:"),
		"@flags@", a.say("Flags:", "オプション:"),
		"@global@", a.say("Flags of every command:", "共通のオプション:"),
	).Replace(helpTemplate))
	root.SilenceErrors, root.SilenceUsage = true, true
	root.CompletionOptions.HiddenDefaultCmd = true
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return flagError(err) })
	root.InitDefaultHelpCmd()
	for _, c := range append(root.Commands(), root) {
		c.InitDefaultHelpFlag()
		c.Flags().Lookup("help").Usage = a.say("show this help", "このヘルプを表示")
		if c.Name() == "help" {
			c.Short = a.say("help on a command", "コマンドの説明")
		}
	}
}

// flagError words pflag's errors in both languages.
func flagError(err error) error {
	var unknown *pflag.NotExistError
	var missing *pflag.ValueRequiredError
	var invalid *pflag.InvalidValueError
	switch {
	case errors.As(err, &unknown):
		return usageErrorf("unknown flag %s", "オプション%sはありません", dashed(unknown.GetSpecifiedName()))
	case errors.As(err, &missing):
		return usageErrorf("flag %s needs a value", "オプション%sには値が必要です", dashed(missing.GetSpecifiedName()))
	case errors.As(err, &invalid):
		return usageErrorf("%q is not a value for --%s (%s)", "%qは--%sの値ではありません（%s）",
			invalid.GetValue(), invalid.GetFlag().Name, invalid.GetFlag().Value.Type())
	}
	return usageErrorf("the command line is not understood: %v", "コマンドラインを解釈できません: %v", err)
}

func dashed(name string) string {
	if len(name) == 1 {
		return "-" + name
	}
	return "--" + name
}

// languageValue is the flag --lang; its value was used before parsing.
type languageValue struct{ l *lang.Language }

func (v languageValue) String() string {
	if v.l != nil && *v.l == lang.Japanese {
		return "ja"
	}
	return "en"
}
func (v languageValue) Type() string { return "en|ja" }
func (v languageValue) Set(s string) error {
	l, ok := lang.Parse(s)
	if !ok {
		return errors.New("not en or ja")
	}
	*v.l = l
	return nil
}

func (a *app) versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: a.say("print the version", "バージョンを表示"), Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error {
			version := "(devel)"
			if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
				version = info.Main.Version
			}
			c.Println("jsign", version)
			return nil
		},
	}
}

func noArguments(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return usageErrorf("unexpected argument %q", "余分な引数%qがあります", args[0])
	}
	return nil
}
