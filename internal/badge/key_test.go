package badge_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"

	"blazon/internal/badge"
)

func day(s string) time.Time {
	t, err := time.Parse("2006-01-02", s)
	if err != nil {
		panic(err)
	}
	return t
}

func keys() *badge.Issuer {
	return &badge.Issuer{Keys: []badge.Key{
		{ID: "2026", Type: badge.Ed25519, From: day("2026-01-01"), Until: day("2027-01-01")},
		{ID: "2024", Type: badge.Ed25519, From: day("2024-01-01"), Until: day("2026-01-01")},
		{ID: "rsa", Type: badge.RSA, From: day("2025-01-01")},
	}}
}

func TestSigning(t *testing.T) {
	for name, test := range map[string]struct {
		kind   badge.KeyType
		issued string
		want   string
	}{
		"before all":   {badge.Ed25519, "2019-05-05", "2024"},
		"first day":    {badge.Ed25519, "2024-01-01", "2024"},
		"last day":     {badge.Ed25519, "2025-12-31", "2024"},
		"day of end":   {badge.Ed25519, "2026-01-01", "2026"},
		"after all":    {badge.Ed25519, "2027-01-01", ""},
		"other type":   {badge.RSA, "2030-01-01", "rsa"},
		"none of type": {badge.KeyType("dsa"), "2026-01-01", ""},
	} {
		t.Run(name, func(t *testing.T) {
			issuer := keys()
			s := issuer.Signing(test.kind, &badge.Award{Issued: day(test.issued)})
			assert.Equal(t, day(test.issued), s.From)
			if test.want == "" {
				assert.Nil(t, s.Key)
				return
			}
			assert.Same(t, issuer.Key(test.want), s.Key)
		})
	}
}

func TestSignedAnew(t *testing.T) {
	issuer := keys()
	issuer.Key("2024").Resigned = &badge.Resigning{With: "2026", At: day("2026-06-01")}
	s := issuer.Signing(badge.Ed25519, &badge.Award{Issued: day("2025-05-05")})
	assert.Equal(t, "2026", s.Key.ID)
	assert.Equal(t, day("2026-06-01"), s.From)

	s = issuer.Signing(badge.Ed25519, &badge.Award{Issued: day("2025-05-05"), Expires: day("2026-05-05")})
	assert.Equal(t, "2026", s.Key.ID, "expired by then, and signed with the new key all the same")
	assert.Equal(t, day("2025-05-05"), s.From, "a document does not begin after its end")

	issuer.Key("2026").Resigned = &badge.Resigning{With: "2024", At: day("2026-07-01")}
	assert.NotPanics(t, func() { issuer.Signing(badge.Ed25519, &badge.Award{Issued: day("2025-05-05")}) }, "a circle ends")
}

func TestNewest(t *testing.T) {
	assert.Equal(t, "2026", keys().Newest(badge.Ed25519).ID)
	assert.Equal(t, "rsa", keys().Newest(badge.RSA).ID)
	assert.Nil(t, (&badge.Issuer{}).Newest(badge.RSA))
}

func TestCurrent(t *testing.T) {
	for latest, want := range map[string]string{"2019-01-01": "2024", "2025-12-31": "2024", "2026-01-01": "2026", "2030-01-01": "2026"} {
		issuer := keys()
		issuer.Latest = day(latest)
		assert.Equal(t, want, issuer.Current(badge.Ed25519).Key.ID, latest)
	}
	issuer := keys()
	assert.Equal(t, "2024", issuer.Current(badge.Ed25519).Key.ID, "nothing was awarded yet")
	issuer.Key("2024").Resigned = &badge.Resigning{With: "2026"}
	assert.Equal(t, "2026", issuer.Current(badge.Ed25519).Key.ID)
	assert.Zero(t, (&badge.Issuer{}).Current(badge.RSA))

	for latest, want := range map[string]string{"2026-03-04": "2026-01-01", "2025-12-31": "2025-12-31"} {
		issuer.Latest = day(latest)
		s := issuer.Current(badge.Ed25519)
		assert.Equal(t, "2026", s.Key.ID)
		assert.Equal(t, day(want), s.From, "the last award on %s: no list begins in the future", latest)
	}
}
