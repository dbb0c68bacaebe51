package ob3_test

import (
	"crypto/ed25519"
	"testing"

	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/ob3"
	"blazon/internal/proof"
	"blazon/internal/rdfc"
)

var key = ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))

// BenchmarkSignature is the measure of the others: what Ed25519 takes alone.
func BenchmarkSignature(b *testing.B) {
	message := options.Message(nil)
	for b.Loop() {
		ed25519.Sign(key, message[:])
	}
}

// BenchmarkSigned makes a credential's statements, hashes and signs them.
func BenchmarkSigned(b *testing.B) {
	for name, make := range awards {
		b.Run(name, func(b *testing.B) {
			a := make()
			c, err := encoder.Class(a.Class, did)
			require.NoError(b, err)
			var room []byte
			hashed := options.Hashed()
			b.ReportAllocs()
			for b.Loop() {
				room = signed(b, c, a, &hashed, room[:0])
			}
		})
	}
}

// signed makes the statements of an award's credential in some room and signs them.
func signed(b *testing.B, c *ob3.Class, a *badge.Award, options *proof.Hashed, room []byte) []byte {
	credential, err := c.Credential(a, a.Issued)
	if err != nil {
		b.Fatal(err)
	}
	defer credential.Release()
	if room, err = credential.AppendStatements(room); err != nil {
		b.Fatal(err)
	}
	message := options.Message(room)
	options.With(ed25519.Sign(key, message[:]))
	return room
}

var awards = map[string]func() *badge.Award{
	"plain": func() *badge.Award { return award(class()) },
	"full":  func() *badge.Award { return full(class()) },
}

// BenchmarkDocument writes a credential's JSON.
func BenchmarkDocument(b *testing.B) {
	a := full(class())
	c, err := encoder.Class(a.Class, did)
	require.NoError(b, err)
	proof := options.With(make([]byte, ed25519.SignatureSize))
	b.ReportAllocs()
	for b.Loop() {
		credential, err := c.Credential(a, a.Issued)
		require.NoError(b, err)
		credential.Document(proof)
	}
}

// BenchmarkAlike needs the full algorithm, as two of the class's alignments are alike.
func BenchmarkAlike(b *testing.B) {
	a := full(class())
	a.Class.Alignment = append(a.Class.Alignment, a.Class.Alignment...)
	c, err := encoder.Class(a.Class, did)
	require.NoError(b, err)
	credential, err := c.Credential(a, a.Issued)
	require.NoError(b, err)
	statements, err := credential.AppendStatements(nil)
	require.NoError(b, err)
	quads, err := rdfc.Parse(statements)
	require.NoError(b, err)
	require.Greater(b, len(quads), 60)
	for b.Loop() {
		_, err := credential.AppendStatements(statements[:0])
		require.NoError(b, err)
	}
}
