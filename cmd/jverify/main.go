// Command jverify verifies signed PDFs and CMS messages. It takes the options of
// `openssl cms -verify` and has a plain form, jverify FILE [CONTENT]; see
// jverify --help and docs/openssl.md.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM}
	if !signal.Ignored(syscall.SIGHUP) { // nohup
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends what does not heed the first
	code := run(ctx, os.Args[1:], environment{
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
		getenv: os.Getenv, now: time.Now, configDir: os.UserConfigDir, cacheDir: os.UserCacheDir,
	})
	stop()
	os.Exit(code)
}
