package hosting_test

import (
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/build"
	"blazon/internal/hosting"
	"blazon/internal/input"
	"blazon/internal/load"
	"blazon/site"
	"blazon/templates"
)

// block is a rule of a _headers file as a host reads it.
type block struct {
	path    string
	headers [][2]string
}

// read parses a _headers file by the rules that Netlify and Cloudflare Pages share, and checks it against their limits.
func read(t *testing.T, file []byte) []block {
	t.Helper()
	var blocks []block
	for line := range strings.SplitSeq(string(file), "\n") {
		require.LessOrEqual(t, len(line), 2000)
		require.True(t, strings.IndexFunc(line, func(r rune) bool { return r < ' ' || r > '~' }) < 0, "not plain ASCII: %q", line)
		switch trimmed := strings.TrimSpace(line); {
		case trimmed == "" || trimmed[0] == '#':
		case trimmed[0] == '/':
			require.Equal(t, line, trimmed, "an indented path")
			require.LessOrEqual(t, strings.Count(line, "*"), 1, "two splats: %s", line)
			if at := strings.Index(line, "*"); at >= 0 {
				require.True(t, strings.HasSuffix(line, "/*"), "a splat beside other characters: %s", line)
			}
			blocks = append(blocks, block{path: line})
		default:
			require.True(t, strings.HasPrefix(line, "  "), "%q is not indented", line)
			name, value, ok := strings.Cut(trimmed, ":")
			require.True(t, ok && name != "" && value != "" && name[0] != '!', "%q", line)
			require.NotEmpty(t, blocks, "a header before any path")
			last := &blocks[len(blocks)-1]
			last.headers = append(last.headers, [2]string{name, strings.TrimSpace(value)})
		}
	}
	require.LessOrEqual(t, len(blocks), 100)
	return blocks
}

// hosts are the ways in which a rule's path is matched with the path of a request.
var hosts = map[string]func(path string) *regexp.Regexp{
	// Cloudflare: the whole path; a splat is anything, a placeholder one segment.
	"cloudflare": func(path string) *regexp.Regexp {
		var b strings.Builder
		for _, part := range regexp.MustCompile(`\*|:[A-Za-z]\w*|[^*:]+|:`).FindAllString(path, -1) {
			switch {
			case part == "*":
				b.WriteString(".*")
			case len(part) > 1 && part[0] == ':':
				b.WriteString("[^/]+")
			default:
				b.WriteString(regexp.QuoteMeta(part))
			}
		}
		return regexp.MustCompile("^" + b.String() + "$")
	},
	// Netlify: segment by segment, in any case, with or without a slash at the end; a splat's segment may be missing,
	// and beside a splat a dot is any character.
	"netlify": func(path string) *regexp.Regexp {
		var parts []string
		for part := range strings.SplitSeq(path, "/") {
			switch {
			case part == "":
			case part[0] == ':':
				parts = append(parts, "[^/]+")
			case part == "*":
				parts = append(parts, "?.*")
			case strings.Contains(part, "*"):
				parts = append(parts, strings.ReplaceAll(part, "*", ".*"))
			default:
				parts = append(parts, regexp.QuoteMeta(part))
			}
		}
		return regexp.MustCompile("(?i)^/" + strings.Join(parts, "/") + "/?$")
	},
}

// sent are the headers that a host sends with a path, each with every value that a rule sets.
func sent(blocks []block, match func(string) *regexp.Regexp, request string) map[string][]string {
	headers := map[string][]string{}
	for _, b := range blocks {
		if match(b.path).MatchString(request) {
			for _, h := range b.headers {
				headers[h[0]] = append(headers[h[0]], h[1])
			}
		}
	}
	return headers
}

// request is the path by which a browser asks for a published path.
func request(prefix, path string) string {
	path = prefix + "/" + path
	if rest, ok := strings.CutSuffix(path, "/index.html"); ok {
		path = rest + "/"
	}
	return (&url.URL{Path: path}).EscapedPath()
}

// differences are the paths with which a host would send something else than the table says. Types of pages and of
// files of no known kind are left to the host.
func differences(blocks []block, prefix string, paths []string) []string {
	var found []string
	for _, name := range slices.Sorted(maps.Keys(hosts)) {
		for _, path := range paths {
			want := map[string][]string{}
			for _, h := range hosting.Of(path).Headers() {
				want[h.Name] = []string{h.Value}
			}
			got := sent(blocks, hosts[name], request(prefix, path))
			if ty := hosting.Of(path).Type; got["Content-Type"] == nil && (strings.HasPrefix(ty, "text/html") || ty == "application/octet-stream") {
				delete(want, "Content-Type")
			}
			if !maps.EqualFunc(want, got, slices.Equal) {
				found = append(found, fmt.Sprintf("%s: %s: %v instead of %v", name, path, got, want))
			}
		}
	}
	return found
}

func paths() []string { return slices.Sorted(maps.Keys(policies)) }

func TestHeadersFile(t *testing.T) {
	for _, prefix := range []string{"", "/school", "/a/b-c.d"} {
		t.Run(prefix, func(t *testing.T) {
			file := hosting.Headers(prefix, slices.Values(paths()))
			blocks := read(t, file)
			assert.Greater(t, len(blocks), 30)
			assert.Empty(t, differences(blocks, prefix, paths()))
			backwards := paths()
			slices.Reverse(backwards)
			assert.Equal(t, string(file), string(hosting.Headers(prefix, slices.Values(backwards))), "order matters")
			for _, b := range blocks {
				assert.True(t, strings.HasPrefix(b.path, prefix+"/"), b.path)
			}
		})
	}
}

// TestHeadersFileIsReadWell: the test above would see a rule that is missing, one that says a thing twice, and a splat
// that matches too much.
func TestHeadersFileIsReadWell(t *testing.T) {
	file := string(hosting.Headers("", slices.Values(paths())))
	for name, broken := range map[string]string{
		"two values":      file + "\n/awards/*\n  Cache-Control: no-store\n",
		"an equal value":  file + "\n/awards/:id/signed.jws\n  Content-Type: text/plain\n",
		"a header more":   file + "\n/badges/*\n  X-Robots-Tag: noindex\n",
		"a rule less":     strings.Replace(file, "\n/awards/:id/:file\n", "\n/awards/:id/file\n", 1),
		"a value changed": strings.Replace(file, "image/svg+xml", "image/svg", 1),
	} {
		t.Run(name, func(t *testing.T) {
			require.NotEqual(t, file, broken)
			found := differences(read(t, []byte(broken)), "", paths())
			assert.Greater(t, len(found), 1, "%v", found)
		})
	}
	extensions := strings.Replace(file, "/badges/:name/image.svg", "/badges/:name/image.sv", 1) + "\n/*.svg\n  Content-Security-Policy: " + ofSVGs + "\n"
	var blocks []block
	for b := range strings.SplitSeq(extensions, "\n\n") {
		lines := strings.Split(strings.TrimSpace(b), "\n")
		blocks = append(blocks, block{path: lines[0]})
		for _, l := range lines[1:] {
			name, value, _ := strings.Cut(l, ":")
			blocks[len(blocks)-1].headers = append(blocks[len(blocks)-1].headers, [2]string{strings.TrimSpace(name), strings.TrimSpace(value)})
		}
	}
	assert.Contains(t, strings.Join(differences(blocks, "", []string{"about-svg/index.html"}), "\n"), "netlify: about-svg", "the trap of a splat before a dot")
}

// TestHeadersFileHasItsLimits: a site of many pages has rules for the first of them, and says of how many it has none.
func TestHeadersFileHasItsLimits(t *testing.T) {
	many := []string{"images/map.png", "drawing.svg", strings.Repeat("long/", 500) + "index.html", "_headers", "_redirects", ".nojekyll"}
	for i := range 90 {
		many = append(many, fmt.Sprintf("page-%02d/index.html", i))
	}
	file := string(hosting.Headers("", slices.Values(many)))
	blocks := read(t, []byte(file))
	assert.Len(t, blocks, 100)
	assert.Contains(t, file, "\n/drawing.svg\n", "an SVG comes before other files")
	assert.NotContains(t, file, "/images/map.png")
	for _, consumed := range []string{"\n/_headers", "\n/_redirects", "\n/.nojekyll"} {
		assert.NotContains(t, file, consumed)
	}
	fixed := len(read(t, hosting.Headers("", slices.Values([]string(nil)))))
	left := fixed + len(many) - 3 - 100
	assert.Contains(t, file, fmt.Sprintf("\n# %d more: hosts read 100 rules.\n", left))
	rest := slices.DeleteFunc(slices.Clone(many), func(p string) bool { return !strings.Contains(file, "\n"+request("", p)+"\n") })
	assert.Empty(t, differences(blocks, "", rest))
	assert.NotContains(t, string(hosting.Headers("", slices.Values(many[:2]))), "more")
}

// TestAmbiguousPaths: files that somebody puts where a pattern matches on one host and not on the other are sent without
// a header twice.
func TestAmbiguousPaths(t *testing.T) {
	odd := []string{"badges/photo.jpg", "awards/notes.txt", "awards/x/y/index.html", "issuers/x/keys/y/index.html", "issuers/x/status/index.html", "badges/x/y.html"}
	blocks := read(t, hosting.Headers("", slices.Values(odd)))
	for name, match := range hosts {
		for _, path := range odd {
			for header, values := range sent(blocks, match, request("", path)) {
				assert.Len(t, values, 1, "%s: %s: %s", name, path, header)
			}
		}
	}
}

// TestExample: with each file of the example site, as it is built, both hosts send exactly what the table says.
func TestExample(t *testing.T) {
	repository, err := input.OpenFolder("../..")
	require.NoError(t, err)
	defer repository.Close()
	project, err := load.Load(repository)
	require.NoError(t, err)
	p, problems := build.Plan(project.Catalog, build.Inputs{Project: repository, Templates: templates.FS, Assets: site.FS})
	require.Empty(t, problems)
	var all []string
	for _, o := range p.All() {
		if !slices.Contains([]string{"_headers", ".nojekyll"}, o.Path) {
			all = append(all, o.Path)
		}
	}
	require.Greater(t, len(all), 300)
	o, ok := p.Lookup("_headers")
	require.True(t, ok)
	file, err := o.Make()
	require.NoError(t, err)
	assert.Empty(t, differences(read(t, file), "", all))
	assert.NotContains(t, string(file), "more: hosts read")
}
