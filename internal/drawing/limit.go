package drawing

import (
	"context"
	"fmt"
)

// MaxSide is how many pixels a side of a picture may have.
const MaxSide = 4096

// Limits on one drawing. A badge stays far below them; what goes beyond takes seconds or gigabytes elsewhere.
const (
	maxVisits   = 100_000   // elements drawn, each use of one counted
	maxNesting  = 128       // elements within each other, each use counted
	maxSegments = 400_000   // chords and sides of strokes
	maxEffort   = 256 << 20 // see meter.effort
)

// layerBytes is how much the layers of groups, masks and clip paths may take at once, for a picture of so many bytes.
func layerBytes(picture int) int { return min(64*picture, 256<<20+4*picture) }

// LimitError says that a drawing takes more than the renderer gives. Name is the limit, At what is allowed.
type LimitError struct {
	Name string // such as "segments"
	At   int64
}

func (e *LimitError) Error() string {
	return fmt.Sprintf("drawing takes too much: more than %d %s", e.At, e.Name)
}

// meter counts what a drawing takes. The first limit that is passed stays in err; whoever works in a loop looks there.
type meter struct {
	ctx     context.Context
	err     error
	visited int
	chords  float64
	work    float64
	budget  float64
}

func (m *meter) fail(name string, at int64) {
	if m.err == nil {
		m.err = &LimitError{name, at}
	}
}

func (m *meter) segments(n float64) {
	if m.chords += n; m.chords > maxSegments {
		m.fail("segments", maxSegments)
	}
}

// effort counts the steps of loops over pixels and edges, weighed by their time: one is about a nanosecond.
func (m *meter) effort(n float64) {
	if m.work += n; m.work > m.budget {
		m.fail("steps of painting", int64(m.budget))
	}
}

// visit counts an element and reports whether to go on.
func (m *meter) visit() bool {
	if m.visited++; m.visited > maxVisits {
		m.fail("elements, each use of one counted", maxVisits)
	}
	if m.err == nil {
		m.err = m.ctx.Err()
	}
	return m.err == nil
}
