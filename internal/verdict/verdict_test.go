package verdict_test

import (
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/verdict"
)

func TestConclude(t *testing.T) {
	for name, test := range map[string]struct {
		outcomes []verdict.Outcome
		want     verdict.Verdict
	}{
		"nothing":             {nil, verdict.Untold},
		"nothing looked at":   {[]verdict.Outcome{verdict.Skipped, verdict.Note}, verdict.Untold},
		"all well":            {[]verdict.Outcome{verdict.Pass, verdict.Skipped, verdict.Note, verdict.Pass}, verdict.Valid},
		"one unknown":         {[]verdict.Outcome{verdict.Pass, verdict.Unknown}, verdict.Untold},
		"one failed":          {[]verdict.Outcome{verdict.Pass, verdict.Fail}, verdict.Invalid},
		"failed and unknown":  {[]verdict.Outcome{verdict.Unknown, verdict.Fail, verdict.Pass}, verdict.Invalid},
		"only an unknown one": {[]verdict.Outcome{verdict.Unknown}, verdict.Untold},
	} {
		r := verdict.Report{}
		for _, o := range test.outcomes {
			r.Add(verdict.Structure, o, "because")
		}
		r.Conclude()
		assert.Equal(t, test.want, r.Verdict, name)
	}
}

func TestWorse(t *testing.T) {
	order := []verdict.Verdict{verdict.Valid, verdict.Untold, verdict.Invalid}
	for i, a := range order {
		for j, b := range order {
			assert.Equal(t, order[max(i, j)], verdict.Worse(a, b))
		}
	}
}

func TestIDs(t *testing.T) {
	seen := map[verdict.ID]bool{}
	for _, id := range verdict.IDs() {
		assert.Regexp(t, `^[a-z]+$`, id)
		assert.False(t, seen[id], id)
		seen[id] = true
	}
}

func TestJSON(t *testing.T) {
	r := verdict.Report{Target: "a.json", Kind: "assertion"}
	r.Add(verdict.Expiry, verdict.Fail, "expired on 2026-01-01")
	r.Conclude()
	data, err := json.Marshal(r)
	require.NoError(t, err)
	assert.JSONEq(t, `{"target":"a.json","kind":"assertion","checks":[{"check":"expiry","outcome":"fail","reason":"expired on 2026-01-01"}],"verdict":"not valid"}`, string(data))
	assert.True(t, r.Has(verdict.Expiry, verdict.Fail))
	assert.False(t, r.Has(verdict.Expiry, verdict.Pass))
	assert.False(t, r.Has(verdict.Issued, verdict.Fail))
}
