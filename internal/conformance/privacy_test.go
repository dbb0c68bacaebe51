package conformance_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"html"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	anAddress   = regexp.MustCompile(`[A-Za-z0-9._%+'-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+`)
	aRecipient  = regexp.MustCompile(`recipient:\s*\{(url|telephone|did): "?([^"}\s]+)`)
	aPublicMark = regexp.MustCompile(`(?m)^\s*(?:- )?public: true\b`)
)

// recipients reads who stands in content/awards, by eye rather than by the program's loader: kind by identity.
func recipients(t *testing.T) (found map[string]string, public int) {
	t.Helper()
	found = map[string]string{}
	files, err := filepath.Glob(root + "/content/awards/*/*.yaml")
	require.NoError(t, err)
	require.NotEmpty(t, files)
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, address := range anAddress.FindAllString(string(data), -1) {
			found[address] = "email"
		}
		for _, match := range aRecipient.FindAllStringSubmatch(string(data), -1) {
			found[match[2]] = match[1]
		}
		public += len(aPublicMark.FindAll(data, -1))
	}
	return found, public
}

// spellings are the ways in which an identity could come out of an encoder, in lower case.
func spellings(kind, identity string) []string {
	identity = strings.ToLower(identity)
	plain := identity
	switch kind {
	case "telephone":
		plain = strings.TrimPrefix(identity, "+")
	case "url":
		_, plain, _ = strings.Cut(strings.TrimSuffix(identity, "/"), "://")
	}
	quoted, _ := json.Marshal(plain)
	return slices.Compact(slices.Sorted(slices.Values([]string{
		plain,
		html.EscapeString(plain),
		strings.ReplaceAll(plain, "+", "&#43;"),
		strings.ToLower(url.QueryEscape(plain)),
		strings.ToLower(url.PathEscape(plain)),
		strings.Trim(string(quoted), `"`),
	})))
}

var longerURL = regexp.MustCompile(`^/?[a-z0-9%_~-]`)

// stands reports whether a spelling is in a text. A URL that only begins like a recipient's is another one: an award
// may link to evidence on its holder's site.
func stands(text []byte, spelling, kind string) bool {
	for {
		_, rest, ok := bytes.Cut(text, []byte(spelling))
		if !ok || kind != "url" || !longerURL.Match(rest) {
			return ok
		}
		text = rest
	}
}

// leaks are the places in files where an identity stands.
func leaks(files map[string][]byte, found map[string]string) []string {
	var out []string
	for _, name := range slices.Sorted(maps.Keys(files)) {
		lower := bytes.ToLower(files[name])
		for _, identity := range slices.Sorted(maps.Keys(found)) {
			for _, spelling := range spellings(found[identity], identity) {
				if stands(lower, spelling, found[identity]) {
					out = append(out, fmt.Sprintf("%s has a recipient (%s)", name, found[identity]))
					break
				}
			}
		}
	}
	return out
}

// TestNoAddressLeaves is the first half of law 4: what is published holds no recipient as it is, in no spelling. A DID is
// no address and stands in its award's credential (OB 3.0), but nowhere else.
func TestNoAddressLeaves(t *testing.T) {
	s := example(t)
	found, _ := recipients(t)
	kinds := map[string]int{}
	for _, kind := range found {
		kinds[kind]++
	}
	t.Logf("%v recipients in %d files", kinds, len(s.files))
	for _, kind := range []string{"email", "url", "telephone", "did"} {
		require.NotZero(t, kinds[kind], "the example has no recipient by %s", kind)
	}
	credential := regexp.MustCompile(`^awards/[^/]+/(credential\.(json|jwt|svg)|badge\.png) has a recipient \(did\)$`)
	inPlace := 0
	for _, leak := range leaks(s.files, found) {
		if credential.MatchString(leak) {
			inPlace++
			continue
		}
		assert.Fail(t, "a recipient leaves", leak)
	}
	assert.NotZero(t, inPlace)
}

// TestLeaksAreSeen: the test above would see each kind of recipient, however it was written.
func TestLeaksAreSeen(t *testing.T) {
	for _, c := range []struct{ kind, identity, published string }{
		{"email", "Ada@Example.org", `<a href="mailto:ada@example.org">`},
		{"email", "ada@example.org", `?to=ADA%40example.org&x`},
		{"email", "lea+go@example.org", `<p>lea&#43;go@example.org</p>`},
		{"email", "o'brien@example.org", `<p>o&#39;brien@example.org</p>`},
		{"telephone", "+41441234567", `tel:&#43;41441234567`},
		{"url", "https://people.example.org/ada/", `"id": "https://people.example.org/ada"`},
		{"url", "https://people.example.org/ada", `"https://people.example.org/ada/work", "https://people.example.org/ada"`},
		{"did", "did:web:ada.example", `{"id": "did:web:ada.example"}`},
	} {
		t.Run(c.published, func(t *testing.T) {
			files := map[string][]byte{"a.html": []byte(c.published), "b.html": []byte("nothing")}
			assert.Len(t, leaks(files, map[string]string{c.identity: c.kind}), 1)
		})
	}
	evidence := map[string][]byte{"a.html": []byte(`<a href="https://people.example.org/ada/work">`)}
	assert.Empty(t, leaks(evidence, map[string]string{"https://people.example.org/ada/": "url"}))
}

var noindex = regexp.MustCompile(`<meta name="robots" content="[^"]*noindex`)

// TestNothingListsAnAward is the second half of law 4: an award that is not public has its address in its own folder
// and nowhere else, and search engines are asked to leave it out.
func TestNothingListsAnAward(t *testing.T) {
	s := example(t)
	_, declared := recipients(t)
	hidden, public := 0, 0
	for _, page := range s.match(t, "awards/*/index.html") {
		id := award(page)
		if !noindex.Match(s.files[page]) {
			public++
			assert.NotEqual(t, "erased", s.state(id), "an erased award's page may be found")
			continue
		}
		hidden++
		for name, data := range s.files {
			if !strings.HasPrefix(name, "awards/"+id+"/") && bytes.Contains(data, []byte(id)) {
				t.Errorf("%s names an award that is not public", name)
			}
		}
	}
	t.Logf("%d hidden, %d public", hidden, public)
	assert.NotZero(t, hidden)
	assert.NotZero(t, public)
	assert.LessOrEqual(t, public, declared, "more awards may be found than content/ says are public")
}

// TestNothingOfTheMachine: the output names neither the folder that it was built in nor the one of the content (law 2).
func TestNothingOfTheMachine(t *testing.T) {
	s := example(t)
	for name, data := range s.files {
		assert.False(t, bytes.Contains(data, []byte(temporary)), name)
	}
}
