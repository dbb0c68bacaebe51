package ledger_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/layout"
	"blazon/internal/ledger"
)

var site = layout.Site{Base: "https://badges.example.org"}

func award(id string) *badge.Award {
	return &badge.Award{
		ID: id, Class: &badge.Class{Slug: "go-basics"}, Issued: time.Date(2026, 3, 14, 1, 0, 0, 0, time.FixedZone("", 3600)),
		Recipient: badge.Recipient{Kind: badge.Email, Plain: "ada@example.org"},
	}
}

func with(a *badge.Award, change func(*badge.Award)) *badge.Award {
	change(a)
	return a
}

// catalog has every kind of line.
func catalog() *badge.Catalog {
	return &badge.Catalog{Awards: []*badge.Award{
		award("aaaaaaaaaaaaaaaaaaaaaaaaaa"),
		with(award("bbbbbbbbbbbbbbbbbbbbbbbbbb"), func(a *badge.Award) {
			a.Expires = time.Date(2028, 3, 14, 23, 59, 59, 0, time.UTC)
			a.Recipient = badge.Recipient{Kind: badge.Email, Hash: "sha256$" + strings.Repeat("AB", 32), Salt: "deadsea"}
		}),
		with(award("cccccccccccccccccccccccccc"), func(a *badge.Award) {
			a.Recipient = badge.Recipient{Kind: badge.DID, Plain: "did:example:ada"}
		}),
		with(award("dddddddddddddddddddddddddd"), func(a *badge.Award) {
			a.Recipient, a.Erased = badge.Recipient{}, &badge.Erasure{Day: "2026-06-01"}
		}),
		award(""),
	}}
}

func hash(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\n")))
	return hex.EncodeToString(sum[:])
}

// TestForm makes each line by hand, as the package comment says it.
func TestForm(t *testing.T) {
	const class = "https://badges.example.org/badges/go-basics/class.json"
	plain := badge.HashIdentity("ada@example.org", badge.Salt("aaaaaaaaaaaaaaaaaaaaaaaaaa"))
	want := map[string]string{
		hash("aaaaaaaaaaaaaaaaaaaaaaaaaa"): hash("aaaaaaaaaaaaaaaaaaaaaaaaaa", plain, class, "2026-03-14T00:00:00Z", ""),
		hash("bbbbbbbbbbbbbbbbbbbbbbbbbb"): hash("bbbbbbbbbbbbbbbbbbbbbbbbbb", "sha256$"+strings.Repeat("ab", 32), class,
			"2026-03-14T00:00:00Z", "2028-03-14T23:59:59Z"),
		hash("cccccccccccccccccccccccccc"): hash("cccccccccccccccccccccccccc", "did:example:ada", class, "2026-03-14T00:00:00Z", ""),
		hash("dddddddddddddddddddddddddd"): "erased",
	}
	got := map[string]string{}
	text := string(ledger.Make(catalog(), site))
	for line := range strings.Lines(text) {
		first, second, ok := strings.Cut(strings.TrimSuffix(line, "\n"), " ")
		require.True(t, ok)
		got[first] = second
	}
	assert.Equal(t, want, got)
	golden, err := os.ReadFile("testdata/ledger.txt")
	require.NoError(t, err)
	assert.Equal(t, string(golden), text)
}

func TestEmpty(t *testing.T) {
	data := ledger.Make(&badge.Catalog{}, site)
	assert.NotNil(t, data)
	assert.Empty(t, data)
	lines, err := ledger.Parse(bytes.NewReader(data))
	require.NoError(t, err)
	assert.Empty(t, lines)
}

func TestMakeAndParse(t *testing.T) {
	cat := catalog()
	lines, err := ledger.Parse(iotest.OneByteReader(bytes.NewReader(ledger.Make(cat, site))))
	require.NoError(t, err)
	var want []ledger.Line
	for _, a := range cat.Awards[:4] {
		want = append(want, ledger.Of(site, a))
	}
	assert.ElementsMatch(t, want, lines)
}

// TestOrderOfAwards: the order in which awards were declared does not show.
func TestOrderOfAwards(t *testing.T) {
	cat := catalog()
	before := ledger.Make(cat, site)
	for i, j := 0, len(cat.Awards)-1; i < j; i, j = i+1, j-1 {
		cat.Awards[i], cat.Awards[j] = cat.Awards[j], cat.Awards[i]
	}
	assert.Equal(t, string(before), string(ledger.Make(cat, site)))
}

func TestWhatChangesALine(t *testing.T) {
	const id = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
	base := ledger.Of(site, award(id))
	for name, c := range map[string]struct {
		change func(*badge.Award)
		same   bool
	}{
		"revoked":    {func(a *badge.Award) { a.Revoked = &badge.Revocation{Reason: "r"} }, true},
		"details":    {func(a *badge.Award) { a.Details = &badge.Details{Narrative: "n"} }, true},
		"class name": {func(a *badge.Award) { a.Class.Name = "n" }, true},
		"hashed": {func(a *badge.Award) {
			a.Recipient = badge.Recipient{Kind: badge.Email, Hash: a.Identity().Hash, Salt: badge.Salt(id)}
		}, true},
		"id":        {func(a *badge.Award) { a.ID = "bbbbbbbbbbbbbbbbbbbbbbbbbb" }, false},
		"recipient": {func(a *badge.Award) { a.Recipient.Plain = "grace@example.org" }, false},
		"class":     {func(a *badge.Award) { a.Class.Slug = "go-more" }, false},
		"issued":    {func(a *badge.Award) { a.Issued = a.Issued.Add(time.Second) }, false},
		"expires":   {func(a *badge.Award) { a.Expires = a.Issued.Add(time.Hour) }, false},
		"erased":    {func(a *badge.Award) { a.Erased = &badge.Erasure{} }, false},
	} {
		t.Run(name, func(t *testing.T) {
			line := ledger.Of(site, with(award(id), c.change))
			assert.Equal(t, c.same, line == base)
			assert.Equal(t, name != "id", line.ID == base.ID)
		})
	}
}

func TestNothingPlain(t *testing.T) {
	text := string(ledger.Make(catalog(), site))
	assert.Regexp(t, `^([0-9a-f]{64} ([0-9a-f]{64}|erased)\n)+$`, text)
}

func TestParseRefuses(t *testing.T) {
	a, b := strings.Repeat("a", 64), strings.Repeat("b", 64)
	for _, c := range []struct{ name, text, message string }{
		{"blank line", a + " " + b + "\n\n", "line 2: not two hashes"},
		{"one word", a + "\n", "line 1: not two hashes"},
		{"short hash", a[1:] + " " + b + "\n", "line 1: not two hashes"},
		{"long hash", a + " " + b + "b\n", "line 1: not two hashes"},
		{"upper case", strings.ToUpper(a) + " " + b + "\n", "line 1: not two hashes"},
		{"not hexadecimal", a + " " + b[1:] + "g\n", "line 1: not two hashes"},
		{"two spaces", a + "  " + b + "\n", "line 1: not two hashes"},
		{"trailing space", a + " erased \n", "line 1: not two hashes"},
		{"carriage return", a + " " + b + "\r\n", "line 1: not two hashes"},
		{"other word", a + " revoked\n", "line 1: not two hashes"},
		{"same award twice", a + " " + b + "\n" + a + " erased\n", "line 2: not in ascending order"},
		{"descending", b + " " + b + "\n" + a + " " + b + "\n", "line 2: not in ascending order"},
		{"cut off", a + " " + b, "line 1: the last line has no end"},
		{"cut off before the end", a + " " + b + "\n" + b, "line 2: the last line has no end"},
		{"web page", "<!doctype html>\n<title>Not found</title>\n", "line 1: not two hashes"},
		{"endless line", strings.Repeat("a", 1<<20), "line 1: not two hashes"},
	} {
		t.Run(c.name, func(t *testing.T) {
			lines, err := ledger.Parse(strings.NewReader(c.text))
			require.ErrorContains(t, err, c.message)
			assert.Nil(t, lines)
		})
	}
}

func TestParseReadError(t *testing.T) {
	broken := errors.New("connection lost")
	_, err := ledger.Parse(io.MultiReader(strings.NewReader(strings.Repeat("a", 64)), iotest.ErrReader(broken)))
	assert.ErrorIs(t, err, broken)
}

// endless is a ledger that never ends.
type endless struct {
	lines int
	rest  string
}

func (e *endless) Read(p []byte) (int, error) {
	if e.rest == "" {
		e.rest = fmt.Sprintf("%064x erased\n", e.lines)
		e.lines++
	}
	n := copy(p, e.rest)
	e.rest = e.rest[n:]
	return n, nil
}

func TestParseStops(t *testing.T) {
	in := &endless{}
	_, err := ledger.Parse(in)
	require.ErrorContains(t, err, "more than 2097152 lines")
	assert.Less(t, in.lines, ledger.MaxLines+100)
}

func FuzzParse(f *testing.F) {
	f.Add(ledger.Make(catalog(), site))
	f.Add([]byte{})
	f.Add([]byte(strings.Repeat("0", 64) + " erased\n"))
	f.Add([]byte(strings.Repeat("0", 64) + " " + strings.Repeat("f", 64) + "\n"))
	f.Add([]byte("\n"))
	f.Fuzz(func(t *testing.T, data []byte) {
		lines, err := ledger.Parse(bytes.NewReader(data))
		if err != nil {
			assert.Nil(t, lines)
			return
		}
		// What is accepted has one spelling.
		var again strings.Builder
		for _, line := range lines {
			if line.Erased {
				fmt.Fprintf(&again, "%x erased\n", line.ID)
			} else {
				fmt.Fprintf(&again, "%x %x\n", line.ID, line.Statement)
			}
		}
		assert.Equal(t, again.String(), string(data))
	})
}

func BenchmarkMake(b *testing.B) {
	cat := &badge.Catalog{}
	for n := range 10_000 {
		cat.Awards = append(cat.Awards, award(fmt.Sprintf("%026d", n)))
	}
	b.ReportAllocs()
	for b.Loop() {
		ledger.Make(cat, site)
	}
}
