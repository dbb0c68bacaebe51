package audit_test

import (
	"bytes"
	"crypto"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
	"blazon/internal/did"
	"blazon/internal/jose"
	"blazon/internal/jsonld"
	"blazon/internal/layout"
	"blazon/internal/ledger"
	"blazon/internal/multikey"
	"blazon/internal/rdfc"
	"blazon/internal/status"
)

const base = "https://badges.example.org/school"

var (
	now  = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)
	site = layout.Site{Base: base}
)

type object = map[string]any

var edKey = func() ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("audit"))
	return ed25519.NewKeyFromSeed(seed[:])
}()

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(nil, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func pretty(v any) []byte {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		panic(err)
	}
	return b.Bytes()
}

func hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256$" + hex.EncodeToString(sum[:])
}

// builder makes a site as blazon publishes it, with one award of each kind.
type builder struct {
	t       testing.TB
	files   fstest.MapFS
	picture []byte
	lines   []ledger.Line
	did     string
	bits    status.Bits
	revoked []any
	slot    int
	// again changes a credential with a proof inside, and not its JWT, before it is signed; it may be nil.
	again func(credential object)
}

func (b *builder) put(name string, data []byte) { b.files[name] = &fstest.MapFile{Data: data} }

func id(n int) string { return fmt.Sprintf("%026d", n) }

// newSite makes a site with an award of each kind: valid, expired, revoked, erased.
func newSite(t testing.TB) fstest.MapFS {
	t.Helper()
	b := newBuilder(t)
	b.award(1, "", "")
	b.award(2, "2026-06-01T00:00:00Z", "")
	b.award(3, "", "revoked")
	b.award(4, "", "erased")
	return b.finish()
}

func newBuilder(t testing.TB) *builder {
	t.Helper()
	picture, err := os.ReadFile("../../content/images/default.png")
	require.NoError(t, err)
	b := &builder{t: t, files: fstest.MapFS{}, picture: picture, bits: status.NewBits()}
	b.did, err = did.Web(base, "issuers", "makers")
	require.NoError(t, err)
	const context = "https://w3id.org/openbadges/v2"
	profile, class, key := site.URL(layout.Profile("makers")), site.URL(layout.Class("soldering")), site.URL(layout.IssuerKey("makers", "rsa"))
	b.put(layout.Profile("makers"), pretty(object{"@context": context, "id": profile, "type": "Issuer", "name": "Makers", "url": "https://makers.example.org/", "email": "a@example.org",
		"publicKey": key, "revocationList": site.URL(layout.Revocations("makers")),
		"verification": object{"type": "VerificationObject", "startsWith": base + "/awards/", "allowedOrigins": "badges.example.org"}}))
	b.put(layout.Class("soldering"), pretty(object{"@context": context, "id": class, "type": "BadgeClass", "name": "Soldering", "description": "Solders.",
		"image": site.URL(layout.ClassImage("soldering", "png")), "criteria": site.URL(layout.ClassPage("soldering")), "issuer": profile}))
	b.put(layout.Achievement("soldering"), pretty(b.achievement(true)))
	b.put(layout.ClassImage("soldering", "png"), picture)
	b.put(layout.NotFound, []byte(`<!doctype html><a href="/school/">home</a>`))
	b.put(layout.Home, []byte(`<!doctype html><html><body id="main"><link rel="stylesheet" href="style.css"><a href="badges/soldering/#how">S</a><a href="https://elsewhere.example.org/x">x</a></body></html>`))
	b.put(layout.ClassPage("soldering"), []byte(`<!doctype html><h1 id="how">S</h1><img src="image.png" srcset="image.png 1x, ./image.png 2x"><a href="../../#main">home</a><a href="../soldering">again</a>`))
	b.put("style.css", []byte(`body{background:url("badges/soldering/image.png")} a{background:url(data:image/png;base64,AAAA)}`))
	b.put("sitemap.xml", []byte(`<urlset><url><loc>`+base+`/badges/soldering/</loc></url></urlset>`))
	b.put("robots.txt", []byte("Sitemap: "+base+"/sitemap.xml\n"))
	jwk, err := jose.FromPublic(rsaKey().Public())
	require.NoError(t, err)
	data, err := jwk.MarshalJSON()
	require.NoError(t, err)
	b.put(layout.IssuerJWK("makers", "rsa"), data)
	der, err := x509.MarshalPKIXPublicKey(rsaKey().Public())
	require.NoError(t, err)
	b.put(layout.IssuerKey("makers", "rsa"), pretty(object{"@context": context, "id": key, "type": "CryptographicKey", "owner": profile,
		"publicKeyPem": string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))}))
	b.controls(site.DIDDocument("makers", false))
	return b
}

// controls writes the issuer's DID document, in which further keys stand that are not listed for assertions.
func (b *builder) controls(name string, others ...did.Method) {
	public := edKey.Public().(ed25519.PublicKey)
	methods := []did.Method{
		{ID: b.did + "#" + multikey.Ed25519(public), Type: did.Multikey, Controller: b.did, Key: public},
		{ID: b.did + "#rsa", Type: did.JSONWebKey, Controller: b.did, Key: rsaKey().Public()},
	}
	document, err := did.Encode(&did.Document{ID: b.did, Methods: append(methods, others...), Assertion: []string{methods[0].ID, methods[1].ID}})
	require.NoError(b.t, err)
	b.put(name, document)
}

func (b *builder) achievement(alone bool) object {
	a := object{"id": site.URL(layout.Achievement("soldering")), "type": []any{"Achievement"}, "name": "Soldering", "description": "Solders.",
		"criteria": object{"id": site.URL(layout.ClassPage("soldering"))}, "image": object{"id": site.URL(layout.ClassImage("soldering", "png")), "type": "Image"},
		"creator": object{"id": site.URL(layout.Profile("makers")), "type": []any{"Profile"}, "name": "Makers", "url": "https://makers.example.org/"}}
	if alone {
		a["@context"] = contexts
	}
	return a
}

var contexts = []any{"https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json"}

func (b *builder) canonical(o object) [32]byte {
	quads, err := jsonld.New(nil).ToRDF(b.t.Context(), pretty(o))
	require.NoError(b.t, err)
	text, err := rdfc.Canonicalize(quads, rdfc.Limits{})
	require.NoError(b.t, err)
	return sha256.Sum256(text)
}

func (b *builder) prove(o object) object {
	options := object{"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "created": "2026-01-15T09:00:00Z", "proofPurpose": "assertionMethod",
		"verificationMethod": b.did + "#" + multikey.Ed25519(edKey.Public().(ed25519.PublicKey)), "@context": o["@context"]}
	proof, document := b.canonical(options), b.canonical(o)
	delete(options, "@context")
	options["proofValue"] = "z" + multikey.Encode58(ed25519.Sign(edKey, append(proof[:], document[:]...)))
	signed := object{"proof": []any{options}}
	for k, v := range o {
		signed[k] = v
	}
	return signed
}

func (b *builder) sign(h jose.Header, payload any, key crypto.Signer) []byte {
	text, err := jose.Sign(h, pretty(payload), key)
	require.NoError(b.t, err)
	return []byte(text)
}

func (b *builder) bake(texts ...bake.Text) []byte {
	data, err := bake.Bake(b.picture, texts...)
	require.NoError(b.t, err)
	return data
}

// award adds an award to one holder, in all forms.
func (b *builder) award(n int, expires, kind string) {
	const context = "https://w3id.org/openbadges/v2"
	id := id(n)
	slot := 100 + b.slot
	b.slot++
	identity := hash(fmt.Sprintf("holder%d@example.org", n) + "salt")
	class := site.URL(layout.Class("soldering"))
	page := `<!doctype html><html><link rel="canonical" href="` + site.URL(layout.AwardPage(id)) + `"><body><article class="award"><div class="plate"></div><a href="assertion.json">A</a></article></body></html>`
	uuid := fmt.Sprintf("urn:uuid:00000000-0000-5000-8000-%012d", n)
	if kind != "" {
		b.bits.Set(slot)
	}
	if kind == "erased" {
		b.lines = append(b.lines, ledger.Line{ID: sha256.Sum256([]byte(id)), Erased: true})
		b.put(layout.AwardPage(id), []byte(`<!doctype html><html><body><article class="award"></article></body></html>`))
		b.put(layout.Assertion(id), pretty(object{"@context": context, "id": site.URL(layout.Assertion(id)), "type": "Assertion", "revoked": true, "revocationReason": "Erased"}))
		b.put(layout.Assertion1(id), pretty(object{"revoked": true}))
		b.put(layout.Signed(id), pretty(object{"revoked": true}))
		b.put(layout.SignedJWS(id), nil)
		b.put(layout.Credential(id), pretty(object{"id": site.URL(layout.Credential(id)), "revoked": true}))
		b.put(layout.CredentialJWT(id), nil)
		b.put(layout.AwardImage(id, "png"), b.picture)
		return
	}
	b.lines = append(b.lines, ledger.Published(id, identity, class, "2026-01-15T09:00:00Z", expires))
	recipient := object{"type": "email", "hashed": true, "salt": "salt", "identity": identity}
	two := object{"@context": context, "id": site.URL(layout.Assertion(id)), "type": "Assertion", "recipient": recipient, "badge": class,
		"verification": object{"type": "HostedBadge"}, "issuedOn": "2026-01-15T09:00:00Z", "image": site.URL(layout.AwardImage(id, "png"))}
	one := object{"uid": id, "recipient": recipient, "badge": class, "verify": object{"type": "hosted", "url": site.URL(layout.Assertion1(id))}, "issuedOn": "2026-01-15T09:00:00Z"}
	signed := object{"@context": context, "id": uuid, "type": "Assertion", "recipient": recipient, "badge": class, "issuedOn": "2026-01-15T09:00:00Z",
		"verification": object{"type": "SignedBadge", "creator": site.URL(layout.IssuerKey("makers", "rsa"))}}
	list := site.URL(layout.StatusList("makers", 0))
	credential := object{"@context": contexts, "id": site.URL(layout.Credential(id)), "type": []any{"VerifiableCredential", "OpenBadgeCredential"}, "name": "Soldering",
		"issuer": object{"id": b.did, "type": []any{"Profile"}, "name": "Makers"}, "validFrom": "2026-01-15T09:00:00Z", "awardedDate": "2026-01-15T09:00:00Z",
		"credentialSubject": object{"id": uuid, "type": []any{"AchievementSubject"}, "image": object{"id": site.URL(layout.AwardImage(id, "png")), "type": "Image"},
			"identifier":  []any{object{"type": "IdentityObject", "hashed": true, "identityType": "emailAddress", "salt": "salt", "identityHash": identity}},
			"achievement": b.achievement(false)},
		"credentialStatus": object{"id": fmt.Sprintf("%s#%d", list, slot), "type": "BitstringStatusListEntry", "statusPurpose": "revocation", "statusListIndex": fmt.Sprint(slot), "statusListCredential": list}}
	if expires != "" {
		two["expires"], one["expires"], signed["expires"], credential["validUntil"] = expires, expires, expires, expires
	}
	if kind == "revoked" {
		two = object{"@context": context, "id": two["id"], "type": "Assertion", "revoked": true, "revocationReason": "Error"}
		one = object{"revoked": true}
		b.revoked = append(b.revoked, uuid)
		page = strings.Replace(page, `class="plate"`, `class="plate revoked"`, 1)
	}
	b.put(layout.AwardPage(id), []byte(page))
	b.put(layout.Assertion(id), pretty(two))
	b.put(layout.Assertion1(id), pretty(one))
	b.put(layout.SignedJWS(id), b.sign(jose.Header{Alg: "RS256"}, signed, rsaKey()))
	b.put(layout.Signed(id), pretty(signed))
	anew := maps.Clone(credential)
	if b.again != nil {
		b.again(anew)
	}
	b.put(layout.Credential(id), pretty(b.prove(anew)))
	jwt := object{"iss": b.did, "jti": credential["id"], "sub": uuid, "nbf": 1768467600}
	for k, v := range credential {
		jwt[k] = v
	}
	if expires != "" {
		at, err := time.Parse(time.RFC3339, expires)
		require.NoError(b.t, err)
		jwt["exp"] = at.Unix()
	}
	b.put(layout.CredentialJWT(id), b.sign(jose.Header{Alg: "RS256", Kid: site.URL(layout.IssuerJWK("makers", "rsa")), Typ: "JWT"}, jwt, rsaKey()))
	b.put(layout.AwardImage(id, "png"), b.bake(bake.Text{Keyword: bake.OB2, Value: string(pretty(two))}, bake.Text{Keyword: bake.OB3, Value: string(b.files[layout.Credential(id)].Data)}))
}

// finish writes what is known only when all awards are there.
func (b *builder) finish() fstest.MapFS {
	encoded, err := status.Encode(b.bits)
	require.NoError(b.t, err)
	list := site.URL(layout.StatusList("makers", 0))
	b.put(layout.StatusList("makers", 0), pretty(b.prove(object{"@context": contexts[:1], "id": list, "type": []any{"VerifiableCredential", "BitstringStatusListCredential"},
		"issuer": b.did, "validFrom": "2026-01-01T00:00:00Z",
		"credentialSubject": object{"id": list + "#list", "type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": encoded}})))
	b.put(layout.Revocations("makers"), pretty(object{"@context": "https://w3id.org/openbadges/v2", "id": site.URL(layout.Revocations("makers")), "type": "RevocationList",
		"issuer": site.URL(layout.Profile("makers")), "revokedAssertions": append(b.revoked, "urn:uuid:00000000-0000-5000-8000-ffffffffffff")}))
	slices.SortFunc(b.lines, func(x, y ledger.Line) int { return bytes.Compare(x.ID[:], y.ID[:]) })
	var text strings.Builder
	for _, l := range b.lines {
		second := hex.EncodeToString(l.Statement[:])
		if l.Erased {
			second = "erased"
		}
		fmt.Fprintf(&text, "%x %s\n", l.ID, second)
	}
	b.put(layout.Ledger, []byte(text.String()))
	return b.files
}
