package build_test

import (
	"bytes"
	"crypto"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
	"blazon/internal/build"
	"blazon/internal/check"
	"blazon/internal/diag"
	"blazon/internal/examplekey"
	"blazon/internal/input"
	"blazon/internal/load"
	"blazon/internal/plan"
	"blazon/internal/signing"
	"blazon/site"
	"blazon/templates"
)

var now = time.Date(2026, 11, 1, 0, 0, 0, 0, time.UTC)

// pictures are derived once for all tests: to derive them takes most of the time that a test has.
var pictures = &memory{}

// memory is a gallery in memory.
type memory struct{ sync.Map }

func (m *memory) Get(key [32]byte) ([]byte, bool) {
	if data, ok := m.Load(key); ok {
		return data.([]byte), true
	}
	if testing.Short() { // the race detector is here for what is done at once, and would take minutes for pictures
		return tinyPNG(), true
	}
	return nil, false
}

func tinyPNG() []byte {
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewGray(image.Rect(0, 0, 1, 1))); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func (m *memory) Put(key [32]byte, data []byte) { m.Store(key, data) }

// planOf checks a project, which must have no error, and plans its site.
func planOf(t *testing.T, fsys fs.FS) *plan.Plan {
	t.Helper()
	return planWith(t, fsys, "")
}

// planWith is planOf with the outputs' keys by a program.
func planWith(t *testing.T, fsys fs.FS, program string) *plan.Plan {
	t.Helper()
	return planPart(t, fsys, program, build.Shard{})
}

func planPart(t *testing.T, fsys fs.FS, program string, shard build.Shard) *plan.Plan {
	t.Helper()
	project, err := load.Load(fsys)
	require.NoError(t, err)
	problems := append(project.Problems, check.Check(project.Catalog, fsys, now)...)
	require.False(t, diag.HasErrors(problems), "%v", problems)
	p, clashes := build.Plan(project.Catalog, build.Inputs{
		Project:   fsys,
		Templates: input.Overlay(input.Sub(fsys, "templates"), templates.FS),
		Assets:    input.Overlay(input.Sub(fsys, "site"), site.FS),
		Program:   program,
		Pictures:  pictures,
		Shard:     shard,
		Signer:    signing.New(exampleKeys{}, nil),
	})
	require.Empty(t, clashes)
	return p
}

// exampleKeys are the program's own keys.
type exampleKeys struct{}

func (exampleKeys) Signer(_ string, public crypto.PublicKey) (crypto.Signer, error) {
	signer, _ := examplekey.Private(public, "https://example.org")
	return signer, nil
}

func siteOf(t *testing.T, fsys fs.FS) map[string][]byte {
	t.Helper()
	files, err := plan.Collect(planOf(t, fsys), 2)
	require.NoError(t, err)
	return files
}

func assertEqualSites(t *testing.T, want, got map[string][]byte) {
	t.Helper()
	for path, data := range want {
		if other, ok := got[path]; assert.True(t, ok, "%s is missing", path) {
			assert.Equal(t, string(data), string(other), path)
		}
	}
	assert.Len(t, got, len(want))
}

// copied is a folder of the repository in memory.
func copied(t *testing.T, fsys fs.FS) fstest.MapFS {
	t.Helper()
	copied := fstest.MapFS{}
	for _, room := range []string{"content", "templates", "site"} {
		files, err := input.Files(fsys, room)
		require.NoError(t, err)
		for _, f := range files {
			data, err := fs.ReadFile(fsys, f.Path)
			require.NoError(t, err)
			copied[f.Path] = &fstest.MapFile{Data: data}
		}
	}
	return copied
}

// TestSameInputsSameBytes is law 2 over the example: built twice, from a folder and from memory, at another place and
// with other times of change, the site is the same.
func TestSameInputsSameBytes(t *testing.T) {
	repository, err := input.OpenFolder("../..")
	require.NoError(t, err)
	defer repository.Close()
	first := siteOf(t, repository)
	require.Greater(t, len(first), 100, "the example site")

	assertEqualSites(t, first, siteOf(t, repository))
	inMemory := copied(t, repository)
	assertEqualSites(t, first, siteOf(t, inMemory))

	dir := t.TempDir()
	for name, f := range inMemory {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(name)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), f.Data, 0o600))
	}
	elsewhere, err := input.OpenFolder(dir)
	require.NoError(t, err)
	defer elsewhere.Close()
	assertEqualSites(t, first, siteOf(t, elsewhere))
}

// TestOrderDoesNotMatter is law 2 over the order of declarations: the same awards in one file or in many, in any order,
// give the same site.
func TestOrderDoesNotMatter(t *testing.T) {
	var awards []string
	for i := range 60 {
		awards = append(awards, fmt.Sprintf("- id: %s\n  status_index: %d\n  badge: %s\n  issued: 2026-0%d-01\n  recipient: person%d@example.org\n  name: Person %d\n  public: %t\n",
			strings.Repeat(string(rune('a'+i%26)), 25)+string(rune('2'+i/26)), i, []string{"go-basics", "welding"}[i%2], 1+i%9, i, i, i%3 == 0))
	}
	project := func(files int, order []int) fstest.MapFS {
		fsys := example(t)
		for n := range files {
			var text strings.Builder
			for i, at := range order {
				if i%files == n {
					text.WriteString(awards[at])
				}
			}
			fsys[fmt.Sprintf("content/awards/%d.yaml", n)] = &fstest.MapFile{Data: []byte(text.String())}
		}
		return fsys
	}
	order := make([]int, len(awards))
	for i := range order {
		order[i] = i
	}
	want := siteOf(t, project(1, order))
	require.Contains(t, string(want["badges/welding/index.html"]), "Person 3")
	random := rand.New(rand.NewPCG(1, 2))
	for _, files := range []int{1, 2, 7, 30} {
		random.Shuffle(len(order), func(i, j int) { order[i], order[j] = order[j], order[i] })
		assertEqualSites(t, want, siteOf(t, project(files, order)))
	}
}

// example is a small project in memory.
func example(t *testing.T) fstest.MapFS {
	t.Helper()
	art, err := os.ReadFile("../../content/badges/go-basics.png")
	require.NoError(t, err)
	rsa, err := os.ReadFile("../../content/issuers/northwind-rsa.pub.pem")
	require.NoError(t, err)
	text := func(s string) *fstest.MapFile { return &fstest.MapFile{Data: []byte(s)} }
	return fstest.MapFS{
		"content/site.yaml": text("format: 1\nbase_url: https://example.org/badges\ntitle: Badges\npublish: [ob1, ob2, ob3]\nrepository: private\n"),
		"content/issuers/northwind.yaml": text("name: Northwind\nurl: https://northwind.example.org\nemail: badges@northwind.example.org\nsigned: true\nkeys:\n" +
			"  - {id: ed, type: ed25519, public: z6MktkTX7ZHbETs1Nc4VbDVWxhCNMU3Rgqai2RK3asoeDtJS, from: 2026-01-01}\n" +
			"  - {id: rsa, type: rsa, public: rsa.pem, from: 2026-01-01}\n"),
		"content/issuers/rsa.pem":       {Data: rsa},
		"content/badges/go-basics.yaml": text("name: Go basics\ndescription: Writes Go.\nalt: A gopher\n"),
		"content/badges/go-basics.md":   text("Write a program.\n"),
		"content/badges/go-basics.png":  {Data: art},
		"content/badges/welding.yaml":   text("name: Welding\ndescription: Welds.\nalt: A torch\nimage: go-basics.png\n"),
		"content/badges/welding.md":     text("Weld two sheets.\n"),
	}
}

// TestShards puts a site together from its parts: they have nothing in common and are, byte for byte, the whole.
func TestShards(t *testing.T) {
	repository, err := input.OpenFolder("../..")
	require.NoError(t, err)
	defer repository.Close()
	whole := siteOf(t, repository)
	for _, of := range []int{1, 2, 3, 7} {
		parts := map[string][]byte{}
		for part := range of {
			p := planPart(t, repository, "", build.Shard{Part: part + 1, Of: of})
			files, err := plan.Collect(p, 2)
			require.NoError(t, err)
			awards := 0
			for path, data := range files {
				assert.NotContains(t, parts, path)
				parts[path] = data
				if strings.HasPrefix(path, "awards/") {
					awards++
				} else {
					assert.Zero(t, part, "%s is not in the first part", path)
				}
			}
			assert.NotZero(t, awards, "part %d of %d", part+1, of)
		}
		assertEqualSites(t, whole, parts)
	}
}

const (
	idValid   = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
	idRevoked = "bbbbbbbbbbbbbbbbbbbbbbbbbb"
	idErased  = "cccccccccccccccccccccccccc"
	idDID     = "dddddddddddddddddddddddddd"
	idURL     = "eeeeeeeeeeeeeeeeeeeeeeeeee"
)

// TestPublishedPaths lists every path that a project with an award of each state and kind publishes.
func TestPublishedPaths(t *testing.T) {
	fsys := example(t)
	fsys["content/pages/about.md"] = &fstest.MapFile{Data: []byte("---\ntitle: About\n---\nHello.\n")}
	fsys["content/pages/index.md"] = &fstest.MapFile{Data: []byte("---\ntitle: Welcome\n---\nHello.\n")}
	fsys["content/badges/welding.svg"] = &fstest.MapFile{Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>`)}
	fsys["content/badges/welding.yaml"] = &fstest.MapFile{Data: []byte("name: Welding\ndescription: Welds.\nalt: A torch\n")}
	fsys["content/awards/2026.yaml"] = &fstest.MapFile{Data: []byte(`badge: go-basics
issued: 2026-03-14
awards:
  - {id: ` + idValid + `, status_index: 1, recipient: ada@example.org}
  - {id: ` + idRevoked + `, status_index: 2, recipient: bob@example.org, revoked: {date: 2026-04-01, reason: Error}}
  - {id: ` + idErased + `, status_index: 3, erased: {date: 2026-04-01}}
  - {id: ` + idDID + `, status_index: 4, recipient: {did: "did:web:example.org"}}
  - {id: ` + idURL + `, status_index: 5, badge: welding, recipient: {url: "https://example.org/me"}}
`)}
	var got []string
	var lasting int
	for _, o := range planOf(t, fsys).All() {
		got = append(got, o.Path)
		if o.Lasting {
			lasting++
		}
	}
	assert.Equal(t, []string{
		".nojekyll",
		"404.html",
		"_headers",
		"about/index.html",
		"apple-touch-icon.png",
		"awards/" + idValid + "/assertion-1.json",
		"awards/" + idValid + "/assertion.json",
		"awards/" + idValid + "/badge.png",
		"awards/" + idValid + "/credential.json",
		"awards/" + idValid + "/credential.jwt",
		"awards/" + idValid + "/index.html",
		"awards/" + idValid + "/signed.json",
		"awards/" + idValid + "/signed.jws",
		"awards/" + idRevoked + "/assertion-1.json",
		"awards/" + idRevoked + "/assertion.json",
		"awards/" + idRevoked + "/badge.png",
		"awards/" + idRevoked + "/credential.json",
		"awards/" + idRevoked + "/credential.jwt",
		"awards/" + idRevoked + "/index.html",
		"awards/" + idRevoked + "/signed.json",
		"awards/" + idRevoked + "/signed.jws",
		"awards/" + idErased + "/assertion-1.json",
		"awards/" + idErased + "/assertion.json",
		"awards/" + idErased + "/badge.png",
		"awards/" + idErased + "/credential.json",
		"awards/" + idErased + "/credential.jwt",
		"awards/" + idErased + "/index.html",
		"awards/" + idErased + "/signed.json",
		"awards/" + idErased + "/signed.jws",
		"awards/" + idDID + "/badge.png",
		"awards/" + idDID + "/credential.json",
		"awards/" + idDID + "/credential.jwt",
		"awards/" + idDID + "/index.html",
		"awards/" + idURL + "/assertion.json",
		"awards/" + idURL + "/badge.png",
		"awards/" + idURL + "/badge.svg",
		"awards/" + idURL + "/credential.json",
		"awards/" + idURL + "/credential.jwt",
		"awards/" + idURL + "/credential.svg",
		"awards/" + idURL + "/index.html",
		"awards/" + idURL + "/signed.json",
		"awards/" + idURL + "/signed.jws",
		"badges/go-basics/achievement.json",
		"badges/go-basics/class.json",
		"badges/go-basics/image.png",
		"badges/go-basics/index.html",
		"badges/go-basics/preview.png",
		"badges/index.html",
		"badges/welding/achievement.json",
		"badges/welding/class.json",
		"badges/welding/image.png",
		"badges/welding/image.svg",
		"badges/welding/index.html",
		"badges/welding/preview.png",
		"favicon.svg",
		"index.html",
		"issuers/northwind/did.json",
		"issuers/northwind/index.html",
		"issuers/northwind/keys/rsa.json",
		"issuers/northwind/keys/rsa.jwk.json",
		"issuers/northwind/profile.json",
		"issuers/northwind/revocations.json",
		"issuers/northwind/status/0.json",
		"ledger.txt",
		"robots.txt",
		"sitemap.xml",
		"style.css",
	}, got)
	assert.Equal(t, 46, lasting)
}

// TestIcons derives icons from the picture of a site's only issuer, unless the project has one of its own.
func TestIcons(t *testing.T) {
	if testing.Short() {
		t.Skip("pictures are not derived in short runs")
	}
	fsys := example(t)
	plain := siteOf(t, fsys)
	assert.NotContains(t, plain, "favicon.png")
	fsys["content/issuers/northwind.png"] = fsys["content/badges/go-basics.png"]
	derived := siteOf(t, fsys)
	for name, size := range map[string]int{"favicon.png": 32, "apple-touch-icon.png": 180} {
		icon, err := png.DecodeConfig(bytes.NewReader(derived[name]))
		require.NoError(t, err, name)
		assert.Equal(t, size, icon.Width, name)
	}
	assert.Contains(t, string(derived["index.html"]), `<link rel="icon" href="favicon.png?v=`)
	assert.NotEqual(t, plain["apple-touch-icon.png"], derived["apple-touch-icon.png"])

	fsys["site/favicon.svg"] = &fstest.MapFile{Data: []byte(`<svg xmlns="http://www.w3.org/2000/svg"/>`)}
	own := siteOf(t, fsys)
	assert.NotContains(t, own, "favicon.png")
	assert.Equal(t, plain["apple-touch-icon.png"], own["apple-touch-icon.png"])
}

// TestNobodysBadgeInArtwork takes an image that holds somebody's badge as a class's artwork: what it names is not published.
func TestNobodysBadgeInArtwork(t *testing.T) {
	fsys := example(t)
	art := fsys["content/badges/go-basics.png"].Data
	baked, err := bake.Bake(art, bake.Text{Keyword: bake.OB2, Value: `{"recipient": {"identity": "somebody@example.org"}}`})
	require.NoError(t, err)
	fsys["content/badges/go-basics.png"] = &fstest.MapFile{Data: baked}
	files := siteOf(t, fsys)
	assert.Equal(t, siteOf(t, example(t))["badges/go-basics/image.png"], files["badges/go-basics/image.png"])
	for path, data := range files {
		assert.NotContains(t, string(data), "somebody@", path)
	}
}
