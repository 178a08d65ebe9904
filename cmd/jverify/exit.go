package main

import (
	"errors"

	"github.com/jsign-jp/jsign/cmd/jverify/internal/openssl"
	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/lang"
)

func usageError(err error) error {
	if err == nil {
		return nil
	}
	if lang.Hint(err, lang.English) != "" { // it knows better
		return &cli.Failure{Code: openssl.ExitUsage, Err: err}
	}
	return lang.WithHint(&cli.Failure{Code: openssl.ExitUsage, Err: err}, "see jverify --help", "jverify --helpを参照してください")
}

func readError(err error) error { return cli.Fail(openssl.ExitRead, err) }

// notValid is the exit code of a verdict that the output has told.
func notValid() error { return &cli.Failure{Code: openssl.ExitNotValid} }

// fail reports what ended a command and returns its exit code. An error without
// one is cobra's, about the command line.
func (a *app) fail(err error) int {
	var known *cli.Failure
	if !errors.As(err, &known) {
		return a.fail(usageError(err))
	}
	if known.Err != nil {
		a.report(err)
	}
	return known.Code
}
