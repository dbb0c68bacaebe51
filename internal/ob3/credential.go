package ob3

import (
	"fmt"
	"strconv"
	"sync"
	"time"

	"blazon/internal/badge"
	"blazon/internal/iri"
	"blazon/internal/jsontext"
	"blazon/internal/layout"
	"blazon/internal/proof"
)

// SlotsPerList is how many awards one status list has room for (Bitstring Status List 1.0 §2.2, the least length).
const SlotsPerList = 131_072

// Class is all that the credentials of a class share. It does not change and may be used by several goroutines.
type Class struct {
	encoder     Encoder
	class       *badge.Class
	did         string
	issuer      *part
	achievement *part
	shared      *shared           // both
	results     map[string]string // ids by the names that the class has for them
}

// Class prepares a class's credentials. did is its issuer's. The error is an address that cannot be made a URL.
func (e Encoder) Class(c *badge.Class, did string) (*Class, error) {
	achievement, err := e.achievement(c)
	if err != nil {
		return nil, err
	}
	issuer, err := e.issuer(c.Issuer, did)
	if err != nil {
		return nil, err
	}
	made := &Class{encoder: e, class: c, did: did, results: make(map[string]string, len(c.Results))}
	if made.achievement, err = compile(achievement, 2); err != nil {
		return nil, fmt.Errorf("class %s: %w", c.Slug, err)
	}
	if made.issuer, err = compile(issuer, 1); err != nil {
		return nil, fmt.Errorf("issuer %s: %w", c.Issuer.Slug, err)
	}
	made.shared = share(made.issuer, made.achievement)
	for n := range c.Results {
		r := &c.Results[n]
		if made.results[r.ID], err = e.ResultID(c, r); err != nil {
			return nil, err
		}
	}
	return made, nil
}

// DID is the issuer's DID.
func (c *Class) DID() string { return c.did }

// Credential is an award's credential before it is signed (OB 3.0, OpenBadgeCredential).
type Credential struct {
	object  *object
	room    room
	shared  *shared
	subject string
	from    time.Time
	until   time.Time
	issuer  string
}

// Credential is the credential of an award of the class. from is when it begins to count: the day of the award, or the day
// on which it was signed again with another key. The error is evidence whose address cannot be made a URL.
func (c *Class) Credential(a *badge.Award, from time.Time) (*Credential, error) {
	site := c.encoder.Site
	made := credentialRoom.Get().(*Credential)
	r := &made.room
	r.clear()
	o := r.object(site.URL(layout.Credential(a.ID)), credentialKind, 8)
	o.context = contexts
	o.props = append(o.props, property{key: "issuer", part: c.issuer})
	o.putDate("validFrom", from)
	o.putDate("validUntil", a.Expires)
	o.putDate("awardedDate", a.Issued)
	o.put("name", c.class.Name)
	subject := c.subject(r, a)
	o.putObject("credentialSubject", subject)
	evidence, err := c.evidence(r, a)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", place(a), err)
	}
	o.putList("evidence", evidence)
	o.putObject("credentialStatus", c.status(r, a))
	made.shared = c.shared
	made.object, made.subject, made.from, made.until, made.issuer = o, subject.id, from, a.Expires, c.did
	return made, nil
}

// credentialRoom is what was released.
var credentialRoom = sync.Pool{New: func() any { return new(Credential) }}

// Release gives the credential's room to a later one: it may not be used any more. It need not be called, but that takes
// longer.
func (c *Credential) Release() { credentialRoom.Put(c) }

var contexts = Contexts()

// identityType is the name of a kind of recipient (OB 3.0, IdentifierTypeEnum, which knows neither links nor telephones).
func identityType(k badge.RecipientKind) string {
	if k == badge.Email {
		return "emailAddress"
	}
	return "ext:" + k.String()
}

// subject says who earned what (OB 3.0, AchievementSubject).
func (c *Class) subject(r *room, a *badge.Award) *object {
	s := r.object(SubjectID(a), subjectKind, 5)
	if identity := a.Identity(); identity.Hash != "" {
		who := r.object("", identityKind, 4)
		who.putFlag("hashed", true)
		who.put("identityHash", identity.Hash)
		who.put("identityType", identityType(identity.Kind))
		who.put("salt", identity.Salt)
		s.putList("identifier", who)
	}
	if img := c.class.Image; img != nil {
		s.putObject("image", r.object(c.encoder.Site.URL(layout.AwardImage(a.ID, img.Ext())), imageKind, 0))
	}
	if d := a.Details; d != nil {
		s.put("narrative", d.Narrative)
		var results chain
		for _, result := range d.Results {
			o := r.object("", resultKind, 3)
			o.put("resultDescription", c.results[result.Of.ID])
			o.put("value", result.Value)
			o.put("status", result.Status)
			results.add(o)
		}
		s.putList("result", results.first)
	}
	s.props = append(s.props, property{key: "achievement", part: c.achievement})
	return s
}

// evidence is what the award states, and the hosted assertion of the same award, as the implementation guide has it ("How
// to support both OB 2.0 and OB 3.0 as an Issuer").
func (c *Class) evidence(r *room, a *badge.Award) (*object, error) {
	var all chain
	if a.Details != nil {
		for n, e := range a.Details.Evidence {
			o := r.object("", evidenceKind, 5)
			if e.URL != "" {
				var err error
				if o.id, err = iri.Encode(e.URL); err != nil {
					return nil, fmt.Errorf("evidence %d: url: %w", n+1, err)
				}
			}
			o.put("name", e.Name)
			o.put("description", e.Description)
			o.put("narrative", e.Narrative)
			o.put("genre", e.Genre)
			o.put("audience", e.Audience)
			all.add(o)
		}
	}
	if c.encoder.OB2 && a.Recipient.Kind != badge.DID {
		o := r.object(c.encoder.Site.URL(layout.Assertion(a.ID)), assertionKind, 1)
		o.put("name", "Open Badges 2.0")
		all.add(o)
	}
	return all.first, nil
}

// status is where to look whether the award was revoked (Bitstring Status List 1.0 §2.1).
func (c *Class) status(r *room, a *badge.Award) *object {
	list := c.encoder.Site.URL(layout.StatusList(c.class.Issuer.Slug, a.StatusIndex/SlotsPerList))
	index := strconv.Itoa(a.StatusIndex % SlotsPerList)
	o := r.object(list+"#"+index, statusEntryKind, 3)
	o.put("statusPurpose", "revocation")
	o.put("statusListIndex", index)
	o.put("statusListCredential", list)
	return o
}

// place names an award in an error by where it is declared: its id is the address of an unlisted page.
func place(a *badge.Award) string {
	pos := a.Pos(a.At.Award)
	return pos.File + ":" + strconv.Itoa(pos.Line)
}

// AppendStatements appends the credential's statements in canonical N-Quads, over which a proof is made (Data Integrity
// EdDSA Cryptosuites 1.0 §3.2.3, "Transformation").
func (c *Credential) AppendStatements(dst []byte) ([]byte, error) {
	return appendStatements(dst, c.object, c.shared)
}

func appendStatements(dst []byte, o *object, parts *shared) ([]byte, error) {
	g := newGraph()
	g.shared = parts
	defer graphs.Put(g)
	g.object(o, -1)
	return g.canonical(dst)
}

// Document is the credential with its proof.
func (c *Credential) Document(p proof.Proof) []byte { return signed(c.object, p) }

func signed(o *object, p proof.Proof) []byte {
	w := jsontext.New(6 << 10)
	o.write(w, false, p.Write)
	return w.Bytes()
}

// Claims are the payload of the credential as a VC-JWT (OB 3.0, "Create the JWT Payload"): the credential without white
// space and the registered claims that repeat it.
func (c *Credential) Claims() []byte {
	w := jsontext.Compact(6 << 10)
	c.object.write(w, true, func(w *jsontext.Writer) {
		w.Text("iss", c.issuer)
		w.Text("jti", c.object.id)
		w.Text("sub", c.subject)
		w.Number("nbf", c.from.Unix())
		if !c.until.IsZero() {
			w.Number("exp", c.until.Unix())
		}
	})
	return w.Bytes()
}

// Gone is what stands in place of an erased award's credential: that it was one, and no more.
func (e Encoder) Gone(a *badge.Award) []byte {
	w := jsontext.New(256)
	w.Open('{')
	w.Text("id", e.Site.URL(layout.Credential(a.ID)))
	w.Flag("revoked", true)
	w.Close('}')
	return w.Bytes()
}

// SubjectID is the id of a credential's subject: the holder's DID, or a name for the holder of this one award, as VC-JWTs
// need one (OB 3.0, "sub"). It is the same with every build and tells nothing of the holder.
func SubjectID(a *badge.Award) string {
	if a.Recipient.Kind == badge.DID {
		return a.Recipient.Plain
	}
	return badge.URN("holder " + a.ID)
}
