package verify

import (
	"context"
	"crypto/ed25519"
	"errors"
	"fmt"
	"strings"

	"blazon/internal/document"
	"blazon/internal/jsonld"
	"blazon/internal/multikey"
	"blazon/internal/rdfc"
	"blazon/internal/verdict"
)

// maxProofs is how many proofs of one credential are looked at.
const maxProofs = 8

// suite is the name of what made a proof.
func suite(p document.Object) string {
	if p.Is("DataIntegrityProof") {
		return p.Or("cryptosuite", "")
	}
	return strings.Join(p.Types(), " ")
}

const (
	eddsa2022 = "eddsa-rdfc-2022"
	eddsa2020 = "Ed25519Signature2020"
	purpose   = "assertionMethod" // of proofs that state something
)

// proofs verifies a credential's embedded proofs. One of a known suite is enough, but all of known suites must hold: a
// credential with a good and a bad one was tampered with.
func (n *run) proofs(ctx context.Context, c *credential) {
	list := c.List("proof")
	switch {
	case len(list) == 0:
		n.fail(verdict.Signature, "it has no proof: anybody could have written it")
		return
	case len(list) > maxProofs:
		n.unknown(verdict.Signature, "it has %d proofs, and at most %d are looked at", len(list), maxProofs)
		return
	}
	var strange []string
	known := 0
	for _, v := range list {
		p, ok := document.As(v)
		if !ok {
			n.fail(verdict.Proof, "a proof is not an object")
			continue
		}
		switch s := suite(p); s {
		case eddsa2022, eddsa2020:
			known++
			n.proof(ctx, c, p)
		default:
			strange = append(strange, s)
		}
	}
	if len(strange) == 0 {
		return
	}
	names := document.Show(strings.Join(strange, ", "))
	if known == 0 {
		n.unknown(verdict.Signature, "its proof is of a kind that is not known here: %s", names)
		return
	}
	n.note(verdict.Proof, "it has another proof, of a kind that is not known here: %s", names)
}

// proof verifies one proof (Data Integrity, "Verify Proof"; DI-EdDSA, "Verify Proof (eddsa-rdfc-2022)"; the same steps for
// Ed25519Signature2020).
func (n *run) proof(ctx context.Context, c *credential, p document.Object) {
	n.form(p)
	method := document.Ref(p["verificationMethod"])
	if method == "" {
		n.fail(verdict.Key, "the proof names no key")
		return
	}
	signature, err := proofValue(p.Or("proofValue", ""))
	if err != nil {
		n.fail(verdict.Signature, "the proof's value %s", err)
	}
	data, ok := n.hashed(ctx, c, p)
	key := n.owned(ctx, method, c.issuer)
	if key == nil && err == nil {
		n.keyless()
	}
	if key == nil || err != nil || !ok {
		return
	}
	public, isEd := key.(ed25519.PublicKey)
	switch {
	case !isEd:
		n.fail(verdict.Signature, "the proof is of %s, which its key is not for", suite(p))
	case ed25519.Verify(public, data, signature):
		n.pass(verdict.Signature, "the signature (%s) fits", suite(p))
	default:
		n.fail(verdict.Signature, "the signature (%s) does not fit: the credential was changed, or another key signed it", suite(p))
	}
}

// form checks what a proof says of itself.
func (n *run) form(p document.Object) {
	ok := true
	if found := document.Ref(p["proofPurpose"]); found != purpose {
		n.fail(verdict.Proof, "the proof is made for another purpose than %s: found %s", purpose, document.Show(found))
		ok = false
	}
	if _, there := p["created"]; there || suite(p) == eddsa2020 {
		created, err := document.Moment(p.Or("created", ""))
		switch {
		case err != nil:
			n.fail(verdict.Proof, "the proof's date %s", err)
			ok = false
		case created.After(n.options.Now):
			n.note(verdict.Proof, "the proof says that it is made on %s, which is in the future", day(created))
		}
	}
	if v, there := p["expires"]; there {
		s, _ := v.(string)
		expires, err := document.Moment(s)
		if err != nil {
			n.fail(verdict.Proof, "the date until which the proof holds %s", err)
			ok = false
		} else if n.passed(expires) {
			n.fail(verdict.Proof, "the proof ran out on %s", day(expires))
			ok = false
		}
	}
	if _, there := p["previousProof"]; there {
		n.unknown(verdict.Proof, "the proof is part of a chain, which is not known here")
		ok = false
	}
	if ok {
		n.pass(verdict.Proof, "the proof (%s) is made for assertions", suite(p))
	}
}

// hashed is what a proof signs: the hashes of its own options and of the document. It is false where that is said already.
func (n *run) hashed(ctx context.Context, c *credential, p document.Object) ([]byte, bool) {
	around := c.Object["@context"]
	if own, there := p["@context"]; there {
		// A proof's own contexts have to be those with which the document's begin, and then stand for them.
		outer, inner := c.List("@context"), p.List("@context")
		for i, v := range inner {
			if i >= len(outer) {
				n.fail(verdict.Proof, "the proof has contexts that the document does not have")
				return nil, false
			}
			if _, differ := document.Difference(v, outer[i]); differ {
				n.fail(verdict.Proof, "the proof has other contexts than the document")
				return nil, false
			}
		}
		around = own
	}
	options := without(p, "proofValue")
	options["@context"] = around
	body := without(c.Object, "proof")
	body["@context"] = around
	proofHash, err := n.terms.proof(ctx, options)
	if err != nil {
		n.undefined("the proof", err)
		return nil, false
	}
	bodyHash, err := n.terms.canonical(ctx, body)
	if err != nil {
		n.undefined("the credential", err)
		return nil, false
	}
	if !n.report.Has(verdict.Terms, verdict.Pass) {
		n.pass(verdict.Terms, "every term is defined, so that all of it is signed")
	}
	return append(proofHash[:], bodyHash[:]...), true
}

// undefined notes why it cannot be said what is signed.
func (n *run) undefined(what string, err error) {
	var context *jsonld.ContextError
	for _, ours := range []error{rdfc.ErrLimit, jsonld.ErrLimit, jsonld.ErrBug} {
		if errors.Is(err, ours) {
			n.unknown(verdict.Terms, "%s: %s", what, document.Plain(err.Error()))
			return
		}
	}
	if errors.As(err, &context) || !tells(err) {
		n.unknown(verdict.Terms, "%s: %s", what, document.Plain(err.Error()))
		return
	}
	n.fail(verdict.Terms, "%s: %s", what, document.Plain(err.Error()))
}

// proofValue reads a signature: multibase, base58btc, 64 bytes, in its one spelling.
func proofValue(s string) ([]byte, error) {
	rest, ok := strings.CutPrefix(s, "z")
	if !ok {
		return nil, errors.New("is not in base58btc: it does not start with z")
	}
	data, err := multikey.Decode58(rest)
	if err != nil {
		return nil, errors.New("is not in base58btc")
	}
	if len(data) != ed25519.SignatureSize {
		return nil, fmt.Errorf("has %d bytes, and a signature has %d", len(data), ed25519.SignatureSize)
	}
	return data, nil
}
