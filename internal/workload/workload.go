// Package workload bounds what one input may cost in a test. It is used by tests
// alone.
package workload

import (
	"runtime"
	"runtime/metrics"
	"testing"
	"time"
)

// What any input of up to 10 MB may cost.
const (
	maxMemory = 256 << 20
	maxTime   = time.Second
)

// Bound returns a function that fails the test when more than 256 MiB were
// allocated since by the process, garbage included, or when the calling goroutine
// has taken more than a second of computing. A machine with much else to do makes
// that second no shorter, where it can tell the time of a thread (see
// threadTime). Both functions are to be called by the same goroutine.
func Bound(t testing.TB) (check func()) {
	t.Helper()
	runtime.LockOSThread()
	sample := []metrics.Sample{{Name: "/gc/heap/allocs:bytes"}}
	metrics.Read(sample)
	memory, begin := sample[0].Value.Uint64(), threadTime()
	return func() {
		t.Helper()
		took := threadTime() - begin
		runtime.UnlockOSThread()
		metrics.Read(sample)
		if n := sample[0].Value.Uint64() - memory; n > maxMemory {
			t.Errorf("%d MiB were allocated", n>>20)
		}
		if took > maxTime {
			t.Errorf("it took %v", took)
		}
	}
}
