package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/jsign-jp/jsign/cmd/jverify/internal/openssl"
	"github.com/jsign-jp/jsign/internal/bundle"
	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/term"
)

// environment is what a run takes from its process.
type environment struct {
	in, out, err *os.File
	getenv       func(string) string
	now          func() time.Time
	configDir    func() (string, error)
	cacheDir     func() (string, error)
}

// app is one run of the command.
type app struct {
	environment
	language lang.Language
	bundle   *bundle.Bundle // of --bundle; nil without
}

// run runs the command line and returns the exit code: those of `openssl cms
// -verify`, and exitInterrupted.
func run(ctx context.Context, args []string, env environment) int {
	a := &app{environment: env, language: cli.ChooseLanguage(args, env.getenv)}
	if isCommand(args) || len(args) == 0 && term.IsTerminal(env.in) {
		return a.runCobra(ctx, args)
	}
	code := a.verify(ctx, args)
	if ctx.Err() != nil {
		return exitInterrupted
	}
	return code
}

// exitInterrupted is the exit code after Ctrl-C or SIGTERM.
const exitInterrupted = 130

// verify takes the command line as openssl's, or as the plain form when there
// is an operand and no option names the message or its content.
func (a *app) verify(ctx context.Context, args []string) int {
	o, err := openssl.Parse(args, true)
	plain := o.Plain()
	if !plain {
		o, err = openssl.Parse(args, false)
	}
	a.language = o.Language(a.language)
	switch {
	case err != nil:
		return a.usage(err, plain)
	case o.Own.Help:
		return a.runCobra(ctx, []string{"--help"})
	case o.Own.Version:
		return a.runCobra(ctx, []string{"version"})
	}
	if err := setTime(o); err != nil {
		return a.fail(err)
	}
	if err := a.useBundle(o); err != nil {
		return a.fail(err)
	}
	if plain {
		return a.plain(ctx, o)
	}
	return a.cms(ctx, o, false)
}

// usage prints a fault of the command line: in openssl's words, or for the plain
// form in jverify's.
func (a *app) usage(err error, plain bool) int {
	var fault *openssl.UsageError
	if errors.As(err, &fault) && fault.Own == nil && !plain {
		openssl.PrintUsage(a.err, fault)
		return openssl.ExitUsage
	}
	a.report(lang.WithHint(err, "see jverify --help", "jverify --helpを参照してください"))
	return openssl.ExitUsage
}

// report prints an error on one line and, where there is one, what to do.
func (a *app) report(err error) {
	fmt.Fprintf(a.err, "jverify: error: %s\n", lang.Explain(err, a.language))
	if hint := lang.Hint(err, a.language); hint != "" {
		fmt.Fprintf(a.err, "jverify: hint: %s\n", hint)
	}
}
