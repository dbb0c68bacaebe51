package build

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"strings"
	"sync"
	"time"

	"blazon/internal/badge"
	"blazon/internal/input"
	"blazon/internal/plan"
)

// An output is not made again where its key is that of the last build. A key must therefore depend on everything that the
// bytes depend on, and may depend on more: what is not an award counts as a whole.

// awardsFolder holds what has no part in the digest of the inputs: every award has its own.
const awardsFolder = "content/awards/"

// digestInputs makes the key of everything but the awards. What lies under the user's templates and assets is the
// program's own, for which Inputs.Program stands.
func (b *builder) digestInputs() error {
	if b.in.Program == "" {
		return nil
	}
	files := b.in.Contents
	if files == nil {
		files = input.ReadContents(b.in.Project, "content", "templates", "site")
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q %q %t\n", b.in.Program, b.site.Base, b.in.Signer != nil)
	if err := files.Digest(h, func(path string) bool { return !strings.HasPrefix(path, awardsFolder) }); err != nil {
		return err
	}
	b.inputs = sumKey(h)
	return nil
}

// digestAwards makes the keys of the awards, each once for all of its files, and from them the keys of what lists awards, all
// of them or those of one class.
func (b *builder) digestAwards() {
	if b.inputs == (plan.Key{}) {
		return
	}
	b.keys = make([]plan.Key, len(b.cat.Awards))
	var wg sync.WaitGroup
	half := (len(b.keys) + 1) / 2
	for _, part := range [][2]int{{0, half}, {half, len(b.keys)}} {
		wg.Go(func() {
			for i := part[0]; i < part[1]; i++ {
				b.keys[i] = awardKey(b.inputs, b.cat.Awards[i])
			}
		})
	}
	wg.Wait()
	all := b.listKey()
	classes := make(map[*badge.Class]hash.Hash, len(b.cat.Classes))
	for _, c := range b.cat.Classes {
		classes[c] = b.listKey()
	}
	for i := range b.keys {
		all.Write(b.keys[i][:])
		classes[b.cat.Awards[i].Class].Write(b.keys[i][:])
	}
	b.all = sumKey(all)
	b.ofClass = make(map[*badge.Class]plan.Key, len(classes))
	for c, h := range classes {
		b.ofClass[c] = sumKey(h)
	}
}

// listKey begins the key of what lists awards: their keys follow.
func (b *builder) listKey() hash.Hash {
	h := sha256.New()
	h.Write(b.inputs[:])
	return h
}

func sumKey(h hash.Hash) plan.Key { return plan.Key(h.Sum(nil)[:len(plan.Key{})]) }

// awardKey is the key of an award's files: everything that an award states, or its file and class state for it. Where it
// stands in which file is of no importance.
func awardKey(inputs plan.Key, a *badge.Award) plan.Key {
	k := make(keyText, 0, 512)
	k = append(k, inputs[:]...)
	k.text(a.ID)
	k.number(int64(a.StatusIndex))
	k.text(a.Class.Slug)
	k.number(int64(a.Recipient.Kind))
	k.text(a.Recipient.Plain, a.Recipient.Hash, a.Recipient.Salt)
	k.moment(a.Issued)
	k.moment(a.Expires)
	k.flag(a.Public)
	k.flag(a.Revoked != nil)
	if r := a.Revoked; r != nil {
		k.moment(r.At)
		k.text(r.Day, r.Reason)
		k.reissue(r.ReissuedAs)
	}
	k.reissue(a.ReissueOf)
	k.flag(a.Erased != nil)
	if e := a.Erased; e != nil {
		k.moment(e.At)
		k.text(e.Day)
	}
	k.flag(a.Details != nil)
	if d := a.Details; d != nil {
		k.text(d.Name, d.Narrative)
		k.number(int64(len(d.Evidence)))
		for _, e := range d.Evidence {
			k.text(e.URL, e.Name, e.Description, e.Narrative, e.Genre, e.Audience)
		}
		k.number(int64(len(d.Results)))
		for _, r := range d.Results {
			k.text(r.Of.ID, r.Value, r.Status)
		}
	}
	sum := sha256.Sum256(k)
	return plan.Key(sum[:len(plan.Key{})])
}

// keyText is what a key is the digest of. Each text comes with its length, so that no two awards have the same.
type keyText []byte

func (k *keyText) number(n int64) { *k = binary.BigEndian.AppendUint64(*k, uint64(n)) }

func (k *keyText) text(texts ...string) {
	for _, s := range texts {
		k.number(int64(len(s)))
		*k = append(*k, s...)
	}
}

func (k *keyText) flag(is bool) {
	if is {
		*k = append(*k, 1)
	} else {
		*k = append(*k, 0)
	}
}

func (k *keyText) reissue(r *badge.Reissue) {
	k.flag(r != nil)
	if r != nil {
		k.text(r.ID)
		k.moment(r.Issued)
		k.flag(r.Erased)
		k.flag(r.Open)
	}
}

func (k *keyText) moment(t time.Time) {
	k.flag(t.IsZero())
	k.number(t.Unix())
	k.number(int64(t.Nanosecond()))
}
