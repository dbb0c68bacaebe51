package check

import (
	"blazon/internal/badge"
	"blazon/internal/rule"
)

// keys demands of each award that is signed a key that was in use when it was issued.
func (c *checker) keys() {
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
