package verify

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"blazon/internal/document"
	"blazon/internal/jose"
	"blazon/internal/status"
	"blazon/internal/verdict"
)

// statusList is a status list that was fetched and verified. All credentials of a batch that name it share it.
type statusList struct {
	report   *verdict.Report // of the list as a credential
	bits     status.Bits
	purposes []string
	issuer   string
	kind     string // the subject's type
}

// status checks a credential's credentialStatus, by every mechanism that is known.
func (n *run) status(ctx context.Context, c *credential) {
	entries := c.List("credentialStatus")
	if len(entries) == 0 {
		n.pass(verdict.Revocation, "it names no list in which it could be revoked")
		return
	}
	if len(entries) > maxProofs {
		n.unknown(verdict.Revocation, "it names %d lists, and at most %d are looked at", len(entries), maxProofs)
		return
	}
	for _, v := range entries {
		e, ok := document.As(v)
		switch {
		case !ok:
			n.fail(verdict.Revocation, "its credentialStatus is not an object")
		case e.Is("BitstringStatusListEntry", "StatusList2021Entry"):
			n.bit(ctx, c, e)
		case e.Is("1EdTechRevocationList"):
			n.named(ctx, c, e)
		default:
			n.unknown(verdict.Revocation, "whether it is revoked is told in a way that is not known here: %s", document.Show(strings.Join(e.Types(), ", ")))
		}
	}
}

// bit looks up one slot of a status list (BSL, "Validate Algorithm").
func (n *run) bit(ctx context.Context, c *credential, e document.Object) {
	purpose := e.Or("statusPurpose", "")
	index, ok := slot(e["statusListIndex"])
	at := document.Ref(e["statusListCredential"])
	switch {
	case !ok:
		n.fail(verdict.Revocation, "its place in the status list is not a number: found %s", document.Show(fmt.Sprint(e["statusListIndex"])))
		return
	case purpose == "":
		n.fail(verdict.Revocation, "it does not say what its place in the status list is for")
		return
	case !isWeb(at):
		n.unknown(verdict.Revocation, "the status list is at %s, which is no http or https URL", document.Show(at))
		return
	}
	if size, there := e["statusSize"]; there {
		if bits, ok := whole(size); !ok || bits != 1 {
			n.unknown(verdict.Revocation, "its place in the status list has another size than one bit, which is not known here")
			return
		}
	}
	list, err := n.list(ctx, at)
	if err != nil {
		// Whatever the reason: as long as the list cannot be read, it is not known what it says.
		n.unknown(verdict.Revocation, "the status list %s", reason(err))
		return
	}
	if list.report.Verdict != verdict.Valid {
		worst := n.unknown
		if list.report.Verdict == verdict.Invalid && !lapsed(list.report) {
			worst = n.fail // an old list is only old; one that somebody changed shows that somebody wants to deceive
		}
		worst(verdict.Revocation, "the status list at %s is not to be relied on: %s", document.Show(at), worstReason(list.report))
		return
	}
	set, inRange := list.bits.Get(index)
	switch {
	case !slices.Contains(list.purposes, purpose):
		n.fail(verdict.Revocation, "the status list at %s is for %s, and not for %s", document.Show(at), document.Show(strings.Join(list.purposes, ", ")), document.Show(purpose))
	case list.kind == "StatusList2021" != e.Is("StatusList2021Entry"):
		n.fail(verdict.Revocation, "the status list at %s is of another kind than the credential says", document.Show(at))
	case !inRange:
		n.fail(verdict.Revocation, "its place in the status list, %d, is behind the end of the list at %s", index, document.Show(at))
	case list.issuer != c.issuer:
		n.unknown(verdict.Revocation, "the status list at %s is that of %s, and not of the issuer", document.Show(at), document.Show(list.issuer))
	case !set && (purpose == "revocation" || purpose == "suspension"):
		n.pass(verdict.Revocation, "the issuer's status list does not have it as %s", participle(purpose))
	case !set:
		n.note(verdict.Revocation, "the status list says nothing of it (%s)", document.Show(purpose))
	case purpose == "revocation":
		n.fail(verdict.Revocation, "revoked: the issuer's status list says so")
	case purpose == "suspension":
		n.fail(verdict.Revocation, "suspended: the issuer's status list says so")
	default:
		n.note(verdict.Revocation, "the status list says something of it (%s)", document.Show(purpose))
	}
}

func participle(purpose string) string {
	return map[string]string{"revocation": "revoked", "suspension": "suspended"}[purpose]
}

// slot is a place in a list: a decimal number, as a text or, as some write it, as a number.
func slot(v any) (int, bool) {
	s, text := v.(string)
	if !text {
		i, ok := whole(v)
		return int(i), ok && i >= 0 && i < 1<<31
	}
	i, err := strconv.ParseUint(s, 10, 31)
	return int(i), err == nil && s == strconv.FormatUint(i, 10)
}

// list fetches and verifies a status list. The error is one of getting or reading it.
func (n *run) list(ctx context.Context, at string) (*statusList, error) {
	answer, err := n.share(ctx, at)
	if err != nil {
		return nil, err
	}
	return n.lists.do(at, func() (*statusList, error) {
		left := maxFetches // the list is checked for the whole batch, and not at one badge's expense
		p := &run{Verifier: n.Verifier, report: &verdict.Report{Target: at, Kind: listCredential}, left: &left, depth: n.depth + 1}
		l := &statusList{report: p.report}
		p.read(ctx, l, trim(answer.Body), at)
		p.conclude()
		return l, nil
	})
}

// read verifies a list as a credential, and unpacks it.
func (n *run) read(ctx context.Context, l *statusList, data []byte, at string) {
	var o document.Object
	var err error
	switch Recognize(data) {
	case JSON:
		if o, err = document.Read(data); err != nil {
			n.unreadable(err)
			return
		}
		if !isList(o) {
			n.fail(verdict.Structure, "it is no status list")
			return
		}
		n.credential(ctx, o)
	case JWS:
		m, err := jose.Parse(string(data))
		if err != nil {
			n.unsigned(err)
			return
		}
		claims, err := document.Read(m.Payload)
		if err != nil {
			n.problem(verdict.Structure, "what is signed", err)
			return
		}
		o = claims
		if vc, ok := claims.Object("vc"); ok {
			o = inner(claims, vc)
		}
		if !isList(o) {
			n.fail(verdict.Structure, "it is no status list")
			return
		}
		n.jwt(ctx, m, claims, o)
	default:
		n.fail(verdict.Structure, "it is neither JSON nor a JWT")
		return
	}
	if id := o.ID(); id != "" && !same(id, at) {
		n.fail(verdict.Structure, "it says that its id is %s", document.Show(id))
	}
	l.issuer = document.Ref(o["issuer"])
	subject, _ := o.Object("credentialSubject")
	l.purposes, _ = subject.Texts("statusPurpose")
	l.kind = "BitstringStatusList"
	if subject.Is("StatusList2021") {
		l.kind = "StatusList2021"
	}
	encoded := subject.Or("encodedList", "")
	if l.kind == "BitstringStatusList" && !strings.HasPrefix(encoded, "u") {
		n.fail(verdict.Structure, "its list is not in base64url as multibase has it: it does not start with u")
		return
	}
	if l.bits, err = status.Decode(encoded); err != nil {
		n.fail(verdict.Structure, "its list %s", err)
	}
}

func isList(o document.Object) bool {
	return o.Is("BitstringStatusListCredential", "StatusList2021Credential")
}

// worstReason is the first reason for a report's verdict.
func worstReason(r *verdict.Report) string {
	for _, o := range []verdict.Outcome{verdict.Fail, verdict.Unknown} {
		for _, c := range r.Checks {
			if c.Outcome == o {
				return c.Reason
			}
		}
	}
	return "nothing shows that it comes from its issuer"
}

// named looks for a credential in a 1EdTech revocation list, which names what is revoked and is not signed.
func (n *run) named(ctx context.Context, c *credential, e document.Object) {
	at := e.ID()
	if !isWeb(at) {
		n.unknown(verdict.Revocation, "the revocation list is at %s, which is no http or https URL", document.Show(at))
		return
	}
	list, err := n.document(ctx, at)
	if err != nil {
		n.unknown(verdict.Revocation, "the revocation list %s", reason(err))
		return
	}
	issuer := document.Ref(list["issuer"])
	switch {
	case list.ID() != "" && !same(list.ID(), at):
		n.unknown(verdict.Revocation, "the revocation list at %s says that its id is another", document.Show(at))
		return
	case issuer != "" && issuer != c.issuer:
		n.unknown(verdict.Revocation, "the revocation list at %s is another issuer's", document.Show(at))
		return
	case !list.Has("revokedCredential") && !hasKey(list, "revokedCredential"):
		n.unknown(verdict.Revocation, "what stands at %s is no revocation list", document.Show(at))
		return
	}
	for _, v := range list.List("revokedCredential") {
		entry, ok := document.As(v)
		if s, text := v.(string); text {
			entry, ok = document.Object{"id": s}, true
		}
		if !ok || entry.ID() != c.ID() || c.ID() == "" || entry["revoked"] == false {
			continue
		}
		if why := entry.Or("revocationReason", ""); why != "" {
			n.fail(verdict.Revocation, "revoked: it is in the issuer's revocation list, giving as the reason %s", document.Show(why))
		} else {
			n.fail(verdict.Revocation, "revoked: it is in the issuer's revocation list")
		}
		return
	}
	n.pass(verdict.Revocation, "it is not in the issuer's revocation list")
}

func hasKey(o document.Object, key string) bool {
	_, ok := o[key]
	return ok
}
