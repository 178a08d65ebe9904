package batch

import (
	"context"
	"iter"
	"sync"
)

// Each calls do for every item, workers at a time, and yields the results in the
// order of the items. At most a few items a worker are ahead of the result that is
// waited for. When ctx ends no further item is taken; those begun are yielded. do
// is called by several goroutines.
func Each[In, Out any](ctx context.Context, workers int, items iter.Seq[In], do func(context.Context, In) Out) iter.Seq[Out] {
	return func(yield func(Out) bool) {
		ctx, cancel := context.WithCancel(ctx)
		var running sync.WaitGroup
		defer running.Wait()
		defer cancel()
		results := make(chan chan Out, perWorker*workers)
		running.Go(func() {
			defer close(results)
			slots := make(chan struct{}, workers)
			for item := range items {
				result := make(chan Out, 1)
				select {
				case results <- result:
				case <-ctx.Done():
					return
				}
				slots <- struct{}{}
				running.Go(func() {
					result <- do(ctx, item)
					<-slots
				})
			}
		})
		for result := range results {
			if !yield(<-result) {
				return
			}
		}
	}
}
