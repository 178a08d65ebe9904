package batch_test

import (
	"context"
	"iter"
	"math/rand/v2"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jsign-jp/jsign/internal/batch"
)

func numbers(n int) iter.Seq[int] {
	return func(yield func(int) bool) {
		for i := range n {
			if !yield(i) {
				return
			}
		}
	}
}

// TestEachKeepsTheOrder: results come in the order of the items, however long each
// takes, and never more than workers at a time are worked on.
func TestEachKeepsTheOrder(t *testing.T) {
	const n, workers = 500, 4
	var now, most atomic.Int32
	double := func(_ context.Context, i int) int {
		for c, m := now.Add(1), most.Load(); c > m && !most.CompareAndSwap(m, c); m = most.Load() {
		}
		time.Sleep(time.Duration(rand.IntN(200)) * time.Microsecond)
		now.Add(-1)
		return 2 * i
	}
	want := 0
	for got := range batch.Each(t.Context(), workers, numbers(n), double) {
		if got != 2*want {
			t.Fatalf("result %d is %d", want, got)
		}
		want++
	}
	if want != n || most.Load() > workers {
		t.Errorf("%d results, %d at a time", want, most.Load())
	}
}

// TestEachEnds: neither a cancelled context nor a consumer that leaves keeps
// anything running, or takes all items.
func TestEachEnds(t *testing.T) {
	var taken atomic.Int32
	count := func(_ context.Context, i int) int { taken.Add(1); return i }
	ctx, cancel := context.WithCancel(t.Context())
	results := slices.Collect(batch.Each(ctx, 2, func(yield func(int) bool) {
		for i := 0; yield(i); i++ {
			if i == 10 {
				cancel()
			}
		}
	}, count))
	if len(results) < 10 || !slices.IsSorted(results) {
		t.Errorf("cancelled: %v", results)
	}
	taken.Store(0)
	for range batch.Each(t.Context(), 2, numbers(1000), count) {
		break
	}
	if taken.Load() > 100 {
		t.Errorf("%d items were taken for one", taken.Load())
	}
}
