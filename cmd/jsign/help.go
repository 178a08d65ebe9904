package main

import (
	"runtime/debug"

	"github.com/spf13/cobra"

	"github.com/jsign-jp/jsign/internal/cli"
)

// translateHelp makes help and flag errors speak the run's language.
func (a *app) translateHelp(root *cobra.Command) {
	cli.TranslateHelp(root, a.language)
	root.PersistentPreRunE = func(c *cobra.Command, _ []string) error { return usageError(cli.NoEmptyValues(c)) }
	root.SetFlagErrorFunc(func(_ *cobra.Command, err error) error { return usageError(cli.FlagError(err)) })
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

func noArguments(c *cobra.Command, args []string) error { return usageError(cli.NoArguments(c, args)) }
