package load_test

import (
	"encoding/base32"
	"encoding/binary"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/require"

	"blazon/internal/diag"
	"blazon/internal/load"
)

// cohort is a project of one class and so many awards, a thousand a file.
func cohort(t testing.TB, awards int) fstest.MapFS {
	t.Helper()
	art, err := os.ReadFile("../../content/badges/go-basics.png")
	require.NoError(t, err)
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	fsys := fstest.MapFS{
		"content/site.yaml":      text("format: 1\nbase_url: https://badges.example.org\ntitle: Badges\nrepository: private\n"),
		"content/issuers/n.yaml": text("name: N\nurl: https://n.example.org\nemail: badges@n.example.org\n"),
		"content/badges/go.yaml": text("name: Go\ndescription: Go.\nalt: A gopher\nexpires_after: 2y\n"),
		"content/badges/go.md":   text("Write a program.\n"),
		"content/badges/go.png":  {Data: art},
	}
	for file := 0; file < awards; file += 1000 {
		var b strings.Builder
		b.WriteString("badge: go\nissued: 2026-03-14\nawards:\n")
		for i := file; i < min(file+1000, awards); i++ {
			var id [16]byte
			binary.BigEndian.PutUint64(id[:], uint64(i)*0x9e3779b97f4a7c15)
			fmt.Fprintf(&b, "  - id: %s\n    status_index: %d\n    recipient: person%d@example.org\n    name: Person %d\n",
				strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(id[:])), i, i, i)
		}
		fsys[fmt.Sprintf("content/awards/%06d.yaml", file)] = text(b.String())
	}
	return fsys
}

// BenchmarkLoad reports the time of an award, and the memory that one keeps once its file is read.
func BenchmarkLoad(b *testing.B) {
	const awards = 10_000
	fsys := cohort(b, awards)
	var before, after runtime.MemStats
	var kept *load.Project
	for b.Loop() {
		kept = nil
		runtime.GC()
		runtime.ReadMemStats(&before)
		project, err := load.Load(fsys)
		require.NoError(b, err)
		require.False(b, diag.HasErrors(project.Problems), "%v", project.Problems[:min(3, len(project.Problems))])
		kept = project
		runtime.GC()
		runtime.ReadMemStats(&after)
	}
	require.Len(b, kept.Catalog.Awards, awards)
	b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/awards, "B-kept/award")
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/awards, "ns/award")
}
