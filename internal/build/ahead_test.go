package build_test

import (
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/build"
	"blazon/internal/layout"
	"blazon/internal/load"
	"blazon/site"
	"blazon/templates"
)

// meeting is Pictures that lets nobody have a picture before two are asked for at the same time.
type meeting struct {
	sync.Mutex
	asked map[[32]byte]bool
	two   chan struct{}
	late  bool
	art   []byte
}

func (m *meeting) Get(key [32]byte) ([]byte, bool) {
	m.Lock()
	if m.asked[key] = true; len(m.asked) == 2 {
		close(m.two)
	}
	m.Unlock()
	select {
	case <-m.two:
	case <-time.After(20 * time.Second):
		m.Lock()
		m.late = true
		m.Unlock()
	}
	return m.art, true
}

func (m *meeting) Put([32]byte, []byte) {}

// TestAhead: who would wait for a picture that somebody else makes, makes the next one.
func TestAhead(t *testing.T) {
	fsys := example(t)
	fsys["content/badges/forging.yaml"] = &fstest.MapFile{Data: []byte("name: Forging\ndescription: Forges.\nalt: An anvil\n")}
	fsys["content/badges/forging.md"] = &fstest.MapFile{Data: []byte("Forge a nail.\n")}
	fsys["content/badges/forging.png"] = &fstest.MapFile{Data: []byte(otherArt(t))}
	project, err := load.Load(fsys)
	require.NoError(t, err)
	m := &meeting{asked: map[[32]byte]bool{}, two: make(chan struct{}), art: []byte(otherArt(t))}
	p, problems := build.Plan(project.Catalog, build.Inputs{Project: fsys, Templates: templates.FS, Assets: site.FS, Pictures: m})
	require.Empty(t, problems)
	at, ok := p.Lookup(layout.ClassImage("go-basics", "png"))
	require.True(t, ok)
	var wg sync.WaitGroup
	for range 2 { // both want the same one
		wg.Go(func() {
			data, err := at.Make()
			assert.NoError(t, err)
			assert.Equal(t, m.art, data)
		})
	}
	wg.Wait()
	assert.False(t, m.late, "a worker was idle")
}
