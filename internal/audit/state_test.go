package audit_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/audit"
	"blazon/internal/bake"
	"blazon/internal/did"
	"blazon/internal/layout"
	"blazon/internal/multikey"
	"blazon/internal/verdict"
)

// oneFault demands that nothing but one thing is said of a site.
func oneFault(t *testing.T, files fstest.MapFS, path string, check verdict.ID) {
	t.Helper()
	r := run(t, files)
	require.Len(t, r.Faults, 1, describe(r))
	assert.Equal(t, path, r.Faults[0].Path, describe(r))
	assert.Equal(t, check, r.Faults[0].Check, describe(r))
}

// TestErasedWithoutLedger: an erased award's own documents tell it from a revoked one.
func TestErasedWithoutLedger(t *testing.T) {
	damaged := &fstest.MapFile{Data: []byte("x\n")}
	files := newSite(t)
	files[layout.Ledger] = damaged
	oneFault(t, files, layout.Ledger, audit.Ledger)
	assert.Equal(t, 1, run(t, files).Erased)

	files = newSite(t)
	line := string(files[layout.Ledger].Data)
	files[layout.Ledger] = &fstest.MapFile{Data: []byte(strings.Replace(line, "erased", strings.Repeat("0", 64), 1))}
	oneFault(t, files, layout.Ledger, audit.Ledger)

	files = newSite(t)
	for name := range files { // 2.0 with a signature
		if strings.Contains(name, "credential") || strings.Contains(name, "/status/") || strings.HasSuffix(name, "did.json") || strings.HasSuffix(name, ".jwk.json") {
			delete(files, name)
		}
	}
	b := newBuilder(t)
	for _, n := range []int{1, 2, 3} {
		files[layout.AwardImage(id(n), "png")] = &fstest.MapFile{Data: b.bake(bake.Text{Keyword: bake.OB2, Value: string(files[layout.Assertion(id(n))].Data)})}
	}
	files[layout.Ledger] = damaged
	oneFault(t, files, layout.Ledger, audit.Ledger)
	for name := range files { // 2.0 without
		if strings.Contains(name, "signed") || strings.Contains(name, "/keys/") || strings.HasSuffix(name, "revocations.json") {
			delete(files, name)
		}
	}
	edit(t, files, layout.Profile("makers"), func(o object) { delete(o, "publicKey"); delete(o, "revocationList") })
	oneFault(t, files, layout.Ledger, audit.Ledger)
	assert.Equal(t, 1, run(t, files).Erased)

	// A reason alone is no erasure.
	edit(t, files, layout.Assertion(id(3)), func(o object) { o["revocationReason"] = "Erased" })
	files[layout.AwardImage(id(3), "png")] = &fstest.MapFile{Data: b.bake(bake.Text{Keyword: bake.OB2, Value: string(files[layout.Assertion(id(3))].Data)})}
	oneFault(t, files, layout.Ledger, audit.Ledger)
	assert.Equal(t, 1, run(t, files).Erased)
}

// TestPageAlone: an award to a DID of which nothing is signed has no document that could say that it was revoked.
func TestPageAlone(t *testing.T) {
	files := newSite(t)
	for name := range files {
		if strings.HasPrefix(name, "awards/"+id(3)+"/") && name != layout.AwardPage(id(3)) {
			delete(files, name)
		}
	}
	files[layout.AwardPage(id(3))] = &fstest.MapFile{Data: []byte(`<article class="award"><div class="plate revoked"></div></article>`)}
	for _, f := range run(t, files).Faults {
		assert.NotEqual(t, layout.AwardPage(id(3)), f.Path, f.Reason)
	}
}

// stolen is a key that was revoked.
func stolen(name string) did.Method {
	seed := sha256.Sum256([]byte("stolen"))
	public := ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)
	return did.Method{ID: name + "#" + multikey.Ed25519(public), Type: did.Multikey, Controller: name, Key: public, Revoked: time.Date(2026, 2, 1, 0, 0, 0, 0, time.UTC)}
}

// TestResigned: a key that was stolen asserts nothing any more, and what it had signed was signed again; the other form has
// another key, and is as it was.
func TestResigned(t *testing.T) {
	b := newBuilder(t)
	key := stolen(b.did)
	name := site.DIDDocument("makers", false)
	b.controls(name, key)
	b.again = func(credential object) { credential["validFrom"] = "2026-02-01T00:00:00Z" }
	b.award(1, "", "")
	b.award(3, "", "revoked")
	b.put(layout.IssuerJWK("makers", "taken"), pretty(object{"revoked": "2026-02-01T00:00:00Z"}))
	b.put(layout.IssuerKey("makers", "taken"), pretty(object{"@context": "https://w3id.org/openbadges/v2", "id": site.URL(layout.IssuerKey("makers", "taken")), "type": "CryptographicKey", "revoked": true}))
	files := b.finish()
	r := run(t, files)
	assert.Empty(t, r.Faults, describe(r))

	edit(t, files, name, func(o object) { o["assertionMethod"] = append(o["assertionMethod"].([]any), key.ID) })
	oneFault(t, files, name, verdict.Key)

	b = newBuilder(t)
	b.again = func(credential object) { credential["awardedDate"] = "2026-01-16T09:00:00Z" }
	b.award(1, "", "")
	assert.Contains(t, describe(run(t, b.finish())), `they differ at "/awardedDate"`)
}

// TestRootDID: the DID document of the base URL itself is looked at as those of issuers are.
func TestRootDID(t *testing.T) {
	b := newBuilder(t)
	delete(b.files, site.DIDDocument("makers", false))
	var err error
	b.did, err = did.Web(base)
	require.NoError(t, err)
	name := site.DIDDocument("makers", true)
	b.controls(name)
	b.award(1, "", "")
	files := b.finish()
	r := run(t, files)
	assert.Empty(t, r.Faults, describe(r))

	key := stolen(b.did)
	key.Revoked = time.Time{}
	b.controls(name, key)
	oneFault(t, b.files, name, verdict.Key)
}

// TestClasses: a class counts once, also where it is published for one generation only.
func TestClasses(t *testing.T) {
	for _, name := range []string{layout.Class("soldering"), layout.Achievement("soldering")} {
		files := newSite(t)
		delete(files, name)
		assert.Equal(t, 1, run(t, files).Classes, name)
	}
}

// TestPipe: nothing is waited for.
func TestPipe(t *testing.T) {
	files := newSite(t)
	files["pipe.json"] = &fstest.MapFile{Mode: fs.ModeNamedPipe}
	oneFault(t, files, "pipe.json", audit.Files)
}
