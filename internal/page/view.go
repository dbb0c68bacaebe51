package page

import (
	"html/template"
	"strconv"
	"strings"
)

// The types of this file are what templates are executed with. Users write templates against them, so a field that
// stands here stays; docs/templates.md lists them, and a test keeps that list in step. All links are relative to the
// page (root-absolute on the 404 page), unless a field says that it is absolute. All texts are plain and are escaped by
// the template; template.HTML is markup that this package made.

// Frame is what every page knows. Each page's view embeds it.
type Frame struct {
	Links
	Site        Site
	Description string        // plain text for search engines and link previews; may be empty
	Canonical   string        // the page's own URL, absolute; empty on the 404 page
	Preview     string        // picture for link previews, an absolute URL; may be empty
	PreviewAlt  string        // alternative text of that picture; may be empty
	PreviewCard bool          // that picture is 1200 by 630 pixels, as sites show it large
	Icon        string        // link to the site's icon as a PNG; empty where there is only favicon.svg
	Previous    string        // link to the page before this one in a long list; may be empty
	Next        string        // link to the page after it; may be empty
	NoIndex     bool          // search engines are asked to leave the page out
	NoReferrer  bool          // the page's address is not passed on to the sites that it links to
	Policy      string        // Content Security Policy of the page, for hosts that send none
	Head        template.HTML // head.html, executed with the page's own view
	Header      template.HTML // header.html, executed with Bar
	Footer      template.HTML // footer.html, executed with Bar
}

// Site is what content/site.yaml says.
type Site struct {
	Title       string
	Description string // may be empty
	Language    string // BCP 47
	Dir         string // "ltr" or "rtl", from the language
	Home        string // link to the home page
	Catalogue   string // link to the catalogue
}

// Bar is the view of header.html and footer.html.
type Bar struct {
	Links
	Site      Site
	Home      Link
	Catalogue Link
	Issuers   []Link // empty where there are more than three
	Pages     []Link // content pages with a place in the navigation, in its order
}

// Link is a link to a page of the site.
type Link struct {
	Href    string
	Text    string // empty where the template has the words: home and catalogue
	Current bool   // the page that the reader is on
}

// Home is the view of home.html.
type Home struct {
	Frame
	Intro  template.HTML // the body of the content page "index"; may be empty
	Badges []Badge       // the current badges, twelve at most
	Total  Number        // number of all badges in the catalogue
}

// Catalogue is the view of catalogue.html, which makes every page of the catalogue.
type Catalogue struct {
	Frame
	Groups        []Group // the current badges of this page, by issuer
	Past          []Badge // the retired and superseded ones of this page
	PastContinued bool    // the page before this one has some of them too
	Total         Number  // number of all badges
	Single        bool    // there is one issuer only
	Issuers       []Shelf // all issuers; on the first page, where there are several
	Guides        []Guide // what stands on which page; on the first page, where there is one issuer and several pages
	Pager         *Pager  // nil where there is one page only
}

// Group is one issuer's badges on a page of the catalogue.
type Group struct {
	Issuer    Link
	Badges    []Badge
	Continued bool // the page before this one has some of them too
}

// Shelf is an issuer in a list of all, with the number of its badges.
type Shelf struct {
	Issuer Link
	Total  Number
}

// Guide says what stands on one page of a long list of badges.
type Guide struct {
	Href  string
	First string // name of the first badge
	Last  string // name of the last badge
}

// Pager leads through a list that is too long for one page, and is the view of pager.html.
type Pager struct {
	Number   Number // of this page, from 1
	Count    Number // number of pages
	From     Number // place in the list of the first entry of this page, from 1
	To       Number // place in the list of the last entry of this page
	Total    Number // number of entries of all pages
	Previous string // link; empty on the first page
	Next     string // link; empty on the last page
	Turns    []Turn // the first page, the last one and those around this one, in order
}

// Turn is a page that a pager shows.
type Turn struct {
	Href    string
	Number  Number
	Current bool // the page that the reader is on
	Gap     bool // pages are left out before this one
}

// Badge is a badge class as other pages show it, and the view of card.html.
type Badge struct {
	Href        string // its page
	Name        string
	Description string
	Image       *Image // nil where there is none
	Issuer      Link
	Retired     *Day // the last day on which it is awarded; nil where it is not retired
	Superseded  bool // a newer badge takes its place
}

// Image is a picture of the site.
type Image struct {
	Src    string
	Alt    string // may be empty
	Width  int    // in pixels; 0 where it is not known
	Height int
}

// Class is the view of class.html, the page of a badge class. Its address is the badge's criteria URL.
type Class struct {
	Frame
	Badge        Badge
	Criteria     template.HTML // empty where none are declared; the description stands for them then
	Tags         []string
	Type         string // achievement type of OB 3.0; may be empty
	Version      string // may be empty
	ExpiresAfter *Span  // how long its awards are valid; nil: for ever
	Alignment    []Alignment
	Results      []ResultDescription
	Supersedes   *Badge  // the badge that this one replaces; nil where there is none
	SupersededBy []Badge // the badges that replace this one
	Amended      []Amendment
	Awards       []Listed // public, valid awards, newest first; the first of them, where there are many
	Total        Number   // number of all public, valid awards
	Years        []Link   // in which they were awarded, newest first; empty where there is one page or one year
	Pager        *Pager   // of the awards; nil where there is one page only
	BadgeClass   string   // link to class.json (OB 2.0); empty where it is not published
	Achievement  string   // link to achievement.json (OB 3.0); empty where it is not published
}

// Holders is the view of holders.html, a further page of a badge class's awards.
type Holders struct {
	Frame
	Badge  Badge
	Awards []Listed // those of this page
	Years  []Link   // as in Class
	Pager  *Pager   // nil while an update is going on, when there is no award either
}

// Span is a length of time. One field is set.
type Span struct {
	Years, Months, Days int
}

// Alignment is an outside framework or standard that a badge follows.
type Alignment struct {
	Name        string
	URL         string // empty where it is not a http or https address
	Description string
	Framework   string
	Code        string
}

// ResultDescription is a result that awards of a class may state.
type ResultDescription struct {
	Name     string
	Type     string // such as "Percent"
	Allowed  []string
	Min, Max string
	Required string // the value that it takes to earn the badge
}

// Amendment is a correction to a badge that had awards.
type Amendment struct {
	Day    Day
	Reason string
}

// Listed is an award in a list.
type Listed struct {
	Href   string
	Name   string // of the holder; may be empty
	Issued Day
	Anchor string // the id at which links of Years lead to it; mostly empty
}

// Issuer is the view of issuer.html.
type Issuer struct {
	Frame
	Name      string
	About     string  // its description, plain text
	Image     *Image  // nil where there is none
	URL       string  // of its own site, absolute; may be empty
	Website   string  // the same as it was written, to be read
	Email     string  // may be empty
	Telephone string  // may be empty
	Badges    []Badge // current ones; the first of them, where there are many
	Past      []Badge // retired and superseded ones
	Guides    []Guide // what stands on which page; empty where there is one page only
	Pager     *Pager  // of the badges; nil where there is one page only
	Profile   string  // link to profile.json
	DID       string  // its name in OB 3.0, a did:web; empty where nothing of OB 3.0 is published
	Document  string  // link to the DID document; empty where there is none
}

// IssuerBadges is the view of issuer-badges.html, a further page of an issuer's badges.
type IssuerBadges struct {
	Frame
	Issuer        Link
	Badges        []Badge // the current ones of this page
	Past          []Badge // the retired and superseded ones of this page
	PastContinued bool    // the page before this one has some of them too
	Pager         *Pager  // nil while an update is going on, when there is no badge either
}

// Award is the view of award.html. Of an erased award only the Frame and Erased are set.
type Award struct {
	Frame
	Badge     Badge
	Name      string // of the holder; empty where it is not declared
	Issued    Day
	Expires   *Day          // nil: valid for ever
	Narrative template.HTML // may be empty
	Evidence  []Evidence
	Results   []Result
	Replaces  *Reissue      // the award that it replaces; nil where there is none, or where that was erased
	Revoked   *Revocation   // nil where it was not
	Erased    *Day          // when the award was erased; nil where it was not
	Plate     template.HTML // "award-plate", executed with AwardClass
	Files     template.HTML // "award-files", executed with AwardClass
	About     template.HTML // "award-about", executed with AwardClass
}

// Evidence is something that shows why an award was earned.
type Evidence struct {
	Name        string        // the address where no name is declared; may be empty
	URL         string        // empty where there is none, or where it is not a http or https address
	Description string        // may be empty
	Narrative   template.HTML // may be empty
	Genre       string        // may be empty
	Audience    string        // may be empty
}

// Result is a result that an award states.
type Result struct {
	Name   string
	Type   string // such as "Percent"
	Value  string // may be empty
	Status string // may be empty
}

// Revocation says when and why an award was taken back.
type Revocation struct {
	Day        Day
	Reason     string   // may be empty
	ReplacedBy *Reissue // the award in its place; nil where there is none, or where that was erased
}

// Reissue is the other one of two awards of which one replaces the other.
type Reissue struct {
	Href   string // empty where it is not listed
	Issued Day
}

// Files are the links to an award's files. Each is empty where the file is not published, or not for this award.
type Files struct {
	PNG           string // the baked badge, of both generations
	SVG           string // the drawing with the badge of OB 2.0
	CredentialSVG string // the drawing with the badge of OB 3.0
	Credential    string // OB 3.0
	CredentialJWT string // OB 3.0 as a VC-JWT
	Assertion     string // OB 2.0
	Signed        string // OB 2.0 with a signature
	Assertion1    string // OB 1.0 form
}

// AwardClass is the view of the three templates that award-class.html defines: the parts of an award's page that are
// the same for all awards of a class, and are executed once for all of them.
type AwardClass struct {
	Links
	Badge   Badge // its Image is the award's own, baked picture where there is one
	Revoked bool
	Files   Files
}

// Content is the view of page.html, a further page.
type Content struct {
	Frame
	Title string
	Body  template.HTML
}

// NotFound is the view of 404.html.
type NotFound struct {
	Frame
}

// Day is a date in the site's time zone, and the view of date.html.
type Day struct {
	ISO   string // YYYY-MM-DD
	Year  int
	Month int // 1 to 12
	Day   int
	HTML  template.HTML // date.html, executed with this Day; empty inside date.html itself
}

// Number is a number that may be large.
type Number int

// Grouped is the number with a mark between its thousands: "5,000" where the mark is a comma.
func (n Number) Grouped(mark string) string {
	digits := strconv.Itoa(int(n))
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(mark)
		}
		b.WriteRune(d)
	}
	return b.String()
}
