package audit

import (
	"strings"

	"blazon/internal/document"
	"blazon/internal/layout"
)

// form is one of the files in which an award is published.
type form struct {
	path  func(id string) string
	email bool // of awards to e-mail addresses only
	two   bool // of awards that Open Badges 2.0 can state, which those to a DID are not
	drawn bool // of classes that are drawn as SVG
}

var forms = []form{
	{path: layout.Assertion, two: true}, {path: layout.Assertion1, two: true, email: true}, {path: layout.Signed, two: true}, {path: layout.SignedJWS, two: true},
	{path: layout.Credential}, {path: layout.CredentialJWT},
	{path: func(id string) string { return layout.AwardImage(id, "png") }}, {path: func(id string) string { return layout.AwardImage(id, "svg") }, two: true, drawn: true},
	{path: layout.CredentialImage, drawn: true},
}

// kin is what decides in which forms an award is published: its issuer, its class and what kind its recipient is of. What
// is not known is empty.
type kin struct {
	id, issuer, class, recipient string
	erased                       bool
}

// relate notes an award's kin. What its own documents do not say any more, another form of it may.
func (a *auditor) relate(h *held) {
	k := kin{id: h.id, erased: h.state == erased}
	from := func(o document.Object) {
		if r, ok := o.Object("recipient"); ok {
			k.recipient = r.Or("type", "")
		}
		if class, ok := a.port.Path(document.Ref(o["badge"])); ok && k.class == "" {
			k.class = slug(class)
			if c, err := a.object(class); err == nil {
				if profile, ok := a.port.Path(document.Ref(c["issuer"])); ok {
					k.issuer = slug(profile)
				}
			}
		}
	}
	from(h.assertion)
	if o, ok := a.payload(layout.SignedJWS(h.id)); ok {
		from(o)
	}
	if subject, ok := h.credential.Object("credentialSubject"); ok {
		k.recipient = "did"
		if i, ok := subject.Object("identifier"); ok {
			k.recipient = map[string]string{"emailAddress": "email"}[i.Or("identityType", "")]
			if k.recipient == "" {
				k.recipient = "another"
			}
		}
		achievement, _ := subject.Object("achievement")
		if class, ok := a.port.Path(achievement.ID()); ok {
			k.class = slug(class)
		}
		creator, _ := achievement.Object("creator")
		if profile, ok := a.port.Path(creator.ID()); ok && k.issuer == "" {
			k.issuer = slug(profile)
		}
		if k.issuer == "" {
			_, k.issuer, _ = strings.Cut(document.Ref(h.credential["issuer"]), ":issuers:")
		}
	}
	h.class = k.class
	a.mu.Lock()
	defer a.mu.Unlock()
	a.kin = append(a.kin, k)
}

// slug is the name of what a path in issuers/ or badges/ is about.
func slug(name string) string {
	parts := strings.Split(name, "/")
	if len(parts) < 3 {
		return ""
	}
	return parts[1]
}

// finishForms looks for awards that lack a form in which others of their issuer are published. Keys cover all awards of an
// issuer, so that either all of them are signed or none is.
func (a *auditor) finishForms() {
	only := ""
	if a.result.Issuers == 1 {
		for _, k := range a.kin {
			if k.issuer != "" {
				only = k.issuer
			}
		}
	}
	for _, k := range a.kin {
		if image := layout.ClassImage(k.class, "svg"); k.class != "" && !a.names[image] && (a.names[layout.AwardImage(k.id, "svg")] || a.names[layout.CredentialImage(k.id)]) {
			a.fault(image, Files, "it is missing: awards of the class are drawn")
		}
	}
	for _, f := range forms {
		has := map[string]bool{} // issuers, with the class behind a slash where it matters
		key := func(k kin) string {
			if f.drawn {
				return k.issuer + "/" + k.class
			}
			return k.issuer
		}
		for _, k := range a.kin {
			if k.issuer != "" && a.names[f.path(k.id)] {
				has[key(k)] = true
			}
		}
		for _, k := range a.kin {
			if k.erased {
				k.issuer, k.recipient = only, "email"
			}
			switch {
			case k.issuer == "" || !has[key(k)] || a.names[f.path(k.id)]:
			case f.email && k.recipient != "email", f.two && (k.recipient == "did" || k.recipient == ""):
			default:
				a.fault(f.path(k.id), Files, "it is missing: the issuer's other awards have one")
			}
		}
	}
}
