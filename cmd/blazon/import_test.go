package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"blazon/internal/cli"
)

// BenchmarkImport awards a class to 5,000 people on a list: where nobody has it; where all have it, known by hash, which
// takes 25 million hashes; and the first in a project of 20,000 awards.
func BenchmarkImport(b *testing.B) {
	list := func(name string, n int) []byte {
		var text bytes.Buffer
		text.WriteString("email;name;datum;score\n")
		for i := range n {
			fmt.Fprintf(&text, "%s%d@example.org;Person %d;14.3.2026;\n", name, i, i)
		}
		return text.Bytes()
	}
	for _, bench := range []struct {
		name   string
		public bool
		there  []byte // imported before
	}{{"empty", false, nil}, {"public", true, nil}, {"5000 hashed", true, list("other", 5000)}, {"20000 awards", false, list("other", 20000)}} {
		b.Run(bench.name, func(b *testing.B) {
			dir := b.TempDir()
			if err := os.CopyFS(dir, os.DirFS(filepath.Join("testdata", "project"))); err != nil {
				b.Fatal(err)
			}
			if bench.public {
				site := filepath.Join(dir, "content", "site.yaml")
				text, err := os.ReadFile(site)
				if err != nil {
					b.Fatal(err)
				}
				text = bytes.Replace(text, []byte("private"), []byte("public"), 1)
				if err := os.WriteFile(site, text, 0o644); err != nil {
					b.Fatal(err)
				}
				if err := os.Remove(filepath.Join(dir, "content", "awards", "spring.yaml")); err != nil {
					b.Fatal(err)
				}
			}
			run := func(data []byte) {
				sys := cli.Process()
				var said bytes.Buffer
				sys.In, sys.Out, sys.Err, sys.Terminal = bytes.NewReader(data), io.Discard, &said, false
				if code := cli.Main(strings.Fields("import - --badge go-basics -C "+dir), sys); code != 0 {
					b.Fatal(code, said.String())
				}
			}
			if bench.there != nil {
				run(bench.there)
			}
			people := list("person", 5000)
			known, err := os.ReadDir(filepath.Join(dir, "content", "awards", "2026"))
			if err != nil && bench.there != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				run(people)
				b.StopTimer()
				made, err := os.ReadDir(filepath.Join(dir, "content", "awards", "2026"))
				if err != nil || len(made) != len(known)+1 {
					b.Fatal(err, len(made))
				}
				for _, e := range made {
					if len(known) == 0 || e.Name() != known[0].Name() {
						if err := os.Remove(filepath.Join(dir, "content", "awards", "2026", e.Name())); err != nil {
							b.Fatal(err)
						}
					}
				}
				b.StartTimer()
			}
		})
	}
}
