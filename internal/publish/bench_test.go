package publish_test

import (
	"bytes"
	"context"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"blazon/internal/plan"
	"blazon/internal/publish"
)

const benchAwards = 3_750

var benchFiles = []string{"assertion.json", "badge.png", "badge.svg", "credential.json", "credential.jwt",
	"credential.svg", "index.html", "signed.json"}

// benchSite is 30,000 files of about 3 KB in 3,750 folders. Revision is in every generation-th award.
func benchSite(b *testing.B, revision, generation int) *plan.Plan {
	filler := bytes.Repeat([]byte("0123456789abcdef"), 256)
	var outputs []plan.Output
	for award := range benchAwards {
		for k, name := range benchFiles {
			path := fmt.Sprintf("awards/%026d/%s", award, name)
			size := 2000 + rand.New(rand.NewPCG(uint64(award), uint64(k))).IntN(2000)
			text := path
			if award%generation == 0 {
				text += strconv.Itoa(revision)
			}
			data := append([]byte(text), filler[:size]...)
			outputs = append(outputs, plan.Output{Path: path, Stage: plan.Awards, Lasting: true,
				Make: func() ([]byte, error) { return data, nil }})
		}
	}
	p, err := plan.New(outputs)
	require.NoError(b, err)
	return p
}

// BenchmarkBare writes the same files and does nothing else: the measure of BenchmarkFirst.
func BenchmarkBare(b *testing.B) {
	p := benchSite(b, 0, 1)
	for b.Loop() {
		b.StopTimer()
		dir := b.TempDir()
		b.StartTimer()
		var next atomic.Int64
		var wg sync.WaitGroup
		for range 2 {
			wg.Go(func() {
				for {
					award := int(next.Add(1)) - 1
					if award >= benchAwards {
						return
					}
					for k := range benchFiles {
						o := p.At(award*len(benchFiles) + k)
						name := filepath.Join(dir, o.Path)
						if k == 0 {
							if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
								b.Error(err)
							}
						}
						data, _ := o.Make()
						if err := os.WriteFile(name, data, 0o644); err != nil {
							b.Error(err)
						}
					}
				}
			})
		}
		wg.Wait()
		b.StopTimer()
		require.NoError(b, os.RemoveAll(dir))
		b.StartTimer()
	}
}

func BenchmarkFirst(b *testing.B) {
	p := benchSite(b, 0, 1)
	for b.Loop() {
		b.StopTimer()
		dir := b.TempDir()
		b.StartTimer()
		_, err := publish.Write(context.Background(), p, publish.Options{
			Dir: filepath.Join(dir, "public"), Record: filepath.Join(dir, ".blazon", "record"), Workers: 2})
		b.StopTimer()
		require.NoError(b, err)
		require.NoError(b, os.RemoveAll(dir))
		b.StartTimer()
	}
}

// BenchmarkUpdate changes none, every hundredth and every award.
func BenchmarkUpdate(b *testing.B) {
	for _, generation := range []int{benchAwards * 2, 100, 1} {
		b.Run(fmt.Sprintf("every-%d", generation), func(b *testing.B) {
			dir := b.TempDir()
			opts := publish.Options{Dir: filepath.Join(dir, "public"), Record: filepath.Join(dir, ".blazon", "record"), Workers: 2}
			plans := [2]*plan.Plan{benchSite(b, 0, generation), benchSite(b, 1, generation)}
			_, err := publish.Write(context.Background(), plans[0], opts)
			require.NoError(b, err)
			revision := 0
			for b.Loop() {
				revision = 1 - revision
				_, err := publish.Write(context.Background(), plans[revision], opts)
				require.NoError(b, err)
			}
		})
	}
}
