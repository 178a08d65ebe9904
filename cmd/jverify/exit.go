package main

import (
	"errors"

	"github.com/jsign-jp/jsign/cmd/jverify/internal/openssl"
	"github.com/jsign-jp/jsign/internal/lang"
)

// failure is an error that knows its exit code.
type failure struct {
	code int
	err  error
}

func (f *failure) Error() string         { return f.err.Error() }
func (f *failure) Message() lang.Message { return lang.M("%v", "%v", f.err) }
func (f *failure) Unwrap() error         { return f.err }

func usageError(err error) error {
	if err == nil {
		return nil
	}
	return lang.WithHint(&failure{openssl.ExitUsage, err}, "see jverify --help", "jverify --helpを参照してください")
}

func readError(err error) error {
	if err == nil {
		return nil
	}
	return &failure{openssl.ExitRead, err}
}

// asReadError gives err the code of a file that cannot be read, unless it has one.
func asReadError(err error) error {
	var known *failure
	if errors.As(err, &known) {
		return err
	}
	return readError(err)
}

// fail reports what ended a command and returns its exit code. An error without
// one is cobra's, about the command line.
func (a *app) fail(err error) int {
	var known *failure
	if !errors.As(err, &known) {
		return a.fail(usageError(err))
	}
	if known.err != nil { // else the output has said it
		a.report(err)
	}
	return known.code
}
