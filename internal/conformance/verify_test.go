package conformance_test

import (
	"context"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/fetch"
	say "blazon/internal/verdict"
	"blazon/internal/verify"
)

// foreignWeb is what the badges of other libraries refer to. Some of it never answers.
type foreignWeb map[string][]byte

func (w foreignWeb) Get(_ context.Context, address, _ string) (*fetch.Answer, error) {
	if data, ok := w[address]; ok {
		return &fetch.Answer{Status: 200, URL: address, Body: data}, nil
	}
	for _, base := range []string{"https://down.example.net", "https://badges.example.org/down"} {
		if _, down := (fetch.Site{Base: base}).Path(address); down {
			return nil, &fetch.Error{URL: address, Kind: fetch.Unreachable, Reason: "the host refuses the connection"}
		}
	}
	return &fetch.Answer{Status: 404, URL: address}, nil
}

// TestForeignBadges: verify judges badges right that libraries made which know nothing of it, good ones and their twins,
// and each for the right reason.
func TestForeignBadges(t *testing.T) {
	dir := t.TempDir()
	v := judge[struct {
		Samples []struct {
			Name, File, Tool, Expect string
			Check                    say.ID
		}
		Web []struct{ URL, File string }
	}](t, "sign.js", dir)
	web := foreignWeb{}
	for _, page := range v.Web {
		data, err := os.ReadFile(filepath.Join(dir, page.File))
		require.NoError(t, err)
		web[page.URL] = data
	}
	verifier := verify.New(verify.Options{Fetch: web, Now: time.Date(2026, 7, 1, 0, 0, 0, 0, time.UTC), Recipient: "alice@example.org"})
	seen := map[string]int{}
	for _, s := range v.Samples {
		t.Run(s.Name, func(t *testing.T) {
			data, err := os.ReadFile(filepath.Join(dir, s.File))
			require.NoError(t, err)
			r := verifier.Verify(t.Context(), verify.Target{Name: s.File, Data: data})
			assert.Equal(t, s.Expect, string(r.Verdict), "%s: %+v", s.Tool, r.Checks)
			switch r.Verdict {
			case say.Invalid:
				assert.True(t, r.Has(s.Check, say.Fail), "%s: %+v", s.Tool, r.Checks)
			case say.Untold:
				assert.True(t, r.Has(s.Check, say.Unknown), "%s: %+v", s.Tool, r.Checks)
			}
			seen[s.Expect]++
		})
	}
	t.Log(seen)
	for _, expect := range []say.Verdict{say.Valid, say.Invalid, say.Untold} {
		assert.NotZero(t, seen[string(expect)], "no sample is expected to be %s", expect)
	}
}
