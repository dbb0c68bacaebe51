// Package rule names everything that blazon can find wrong with a project. The table is the one list of rules: the
// documentation is made from it, and a test demands a pair of example projects for each.
package rule

import (
	"fmt"

	"blazon/internal/diag"
)

// Rule is one kind of mistake.
type Rule struct {
	Name     string
	Severity diag.Severity
	Doc      string // one sentence for docs/checks.md
}

// At is a problem of this kind at a place. The hint may be empty.
func (r *Rule) At(pos diag.Pos, hint, format string, args ...any) diag.Problem {
	return diag.Problem{Pos: pos, Rule: r.Name, Severity: r.Severity, Message: fmt.Sprintf(format, args...), Hint: hint}
}

// All lists the rules in the order of the documentation.
func All() []*Rule {
	return []*Rule{
		Syntax, Encoding, Documents, Extension, UnknownKey, DuplicateKey, MergeKey, AliasCycle, Kind, Required, Value, Together,
		Format, BaseURL, TimeZone, Date, Span, URL, Email, Telephone, DID, Hash, Key, ID, Slug, Path, PathCase, StrayFile,
		Reference, Issuers, Supersedes, Result,
		ImageMissing, ImageBroken, ImageUnsafe, ImageDrawing, ImageSquare, ImageSmall, ImageLarge, ImageAlt, Criteria,
		Unstamped, DuplicateID, DuplicateSlot, AwardTwice, RetiredAward, FutureAward, ExpiryOrder, Erased, Reissue, DIDForms,
		PlainAddress, MixedCase, PrivateKey, Clash, Template, Headers,
		BaseURLMoved, PublishShrunk, DIDMoved, KeyDropped, URLLost, AwardChanged, Unerased, ClassChanged, RevocationWithdrawn, BaseBroken,
	}
}

// The rules of the files themselves.
var (
	Syntax       = &Rule{"syntax", diag.Error, "The file is not YAML, or the front matter of a page is not closed."}
	Encoding     = &Rule{"encoding", diag.Error, "The file is not UTF-8, holds control characters, or is too large."}
	Documents    = &Rule{"documents", diag.Error, "A file holds one YAML document, neither none nor several."}
	Extension    = &Rule{"extension", diag.Error, "Files end in .yaml, .md, .png or .svg, in lower case, so that none is passed over unread."}
	UnknownKey   = &Rule{"unknown-key", diag.Error, "A key that blazon does not know, usually a slip of the pen."}
	DuplicateKey = &Rule{"duplicate-key", diag.Error, "A key that stands twice in one mapping."}
	MergeKey     = &Rule{"merge-key", diag.Error, "YAML's merge key (<<) is not part of YAML 1.2 and is not understood."}
	AliasCycle   = &Rule{"alias", diag.Error, "An alias that contains itself, or aliases that multiply beyond reason."}
	Kind         = &Rule{"kind", diag.Error, "A value of the wrong kind: a list where text belongs, a number where text belongs (quote it), nothing at all."}
	Required     = &Rule{"required", diag.Error, "A key that must be there and is not."}
	Value        = &Rule{"value", diag.Error, "A value outside those that are allowed."}
	Together     = &Rule{"together", diag.Error, "Keys that exclude or need each other."}
)

// The rules of single values and of names.
var (
	Format    = &Rule{"format", diag.Error, "The files are of a newer format than this program knows."}
	BaseURL   = &Rule{"base-url", diag.Error, "base_url is https, a host name with a dot (no IP address, no localhost), lower-case ASCII segments, and no slash at the end."}
	TimeZone  = &Rule{"time-zone", diag.Error, "A time zone that the IANA database does not have."}
	Date      = &Rule{"date", diag.Error, "A date that is not ISO 8601 or not on the calendar."}
	Span      = &Rule{"span", diag.Error, "A length of time is a number with y, mo or d: 2y, 18mo, 90d."}
	URL       = &Rule{"url", diag.Error, "A link that is not an absolute http or https URL."}
	Email     = &Rule{"email", diag.Error, "Something that is not an e-mail address."}
	Telephone = &Rule{"telephone", diag.Error, "A telephone number that is not in the international form (E.164)."}
	DID       = &Rule{"did", diag.Error, "Something that is not a decentralised identifier."}
	Hash      = &Rule{"hash", diag.Error, "A recipient's hash that is not sha256$ with 64 hexadecimal digits, or md5$ with 32."}
	Key       = &Rule{"key", diag.Error, "The public half of a signing key that cannot be read, or keys whose days overlap or leave a gap."}
	ID        = &Rule{"id", diag.Error, "An award's id that is not 26 characters of lower-case base32."}
	Slug      = &Rule{"slug", diag.Error, "A file name that cannot become part of a URL, or is reserved."}
	Path      = &Rule{"path", diag.Error, "A path that leaves its folder, or a link that leaves the project."}
	PathCase  = &Rule{"path-case", diag.Error, "Two names that differ only in case: on many computers they are one file."}
	StrayFile = &Rule{"stray-file", diag.Warning, "A file in content/ that nothing reads."}
)

// The rules of references between declarations.
var (
	Reference  = &Rule{"reference", diag.Error, "A badge, an issuer or a result that is not declared."}
	Issuers    = &Rule{"issuers", diag.Error, "A project has an issuer, and with several of them each class names its own."}
	Supersedes = &Rule{"supersedes", diag.Error, "A class supersedes another one of the same issuer, never itself, not even by a detour."}
	Result     = &Rule{"result", diag.Error, "A result that does not fit its description in the class."}
)

// The rules of images and texts.
var (
	ImageMissing = &Rule{"image-missing", diag.Error, "A class has an image: beside it, named in it, or images/default.png."}
	ImageBroken  = &Rule{"image-broken", diag.Error, "An image that cannot be read whole: truncated, damaged, or not an image."}
	ImageUnsafe  = &Rule{"image-unsafe", diag.Error, "An SVG with scripts, event handlers, foreign content, a DOCTYPE or references to other files. It is never cleaned."}
	ImageDrawing = &Rule{"image-drawing", diag.Error, "A class's SVG without a PNG beside it is drawn by blazon, which knows a strict part of SVG."}
	ImageSquare  = &Rule{"image-square", diag.Warning, "A badge image that is not square is cropped or squeezed by many displays."}
	ImageSmall   = &Rule{"image-small", diag.Warning, "A badge image under 90 pixels is refused by some backpacks."}
	ImageLarge   = &Rule{"image-large", diag.Warning, "A badge image over 250 KB is refused by some backpacks; every award carries a copy."}
	ImageAlt     = &Rule{"image-alt", diag.Warning, "An image without alternative text says nothing to those who cannot see it."}
	Criteria     = &Rule{"criteria", diag.Warning, "A class without criteria does not say what it was awarded for."}
)

// The rules of awards.
var (
	Unstamped     = &Rule{"unstamped", diag.Error, "An award without an id, or without a status slot where OB 3.0 is published. blazon stamp fills them in."}
	DuplicateID   = &Rule{"duplicate-id", diag.Error, "Two awards with one id."}
	DuplicateSlot = &Rule{"duplicate-slot", diag.Error, "Two awards of one issuer with one status slot."}
	AwardTwice    = &Rule{"award-twice", diag.Error, "One recipient has one class twice, and the class is not repeatable."}
	RetiredAward  = &Rule{"retired-award", diag.Error, "An award issued after the day on which its class was retired."}
	FutureAward   = &Rule{"future-award", diag.Error, "An award issued in the future, which validators refuse."}
	ExpiryOrder   = &Rule{"expiry-order", diag.Error, "An award that expires before it is issued."}
	Erased        = &Rule{"erased", diag.Error, "An erased award keeps badge, issued, id and status_index, and nothing about its holder."}
	Reissue       = &Rule{"reissue", diag.Error, "An award that replaces another, and the revoked one, name each other."}
	DIDForms      = &Rule{"did-forms", diag.Error, "A DID recipient has OB 3.0 documents only, so ob3 must be published."}
	PlainAddress  = &Rule{"plain-address", diag.Error, "A plain recipient in a public repository. blazon stamp --hash puts salted hashes in their place."}
	MixedCase     = &Rule{"mixed-case", diag.Warning, "An e-mail address with capitals or spaces around it is hashed trimmed and in lower case."}
	PrivateKey    = &Rule{"private-key", diag.Error, "A private key in content/, templates/ or site/, from where it would be committed or published."}
	Clash         = &Rule{"clash", diag.Error, "Two things that would be published at one path."}
	Template      = &Rule{"template", diag.Error, "A template or a file in site/ that cannot be used."}
	Headers       = &Rule{"headers", diag.Warning, "A file _headers in site/, in place of blazon's, that does not let the pages of other sites read badges."}
)

// The rules of a project beside an earlier state of it: what was published stays. They are looked at with check --base and
// check --published only.
var (
	BaseURLMoved        = &Rule{"base-url-moved", diag.Error, "base_url is another one than before: every id that was published would move."}
	PublishShrunk       = &Rule{"publish-shrunk", diag.Error, "A form of Open Badges that was published no longer is: its documents would vanish."}
	DIDMoved            = &Rule{"did-moved", diag.Error, "An issuer's DID is another one than before, so that what it signed has no issuer any more."}
	KeyDropped          = &Rule{"key-dropped", diag.Error, "A published key is gone or is another one, so that what it signed cannot be verified."}
	URLLost             = &Rule{"url-lost", diag.Error, "A machine-read URL that was published would vanish: of an award, a class, an issuer or an image."}
	AwardChanged        = &Rule{"award-changed", diag.Error, "An award has another recipient, class, date, expiry or published status slot than before."}
	Unerased            = &Rule{"unerased", diag.Error, "An award that was erased at its holder's request is back."}
	ClassChanged        = &Rule{"class-changed", diag.Error, "A class that has awards says something else without a new entry in amended, or has another image, alignment, scale of results or issuer."}
	RevocationWithdrawn = &Rule{"revocation-withdrawn", diag.Warning, "An award that was revoked counts as valid again."}
	BaseBroken          = &Rule{"base-broken", diag.Warning, "The state that is compared with has mistakes of its own, and what they hide is not compared."}
)
