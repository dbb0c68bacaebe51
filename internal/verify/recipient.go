package verify

import (
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"encoding/hex"
	"slices"
	"strings"

	"blazon/internal/document"
	"blazon/internal/verdict"
)

// spellings are the forms of a recipient that an issuer may have hashed: as it was given, and an e-mail address in lower
// case, as most backpacks keep them. No standard changes an identity before it is hashed.
func spellings(recipient string) []string {
	trimmed := strings.TrimSpace(recipient)
	forms := []string{trimmed}
	for _, f := range []string{strings.ToLower(trimmed), strings.TrimPrefix(trimmed, "mailto:")} {
		if strings.Contains(f, "@") && !slices.Contains(forms, f) {
			forms = append(forms, f)
		}
	}
	return forms
}

// hashOf is the hash of an identity by the algorithm of another one, and false for an algorithm that is not known (OB 1.0
// and 2.0, "IdentityHash": the identity first, then the salt).
func hashOf(like, identity, salt string) (string, bool) {
	algorithm, _, ok := strings.Cut(like, "$")
	if !ok {
		return "", false
	}
	data := []byte(identity + salt)
	var sum []byte
	switch algorithm {
	case "md5":
		s := md5.Sum(data)
		sum = s[:]
	case "sha1":
		s := sha1.Sum(data)
		sum = s[:]
	case "sha256":
		s := sha256.Sum256(data)
		sum = s[:]
	case "sha512":
		s := sha512.Sum512(data)
		sum = s[:]
	default:
		return "", false
	}
	return algorithm + "$" + hex.EncodeToString(sum), true
}

// fits reports whether a recipient is the one of an identity. It is false too for a hash by an unknown algorithm.
func fits(recipient, identity, salt string, hashed bool) bool {
	for _, form := range spellings(recipient) {
		if !hashed {
			if form == identity || strings.Contains(form, "@") && strings.EqualFold(form, identity) {
				return true
			}
			continue
		}
		if h, ok := hashOf(identity, form, salt); ok && subtle.ConstantTimeCompare([]byte(h), []byte(lowerHash(identity))) == 1 {
			return true
		}
	}
	return false
}

func lowerHash(h string) string {
	algorithm, digits, _ := strings.Cut(h, "$")
	return algorithm + "$" + strings.ToLower(digits)
}

// recipientOf checks to whom an assertion was awarded.
func (n *run) recipientOf(a *award) {
	if n.options.Recipient == "" {
		n.skip(verdict.Recipient, "it was not asked whose it is")
		return
	}
	if a.generation == v05 {
		identity := a.Or("recipient", "")
		n.belongs(fits(n.options.Recipient, identity, a.Or("salt", ""), hashForm.MatchString(identity)))
		return
	}
	r, ok := a.Object.Object("recipient")
	if !ok {
		return // checkAssertion says so
	}
	hashed := r["hashed"] == true || r["hashed"] == "true"
	n.belongs(fits(n.options.Recipient, r.Or("identity", ""), r.Or("salt", ""), hashed))
}

func (n *run) belongs(is bool) {
	if is {
		n.pass(verdict.Recipient, "it was awarded to the recipient who was asked about")
		return
	}
	n.fail(verdict.Recipient, "it was awarded to somebody else than the recipient who was asked about")
}

// recipientOf3 checks to whom a credential was awarded (OB 3.0, "Verify the Recipient Using an Identifier").
func (n *run) recipientOf3(subject document.Object) {
	if n.options.Recipient == "" {
		n.skip(verdict.Recipient, "it was not asked whose it is")
		return
	}
	if id := subject.ID(); id != "" && (id == strings.TrimSpace(n.options.Recipient) || slices.Contains(spellings(n.options.Recipient), strings.TrimPrefix(id, "mailto:"))) {
		n.belongs(true)
		return
	}
	for _, v := range subject.List("identifier") {
		i, ok := document.As(v)
		if ok && fits(n.options.Recipient, i.Or("identityHash", ""), i.Or("salt", ""), i["hashed"] == true) {
			n.belongs(true)
			return
		}
	}
	n.belongs(false)
}
