// Command bench measures the whole program against the disk: it makes a project of many awards, builds it, and lets a
// bare writer write a tree of the same folders, files and sizes and do nothing else, in alternating pairs. What it
// prints are ratios of one run on one machine, as everything else about a disk changes from hour to hour.
//
//	go run ./testdata/bench                                  # 10,000 awards in files of 1,000
//	go run ./testdata/bench -awards 100000                   # about 25 GB of disk for a while
//	go run ./testdata/bench -awards 100000 -per-file 100000  # all in one file
//	go run ./testdata/bench -ob3                             # each award has an OB 3.0 credential too, signed with Ed25519
//	go run ./testdata/bench -ob3 -rsa                        # and a VC-JWT, signed with RSA
//
// With -ob3 each pair has a third one: the same project built with --unsigned. What signing costs is the processor time that the one build took more than the other: canonical statements, signatures,
// their verification, and the documents that hold them. The program's own example keys sign, as the site's name is
// reserved for examples.
//
// Everything is made in one temporary folder, which is removed at the end, also after an interrupt.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

type options struct {
	awards, perFile, classes, pairs int
	dir, blazon                     string
	ob3, rsa                        bool // an issuer with an Ed25519 key; with an RSA key besides
	limits                          limits
}

// limits make the bench fail where a figure is worse; zero asks for nothing.
type limits struct {
	full, unchanged float64
	memory          int64 // MB
}

func main() {
	var o options
	flag.IntVar(&o.awards, "awards", 10_000, "number of awards")
	flag.IntVar(&o.perFile, "per-file", 1_000, "awards in one file")
	flag.IntVar(&o.classes, "classes", 20, "number of classes")
	flag.IntVar(&o.pairs, "pairs", 3, "pairs of runs; the medians count")
	flag.StringVar(&o.dir, "dir", "", "folder to work in, on the disk to be measured (default: the system's temporary folder)")
	flag.StringVar(&o.blazon, "blazon", "", "program to measure (default: this source, built)")
	flag.BoolVar(&o.ob3, "ob3", false, "publish OB 3.0 too, with credentials signed by an Ed25519 key")
	flag.BoolVar(&o.rsa, "rsa", false, "with -ob3: publish VC-JWTs too, signed by an RSA key")
	flag.Float64Var(&o.limits.full, "max-full", 0, "fail if a full build takes more than this many times the bare writer")
	flag.Float64Var(&o.limits.unchanged, "max-unchanged", 0, "fail if a build without changes takes more than this part of a full one")
	flag.Int64Var(&o.limits.memory, "max-memory", 0, "fail if the program's peak memory is more than this many MB")
	project := flag.String("project", "", "only make the project, in this folder, and leave it there")
	writer := flag.String("write", "", "write the tree of this manifest to the folder given as argument, and exit")
	flag.Parse()
	if o.rsa && !o.ob3 {
		exit(errors.New("-rsa needs -ob3"))
	}
	if *writer != "" {
		exit(write(*writer, flag.Arg(0)))
	}
	if *project != "" {
		exit(generate(*project, o))
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	err := bench(ctx, o, os.Stdout)
	stop()
	exit(err)
}

func exit(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

func bench(ctx context.Context, o options, out io.Writer) (err error) {
	work, err := os.MkdirTemp(o.dir, "blazon-bench-")
	if err != nil {
		return err
	}
	defer func() {
		if gone := os.RemoveAll(work); err == nil {
			err = gone
		}
	}()
	if o.blazon == "" {
		o.blazon = filepath.Join(work, "blazon")
		if err := exec.CommandContext(ctx, "go", "build", "-o", o.blazon, "./cmd/blazon").Run(); err != nil {
			return fmt.Errorf("couldn't build blazon (run the bench from the repository's root): %w", err)
		}
	}
	project := filepath.Join(work, "project")
	if err := generate(project, o); err != nil {
		return fmt.Errorf("couldn't make the project: %w", err)
	}
	m := &measure{ctx: ctx, o: o, work: work, project: project}
	if err := m.run(); err != nil {
		return err
	}
	m.report(out)
	return m.judge()
}

// sample is one run of a program.
type sample struct {
	wall   time.Duration
	cpu    time.Duration
	memory int64 // peak, in bytes; 0 where the system does not tell
}

type measure struct {
	ctx           context.Context
	o             options
	work, project string
	first         sample // the very first build, which derives the pictures
	full, bare    []sample
	unchanged     []sample
	one           []sample // one award changed
	unsigned      []sample // with -ob3: a full build of the same project with --unsigned
	files         int
	bytes         int64
}

func (m *measure) run() error {
	var err error
	if m.first, err = m.build(m.project); err != nil {
		return err
	}
	manifest := filepath.Join(m.work, "manifest")
	if m.files, m.bytes, err = list(filepath.Join(m.project, "public"), manifest); err != nil {
		return err
	}
	self, err := os.Executable()
	if err != nil {
		return err
	}
	// Each pair: a full build and the bare writer, the other way round every second time. Nothing is removed before the
	// end: some file systems are slow where much was removed just before, and whoever comes next would pay for it.
	for n := range m.o.pairs {
		project := filepath.Join(m.work, fmt.Sprintf("project-%d", n))
		if err := m.copyProject(project); err != nil {
			return err
		}
		steps := []func() error{
			func() error {
				s, err := m.build(project)
				m.full = append(m.full, s)
				return err
			},
			func() error {
				s, err := m.timed(self, "-write", manifest, filepath.Join(m.work, fmt.Sprintf("tree-%d", n)))
				m.bare = append(m.bare, s)
				return err
			},
		}
		if n%2 == 1 {
			slices.Reverse(steps)
		}
		for _, step := range steps {
			if err := step(); err != nil {
				return err
			}
		}
		s, err := m.build(project)
		if err != nil {
			return err
		}
		m.unchanged = append(m.unchanged, s)
		if err := touch(project, 0); err != nil {
			return err
		}
		if s, err = m.build(project); err != nil {
			return err
		}
		m.one = append(m.one, s)
		if !m.o.ob3 {
			continue
		}
		unsigned := project + "-unsigned"
		if err := m.copyProject(unsigned); err != nil {
			return err
		}
		if s, err = m.build(unsigned, "--unsigned"); err != nil {
			return err
		}
		m.unsigned = append(m.unsigned, s)
	}
	return nil
}

func (m *measure) build(project string, flags ...string) (sample, error) {
	return m.timed(m.o.blazon, append([]string{"build", "-C", project}, flags...)...)
}

// copyProject copies what the first project declares, and its derived pictures, as the cache of a CI job does.
func (m *measure) copyProject(dir string) error {
	for _, part := range []string{"content", filepath.Join(".blazon", "images")} {
		from := filepath.Join(m.project, part)
		if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err := os.CopyFS(filepath.Join(dir, part), os.DirFS(from)); err != nil {
			return err
		}
	}
	return nil
}

// timed runs a program once the disk is at rest.
func (m *measure) timed(program string, args ...string) (sample, error) {
	rest()
	cmd := exec.CommandContext(m.ctx, program, args...)
	var messages strings.Builder
	cmd.Stdout, cmd.Stderr = &messages, &messages
	start := time.Now()
	err := cmd.Run()
	s := sample{wall: time.Since(start)}
	if err != nil {
		return s, fmt.Errorf("%s %s: %w\n%s", filepath.Base(program), strings.Join(args, " "), err, messages.String())
	}
	s.cpu = cmd.ProcessState.UserTime() + cmd.ProcessState.SystemTime()
	s.memory = peak(cmd.ProcessState)
	return s, nil
}

func median[T any](samples []T, of func(T) float64) float64 {
	var values []float64
	for _, s := range samples {
		values = append(values, of(s))
	}
	slices.Sort(values)
	if len(values) == 0 {
		return 0
	}
	return (values[(len(values)-1)/2] + values[len(values)/2]) / 2
}

func wall(s sample) float64 { return s.wall.Seconds() }

func cpu(s sample) float64 { return s.cpu.Seconds() }

// signing is the processor time of a full build that one without signatures does not take, in seconds.
func (m *measure) signing() float64 { return median(m.full, cpu) - median(m.unsigned, cpu) }

func (m *measure) ratios() []float64 {
	var ratios []float64
	for i := range m.full {
		ratios = append(ratios, wall(m.full[i])/wall(m.bare[i]))
	}
	return ratios
}

func (m *measure) ratio() float64 {
	return median(m.ratios(), func(r float64) float64 { return r })
}

func (m *measure) part() float64 { return median(m.unchanged, wall) / median(m.full, wall) }

func (m *measure) peak() int64 {
	var most int64
	for _, s := range slices.Concat(m.full, m.unchanged, m.one, []sample{m.first}) {
		most = max(most, s.memory)
	}
	return most / 1e6
}

func (m *measure) report(out io.Writer) {
	fmt.Fprintf(out, "%s awards of %d classes, %s a file: %s files, %d MB\n",
		thousands(m.o.awards), m.o.classes, thousands(m.o.perFile), thousands(m.files), m.bytes/1e6)
	line := func(name string, samples []sample) {
		fmt.Fprintf(out, "%-22s", name)
		for _, s := range samples {
			fmt.Fprintf(out, "  %6.2f s (cpu %.2f, %d MB)", wall(s), s.cpu.Seconds(), s.memory/1e6)
		}
		fmt.Fprintln(out)
	}
	line("first build", []sample{m.first})
	line("full build", m.full)
	line("bare writer", m.bare)
	line("nothing changed", m.unchanged)
	line("one award changed", m.one)
	if m.o.ob3 {
		line("full, unsigned", m.unsigned)
	}
	var each []string
	for _, r := range m.ratios() {
		each = append(each, fmt.Sprintf("%.2f", r))
	}
	fmt.Fprintf(out, "full build / bare writer: %.2f (median of %s)\n", m.ratio(), strings.Join(each, ", "))
	fmt.Fprintf(out, "nothing changed / full build: %.3f\n", m.part())
	fmt.Fprintf(out, "one award changed / full build: %.3f\n", median(m.one, wall)/median(m.full, wall))
	if m.o.ob3 {
		fmt.Fprintf(out, "signing: %.0f%% of the processor time, %.0f us an award\n", 100*m.signing()/median(m.full, cpu), 1e6*m.signing()/float64(m.o.awards))
	}
	fmt.Fprintf(out, "peak memory: %d MB\n", m.peak())
}

func (m *measure) judge() error {
	var worse []string
	l := m.o.limits
	if l.full > 0 && m.ratio() > l.full {
		worse = append(worse, fmt.Sprintf("a full build takes %.2f times the bare writer, at most %.2f is asked for", m.ratio(), l.full))
	}
	if l.unchanged > 0 && m.part() > l.unchanged {
		worse = append(worse, fmt.Sprintf("a build without changes takes %.3f of a full one, at most %.3f is asked for", m.part(), l.unchanged))
	}
	if l.memory > 0 && m.peak() > l.memory {
		worse = append(worse, fmt.Sprintf("peak memory is %d MB, at most %d is asked for", m.peak(), l.memory))
	}
	if len(worse) > 0 {
		return fmt.Errorf("%s", strings.Join(worse, "; "))
	}
	return nil
}

func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
