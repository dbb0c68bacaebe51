//go:build unix

package watch

import "syscall"

// What systems answer when they can watch no more: inotify_add_watch(2) and inotify_init1(2).
var (
	errWatches   error = syscall.ENOSPC
	errInstances error = syscall.EMFILE
)
