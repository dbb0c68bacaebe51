package conformance_test

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
)

// TestImages: pngcheck finds nothing wrong with any published PNG, and something with a damaged one.
func TestImages(t *testing.T) {
	pngcheck := tool(t, "pngcheck")
	s := example(t)
	args := []string{"-q"}
	for name := range s.files {
		if strings.HasSuffix(name, ".png") {
			args = append(args, filepath.Join(s.dir, filepath.FromSlash(name)))
		}
	}
	require.Greater(t, len(args), 1)
	out, err := exec.Command(pngcheck, args...).CombinedOutput()
	assert.NoError(t, err, "%s", out)

	baked := s.files[s.match(t, "awards/*/badge.png")[0]]
	damaged := bytes.Replace(baked, []byte("Assertion"), []byte("Assertiom"), 1)
	require.NotEqual(t, baked, damaged)
	file := filepath.Join(t.TempDir(), "damaged.png")
	require.NoError(t, os.WriteFile(file, damaged, 0o600))
	assert.Error(t, exec.Command(pngcheck, "-q", file).Run())
}

// bakeable are the SVGs of two corpora that a badge can be baked into.
func bakeable(t *testing.T) map[string]*bake.SVGTemplate {
	t.Helper()
	templates := map[string]*bake.SVGTemplate{}
	for _, glob := range []string{root + "/internal/bake/testdata/svg/*.svg", drawings + "/*.svg"} {
		files, err := filepath.Glob(glob)
		require.NoError(t, err)
		require.NotEmpty(t, files, "no drawings match %s", glob)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			template, err := bake.SplitSVG(data)
			if err != nil {
				continue // internal/bake says which files are refused
			}
			require.NotContains(t, templates, filepath.Base(file))
			templates[filepath.Base(file)] = template
		}
	}
	require.Greater(t, len(templates), 60)
	return templates
}

// TestMozillaBakerySVG: the bakery of the 1.x and 2.0 backpacks finds our text in every SVG of ours and in every published
// one, and we find its text in every SVG of its own.
func TestMozillaBakerySVG(t *testing.T) {
	const at = "https://badges.example.org/awards/k/assertion.json"
	// It never answers about a file of less than 256 bytes, which no real badge is.
	signed := "eyJhbGciOiJSUzI1NiJ9." + strings.Repeat("eyJpZCI6", 40) + ".c2ln"
	filler := strings.Repeat(" ", 256)
	folder := t.TempDir()
	write := func(kind, name string, data []byte) {
		require.NoError(t, os.MkdirAll(filepath.Join(folder, kind), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(folder, kind, name), data, 0o600))
	}
	type answer struct{ Text, Error, Verify string }
	want := map[string]answer{}
	ours := map[string]struct {
		text bake.Text
		url  string
		find answer
	}{
		"hosted": {
			bake.Text{Keyword: bake.OB2, Value: "{\n  \"id\": \"" + at + "\",\n  \"narrative\": \"Grüße, 世界 🏅 <b> & &amp; ]] > \\\"\"\n}"}, at,
			answer{Text: "{\n  \"id\": \"" + at + "\",\n  \"narrative\": \"Grüße, 世界 🏅 <b> & &amp; ]] > \\\"\"\n}"},
		},
		"old":    {bake.Text{Keyword: bake.OB2, Value: `{"verify": {"type": "hosted", "url": "` + at + `?a=1&b='2'"}}`}, at + "?a=1&b='2'", answer{Text: `{"verify": {"type": "hosted", "url": "` + at + `?a=1&b='2'"}}`}},
		"signed": {bake.Text{Keyword: bake.OB2, Value: signed}, "", answer{Text: signed}},

		// What it is known to read otherwise. White space around a text goes. Only the first CDATA section is read, and "]]>"
		// cannot stand in one: a text that is written without it, as "]]\u003e", has no such trouble. Of the elements that
		// it looks for it finds the names in texts, too, and restores one.
		"spaced":     {bake.Text{Keyword: bake.OB2, Value: ` {"id": "` + at + `"}` + "\n"}, at, answer{Text: `{"id": "` + at + `"}`}},
		"split":      {bake.Text{Keyword: bake.OB2, Value: `{"id": "` + at + `", "narrative": "]]>"}`}, at, answer{Text: `{"id": "` + at + `", "narrative": "]]`}},
		"named":      {bake.Text{Keyword: bake.OB2, Value: `{"id": "` + at + `", "narrative": "openbadges:assertion openbadges:assertion"}`}, at, answer{Text: `{"id": "` + at + `", "narrative": "openbadges:assertion openbadges_assertion"}`}},
		"credential": {bake.Text{Keyword: bake.OB3, Value: `{"id": "` + at + `"` + filler + `}`}, "", answer{Error: "IMAGE_UNBAKED"}},
	}
	templates := bakeable(t)
	for name, template := range templates {
		write("plain", name, append(template.Unbaked(), filler...))
		for kind, o := range ours {
			baked, err := template.Bake(o.text, o.url)
			require.NoError(t, err, "%s: %s", name, kind)
			write("baked", kind+"-"+name, baked)
			want[kind+"-"+name] = o.find
			if prefixed(name) {
				want[kind+"-"+name] = answer{Error: "INVALID_SVG"}
			}
		}
	}

	s := example(t)
	published := s.match(t, "awards/*/badge.svg")
	require.NotEmpty(t, published)
	for _, file := range published {
		id := award(file)
		write("baked", id+".svg", s.files[file])
		want[id+".svg"] = answer{Text: strings.TrimSpace(string(s.files["awards/"+id+"/assertion.json"]))}
		if s.state(id) == "erased" {
			want[id+".svg"] = answer{Error: "IMAGE_UNBAKED"}
		}
	}
	t.Logf("%d drawings, %d published", len(templates), len(published))

	// What the bakery is to bake: options of its own.
	assertion := map[string]any{"id": at, "narrative": "Grüße, 世界 🏅 <b> & &amp; \"", "verify": map[string]any{"type": "hosted", "url": at + "?a=1&b='2'"}}
	options, err := json.Marshal(map[string]any{
		"hosted": map[string]any{"data": assertion, "url": at},
		"old":    map[string]any{"assertion": assertion},
		"signed": map[string]any{"signature": signed},
		"url":    map[string]any{"url": at + "?a=1&b=2"},
	})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "options.json"), options, 0o600))

	v := judge[struct {
		Tool           string
		Unbaked, Baked map[string]answer
	}](t, "bake.js", folder)
	assert.Equal(t, want, v.Unbaked)

	require.Len(t, v.Baked, len(templates)*4)
	read := 0
	for name, b := range v.Baked {
		_, plain, _ := strings.Cut(name, "-")
		start := templates[plain].Unbaked()
		switch {
		case !bytes.Contains(start[:min(256, len(start))], []byte("http://www.w3.org/2000/svg")):
			assert.Equal(t, "Unknown/unhandled image type", b.Error, name)
			continue
		case prefixed(plain):
			assert.Equal(t, "INVALID_SVG", b.Error, name)
			continue
		}
		require.Empty(t, b.Error, name)
		data, err := os.ReadFile(filepath.Join(folder, "theirs", name))
		require.NoError(t, err)
		found, err := bake.UnbakeSVG(data)
		if bytes.HasPrefix(start, []byte("\ufeff")) {
			// It writes a byte order mark as a character reference, before the root: nobody can read that as XML.
			assert.EqualError(t, err, "line 1, column 1: text outside of the root element", name)
			continue
		}
		require.NoError(t, err, name)
		first, ok := bake.First(found, bake.OB2)
		require.True(t, ok, name)
		if b.Text == "" {
			b.Text = b.Verify
		}
		assert.Equal(t, b, answer{Text: first.Value, Verify: first.Verify}, name)
		read++
	}
	t.Logf("%s: read %d of ours, we %d of its own", v.Tool, len(v.Unbaked), read)
	assert.Greater(t, read, 150)
}

// prefixed reports whether the root of a drawing has a prefix. The bakery takes elements for names without namespaces,
// so that such a file is no SVG to it.
func prefixed(name string) bool {
	return strings.HasPrefix(name, "prefixed") || name == "baked-root-default.svg"
}
