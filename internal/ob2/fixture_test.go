package ob2_test

import (
	"time"

	"blazon/internal/badge"
	"blazon/internal/layout"
)

const (
	id     = "k7q2m4x5o3d6a2f7w4z5b6c7ey"
	mail   = "ada@example.org"
	page   = "https://people.example.org/ada"
	phone  = "+41441234567"
	did    = "did:example:ada"
	hidden = "sha256$C934FDACC6242BE0277A284970416AA9BFA583241FB85094BC96C504EE0ABD4E"
)

var site = layout.Site{Base: "https://badges.example.org"}

// issuer has everything an issuer may state.
func issuer() *badge.Issuer {
	return &badge.Issuer{
		Slug: "northwind", Name: "Northwind Académie", URL: "https://académie.example.org/à propos",
		Email: "badges@academy.example.org", Telephone: "+41441234568", Description: "Teaches \"Go\" & more.\nTwice.",
		Image: &badge.Image{File: "northwind.png"},
	}
}

// class has everything that a class may state.
func class() *badge.Class {
	return &badge.Class{
		Slug: "go-basics", Issuer: issuer(), Name: "Go <basics>", Description: "Écrit un petit programme; 書く 🏅.",
		Criteria: "Write *one*.", Version: "1.2", Tags: []string{"go", "programmation & tests"},
		Image: &badge.Image{File: "go-basics.png", Alt: "A gopher"},
		Alignment: []badge.Alignment{
			{Name: "Programming", URL: "https://standards.example.net/ç?a=[1]", Description: "Writes programs.",
				Framework: "Framework", Code: "P-1"},
			{Name: "Testing", URL: "https://standards.example.net/t/4"},
		},
	}
}

// award is a valid award with a recipient and nothing that could be left out.
func award(kind badge.RecipientKind, plain string) *badge.Award {
	file := "content/awards/2026-03.yaml"
	return &badge.Award{
		ID: id, Class: class(), Recipient: badge.Recipient{Kind: kind, Plain: plain}, File: &file,
		Issued: time.Date(2026, 3, 14, 1, 0, 0, 999, time.FixedZone("", 3600)),
		At:     badge.Marks{Award: badge.Mark{Line: 7, Col: 5}},
	}
}

// full is a valid award with everything that an award may state.
func full() *badge.Award {
	a := award(badge.Email, mail)
	a.Expires = time.Date(2028, 3, 14, 23, 59, 59, 0, time.UTC)
	a.Details = &badge.Details{
		Name:      "Ada L.",
		Narrative: "Finished *first*.\u2028Really.",
		Evidence: []badge.Evidence{
			{URL: "https://ada.example.net/wörk 1", Name: "Work", Description: "A program.", Narrative: "It sorts.",
				Genre: "Code", Audience: "Public"},
			{Narrative: "Seen by the teacher."},
		},
		Results: []badge.Result{{Of: &badge.ResultDescription{ID: "score"}, Value: "92"}},
	}
	return a
}

func revoked(a *badge.Award, reason string) *badge.Award {
	a.Revoked = &badge.Revocation{At: time.Date(2026, 5, 1, 0, 0, 0, 0, time.UTC), Day: "2026-05-01", Reason: reason}
	return a
}

// erased is a tombstone, as the loader leaves it.
func erased(a *badge.Award) *badge.Award {
	a.Erased = &badge.Erasure{At: time.Date(2026, 6, 1, 0, 0, 0, 0, time.UTC), Day: "2026-06-01"}
	a.Recipient, a.Details = badge.Recipient{}, nil
	return a
}

func with(a *badge.Award, change func(*badge.Award)) *badge.Award {
	change(a)
	return a
}
