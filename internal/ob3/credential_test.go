package ob3_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/ob3"
	"blazon/internal/proof"
	"blazon/internal/rdfc"
)

const (
	awardID = "k7q2m4x5o3d6a2f7w4z5b6c7ey"
	did     = "did:web:badges.example.org:issuers:northwind"
)

var issued = time.Date(2026, 3, 14, 1, 0, 0, 999, time.FixedZone("", 3600))

// award is one to an e-mail address with nothing that could be left out.
func award(c *badge.Class) *badge.Award {
	file := "content/awards/2026.yaml"
	return &badge.Award{ID: awardID, StatusIndex: 131_072 + 48_213, Class: c, Issued: issued, File: &file,
		Recipient: badge.Recipient{Kind: badge.Email, Plain: "ada@example.org"}, At: badge.Marks{Award: badge.Mark{Line: 7}}}
}

// full states everything that an award may state.
func full(c *badge.Class) *badge.Award {
	a := award(c)
	a.Expires = time.Date(2028, 3, 14, 22, 59, 59, 0, time.UTC)
	a.Details = &badge.Details{
		Name:      "Ada L.",
		Narrative: "Finished *first*.\u2028\"Really\" \\ ]]>\t\x7f",
		Evidence: []badge.Evidence{
			{URL: "https://ada.example.net/wörk 1", Name: "Work", Description: "A program.", Narrative: "It sorts.", Genre: "Code", Audience: "Public"},
			{Narrative: "Seen by the teacher."},
			{Name: "Seen by the teacher."},
		},
		Results: []badge.Result{{Of: &c.Results[0], Value: "92"}, {Of: &c.Results[1], Value: "Completed", Status: "Completed"}},
	}
	return a
}

var options = proof.Options{Created: issued, Method: did + "#z6MkehRgf7yJbgaGfYsdoAsKdBPE3dj2CYhowQdcjqSJgvVd"}

// TestCredentials compares documents, claims and statements with golden files.
func TestCredentials(t *testing.T) {
	claimed := map[string]bool{}
	for name, make := range map[string]func() (ob3.Encoder, *badge.Award){
		"full":    func() (ob3.Encoder, *badge.Award) { return encoder, full(class()) },
		"minimal": func() (ob3.Encoder, *badge.Award) { return ob3.Encoder{Site: encoder.Site}, award(minimal()) },
		"did": func() (ob3.Encoder, *badge.Award) {
			a := full(class())
			a.Recipient = badge.Recipient{Kind: badge.DID, Plain: "did:web:ada.example"}
			return encoder, a
		},
		"url": func() (ob3.Encoder, *badge.Award) {
			a := award(minimal())
			a.Recipient = badge.Recipient{Kind: badge.URL, Plain: "https://ada.example/"}
			return encoder, a
		},
		"alike": func() (ob3.Encoder, *badge.Award) {
			c := class()
			c.Alignment = append(c.Alignment, c.Alignment...)
			c.Results = append(c.Results, badge.ResultDescription{ID: "again", Name: "Again", Type: "Status", Allowed: []string{"Enrolled", "Completed"}})
			a := full(c)
			a.Details.Evidence = append(a.Details.Evidence, a.Details.Evidence...)
			return encoder, a
		},
	} {
		t.Run(name, func(t *testing.T) {
			e, a := make()
			c, err := e.Class(a.Class, did)
			require.NoError(t, err)
			credential, err := c.Credential(a, a.Issued)
			require.NoError(t, err)
			statements, err := credential.AppendStatements(nil)
			require.NoError(t, err)
			again, err := credential.AppendStatements([]byte("before"))
			require.NoError(t, err)
			assert.Equal(t, "before"+string(statements), string(again))
			for ext, got := range map[string][]byte{
				"json": credential.Document(proof.Proof{Options: options, Value: "zSIGNATURE"}), "claims": credential.Claims(), "nq": statements,
			} {
				file := filepath.Join("testdata", "credentials", name+"."+ext)
				claimed[file] = true
				if *update {
					require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
					require.NoError(t, os.WriteFile(file, got, 0o644))
				}
				want, err := os.ReadFile(file)
				require.NoError(t, err)
				assert.Equal(t, string(want), string(got), file)
				assert.NotContains(t, string(got), "ada@example.org")
				assert.NotContains(t, string(got), "Ada L.", "the name is for the award's page")
			}
			quads, err := rdfc.Parse(statements)
			require.NoError(t, err)
			canonical, err := rdfc.Canonicalize(quads, rdfc.Limits{})
			require.NoError(t, err)
			assert.Equal(t, string(canonical), string(statements), "canonical already")
		})
	}
	files, err := filepath.Glob("testdata/credentials/*")
	require.NoError(t, err)
	for _, file := range files {
		assert.True(t, claimed[file], "no test makes %s", file)
	}
}

// TestClaims: the payload of a VC-JWT is the credential and the claims that repeat it (OB 3.0, "Create the JWT Payload").
func TestClaims(t *testing.T) {
	a := full(class())
	c, err := encoder.Class(a.Class, did)
	require.NoError(t, err)
	credential, err := c.Credential(a, a.Issued)
	require.NoError(t, err)
	var document, claims map[string]any
	require.NoError(t, json.Unmarshal(credential.Document(proof.Proof{}), &document))
	require.NoError(t, json.Unmarshal(credential.Claims(), &claims))
	delete(document, "proof")
	document["iss"], document["jti"], document["sub"] = did, document["id"], document["credentialSubject"].(map[string]any)["id"]
	document["nbf"], document["exp"] = float64(issued.Unix()), float64(a.Expires.Unix())
	assert.Equal(t, document, claims)
}

// TestPublishedAchievement: what a credential embeds is the published document without its @context.
func TestPublishedAchievement(t *testing.T) {
	a := full(class())
	c, err := encoder.Class(a.Class, did)
	require.NoError(t, err)
	credential, err := c.Credential(a, a.Issued)
	require.NoError(t, err)
	var embedded struct {
		CredentialSubject struct{ Achievement map[string]any }
	}
	require.NoError(t, json.Unmarshal(credential.Claims(), &embedded))
	data, err := encoder.Achievement(a.Class)
	require.NoError(t, err)
	var published map[string]any
	require.NoError(t, json.Unmarshal(data, &published))
	delete(published, "@context")
	assert.Equal(t, published, embedded.CredentialSubject.Achievement)
}

// TestSignedAnew: a credential that is signed again begins later and keeps the day of the award.
func TestSignedAnew(t *testing.T) {
	a := award(minimal())
	c, err := encoder.Class(a.Class, did)
	require.NoError(t, err)
	credential, err := c.Credential(a, time.Date(2026, 10, 1, 0, 0, 0, 0, time.UTC))
	require.NoError(t, err)
	var got struct{ ValidFrom, AwardedDate string }
	require.NoError(t, json.Unmarshal(credential.Claims(), &got))
	assert.Equal(t, "2026-10-01T00:00:00Z", got.ValidFrom)
	assert.Equal(t, "2026-03-14T00:00:00Z", got.AwardedDate)
}

func TestSubjectID(t *testing.T) {
	a := award(minimal())
	assert.Regexp(t, `^urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$`, ob3.SubjectID(a))
	assert.Equal(t, ob3.SubjectID(a), ob3.SubjectID(award(class())))
	other := award(minimal())
	other.ID = "aaaaaaaaaaaaaaaaaaaaaaaaaa"
	assert.NotEqual(t, ob3.SubjectID(a), ob3.SubjectID(other))
	a.Recipient = badge.Recipient{Kind: badge.DID, Plain: "did:web:ada.example"}
	assert.Equal(t, "did:web:ada.example", ob3.SubjectID(a))
}

func TestGone(t *testing.T) {
	assert.JSONEq(t, `{"id": "https://badges.example.org/awards/`+awardID+`/credential.json", "revoked": true}`, string(encoder.Gone(award(minimal()))))
}

func TestEvidenceErrors(t *testing.T) {
	a := award(minimal())
	a.Details = &badge.Details{Evidence: []badge.Evidence{{Name: "x"}, {URL: "ada@example.org"}}}
	c, err := encoder.Class(a.Class, did)
	require.NoError(t, err)
	_, err = c.Credential(a, a.Issued)
	require.ErrorContains(t, err, "content/awards/2026.yaml:7: evidence 2: url: ")
	assert.NotContains(t, err.Error(), "@")
}

func TestStatusList(t *testing.T) {
	list := encoder.StatusList("northwind", did, 3, "uH4sI", time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC))
	assert.JSONEq(t, `{"@context": ["https://www.w3.org/ns/credentials/v2"], "id": "https://badges.example.org/issuers/northwind/status/3.json",
		"type": ["VerifiableCredential", "BitstringStatusListCredential"], "issuer": "`+did+`", "validFrom": "2026-01-01T00:00:00Z",
		"credentialSubject": {"id": "https://badges.example.org/issuers/northwind/status/3.json#list", "type": "BitstringStatusList",
		"statusPurpose": "revocation", "encodedList": "uH4sI"}, "proof": [{"type": "DataIntegrityProof", "created": "2026-03-14T00:00:00Z",
		"verificationMethod": "`+options.Method+`", "cryptosuite": "eddsa-rdfc-2022", "proofPurpose": "assertionMethod", "proofValue": "zS"}]}`,
		string(list.Document(proof.Proof{Options: options, Value: "zS"})))
}
