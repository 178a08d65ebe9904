package main

import (
	"context"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra"

	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/progress"
	"github.com/jsign-jp/jsign/internal/term"
)

// environment is what a run takes from its process.
type environment struct {
	in, out, err *os.File
	getenv       func(string) string
	now          func() time.Time
	cacheDir     func() (string, error)
}

// app is one run of the command: its environment and the language it speaks.
type app struct {
	environment
	language lang.Language
	screen   *progress.Meter // what a batch shows meanwhile; nil: nothing
}

// run runs the command line and returns the exit code.
func run(ctx context.Context, args []string, env environment) int {
	a := &app{environment: env, language: cli.ChooseLanguage(args, env.getenv)}
	root := a.rootCommand()
	root.SetArgs(args)
	root.SetIn(env.in)
	root.SetOut(env.out)
	root.SetErr(env.err)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return exitOK
	}
	if ctx.Err() != nil {
		err = term.ErrInterrupted // whatever it interrupted
	}
	a.report(err)
	return exitCode(ctx, err)
}

// say renders a message in the run's language.
func (a *app) say(en, ja string, args ...any) string {
	return lang.M(en, ja, args...).In(a.language)
}

// warn prints a line that is not an error.
func (a *app) warn(m lang.Message) {
	text := fmt.Sprintf("jsign: warning: %s\n", m.In(a.language))
	if a.screen != nil {
		a.screen.Print(text)
		return
	}
	fmt.Fprint(a.err, text)
}

// atTerminal lets f ask the person at the controlling terminal. Meanwhile the bar of
// a batch rests: it would wipe the question away. Without a terminal the error is
// term.ErrNoTerminal.
func (a *app) atTerminal(f func(*term.Terminal) error) error {
	terminal, err := term.Open()
	if err != nil {
		return err
	}
	defer terminal.Close()
	if a.screen != nil {
		a.screen.Pause()
		defer a.screen.Resume()
	}
	return f(terminal)
}

// report prints each error on one line and, where there is one, what to do.
func (a *app) report(err error) {
	for _, e := range lang.Parts(err) {
		fmt.Fprintf(a.err, "jsign: error: %s\n", lang.Explain(e, a.language))
		if hint := lang.Hint(e, a.language); hint != "" {
			fmt.Fprintf(a.err, "jsign: hint: %s\n", hint)
		}
	}
}

// rootCommand lists every command. jsign FILE… itself is the first.
func (a *app) rootCommand() *cobra.Command {
	root := a.signCommand()
	root.AddCommand(a.batchCommand(), a.journalCommand(), a.extendCommand(), a.statusCommand(), a.certificateCommand(), a.emulatorCommand(), a.versionCommand())
	a.translateHelp(root)
	return root
}
