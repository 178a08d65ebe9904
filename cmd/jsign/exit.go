package main

import (
	"context"
	"errors"
	"slices"

	"github.com/jsign-jp/jsign/cardio"
	"github.com/jsign-jp/jsign/cardio/jpki"
	"github.com/jsign-jp/jsign/internal/cli"
	"github.com/jsign-jp/jsign/internal/keys"
	"github.com/jsign-jp/jsign/internal/lang"
	"github.com/jsign-jp/jsign/internal/term"
)

// Exit codes. README.md has the same table.
const (
	exitOK          = 0   // everything was done
	exitUsage       = 1   // the command line is wrong; nothing was touched
	exitFile        = 2   // an input cannot be read or signed, or an output not written
	exitKey         = 3   // no reader, no card, not this card, key or certificate not usable
	exitPIN         = 4   // the PIN is wrong, blocked, of a wrong form, or was not sent for safety
	exitSigning     = 5   // the key failed to sign, or an unforeseen fault
	exitEvidence    = 6   // a timestamp or revocation data cannot be had; nothing was written
	exitInterrupted = 130 // Ctrl-C or SIGTERM
)

func usageErrorf(en, ja string, args ...any) error {
	return usageError(lang.Errorf(en, ja, args...))
}

func usageError(err error) error {
	if err == nil {
		return nil
	}
	if lang.Hint(err, lang.English) != "" { // it knows better
		return &cli.Failure{Code: exitUsage, Err: err}
	}
	return lang.WithHint(&cli.Failure{Code: exitUsage, Err: err}, "see jsign --help", "jsign --help を参照してください")
}

func fileError(err error) error { return cli.Fail(exitFile, err) }
func keyError(err error) error  { return cli.Fail(exitKey, err) }

// pinErrors mean that a PIN was wrong, is blocked, or was not sent for safety.
func pinErrors() []error {
	return []error{
		cardio.ErrBlocked, jpki.ErrPINForm, jpki.ErrLastTry, jpki.ErrNotTyped, jpki.ErrNoCounter,
		jpki.ErrOpen, jpki.ErrOtherCard, jpki.ErrCounterChanged, keys.ErrPassphrase,
		term.ErrNoAnswer, term.ErrTooLong,
	}
}

// exitCode maps what ended the run to the table above.
func exitCode(ctx context.Context, err error) int {
	var known *cli.Failure
	var pin *cardio.PINError
	var uncertain *jpki.UncertainError
	switch {
	case ctx.Err() != nil, errors.Is(err, term.ErrInterrupted):
		return exitInterrupted
	case errors.As(err, &pin), errors.As(err, &uncertain),
		slices.ContainsFunc(pinErrors(), func(target error) bool { return errors.Is(err, target) }):
		return exitPIN
	case errors.As(err, &known):
		return known.Code
	}
	return exitSigning
}
