package conformance_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/audit"
	say "blazon/internal/verdict"
)

// TestAudit: the published example is accepted, and in a copy with several faults at once each is named where it is, and
// nothing else.
func TestAudit(t *testing.T) {
	s := example(t)
	look := func(files map[string][]byte) *audit.Result {
		fsys := fstest.MapFS{}
		for name, data := range files {
			fsys[name] = &fstest.MapFile{Data: data}
		}
		r, err := audit.Site(t.Context(), fsys, audit.Options{Now: time.Now(), Workers: 2})
		require.NoError(t, err)
		return r
	}
	good := look(s.files)
	require.Empty(t, good.Faults)
	assert.Equal(t, say.Valid, good.Verdict)
	assert.Equal(t, s.base, good.Base)
	assert.Equal(t, len(s.match(t, "awards/*/index.html")), good.Awards)
	assert.Equal(t, len(s.match(t, "badges/*/class.json")), good.Classes)
	t.Logf("%d awards, %d links", good.Awards, good.Links)

	// awards are the ids of awards of a state that have all of these files.
	awards := func(state string, files ...string) (ids []string) {
		for _, name := range slices.Sorted(maps.Keys(s.files)) {
			if !strings.HasPrefix(name, "awards/") || !strings.HasSuffix(name, "/index.html") || s.state(award(name)) != state {
				continue
			}
			lacks := func(f string) bool { return s.files["awards/"+award(name)+"/"+f] == nil }
			if !slices.ContainsFunc(files, lacks) {
				ids = append(ids, award(name))
			}
		}
		return ids
	}
	files := maps.Clone(s.files)
	planted := map[string]say.ID{}
	replace := func(name, old, new string) {
		require.Contains(t, string(files[name]), old, name)
		files[name] = bytes.Replace(files[name], []byte(old), []byte(new), 1)
	}
	plain := awards("valid", "assertion.json", "assertion-1.json", "badge.png")
	require.Greater(t, len(plain), 8)
	at := func(n int, file string) string { return "awards/" + plain[n] + "/" + file }

	replace(at(0, "assertion-1.json"), `"issuedOn": "2`, `"issuedOn": "1`)
	planted[at(0, "assertion-1.json")] = audit.State
	files[at(1, "badge.png")], files[at(2, "badge.png")] = files[at(2, "badge.png")], files[at(1, "badge.png")]
	planted[at(1, "badge.png")], planted[at(2, "badge.png")] = say.Copy, say.Copy
	planted[at(1, "assertion.json")], planted[at(2, "assertion.json")] = "", "" // they name these images
	planted[at(1, "credential.json")], planted[at(2, "credential.json")] = "", ""
	replace(at(3, "index.html"), `href="assertion.json"`, `href="assertions.json"`)
	planted[at(3, "index.html")] = audit.Links
	replace(at(4, "assertion.json"), "{", "{ ")
	planted[at(4, "badge.png")], planted[at(4, "badge.svg")] = say.Copy, ""
	for name := range files {
		if strings.HasPrefix(name, "awards/"+plain[5]+"/") {
			delete(files, name)
			planted[name] = ""
		}
	}
	planted["ledger.txt"] = audit.Ledger
	for _, page := range s.match(t, "*/index.html") {
		planted[page] = "" // some link to that award
	}
	for _, pattern := range []string{"*.html", "*/*/index.html", "*/*/*/*/index.html", "sitemap.xml"} {
		for _, page := range s.match(t, pattern) {
			if _, there := planted[page]; !there {
				planted[page] = ""
			}
		}
	}
	taken := awards("revoked", "assertion.json", "index.html")
	require.NotEmpty(t, taken)
	page := "awards/" + taken[0] + "/index.html"
	replace(page, `revoked"`, `"`)
	planted[page] = audit.State
	if signed := awards("valid", "credential.json"); len(signed) > 8 {
		name := fmt.Sprintf("awards/%s/credential.json", signed[len(signed)-1])
		replace(name, `"name": "`, `"name": "Not `)
		planted[name] = say.Signature
		planted[strings.Replace(name, "credential.json", "badge.png", 1)] = say.Copy
		planted[strings.Replace(name, "credential.json", "credential.svg", 1)] = ""
		planted[strings.Replace(name, "credential.json", "credential.jwt", 1)] = ""
	}
	bad := look(files)
	assert.Equal(t, say.Invalid, bad.Verdict)
	found := map[string][]say.ID{}
	for _, f := range bad.Faults {
		found[f.Path] = append(found[f.Path], f.Check)
		_, expected := planted[f.Path]
		assert.True(t, expected, "nothing is wrong with %s: [%s] %s", f.Path, f.Check, f.Reason)
	}
	named := 0
	for name, check := range planted {
		if check != "" {
			named++
			assert.Contains(t, found[name], check, "%s: %v", name, found[name])
		}
	}
	assert.Greater(t, named, 6)
}
