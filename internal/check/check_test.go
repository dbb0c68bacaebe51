package check_test

import (
	"fmt"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/check"
	"blazon/internal/diag"
	"blazon/internal/rule"
)

// holders is a class with so many plain and so many hashed recipients; the last hashed one is the first plain one.
func holders(plain, hashed int) *badge.Catalog {
	issuer := &badge.Issuer{Slug: "n"}
	class := &badge.Class{Slug: "go", Issuer: issuer, Pos: diag.Pos{File: "content/badges/go.yaml", Line: 1, Col: 1}}
	file := "content/awards/a.yaml"
	add := func(r badge.Recipient) {
		n := len(class.Awards)
		mark := badge.Mark{Line: uint32(n + 1), Col: 3}
		class.Awards = append(class.Awards, &badge.Award{ID: fmt.Sprint(n), StatusIndex: n, Class: class, Recipient: r,
			Issued: time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC), File: &file, At: badge.Marks{Award: mark, Recipient: mark}})
	}
	for i := range plain {
		add(badge.Recipient{Kind: badge.Email, Plain: fmt.Sprintf("p%d@example.org", i)})
	}
	for i := range hashed {
		salt := fmt.Sprint(i)
		add(badge.Recipient{Kind: badge.Email, Hash: badge.HashIdentity(fmt.Sprintf("h%d@example.org", i), salt), Salt: salt})
	}
	if hashed > 0 {
		class.Awards[len(class.Awards)-1].Recipient = badge.Recipient{Kind: badge.Email, Hash: badge.HashIdentity("p0@example.org", "z"), Salt: "z"}
	}
	return &badge.Catalog{Site: badge.Site{Zone: time.UTC, Private: true}, Classes: []*badge.Class{class}, Issuers: []*badge.Issuer{issuer}, Awards: class.Awards}
}

func problems(cat *badge.Catalog) []diag.Problem {
	return check.Check(cat, fstest.MapFS{}, time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC))
}

func TestHashedRecipientsAreCompared(t *testing.T) {
	got := problems(holders(50, 40))
	require.Len(t, got, 1)
	assert.Equal(t, rule.AwardTwice.Name, got[0].Rule)
	assert.Equal(t, 90, got[0].Line)
	assert.Contains(t, got[0].Message, "content/awards/a.yaml:1")
	assert.Empty(t, problems(holders(50, 0)))
}

func TestTooManyToCompareIsSaid(t *testing.T) {
	got := problems(holders(5000, 4001))
	require.Len(t, got, 1)
	assert.Equal(t, diag.Warning, got[0].Severity)
	assert.Equal(t, rule.AwardTwice.Name, got[0].Rule)
	assert.Equal(t, "content/badges/go.yaml", got[0].File)
}

func TestCrowdsAreCounted(t *testing.T) {
	cat := holders(80, 0)
	cat.Site.Private = false
	for _, a := range cat.Awards {
		a.ID = ""
	}
	got := problems(cat)
	assert.Len(t, got, 102, "fifty of each, and two counts")
	assert.Equal(t, "30 more awards further down have the same mistake", got[0].Message)
}

func TestEndBeforeIssue(t *testing.T) {
	cat := holders(3, 0)
	issued := cat.Awards[0].Issued
	before := issued.AddDate(0, 0, -2)
	day := before.Format(time.DateOnly)
	cat.Awards[0].Revoked = &badge.Revocation{At: before, Day: day, Reason: "x"}
	cat.Awards[1].Erased = &badge.Erasure{At: before, Day: day}
	cat.Awards[2].Erased = &badge.Erasure{At: issued, Day: issued.Format(time.DateOnly)}
	got := problems(cat)
	require.Len(t, got, 2)
	assert.Contains(t, got[0].Message, "revoked on "+day+", before it is issued on "+issued.Format(time.DateOnly))
	assert.Contains(t, got[1].Message, "erased on "+day+", before it is issued on "+issued.Format(time.DateOnly))
}

func TestDatesToCome(t *testing.T) {
	cat := holders(2, 0)
	later := time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC)
	cat.Awards[0].Revoked = &badge.Revocation{At: later, Day: "2027-01-01", Reason: "x"}
	cat.Awards[1].Erased = &badge.Erasure{At: later, Day: "2027-01-01"}
	got := problems(cat)
	require.Len(t, got, 2)
	assert.Contains(t, got[0].Message, "revoked in the future: 2027-01-01")
	assert.Contains(t, got[1].Message, "erased in the future: 2027-01-01")
}

// TestLaterFindsNoMore goes through the months of awards that begin, end, expire and are given again.
func TestLaterFindsNoMore(t *testing.T) {
	cat := holders(8, 0)
	month := func(n int) time.Time { return time.Date(2026, time.Month(n), 3, 0, 0, 0, 0, time.UTC) }
	cat.Classes[0].Retired, cat.Classes[0].RetiredDay = month(20), "2027-08-03"
	for i, a := range cat.Awards {
		a.Issued = month(3 * i)
		a.Recipient.Plain = fmt.Sprintf("p%d@example.org", i/2) // everybody twice
		switch i % 4 {
		case 0:
			a.Expires = month(3*i + 2)
		case 1:
			a.Revoked = &badge.Revocation{At: month(3*i + 4), Day: "x", Reason: "x"}
		case 2:
			a.Erased = &badge.Erasure{At: month(3*i + 4), Day: "x"}
		}
	}
	found := func(n int) map[string]bool {
		all := make(map[string]bool)
		for _, p := range check.Check(cat, fstest.MapFS{}, month(n)) {
			all[fmt.Sprint(p.Pos, p.Rule, p.Message)] = true
		}
		return all
	}
	before := found(0)
	require.Greater(t, len(before), 10)
	for n := 1; n < 40; n++ {
		now := found(n)
		for p := range now {
			assert.True(t, before[p], "in month %d: %s", n, p)
		}
		before = now
	}
	assert.NotEmpty(t, before, "what is wrong at any time")
}
