package main

import (
	"runtime"
	"time"

	"github.com/jsign-jp/jsign/internal/keys"
)

// How a batch runs whose key is as fast as the processors.
const (
	// gather lets outputs go to the disk together: at 1,000 documents a second twenty,
	// which wait three times for each other (file, journal, folder).
	gather = 20 * time.Millisecond
	// softwareFinishers are enough for the documents of three such waits and the syncs
	// after them.
	softwareFinishers = 128
	// diskProcessors are for goroutines in a sync. Each keeps its processor until the
	// runtime notices, which can take longer than the sync; without these the key
	// would stand still.
	diskProcessors = 8
	// ballast makes the collector of garbage a rare guest: memory that is never
	// touched counts as in use, and the next collection waits until as much again is
	// used. What documents leave behind is small, what a collection interrupts is not;
	// a percentage would multiply what large documents need.
	ballast = 24 << 20
)

// pace is how a batch runs with its key. The zero value is for a card, which is
// waited for: nothing is worth a delay then.
type pace struct {
	signers, finishers int // 0: the usual number
	gather             time.Duration
}

func paceOf(uri keys.URI) pace {
	if isCard(uri) {
		return pace{}
	}
	return pace{signers: runtime.GOMAXPROCS(0), finishers: softwareFinishers, gather: gather}
}

// begin sets the runtime up; what it returns sets it back.
func (p pace) begin() (end func()) {
	if p.signers == 0 {
		return func() {}
	}
	processors := runtime.GOMAXPROCS(p.signers + diskProcessors)
	idle := make([]byte, ballast)
	return func() {
		runtime.KeepAlive(idle)
		runtime.GOMAXPROCS(processors)
	}
}
