package proof_test

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"os"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/jsontext"
	"blazon/internal/proof"
)

const vectors = "../../testdata/vectors/"

func read(t *testing.T, name string, into any) {
	t.Helper()
	data, err := os.ReadFile(vectors + name)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(data, into))
}

// TestVectors signs the vectors' statements and must come to their signatures, byte for byte.
func TestVectors(t *testing.T) {
	var key struct{ SeedHex, VerificationMethod, Created string }
	read(t, "keys.json", &key)
	var expected map[string]struct{ ProofSha256, HashData, SignatureHex, ProofValue string }
	read(t, "expected.json", &expected)
	require.Len(t, expected, 3)
	seed, err := hex.DecodeString(key.SeedHex)
	require.NoError(t, err)
	created, err := time.Parse(jsontext.DateForm, key.Created)
	require.NoError(t, err)
	options := proof.Options{Created: created, Method: key.VerificationMethod}
	for name, want := range expected {
		t.Run(name, func(t *testing.T) {
			statements, err := os.ReadFile(vectors + name + ".document.nq")
			require.NoError(t, err)
			message := options.Message(statements)
			assert.Equal(t, want.HashData, hex.EncodeToString(message[:]))
			signature := ed25519.Sign(ed25519.NewKeyFromSeed(seed), message[:])
			assert.Equal(t, want.SignatureHex, hex.EncodeToString(signature))
			made := options.With(signature)
			assert.Equal(t, want.ProofValue, made.Value)
			back, err := proof.Signature(made.Value)
			require.NoError(t, err)
			assert.Equal(t, signature, back)

			options, err := os.ReadFile(vectors + name + ".proof.nq")
			require.NoError(t, err)
			sum := sha256.Sum256(options)
			assert.Equal(t, hex.EncodeToString(sum[:]), hex.EncodeToString(message[:sha256.Size]))

			var document struct{ Proof map[string]string }
			read(t, name+".signed.json", &document)
			assert.Equal(t, map[string]string{"type": proof.Type, "cryptosuite": proof.Cryptosuite, "created": key.Created,
				"verificationMethod": key.VerificationMethod, "proofPurpose": proof.Purpose, "proofValue": made.Value}, document.Proof)
		})
	}
}

func TestSignature(t *testing.T) {
	good := proof.Options{}.With(make([]byte, proof.SignatureLen)).Value
	signature, err := proof.Signature(good)
	require.NoError(t, err)
	assert.Equal(t, make([]byte, proof.SignatureLen), signature)
	for name, value := range map[string]string{
		"empty": "", "prefix alone": "z", "no prefix": good[1:], "other base": "u" + good[1:], "too short": good[:len(good)-1],
		"too long": good + "1", "not base58": "z0OIl", "space": good + " ", "very long": "z" + string(make([]byte, 1<<20)),
	} {
		_, err := proof.Signature(value)
		assert.ErrorIs(t, err, proof.ErrValue, name)
	}
}

func TestWrite(t *testing.T) {
	w := jsontext.New(0)
	w.Open('{')
	proof.Proof{Options: proof.Options{Created: time.Unix(0, 0), Method: "did:web:a#b"}, Value: "zV"}.Write(w)
	w.Close('}')
	assert.JSONEq(t, `{"proof": [{"type": "DataIntegrityProof", "created": "1970-01-01T00:00:00Z", "verificationMethod": "did:web:a#b",
		"cryptosuite": "eddsa-rdfc-2022", "proofPurpose": "assertionMethod", "proofValue": "zV"}]}`, string(w.Bytes()))
}

func BenchmarkMessage(b *testing.B) {
	statements, err := os.ReadFile(vectors + "full.document.nq")
	require.NoError(b, err)
	options := proof.Options{Method: "did:web:badges.example.org#key-2026-01"}
	for b.Loop() {
		options.Message(statements)
	}
}
