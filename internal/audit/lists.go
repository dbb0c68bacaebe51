package audit

import (
	"bytes"
	"context"
	"math/bits"
	"path"
	"slices"
	"strconv"
	"strings"
	"sync"

	"blazon/internal/did"
	"blazon/internal/document"
	"blazon/internal/layout"
	"blazon/internal/ledger"
	"blazon/internal/status"
	"blazon/internal/verdict"
	"blazon/internal/verify"
)

// ledgerState is the ledger as it was read, before the awards are looked at.
type ledgerState struct {
	read  bool
	lines map[ledger.Hash]ledger.Line
}

func (a *auditor) readLedger() {
	data, err := a.read(layout.Ledger)
	if err != nil {
		a.fault(layout.Ledger, Ledger, "it is missing: a later build cannot see what was published")
		return
	}
	lines, err := ledger.Parse(bytes.NewReader(data))
	if err != nil {
		a.fault(layout.Ledger, Ledger, "%s", reasonOf(err))
		return
	}
	a.ledger.read = true
	a.ledger.lines = make(map[ledger.Hash]ledger.Line, len(lines))
	for _, l := range lines {
		a.ledger.lines[l.ID] = l
	}
}

// finishLedger looks for lines whose awards are gone.
func (a *auditor) finishLedger() {
	there := make(map[ledger.Hash]bool)
	for _, id := range a.awards() {
		there[hashOf(id)] = true
	}
	missing := 0
	for hash := range a.ledger.lines {
		if !there[hash] {
			missing++
		}
	}
	if missing > 0 {
		a.fault(layout.Ledger, Ledger, "%d of its lines are of awards that are not in the site any more", missing)
	}
}

// listState is what awards say of their places in status lists.
type listState struct {
	mu    sync.Mutex
	slots map[string]map[int][]string // by list and slot, the awards' ids; guarded by mu
	bits  sync.Map                    // status.Bits by a list's URL; a nil one could not be read
}

// bitsOf unpacks a status list of the site, once.
func (a *auditor) bitsOf(address string) status.Bits {
	known, ok := a.lists.bits.Load(address)
	if !ok {
		known, _ = a.lists.bits.LoadOrStore(address, sync.OnceValue(func() status.Bits {
			name, ok := a.port.Path(address)
			if !ok {
				return nil
			}
			o, err := a.object(name)
			if err != nil {
				return nil
			}
			subject, _ := o.Object("credentialSubject")
			b, err := status.Decode(subject.Or("encodedList", ""))
			if err != nil {
				return nil
			}
			return b
		}))
	}
	return known.(func() status.Bits)()
}

// place is where a credential is in a status list.
func place(o document.Object) (address string, slot int, ok bool) {
	e, _ := o.Object("credentialStatus")
	slot, err := strconv.Atoi(e.Or("statusListIndex", ""))
	return e.Or("statusListCredential", ""), slot, err == nil && slot >= 0
}

// bit reports whether a credential's bit is set.
func (a *auditor) bit(o document.Object) bool {
	address, slot, ok := place(o)
	if !ok {
		return false
	}
	set, _ := a.bitsOf(address).Get(slot)
	return set
}

// slot notes a credential's place in its status list.
func (a *auditor) slot(h *held) {
	address, slot, ok := place(h.credential)
	if !ok {
		return
	}
	a.lists.mu.Lock()
	defer a.lists.mu.Unlock()
	of := a.lists.slots[address]
	if of == nil {
		of = map[int][]string{}
		a.lists.slots[address] = of
	}
	of[slot] = append(of[slot], h.id)
}

// finishSlots looks for awards that share a place: one of them cannot be revoked without the others.
func (a *auditor) finishSlots() {
	for _, of := range a.lists.slots {
		for _, ids := range of {
			slices.Sort(ids)
			for _, id := range ids[1:] {
				a.fault(layout.Credential(id), verdict.Revocation, "its place in the status list is that of the award %s too: one cannot be revoked without the other", ids[0])
			}
		}
	}
}

// finishLists looks for bits that are set for no award: at most those of erased ones, whose places nothing tells any more.
func (a *auditor) finishLists() {
	extra := 0
	last := ""
	for _, name := range a.sorted {
		parts := strings.Split(name, "/")
		if len(parts) != 4 || parts[0] != "issuers" || parts[2] != "status" {
			continue
		}
		address := a.site.URL(name)
		b := a.bitsOf(address)
		set := 0
		for _, octet := range b {
			set += bits.OnesCount8(octet)
		}
		for slot := range a.lists.slots[address] {
			if is, _ := b.Get(slot); is {
				set--
			}
		}
		if set > 0 {
			extra, last = extra+set, name
		}
	}
	if extra > a.result.Erased {
		a.fault(last, verdict.Revocation, "%d bits are set for no award of the site, and only %d awards were erased", extra, a.result.Erased)
	}
}

// statusList verifies a status list by itself: it may be one that no award of the site names yet.
func (a *auditor) statusList(ctx context.Context, name string) {
	report := a.verifier.Verify(ctx, verify.Target{Name: a.site.URL(name)})
	for _, c := range report.Checks {
		if c.Outcome == verdict.Fail || c.Outcome == verdict.Unknown {
			a.add(Fault{name, c.ID, c.Outcome, c.Reason})
		}
	}
	if a.bitsOf(a.site.URL(name)) == nil {
		a.fault(name, verdict.Structure, "its list cannot be unpacked")
	}
}

// revocations checks the form of a RevocationList. Whether it names what it should, the awards' own checks say.
func (a *auditor) revocations(name string, o document.Object) {
	if !o.Is("RevocationList") || !slices.Equal(o.Contexts(), []string{"https://w3id.org/openbadges/v2"}) {
		a.fault(name, verdict.Structure, "it is no RevocationList of Open Badges 2.0")
	}
	profile := a.site.URL(path.Dir(name) + "/profile.json")
	if issuer := document.Ref(o["issuer"]); issuer != "" && issuer != profile {
		a.fault(name, verdict.Issuer, "it is the list of %s, and stands beside %s", document.Show(issuer), document.Show(profile))
	}
	seen := map[string]bool{}
	for _, v := range o.List("revokedAssertions") {
		id := document.Ref(v)
		switch {
		case id == "":
			a.fault(name, verdict.Structure, "an entry names nothing")
		case seen[id]:
			a.fault(name, verdict.Structure, "%s stands in it twice", document.Show(id))
		case strings.HasPrefix(id, a.site.Base):
			a.fault(name, verdict.Structure, "it names the address of an award, and everybody can read it: %s", document.Show(id))
		}
		seen[id] = true
	}
}

const didContext = "https://www.w3.org/ns/did/v1"

// did checks a DID document: that it is the one of the DID that leads to it, and that its keys can be used.
func (a *auditor) did(name string, data []byte) {
	doc, err := did.Parse(data)
	if err != nil {
		a.fault(name, verdict.Key, "the document %s", reasonOf(err))
		return
	}
	if at, err := did.WebURL(doc.ID); err != nil || at != a.site.URL(name) {
		a.fault(name, verdict.Key, "it is the document of %s, which is not looked for here", document.Show(doc.ID))
	}
	if o, err := document.Read(data); err == nil && !slices.Contains(o.Contexts(), didContext) {
		a.fault(name, verdict.Structure, "its @context lacks %s", didContext)
	}
	for _, m := range doc.Methods {
		switch {
		case m.Err != nil:
			a.fault(name, verdict.Key, "the key %s %s", document.Show(m.ID), m.Err)
		case m.Controller != doc.ID:
			a.fault(name, verdict.Key, "the key %s belongs to %s", document.Show(m.ID), document.Show(m.Controller))
		case m.Revoked.IsZero() && !doc.Asserts(m.ID):
			a.fault(name, verdict.Key, "the key %s is not listed for assertions", document.Show(m.ID))
		case !m.Revoked.IsZero() && doc.Asserts(m.ID):
			a.fault(name, verdict.Key, "the key %s was revoked, but is listed for assertions", document.Show(m.ID))
		}
	}
	for _, id := range doc.Assertion {
		if _, ok := doc.Method(id); !ok {
			a.fault(name, verdict.Key, "the key %s is listed for assertions, but is not there", document.Show(id))
		}
	}
}
