package load_test

import (
	"reflect"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/load"
	"blazon/internal/rule"
)

// memory is load.Pictures in memory.
type memory struct {
	mu   sync.Mutex
	held map[[32]byte][]byte
	got  int
	put  int
}

func (m *memory) Get(key [32]byte) ([]byte, bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.held[key]
	if ok {
		m.got++
	}
	return data, ok
}

func (m *memory) Put(key [32]byte, data []byte) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.held == nil {
		m.held = make(map[[32]byte][]byte)
	}
	m.held[key] = data
	m.put++
}

// TestPictures: what is remembered of pictures changes nothing but the time, and only of those that are whole is anything.
func TestPictures(t *testing.T) {
	fsys := whole(t)
	broken := []byte(strings.Replace(string(fsys["content/images/default.png"].Data), "IEND", "IENE", 1))
	fsys["content/badges/old.png"] = &fstest.MapFile{Data: broken}
	want, err := load.Load(fsys)
	require.NoError(t, err)
	require.Equal(t, 1, count(want, rule.ImageBroken))

	m := &memory{}
	for _, cache := range []*load.Cache{nil, nil, {}} {
		got, err := load.Options{Pictures: m, Cache: cache}.Load(fsys)
		require.NoError(t, err)
		assert.True(t, reflect.DeepEqual(want, got))
	}
	assert.Len(t, m.held, 1, "all good pictures are one")
	assert.Positive(t, m.got)
	put := m.put

	// Whether a picture was looked at shows where what is remembered is not true.
	for key := range m.held {
		m.held[key] = []byte{0, 0, 0, 7, 0, 0, 0, 9}
	}
	got, err := load.Options{Pictures: m}.Load(fsys)
	require.NoError(t, err)
	assert.Equal(t, put, m.put)
	assert.Equal(t, 7, got.Catalog.Issuers[0].Image.Width)
	assert.Equal(t, 9, got.Catalog.Issuers[0].Image.Height)

	// What nobody wrote like that is not taken.
	for key := range m.held {
		m.held[key] = []byte{7, 9}
	}
	got, err = load.Options{Pictures: m}.Load(fsys)
	require.NoError(t, err)
	assert.True(t, reflect.DeepEqual(want, got))
}

func count(p *load.Project, r *rule.Rule) int {
	n := 0
	for _, problem := range p.Problems {
		if problem.Rule == r.Name {
			n++
		}
	}
	return n
}
