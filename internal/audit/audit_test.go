package audit_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io/fs"
	"os"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/audit"
	"blazon/internal/bake"
	"blazon/internal/layout"
	"blazon/internal/verdict"
)

func run(t testing.TB, files fs.FS) *audit.Result {
	t.Helper()
	r, err := audit.Site(t.Context(), files, audit.Options{Now: now, Workers: 2})
	require.NoError(t, err)
	return r
}

func describe(r *audit.Result) string {
	var b strings.Builder
	for _, f := range r.Faults {
		fmt.Fprintf(&b, "%s %s [%s]: %s\n", f.Outcome, f.Path, f.Check, f.Reason)
	}
	return b.String()
}

func TestSite(t *testing.T) {
	r := run(t, newSite(t))
	assert.Empty(t, r.Faults, describe(r))
	assert.Equal(t, verdict.Valid, r.Verdict)
	assert.Equal(t, base, r.Base)
	assert.Equal(t, []int{1, 1, 4, 1, 1}, []int{r.Issuers, r.Classes, r.Awards, r.Revoked, r.Erased})
	assert.Greater(t, r.Links, 20)
}

// TestUnsigned: a site may publish less.
func TestUnsigned(t *testing.T) {
	files := newSite(t)
	for name := range files {
		if strings.Contains(name, "credential") || strings.Contains(name, "signed") || strings.Contains(name, "/keys/") || strings.Contains(name, "/status/") ||
			strings.HasSuffix(name, "did.json") || strings.HasSuffix(name, "revocations.json") {
			delete(files, name)
		}
	}
	b := newBuilder(t)
	edit(t, files, layout.Profile("makers"), func(o object) { delete(o, "publicKey"); delete(o, "revocationList") })
	for _, n := range []int{1, 2, 3} {
		files[layout.AwardImage(id(n), "png")] = &fstest.MapFile{Data: b.bake(bake.Text{Keyword: bake.OB2, Value: string(files[layout.Assertion(id(n))].Data)})}
	}
	r := run(t, files)
	assert.Empty(t, r.Faults, describe(r))
	assert.Equal(t, verdict.Valid, r.Verdict)
}

func TestNoSite(t *testing.T) {
	_, err := audit.Site(t.Context(), fstest.MapFS{"index.html": {}}, audit.Options{Now: now})
	assert.ErrorIs(t, err, audit.ErrNoSite)
	r, err := audit.Site(t.Context(), fstest.MapFS{"index.html": {}, layout.Ledger: {}, layout.NotFound: {}}, audit.Options{Now: now, Base: base})
	require.NoError(t, err)
	assert.Equal(t, verdict.Valid, r.Verdict, describe(r))
}

// edit changes a document of a site.
func edit(t testing.TB, files fstest.MapFS, name string, change func(o object)) {
	t.Helper()
	require.Contains(t, files, name)
	var o object
	require.NoError(t, json.Unmarshal(files[name].Data, &o), name)
	change(o)
	files[name] = &fstest.MapFile{Data: pretty(o)}
}

// otherPEM is a public key of nobody's.
const otherPEM = `-----BEGIN PUBLIC KEY-----
MCowBQYDK2VwAyEAA6EHv/POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg=
-----END PUBLIC KEY-----
`

// TestFaults plants one fault at a time, and has it named where it is.
func TestFaults(t *testing.T) {
	good := newSite(t)
	other, err := os.ReadFile("../../content/badges/first-aid.png")
	require.NoError(t, err)
	one, late, taken, gone := id(1), id(2), id(3), id(4)
	put := func(name string, data []byte) func(*testing.T, fstest.MapFS) {
		return func(_ *testing.T, files fstest.MapFS) { files[name] = &fstest.MapFile{Data: data} }
	}
	drop := func(name string) func(*testing.T, fstest.MapFS) {
		return func(t *testing.T, files fstest.MapFS) { require.Contains(t, files, name); delete(files, name) }
	}
	set := func(name, key string, v any) func(*testing.T, fstest.MapFS) {
		return func(t *testing.T, files fstest.MapFS) { edit(t, files, name, func(o object) { o[key] = v }) }
	}
	copied := func(from, to string) func(*testing.T, fstest.MapFS) {
		return func(t *testing.T, files fstest.MapFS) { require.Contains(t, files, from); files[to] = files[from] }
	}
	replace := func(name, old, new string) func(*testing.T, fstest.MapFS) {
		return func(t *testing.T, files fstest.MapFS) {
			require.Contains(t, string(files[name].Data), old)
			files[name] = &fstest.MapFile{Data: bytes.Replace(files[name].Data, []byte(old), []byte(new), 1)}
		}
	}
	profile, class, list, keys := layout.Profile("makers"), layout.Class("soldering"), layout.StatusList("makers", 0), layout.IssuerKey("makers", "rsa")
	for name, test := range map[string]struct {
		plant func(t *testing.T, files fstest.MapFS)
		path  string
		check verdict.ID
	}{
		"assertion changed":           {set(layout.Assertion(one), "issuedOn", "2026-01-16T09:00:00Z"), layout.AwardImage(one, "png"), verdict.Copy},
		"assertion changed, ledger":   {set(layout.Assertion(one), "issuedOn", "2026-01-16T09:00:00Z"), layout.Ledger, audit.Ledger},
		"white space in an assertion": {replace(layout.Assertion(one), "\n", "\n\n"), layout.AwardImage(one, "png"), verdict.Copy},
		"assertion of another":        {copied(layout.Assertion(late), layout.Assertion(one)), layout.Assertion(one), verdict.Hosting},
		"assertion missing":           {drop(layout.Assertion(one)), layout.AwardPage(one), audit.Links},
		"twin changed":                {set(layout.Assertion1(one), "expires", "2030-01-01T00:00:00Z"), layout.Assertion1(one), audit.State},
		"twin of another class":       {set(layout.Assertion1(one), "badge", base+"/badges/none/class.json"), layout.Assertion1(one), verdict.Class},
		"duplicate keys":              {replace(layout.Assertion(one), "{", `{"type":"x",`), layout.Assertion(one), verdict.Structure},
		"credential changed":          {replace(layout.Credential(one), "Solders.", "Welds."), layout.Credential(one), verdict.Signature},
		"credential with a new term":  {set(layout.Credential(one), "honours", "x"), layout.Credential(one), verdict.Terms},
		"credential of another":       {copied(layout.Credential(late), layout.Credential(one)), layout.Credential(one), verdict.Hosting},
		"JWT cut":                     {put(layout.CredentialJWT(one), good[layout.CredentialJWT(one)].Data[:900]), layout.CredentialJWT(one), verdict.Structure},
		"JWT of another":              {copied(layout.CredentialJWT(late), layout.CredentialJWT(one)), layout.CredentialJWT(one), verdict.Hosting},
		"JWS cut":                     {put(layout.SignedJWS(one), good[layout.SignedJWS(one)].Data[:900]), layout.SignedJWS(one), verdict.Signature},
		"JWS of another":              {copied(layout.SignedJWS(late), layout.SignedJWS(one)), layout.SignedJWS(one), audit.State},
		"JWS of another, alike":       {copied(layout.SignedJWS(late), layout.SignedJWS(one)), layout.Signed(one), verdict.Copy},
		"signed assertion changed":    {set(layout.Signed(one), "issuedOn", "2026-01-16T09:00:00Z"), layout.Signed(one), verdict.Copy},
		"image unbaked":               {put(layout.AwardImage(one, "png"), good[layout.ClassImage("soldering", "png")].Data), layout.AwardImage(one, "png"), verdict.Baked},
		"image of another":            {copied(layout.AwardImage(late, "png"), layout.AwardImage(one, "png")), layout.AwardImage(one, "png"), verdict.Copy},
		"image cut":                   {put(layout.AwardImage(one, "png"), good[layout.AwardImage(one, "png")].Data[:500]), layout.AwardImage(one, "png"), verdict.Baked},
		"page of another":             {copied(layout.AwardPage(late), layout.AwardPage(one)), layout.AwardPage(one), audit.State},
		"erased, page still there":    {replace(layout.AwardPage(gone), `class="award">`, `class="award"><p class="plate">Bob</p>`), layout.AwardPage(gone), audit.State},
		"twin of another uid":         {set(layout.Assertion1(one), "uid", late), layout.Assertion1(one), audit.State},
		"achievement changed":         {set(layout.Achievement("soldering"), "tag", []any{"x"}), layout.Achievement("soldering"), audit.State},
		"achievement renamed":         {set(layout.Achievement("soldering"), "name", "Welding"), layout.Class("soldering"), audit.State},
		"JWK of nobody":               {set(layout.IssuerJWK("makers", "rsa"), "e", "Aw"), layout.IssuerJWK("makers", "rsa"), verdict.Key},
		"PEM of nobody":               {set(keys, "publicKeyPem", otherPEM), keys, verdict.Key},
		"PEM without a key":           {set(keys, "publicKeyPem", "x"), keys, verdict.Key},
		"private key":                 {put("key.txt", []byte("-----BEGIN EC PRIVATE KEY-----\n")), "key.txt", audit.Files},
		"DID without its context":     {set(site.DIDDocument("makers", false), "@context", []any{"https://w3id.org/security/multikey/v1"}), site.DIDDocument("makers", false), verdict.Structure},
		"list without its context":    {set(layout.Revocations("makers"), "@context", "https://w3id.org/openbadges/v1"), layout.Revocations("makers"), verdict.Structure},
		"page missing":                {drop(layout.AwardPage(one)), layout.AwardPage(one), audit.Files},
		"page says revoked":           {replace(layout.AwardPage(one), "plate", "plate revoked"), layout.AwardPage(one), audit.State},
		"page does not say revoked":   {replace(layout.AwardPage(taken), "plate revoked", "plate"), layout.AwardPage(taken), audit.State},
		"revoked assertion is full": {func(t *testing.T, files fstest.MapFS) {
			edit(t, files, layout.Assertion(taken), func(o object) { o["badge"] = base + "/badges/soldering/class.json" })
		}, layout.Assertion(taken), audit.State},
		"revoked twin is full":      {copied(layout.Assertion1(one), layout.Assertion1(taken)), layout.Assertion1(taken), audit.State},
		"revoked, JWS not listed":   {set(layout.Revocations("makers"), "revokedAssertions", []any{"urn:uuid:x", "urn:uuid:y"}), layout.SignedJWS(taken), audit.State},
		"valid, JWS listed":         {set(layout.Revocations("makers"), "revokedAssertions", []any{"urn:uuid:00000000-0000-5000-8000-000000000001", "urn:uuid:00000000-0000-5000-8000-000000000003"}), layout.SignedJWS(one), audit.State},
		"list names an address":     {set(layout.Revocations("makers"), "revokedAssertions", []any{base + "/awards/" + taken + "/assertion.json", "urn:uuid:00000000-0000-5000-8000-000000000003"}), layout.Revocations("makers"), verdict.Structure},
		"list of another issuer":    {set(layout.Revocations("makers"), "issuer", base+"/badges/soldering/class.json"), layout.Revocations("makers"), verdict.Issuer},
		"bit not set":               {listWith(nil), layout.Credential(taken), audit.State},
		"bit set for a valid award": {listWith([]int{100, 102, 103}), layout.Assertion(one), audit.State},
		"bit set for nobody":        {listWith([]int{102, 103, 900}), list, verdict.Revocation},
		"status list changed":       {set(list, "validFrom", "2026-01-02T00:00:00Z"), list, verdict.Signature},
		"status list missing":       {drop(list), layout.Credential(one), verdict.Revocation},
		"two awards in one place":   {samePlace, layout.Credential(late), verdict.Revocation},
		"erased, still named":       {set(layout.Credential(gone), "name", "Bob"), layout.Credential(gone), audit.State},
		"erased, JWT still there":   {copied(layout.CredentialJWT(one), layout.CredentialJWT(gone)), layout.CredentialJWT(gone), audit.State},
		"erased, image still baked": {copied(layout.AwardImage(taken, "png"), layout.AwardImage(gone, "png")), layout.AwardImage(gone, "png"), audit.State},
		"ledger missing":            {drop(layout.Ledger), layout.Ledger, audit.Ledger},
		"ledger damaged":            {put(layout.Ledger, []byte("x\n")), layout.Ledger, audit.Ledger},
		"ledger lacks an award":     {put(layout.Ledger, good[layout.Ledger].Data[130:]), layout.Ledger, audit.Ledger},
		"ledger has one more":       {put(layout.Ledger, append(bytes.Clone(good[layout.Ledger].Data), []byte(strings.Repeat("f", 64)+" erased\n")...)), layout.Ledger, audit.Ledger},
		"profile without mail":      {func(t *testing.T, files fstest.MapFS) { edit(t, files, profile, func(o object) { delete(o, "email") }) }, profile, verdict.Issuer},
		"profile of another id":     {set(profile, "id", base+"/issuers/x/profile.json"), profile, verdict.Hosting},
		"profile of another name":   {set(profile, "name", "Fakers"), profile, audit.State},
		"class of another name":     {set(class, "name", "Welding"), class, audit.State},
		"class without image":       {func(t *testing.T, files fstest.MapFS) { edit(t, files, class, func(o object) { delete(o, "image") }) }, class, verdict.Class},
		"class image missing":       {drop(layout.ClassImage("soldering", "png")), class, audit.Links},
		"achievement without name":  {set(layout.Achievement("soldering"), "name", nil), layout.Achievement("soldering"), verdict.Class},
		"key of another":            {set(keys, "owner", base+"/badges/soldering/class.json"), keys, verdict.Key},
		"key is private":            {put(layout.IssuerJWK("makers", "rsa"), []byte(`{"kty":"OKP","crv":"Ed25519","x":"A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg","d":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"}`)), layout.IssuerJWK("makers", "rsa"), verdict.Key},
		"DID of another":            {replace(site.DIDDocument("makers", false), `"id": "did:web:badges.example.org:school:issuers:makers"`, `"id": "did:web:badges.example.org:school:issuers:other"`), site.DIDDocument("makers", false), verdict.Key},
		"DID lists no key":          {set(site.DIDDocument("makers", false), "assertionMethod", []any{}), site.DIDDocument("makers", false), verdict.Key},
		"DID missing":               {drop(site.DIDDocument("makers", false)), layout.Credential(one), verdict.Key},
		"link to nothing":           {replace(layout.Home, "badges/soldering/#how", "badges/none/"), layout.Home, audit.Links},
		"anchor to nothing":         {replace(layout.Home, "#how", "#why"), layout.Home, audit.Links},
		"srcset to nothing":         {replace(layout.ClassPage("soldering"), "./image.png", "./big.png"), layout.ClassPage("soldering"), audit.Links},
		"style to nothing":          {replace("style.css", "image.png", "none.png"), "style.css", audit.Links},
		"site map to nothing":       {replace("sitemap.xml", "soldering", "none"), "sitemap.xml", audit.Links},
		"404 missing":               {drop(layout.NotFound), layout.NotFound, audit.Files},
		"site map cut":              {replace("sitemap.xml", "</urlset>", ""), "sitemap.xml", audit.Files},
		"class image cut":           {put(layout.ClassImage("soldering", "png"), good[layout.ClassImage("soldering", "png")].Data[:900]), layout.ClassImage("soldering", "png"), verdict.Images},
		"class image of another":    {put(layout.ClassImage("soldering", "png"), other), layout.AwardImage(one, "png"), verdict.Images},
		"bytes behind an image":     {put(layout.AwardImage(one, "png"), append(bytes.Clone(good[layout.AwardImage(one, "png")].Data), 'x')), layout.AwardImage(one, "png"), verdict.Images},
		"key of nobody":             {put(layout.IssuerJWK("makers", "rsa"), []byte(`{"kty":"OKP","crv":"Ed25519","x":"A6EHv_POEL4dcN0Y50vAmWfk1jCbpQ1fHdyGZBJVMbg"}`)), layout.IssuerJWK("makers", "rsa"), verdict.Key},
		"strange file":              {put("badges/soldering/notes.xyz", nil), "badges/soldering/notes.xyz", audit.Files},
	} {
		t.Run(name, func(t *testing.T) {
			files := fstest.MapFS{}
			for n, f := range good {
				files[n] = f
			}
			test.plant(t, files)
			r := run(t, files)
			found := false
			for _, f := range r.Faults {
				found = found || f.Path == test.path && f.Check == test.check
				assert.NotContains(t, f.Reason, "%!")
			}
			assert.True(t, found, "%s [%s] in\n%s", test.path, test.check, describe(r))
			if name == "status list missing" {
				return // other awards are then in question too, but not wrong
			}
			assert.Equal(t, verdict.Invalid, r.Verdict)
		})
	}
}

// listWith replaces the status list by a signed one with other bits.
func listWith(set []int) func(*testing.T, fstest.MapFS) {
	return func(t *testing.T, files fstest.MapFS) {
		b := newBuilder(t)
		for _, i := range set {
			b.bits.Set(i)
		}
		files[layout.StatusList("makers", 0)] = b.finish()[layout.StatusList("makers", 0)]
	}
}

func samePlace(t *testing.T, files fstest.MapFS) {
	b := newBuilder(t)
	b.award(2, "2026-06-01T00:00:00Z", "")
	for name, f := range b.files {
		if strings.HasPrefix(name, "awards/") {
			files[name] = f
		}
	}
}

func BenchmarkSite(b *testing.B) {
	builder := newBuilder(b)
	for n := range 200 {
		builder.award(n, "", "")
	}
	files := builder.finish()
	for b.Loop() {
		require.Empty(b, run(b, files).Faults)
	}
	b.ReportMetric(float64(b.Elapsed().Microseconds())/float64(b.N)/200, "us/award")
}

// TestEveryFileMatters: no file can go without being missed, and no byte of what machines read can change unnoticed.
func TestEveryFileMatters(t *testing.T) {
	good := newSite(t)
	seen := 0
	for name, file := range good {
		with := func(data []byte) fstest.MapFS {
			files := fstest.MapFS{}
			for n, f := range good {
				files[n] = f
			}
			if files[name] = (&fstest.MapFile{Data: data}); data == nil {
				delete(files, name)
			}
			return files
		}
		seen++
		missing := run(t, with(nil))
		if name != "robots.txt" && name != "sitemap.xml" && name != layout.Home {
			assert.NotEqual(t, verdict.Valid, missing.Verdict, "%s is missing", name)
		}
		machine := strings.HasPrefix(name, layout.Awards) && !strings.HasSuffix(name, ".html") || strings.HasSuffix(name, ".json") || name == layout.Ledger
		if !machine || len(file.Data) == 0 || strings.HasPrefix(name, "awards/"+id(4)) {
			continue
		}
		// The middle of every file is a byte of a value, or of pixels.
		changed := bytes.Clone(file.Data)
		at := len(changed) / 2
		for changed[at] == '\n' || changed[at] == ' ' {
			at++
		}
		changed[at] ^= 1
		assert.NotEqual(t, verdict.Valid, run(t, with(changed)).Verdict, "a byte of %s is another: %q", name, changed[max(0, at-20):min(len(changed), at+20)])
	}
	assert.Greater(t, seen, 30)
}

// TestOrder: what is found does not depend on how many look at once.
func TestOrder(t *testing.T) {
	files := newSite(t)
	samePlace(t, files)
	edit(t, files, layout.Class("soldering"), func(o object) { delete(o, "image") })
	files[layout.Credential(id(1))] = files[layout.Credential(id(3))]
	var first string
	for _, workers := range []int{0, 1, 2, 8} {
		r, err := audit.Site(t.Context(), files, audit.Options{Now: now, Workers: workers})
		require.NoError(t, err)
		if first == "" {
			first = describe(r)
		}
		assert.Equal(t, first, describe(r), "%d workers", workers)
	}
	assert.NotEmpty(t, first)
}
