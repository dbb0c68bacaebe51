package diff

import (
	"bytes"
	"context"
	"fmt"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"

	"blazon/internal/plan"
)

// ComparePages counts the pages for people that differ between two plans. Pages with one key are equal; of the others
// both are made and compared.
func ComparePages(ctx context.Context, old, new *plan.Plan) (Pages, error) {
	var pages Pages
	var doubtful [][2]int
	isPage := func(p *plan.Plan, i int) bool { return strings.HasSuffix(p.Path(i), ".html") }
	for i := range new.Len() {
		if !isPage(new, i) {
			continue
		}
		j, ok := old.Index(new.Path(i))
		switch {
		case !ok:
			pages.New++
		default:
			if a, b := old.At(j).Key, new.At(i).Key; a == (plan.Key{}) || a != b {
				doubtful = append(doubtful, [2]int{j, i})
			}
		}
	}
	for i := range old.Len() {
		if isPage(old, i) {
			if _, ok := new.Index(old.Path(i)); !ok {
				pages.Gone++
			}
		}
	}
	changed, err := compareEach(ctx, old, new, doubtful)
	pages.Changed = changed
	return pages, err
}

// compareEach makes both of each pair, several pairs at once.
func compareEach(ctx context.Context, old, new *plan.Plan, pairs [][2]int) (int, error) {
	var next, changed atomic.Int64
	var once sync.Once
	var failed error // set once
	var wait sync.WaitGroup
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for range runtime.GOMAXPROCS(0) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(pairs) && ctx.Err() == nil; i = int(next.Add(1)) - 1 {
				differs, err := differ(old.At(pairs[i][0]), new.At(pairs[i][1]))
				if err != nil {
					once.Do(func() { failed = err })
					cancel()
					return
				}
				if differs {
					changed.Add(1)
				}
			}
		})
	}
	wait.Wait()
	if failed == nil && ctx.Err() != nil {
		failed = ctx.Err()
	}
	return int(changed.Load()), failed
}

func differ(old, new plan.Output) (bool, error) {
	a, err := old.Make()
	if err != nil {
		return false, fmt.Errorf("couldn't make %s: %w", old.Path, err)
	}
	b, err := new.Make()
	if err != nil {
		return false, fmt.Errorf("couldn't make %s: %w", new.Path, err)
	}
	return !bytes.Equal(a, b), nil
}
