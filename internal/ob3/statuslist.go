package ob3

import (
	"time"

	"blazon/internal/layout"
	"blazon/internal/proof"
)

// StatusList is an issuer's n-th status list before it is signed (Bitstring Status List 1.0 §2.2). It counts from 0.
type StatusList struct {
	object *object
}

// StatusList makes a list of its encoded bits. The issuer stands there by its DID alone, as the list's context knows no
// Profile. from is when it begins to count; it has no end, as a site that nobody builds any more must not invalidate badges.
func (e Encoder) StatusList(issuer, did string, n int, encoded string, from time.Time) *StatusList {
	id := e.Site.URL(layout.StatusList(issuer, n))
	o := &object{context: []string{credentialsContext}, id: id, kind: statusListKind}
	o.put("issuer", did)
	o.putDate("validFrom", from)
	bits := &object{id: id + "#list", kind: statusBitsKind}
	bits.put("statusPurpose", "revocation")
	bits.put("encodedList", encoded)
	o.putObject("credentialSubject", bits)
	return &StatusList{object: o}
}

// AppendStatements appends the list's statements in canonical N-Quads.
func (l *StatusList) AppendStatements(dst []byte) ([]byte, error) {
	return appendStatements(dst, l.object, nil)
}

// Document is the list with its proof.
func (l *StatusList) Document(p proof.Proof) []byte { return signed(l.object, p) }
