package ob2

import (
	"encoding/pem"
	"fmt"

	"blazon/internal/badge"
	"blazon/internal/jsontext"
	"blazon/internal/layout"
)

// SignedID is the id of an award's signed assertion: a UUID, since it is served nowhere under that id. The hosted one of
// the same award has its own.
func SignedID(a *badge.Award) string { return badge.URN("signed " + a.ID) }

// Signed is an award's signed assertion (OB 2.0, "SignedBadge Verification"), for people to read and, compact, as the
// payload of its JWS. key is the one that signs. What was signed stays as it is when an award is revoked; that is said by
// the RevocationList. It is nil where HasAssertion is false; what is left of an erased one says only that it is revoked.
// Errors are those of Assertion.
func Signed(site layout.Site, a *badge.Award, key string, compact bool) ([]byte, error) {
	switch {
	case !HasAssertion(a):
		return nil, nil
	case a.State() == badge.Erased:
		w := jsontext.New(64)
		w.Open('{')
		w.Flag("revoked", true)
		w.Close('}')
		return w.Bytes(), nil
	case a.Class.Image == nil:
		return nil, fmt.Errorf("%s: %w", place(a), errImage)
	}
	w := jsontext.New(1 << 10)
	if compact {
		w = jsontext.Compact(1 << 10)
	}
	err := full(w, site, a, SignedID(a), func() {
		w.Text("type", "SignedBadge")
		w.Text("creator", site.URL(layout.IssuerKey(a.Class.Issuer.Slug, key)))
	})
	if err != nil {
		return nil, err
	}
	return w.Bytes(), nil
}

// signingKeys are the URLs of the keys that sign an issuer's assertions. One that was stolen is not among them: what it
// signed counts no more, and its document alone does not make it the issuer's ("SignedBadge Verification").
func signingKeys(site layout.Site, i *badge.Issuer) []string {
	var urls []string
	for n := range i.Keys {
		if k := &i.Keys[n]; k.Type == badge.RSA && !stolen(k) {
			urls = append(urls, site.URL(layout.IssuerKey(i.Slug, k.ID)))
		}
	}
	return urls
}

func stolen(k *badge.Key) bool { return k.Resigned != nil && k.Resigned.Stolen }

// Key is the document of a key that signs assertions (OB 2.0, CryptographicKey). Of one that was stolen it says that alone,
// since readers may not ask whether the Profile still names it.
func Key(site layout.Site, i *badge.Issuer, k *badge.Key) []byte {
	w := jsontext.New(1 << 10)
	w.Open('{')
	head(w, site.URL(layout.IssuerKey(i.Slug, k.ID)), "CryptographicKey")
	if stolen(k) {
		w.Flag("revoked", true)
	} else {
		w.Text("owner", site.URL(layout.Profile(i.Slug)))
		w.Text("publicKeyPem", string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: k.Public})))
	}
	w.Close('}')
	return w.Bytes()
}

// Revocations is the list of an issuer's signed assertions that no longer count (OB 2.0, RevocationList), of awards in
// any order. It never holds exactly one, because readers exist that take a list of one for an empty one: the id of an
// award that never was keeps it company. Hosted assertions say for themselves that they are revoked; their URLs do not
// stand here, as the list is public.
func Revocations(site layout.Site, i *badge.Issuer, revoked []*badge.Award) []byte {
	w := jsontext.New(1 << 10)
	w.Open('{')
	head(w, site.URL(layout.Revocations(i.Slug)), "RevocationList")
	w.Text("issuer", site.URL(layout.Profile(i.Slug)))
	w.Key("revokedAssertions")
	w.Open('[')
	for _, a := range revoked {
		reason := "Erased"
		if a.Revoked != nil && a.State() != badge.Erased {
			reason = a.Revoked.Reason
		}
		w.Element()
		w.Open('{')
		w.Text("id", SignedID(a))
		w.Optional("revocationReason", reason)
		w.Close('}')
	}
	if len(revoked) == 1 {
		w.Element()
		w.Open('{')
		w.Text("id", badge.URN("nobody "+i.Slug))
		w.Text("revocationReason", "Never issued")
		w.Close('}')
	}
	w.Close(']')
	w.Close('}')
	return w.Bytes()
}
