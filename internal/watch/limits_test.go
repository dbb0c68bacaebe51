//go:build unix

package watch

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReason(t *testing.T) {
	assert.ErrorContains(t, reason(errWatches), "max_user_watches")
	assert.ErrorContains(t, reason(errInstances), "max_user_instances")
	assert.ErrorContains(t, reason(errors.New("odd")), "odd")
}

// TestFallBack: when the system stops telling, that is said once, and changes are found all the same.
func TestFallBack(t *testing.T) {
	dir := t.TempDir()
	w, err := Open([]string{dir}, Options{Every: 20 * time.Millisecond})
	require.NoError(t, err)
	require.NoError(t, w.Polling())
	ctx, cancel := context.WithCancel(context.Background())
	told, trouble, done := make(chan struct{}, 100), make(chan error, 100), make(chan struct{})
	notify := w.notify
	go func() {
		defer close(done)
		w.Run(ctx, func() { told <- struct{}{} }, func(err error) { trouble <- err })
	}()
	require.NoError(t, notify.Close()) // as if the system had
	assert.Error(t, <-trouble)
	<-told
	require.NoError(t, os.WriteFile(filepath.Join(dir, "a.yaml"), []byte("x"), 0o644))
	<-told
	cancel()
	<-done
	assert.Empty(t, trouble)
	require.NoError(t, w.Close())
}

// TestPassingErrors: what the system says of folders that were gone already does not end the watching.
func TestPassingErrors(t *testing.T) {
	for _, err := range []error{fsnotify.ErrEventOverflow, syscall.EINVAL} {
		dir := t.TempDir()
		w, open := Open([]string{dir}, Options{Every: 20 * time.Millisecond})
		require.NoError(t, open)
		ctx, cancel := context.WithCancel(context.Background())
		told, trouble, done := make(chan struct{}, 100), make(chan error, 100), make(chan struct{})
		go func() {
			defer close(done)
			w.Run(ctx, func() { told <- struct{}{} }, func(err error) { trouble <- err })
		}()
		w.notify.Errors <- err
		<-told // it may have been a change
		require.NoError(t, os.WriteFile(filepath.Join(dir, "a.yaml"), []byte("x"), 0o644))
		<-told
		cancel()
		<-done
		assert.Empty(t, trouble, "%v", err)
		require.NoError(t, w.Close())
	}
}
