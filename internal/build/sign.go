package build

import (
	"cmp"
	"crypto/ed25519"
	"crypto/x509"
	"fmt"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"blazon/internal/badge"
	"blazon/internal/did"
	"blazon/internal/jose"
	"blazon/internal/layout"
	"blazon/internal/multikey"
	"blazon/internal/ob2"
	"blazon/internal/ob3"
	"blazon/internal/plan"
	"blazon/internal/proof"
	"blazon/internal/status"
)

// Signer signs documents with the keys that an issuer declares.
type Signer interface {
	// Sign signs a message with a key: the message itself with Ed25519, with RSA as JOSE's RS256. path is the document's.
	Sign(key *badge.Key, message []byte, path string) ([]byte, error)
}

// signing is what a build signs with.
type signing struct {
	encoder ob3.Encoder
	classes sync.Map // of *badge.Class to its compiled form
	last    atomic.Pointer[options]
}

// options are those of a proof. Awards that stand in one file are mostly signed with one key, for one day.
type options struct {
	key     *badge.Key
	issuer  string
	created time.Time
	hashed  proof.Hashed
}

func (s *signing) options(key *badge.Key, issuer string, created time.Time) *proof.Hashed {
	o := s.last.Load()
	if o == nil || o.key != key || o.issuer != issuer || o.created != created {
		o = &options{key, issuer, created, proof.Options{Created: created, Method: method(issuer, key)}.Hashed()}
		s.last.Store(o)
	}
	return &o.hashed
}

func (b *builder) signs(i *badge.Issuer) bool { return b.in.Signer != nil && i.OB3 }

// issuerDID is the name of an issuer in OB 3.0 (did:web).
func (b *builder) issuerDID(i *badge.Issuer) (string, error) {
	return did.Issuer(b.site.Base, i.Slug, i.DIDRoot)
}

// issuerKeys lists the documents about an issuer's keys.
func (b *builder) issuerKeys(i *badge.Issuer) {
	if i.OB3 && !b.site.Local() {
		b.lasting(plan.Issuers, b.site.DIDDocument(i.Slug, i.DIDRoot), func() ([]byte, error) { return b.didDocument(i) })
	}
	for n := range i.Keys {
		k := &i.Keys[n]
		if k.Type != badge.RSA {
			continue
		}
		if i.OB3 {
			b.lasting(plan.Issuers, layout.IssuerJWK(i.Slug, k.ID), func() ([]byte, error) { return jwk(k) })
		}
		if i.Signed && b.cat.Site.OB2 {
			b.lasting(plan.Issuers, layout.IssuerKey(i.Slug, k.ID), func() ([]byte, error) { return ob2.Key(b.site, i, k), nil })
		}
	}
	if i.Signed && b.cat.Site.OB2 {
		b.listing(plan.Issuers, layout.Revocations(i.Slug), func() ([]byte, error) {
			return ob2.Revocations(b.site, i, b.withdrawn(i, ob2.HasAssertion)), nil
		}).Lasting = true
	}
	if b.signs(i) {
		for n := range b.lists(i) {
			b.listing(plan.Issuers, layout.StatusList(i.Slug, n), func() ([]byte, error) { return b.statusList(i, n) }).Lasting = true
		}
	}
}

// withdrawn are the revoked and erased awards of an issuer that some form of document is made of, in order.
func (b *builder) withdrawn(i *badge.Issuer, has func(*badge.Award) bool) []*badge.Award {
	var all []*badge.Award
	for _, c := range b.cat.Classes {
		if c.Issuer != i {
			continue
		}
		for _, a := range c.Awards {
			if a.State() != badge.Valid && has(a) {
				all = append(all, a)
			}
		}
	}
	slices.SortFunc(all, func(a, b *badge.Award) int { return cmp.Compare(ob2.SignedID(a), ob2.SignedID(b)) })
	return all
}

// method is the id of a key in its issuer's DID document. An Ed25519 key is its own fragment: some validators then use it
// without fetching the document.
func method(issuer string, k *badge.Key) string {
	if k.Type == badge.Ed25519 {
		return issuer + "#" + multikey.Ed25519(k.Public)
	}
	return issuer + "#" + k.ID
}

// didDocument is an issuer's DID document. Every key that was ever declared stays in it; one that was stolen is marked as
// revoked and asserts nothing any more.
func (b *builder) didDocument(i *badge.Issuer) ([]byte, error) {
	id, err := b.issuerDID(i)
	if err != nil {
		return nil, err
	}
	d := &did.Document{ID: id}
	if b.cat.Site.OB1 || b.cat.Site.OB2 {
		d.AlsoKnownAs = []string{b.site.URL(layout.Profile(i.Slug))}
	}
	for n := range i.Keys {
		k := &i.Keys[n]
		m := did.Method{ID: method(id, k), Type: did.Multikey, Controller: id}
		if k.Type == badge.Ed25519 {
			m.Key = ed25519.PublicKey(k.Public)
		} else {
			m.Type = did.JSONWebKey
			if m.Key, err = x509.ParsePKIXPublicKey(k.Public); err != nil {
				return nil, fmt.Errorf("key %s: %w", k.ID, err)
			}
		}
		if k.Resigned != nil && k.Resigned.Stolen {
			m.Revoked = k.Resigned.At
		} else {
			d.Assertion = append(d.Assertion, m.ID)
		}
		d.Methods = append(d.Methods, m)
	}
	return did.Encode(d)
}

// jwk is an RSA key as the single JWK to which VC-JWTs refer. There are readers that ask nobody whose key it is, so that a
// stolen one does not stand there any more: only that it was revoked.
func jwk(k *badge.Key) ([]byte, error) {
	if k.Resigned != nil && k.Resigned.Stolen {
		return fmt.Appendf(nil, "{\n  \"revoked\": %q\n}\n", k.Resigned.At.UTC().Format(time.RFC3339)), nil
	}
	public, err := x509.ParsePKIXPublicKey(k.Public)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", k.ID, err)
	}
	key, err := jose.FromPublic(public)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", k.ID, err)
	}
	data, err := key.MarshalJSON()
	return append(data, '\n'), err
}

// lists is how many status lists an issuer has: one at least, as a list cannot be named later without signing again.
func (b *builder) lists(i *badge.Issuer) int {
	last := 0
	for _, c := range b.cat.Classes {
		if c.Issuer == i {
			for _, a := range c.Awards {
				last = max(last, a.StatusIndex/ob3.SlotsPerList)
			}
		}
	}
	return last + 1
}

// statusList is an issuer's n-th status list, signed with the current key and counting from a day that no clock tells, so that
// a build on another day gives the same.
func (b *builder) statusList(i *badge.Issuer, n int) ([]byte, error) {
	issuer, err := b.issuerDID(i)
	if err != nil {
		return nil, err
	}
	bits := status.NewBits()
	for _, c := range b.cat.Classes {
		if c.Issuer != i {
			continue
		}
		for _, a := range c.Awards {
			if a.State() != badge.Valid && a.StatusIndex/ob3.SlotsPerList == n {
				bits.Set(a.StatusIndex % ob3.SlotsPerList)
			}
		}
	}
	encoded, err := status.Encode(bits)
	if err != nil {
		return nil, err
	}
	s := i.Current(badge.Ed25519)
	if s.Key == nil {
		return nil, fmt.Errorf("issuer %s has no ed25519 key", i.Slug)
	}
	list := b.signing.encoder.StatusList(i.Slug, issuer, n, encoded, s.From)
	statements, err := list.AppendStatements(nil)
	if err != nil {
		return nil, err
	}
	p, err := b.prove(s.Key, issuer, s.From, statements, layout.StatusList(i.Slug, n))
	if err != nil {
		return nil, err
	}
	return list.Document(p), nil
}

// prove makes the proof of a document with some statements.
func (b *builder) prove(key *badge.Key, issuer string, created time.Time, statements []byte, path string) (proof.Proof, error) {
	options := b.signing.options(key, issuer, created)
	message := options.Message(statements)
	signature, err := b.in.Signer.Sign(key, message[:], path)
	if err != nil {
		return proof.Proof{}, err
	}
	return options.With(signature), nil
}

// compiled is a class as its credentials share it.
func (b *builder) compiled(c *badge.Class) (*ob3.Class, error) {
	made, ok := b.signing.classes.Load(c)
	if !ok {
		made, _ = b.signing.classes.LoadOrStore(c, sync.OnceValues(func() (*ob3.Class, error) {
			issuer, err := b.issuerDID(c.Issuer)
			if err != nil {
				return nil, err
			}
			return b.signing.encoder.Class(c, issuer)
		}))
	}
	return made.(func() (*ob3.Class, error))()
}

// rooms are buffers for statements.
var rooms = sync.Pool{New: func() any { return new([]byte) }}

// credential is an award's OB 3.0 credential with its proof.
func (b *builder) credential(a *badge.Award) ([]byte, error) {
	if a.State() == badge.Erased {
		return b.signing.encoder.Gone(a), nil
	}
	return b.credentials.make(a, func() ([]byte, error) { return b.makeCredential(a) })
}

func (b *builder) makeCredential(a *badge.Award) ([]byte, error) {
	class, err := b.compiled(a.Class)
	if err != nil {
		return nil, err
	}
	s := a.Class.Issuer.Signing(badge.Ed25519, a)
	if s.Key == nil {
		return nil, fmt.Errorf("no ed25519 key of %s covers the day of the award", a.Class.Issuer.Slug)
	}
	c, err := class.Credential(a, s.From)
	if err != nil {
		return nil, err
	}
	defer c.Release()
	room := rooms.Get().(*[]byte)
	defer rooms.Put(room)
	if *room, err = c.AppendStatements((*room)[:0]); err != nil {
		return nil, err
	}
	p, err := b.prove(s.Key, class.DID(), s.From, *room, layout.Credential(a.ID))
	if err != nil {
		return nil, err
	}
	return c.Document(p), nil
}

// credentialJWT is an award's OB 3.0 credential as a VC-JWT (OB 3.0, "JSON Web Token Proof Format").
func (b *builder) credentialJWT(a *badge.Award) ([]byte, error) {
	if a.State() == badge.Erased {
		return []byte{}, nil
	}
	class, err := b.compiled(a.Class)
	if err != nil {
		return nil, err
	}
	s := a.Class.Issuer.Signing(badge.RSA, a)
	if s.Key == nil {
		return nil, fmt.Errorf("no rsa key of %s covers the day of the award", a.Class.Issuer.Slug)
	}
	c, err := class.Credential(a, s.From)
	if err != nil {
		return nil, err
	}
	header := jose.Header{Alg: "RS256", Typ: "JWT", Kid: b.site.URL(layout.IssuerJWK(a.Class.Issuer.Slug, s.Key.ID))}
	return b.jws(s.Key, header, c.Claims(), layout.CredentialJWT(a.ID))
}

// signedJWS is an award's OB 2.0 signed assertion.
func (b *builder) signedJWS(a *badge.Award) ([]byte, error) {
	if a.State() == badge.Erased {
		return []byte{}, nil
	}
	s := a.Class.Issuer.Signing(badge.RSA, a)
	if s.Key == nil {
		return nil, fmt.Errorf("no rsa key of %s covers the day of the award", a.Class.Issuer.Slug)
	}
	payload, err := ob2.Signed(b.site, a, s.Key.ID, true)
	if err != nil {
		return nil, err
	}
	return b.jws(s.Key, jose.Header{Alg: "RS256"}, payload, layout.SignedJWS(a.ID))
}

// signedJSON is the same assertion for people to read.
func (b *builder) signedJSON(a *badge.Award) ([]byte, error) {
	key := ""
	if s := a.Class.Issuer.Signing(badge.RSA, a); s.Key != nil {
		key = s.Key.ID
	}
	return ob2.Signed(b.site, a, key, false)
}

// jws signs a payload. The text ends without a newline: readers exist that take it for a part of the signature.
func (b *builder) jws(key *badge.Key, header jose.Header, payload []byte, path string) ([]byte, error) {
	signature, err := b.in.Signer.Sign(key, jose.SigningInput(header, payload), path)
	if err != nil {
		return nil, err
	}
	return []byte(jose.Assemble(header, payload, signature)), nil
}
