package build_test

import (
	"bytes"
	"crypto"
	"encoding/json"
	"io"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
	"blazon/internal/build"
	"blazon/internal/did"
	"blazon/internal/input"
	"blazon/internal/jose"
	"blazon/internal/load"
	"blazon/internal/plan"
	"blazon/internal/signing"
	"blazon/internal/status"
	"blazon/site"
	"blazon/templates"
)

// inEachState is a project with an award in each state, one to a DID and one whose image is a drawing.
func inEachState(t *testing.T) fstest.MapFS {
	t.Helper()
	fsys := example(t)
	fsys["content/badges/welding.svg"] = file(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>`)
	fsys["content/badges/welding.yaml"] = file("name: Welding\ndescription: Welds.\nalt: A torch\n")
	fsys["content/awards/2026.yaml"] = file(`badge: go-basics
issued: 2026-03-14
awards:
  - {id: ` + idValid + `, status_index: 1, recipient: ada@example.org}
  - {id: ` + idRevoked + `, status_index: 131074, recipient: bob@example.org, revoked: {date: 2026-04-01, reason: Error}}
  - {id: ` + idErased + `, status_index: 3, erased: {date: 2026-04-01}}
  - {id: ` + idDID + `, status_index: 4, recipient: {did: "did:web:example.org"}}
  - {id: ` + idURL + `, status_index: 5, badge: welding, recipient: {url: "https://example.org/me"}}
`)
	return fsys
}

// without is the project with one file's text changed.
func without(fsys fstest.MapFS, name, old, with string) fstest.MapFS {
	changed := fstest.MapFS{}
	for path, f := range fsys {
		changed[path] = f
	}
	changed[name] = file(strings.ReplaceAll(string(fsys[name].Data), old, with))
	return changed
}

// TestStates compares what is published of each award with the table of the design.
func TestStates(t *testing.T) {
	fsys := inEachState(t)
	files := siteOf(t, fsys)
	before := siteOf(t, without(fsys, "content/awards/2026.yaml", ", revoked: {date: 2026-04-01, reason: Error}", ""))
	at := func(id, name string) string { return "awards/" + id + "/" + name }

	for _, name := range []string{"credential.json", "credential.jwt", "signed.json", "signed.jws"} {
		assert.NotEmpty(t, before[at(idRevoked, name)])
		assert.Equal(t, string(before[at(idRevoked, name)]), string(files[at(idRevoked, name)]), "%s does not change when the award is revoked", name)
	}
	assert.Contains(t, string(files[at(idRevoked, "assertion.json")]), `"revoked": true`)

	assert.JSONEq(t, `{"id": "https://example.org/badges/awards/`+idErased+`/credential.json", "revoked": true}`, string(files[at(idErased, "credential.json")]))
	assert.JSONEq(t, `{"revoked": true}`, string(files[at(idErased, "signed.json")]))
	assert.Empty(t, files[at(idErased, "credential.jwt")])
	assert.Empty(t, files[at(idErased, "signed.jws")])

	for id, want := range map[string][]string{
		idValid: {"assertion.json", "credential.json"}, idRevoked: {"assertion.json", "credential.json"}, idErased: nil, idDID: {"credential.json"}, idURL: {"assertion.json", "credential.json"},
	} {
		found, err := bake.Unbake(files[at(id, "badge.png")])
		require.NoError(t, err)
		var texts []string
		for _, f := range found {
			texts = append(texts, f.Value)
		}
		require.Len(t, texts, len(want), id)
		for n, name := range want {
			assert.Equal(t, string(files[at(id, name)]), texts[n], "%s: the baked copy is the published file, 2.0 first", id)
		}
	}
	for name, published := range map[string]string{"badge.svg": "assertion.json", "credential.svg": "credential.json"} {
		found, err := bake.Unbake(files[at(idURL, name)])
		require.NoError(t, err)
		require.Len(t, found, 1)
		assert.Equal(t, string(files[at(idURL, published)]), found[0].Value)
	}
}

// TestStatusLists reads the bits that wallets read.
func TestStatusLists(t *testing.T) {
	files := siteOf(t, inEachState(t))
	for list, set := range map[string][]int{"0": {3}, "1": {2}} {
		var document struct {
			CredentialSubject struct{ EncodedList string }
			ValidFrom         string
		}
		require.NoError(t, json.Unmarshal(files["issuers/northwind/status/"+list+".json"], &document))
		assert.Equal(t, "2026-01-01T00:00:00Z", document.ValidFrom, "the first day of the key")
		bits, err := status.Decode(document.CredentialSubject.EncodedList)
		require.NoError(t, err)
		var got []int
		for i := range bits.Len() {
			if is, ok := bits.Get(i); ok && is {
				got = append(got, i)
			}
		}
		assert.Equal(t, set, got, list)
	}
	assert.NotContains(t, files, "issuers/northwind/status/2.json")
}

// TestSignatures verifies what is signed with RSA; an independent library verifies the rest.
func TestSignatures(t *testing.T) {
	files := siteOf(t, inEachState(t))
	key, err := jose.ParseJWK(files["issuers/northwind/keys/rsa.jwk.json"])
	require.NoError(t, err)
	for _, name := range []string{"credential.jwt", "signed.jws"} {
		message, err := jose.Parse(string(files["awards/"+idValid+"/"+name]))
		require.NoError(t, err, name)
		require.NoError(t, message.Verify(key.Public()), name)
	}
	token, err := jose.Parse(string(files["awards/"+idValid+"/credential.jwt"]))
	require.NoError(t, err)
	assert.Equal(t, "https://example.org/badges/issuers/northwind/keys/rsa.jwk.json", token.Header.Kid)

	var signed map[string]any
	require.NoError(t, json.Unmarshal(files["awards/"+idValid+"/signed.json"], &signed))
	jws, err := jose.Parse(string(files["awards/"+idValid+"/signed.jws"]))
	require.NoError(t, err)
	payload, err := json.Marshal(signed)
	require.NoError(t, err)
	assert.JSONEq(t, string(payload), string(jws.Payload))
	assert.Regexp(t, "^urn:uuid:", signed["id"])

	var profile struct{ PublicKey, RevocationList string }
	require.NoError(t, json.Unmarshal(files["issuers/northwind/profile.json"], &profile))
	assert.Equal(t, "https://example.org/badges/issuers/northwind/keys/rsa.json", profile.PublicKey)
	assert.Equal(t, profile.PublicKey, signed["verification"].(map[string]any)["creator"])
	assert.Equal(t, "https://example.org/badges/issuers/northwind/revocations.json", profile.RevocationList)
}

// TestRevocations: a list never holds exactly one, and never a hosted URL.
func TestRevocations(t *testing.T) {
	type list struct {
		RevokedAssertions []struct{ ID, RevocationReason string }
	}
	read := func(fsys fstest.MapFS) (l list) {
		require.NoError(t, json.Unmarshal(siteOf(t, fsys)["issuers/northwind/revocations.json"], &l))
		for _, r := range l.RevokedAssertions {
			assert.Regexp(t, "^urn:uuid:", r.ID)
		}
		return l
	}
	fsys := inEachState(t)
	assert.Len(t, read(fsys).RevokedAssertions, 2)
	one := without(fsys, "content/awards/2026.yaml", ", revoked: {date: 2026-04-01, reason: Error}", "")
	assert.Len(t, read(one).RevokedAssertions, 2, "one that never was keeps the only one company")
	none := without(one, "content/awards/2026.yaml", "erased: {date: 2026-04-01}", "recipient: eve@example.org")
	assert.Empty(t, read(none).RevokedAssertions)
}

// TestDIDDocument: every key stays in it, and a stolen one asserts nothing any more.
func TestDIDDocument(t *testing.T) {
	fsys := inEachState(t)
	d, err := did.Parse(siteOf(t, fsys)["issuers/northwind/did.json"])
	require.NoError(t, err)
	assert.Equal(t, "did:web:example.org:badges:issuers:northwind", d.ID)
	assert.Equal(t, []string{"https://example.org/badges/issuers/northwind/profile.json"}, d.AlsoKnownAs)
	require.Len(t, d.Methods, 2)
	for _, m := range d.Methods {
		assert.True(t, d.Asserts(m.ID), m.ID)
	}
	root := without(fsys, "content/issuers/northwind.yaml", "signed: true", "did: root")
	files := siteOf(t, root)
	assert.NotContains(t, files, "issuers/northwind/did.json")
	d, err = did.Parse(files["did.json"])
	require.NoError(t, err)
	assert.Equal(t, "did:web:example.org:badges", d.ID)
	assert.Contains(t, string(files["awards/"+idValid+"/credential.json"]), `"did:web:example.org:badges"`)
	for reason, asserts := range map[string]bool{"lost": true, "stolen": false} {
		resigned := without(fsys, "content/issuers/northwind.yaml", "from: 2026-01-01}\n  - {id: rsa", "from: 2020-01-01, until: 2026-01-01, resigned: {date: 2026-05-01, with: new, reason: "+reason+"}}\n"+
			"  - {id: new, type: ed25519, public: z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd, from: 2026-01-01}\n  - {id: rsa")
		d, err := did.Parse(collect(t, resigned, nil, "issuers/northwind/did.json"))
		require.NoError(t, err)
		require.Len(t, d.Methods, 3)
		assert.Equal(t, asserts, d.Asserts(d.Methods[0].ID))
		assert.Equal(t, asserts, d.Methods[0].Revoked.IsZero())
		assert.True(t, d.Asserts(d.Methods[1].ID))
	}
}

// collect makes one file of a project's site.
func collect(t *testing.T, fsys fstest.MapFS, signer build.Signer, name string) []byte {
	t.Helper()
	o, ok := planSigned(t, fsys, signer).Lookup(name)
	require.True(t, ok, name)
	data, err := o.Make()
	require.NoError(t, err)
	return data
}

func planSigned(t *testing.T, fsys fstest.MapFS, signer build.Signer) *plan.Plan {
	t.Helper()
	project, err := load.Load(fsys)
	require.NoError(t, err)
	require.Empty(t, project.Problems)
	p, problems := build.Plan(project.Catalog, build.Inputs{Project: fsys, Templates: templates.FS, Assets: input.Overlay(input.Sub(fsys, "site"), site.FS), Pictures: pictures, Signer: signer})
	require.Empty(t, problems)
	return p
}

// TestUnsigned leaves out what is signed, and changes of the rest only the images.
func TestUnsigned(t *testing.T) {
	fsys := inEachState(t)
	signed := siteOf(t, fsys)
	files, err := plan.Collect(planSigned(t, fsys, nil), 2)
	require.NoError(t, err)
	for path, data := range signed {
		name := path[strings.LastIndexByte(path, '/')+1:]
		left := strings.HasPrefix(name, "credential") || strings.HasPrefix(name, "signed.") || strings.Contains(path, "/status/") || path == "awards/"+idDID+"/badge.png"
		if left {
			assert.NotContains(t, files, path)
			continue
		}
		if name != "badge.png" && name != "index.html" && name != "_headers" {
			assert.Equal(t, string(data), string(files[path]), path)
		}
	}
	assert.Contains(t, files, "issuers/northwind/did.json")
}

// remembered is a site as it was published.
type remembered map[string][]byte

func (r remembered) Signature(path string) ([]byte, error) {
	return signing.InDocument(path, r[path]), nil
}

// TestWithoutKeys builds a site again from its signatures, byte for byte, and stops where something signed has changed.
func TestWithoutKeys(t *testing.T) {
	fsys := inEachState(t)
	signed := siteOf(t, fsys)
	again, err := plan.Collect(planSigned(t, fsys, signing.New(nil, remembered(signed))), 2)
	require.NoError(t, err)
	assertEqualSites(t, signed, again)

	revoked := without(fsys, "content/awards/2026.yaml", "recipient: ada@example.org", "recipient: ada@example.org, revoked: {date: 2026-04-02, reason: Error}")
	_, err = plan.Collect(planSigned(t, revoked, signing.New(nil, remembered(signed))), 2)
	var missing *signing.MissingError
	require.ErrorAs(t, err, &missing)
	assert.Equal(t, "issuers/northwind/status/0.json", missing.Path, "the list has changed and nothing else that is signed")
	assert.Equal(t, 1, strings.Count(err.Error(), "not at hand"))
}

// TestWrongKey: a private key that is not the declared one's ends a build.
func TestWrongKey(t *testing.T) {
	_, err := plan.Collect(planSigned(t, inEachState(t), signing.New(wrongKeys{}, nil)), 2)
	require.ErrorIs(t, err, signing.ErrSelfCheck)
}

// wrongKeys signs with Ed25519 and RSA keys made up for the occasion.
type wrongKeys struct{}

func (wrongKeys) Signer(id string, public crypto.PublicKey) (crypto.Signer, error) {
	right, err := exampleKeys{}.Signer(id, public)
	return tampering{right}, err
}

// tampering signs something else than it is asked to.
type tampering struct{ crypto.Signer }

func (s tampering) Sign(rand io.Reader, message []byte, opts crypto.SignerOpts) ([]byte, error) {
	other := bytes.Clone(message)
	other[0] ^= 1
	return s.Signer.Sign(rand, other, opts)
}
