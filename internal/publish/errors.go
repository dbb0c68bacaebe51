package publish

import (
	"fmt"
	"strings"
)

// BusyError says that another process publishes to the same folder or with the same record.
type BusyError struct {
	Lock string // the file whose lock it holds
	PID  int    // of that process; 0 where it is not known
}

func (e *BusyError) Error() string {
	if e.PID == 0 {
		return fmt.Sprintf("another blazon is writing here; it holds %s", e.Lock)
	}
	return fmt.Sprintf("another blazon is writing here (pid %d); it holds %s", e.PID, e.Lock)
}

// LastingError lists published machine-read URLs that the plan lacks. Nothing was written.
type LastingError struct {
	Paths []string // sorted
}

// Error names the first ten paths.
func (e *LastingError) Error() string {
	return fmt.Sprintf("the last build published %s, which this one would take away: %s; "+
		"restore what declared it: an award is revoked or erased, a class retired, but neither is deleted "+
		"(only what nobody has seen yet may go: then delete the published folder and its record, and build again)",
		count(len(e.Paths), "lasting address", "lasting addresses"), first(e.Paths, 10))
}

// Obstacle is something in the target folder that a publication may not touch.
type Obstacle struct {
	Path   string // within the target
	Reason string
}

// BlockedError lists what stands in the way in the target folder. Nothing was written there.
type BlockedError struct {
	Dir       string // the target
	Obstacles []Obstacle
}

// Error names the first five obstacles.
func (e *BlockedError) Error() string {
	named := make([]string, len(e.Obstacles))
	for i, o := range e.Obstacles {
		named[i] = fmt.Sprintf("%s (%s)", o.Path, o.Reason)
	}
	return fmt.Sprintf("in %s stands what blazon did not write and will not replace: %s; move it away or choose another folder",
		e.Dir, first(named, 5))
}

// Failure is an output that could not be made.
type Failure struct {
	Path string
	Err  error
}

// MakeError lists outputs that could not be made. Nothing was published.
type MakeError struct {
	Failures []Failure // sorted by path, at most 20
	More     bool      // there may be others
}

func (e *MakeError) Error() string {
	var b strings.Builder
	for i, f := range e.Failures {
		if i > 0 {
			b.WriteByte('\n')
		}
		fmt.Fprintf(&b, "couldn't make %s: %v", f.Path, f.Err)
	}
	if e.More {
		b.WriteString("\nand perhaps others")
	}
	return b.String()
}

// Unwrap returns the reasons, for errors.Is and errors.As.
func (e *MakeError) Unwrap() []error {
	errs := make([]error, len(e.Failures))
	for i, f := range e.Failures {
		errs[i] = f.Err
	}
	return errs
}

func first(names []string, most int) string {
	text := strings.Join(names[:min(most, len(names))], ", ")
	if more := len(names) - most; more > 0 {
		text += fmt.Sprintf(" and %d more", more)
	}
	return text
}

func count(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}
