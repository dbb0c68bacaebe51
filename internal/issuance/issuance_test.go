package issuance_test

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/decl"
	"blazon/internal/issuance"
)

func email(s string) badge.Recipient { return badge.Recipient{Kind: badge.Email, Plain: s} }

func hashed(s, salt string) badge.Recipient {
	return badge.Recipient{Kind: badge.Email, Hash: badge.HashIdentity(s, salt), Salt: salt}
}

func TestRecipientOf(t *testing.T) {
	for in, want := range map[string]badge.Recipient{
		" Ada@Example.org ":    email("ada@example.org"),
		"https://Ada.example/": {Kind: badge.URL, Plain: "https://Ada.example/"},
		"HTTP://ada.example":   {Kind: badge.URL, Plain: "HTTP://ada.example"},
		"+41441234567":         {Kind: badge.Telephone, Plain: "+41441234567"},
		"did:key:z6MkHolder":   {Kind: badge.DID, Plain: "did:key:z6MkHolder"},
		"nobody":               email("nobody"),
	} {
		assert.Equal(t, want, issuance.RecipientOf(in), in)
	}
}

func TestText(t *testing.T) {
	const id = "k7q2m4x5o3d6a2f7w4z5b6c7ey"
	one := issuance.Award{Badge: "go", Recipient: email("ada@example.org"), Issued: "2026-03-14", ID: id, Slot: 7}
	two := one
	two.Recipient, two.ID, two.Slot, two.Name, two.ReissueOf = badge.Recipient{Kind: badge.URL, Plain: "https://b.example/"}, "b"+id[1:], 8, "yes", id
	other := two
	other.Badge = "3d"
	full := one
	full.Expires, full.Narrative, full.Public = "never", "Finished\nfirst.", true
	full.Evidence = []badge.Evidence{{URL: "https://x.org/a?b#c", Name: "A, b", Genre: "Film"}, {Narrative: "x"}}
	full.Results = []issuance.Result{{Of: "score", Value: "92"}, {Of: "grade", Value: "A", Status: "Completed"}}
	for _, tt := range []struct {
		name   string
		awards []issuance.Award
		hash   bool
		want   string
		lines  []int
	}{
		{"one", []issuance.Award{one}, false, "- id: " + id + "\n  status_index: 7\n  badge: go\n  issued: 2026-03-14\n  recipient: ada@example.org\n", []int{1}},
		{"hashed", []issuance.Award{one}, true, "- id: " + id + "\n  status_index: 7\n  badge: go\n  issued: 2026-03-14\n  recipient: {hash: \"" +
			badge.HashIdentity("ada@example.org", badge.Salt(id)) + "\", salt: \"" + badge.Salt(id) + "\", type: email}\n", []int{1}},
		{"two", []issuance.Award{one, two}, false, "badge: go\nissued: 2026-03-14\nawards:\n  - id: " + id + "\n    status_index: 7\n    recipient: ada@example.org\n" +
			"  - id: b" + id[1:] + "\n    status_index: 8\n    recipient: {url: \"https://b.example/\"}\n    name: \"yes\"\n    reissue_of: " + id + "\n", []int{4, 7}},
		{"of two classes", []issuance.Award{one, other}, false, "- id: " + id + "\n  status_index: 7\n  badge: go\n  issued: 2026-03-14\n  recipient: ada@example.org\n" +
			"- id: b" + id[1:] + "\n  status_index: 8\n  badge: \"3d\"\n  issued: 2026-03-14\n  recipient: {url: \"https://b.example/\"}\n  name: \"yes\"\n  reissue_of: " + id + "\n", []int{1, 6}},
		{"what they share", []issuance.Award{full, full}, false, "badge: go\nissued: 2026-03-14\nexpires: never\nnarrative: \"Finished\\nfirst.\"\n" +
			"evidence: [{url: \"https://x.org/a?b#c\", name: \"A, b\", genre: Film}, {narrative: x}]\nresults: [{of: score, value: \"92\"}, {of: grade, value: A, status: Completed}]\npublic: true\nawards:\n" +
			strings.Repeat("  - id: "+id+"\n    status_index: 7\n    recipient: ada@example.org\n", 2), []int{9, 12}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			text, lines := issuance.Text(tt.awards, tt.hash)
			assert.Equal(t, tt.want, string(text))
			assert.Equal(t, tt.lines, lines)
		})
	}
}

// odd are texts that YAML might take for something else.
var odd = []string{"", "Ada", "yes", "No", "null", "~", "1", "1.0", "0x1", "1e3", "2026-03-14", "2026-03-14T18:30:00+01:00", "- a", "a: b", "a #b", "# a", "#", "a,b", "[a]", "{a", "*a", "&a", "!a", "%a", "@a", "`a", "|", ">", "'", "\"", "\\", "a\\n",
	" a", "a ", "a  b", "Ünï", "日本", "a\tb", "a\nb", "a\u2028b", "a\u00a0b", "😀", "=1", "<<", ".inf", "-", "--- a", "...", "a:", "?", "? a", "é: è", "true", "off", "a\u200bb", "\ufeffa", "1_000", "12:30:45", "+1", "a%b", "$HOME", "</script>"}

// TestTextMeansWhatItSays writes awards of odd texts and reads them again.
func TestTextMeansWhatItSays(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	pick := func() string { return odd[r.IntN(len(odd))] }
	some := func() string {
		if r.IntN(2) == 0 {
			return ""
		}
		return pick()
	}
	for range 2000 {
		awards := make([]issuance.Award, 1+r.IntN(3))
		same := r.IntN(2) == 0
		for i := range awards {
			a := &awards[i]
			if same && i > 0 {
				*a = awards[0]
			} else {
				*a = issuance.Award{Badge: some(), Issued: some(), Expires: some(), Narrative: some(), Public: r.IntN(2) == 0, Recipient: badge.Recipient{Kind: badge.RecipientKind(1 + r.IntN(4)), Plain: pick()}}
				for range r.IntN(3) {
					a.Evidence = append(a.Evidence, badge.Evidence{URL: some(), Name: some(), Description: some(), Narrative: some(), Genre: some(), Audience: "x"})
					a.Results = append(a.Results, issuance.Result{Of: "x", Value: some(), Status: some()})
				}
			}
			a.Name, a.ID, a.Slot = some(), strings.Repeat(string(rune('a'+i)), 26), i
		}
		text, lines := issuance.Text(awards, false)
		file, problems := decl.Parse("a.yaml", text)
		require.Empty(t, problems, "%s", text)
		list, defaults := file.Root, map[string]any{}
		if file.Root.Kind() == decl.Map {
			list = file.Root.Field("awards")
			defaults, _ = file.Root.Value().(map[string]any)
		}
		for i, n := range list.Items() {
			require.Equal(t, lines[i], n.Pos().Line)
			got, _ := n.Value().(map[string]any)
			for k, v := range defaults {
				if _, own := got[k]; !own && k != "awards" {
					got[k] = v
				}
			}
			require.Equal(t, meaning(awards[i]), got, "%s", text)
		}
		require.Equal(t, len(awards), list.Len())
	}
}

// meaning is an award as JSON would have it.
func meaning(a issuance.Award) map[string]any {
	m := map[string]any{"id": a.ID, "status_index": int64(a.Slot)}
	put := func(m map[string]any, key, value string) {
		if value != "" {
			m[key] = value
		}
	}
	put(m, "badge", a.Badge)
	put(m, "issued", a.Issued)
	put(m, "expires", a.Expires)
	put(m, "narrative", a.Narrative)
	put(m, "name", a.Name)
	if a.Public {
		m["public"] = true
	}
	m["recipient"] = a.Recipient.Plain
	if a.Recipient.Kind != badge.Email {
		m["recipient"] = map[string]any{a.Recipient.Kind.String(): a.Recipient.Plain}
	}
	var evidence, results []any
	for _, e := range a.Evidence {
		one := map[string]any{}
		for key, value := range map[string]string{"url": e.URL, "name": e.Name, "description": e.Description, "narrative": e.Narrative, "genre": e.Genre, "audience": e.Audience} {
			put(one, key, value)
		}
		evidence = append(evidence, one)
	}
	for _, r := range a.Results {
		one := map[string]any{}
		for key, value := range map[string]string{"of": r.Of, "value": r.Value, "status": r.Status} {
			put(one, key, value)
		}
		results = append(results, one)
	}
	if evidence != nil {
		m["evidence"], m["results"] = evidence, results
	}
	return m
}

func TestDeal(t *testing.T) {
	north, harbour := &badge.Issuer{Slug: "north"}, &badge.Issuer{Slug: "harbour"}
	one, two := &badge.Class{Slug: "one", Issuer: north}, &badge.Class{Slug: "two", Issuer: harbour}
	cat := &badge.Catalog{Classes: []*badge.Class{one, two}}
	random := func() *rand.ChaCha8 { return rand.NewChaCha8([32]byte{1}) }
	first := []issuance.Award{{Badge: "one"}, {Badge: "one"}, {Badge: "two"}}
	require.NoError(t, issuance.Deal(cat, random(), first))
	assert.Regexp(t, `^[a-z2-7]{26}$`, first[0].ID)
	assert.NotEqual(t, first[0].ID, first[1].ID)
	assert.NotEqual(t, first[0].Slot, first[1].Slot)
	// The same bytes again do not give what is taken.
	for _, a := range first {
		cat.Awards = append(cat.Awards, &badge.Award{ID: a.ID, StatusIndex: a.Slot, Class: map[string]*badge.Class{"one": one, "two": two}[a.Badge]})
	}
	again := []issuance.Award{{Badge: "one"}, {Badge: "one"}, {Badge: "two"}}
	require.NoError(t, issuance.Deal(cat, random(), again))
	ids := map[string]bool{}
	for _, a := range append(first, again...) {
		ids[a.ID] = true
	}
	assert.Len(t, ids, 6)
	assert.Error(t, issuance.Deal(cat, strings.NewReader("short"), again))
}

func TestPath(t *testing.T) {
	name := func(awards ...issuance.Award) string {
		got, err := issuance.Path("2026-03-14", awards, rand.NewChaCha8([32]byte{}))
		require.NoError(t, err)
		return got
	}
	one := name(issuance.Award{Badge: "go-basics"})
	assert.Regexp(t, `^content/awards/2026/2026-03-14-go-basics-[a-z]{12}\.yaml$`, one)
	for _, awards := range [][]issuance.Award{{{Badge: "a"}, {Badge: "b"}}, {{Badge: "../x"}}, {{Badge: "b2b-x9y8z7-sales"}}} {
		assert.Regexp(t, `^content/awards/2026/2026-03-14-badges-[a-z]{12}\.yaml$`, name(awards...), "%s", awards[0].Badge)
	}
	other, err := issuance.Path("2026-03-14", []issuance.Award{{Badge: "go-basics"}}, rand.NewChaCha8([32]byte{1}))
	require.NoError(t, err)
	assert.NotEqual(t, one, other)
	_, err = issuance.Path("2026-03-14", []issuance.Award{{Badge: "go"}}, strings.NewReader(""))
	assert.Error(t, err)
}

func TestHolders(t *testing.T) {
	sum := md5.Sum([]byte("ada@x.orgpepper"))
	awards := []*badge.Award{
		{ID: "plain", Recipient: email("ada@x.org")},
		{ID: "hash", Recipient: hashed("ada@x.org", "1")},
		{ID: "upper", Recipient: badge.Recipient{Kind: badge.Email, Hash: "sha256$" + strings.ToUpper(hashed("ada@x.org", "2").Hash[7:]), Salt: "2"}},
		{ID: "md5", Recipient: badge.Recipient{Kind: badge.Email, Hash: "md5$" + hex.EncodeToString(sum[:]), Salt: "pepper"}},
		{ID: "other", Recipient: hashed("bob@x.org", "1")},
		{ID: "kind", Recipient: badge.Recipient{Kind: badge.Telephone, Hash: hashed("ada@x.org", "1").Hash, Salt: "1"}},
		{ID: "broken", Recipient: badge.Recipient{Kind: badge.Email, Hash: "sha256$zz", Salt: "1"}},
		{ID: "erased"},
	}
	h := issuance.NewHolders(awards)
	recipients := []badge.Recipient{email("bob@x.org"), email("nobody@x.org"), email("ada@x.org")}
	for range 40 { // enough for several workers
		recipients = append(recipients, email("none@x.org"))
	}
	recipients = append(recipients, email("ada@x.org"))
	found := h.Of(recipients)
	ids := func(awards []*badge.Award) (ids []string) {
		for _, a := range awards {
			ids = append(ids, a.ID)
		}
		return ids
	}
	assert.Equal(t, []string{"other"}, ids(found[0]))
	assert.Empty(t, found[1])
	assert.Equal(t, []string{"plain", "hash", "upper", "md5"}, ids(found[2]))
	assert.Equal(t, found[2], found[len(found)-1])
	assert.Equal(t, 4*len(recipients), h.Comparisons(recipients))
	assert.Equal(t, []string{"plain", "hash", "upper", "md5"}, ids(h.Of(recipients[2:3])[0]), "the index is as it was")
}

func TestConflict(t *testing.T) {
	day := func(s string) time.Time {
		if s == "" {
			return time.Time{}
		}
		d, err := time.Parse(time.DateOnly, s)
		require.NoError(t, err)
		return d
	}
	award := func(issued, expires string) *badge.Award {
		return &badge.Award{Issued: day(issued), Expires: day(expires)}
	}
	revoked := award("2026-01-01", "")
	revoked.Revoked = &badge.Revocation{}
	for _, tt := range []struct {
		name            string
		has             []*badge.Award
		repeatable      bool
		issued, expires string
		want            int // index of has; -1: none
		same            bool
	}{
		{"nothing", nil, false, "2026-01-01", "", -1, false},
		{"an earlier one", []*badge.Award{award("2025-01-01", "")}, false, "2026-01-01", "", 0, false},
		{"a later one", []*badge.Award{award("2027-01-01", "")}, false, "2026-01-01", "", 0, false},
		{"an earlier one, expired by then", []*badge.Award{award("2025-01-01", "2026-01-01")}, false, "2026-01-01", "", -1, false},
		{"an earlier one, not expired by then", []*badge.Award{award("2025-01-01", "2026-01-02")}, false, "2026-01-01", "", 0, false},
		{"expires before a later one", []*badge.Award{award("2027-01-01", "")}, false, "2026-01-01", "2026-12-31", -1, false},
		{"repeatable", []*badge.Award{award("2025-01-01", "")}, true, "2026-01-01", "", -1, false},
		{"the same", []*badge.Award{award("2025-01-01", ""), award("2026-01-01", "")}, false, "2026-01-01", "", 1, true},
		{"the same, repeatable", []*badge.Award{award("2026-01-01", "")}, true, "2026-01-01", "", 0, true},
		{"revoked, of another day", []*badge.Award{revoked}, false, "2026-02-01", "", -1, false},
		{"revoked, the same", []*badge.Award{revoked}, false, "2026-01-01", "", 0, true},
		{"revoked and awarded anew", []*badge.Award{revoked, award("2026-01-01", "")}, false, "2026-01-01", "", 1, true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, same := issuance.Conflict(tt.has, tt.repeatable, day(tt.issued), day(tt.expires))
			assert.Equal(t, tt.same, same)
			if tt.want < 0 {
				assert.Nil(t, got)
				return
			}
			assert.Same(t, tt.has[tt.want], got)
		})
	}
}

func TestSpan(t *testing.T) {
	class := &badge.Class{ExpiresAfter: badge.Span{Years: 2}}
	for _, tt := range []struct{ issued, expires, want string }{
		{"2026-03-14", "", "2026-03-14T00:00:00Z 2028-03-14T00:00:00Z"},
		{"2026-03-14", "never", "2026-03-14T00:00:00Z -"},
		{"2026-03-14T18:30:00+01:00", "2027-01-01", "2026-03-14T17:30:00Z 2027-01-01T23:59:59Z"},
		{"14.3.2026", "", "error"}, {"2026-03-14", "soon", "error"},
	} {
		a := issuance.Award{Issued: tt.issued, Expires: tt.expires}
		issued, expires, err := a.Span(class, time.UTC)
		got := fmt.Sprintf("%s %s", issued.Format(time.RFC3339), expires.Format(time.RFC3339))
		got = regexp.MustCompile(`0001-01-01T00:00:00Z$`).ReplaceAllString(got, "-")
		if err != nil {
			got = "error"
		}
		assert.Equal(t, tt.want, got)
	}
}

func TestProblems(t *testing.T) {
	text, lines := issuance.Text([]issuance.Award{{Badge: "go", Issued: "2026-03-14", Recipient: email("ada")}, {Badge: "go", Issued: "2026-03-14", Recipient: email("ada@x.org")}}, false)
	problems := issuance.Problems(text)
	require.Len(t, problems, 1)
	assert.Equal(t, lines[0], problems[0].Line)
	assert.Equal(t, "email", problems[0].Rule)
}
