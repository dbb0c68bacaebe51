package load

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"path"
	"slices"
	"strings"
	"time"

	"blazon/internal/badge"
	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/jose"
	"blazon/internal/model"
	"blazon/internal/multikey"
	"blazon/internal/rule"
	"blazon/internal/zone"
)

func loadZone(n decl.Node) (*time.Location, error) {
	if !n.Exists() {
		return time.UTC, nil
	}
	return zone.Load(n.Text())
}

func (l *loader) issuers() {
	var root *badge.Issuer
	for _, name := range l.in("content/issuers", ".yaml") {
		slug, ok := l.slugOf(name)
		n, isMap := l.document(name, l.type_("issuer"))
		if !ok || !isMap {
			l.brokenIssuer = true
			l.use("content/issuers/" + slug)
			continue
		}
		i := &badge.Issuer{
			Slug:        slug,
			Name:        n.Field("name").Text(),
			URL:         n.Field("url").Text(),
			Email:       n.Field("email").Text(),
			Telephone:   n.Field("telephone").Text(),
			Description: n.Field("description").Text(),
			Signed:      n.Field("signed").IsTrue(),
			DIDRoot:     n.Field("did").Text() == "root",
			Pos:         n.Pos(),
		}
		i.Image = l.image(n, "content/issuers", slug, false)
		i.Keys = l.keys(n.Field("keys"))
		canSign := slices.ContainsFunc(i.Keys, func(k badge.Key) bool { return k.Type == badge.Ed25519 })
		i.OB3 = slices.Contains(l.publish, "ob3") || (l.publish == nil && canSign)
		if i.OB3 && !canSign && !n.Field("keys").Exists() {
			l.report(rule.Key.At(n.Pos(), "run blazon key new, or take ob3 out of publish in content/site.yaml", "ob3 is published, whose credentials are signed, and the issuer %s declares no key", slug))
		} else if i.OB3 && !canSign && n.Field("keys").Len() == len(i.Keys) {
			l.report(rule.Key.At(n.Field("keys").Pos(), "run blazon key new, or take ob3 out of publish in content/site.yaml", "ob3 is published, whose credentials are signed, and there is no key with type: ed25519"))
		}
		if i.DIDRoot && root != nil {
			l.report(rule.Together.At(n.Field("did").Pos(), "remove it from one of them", "the issuer %s has did: root already", root.Slug))
		}
		if i.DIDRoot {
			root = i
		}
		hasRSA := slices.ContainsFunc(i.Keys, func(k badge.Key) bool { return k.Type == badge.RSA })
		if i.Signed && !hasRSA {
			l.report(rule.Key.At(n.Field("signed").Pos(), "declare a key with type: rsa under keys", "signed assertions need an rsa key, and none is declared"))
		}
		l.cat.Issuers = append(l.cat.Issuers, i)
	}
	if len(l.cat.Issuers) == 0 && !slices.ContainsFunc(l.names, func(n string) bool { return path.Dir(n) == "content/issuers" }) {
		l.report(rule.Issuers.At(diag.Pos{File: "content/issuers"}, "write content/issuers/<slug>.yaml with name, url and email", "the project declares no issuer"))
	}
}

func (l *loader) keys(n decl.Node) []badge.Key {
	keys := make([]badge.Key, 0, n.Len())
	seen := make(map[string]bool)
	same := make(map[string]string)
	at := make(map[string]diag.Pos)
	for _, item := range n.Items() {
		k := badge.Key{ID: item.Field("id").Text(), Type: badge.KeyType(item.Field("type").Text()), Pos: item.Pos()}
		if seen[k.ID] {
			l.report(rule.Key.At(item.Field("id").Pos(), "give it another id: a key's name is never used again", "the key id %s stands twice", diag.Quote(k.ID)))
		}
		seen[k.ID] = true
		at[k.ID] = item.Pos()
		if d, err := model.ParseDate(item.Field("from").Text()); err == nil {
			k.From = d.Start(l.cat.Site.Zone)
		}
		if until := item.Field("until"); until.Exists() {
			if d, err := model.ParseDate(until.Text()); err == nil {
				k.Until = d.Start(l.cat.Site.Zone)
				if !k.Until.After(k.From) {
					l.report(rule.Key.At(until.Pos(), "until is the first day on which it signs no more", "the key %s ends before it begins", k.ID))
				}
			}
		}
		k.Public = l.publicKey(item.Field("public"), k.Type)
		if r := item.Field("resigned"); r.Exists() {
			k.Resigned = &badge.Resigning{With: r.Field("with").Text(), Stolen: r.Field("reason").Text() == model.ResignStolen, Day: r.Field("date").Text()}
			if d, err := model.ParseDate(k.Resigned.Day); err == nil {
				k.Resigned.At = d.Start(l.cat.Site.Zone)
			}
		}
		if len(k.Public) > 0 {
			if other, twice := same[string(k.Public)]; twice {
				l.report(rule.Key.At(item.Field("public").Pos(), "make another key with blazon key new", "the keys %s and %s are one key", other, k.ID))
			}
			same[string(k.Public)] = k.ID
		}
		keys = append(keys, k)
	}
	l.keyOrder(keys, at)
	l.resigned(n, keys)
	return keys
}

// resigned checks that what was signed again was so with another key, which was not replaced before.
func (l *loader) resigned(n decl.Node, keys []badge.Key) {
	for number, item := range n.Items() {
		k, with := &keys[number], item.Field("resigned").Field("with")
		if k.Resigned == nil || with.Kind() != decl.Text {
			continue
		}
		i := slices.IndexFunc(keys, func(o badge.Key) bool { return o.ID == k.Resigned.With })
		switch {
		case i < 0:
			l.report(rule.Reference.At(with.Pos(), suggestion(k.Resigned.With, keyIDs(keys), "the keys are"), "the issuer has no key %s", diag.Quote(k.Resigned.With)))
		case i == number:
			l.report(rule.Key.At(with.Pos(), "name the key that signs in its place", "the key %s cannot replace itself", k.ID))
		case keys[i].Type != k.Type:
			l.report(rule.Key.At(with.Pos(), "name a key of the same type", "the key %s is of type %s, and %s of type %s", keys[i].ID, keys[i].Type, k.ID, k.Type))
		case circular(keys, k):
			l.report(rule.Key.At(with.Pos(), "name a key that signs today", "the key %s replaces itself by a detour", k.ID))
		}
	}
}

func keyIDs(keys []badge.Key) []string {
	ids := make([]string, len(keys))
	for i, k := range keys {
		ids[i] = k.ID
	}
	return ids
}

// circular reports whether following the replacements of a key leads back to it.
func circular(keys []badge.Key, from *badge.Key) bool {
	k := from
	for range keys {
		if k.Resigned == nil {
			return false
		}
		i := slices.IndexFunc(keys, func(o badge.Key) bool { return o.ID == k.Resigned.With })
		if i < 0 {
			return false
		}
		if k = &keys[i]; k == from {
			return true
		}
	}
	return false
}

// keyOrder checks that the keys of a type follow each other day by day, so that each award has exactly one.
func (l *loader) keyOrder(keys []badge.Key, at map[string]diag.Pos) {
	for _, kind := range []badge.KeyType{badge.Ed25519, badge.RSA} {
		var line []badge.Key
		for _, k := range keys {
			if k.Type == kind && !k.From.IsZero() {
				line = append(line, k)
			}
		}
		slices.SortStableFunc(line, func(a, b badge.Key) int { return a.From.Compare(b.From) })
		for i := 1; i < len(line); i++ {
			before, next := line[i-1], line[i]
			switch {
			case before.Until.IsZero() || before.Until.After(next.From):
				l.report(rule.Key.At(at[next.ID], "end the older one with until: "+next.From.Format("2006-01-02"), "the %s keys %s and %s overlap", kind, before.ID, next.ID))
			case before.Until.Before(next.From):
				l.report(rule.Key.At(at[next.ID], "let it start on "+before.Until.Format("2006-01-02"), "between the %s keys %s and %s are days without a key", kind, before.ID, next.ID))
			}
		}
	}
}

// publicKey reads a key's public half. It never says anything of what it found: it may be the private one.
func (l *loader) publicKey(n decl.Node, kind badge.KeyType) []byte {
	if n.Kind() != decl.Text {
		return nil
	}
	if kind == badge.Ed25519 {
		key, err := multikey.ParseEd25519(n.Text())
		switch {
		case errors.Is(err, multikey.ErrSecret):
			l.report(rule.PrivateKey.At(n.Pos(), "remove it from every commit that holds it, and make a new key: this one is no secret any more", `"public" is the secret half of a key`))
		case err != nil:
			l.report(rule.Key.At(n.Pos(), "write the multibase form, which starts with z6Mk", `"public" %s`, err))
		}
		return key
	}
	name := path.Join("content/issuers", n.Text())
	if !l.files[name] {
		l.report(rule.Key.At(n.Pos(), "name a PEM file beside this one", "the key file %s is not there", diag.Quote(n.Text())))
		return nil
	}
	l.used[name] = true
	data, ok := l.data(name)
	if !ok {
		return nil
	}
	block, _ := pem.Decode(data)
	pos := diag.Pos{File: name}
	if block == nil || block.Type != "PUBLIC KEY" {
		if block != nil && strings.Contains(block.Type, "PRIVATE") {
			return nil // the search for private keys names it
		}
		l.report(rule.Key.At(pos, "write the public half as openssl rsa -pubout does", "is not a PEM file with a PUBLIC KEY"))
		return nil
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	public, isRSA := key.(*rsa.PublicKey)
	switch {
	case err != nil || !isRSA:
		l.report(rule.Key.At(pos, "write the public half of an RSA key", "does not hold an RSA key"))
		return nil
	case public.N.BitLen() < 2048:
		l.report(rule.Key.At(pos, "make one of 2048 bits or more", "holds a key of %d bits, which verifiers refuse", public.N.BitLen()))
	default:
		if err := jose.CheckPublic(public); err != nil {
			l.report(rule.Key.At(pos, "make one with blazon key new --type rsa", "holds a key that verifiers refuse: it %s", err))
		}
	}
	return block.Bytes
}
