package load

import (
	"crypto/sha256"
	"fmt"
	"maps"
	"slices"
	"sync"

	"blazon/internal/badge"
	"blazon/internal/diag"
)

// Cache remembers what award files and pictures gave from one Load to the next, so that only those are looked at that
// changed. It changes nothing but the time that a Load takes. It holds what the last Load read, and may serve one Load at
// a time.
type Cache struct {
	mu    sync.Mutex
	files map[string]remembered
	fresh map[string]remembered // of the Load that is under way

	pictures, freshPictures map[string]seen
}

// seen is what a picture's file gave.
type seen struct {
	from     [sha256.Size]byte
	picture  picture
	problems []diag.Problem
}

// picture looks at a picture, or remembers what it saw.
func (c *Cache) picture(l *loader, p *picture, name string, data []byte, isClass bool) {
	if c == nil {
		l.look(p, name, data, isClass)
		return
	}
	from := sha256.Sum256(fmt.Appendf(nil, "%t %s", isClass, data))
	old, ok := c.pictures[name]
	if ok && old.from == from {
		*p = old.picture
		l.report(old.problems...)
	} else {
		reported := len(l.problems)
		l.look(p, name, data, isClass)
		old = seen{from, *p, slices.Clone(l.problems[reported:])}
	}
	if c.freshPictures == nil {
		c.freshPictures = make(map[string]seen)
	}
	c.freshPictures[name] = old
}

// remembered is what one file gave.
type remembered struct {
	from     [sha256.Size]byte // of its bytes, and of everything else that the reading of awards depends on
	awards   []badge.Award     // their classes are stand-ins with a slug: the real ones are the next Load's
	reissues map[*badge.Reissue]diag.Pos
	problems []diag.Problem
}

// outlook is everything besides a file's own bytes that the awards in it depend on: see awardReader and awardBuilder.
func (r *awardReader) outlook() []byte {
	h := sha256.New()
	fmt.Fprintf(h, "%q %q\n", r.zone, slices.Sorted(maps.Keys(r.broken)))
	for _, slug := range slices.Sorted(maps.Keys(r.classes)) {
		c := r.classes[slug]
		fmt.Fprintf(h, "%q %+v %q\n", slug, c.ExpiresAfter, fmt.Sprintf("%#v", c.Results))
	}
	fmt.Fprintf(h, "%q\n", r.slugs)
	return h.Sum(nil)
}

// file reads a file of awards, or remembers what it gave.
func (c *Cache) file(r *awardReader, outlook []byte, name string) awardFile {
	if c == nil {
		return r.file(name)
	}
	data, err := readFile(r.fsys, name)
	if err != nil {
		return r.file(name)
	}
	h := sha256.New()
	h.Write(outlook)
	h.Write(data)
	from := [sha256.Size]byte(h.Sum(nil))
	c.mu.Lock()
	old, ok := c.files[name]
	c.mu.Unlock()
	if !ok || old.from != from {
		read := r.file(name)
		old = remember(from, read)
		c.keep(name, old)
		return read
	}
	c.keep(name, old)
	return old.again(r)
}

func (c *Cache) keep(name string, m remembered) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.fresh == nil {
		c.fresh = make(map[string]remembered)
	}
	c.fresh[name] = m
}

// turn ends a Load: what it did not read is forgotten.
func (c *Cache) turn() {
	if c != nil {
		c.files, c.fresh = c.fresh, nil
		c.pictures, c.freshPictures = c.freshPictures, nil
	}
}

func remember(from [sha256.Size]byte, f awardFile) remembered {
	m := remembered{from: from, awards: make([]badge.Award, len(f.awards)), reissues: make(map[*badge.Reissue]diag.Pos), problems: f.problems}
	for _, r := range f.reissues {
		m.reissues[r.named] = r.pos
	}
	standIns := make(map[string]*badge.Class)
	for i, a := range f.awards {
		m.awards[i] = *a
		if standIns[a.Class.Slug] == nil {
			standIns[a.Class.Slug] = &badge.Class{Slug: a.Class.Slug}
		}
		m.awards[i].Class = standIns[a.Class.Slug]
	}
	return m
}

// again are the awards once more, with the classes of the Load that is under way.
func (m remembered) again(r *awardReader) awardFile {
	awards := slices.Clone(m.awards)
	f := awardFile{awards: make([]*badge.Award, len(awards)), problems: slices.Clone(m.problems)}
	for i := range awards {
		a := &awards[i]
		a.Class = r.classes[a.Class.Slug]
		// What the awards that these name are is found anew by each Load, while the last one's are being read.
		a.ReissueOf = m.named(&f, a.ReissueOf)
		if a.Revoked != nil {
			revoked := *a.Revoked
			revoked.ReissuedAs = m.named(&f, revoked.ReissuedAs)
			a.Revoked = &revoked
		}
		f.awards[i] = a
	}
	return f
}

// named is an award's mention of another one, for the Load that is under way.
func (m remembered) named(f *awardFile, old *badge.Reissue) *badge.Reissue {
	if old == nil {
		return nil
	}
	again := &badge.Reissue{ID: old.ID}
	f.reissues = append(f.reissues, reissue{named: again, pos: m.reissues[old]})
	return again
}
