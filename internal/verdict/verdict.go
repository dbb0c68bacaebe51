// Package verdict is what a verification says: each check with its outcome and the reason, and what follows from all of
// them. "Not valid" is said only of what was seen to be wrong, "could not tell" of everything that could not be looked at.
package verdict

// Outcome is what one check came to.
type Outcome string

const (
	Pass    Outcome = "pass"
	Fail    Outcome = "fail"
	Unknown Outcome = "unknown" // it has to be known, and could not be
	Skipped Outcome = "skipped" // it does not apply, or was not asked for
	Note    Outcome = "note"    // worth knowing, and changes nothing
)

// ID names a check. The ids are fixed: scripts may rely on them.
type ID string

const (
	Baked       ID = "baked"       // an image holds a badge that can be read
	Structure   ID = "structure"   // documents have what their standard requires
	Terms       ID = "terms"       // every term is defined by a context, so that it is signed
	Hosting     ID = "hosting"     // the document stands at the address that it names
	Copy        ID = "copy"        // the copy in hand says what the published one says
	Class       ID = "class"       // the badge class
	Issuer      ID = "issuer"      // the issuer's profile
	Scope       ID = "scope"       // the issuer's policy allows the assertion's address
	Proof       ID = "proof"       // form, purpose and dates of a proof
	Signature   ID = "signature"   // the signature fits the document
	Key         ID = "key"         // the key is the issuer's
	Claims      ID = "claims"      // a JWT's claims say what its credential says
	Issued      ID = "issued"      // issued, and not in the future
	Expiry      ID = "expiry"      // not expired
	Revocation  ID = "revocation"  // not revoked or suspended, by any mechanism
	Recipient   ID = "recipient"   // awarded to whom it is said
	Images      ID = "images"      // the images are there and are images
	Endorsement ID = "endorsement" // endorsements that it carries
	Schema      ID = "schema"      // schemas that it names
	Refresh     ID = "refresh"     // where a newer one may be had
	Evidence    ID = "evidence"    // evidence that it names
	Program     ID = "program"     // the verifier itself
)

// IDs are all ids, in the order in which a report has its checks.
func IDs() []ID {
	return []ID{Program, Baked, Structure, Terms, Hosting, Copy, Class, Issuer, Scope, Proof, Signature, Key, Claims,
		Issued, Expiry, Revocation, Recipient, Images, Endorsement, Schema, Refresh, Evidence}
}

// Check is one thing that was looked at.
type Check struct {
	ID      ID      `json:"check"`
	Outcome Outcome `json:"outcome"`
	Reason  string  `json:"reason"` // one line, for people
}

// Verdict is what follows.
type Verdict string

const (
	Valid   Verdict = "valid"
	Invalid Verdict = "not valid"
	Untold  Verdict = "could not tell"
)

// Report is all that is said of one badge, or of a file that holds several.
type Report struct {
	Target     string  `json:"target"`
	Kind       string  `json:"kind"`                 // what the target was taken for: "assertion", "credential in a PNG" ...
	Generation string  `json:"generation,omitempty"` // "0.5", "1.0", "1.1", "2.0", "3.0"
	ID         string  `json:"id,omitempty"`
	Badge      string  `json:"badge,omitempty"`  // the name of what was achieved
	Issuer     string  `json:"issuer,omitempty"` // the issuer's name
	IssuerID   string  `json:"issuerId,omitempty"`
	Issued     string  `json:"issued,omitempty"`
	Expires    string  `json:"expires,omitempty"`
	Checks     []Check `json:"checks"`
	// Parts are the reports of what the target holds: two badges in one image, or endorsements.
	Parts   []*Report `json:"parts,omitempty"`
	Verdict Verdict   `json:"verdict"`
}

// Add notes a check.
func (r *Report) Add(id ID, outcome Outcome, reason string) {
	r.Checks = append(r.Checks, Check{id, outcome, reason})
}

// Has reports whether a check of this id came to this outcome.
func (r *Report) Has(id ID, outcome Outcome) bool {
	for _, c := range r.Checks {
		if c.ID == id && c.Outcome == outcome {
			return true
		}
	}
	return false
}

// Any reports whether any check came to this outcome.
func (r *Report) Any(outcome Outcome) bool {
	for _, c := range r.Checks {
		if c.Outcome == outcome {
			return true
		}
	}
	return false
}

// Conclude sets the verdict from the checks: one that failed makes the badge invalid, even where another could not be
// made; otherwise one that could not be made leaves it open. A report without a single check that passed is open too: it
// would be nothing to rely on. Parts count only where they were counted as checks.
func (r *Report) Conclude() {
	switch {
	case r.Any(Fail):
		r.Verdict = Invalid
	case r.Any(Unknown) || !r.Any(Pass):
		r.Verdict = Untold
	default:
		r.Verdict = Valid
	}
}

// Worse is the worse of two verdicts: an invalid badge is worse than one of which nothing can be told.
func Worse(a, b Verdict) Verdict {
	rank := map[Verdict]int{Valid: 0, Untold: 1, Invalid: 2}
	if rank[b] > rank[a] {
		return b
	}
	return a
}
