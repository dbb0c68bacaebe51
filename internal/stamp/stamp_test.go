package stamp_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"regexp"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/edit"
	"blazon/internal/stamp"
)

var (
	idForm   = regexp.MustCompile(`^[a-z2-7]{26}$`)
	hashForm = regexp.MustCompile(`^sha256\$[0-9a-f]{64}$`)
)

// awardsIn are a file's awards as JSON would have them, by the place where they stand, and the rest of the file.
func awardsIn(t *testing.T, path string, data []byte) (places []diag.Pos, awards []map[string]any, rest any) {
	t.Helper()
	f, problems := decl.Parse(path, data)
	require.Empty(t, problems, "the file does not parse any more:\n%s", data)
	list := f.Root
	if f.Root.Kind() == decl.Map {
		list = f.Root.Field("awards")
		defaults, ok := f.Root.Value().(map[string]any)
		require.True(t, ok)
		delete(defaults, "awards")
		rest = defaults
	}
	for _, n := range list.Items() {
		award, ok := n.Value().(map[string]any)
		require.True(t, ok)
		places, awards = append(places, n.Pos()), append(awards, award)
	}
	return places, awards, rest
}

// checkEdit sees to it that an edit says what it did, and did nothing else: the old values and the filled keys.
func checkEdit(t *testing.T, e stamp.Edit) {
	t.Helper()
	places, before, restBefore := awardsIn(t, e.Path, e.Old)
	_, after, restAfter := awardsIn(t, e.Path, e.New)
	assert.Equal(t, restBefore, restAfter)
	require.Len(t, after, len(before))
	lacking := make(map[diag.Pos]stamp.Award)
	var ids, slots, hashes int
	for _, a := range e.Awards {
		lacking[a.Pos] = a
	}
	for i := range before {
		a, ok := lacking[places[i]]
		if !ok {
			assert.Equal(t, before[i], after[i])
			continue
		}
		assert.NotEmpty(t, a.String())
		assert.Equal(t, a.ID, after[i]["id"])
		if a.LacksID {
			ids++
			assert.Regexp(t, idForm, after[i]["id"])
			delete(before[i], "id")
			delete(after[i], "id")
		}
		if a.LacksSlot {
			slots++
			assert.EqualValues(t, a.Slot, after[i]["status_index"])
			delete(before[i], "status_index")
			delete(after[i], "status_index")
		}
		if a.Plain {
			hashes++
			checkHash(t, a.ID, before[i]["recipient"], after[i]["recipient"])
			delete(before[i], "recipient")
			delete(after[i], "recipient")
		}
		assert.Equal(t, before[i], after[i])
	}
	assert.Len(t, e.Awards, len(lacking))
	assert.Equal(t, []int{ids, slots, hashes}, []int{e.IDs, e.Slots, e.Hashes})
}

// checkHash works the hash out anew.
func checkHash(t *testing.T, id string, before, after any) {
	t.Helper()
	kind, plain := "email", before
	if m, ok := before.(map[string]any); ok {
		for k, v := range m {
			kind, plain = k, v
		}
	}
	text, ok := plain.(string)
	require.True(t, ok)
	if kind == "email" {
		text = strings.ToLower(strings.TrimSpace(text))
	}
	digest := sha256.Sum256([]byte("blazon salt " + id))
	salt := hex.EncodeToString(digest[:])[:16]
	digest = sha256.Sum256([]byte(text + salt))
	want := map[string]any{"hash": "sha256$" + hex.EncodeToString(digest[:]), "salt": salt, "type": kind}
	assert.Equal(t, want, after)
	assert.Regexp(t, hashForm, want["hash"])
}

const (
	bom   = "\ufeff"
	first = "aaaaaaaaaaaacaaaaaaaaaaaai"
)

func TestLineEnds(t *testing.T) {
	award := "- badge: go\n  issued: 2026-03-14\n  recipient: a@example.org"
	stamped := "- id: " + first + "\n  status_index: 3\n  badge: go\n  issued: 2026-03-14\n  recipient: a@example.org"
	crlf := func(s string) string { return strings.ReplaceAll(s, "\n", "\r\n") }
	cr := func(s string) string { return strings.ReplaceAll(s, "\n", "\r") }
	for _, tt := range []struct{ name, before, after string }{
		{"line feed", award + "\n", stamped + "\n"},
		{"no final newline", award, stamped},
		{"carriage return and line feed", crlf(award + "\n"), crlf(stamped + "\n")},
		{"carriage return", cr(award + "\n"), cr(stamped + "\n")},
		{"byte order mark", bom + award, bom + stamped},
		{"byte order mark and braces", bom + "[{badge: go, issued: 2026-03-14, recipient: a@example.org}]",
			bom + "[{id: " + first + ", status_index: 3, badge: go, issued: 2026-03-14, recipient: a@example.org}]"},
		{"byte order mark and carriage returns", bom + crlf(award+"\n"), bom + crlf(stamped+"\n")},
		{"mixed: the line's own", "# a\r\n" + award + "\n# b\r\n", "# a\r\n" + stamped + "\n# b\r\n"},
		{"at the end of a file without a final newline, the file's", "- badge: go\r\n  issued: 2026-03-14\r\n  recipient: a@example.org\r\n  id: a7q2m4x5o3d6a2f7w4z5b6c7ey",
			"- badge: go\r\n  issued: 2026-03-14\r\n  recipient: a@example.org\r\n  id: a7q2m4x5o3d6a2f7w4z5b6c7ey\r\n  status_index: 1"},
		{"the library's further line breaks", "# a\u2028# b\u2029# c\u0085" + award + "\n", "# a\u2028# b\u2029# c\u0085" + stamped + "\n"},
		{"an id before a further line break", "- badge: go\n  issued: 2026-03-14\n  id: a7q2m4x5o3d6a2f7w4z5b6c7ey\u0085  recipient: a@example.org",
			"- badge: go\n  issued: 2026-03-14\n  id: a7q2m4x5o3d6a2f7w4z5b6c7ey\n  status_index: 1\u0085  recipient: a@example.org"},
		{"further line breaks in a text", "- badge: go\n  issued: 2026-03-14\n  narrative: \"a\u2028b\u0085c\"\n  recipient: a@example.org\n" + award,
			"- id: " + first + "\n  status_index: 3\n  badge: go\n  issued: 2026-03-14\n  narrative: \"a\u2028b\u0085c\"\n  recipient: a@example.org\n" +
				strings.Replace(strings.Replace(stamped, first, "aaaaaaaaaaaaiaaaaaaaaaaaau", 1), ": 3", ": 6", 1)},
		{"trailing blanks", "- badge: go  \n  issued: 2026-03-14\t\n  recipient: a@example.org \n  id: a7q2m4x5o3d6a2f7w4z5b6c7ey \t \n\n",
			"- badge: go  \n  issued: 2026-03-14\t\n  recipient: a@example.org \n  id: a7q2m4x5o3d6a2f7w4z5b6c7ey \t \n  status_index: 1\n\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			edits, problems, err := stamp.Plan([]stamp.File{{Path: "a.yaml", Data: []byte(tt.before)}}, options(false))
			require.NoError(t, err)
			require.Empty(t, problemText(problems))
			require.Len(t, edits, 1)
			assert.Equal(t, tt.after, string(edits[0].New))
			assert.Equal(t, tt.before, string(edits[0].Old))
			checkEdit(t, edits[0])
		})
	}
}

const twoAwards = "badge: go\nissued: 2026-03-14\nawards:\n  - recipient: a@example.org\n  - id: a7q2m4x5o3d6a2f7w4z5b6c7ey\n    recipient: {did: did:web:example.org}\n"

// TestLook is what --check and a list want: the places and what is missing, with no randomness.
func TestLook(t *testing.T) {
	opts := stamp.Options{IssuerOf: issuerOf, Hash: true}
	edits, problems, err := stamp.Plan([]stamp.File{{Path: "a.yaml", Data: []byte(twoAwards)}}, opts)
	require.NoError(t, err)
	require.Empty(t, problems)
	assert.Equal(t, []stamp.Edit{{
		File: edit.File{Path: "a.yaml", Old: []byte(twoAwards)},
		IDs:  1, Slots: 2, Hashes: 1,
		Awards: []stamp.Award{
			{Pos: diag.Pos{File: "a.yaml", Line: 4, Col: 5}, LacksID: true, LacksSlot: true, Plain: true},
			{Pos: diag.Pos{File: "a.yaml", Line: 5, Col: 5}, LacksSlot: true, ID: "a7q2m4x5o3d6a2f7w4z5b6c7ey"},
		},
	}}, edits)
	assert.Equal(t, "id, status_index, hash", edits[0].Awards[0].String())
	assert.Equal(t, "status_index", edits[0].Awards[1].String())

	// It finds too what could not be edited.
	_, problems, err = stamp.Plan([]stamp.File{{Path: "a.yaml", Data: []byte("badge: go\nissued: 2026-03-14\nawards:\n- ?\n    recipient\n  : d@example.org\n")}}, opts)
	require.NoError(t, err)
	assert.Len(t, problems, 1)
}

func TestOrderOfFiles(t *testing.T) {
	a, b := stamp.File{Path: "a.yaml", Data: []byte(twoAwards)}, stamp.File{Path: "b.yaml", Data: []byte(strings.ReplaceAll(twoAwards, "a7", "b7"))}
	one, _, err := stamp.Plan([]stamp.File{a, b}, options(false))
	require.NoError(t, err)
	other, _, err := stamp.Plan([]stamp.File{b, a}, options(false))
	require.NoError(t, err)
	require.Len(t, one, 2)
	assert.Equal(t, one, other)
}

func TestRandomSource(t *testing.T) {
	files := []stamp.File{{Path: "a.yaml", Data: []byte(twoAwards)}}
	broken := errors.New("no randomness")
	for _, tt := range []struct {
		name string
		opts stamp.Options
		want string
	}{
		{"fails", stamp.Options{Random: iotest.ErrReader(broken), IssuerOf: issuerOf}, "choosing ids and status slots: no randomness"},
		{"ends", stamp.Options{Random: bytes.NewReader(make([]byte, 20)), IssuerOf: issuerOf}, "choosing ids and status slots: unexpected EOF"},
		{"repeats itself", stamp.Options{Random: zeros{}, IssuerOf: issuerOf}, "choosing ids and status slots: the random source repeats itself"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			edits, problems, err := stamp.Plan(files, tt.opts)
			assert.EqualError(t, err, tt.want)
			assert.Empty(t, edits)
			assert.Empty(t, problems)
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// idOf is a well-formed id.
func idOf(i int) string {
	const digits = "abcdefghijklmnopqrstuvwxyz234567"
	var b [26]byte
	for at := range b {
		b[at] = digits[i%32]
		i /= 32
	}
	return string(b[:])
}
