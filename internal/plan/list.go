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
	places  []place // in path order
	outputs []Output
	series  []Series
}

// place is what is kept of one output.
type place struct {
	path   string
	series int32 // of Plan.series, or single
	n      int32 // in the series, or of Plan.outputs
}

const single = -1

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

// New makes a plan of outputs and series, which it keeps: the caller must not touch them again. Their order does not
// matter. Paths that cannot be published, or not together, are reported all at once in a *ClashError: see CheckPath, and
// besides that equal paths, paths or folders that are equal under Fold, and a file where another path needs a folder.
func New(outputs []Output, series ...Series) (*Plan, error) {
	p := &Plan{outputs: outputs, series: series}
	total := len(outputs)
	for i := range series {
		total += series[i].Len
	}
	places := make([]place, 0, total)
	runs := make([]int, 0, len(series)+1) // where each begins
	for i := range outputs {
		o := &outputs[i]
		if o.Make == nil || o.Stage > Indexes {
			return nil, fmt.Errorf("output %q has no maker or an unknown stage %d", o.Path, o.Stage)
		}
		places = append(places, place{path: o.Path, series: single, n: int32(i)})
	}
	runs = append(runs, 0)
	for k := range series {
		s := &series[k]
		if s.Make == nil && s.Append == nil || s.Path == nil || s.Stage > Indexes {
			return nil, fmt.Errorf("series %d has no maker or an unknown stage %d", k, s.Stage)
		}
		runs = append(runs, len(places))
		for i := range s.Len {
			places = append(places, place{path: s.Path(i), series: int32(k), n: int32(i)})
		}
	}
	p.places = sortRuns(places, runs)
	if clashes := p.check(); len(clashes) > 0 {
		slices.SortStableFunc(clashes, func(a, b Clash) int { return cmp.Or(cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B)) })
		return nil, &ClashError{Clashes: slices.Compact(clashes)}
	}
	return p, nil
}

// order is the order of a plan.
func order(a, b place) int {
	return cmp.Or(strings.Compare(a.path, b.path), cmp.Compare(a.series, b.series), cmp.Compare(a.n, b.n))
}

// sortRuns sorts places that are made up of runs. Those are sorted for the most part, as awards are: merging them takes a
// fraction of the time of sorting all.
func sortRuns(places []place, begins []int) []place {
	for k, begin := range begins {
		end := len(places)
		if k+1 < len(begins) {
			end = begins[k+1]
		}
		if run := places[begin:end]; !slices.IsSortedFunc(run, order) {
			slices.SortFunc(run, order)
		}
	}
	if len(begins) < 2 {
		return places
	}
	for spare := make([]place, len(places)); len(begins) > 1; places, spare = spare, places {
		var merged []int
		for k := 0; k < len(begins); k += 2 {
			begin, middle, end := begins[k], len(places), len(places)
			if k+1 < len(begins) {
				middle = begins[k+1]
			}
			if k+2 < len(begins) {
				end = begins[k+2]
			}
			merge(spare[begin:end], places[begin:middle], places[middle:end])
			merged = append(merged, begin)
		}
		begins = merged
	}
	return places
}

// merge puts two sorted lists into one.
func merge(into, a, b []place) {
	for i := range into {
		if len(b) == 0 || len(a) > 0 && order(a[0], b[0]) <= 0 {
			into[i], a = a[0], a[1:]
		} else {
			into[i], b = b[0], b[1:]
		}
	}
}

// check looks at each path and at all of them together.
func (p *Plan) check() []Clash {
	var clashes []Clash
	plain := true   // every path is its own folded form
	dir := ""       // of the path before, with its slash, where that was right
	var known names // that are right and their own folded form
	for i := range p.places {
		path := p.places[i].path
		rest := path
		if dir != "" {
			rest = strings.TrimPrefix(path, dir) // what stands in one folder needs no look at the folder's name again
		}
		if len(rest) < len(path) && known.has(rest) {
			continue
		}
		if err := CheckPath(rest); err != nil {
			dir = ""
			clashes = append(clashes, Clash{A: path, Reason: err.Error()})
			plain = plain && Fold(path) == path
			continue
		}
		slash := strings.LastIndexByte(path, '/')
		dir = path[:slash+1]
		if Fold(rest) != rest {
			plain = false
		} else {
			known.add(path[slash+1:])
		}
	}
	if !plain {
		return append(clashes, p.checkFolded()...)
	}
	for i := 1; i < len(p.places); i++ {
		if path := p.places[i].path; path == p.places[i-1].path {
			clashes = append(clashes, Clash{A: path, B: path, Reason: twice})
		}
	}
	// In path order the paths below a file need not come next to it: "a.b" stands between "a" and "a/b".
	before := ""
	for i := range p.places {
		path := p.places[i].path
		dir := path[:max(0, strings.LastIndexByte(path, '/'))]
		if dir == before {
			continue
		}
		// The folders that both are in were looked at before.
		for above := dir; above != "" && !within(before, above); above = above[:max(0, strings.LastIndexByte(above, '/'))] {
			if _, ok := p.Index(above); ok {
				clashes = append(clashes, ordered(above, path, fileAndFolder))
			}
		}
		before = dir
	}
	return clashes
}

// names are a few names of files. The folders of awards all have the same.
type names struct {
	names [16]string
	n     int
}

func (k *names) has(name string) bool { return slices.Contains(k.names[:min(k.n, len(k.names))], name) }

func (k *names) add(name string) {
	if !k.has(name) {
		k.names[k.n%len(k.names)] = name
		k.n++
	}
}

// within reports whether a folder is another one or below it.
func within(dir, above string) bool {
	return strings.HasPrefix(dir, above) && (len(dir) == len(above) || dir[len(above)] == '/')
}

const (
	twice         = "two files have this path"
	fileAndFolder = "a file cannot be a folder too"
)

// folded is a path with its folded form, by which it is sorted.
type folded struct {
	fold, path string
}

// checkFolded looks for clashes where some paths are not their own folded form.
func (p *Plan) checkFolded() []Clash {
	paths := make([]folded, len(p.places))
	for i := range p.places {
		paths[i] = folded{Fold(p.places[i].path), p.places[i].path}
	}
	slices.SortStableFunc(paths, func(a, b folded) int { return cmp.Compare(a.fold, b.fold) })
	var clashes []Clash
	for i := 1; i < len(paths); i++ {
		if paths[i].fold != paths[i-1].fold {
			continue
		}
		reason := twice
		if paths[i].path != paths[i-1].path {
			reason = "the same file where a file system ignores case"
		}
		clashes = append(clashes, Clash{A: paths[i-1].path, B: paths[i].path, Reason: reason})
	}
	return append(clashes, checkFolders(paths)...)
}

func checkFolders(paths []folded) []Clash {
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
				clashes = append(clashes, ordered(paths[i].path, p.path, fileAndFolder))
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
func (p *Plan) Len() int { return len(p.places) }

// At is the i-th output in path order.
func (p *Plan) At(i int) Output {
	at := &p.places[i]
	if at.series == single {
		return p.outputs[at.n]
	}
	return p.series[at.series].at(at.path, int(at.n))
}

// Path is the path of the i-th output. It costs nothing, as do Stage and Lasting.
func (p *Plan) Path(i int) string { return p.places[i].path }

// Stage is the stage of the i-th output.
func (p *Plan) Stage(i int) Stage {
	at := &p.places[i]
	if at.series == single {
		return p.outputs[at.n].Stage
	}
	return p.series[at.series].Stage
}

// Lasting reports whether the i-th output is a machine-read URL.
func (p *Plan) Lasting(i int) bool {
	at := &p.places[i]
	if at.series == single {
		return p.outputs[at.n].Lasting
	}
	return p.series[at.series].Lasting
}

// Index finds the place of a path in the plan's order. Where the path is not in the plan it says where it would stand,
// and false.
func (p *Plan) Index(path string) (int, bool) {
	return slices.BinarySearchFunc(p.places, path, func(at place, s string) int { return strings.Compare(at.path, s) })
}

// Lookup finds the output with a path.
func (p *Plan) Lookup(path string) (Output, bool) {
	i, ok := p.Index(path)
	if !ok {
		return Output{}, false
	}
	return p.At(i), true
}

// All yields every output in path order.
func (p *Plan) All() iter.Seq2[int, Output] {
	return func(yield func(int, Output) bool) {
		for i := range p.places {
			if !yield(i, p.At(i)) {
				return
			}
		}
	}
}

// InStage yields the outputs of one stage in path order, each with its place in the plan.
func (p *Plan) InStage(s Stage) iter.Seq2[int, Output] {
	return func(yield func(int, Output) bool) {
		for i := range p.places {
			if p.Stage(i) == s && !yield(i, p.At(i)) {
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
				o := p.At(i)
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
	for i := range p.places {
		files[p.Path(i)] = made[i]
	}
	return files, nil
}
