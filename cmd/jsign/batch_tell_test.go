package main

import (
	"errors"
	"os"
	"sync"
	"testing"
	"time"
)

// TestTellingWithoutAReader: documents and the card are told of at the same time, also
// where nothing can be written any more. The race detector looks on.
func TestTellingWithoutAReader(t *testing.T) {
	out, err := os.Create(t.TempDir() + "/out")
	if err != nil {
		t.Fatal(err)
	}
	out.Close()
	o := &batchOptions{}
	o.json = true
	teller := &teller{run: &batchRun{app: &app{environment: environment{out: out, now: time.Now}}, o: o}}
	var all sync.WaitGroup
	for _, name := range []string{"document", "waiting"} {
		all.Go(func() { teller.event(event{Event: name}) })
	}
	all.Wait()
	if !errors.Is(teller.err, os.ErrClosed) {
		t.Error(teller.err)
	}
}
