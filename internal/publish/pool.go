package publish

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
)

// errStopped marks errors that stem from a context's end.
var errStopped = errors.New("stopped")

// parallel calls do for each number below n, in order of starting, from as many goroutines as there are workers. It
// returns the first error, after which nothing further is started.
func (u *update) parallel(ctx context.Context, n int, do func(int) error) error {
	if stopped := ctx.Err(); stopped != nil {
		return stop(ctx)
	}
	var (
		next  atomic.Int64
		once  sync.Once
		first error
		ended atomic.Bool
		wg    sync.WaitGroup
	)
	fail := func(err error) {
		once.Do(func() { first = err })
		ended.Store(true)
	}
	for range min(u.opts.Workers, n) {
		wg.Go(func() {
			for !ended.Load() {
				i := int(next.Add(1)) - 1
				if i >= n {
					return
				}
				if ctx.Err() != nil {
					fail(stop(ctx))
					return
				}
				if err := do(i); err != nil {
					fail(err)
					return
				}
			}
		})
	}
	wg.Wait()
	return first
}

func stop(ctx context.Context) error {
	return fmt.Errorf("%w: %w", errStopped, context.Cause(ctx))
}
