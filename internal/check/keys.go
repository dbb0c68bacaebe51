package check

import (
	"crypto/ed25519"
	"crypto/x509"

	"blazon/internal/badge"
	"blazon/internal/examplekey"
	"blazon/internal/rule"
)

// keys demands of each award that is signed a key that was in use when it was issued, and that nobody signs with the
// program's own example keys but examples.
func (c *checker) keys() {
	for _, i := range c.cat.Issuers {
		for n := range i.Keys {
			if k := &i.Keys[n]; !examplekey.Reserved(c.cat.Site.BaseURL) && isExample(k) {
				c.report(rule.Key.At(k.Pos, "run blazon key new", "the key %s is the example's, whose private half everybody has", k.ID))
			}
		}
	}
	for _, a := range c.ordered {
		issuer := a.Class.Issuer
		if issuer == nil || a.State() == badge.Erased || a.Issued.IsZero() {
			continue
		}
		if issuer.OB3 && issuer.Newest(badge.Ed25519) != nil {
			c.covered(a, badge.Ed25519)
		}
		if (issuer.OB3 || issuer.Signed) && issuer.Newest(badge.RSA) != nil {
			c.covered(a, badge.RSA)
		}
	}
}

func (c *checker) covered(a *badge.Award, kind badge.KeyType) {
	issuer := a.Class.Issuer
	if issuer.Signing(kind, a).Key != nil {
		return
	}
	newest := issuer.Newest(kind)
	c.inFile(rule.Key.At(a.Pos(a.At.Issued), "run blazon key rotate, which makes the next key",
		"no %s key of %s signs on %s: the last one, %s, ends on %s", kind, issuer.Slug,
		a.Issued.In(c.cat.Site.Zone).Format("2006-01-02"), newest.ID, newest.Until.In(c.cat.Site.Zone).Format("2006-01-02")))
}

func isExample(k *badge.Key) bool {
	if k.Type == badge.Ed25519 {
		return examplekey.Is(ed25519.PublicKey(k.Public))
	}
	public, err := x509.ParsePKIXPublicKey(k.Public)
	return err == nil && examplekey.Is(public)
}
