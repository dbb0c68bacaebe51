package load_test

import (
	"maps"
	"reflect"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/load"
	"blazon/internal/rule"
)

// TestCacheChangesNothing: whatever is changed in a project, with a cache the reading gives what it gives without one.
func TestCacheChangesNothing(t *testing.T) {
	cache := &load.Cache{}
	fsys := whole(t)
	same := func(t *testing.T, what string) *load.Project {
		t.Helper()
		want, err := load.Load(fsys)
		require.NoError(t, err)
		var got *load.Project
		for range 2 { // the second time, everything is remembered
			got, err = load.Options{Cache: cache}.Load(fsys)
			require.NoError(t, err)
			assert.True(t, reflect.DeepEqual(want, got), what)
			for _, a := range got.Catalog.Awards {
				assert.Contains(t, got.Catalog.Classes, a.Class)
			}
		}
		return want
	}
	before := same(t, "as it was")
	require.NotEmpty(t, before.Catalog.Awards)
	for _, edit := range []struct{ file, old, new string }{
		{"content/awards/2026/defaults.yaml", "issued: 2026-01-31", "issued: 2026-01-30"},
		{"content/site.yaml", "Europe/Zurich", "Asia/Tokyo"},
		{"content/badges/new.yaml", "expires_after: 1mo", "expires_after: 2mo"},
		{"content/badges/new.yaml", `max: "100"`, `max: "10"`},
		{"content/badges/new.yaml", "allowed: [B, A]", "allowed: [C]"},
		{"content/badges/new.yaml", "name: Score", "name: Points"},
		{"content/badges/new.yaml", "id: score", "id: points"},
		{"content/badges/new.yaml", "name: Neu", "nome: Neu"},
		{"content/badges/new.yaml", "nome: Neu", "name: Neu"},
		{"content/badges/new.svg", "0 0 9 9", "0 0 9 8"},
		{"content/badges/new.svg", "<svg", "<svg onload='x'"},
		{"content/images/default.png", "\x89PNG", "PNG"},
		{"content/badges/new.yaml", "name: Neu", ": ["},
	} {
		text := string(fsys[edit.file].Data)
		require.Contains(t, text, edit.old, edit.file)
		fsys[edit.file] = &fstest.MapFile{Data: []byte(strings.Replace(text, edit.old, edit.new, 1))}
		after := same(t, edit.new)
		assert.False(t, reflect.DeepEqual(before, after), "%s changed nothing", edit.new)
		before = after
	}
	fsys = whole(t)
	fsys["content/badges/newer.yaml"] = fsys["content/badges/new.yaml"]
	delete(fsys, "content/badges/new.yaml")
	same(t, "a class renamed")
	fsys = whole(t)
	maps.DeleteFunc(fsys, func(name string, _ *fstest.MapFile) bool { return strings.HasPrefix(name, "content/awards/2026") })
	same(t, "a folder removed")
}

// TestCacheLetsGo: what an earlier reading gave is not kept by the files that are remembered from it.
func TestCacheLetsGo(t *testing.T) {
	cache, fsys := &load.Cache{}, whole(t)
	gone := make(chan bool, 1)
	func() {
		p, err := load.Options{Cache: cache}.Load(fsys)
		require.NoError(t, err)
		runtime.AddCleanup(p.Catalog.Classes[0], func(c chan bool) { c <- true }, gone)
	}()
	_, err := load.Options{Cache: cache}.Load(fsys)
	require.NoError(t, err)
	let := false
	for limit := time.Now().Add(10 * time.Second); !let && time.Now().Before(limit); {
		runtime.GC()
		select {
		case let = <-gone:
		case <-time.After(10 * time.Millisecond):
		}
	}
	assert.True(t, let)
	runtime.KeepAlive(cache)
}

func TestProvisional(t *testing.T) {
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	fsys := whole(t)
	maps.DeleteFunc(fsys, func(name string, _ *fstest.MapFile) bool { return strings.HasPrefix(name, "content/awards/") })
	fsys["content/awards/draft.yaml"] = text(`badge: new
issued: 2026-02-01
awards:
  - recipient: ada@example.org
  - recipient: bob@example.org
    name: Bob
  - recipient: bob@example.org
  - {id: aaaaaaaaaaaaaaaaaaaaaaaaaa, recipient: cy@example.org}
`)
	read := func(opts load.Options) (awards map[int]*badge.Award, p *load.Project) {
		p, err := opts.Load(fsys)
		require.NoError(t, err)
		awards = make(map[int]*badge.Award)
		for _, a := range p.Catalog.Awards {
			if *a.File == "content/awards/draft.yaml" {
				awards[int(a.At.Award.Line)] = a
			}
		}
		return awards, p
	}
	awards, plain := read(load.Options{})
	require.Len(t, awards, 4)
	for _, line := range []int{4, 5, 7} {
		assert.Empty(t, awards[line].ID)
	}
	assert.Empty(t, plain.Provisional)

	cache := &load.Cache{}
	first, p := read(load.Options{Provisional: true, Cache: cache})
	require.Len(t, first, 4)
	seen := map[string]bool{}
	for line, a := range first {
		assert.Len(t, a.ID, 26)
		assert.Equal(t, line != 8, strings.HasPrefix(a.ID, "provisional"), a.ID)
		assert.GreaterOrEqual(t, a.StatusIndex, 0)
		assert.True(t, p.Provisional[a.ID])
		assert.False(t, seen[a.ID], "two have one id")
		seen[a.ID] = true
	}
	assert.Len(t, p.Provisional, 4)
	for i, a := range p.Catalog.Awards[1:] {
		assert.Less(t, p.Catalog.Awards[i].ID, a.ID, "sorted")
	}
	var notices []diag.Problem
	for _, n := range p.Problems {
		if n.Rule == rule.Unstamped.Name {
			notices = append(notices, n)
		}
	}
	require.Len(t, notices, 1)
	assert.Equal(t, diag.Warning, notices[0].Severity)
	assert.Equal(t, diag.Pos{File: "content/awards/draft.yaml", Line: 4, Col: 5}, notices[0].Pos)
	assert.Contains(t, notices[0].Message, "4 awards")

	// What is written of an award, and above it, leaves its id as it is.
	fsys["content/awards/draft.yaml"] = text(strings.NewReplacer("    name: Bob\n", "    name: Robert\n    narrative: Good.\n",
		"awards:\n", "# New ones\nawards:\n").Replace(string(fsys["content/awards/draft.yaml"].Data)))
	second, _ := read(load.Options{Provisional: true, Cache: cache})
	for before, after := range map[int]int{4: 5, 5: 6, 7: 9, 8: 10} {
		require.NotNil(t, second[after])
		assert.Equal(t, first[before].ID, second[after].ID)
		assert.Equal(t, first[before].StatusIndex, second[after].StatusIndex)
	}
	assert.Equal(t, "Robert", second[6].Details.Name)
}

// BenchmarkReload is the reading of 10,000 awards of which one has changed.
func BenchmarkReload(b *testing.B) {
	fsys, cache := cohort(b, 10_000), &load.Cache{}
	const name = "content/awards/003000.yaml"
	text := string(fsys[name].Data)
	for i := 0; b.Loop(); i++ {
		fsys[name] = &fstest.MapFile{Data: []byte(strings.Replace(text, "Person 3500\n", "Person "+strings.Repeat("x", i%7)+"\n", 1))}
		p, err := load.Options{Cache: cache}.Load(fsys)
		require.NoError(b, err)
		require.Len(b, p.Catalog.Awards, 10_000)
	}
}
