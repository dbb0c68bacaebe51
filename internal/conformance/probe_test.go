package conformance_test

import (
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/drawing"
)

// TestProbes: whatever of SVG and CSS a drawing may use, it is drawn as in a browser or refused, and never drawn
// wrongly in silence.
func TestProbes(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes its time")
	}
	files, probes := probes(t)
	theirs := browser(t, probeWidth, files...)
	var sheet sheet
	var refused []string
	drawn := 0
	for i, probe := range probes {
		name := strings.TrimSuffix(filepath.Base(files[i]), ".svg")
		t.Run(name, func(t *testing.T) {
			if theirs[i] == nil {
				_, err := drawing.Draw(t.Context(), probe, probeWidth, probeWidth)
				assert.Error(t, err, "a browser shows nothing")
				return
			}
			size := theirs[i].Rect
			ours, err := drawing.Draw(t.Context(), probe, size.Dx(), size.Dy())
			if refusal := new(drawing.RefusalError); errors.As(err, &refusal) {
				refused = append(refused, fmt.Sprintf("%-34s %s: %s", name, err, refusal.Refusals[0].Found))
				return
			}
			require.NoError(t, err)
			drawn++
			d := compare(ours, theirs[i])
			t.Log(d)
			if !assert.True(t, d.small(), "%s", d) {
				sheet.add(ours, theirs[i])
			}
		})
	}
	t.Logf("%d drawn; refused:\n%s", drawn, strings.Join(refused, "\n"))
	assert.Greater(t, drawn, len(files)/2, "most probes are refused")
	if *contactSheet != "" && len(sheet) > 0 {
		require.NoError(t, sheet.write(strings.TrimSuffix(*contactSheet, ".png")+"-probes.png"))
	}
}
