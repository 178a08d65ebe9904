package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jsign-jp/jsign/cmd/jverify/internal/openssl"
)

// run is the whole program; it returns the exit code.
func run(ctx context.Context, args []string, stdin io.Reader, stdout, stderr io.Writer, getenv func(string) string) int {
	o, err := openssl.Parse(args, false)
	if err != nil {
		var usage *openssl.UsageError
		if errors.As(err, &usage) {
			for _, l := range usage.Lines {
				fmt.Fprintln(stderr, l)
			}
			for _, e := range usage.Queue {
				fmt.Fprintln(stderr, "0000000000000000:"+e.String())
			}
		}
		return openssl.ExitUsage
	}
	c := openssl.Command{Options: o, Stdin: stdin, Stdout: stdout, Stderr: stderr, Getenv: getenv, Now: time.Now}
	out := c.Run(ctx)
	return out.Exit
}
