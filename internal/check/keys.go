package check

import (
	"blazon/internal/badge"
	"blazon/internal/rule"
)

// keys demands of each award that is signed a key that was in use when it was issued, and that no key begins in the
// future: status lists are signed with the newest one and count from its first day.
func (c *checker) keys() {
	for _, i := range c.cat.Issuers {
		for _, k := range i.Keys {
			if k.From.After(c.now) {
				c.report(rule.Key.At(k.Pos, "declare it on the day; until then keep the older one without until",
					"the key %s begins on %s, and a status list signed with it counts only from then", k.ID, k.From.In(c.cat.Site.Zone).Format("2006-01-02")))
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
