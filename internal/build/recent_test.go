package build_test

import (
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/build"
)

func TestRecent(t *testing.T) {
	var r build.Recent
	made := 0
	get := func(a *badge.Award) string {
		data, err := r.Make(a, func() ([]byte, error) { made++; return []byte(a.ID), nil })
		require.NoError(t, err)
		return string(data)
	}
	one := &badge.Award{ID: "one"}
	assert.Equal(t, "one", get(one))
	assert.Equal(t, "one", get(one))
	assert.Equal(t, 1, made, "the second time it is kept")

	other := &badge.Award{ID: "one"}
	other.Public = true
	_, err := r.Make(other, func() ([]byte, error) { return nil, errors.New("no") })
	assert.Error(t, err, "another award with the same id, and an error is not kept")
	assert.Equal(t, "one", get(other))
	assert.Equal(t, 2, made)
}

func TestRecentFromManyGoroutines(t *testing.T) {
	var r build.Recent
	awards := make([]*badge.Award, 50)
	for i := range awards {
		awards[i] = &badge.Award{ID: fmt.Sprint("award", i)}
	}
	var wg sync.WaitGroup
	for worker := range 4 {
		wg.Go(func() {
			for i := range 5000 {
				a := awards[(i*7+worker)%len(awards)]
				data, err := r.Make(a, func() ([]byte, error) { return []byte(a.ID), nil })
				assert.NoError(t, err)
				assert.Equal(t, a.ID, string(data))
			}
		})
	}
	wg.Wait()
}
