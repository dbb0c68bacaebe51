// Package proof makes Data Integrity proofs of the suite eddsa-rdfc-2022 (Data Integrity EdDSA Cryptosuites 1.0): what of a
// document is signed, and how a signature is written down.
//
// It does not sign: a signature is made over Message by whoever has the key.
package proof

import (
	"crypto/sha256"
	"errors"
	"time"

	"blazon/internal/jsontext"
	"blazon/internal/multikey"
)

// Names that proofs of this package carry.
const (
	Type        = "DataIntegrityProof"
	Cryptosuite = "eddsa-rdfc-2022"
	Purpose     = "assertionMethod"
)

// Options are what of a proof is signed with the document (EdDSA Cryptosuites §3.2.5, "Proof Configuration").
type Options struct {
	Created time.Time
	Method  string // the URL of the key
}

// Proof is a finished proof.
type Proof struct {
	Options
	Value string // the signature in multibase
}

// MessageLen is the length in bytes of what is signed.
const MessageLen = 2 * sha256.Size

// Message is what is signed of a document: the hash of the proof's options, then that of the document's statements in
// canonical N-Quads (§3.2.4, "Hashing").
func (o Options) Message(statements []byte) [MessageLen]byte {
	h := o.Hashed()
	return h.Message(statements)
}

// Hashed are options with their hash, for documents that are signed with one key on one day.
type Hashed struct {
	Options
	hash [sha256.Size]byte
}

// Hashed hashes the options.
func (o Options) Hashed() Hashed {
	return Hashed{o, sha256.Sum256(o.appendStatements(make([]byte, 0, 640)))}
}

// Message is what is signed of a document, as that of Options.
func (h *Hashed) Message(statements []byte) (message [MessageLen]byte) {
	document := sha256.Sum256(statements)
	copy(message[:], h.hash[:])
	copy(message[sha256.Size:], document[:])
	return message
}

// appendStatements appends the options in canonical N-Quads. They are always these five lines: an object without an id
// whose terms are all of the credentials context.
func (o Options) appendStatements(dst []byte) []byte {
	dst = append(dst, `_:c14n0 <http://purl.org/dc/terms/created> "`...)
	dst = o.Created.UTC().AppendFormat(dst, jsontext.DateForm)
	dst = append(dst, `"^^<http://www.w3.org/2001/XMLSchema#dateTime> .
_:c14n0 <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <https://w3id.org/security#DataIntegrityProof> .
_:c14n0 <https://w3id.org/security#cryptosuite> "eddsa-rdfc-2022"^^<https://w3id.org/security#cryptosuiteString> .
_:c14n0 <https://w3id.org/security#proofPurpose> <https://w3id.org/security#assertionMethod> .
_:c14n0 <https://w3id.org/security#verificationMethod> <`...)
	dst = append(dst, o.Method...)
	return append(dst, "> .\n"...)
}

// With is the proof with a signature over its message (§3.2.6, "Proof Serialization").
func (o Options) With(signature []byte) Proof {
	return Proof{Options: o, Value: "z" + multikey.Encode58(signature)}
}

// SignatureLen is the length in bytes of an Ed25519 signature (RFC 8032).
const SignatureLen = 64

// ErrValue says that a text is not a signature in multibase.
var ErrValue = errors.New("not a signature in multibase")

// Signature reads a proof's value. Only the form that With writes is taken: two spellings of one signature would be two
// proofs.
func Signature(value string) ([]byte, error) {
	if len(value) < 2 || value[0] != 'z' || len(value) > 90 {
		return nil, ErrValue
	}
	signature, err := multikey.Decode58(value[1:])
	if err != nil || len(signature) != SignatureLen || multikey.Encode58(signature) != value[1:] {
		return nil, ErrValue
	}
	return signature, nil
}

// Write writes the proof as a property of a document.
func (p Proof) Write(w *jsontext.Writer) {
	w.Key("proof")
	w.Open('[')
	w.Element()
	w.Open('{')
	w.Text("type", Type)
	w.Date("created", p.Created)
	w.Text("verificationMethod", p.Method)
	w.Text("cryptosuite", Cryptosuite)
	w.Text("proofPurpose", Purpose)
	w.Text("proofValue", p.Value)
	w.Close('}')
	w.Close(']')
}
