package audit

import (
	"crypto"
	"crypto/x509"
	"encoding/pem"
	"path"
	"strings"

	"blazon/internal/did"
	"blazon/internal/document"
	"blazon/internal/jose"
	"blazon/internal/verdict"
)

const jwkEnd = ".jwk.json"

// key checks a published key: a JWK that can be used, or a CryptographicKey of the issuer beside it. One key is the same in
// each form, and in the issuer's DID document.
func (a *auditor) key(name string, o document.Object) {
	if id, ok := strings.CutSuffix(path.Base(name), jwkEnd); ok {
		if !o.Has("kty") && o.Has("revoked") {
			return // it was stolen, and is nobody's any more
		}
		key, err := a.jwk(name)
		if err != nil {
			a.fault(name, verdict.Key, "the key %s", reasonOf(err))
			return
		}
		doc := a.controller(path.Dir(path.Dir(name)))
		if doc == nil {
			return
		}
		if m, ok := doc.Method(doc.ID + "#" + id); !ok || !equal(m.Key, key) {
			a.fault(name, verdict.Key, "it is not the key %s of the issuer's DID document", document.Show("#"+id))
		}
		return
	}
	if o["revoked"] == true && !o.Has("publicKeyPem") {
		return // that too
	}
	profile := a.site.URL(path.Dir(path.Dir(name)) + "/profile.json")
	switch {
	case !o.Is("CryptographicKey"):
		a.fault(name, verdict.Structure, "it is no CryptographicKey")
	case o.ID() != a.site.URL(name):
		a.fault(name, verdict.Hosting, "it says that its id is %s", document.Show(o.ID()))
	case document.Ref(o["owner"]) != profile:
		a.fault(name, verdict.Key, "its owner is %s, and not %s", document.Show(document.Ref(o["owner"])), document.Show(profile))
	}
	block, _ := pem.Decode([]byte(o.Or("publicKeyPem", "")))
	if block == nil {
		a.fault(name, verdict.Key, "it holds no key")
		return
	}
	key, err := x509.ParsePKIXPublicKey(block.Bytes)
	if err != nil {
		a.fault(name, verdict.Key, "its key cannot be read")
		return
	}
	if twin := strings.TrimSuffix(name, ".json") + jwkEnd; a.names[twin] {
		if other, err := a.jwk(twin); err == nil && !equal(other, key) {
			a.fault(name, verdict.Key, "it is not the key of %s", path.Base(twin))
		}
	}
}

func (a *auditor) jwk(name string) (crypto.PublicKey, error) {
	data, err := a.read(name)
	if err != nil {
		return nil, err
	}
	k, err := jose.ParseJWK(data)
	if err != nil {
		return nil, err
	}
	return k.Public(), nil
}

// controller is the DID document of the issuer with some folder: the one in it, or that of the base URL. It is nil where
// there is none that can be read, which its own check says.
func (a *auditor) controller(folder string) *did.Document {
	name := folder + "/did.json"
	if !a.names[name] {
		name = a.site.DIDDocument("", true)
	}
	data, err := a.read(name)
	if err != nil {
		return nil
	}
	doc, err := did.Parse(data)
	if err != nil {
		return nil
	}
	return doc
}

func equal(a, b crypto.PublicKey) bool {
	key, ok := a.(interface{ Equal(crypto.PublicKey) bool })
	return ok && key.Equal(b)
}
