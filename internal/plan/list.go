package plan

import (
	"cmp"
	"errors"
	"fmt"
	"iter"
	"path"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
)

// Plan is everything that a site publishes, in path order. It does not change once it is made, so that any number of
// goroutines may read it.
type Plan struct {
	outputs []Output
}

// Clash is one reason why outputs cannot be published together. B is empty where A is wrong by itself.
type Clash struct {
	A, B   string // paths; A sorts before B or equals it
	Reason string
}

// String is the clash as a person reads it.
func (c Clash) String() string {
	if c.B == "" || c.A == c.B {
		return fmt.Sprintf("%s: %s", c.A, c.Reason)
	}
	return fmt.Sprintf("%s and %s: %s", c.A, c.B, c.Reason)
}

// ClashError is what New returns for outputs that clash.
type ClashError struct {
	Clashes []Clash // all of them, sorted by A, then B
}

// Error names the first ten clashes.
func (e *ClashError) Error() string {
	const most = 10
	var b strings.Builder
	b.WriteString("the site cannot be published under these paths: ")
	for i, c := range e.Clashes[:min(most, len(e.Clashes))] {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(c.String())
	}
	if more := len(e.Clashes) - most; more > 0 {
		fmt.Fprintf(&b, "; and %d more", more)
	}
	return b.String()
}

// New makes a plan of outputs, which it sorts in place and keeps: the caller must not touch the slice again. Its order
// does not matter. Paths that cannot be published, or not together, are reported all at once in a *ClashError: see
// CheckPath, and besides that equal paths, paths or folders that are equal under Fold, and a file where another path
// needs a folder.
func New(outputs []Output) (*Plan, error) {
	slices.SortFunc(outputs, func(a, b Output) int { return cmp.Compare(a.Path, b.Path) })
	clashes, err := checkEach(outputs)
	if err != nil {
		return nil, err
	}
	clashes = append(clashes, checkTogether(outputs)...)
	if len(clashes) > 0 {
		slices.SortStableFunc(clashes, func(a, b Clash) int { return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B)) })
		return nil, &ClashError{Clashes: slices.Compact(clashes)}
	}
	return &Plan{outputs: outputs}, nil
}

func checkEach(outputs []Output) ([]Clash, error) {
	var clashes []Clash
	for i := range outputs {
		o := &outputs[i]
		if o.Make == nil || o.Stage > Indexes {
			return nil, fmt.Errorf("output %q has no maker or an unknown stage %d", o.Path, o.Stage)
		}
		if err := CheckPath(o.Path); err != nil {
			clashes = append(clashes, Clash{A: o.Path, Reason: err.Error()})
		}
	}
	return clashes, nil
}

// folded is a path with its folded form, by which it is sorted.
type folded struct {
	fold, path string
}

// checkTogether expects outputs in path order.
func checkTogether(outputs []Output) []Clash {
	paths := make([]folded, len(outputs))
	plain := true // every path is its own folded form
	for i, o := range outputs {
		paths[i] = folded{Fold(o.Path), o.Path}
		plain = plain && paths[i].fold == o.Path
	}
	if !plain {
		slices.SortStableFunc(paths, func(a, b folded) int { return cmp.Compare(a.fold, b.fold) })
	}
	var clashes []Clash
	for i := 1; i < len(paths); i++ {
		if paths[i].fold != paths[i-1].fold {
			continue
		}
		reason := "two files have this path"
		if paths[i].path != paths[i-1].path {
			reason = "the same file where a file system ignores case"
		}
		clashes = append(clashes, Clash{A: paths[i-1].path, B: paths[i].path, Reason: reason})
	}
	return append(clashes, checkFolders(paths, plain)...)
}

func checkFolders(paths []folded, plain bool) []Clash {
	var clashes []Clash
	spelt := map[string]string{} // folded folder to the spelling seen first, with the path that has it
	seen := map[string]bool{}
	before := ""
	for _, p := range paths {
		dir := path.Dir(p.path)
		if dir == before {
			continue
		}
		before = dir
		for ; dir != "." && dir != "/" && !seen[dir]; dir = path.Dir(dir) {
			seen[dir] = true
			fold := Fold(dir)
			if i, ok := slices.BinarySearchFunc(paths, fold, func(f folded, s string) int { return cmp.Compare(f.fold, s) }); ok {
				clashes = append(clashes, ordered(paths[i].path, p.path, "a file cannot be a folder too"))
			}
			if plain {
				continue
			}
			if other, ok := spelt[fold]; ok {
				clashes = append(clashes, ordered(other, p.path, "their folders are the same where a file system ignores case"))
				continue
			}
			spelt[fold] = p.path
		}
	}
	return clashes
}

func ordered(a, b, reason string) Clash {
	return Clash{A: min(a, b), B: max(a, b), Reason: reason}
}

// Len is the number of outputs.
func (p *Plan) Len() int { return len(p.outputs) }

// At is the i-th output in path order.
func (p *Plan) At(i int) Output { return p.outputs[i] }

// Index finds the place of a path in the plan's order. Where the path is not in the plan it says where it would stand,
// and false.
func (p *Plan) Index(path string) (int, bool) {
	return slices.BinarySearchFunc(p.outputs, path, func(o Output, s string) int { return cmp.Compare(o.Path, s) })
}

// Lookup finds the output with a path.
func (p *Plan) Lookup(path string) (Output, bool) {
	i, ok := p.Index(path)
	if !ok {
		return Output{}, false
	}
	return p.outputs[i], true
}

// All yields every output in path order.
func (p *Plan) All() iter.Seq2[int, Output] {
	return slices.All(p.outputs)
}

// InStage yields the outputs of one stage in path order, each with its place in the plan.
func (p *Plan) InStage(s Stage) iter.Seq2[int, Output] {
	return func(yield func(int, Output) bool) {
		for i, o := range p.outputs {
			if o.Stage == s && !yield(i, o) {
				return
			}
		}
	}
}

// Collect makes every output and returns the bytes by path. It holds the whole site in memory: it is for tests and for
// small plans. Workers below 1 count as 1. Every failing output is in the error.
func Collect(p *Plan, workers int) (map[string][]byte, error) {
	made := make([][]byte, p.Len())
	failed := make([]error, p.Len())
	var next atomic.Int64
	var wg sync.WaitGroup
	for range max(1, workers) {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= p.Len() {
					return
				}
				o := p.outputs[i]
				if made[i], failed[i] = o.Make(); failed[i] != nil {
					failed[i] = fmt.Errorf("couldn't make %s: %w", o.Path, failed[i])
				}
			}
		})
	}
	wg.Wait()
	if err := errors.Join(failed...); err != nil {
		return nil, err
	}
	files := make(map[string][]byte, p.Len())
	for i, o := range p.outputs {
		files[o.Path] = made[i]
	}
	return files, nil
}
