package workload

import (
	"testing"
	"time"
)

// failing notes that a test failed, and goes on.
type failing struct {
	testing.TB
	failures int
}

func (f *failing) Helper()               {}
func (f *failing) Errorf(string, ...any) { f.failures++ }

var sink []byte

// TestBound: each bound is seen on its own, and neither where little was done.
func TestBound(t *testing.T) {
	for _, test := range []struct {
		name string
		work func()
		want int
	}{
		{"little", func() { sink = make([]byte, 1<<20) }, 0},
		{"memory", func() {
			for range 300 {
				sink = make([]byte, 1<<20)
			}
		}, 1},
		{"time", func() {
			for begin := threadTime(); threadTime()-begin < maxTime+10*time.Millisecond; {
			}
		}, 1},
	} {
		f := &failing{TB: t}
		check := Bound(f)
		test.work()
		check()
		if f.failures != test.want {
			t.Errorf("%s: %d failures, want %d", test.name, f.failures, test.want)
		}
	}
}
