package cli

import (
	"sync"
	"time"

	"blazon/internal/gallery"
	"blazon/internal/load"
)

// inspections remember which pictures were found whole when a project was read, among those that builds have derived.
// New ones are kept only once keep is called: a command that only looks at a project adds nothing.
type inspections struct {
	gallery *gallery.Gallery
	mu      sync.Mutex
	fresh   map[[32]byte][]byte
}

var _ load.Pictures = (*inspections)(nil)

func (i *inspections) Get(key [32]byte) ([]byte, bool) {
	i.mu.Lock()
	data, ok := i.fresh[key]
	i.mu.Unlock()
	if ok {
		return data, true
	}
	return i.gallery.Get(key)
}

func (i *inspections) Put(key [32]byte, data []byte) {
	i.mu.Lock()
	defer i.mu.Unlock()
	if i.fresh == nil {
		i.fresh = make(map[[32]byte][]byte)
	}
	i.fresh[key] = data
}

// keep writes down what is new.
func (i *inspections) keep() {
	i.mu.Lock()
	defer i.mu.Unlock()
	for key, data := range i.fresh {
		i.gallery.Put(key, data)
	}
	i.fresh = nil
}

// reader is how a command that only looks at it reads the project in a folder, and what that was or would be.
func reader(dir string, now time.Time) (options load.Options, end func()) {
	g := openGallery(dir, now)
	return load.Options{Pictures: &inspections{gallery: g}}, g.Close
}
