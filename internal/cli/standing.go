package cli

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io/fs"
	"time"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/input"
	"blazon/internal/publish"
	"blazon/internal/signing"
)

// sources are what a site is made from besides its keys: the project's files and the program.
type sources struct {
	contents *input.Contents // nil: they are read when they are needed
	program  string          // stands for the program; empty: nothing does
}

// readSources reads a project's files and the program at the same time.
func readSources(dir string, program func() string) (*sources, error) {
	folder, err := openFolder(dir)
	if err != nil {
		return nil, err
	}
	defer folder.Close()
	id := make(chan string, 1)
	go func() { id <- program() }()
	contents := input.ReadContents(folder, rooms...)
	return &sources{contents: contents, program: <-id}, nil
}

// digest is a text that two builds share whose sources are the same; empty where that cannot be told.
func (s *sources) digest(baseURL string) string {
	if s.program == "" {
		return ""
	}
	h := sha256.New()
	fmt.Fprintf(h, "%q %q\n", s.program, baseURL)
	if s.contents.Digest(h, nil) != nil {
		return ""
	}
	return hex.EncodeToString(h.Sum(nil))
}

// built is what a build says of itself. The record keeps it as its label, so that the next build can say the same where
// there is nothing to do.
type built struct {
	Sources  string    `json:"sources"` // their digest
	Now      time.Time `json:"now"`     // what was checked then is right at any later time as well: see check.Check
	BaseURL  string    `json:"base_url"`
	Declared string    `json:"declared"` // site.yaml's base URL
	Issuers  int       `json:"issuers"`
	Classes  int       `json:"classes"`
	Awards   int       `json:"awards"`
	Files    int       `json:"files"`
	Warnings int       `json:"warnings"`
	Keys     []usedKey `json:"keys,omitempty"` // that signed it
}

// usedKey is the public half of a key.
type usedKey struct {
	ID     string        `json:"id"`
	Type   badge.KeyType `json:"type"`
	Public []byte        `json:"public"`
}

// describe says what a planned site is, and what signs it, without its sources.
func (p *project) describe(keys []usedKey) built {
	c := p.catalog
	_, warnings := diag.Tally(p.problems)
	return built{BaseURL: c.Site.BaseURL, Declared: p.declaredBase, Issuers: len(c.Issuers), Classes: len(c.Classes),
		Awards: len(c.Awards), Files: p.plan.Len(), Warnings: warnings, Keys: keys}
}

// usedKeys are the keys that a project's site is signed with.
func (p *project) usedKeys() []usedKey {
	var keys []usedKey
	for _, n := range needs(p.catalog) {
		if !n.next {
			keys = append(keys, usedKey{n.key.ID, n.key.Type, n.key.Public})
		}
	}
	return keys
}

// plain reports whether a build takes all that it is made from out of the project and the places where keys are kept. Only
// then the next one can tell whether anything has changed.
func (o *buildOptions) plain() bool {
	return o.now == "" && o.shard == "" && !o.sign.unsigned && len(o.sign.keys) == 0 && o.sign.previous == ""
}

// standing finds out whether the target is what a build from these sources would make of it, and what that build said.
func (o *buildOptions) standing(ctx context.Context, sys System, s *sources, t target) (site *built, notes []string) {
	digest := s.digest(o.baseURL)
	if digest == "" || !o.plain() {
		return nil, nil
	}
	var last built
	files, ok := publish.Unchanged(ctx, publish.Options{Dir: t.dir, Record: t.record, Full: o.full}, func(label string) bool {
		if json.Unmarshal([]byte(label), &last) != nil || last.Sources != digest || sys.Now().Before(last.Now) {
			return false
		}
		var atHand bool
		notes, atHand = o.sign.still(sys, &last)
		return atHand
	})
	if !ok || files != last.Files {
		return nil, nil
	}
	return &last, notes
}

// still reports whether the keys that signed a site are at hand, and what is to be said of them.
func (o *signOptions) still(sys System, last *built) (notes []string, atHand bool) {
	if len(last.Keys) == 0 {
		return nil, true
	}
	ring, err := o.ring(sys)
	if err != nil {
		return nil, false
	}
	source, examples := exampleSource(ring, last.BaseURL)
	signer := signing.New(source, nil)
	for _, k := range last.Keys {
		if has, err := signer.Has(&badge.Key{ID: k.ID, Type: k.Type, Public: k.Public}); err != nil || !has {
			return nil, false
		}
	}
	return examples(), true
}

// label is what the record keeps of a build that has made everything. sure is false, and a note says so, where the project
// was changed meanwhile: then what was made may be neither of the one state nor of the other.
func (o *buildOptions) label(s *sources, project fs.FS, site built, now time.Time) (label string, sure bool, notes []string) {
	if path, changed := s.contents.Changed(project); changed {
		return "", false, []string{path + " was changed while the site was made; build again, so that all of it shows"}
	}
	if site.Sources = s.digest(o.baseURL); site.Sources == "" || !o.plain() {
		return "", true, nil
	}
	site.Now = now
	data, err := json.Marshal(site)
	if err != nil {
		return "", true, nil
	}
	return string(data), true, nil
}
