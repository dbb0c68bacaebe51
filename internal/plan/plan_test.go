package plan_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/plan"
)

func output(path string) plan.Output {
	return plan.Output{Path: path, Make: func() ([]byte, error) { return []byte("bytes of " + path), nil }}
}

func outputs(paths ...string) []plan.Output {
	all := make([]plan.Output, len(paths))
	for i, p := range paths {
		all[i] = output(p)
	}
	return all
}

func TestNewSorts(t *testing.T) {
	paths := []string{"404.html", "a-b/x", "a.txt", "a/b/c", "a/x", "awards/k7/index.html", "index.html"}
	shuffled := slices.Clone(paths)
	for range 5 {
		rand.Shuffle(len(shuffled), func(i, j int) { shuffled[i], shuffled[j] = shuffled[j], shuffled[i] })
		p, err := plan.New(outputs(shuffled...))
		require.NoError(t, err)
		require.Equal(t, len(paths), p.Len())
		var got []string
		for i, o := range p.All() {
			assert.Equal(t, o.Path, p.At(i).Path)
			got = append(got, o.Path)
		}
		assert.Equal(t, slices.Sorted(slices.Values(paths)), got)
	}
}

func TestLookup(t *testing.T) {
	p, err := plan.New(outputs("b", "a", "d/e"))
	require.NoError(t, err)
	o, ok := p.Lookup("d/e")
	require.True(t, ok)
	assert.Equal(t, "d/e", o.Path)
	for _, missing := range []string{"", "c", "d", "d/e/f", "z"} {
		_, ok := p.Lookup(missing)
		assert.False(t, ok, missing)
	}
	i, ok := p.Index("c")
	assert.Equal(t, 2, i)
	assert.False(t, ok)
}

func TestInStage(t *testing.T) {
	p, err := plan.New([]plan.Output{
		{Path: "z", Stage: plan.Assets, Make: output("z").Make},
		{Path: "b", Stage: plan.Awards, Make: output("b").Make},
		{Path: "a", Stage: plan.Awards, Make: output("a").Make},
	})
	require.NoError(t, err)
	var got []string
	for i, o := range p.InStage(plan.Awards) {
		got = append(got, fmt.Sprint(i, o.Path))
	}
	assert.Equal(t, []string{"0a", "1b"}, got)
	for _, o := range p.InStage(plan.Awards) {
		assert.Equal(t, "a", o.Path)
		break // a reader may stop early
	}
}

func TestClashes(t *testing.T) {
	tests := map[string]struct {
		paths []string
		want  []plan.Clash
	}{
		"none": {paths: []string{"a", "a-b/c", "a.b", "b/a", "b/a.b", "ä", "ab/ä"}},
		"equal": {[]string{"a", "b", "a"}, []plan.Clash{
			{"a", "a", "two files have this path"},
		}},
		"case": {[]string{"img/logo.png", "img/Logo.png", "img/other.png"}, []plan.Clash{
			{"img/Logo.png", "img/logo.png", "the same file where a file system ignores case"},
		}},
		"full case folding": {[]string{"straße", "STRASSE"}, []plan.Clash{
			{"STRASSE", "straße", "the same file where a file system ignores case"},
		}},
		"composed and decomposed": {[]string{"caf\u00e9", "cafe\u0301"}, []plan.Clash{
			{"cafe\u0301", "caf\u00e9", "the same file where a file system ignores case"},
		}},
		"file and folder": {[]string{"a", "a-b", "a.b", "a/b/c", "a/d"}, []plan.Clash{
			{"a", "a/b/c", "a file cannot be a folder too"},
		}},
		"file and folder far above": {[]string{"a/b/c/d", "a"}, []plan.Clash{
			{"a", "a/b/c/d", "a file cannot be a folder too"},
		}},
		"file and folder of another case": {[]string{"Notes", "notes/a"}, []plan.Clash{
			{"Notes", "notes/a", "a file cannot be a folder too"},
		}},
		"folders": {[]string{"Img/a/x", "img/a/y", "img/a/z", "other/x"}, []plan.Clash{
			{"Img/a/x", "img/a/y", "their folders are the same where a file system ignores case"},
		}},
		"bad names in folders with the same good ones": {[]string{"a/nul", "a/x", "b/nul", "b/x"}, []plan.Clash{
			{A: "a/nul", Reason: `the name "nul" is reserved by Windows`},
			{A: "b/nul", Reason: `the name "nul" is reserved by Windows`},
		}},
		"cases of a name seen before": {[]string{"a/x", "a/y", "b/X", "b/x"}, []plan.Clash{
			{"b/X", "b/x", "the same file where a file system ignores case"},
		}},
		"several": {[]string{"a", "a/b", "c", "C", "d", "d"}, []plan.Clash{
			{"C", "c", "the same file where a file system ignores case"},
			{"a", "a/b", "a file cannot be a folder too"},
			{"d", "d", "two files have this path"},
		}},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			all := outputs(tt.paths...)
			for range 3 {
				rand.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
				_, err := plan.New(slices.Clone(all))
				if tt.want == nil {
					require.NoError(t, err)
					continue
				}
				var clash *plan.ClashError
				require.ErrorAs(t, err, &clash)
				assert.Equal(t, tt.want, clash.Clashes)
			}
		})
	}
}

func TestCheckPath(t *testing.T) {
	for _, good := range []string{
		"index.html", "awards/k7q2/badge.png", ".nojekyll", ".well-known/did.json", "_headers", "CNAME", "a b", "über/ä.png",
		"com10", "console", "nulls.txt", "com/x", "lpt", strings.Repeat("x", 255),
	} {
		assert.NoError(t, plan.CheckPath(good), good)
	}
	tests := []struct{ path, want string }{
		{"", "not a slash-separated path"},
		{".", "not a slash-separated path"},
		{"/a", "not a slash-separated path"},
		{"a/", "not a slash-separated path"},
		{"a//b", "not a slash-separated path"},
		{"../a", "not a slash-separated path"},
		{"a/./b", "not a slash-separated path"},
		{"a\xff", "not a slash-separated path"},
		{`a\b`, `holds '\\'`},
		{"a:b", "holds ':'"},
		{"a/b?c", "holds '?'"},
		{"a\nb", `holds '\n'`},
		{"a\x7f", `holds '\x7f'`},
		{"a./b", "ends in '.'"},
		{"a ", "ends in ' '"},
		{"nul", "reserved"},
		{"a/NUL.txt", "reserved"},
		{"a/nul .txt", "reserved"},
		{"Com1/x", "reserved"},
		{"lpt9.tar.gz", "reserved"},
		{"COM²", "reserved"},
		{"conin$", "reserved"},
		{strings.Repeat("x", 256), "256 bytes"},
	}
	for _, tt := range tests {
		assert.ErrorContains(t, plan.CheckPath(tt.path), tt.want, "%q", tt.path)
		_, err := plan.New(outputs(tt.path, "fine"))
		var clash *plan.ClashError
		if assert.ErrorAs(t, err, &clash, "%q", tt.path) {
			assert.Equal(t, tt.path, clash.Clashes[0].A)
			assert.Empty(t, clash.Clashes[0].B)
		}
	}
}

// TestClashesOfPlainPaths compares what New finds among paths in small letters with every pair of them.
func TestClashesOfPlainPaths(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	names := []string{"a", "b", "a.b", "a-", "ab"}
	found := 0
	for range 3000 {
		var paths []string
		for range 1 + random.IntN(6) {
			path := names[random.IntN(len(names))]
			for range random.IntN(3) {
				path += "/" + names[random.IntN(len(names))]
			}
			paths = append(paths, path)
		}
		clash := false
		for i, a := range paths {
			for _, b := range paths[:i] {
				clash = clash || a == b || strings.HasPrefix(a, b+"/") || strings.HasPrefix(b, a+"/")
			}
		}
		_, err := plan.New(outputs(paths...))
		assert.Equal(t, clash, err != nil, "%q", paths)
		if clash {
			found++
		}
	}
	assert.Greater(t, found, 100)
}

func TestSeries(t *testing.T) {
	of := func(name string) plan.Series {
		return plan.Series{Type: "text/plain", Stage: plan.Awards, Lasting: true, Len: 3,
			Path: func(i int) string { return fmt.Sprintf("awards/%d/%s", 2-i, name) },
			Make: func(i int) ([]byte, error) { return fmt.Appendf(nil, "%s %d", name, i), nil },
			Key:  func(i int) plan.Key { return plan.Key{byte(i)} }}
	}
	p, err := plan.New([]plan.Output{output("z"), output("awards/1/index.html")}, of("x"), of("y"))
	require.NoError(t, err)
	require.Equal(t, 8, p.Len())
	o, ok := p.Lookup("awards/0/y")
	require.True(t, ok)
	data, err := o.Make()
	require.NoError(t, err)
	assert.Equal(t, "y 2", string(data))
	assert.Equal(t, plan.Key{2}, o.Key)
	for i, o := range p.All() {
		assert.Equal(t, o.Path, p.Path(i))
		assert.Equal(t, o.Stage, p.Stage(i))
		assert.Equal(t, o.Lasting, p.Lasting(i))
		if i > 0 {
			assert.Less(t, p.Path(i-1), o.Path)
		}
	}
	assert.True(t, p.Lasting(0))
	assert.False(t, p.Lasting(7))

	p, err = plan.New(nil, plan.Series{Len: 1, Path: func(int) string { return "a" },
		Append: func(dst []byte, i int) ([]byte, error) { return append(dst, 'x'), nil }})
	require.NoError(t, err)
	data, err = p.At(0).Make()
	require.NoError(t, err)
	assert.Equal(t, "x", string(data))
	data, err = p.At(0).Append([]byte("ab"))
	require.NoError(t, err)
	assert.Equal(t, "abx", string(data))

	_, err = plan.New(outputs("awards/0"), of("x"))
	assert.ErrorContains(t, err, "a file cannot be a folder too")
	_, err = plan.New(nil, of("x"), of("x"))
	assert.ErrorContains(t, err, "two files have this path")
	_, err = plan.New(nil, plan.Series{Len: 1})
	assert.Error(t, err)
}

func TestClashErrorIsShort(t *testing.T) {
	var all []plan.Output
	for i := range 30 {
		all = append(all, output(fmt.Sprintf("bad%02d.", i)))
	}
	_, err := plan.New(all)
	var clash *plan.ClashError
	require.ErrorAs(t, err, &clash)
	assert.Len(t, clash.Clashes, 30)
	assert.Contains(t, err.Error(), "bad09.")
	assert.NotContains(t, err.Error(), "bad10.")
	assert.Contains(t, err.Error(), "and 20 more")
}

func TestNewRefusesUnfinishedOutputs(t *testing.T) {
	_, err := plan.New([]plan.Output{{Path: "a"}})
	assert.ErrorContains(t, err, `"a" has no maker`)
	_, err = plan.New([]plan.Output{{Path: "a", Stage: plan.Indexes + 1, Make: output("a").Make}})
	assert.ErrorContains(t, err, "unknown stage 6")
}

func TestCollect(t *testing.T) {
	p, err := plan.New(outputs("a", "b/c", "b/d"))
	require.NoError(t, err)
	for _, workers := range []int{0, 1, 7} {
		files, err := plan.Collect(p, workers)
		require.NoError(t, err)
		assert.Len(t, files, 3)
		assert.Equal(t, "bytes of b/c", string(files["b/c"]))
	}
	broken := errors.New("no image")
	bad := func() ([]byte, error) { return nil, broken }
	p, err = plan.New([]plan.Output{{Path: "x", Make: bad}, output("y"), {Path: "z", Make: bad}})
	require.NoError(t, err)
	_, err = plan.Collect(p, 2)
	require.ErrorIs(t, err, broken)
	assert.Equal(t, "couldn't make x: no image\ncouldn't make z: no image", err.Error())
}

func FuzzCheckPath(f *testing.F) {
	for _, seed := range []string{"index.html", "a/b/c.json", "NUL.txt", "a\\b", "é", "a./b", "../x", "", "\xff"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, path string) {
		_, err := plan.New(outputs(path))
		if (err == nil) != (plan.CheckPath(path) == nil) {
			t.Fatalf("New and CheckPath differ on %q: %v", path, err)
		}
		if fold := plan.Fold(path); err == nil && plan.Fold(fold) != fold {
			t.Fatalf("folding %q twice differs", path)
		}
	})
}

func BenchmarkNew(b *testing.B) {
	var all []plan.Output
	for award := range 37_500 {
		for _, file := range []string{"assertion.json", "badge.png", "badge.svg", "credential.json", "credential.jwt",
			"credential.svg", "index.html", "signed.json"} {
			all = append(all, plan.Output{Path: fmt.Sprintf("awards/%026d/%s", award*7919%37_500, file), Make: output("").Make})
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := plan.New(slices.Clone(all)); err != nil {
			b.Fatal(err)
		}
	}
}

// TestSeriesInAnyOrder makes one plan of outputs and series in several orders and numbers, sorted or not.
func TestSeriesInAnyOrder(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 5))
	for range 200 {
		var paths []string
		var outputs []plan.Output
		var series []plan.Series
		add := func() string {
			path := fmt.Sprintf("%c/%c%d", 'a'+random.IntN(3), 'a'+random.IntN(9), len(paths))
			paths = append(paths, path)
			return path
		}
		for range random.IntN(5) {
			outputs = append(outputs, plan.Output{Path: add(), Make: func() ([]byte, error) { return nil, nil }})
		}
		for range random.IntN(6) {
			own := make([]string, random.IntN(6))
			for i := range own {
				own[i] = add()
			}
			if random.IntN(2) == 0 {
				slices.Sort(own)
			}
			series = append(series, plan.Series{Len: len(own), Path: func(i int) string { return own[i] },
				Make: func(i int) ([]byte, error) { return []byte(own[i]), nil }})
		}
		p, err := plan.New(outputs, series...)
		require.NoError(t, err)
		slices.Sort(paths)
		require.Equal(t, len(paths), p.Len())
		for i, path := range paths {
			o := p.At(i)
			assert.Equal(t, path, o.Path)
			data, err := o.Make()
			require.NoError(t, err)
			assert.Contains(t, []string{"", path}, string(data))
		}
	}
}

// BenchmarkNewSeries plans three files of each of 10,000 awards.
func BenchmarkNewSeries(b *testing.B) {
	paths := map[string][]string{}
	for _, name := range []string{"assertion.json", "badge.png", "index.html"} {
		for i := range 10_000 {
			paths[name] = append(paths[name], fmt.Sprintf("awards/%026d/%s", i, name))
		}
	}
	b.ReportAllocs()
	for b.Loop() {
		var series []plan.Series
		for _, all := range paths {
			series = append(series, plan.Series{Stage: plan.Awards, Len: len(all), Path: func(i int) string { return all[i] },
				Make: func(int) ([]byte, error) { return nil, nil }})
		}
		if _, err := plan.New(nil, series...); err != nil {
			b.Fatal(err)
		}
	}
}
