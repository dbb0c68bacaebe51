package conformance_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/drawing"
)

// TestRefusals: badges with something in them that is outside of the subset are refused for just that, by its line and
// its name, and their like without it would be drawn: the frame that all of them have is.
func TestRefusals(t *testing.T) {
	files, err := filepath.Glob(drawings + "/refused/*.svg")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	data, err := os.ReadFile(drawings + "/refused/expected.txt")
	require.NoError(t, err)
	expected := map[string][][2]string{}
	for line := range strings.Lines(string(data)) {
		if line = strings.TrimSpace(line); line == "" || line[0] == '#' {
			continue
		}
		place, what, ok := strings.Cut(line, ": ")
		require.True(t, ok, line)
		name, number, ok := strings.Cut(place, ":")
		require.True(t, ok, line)
		expected[name] = append(expected[name], [2]string{number, what})
	}
	require.Len(t, expected, len(files))
	for _, file := range files {
		t.Run(strings.TrimSuffix(filepath.Base(file), ".svg"), func(t *testing.T) {
			want := expected[filepath.Base(file)]
			require.NotEmpty(t, want)
			svg, err := os.ReadFile(file)
			require.NoError(t, err)

			found := drawing.Check(svg)
			seen := make([]bool, len(want))
			for _, r := range found {
				listed := false
				for i, w := range want {
					if !seen[i] && w[0] == fmt.Sprint(r.Line) && strings.Contains(r.What+" "+r.Found, w[1]) {
						seen[i], listed = true, true
						break
					}
				}
				assert.True(t, listed, "%d:%d: %s: %s", r.Line, r.Col, r.What, r.Found)
				assert.Positive(t, r.Col)
				assert.LessOrEqual(t, len([]rune(r.Found)), 40)
			}
			for i, w := range want {
				assert.True(t, seen[i], "line %s: %s is not refused", w[0], w[1])
			}

			picture, err := drawing.Draw(t.Context(), svg, 60, 60)
			assert.Nil(t, picture)
			var refusal *drawing.RefusalError
			require.ErrorAs(t, err, &refusal)
			assert.Equal(t, found, refusal.Refusals)
		})
	}
}
