// Command jsign signs PDFs and any other file with the Individual Number Card.
// jsign --help tells how; README.md has the exit codes.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	// Every signal that would end the process leaves time to lock the card, to
	// restore the terminal and to remove temporary files.
	ends := []os.Signal{os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT}
	if !signal.Ignored(syscall.SIGHUP) { // nohup
		ends = append(ends, syscall.SIGHUP)
	}
	ctx, stop := signal.NotifyContext(context.Background(), ends...)
	context.AfterFunc(ctx, stop) // a second one ends it at once
	code := run(ctx, os.Args[1:], environment{
		in: os.Stdin, out: os.Stdout, err: os.Stderr,
		getenv: os.Getenv, now: time.Now, cacheDir: os.UserCacheDir,
	})
	stop()
	os.Exit(code)
}
