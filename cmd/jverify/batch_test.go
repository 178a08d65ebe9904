package main

import (
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestBatchInterrupted: an interrupted run says so, calls no file bad for it, and
// leaves no report. Its output is more than a pipe holds, so it cannot end before.
func TestBatchInterrupted(t *testing.T) {
	in, reports := t.TempDir(), t.TempDir()
	for n := range 1000 {
		if err := os.WriteFile(filepath.Join(in, strings.Repeat("x", 150)+strconv.Itoa(n)+".txt"), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	out, toOut, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	faults, err := os.Create(filepath.Join(t.TempDir(), "faults"))
	if err != nil {
		t.Fatal(err)
	}
	defer faults.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	code := make(chan int)
	go func() {
		folder := func() (string, error) { return reports, nil }
		ended := run(ctx, []string{"batch", in, "--report", filepath.Join(reports, "r.json")}, environment{
			in: os.Stdin, out: toOut, err: faults, getenv: func(string) string { return "" }, now: time.Now, configDir: folder, cacheDir: folder,
		})
		_ = toOut.Close() // the reader is told
		code <- ended
	}()
	if _, err := out.Read(make([]byte, 1)); err != nil {
		t.Fatal(err)
	}
	cancel()
	told, err := io.ReadAll(out)
	if err != nil || strings.Contains(string(told), "cannot be judged") {
		t.Errorf("%v, %s", err, told)
	}
	words, err := os.ReadFile(faults.Name())
	if got := <-code; err != nil || got != exitInterrupted || !strings.Contains(string(words), "interrupted: not every file was judged") {
		t.Errorf("exit code %d: %s, %v", got, words, err)
	}
	if left, err := os.ReadDir(reports); err != nil || len(left) > 0 {
		t.Errorf("left: %v, %v", left, err)
	}
}
