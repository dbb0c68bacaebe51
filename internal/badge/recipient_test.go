package badge_test

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"blazon/internal/badge"
)

// Worked values of hashes: OB 2.0's own example (mayze, without a salt) and one with a salt, computed with sha256sum.
func TestHashIdentity(t *testing.T) {
	tests := []struct{ identity, salt, want string }{
		{"mayze", "", "sha256$7a1a1b3f7d40552e4299180e346e3add12bf9a751a43d9c4ca4518febc2c60c6"},
		{"alice@example.org", "deadsea", "sha256$c934fdacc6242be0277a284970416aa9bfa583241fb85094bc96c504ee0abd4e"},
		{"", "", "sha256$e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
		{"jürgen@müller.example", "Salz", "sha256$" + sum("jürgen@müller.exampleSalz")},
	}
	for _, test := range tests {
		assert.Equal(t, test.want, badge.HashIdentity(test.identity, test.salt), test.identity)
	}
	assert.NotEqual(t, badge.HashIdentity("a", "b"), badge.HashIdentity("b", "a"), "the identity comes first")
}

func sum(s string) string {
	h := sha256.Sum256([]byte(s))
	return hex.EncodeToString(h[:])
}

func TestSalt(t *testing.T) {
	const id = "k7q2m4x5o3d6a2f7w4z5b6c7ey"
	assert.Equal(t, sum("blazon salt " + id)[:16], badge.Salt(id))
	assert.Len(t, badge.Salt(""), 16)
	assert.NotEqual(t, badge.Salt(id), badge.Salt(id[1:]))
}

func TestRecipientIs(t *testing.T) {
	email := func(s string) badge.Recipient { return badge.Recipient{Kind: badge.Email, Plain: s} }
	hash := func(s, salt string) badge.Recipient {
		return badge.Recipient{Kind: badge.Email, Hash: badge.HashIdentity(s, salt), Salt: salt}
	}
	upper := hash("a@x.org", "1")
	upper.Hash = "sha256$" + strings.ToUpper(upper.Hash[7:])
	for name, test := range map[string]struct {
		one, other badge.Recipient
		want       bool
	}{
		"plain":               {email("a@x.org"), email("a@x.org"), true},
		"another":             {email("a@x.org"), email("b@x.org"), false},
		"another kind":        {email("a@x.org"), badge.Recipient{Kind: badge.URL, Plain: "a@x.org"}, false},
		"plain and hash":      {email("a@x.org"), hash("a@x.org", "1"), true},
		"hash and plain":      {hash("a@x.org", "1"), email("a@x.org"), true},
		"another's hash":      {email("a@x.org"), hash("b@x.org", "1"), false},
		"hashes":              {hash("a@x.org", "1"), hash("a@x.org", "1"), true},
		"hash in capitals":    {hash("a@x.org", "1"), upper, true},
		"hashes, other salts": {hash("a@x.org", "1"), hash("a@x.org", "2"), false},
		"nobody":              {badge.Recipient{}, badge.Recipient{}, false},
	} {
		assert.Equal(t, test.want, test.one.Is(test.other), name)
	}
}

func TestNormalEmail(t *testing.T) {
	for in, want := range map[string]string{
		"ada@example.org":     "ada@example.org",
		"  Ada@Example.ORG ":  "ada@example.org",
		"\tÄDA@EXAMPLE.ORG\n": "äda@example.org",
		"ada.l+x@example.org": "ada.l+x@example.org",
	} {
		assert.Equal(t, want, badge.NormalEmail(in))
	}
}

func TestIdentity(t *testing.T) {
	const id = "k7q2m4x5o3d6a2f7w4z5b6c7ey"
	salt := badge.Salt(id)
	tests := map[string]struct {
		recipient badge.Recipient
		want      badge.Identity
	}{
		"email":     {badge.Recipient{Kind: badge.Email, Plain: "ada@example.org"}, badge.Identity{Kind: badge.Email, Hash: badge.HashIdentity("ada@example.org", salt), Salt: salt}},
		"url":       {badge.Recipient{Kind: badge.URL, Plain: "https://Ada.example/"}, badge.Identity{Kind: badge.URL, Hash: badge.HashIdentity("https://Ada.example/", salt), Salt: salt}},
		"telephone": {badge.Recipient{Kind: badge.Telephone, Plain: "+41441234567"}, badge.Identity{Kind: badge.Telephone, Hash: badge.HashIdentity("+41441234567", salt), Salt: salt}},
		"hash":      {badge.Recipient{Kind: badge.Email, Hash: "sha256$ABCDEF", Salt: "Given"}, badge.Identity{Kind: badge.Email, Hash: "sha256$abcdef", Salt: "Given"}},
		"DID":       {badge.Recipient{Kind: badge.DID, Plain: "did:web:ada.example"}, badge.Identity{}},
		"nobody":    {badge.Recipient{}, badge.Identity{}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			a := &badge.Award{ID: id, Recipient: test.recipient}
			assert.Equal(t, test.want, a.Identity())
		})
	}
}

// A hash that blazon stamp has put in place of an address is the one that was published before.
func TestStampedHashIsTheSame(t *testing.T) {
	plain := &badge.Award{ID: "k7q2m4x5o3d6a2f7w4z5b6c7ey", Recipient: badge.Recipient{Kind: badge.Email, Plain: "ada@example.org"}}
	was := plain.Identity()
	hashed := &badge.Award{ID: plain.ID, Recipient: badge.Recipient{Kind: badge.Email, Hash: was.Hash, Salt: was.Salt}}
	assert.Equal(t, was, hashed.Identity())
}

func TestRecipientKind(t *testing.T) {
	for kind, want := range map[badge.RecipientKind]string{badge.NoRecipient: "", badge.Email: "email", badge.URL: "url", badge.Telephone: "telephone", badge.DID: "did"} {
		assert.Equal(t, want, kind.String())
	}
}

func TestState(t *testing.T) {
	assert.Equal(t, badge.Valid, (&badge.Award{}).State())
	assert.Equal(t, badge.Revoked, (&badge.Award{Revoked: &badge.Revocation{}}).State())
	assert.Equal(t, badge.Erased, (&badge.Award{Erased: &badge.Erasure{}}).State())
	assert.Equal(t, badge.Erased, (&badge.Award{Revoked: &badge.Revocation{}, Erased: &badge.Erasure{}}).State())
}

func TestPos(t *testing.T) {
	file := "content/awards/a.yaml"
	a := &badge.Award{File: &file}
	p := a.Pos(badge.Mark{Line: 7, Col: 3})
	assert.Equal(t, "content/awards/a.yaml", p.File)
	assert.Equal(t, [2]int{7, 3}, [2]int{p.Line, p.Col})
	assert.Empty(t, (&badge.Award{}).Pos(badge.Mark{Line: 7}).File)
}
