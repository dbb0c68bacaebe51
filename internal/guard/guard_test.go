package guard_test

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/guard"
	"blazon/internal/layout"
	"blazon/internal/ledger"
	"blazon/internal/load"
	"blazon/internal/plan"
)

// project is a small one; awards is content/awards/a.yaml.
func project(awards string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for name, text := range map[string]string{
		"content/site.yaml":              "format: 1\nbase_url: https://badges.example.org\ntitle: Badges\nrepository: private\npublish: [ob2, ob3]\n",
		"content/issuers/northwind.yaml": "name: Northwind\nurl: https://academy.example.org\nemail: badges@academy.example.org\nkeys: [{id: ed, type: ed25519, public: z6MktkTX7ZHbETs1Nc4VbDVWxhCNMU3Rgqai2RK3asoeDtJS, from: 2020-01-01}]\n",
		"content/badges/go.yaml":         "name: Go\ndescription: Writes Go.\nalt: A gopher\n",
		"content/badges/go.md":           "Write.\n",
		"content/badges/go.png":          picture(1),
		"content/badges/go-2.yaml":       "name: Go 2\ndescription: Writes Go.\nalt: A gopher\nimage: go.png\n",
		"content/badges/go-2.md":         "Write.\n",
		"content/awards/a.yaml":          awards,
	} {
		fsys[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func picture(shade uint8) string {
	img := image.NewNRGBA(image.Rect(0, 0, 90, 90))
	for i := range img.Pix {
		img.Pix[i] = 200
	}
	img.Set(1, 1, color.NRGBA{R: shade, A: 255})
	var b bytes.Buffer
	if err := png.Encode(&b, img); err != nil {
		panic(err)
	}
	return b.String()
}

func state(t testing.TB, fsys fstest.MapFS) guard.State {
	t.Helper()
	loaded, err := load.Load(fsys)
	require.NoError(t, err)
	for _, p := range loaded.Problems {
		require.NotEqual(t, diag.Error, p.Severity, "%v", p)
	}
	return guard.State{Catalog: loaded.Catalog, Files: fsys}
}

func compare(t testing.TB, old, new guard.State) *guard.Comparison {
	t.Helper()
	c, err := guard.Compare(old, new)
	require.NoError(t, err)
	return c
}

func id(n int) string { return fmt.Sprintf("%s%s", strings.Repeat("a", 20), letters(n)) }

func letters(n int) string {
	var b [6]byte
	for i := range b {
		b[i], n = 'a'+byte(n%26), n/26
	}
	return string(b[:])
}

// many are awards, one a line.
func many(n int) []string {
	var lines []string
	for i := range n {
		line := fmt.Sprintf("- {id: %s, status_index: %d, badge: go, issued: 2026-03-%02d, recipient: r%d@example.org", id(i), i, 1+i%28, i)
		switch i % 5 {
		case 1:
			line += ", revoked: {date: 2026-05-01, reason: Issued in error}"
		case 2:
			line += ", expires: 2028-01-01, public: true"
		case 3:
			line += ", narrative: Well done, evidence: [{url: https://example.org/x}]"
		}
		lines = append(lines, line+"}\n")
	}
	return lines
}

// A state beside itself has no difference, in whatever order its awards stand in however many files.
func TestOrderChangesNothing(t *testing.T) {
	lines := many(60)
	old := state(t, project(strings.Join(lines, "")))
	same := compare(t, old, old)
	assert.Empty(t, same.Awards)
	assert.Empty(t, same.Classes)
	assert.Empty(t, same.Issuers)
	assert.Empty(t, same.Settings)
	assert.Empty(t, same.Problems())
	random := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		random.Shuffle(len(lines), func(i, j int) { lines[i], lines[j] = lines[j], lines[i] })
		fsys := project("[]\n")
		files := 1 + random.IntN(7)
		parts := make([]string, files)
		for _, l := range lines {
			parts[random.IntN(files)] += l
		}
		for i, p := range parts {
			if p != "" {
				fsys[fmt.Sprintf("content/awards/%d/%d.yaml", random.IntN(100), i)] = &fstest.MapFile{Data: []byte(p)}
			}
		}
		c := compare(t, old, state(t, fsys))
		require.Empty(t, c.Awards)
		require.Empty(t, c.Problems())
	}
}

// Every award that is changed, taken away or added at random is found, and only those.
func TestEachChangeIsFound(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	lines := many(40)
	old := state(t, project(strings.Join(lines, "")))
	for range 50 {
		changed := slices.Clone(lines)
		i, j, k := random.IntN(40), random.IntN(40), random.IntN(40)
		want := map[string]bool{id(i): true, id(j): true, id(k): true, id(99): true}
		changed[i] = strings.Replace(changed[i], "r"+fmt.Sprint(i)+"@", "other@", 1)
		changed[j] = strings.Replace(changed[j], "badge: go", "badge: go-2", 1)
		changed[k] = ""
		changed = append(changed, strings.NewReplacer(id(0), id(99), "status_index: 0", "status_index: 99", "r0@", "r99@").Replace(lines[0]))
		c := compare(t, old, state(t, project(strings.Join(changed, ""))))
		found := make(map[string]bool)
		for _, p := range c.Awards {
			found[p.Award().ID] = true
		}
		require.Equal(t, want, found)
		problems := c.Problems()
		require.True(t, diag.HasErrors(problems))
		for _, p := range problems {
			assert.NotContains(t, p.Message+p.Hint, "@example.org")
			assert.NotContains(t, p.Message+p.Hint, "aaaaaaaaaaaaaaaaaaaa", "ids stay out of messages")
			if p.Line > 0 {
				assert.LessOrEqual(t, p.Line, len(changed))
			}
		}
	}
}

// A thousand awards that change at once are counted, not listed.
func TestCrowd(t *testing.T) {
	lines := many(300)
	old := state(t, project(strings.Join(lines, "")))
	problems := compare(t, old, state(t, project(strings.ReplaceAll(strings.Join(lines, ""), "issued: 2026-03", "issued: 2026-02")))).Problems()
	require.Len(t, problems, 21)
	assert.Equal(t, "280 more of this file's awards are in the same case", problems[0].Message)
	problems = compare(t, old, state(t, project("[]\n"))).Problems()
	require.Len(t, problems, 21)
	assert.Equal(t, "content/awards/a.yaml", problems[1].File)
}

// What is published for two classes by one file changes for both, and is compared once.
func TestSharedImage(t *testing.T) {
	awards := strings.Join(many(2), "") + fmt.Sprintf("- {id: %s, status_index: 50, badge: go-2, issued: 2026-03-01, recipient: x@example.org}\n", id(50))
	old, fsys := state(t, project(awards)), project(awards)
	fsys["content/badges/go.png"] = &fstest.MapFile{Data: []byte(picture(2))}
	problems := compare(t, old, state(t, fsys)).Problems()
	require.Len(t, problems, 2)
	for _, p := range problems {
		assert.Equal(t, "content/badges/go.png", p.File)
	}
	assert.Equal(t, "the image has changed of a class that has 1 award", problems[0].Message)
	assert.Equal(t, "the image has changed of a class that has 2 awards", problems[1].Message)
}

// What is several has changed in the plural, and of a class without awards no number is told.
func TestWordsOfClassChanges(t *testing.T) {
	old, fsys := state(t, project(many(1)[0])), project(many(1)[0])
	fsys["content/badges/go.md"] = &fstest.MapFile{Data: []byte("Do something else.\n")}
	delete(fsys, "content/badges/go-2.yaml")
	problems := compare(t, old, state(t, fsys)).Problems()
	require.Len(t, problems, 2)
	assert.Equal(t, `the class "go-2" is gone`, problems[0].Message)
	assert.Equal(t, "the criteria have changed of a class that has 1 award", problems[1].Message)
}

func TestRenamedAward(t *testing.T) {
	const hashed = `- {id: %s, status_index: 1, badge: go, issued: 2026-03-01, recipient: {hash: "%s", salt: "%s", type: email}}` + "\n"
	was := fmt.Sprintf(hashed, id(1), badge.HashIdentity("ada@example.org", "s"), "s")
	for name, test := range map[string]struct {
		now   string
		found bool
	}{
		"plain again": {fmt.Sprintf("- {id: %s, status_index: 1, badge: go, issued: 2026-03-01, recipient: ada@example.org}\n", id(2)), true},
		"same hash":   {fmt.Sprintf(hashed, id(2), badge.HashIdentity("ada@example.org", "s"), "s"), true},
		"other":       {fmt.Sprintf("- {id: %s, status_index: 1, badge: go, issued: 2026-03-01, recipient: eve@example.org}\n", id(2)), false},
		"other day":   {fmt.Sprintf("- {id: %s, status_index: 1, badge: go, issued: 2026-03-02, recipient: ada@example.org}\n", id(2)), false},
		"other badge": {fmt.Sprintf("- {id: %s, status_index: 1, badge: go-2, issued: 2026-03-01, recipient: ada@example.org}\n", id(2)), false},
	} {
		t.Run(name, func(t *testing.T) {
			problems := compare(t, state(t, project(was)), state(t, project(test.now))).Problems()
			require.Len(t, problems, 1)
			assert.Equal(t, "url-lost", problems[0].Rule)
			assert.Equal(t, test.found, strings.Contains(problems[0].Message, "the id of a published award has changed"), problems[0].Message)
			assert.Equal(t, test.found, problems[0].Line == 1)
		})
	}
}

// A recipient given by hash is the same where the hash is that of the address.
func TestHashedRecipient(t *testing.T) {
	plain := fmt.Sprintf("- {id: %s, status_index: 1, badge: go, issued: 2026-03-01, recipient: ada@example.org}\n", id(1))
	with := func(hash, salt string) string {
		return fmt.Sprintf("- {id: %s, status_index: 1, badge: go, issued: 2026-03-01, recipient: {hash: %q, salt: %q, type: email}}\n", id(1), hash, salt)
	}
	own := badge.Salt(id(1))
	for name, test := range map[string]struct {
		now  string
		same bool
	}{
		"own salt":       {with(badge.HashIdentity("ada@example.org", own), own), true},
		"capital digits": {with("sha256$"+strings.ToUpper(strings.TrimPrefix(badge.HashIdentity("ada@example.org", own), "sha256$")), own), true},
		"another salt":   {with(badge.HashIdentity("ada@example.org", "x"), "x"), false},
		"another person": {with(badge.HashIdentity("eve@example.org", own), own), false},
	} {
		t.Run(name, func(t *testing.T) {
			c := compare(t, state(t, project(plain)), state(t, project(test.now)))
			assert.Equal(t, test.same, len(c.Awards) == 0)
		})
	}
}

func output(path string, lasting bool) plan.Output {
	return plan.Output{Path: path, Lasting: lasting, Make: func() ([]byte, error) { return nil, nil }}
}

// A lost path is told once: by its reason where that is reported already, else by itself.
func TestLostPaths(t *testing.T) {
	awards := strings.Join(many(3), "")
	old, now := state(t, project(awards)), state(t, project(strings.Join(many(3)[1:], "")))
	var err error
	old.Plan, err = plan.New([]plan.Output{output("ledger.txt", true), output("awards/"+id(0)+"/badge.png", true), output("awards/"+id(1)+"/badge.svg", true),
		output("awards/"+id(2)+"/badge.svg", true), output("badges/go/image.svg", true), output("issuers/northwind/image.png", true),
		output("index.html", false), output("verify/context.json", true)})
	require.NoError(t, err)
	now.Plan, err = plan.New([]plan.Output{output("ledger.txt", true)})
	require.NoError(t, err)
	var got []string
	c := compare(t, old, now)
	assert.Len(t, c.Lost, 6)
	for _, p := range c.Problems() {
		got = append(got, fmt.Sprintf("%s: %s", p.File, p.Message))
	}
	assert.Equal(t, []string{
		`content/awards/a.yaml: an award is gone: it stood here on line 1, a "go" of 2026-03-01`,
		"content/badges/go.yaml: badge.svg of 2 awards was published and would vanish",
		"content/badges/go.yaml: badges/go/image.svg was published and would vanish",
		"content/issuers/northwind.yaml: issuers/northwind/image.png was published and would vanish",
		"content/site.yaml: verify/context.json was published and would vanish",
	}, got)
}

// What a key had signed is told of by the key.
func TestLostKey(t *testing.T) {
	fsys := project(many(1)[0])
	const issuer = "content/issuers/northwind.yaml"
	fsys[issuer] = &fstest.MapFile{Data: bytes.Replace(fsys[issuer].Data, []byte("id: ed,"), []byte("id: new,"), 1)}
	old, now := state(t, project(many(1)[0])), state(t, fsys)
	var err error
	old.Plan, err = plan.New([]plan.Output{output("awards/"+id(0)+"/credential.json", true), output("awards/"+id(0)+"/credential.svg", true), output("issuers/northwind/keys/ed.json", true)})
	require.NoError(t, err)
	now.Plan, err = plan.New(nil)
	require.NoError(t, err)
	problems := compare(t, old, now).Problems()
	require.Len(t, problems, 1)
	assert.Equal(t, "key-dropped", problems[0].Rule)
}

func TestPublished(t *testing.T) {
	lines := many(30)
	old := state(t, project(strings.Join(lines, ""))).Catalog
	text := ledger.Make(old, layout.Site{Base: old.Site.BaseURL})
	published, err := ledger.Parse(bytes.NewReader(text))
	require.NoError(t, err)
	assert.Empty(t, guard.Published(published, old))
	rules := func(now string) map[string]int {
		found := make(map[string]int)
		for _, p := range guard.Published(published, state(t, project(now)).Catalog) {
			found[p.Rule]++
		}
		return found
	}
	all := strings.Join(lines, "")
	assert.Equal(t, map[string]int{"url-lost": 1}, rules(strings.Join(lines[5:], "")))
	assert.Equal(t, map[string]int{"award-changed": 2}, rules(strings.Replace(strings.Replace(all, "r3@", "x@", 1), "r4@", "y@", 1)))
	assert.Equal(t, map[string]int{"award-changed": 1}, rules(strings.ReplaceAll(all, "issued: 2026-03", "issued: 2026-02")), "all of them are one problem")
	assert.Empty(t, rules(all+fmt.Sprintf("- {id: %s, status_index: 99, badge: go, issued: 2026-03-01, recipient: z@example.org}\n", id(99))))
	erased := strings.Replace(all, "recipient: r0@example.org}", "erased: {date: 2026-05-01}}", 1)
	assert.Empty(t, rules(erased))
	published, err = ledger.Parse(bytes.NewReader(ledger.Make(state(t, project(erased)).Catalog, layout.Site{Base: old.Site.BaseURL})))
	require.NoError(t, err)
	assert.Equal(t, map[string]int{"unerased": 1}, rules(all))
}

// 10,000 awards of which none, and all, have changed.
func BenchmarkCompare(b *testing.B) {
	all := strings.Join(many(10_000), "")
	old, now := state(b, project(all)), state(b, project(strings.ReplaceAll(all, "issued: 2026-03", "issued: 2026-02")))
	for name, other := range map[string]guard.State{"same": old, "changed": now} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				c, err := guard.Compare(old, other)
				require.NoError(b, err)
				c.Problems()
			}
		})
	}
}

// Each form that is taken back is a problem of its own, and one of which nothing was published is none.
func TestPublishShrunk(t *testing.T) {
	with := func(awards, publish string) guard.State {
		fsys := project(awards)
		site := fsys["content/site.yaml"]
		site.Data = bytes.Replace(site.Data, []byte("[ob2, ob3]"), []byte(publish), 1)
		return state(t, fsys)
	}
	some := many(1)[0]
	tests := []struct {
		name, awards, old, new string
		want                   []string
	}{
		{"ob1", some, "[ob1, ob2]", "[ob2]", []string{"ob1 is no longer published"}},
		{"ob2", some, "[ob2, ob3]", "[ob3]", []string{"ob2 is no longer published"}},
		{"ob2 with ob1", some, "[ob1, ob2, ob3]", "[ob3]", []string{"ob1 is no longer published", "ob2 is no longer published"}},
		{"ob3", some, "[ob2, ob3]", "[ob2]", []string{"Open Badges 3.0 is no longer published"}},
		{"ob1 without awards", "[]\n", "[ob1, ob2]", "[ob2]", nil},
		{"more", some, "[ob2]", "[ob1, ob2, ob3]", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			problems := compare(t, with(test.awards, test.old), with(test.awards, test.new)).Problems()
			require.Len(t, problems, len(test.want))
			slices.SortFunc(problems, func(a, b diag.Problem) int {
				return strings.Compare(strings.ToLower(a.Message), strings.ToLower(b.Message))
			})
			for i, want := range test.want {
				assert.Equal(t, "publish-shrunk", problems[i].Rule)
				assert.Contains(t, problems[i].Message, want)
			}
		})
	}
}
