// Package badge is the domain: what an organisation declares, resolved and ready to publish. It knows nothing of YAML,
// JSON or HTTP. A Catalog is made by package load and is not changed afterwards, so that any number of goroutines may
// read it.
package badge

import (
	"time"

	"blazon/internal/diag"
)

// Catalog is everything that one project declares, with all references resolved.
type Catalog struct {
	Site    Site
	Issuers []*Issuer // sorted by slug
	Classes []*Class  // sorted by slug
	Awards  []*Award  // sorted by ID
	Pages   []*Page   // sorted by slug
}

// Site is what content/site.yaml says of the published site.
type Site struct {
	BaseURL     string // https, may have a path, no trailing slash
	Title       string
	Description string         // one sentence for the home page and link previews; may be empty
	Language    string         // BCP 47
	Zone        *time.Location // of dates without a time; never nil
	OB1, OB2    bool           // forms to publish; OB 3.0 is asked of the issuer, see Issuer.OB3
	Private     bool           // repository: private
	Pos         diag.Pos
}

// Issuer is an organisation or a part of one that awards badges: the Profile of OB 2.0 and 3.0.
type Issuer struct {
	Slug        string
	Name        string
	URL         string // as written; published percent-encoded
	Email       string
	Telephone   string
	Description string
	Image       *Image    // may be nil
	Signed      bool      // OB 2.0 signed assertions too
	DIDRoot     bool      // did:web of the base URL itself
	Keys        []Key     // public halves
	OB3         bool      // whether this issuer's OB 3.0 documents are published
	Latest      time.Time // when it last awarded or took back anything; zero: never
	Pos         diag.Pos
}

// Image is a picture in the content folder.
type Image struct {
	File   string // path of the PNG in the project; empty where there is only an SVG
	SVG    string // path of the SVG; empty where there is none
	Drawn  bool   // there is no PNG, and the published one is drawn from the SVG
	Alt    string // alternative text; may be empty
	Width  int    // of the published PNG, in pixels
	Height int
}

// DrawnWidth is the width in pixels of a PNG that is drawn from an SVG.
const DrawnWidth = 600

// PNG reports whether a PNG of the picture is published. Every class has one.
func (i *Image) PNG() bool { return i.File != "" || i.Drawn }

// Ext is the extension of the form that documents refer to: "png", or "svg" where there is no PNG.
func (i *Image) Ext() string {
	if i.PNG() {
		return "png"
	}
	return "svg"
}

// Class is a badge class: the BadgeClass of OB 2.0 and the Achievement of OB 3.0.
type Class struct {
	Slug         string
	Issuer       *Issuer
	Name         string
	Description  string
	Criteria     string // Markdown; may be empty
	Image        *Image // nil where the declaration is broken; a built class has one
	Version      string
	Tags         []string
	Type         string // OB 3.0 achievementType; may be empty
	ExpiresAfter Span   // of its awards; zero: never
	Alignment    []Alignment
	Supersedes   *Class    // the class that this one replaces; may be nil
	SupersededBy []*Class  // sorted by slug
	Retired      time.Time // the last moment at which it may be awarded; zero: not retired
	RetiredDay   string    // that day as written, YYYY-MM-DD
	Repeatable   bool
	Results      []ResultDescription
	Amended      []Amendment
	Awards       []*Award // sorted by issue date, then ID
	Pos          diag.Pos
}

// Alignment says which outside framework or standard a class follows.
type Alignment struct {
	Name, URL, Description, Framework, Code string
}

// ResultDescription is a result that awards of a class may state (OB 3.0, ResultDescription).
type ResultDescription struct {
	ID       string
	Name     string
	Type     string
	Allowed  []string
	Min, Max string
	Required string
}

// Amendment records a correction to a class that has awards.
type Amendment struct {
	Day    string // YYYY-MM-DD
	Reason string
}

// Award is one badge given to one recipient: the Assertion of OB 2.0. Some 400 bytes each with its texts; there may be 100,000.
type Award struct {
	ID          string // 26 characters of lower-case base32; empty where unstamped
	StatusIndex int    // slot in the issuer's status lists; -1 where unstamped
	Class       *Class
	Recipient   Recipient
	Issued      time.Time   // UTC
	Expires     time.Time   // UTC; zero: never. Resolved from the award or its class
	Public      bool        // may be listed
	Revoked     *Revocation // may be nil
	Erased      *Erasure    // may be nil; then Recipient and Details are empty
	ReissueOf   *Reissue    // the award that this one replaces; may be nil
	Details     *Details    // may be nil
	File        *string     // the file it stands in, shared by that file's awards
	At          Marks
}

// Details is what only some awards state.
type Details struct {
	Name      string // of the recipient, shown on the award's page
	Narrative string // Markdown
	Evidence  []Evidence
	Results   []Result
}

// Evidence is something that shows why an award was earned. URL or Narrative is set.
type Evidence struct {
	URL, Name, Description, Narrative, Genre, Audience string
}

// Result is a value that an award states for one of its class's result descriptions.
type Result struct {
	Of     *ResultDescription
	Value  string
	Status string
}

// Revocation takes an award back.
type Revocation struct {
	At         time.Time
	Day        string // the date as written, YYYY-MM-DD
	Reason     string
	ReissuedAs *Reissue // the award in its place; may be nil
}

// Reissue is the other one of two awards of which one replaces the other.
type Reissue struct {
	ID     string
	Issued time.Time // UTC
	Erased bool
	// Open says that the page of the one award may name the address of the other, as it is listed anyway. Else an address
	// would go to somebody who was sent the wrong award, and from there to anyone.
	Open bool
}

// Erasure replaces an award by a tombstone.
type Erasure struct {
	At  time.Time
	Day string // the date as written, YYYY-MM-DD
}

// State is where an award stands, without regard to today's date: whether it has expired is for the reader's clock.
type State uint8

// The states of design's table: a published file's form follows from them.
const (
	Valid State = iota
	Revoked
	Erased
)

// State is Erased where the award was erased, else Revoked where it was revoked, else Valid.
func (a *Award) State() State {
	switch {
	case a.Erased != nil:
		return Erased
	case a.Revoked != nil:
		return Revoked
	}
	return Valid
}

// Page is a further page of the site.
type Page struct {
	Slug        string // may have folders: "about/team"; "index" is the home page's introduction
	Title       string
	Description string
	Nav         int    // place in the site's navigation; 0: not in it
	Body        string // Markdown, padded with newlines so that its lines count as in the file
	Pos         diag.Pos
}

// Mark is a place in an award's file, kept small.
type Mark struct {
	Line uint32
	Col  uint16 // in characters; the largest value where the line is longer
}

// Marks are the places that a problem with an award may point at. A field that the award does not state itself points
// at the file's default, or at the award.
type Marks struct {
	Award, ID, Slot, Badge, Recipient, Issued, Expires Mark
}

// Pos is the full position of one of the award's marks.
func (a *Award) Pos(m Mark) diag.Pos {
	p := diag.Pos{Line: int(m.Line), Col: int(m.Col)}
	if a.File != nil {
		p.File = *a.File
	}
	return p
}
