package model

import "blazon/internal/badge"

func text(noun string, f *Format) *Type { return &Type{Kind: Text, Noun: noun, Format: f} }

func list(noun string, item *Type) *Type { return &Type{Kind: List, Noun: noun, Item: item} }

func mapping(noun string, o *Object) *Type { return &Type{Kind: Map, Noun: noun, Object: o} }

func words(noun string, enum ...string) *Type { return &Type{Kind: Text, Noun: noun, Enum: enum} }

var (
	aLine     = text("text on one line", line)
	aText     = text("text", anyText)
	aProse    = text("text", prose)
	markdown  = text("Markdown text", anyText)
	yesOrNo   = &Type{Kind: Bool, Noun: "true or false"}
	aDay      = text("a day", day)
	aDate     = text("a date", date)
	aLink     = text("a link", webURL)
	aFile     = text("a file name", file)
	aSlug     = text("a slug", slug)
	someLines = &Type{Kind: List, Noun: "a list of texts", Item: aLine, Unique: true}
)

// FormatVersion is the newest format of the files that this program knows.
const FormatVersion = 1

// SlotMax is the largest status slot: 1,000 lists of 131,072 slots.
const SlotMax = 131072*1000 - 1

var siteType = mapping("the site's settings", &Object{
	Name: "site",
	Fields: []Field{
		{Key: "format", Type: &Type{Kind: Integer, Noun: "a whole number", Min: 1, Max: 1000000}, Required: true, Example: "1",
			Doc: "The format of these files. This program knows format 1; a newer one is an error."},
		{Key: "base_url", Type: text("the site's address", baseURL), Required: true, Example: "https://badges.example.org",
			Doc: "Where the site is published. Every id is built from it, so it never changes once a badge is awarded. https, may have a path, no slash at the end."},
		{Key: "title", Type: aLine, Required: true, Example: "Northwind Academy badges", Doc: "The site's name."},
		{Key: "description", Type: aLine, Example: "Badges awarded by Northwind Academy.", Doc: "One sentence for the home page and for link previews."},
		{Key: "language", Type: text("a language tag", language), Default: "en", Example: "de", Doc: "The language that the declarations are written in (BCP 47)."},
		{Key: "timezone", Type: text("a time zone", timezone), Default: "UTC", Example: "Europe/Zurich",
			Doc: "The zone of dates without one. Zones come from the program's own data, never the machine's."},
		{Key: "publish", Type: &Type{Kind: List, Noun: "a list of forms", Item: words("a form", "ob1", "ob2", "ob3"), Unique: true,
			Needs: []Need{{"ob1", "ob2", "ob1 adds to ob2, which is not published"}}},
			Default: "[ob2], and ob3 for issuers with a key", Example: "[ob1, ob2, ob3]",
			Doc: "Which generations of Open Badges to publish: `ob1` adds a twin of each assertion in Open Badges 1.0 form, `ob2` is Open Badges 2.0, `ob3` is Open Badges 3.0."},
		{Key: "repository", Type: words("public or private", "public", "private"), Default: "public", Example: "private",
			Doc: "Who can read these files. In a public repository a plain recipient is an error; see docs/privacy.md."},
	},
})

var issuerType = mapping("an issuer", &Object{
	Name: "issuer",
	Elsewhere: map[string]string{
		"slug": "the file's name is the slug",
		"id":   "the file's name is the slug, from which the ids are made",
		"logo": "write image",
	},
	Fields: []Field{
		{Key: "name", Type: aLine, Required: true, Example: "Northwind Academy", Doc: "The issuer's name."},
		{Key: "url", Type: aLink, Required: true, Example: "https://academy.example.org", Doc: "The issuer's own web site."},
		{Key: "email", Type: text("an e-mail address", email), Required: true, Example: "name@example.org",
			Doc: "Where questions about badges are answered. It is published: Open Badges 2.0 demands it."},
		{Key: "telephone", Type: text("a telephone number", telephone), Example: `"+41441234567"`, Doc: "In the international form (E.164). Published."},
		{Key: "description", Type: aText, Doc: "Who the issuer is."},
		{Key: "image", Type: aFile, Default: "`<slug>.png` or `<slug>.svg` beside the file", Example: "northwind.png", Doc: "The issuer's picture: a PNG or SVG beside this file, or in content/images/."},
		{Key: "alt", Type: aLine, Example: "A ship under sail", Doc: "Alternative text of the picture."},
		{Key: "signed", Type: yesOrNo, Default: "false", Doc: "Whether signed Open Badges 2.0 assertions are wanted too; needs an rsa key."},
		{Key: "did", Type: words("root", "root"), Default: "did:web of the issuer's folder", Doc: "`root` makes the issuer's DID the did:web of the base URL itself. One issuer may."},
		{Key: "keys", Type: list("a list of keys", mapping("a key", keyObject)), Doc: "The public halves of the issuer's signing keys."},
	},
})

var keyObject = &Object{
	Name: "key",
	Fields: []Field{
		{Key: "id", Type: aSlug, Required: true, Example: `"2026"`, Doc: "The key's name; part of its URL. It never changes and is never used again."},
		{Key: "type", Type: words("a type of key", string(badge.Ed25519), string(badge.RSA)), Required: true, Doc: "`ed25519` signs Open Badges 3.0 credentials; `rsa` signs VC-JWT and Open Badges 2.0."},
		{Key: "public", Type: aLine, Required: true, Example: "z6Mk...", Doc: "The public half: of an ed25519 key its multibase form (z6Mk...), of an rsa key a PEM file beside this one."},
		{Key: "from", Type: aDay, Required: true, Example: "2026-01-01", Doc: "The first day on which it signs."},
		{Key: "until", Type: aDay, Example: "2027-01-01", Doc: "The day on which it signs no more."},
		{Key: "resigned", Type: mapping("how it was replaced", &Object{
			Name: "resigning",
			Fields: []Field{
				{Key: "date", Type: aDay, Required: true, Example: "2026-10-02", Doc: "From when the new signatures count. `awardedDate` stays what it was."},
				{Key: "with", Type: aSlug, Required: true, Example: `"2026"`, Doc: "The id of the key of the same type that signs in its place."},
				{Key: "reason", Type: words("a reason", ResignLost, ResignStolen), Required: true, Doc: "`lost`: what it has signed still counts. `stolen`: it counts no more, and the DID document says so."},
			},
		}), Example: `{date: 2026-10-02, with: "2026", reason: lost}`, Doc: "Written by `blazon key resign`: everything that this key had signed is signed again with another one."},
	},
}

// The reasons for which a key's documents are signed again.
const (
	ResignLost   = "lost"
	ResignStolen = "stolen"
)

// AchievementTypes are the words of OB 3.0's AchievementType; others start with ext:.
var AchievementTypes = []string{
	"Achievement", "ApprenticeshipCertificate", "Assessment", "Assignment", "AssociateDegree", "Award", "Badge", "BachelorDegree", "Certificate",
	"CertificateOfCompletion", "Certification", "CommunityService", "Competency", "Course", "CoCurricular", "Degree", "Diploma", "DoctoralDegree",
	"Fieldwork", "GeneralEducationDevelopment", "JourneymanCertificate", "LearningProgram", "License", "Membership", "ProfessionalDoctorate",
	"QualityAssuranceCredential", "MasterCertificate", "MasterDegree", "MicroCredential", "ResearchDoctorate", "SecondarySchoolDiploma",
}

// ResultTypes are the words of OB 3.0's ResultType; others start with ext:.
var ResultTypes = []string{
	"GradePointAverage", "LetterGrade", "Percent", "PerformanceLevel", "PredictedScore", "RawScore", "Result", "RubricCriterion",
	"RubricCriterionLevel", "RubricScore", "ScaledScore", "Status",
}

// ResultStatuses are the words of OB 3.0's ResultStatusType.
var ResultStatuses = []string{"Completed", "Enrolled", "Failed", "InProgress", "OnHold", "Provisional", "Withdrew"}

var badgeType = mapping("a badge class", &Object{
	Name: "badge",
	Elsewhere: map[string]string{
		"criteria": "criteria are Markdown, in a file beside this one that has its name and ends in .md",
		"slug":     "the file's name is the slug",
		"id":       "the file's name is the slug, from which the ids are made",
		"title":    "write name",
		"expires":  "write expires_after",
	},
	Fields: []Field{
		{Key: "name", Type: aLine, Required: true, Example: "Go basics", Doc: "The badge's name."},
		{Key: "description", Type: aProse, Required: true, Example: "Writes, tests and ships a small Go program.", Doc: "What its holder has done, in a sentence or two."},
		{Key: "issuer", Type: aSlug, Default: "the only issuer", Example: "northwind", Doc: "The slug of the issuer. Needed where the project has several."},
		{Key: "image", Type: aFile, Default: "`<slug>.png` or `<slug>.svg` beside the file, else `images/default.png`", Example: "go-basics.png", Doc: "The badge's image: a PNG or SVG beside this file, or in content/images/."},
		{Key: "alt", Type: aLine, Example: "A gopher holding a rosette", Doc: "Alternative text of the image."},
		{Key: "version", Type: aLine, Example: `"1"`, Doc: "The version of the class. A number is quoted."},
		{Key: "tags", Type: &Type{Kind: List, Noun: "a list of tags", Item: aLine, Unique: true}, Example: "[go, programming]", Doc: "Words that help to find it."},
		{Key: "type", Type: &Type{Kind: Text, Noun: "a type of achievement", Enum: AchievementTypes, Open: "ext:"}, Example: "Course", Doc: "What kind of achievement it is (Open Badges 3.0, achievementType)."},
		{Key: "expires_after", Type: text("a length of time", span), Example: "2y", Doc: "How long its awards are valid, counted on the calendar from the day of issue."},
		{Key: "alignment", Type: list("a list of alignments", mapping("an alignment", &Object{
			Name: "alignment",
			Fields: []Field{
				{Key: "name", Type: aLine, Required: true, Example: "Machine safety", Doc: "The name of the goal or standard."},
				{Key: "url", Type: aLink, Required: true, Example: "https://standards.example.net/ms/1", Doc: "Where it is described."},
				{Key: "description", Type: aText, Doc: "What it says."},
				{Key: "framework", Type: aLine, Doc: "The framework it belongs to."},
				{Key: "code", Type: aLine, Example: "MS-1", Doc: "Its code in that framework. A number is quoted."},
			},
		})), Doc: "Outside goals and standards that the badge meets."},
		{Key: "supersedes", Type: aSlug, Example: "golang-101", Doc: "The slug of the class that this one replaces, of the same issuer."},
		{Key: "retired", Type: aDay, Example: "2026-09-01", Doc: "The last day on which it may be awarded. What was awarded stays valid."},
		{Key: "repeatable", Type: yesOrNo, Default: "false", Doc: "Whether one recipient may have it several times. Revoked, erased and by then expired awards do not count."},
		{Key: "results", Type: list("a list of result descriptions", mapping("a result description", &Object{
			Name: "result-description",
			Fields: []Field{
				{Key: "id", Type: aSlug, Required: true, Example: "score", Doc: "What awards name it by."},
				{Key: "name", Type: aLine, Required: true, Example: "Score", Doc: "Its name."},
				{Key: "type", Type: &Type{Kind: Text, Noun: "a type of result", Enum: ResultTypes, Open: "ext:"}, Required: true, Example: "Percent", Doc: "What kind of result it is (Open Badges 3.0, resultType)."},
				{Key: "allowed", Type: someLines, Example: "[Failed, Passed]", Doc: "The values that there are, from lowest to highest."},
				{Key: "min", Type: aLine, Example: `"0"`, Doc: "The lowest value."},
				{Key: "max", Type: aLine, Example: `"100"`, Doc: "The highest value."},
				{Key: "required", Type: aLine, Example: `"80"`, Doc: "The value needed to earn the badge."},
			},
		})), Doc: "Results that its awards may state."},
		{Key: "amended", Type: list("a list of corrections", mapping("a correction", &Object{
			Name: "amendment",
			Fields: []Field{
				{Key: "date", Type: aDay, Required: true, Example: "2026-04-02", Doc: "The day of the correction."},
				{Key: "reason", Type: aLine, Required: true, Example: "Spelling", Doc: "What was corrected."},
			},
		})), Example: "[{date: 2026-04-02, reason: Spelling}]", Doc: "Corrections made since it was first awarded. They show on its page."},
	},
})

var recipientObject = &Object{
	Name: "recipient",
	Doc:  "One recipient, by one kind of identity.",
	Elsewhere: map[string]string{
		"phone":  "write telephone",
		"tel":    "write telephone",
		"mobile": "write telephone",
		"name":   "name stands beside recipient",
	},
	Fields: []Field{
		{Key: "email", Secret: true, Type: text("an e-mail address", recipientEmail), Doc: "An e-mail address. It is trimmed and put in lower case before it is hashed."},
		{Key: "url", Secret: true, Type: text("a link", webURL), Doc: "The address of a page that is the recipient's own."},
		{Key: "telephone", Secret: true, Type: text("a telephone number", telephone), Doc: "A telephone number in the international form."},
		{Key: "did", Secret: true, Type: text("a DID", did), Doc: "A decentralised identifier. Such a recipient has Open Badges 3.0 documents only."},
		{Key: "hash", Secret: true, Type: text("a hash", hash), Doc: "The salted hash of an address that never enters the repository."},
		{Key: "salt", Secret: true, Type: aLine, Doc: "The salt of the hash."},
		{Key: "type", Type: words("a kind of identity", "email", "url", "telephone"), Doc: "What was hashed."},
	},
	OneOf: []string{"email", "url", "telephone", "did", "hash"},
	Needs: map[string][]string{"hash": {"salt", "type"}, "salt": {"hash"}, "type": {"hash"}},
}

var recipientType = &Type{Kind: Choice, Noun: "an e-mail address, or a mapping with one kind of identity", Choices: []*Type{
	text("an e-mail address", recipientEmail),
	mapping("a mapping with one kind of identity", recipientObject),
}}

var evidenceType = list("a list of evidence", mapping("a piece of evidence", &Object{
	Name: "evidence",
	Fields: []Field{
		{Key: "url", Type: aLink, Doc: "Where it can be seen."},
		{Key: "name", Type: aLine, Doc: "What it is called."},
		{Key: "description", Type: aText, Doc: "What it is."},
		{Key: "narrative", Type: markdown, Doc: "How it came about. Markdown."},
		{Key: "genre", Type: aLine, Doc: "Its kind: Photo, Prose, Film."},
		{Key: "audience", Type: aLine, Doc: "Whom it is for."},
	},
	AnyOf: []string{"url", "narrative"},
}))

var resultsType = list("a list of results", mapping("a result", &Object{
	Name: "result",
	Fields: []Field{
		{Key: "of", Type: aSlug, Required: true, Example: "score", Doc: "The id of a result description of the class."},
		{Key: "value", Type: aLine, Example: `"92"`, Doc: "The value. A number is quoted."},
		{Key: "status", Type: words("a status", ResultStatuses...), Doc: "Where it stands."},
	},
	AnyOf: []string{"value", "status"},
	Pair:  []string{"of", "value"},
}))

// awardFields are the keys of an award. shared are those that a file may state once for its whole list.
func awardFields(alone bool) (shared, own []Field) {
	shared = []Field{
		{Key: "badge", Type: aSlug, Required: alone, Example: "go-basics", Doc: "The slug of the badge class."},
		{Key: "issued", Type: aDate, Required: alone, Example: "2026-03-14", Doc: "When it was awarded. A date alone is 00:00 in the site's zone."},
		{Key: "expires", Type: text("a date, or never", dateOrNever), Default: "the class's expires_after", Example: "2028-03-14", Doc: "Until when it is valid; `never` overrides the class. A date alone is 23:59:59 in the site's zone."},
		{Key: "narrative", Type: markdown, Doc: "How it was earned. Markdown."},
		{Key: "evidence", Type: evidenceType, Doc: "What shows that it was earned."},
		{Key: "results", Type: resultsType, Doc: "The results that the class describes."},
		{Key: "public", Type: yesOrNo, Default: "false", Doc: "Whether the site may list it. Otherwise only those who know its address find its page."},
	}
	own = []Field{
		{Key: "id", Type: text("an award's id", awardID), Doc: "Made by `blazon stamp`. Part of its URLs: it never changes."},
		{Key: "status_index", Type: &Type{Kind: Integer, Noun: "a whole number", Min: 0, Max: SlotMax}, Doc: "Made by `blazon stamp`: its place in the issuer's status lists. It never changes."},
		{Key: "recipient", Secret: true, Type: recipientType, Example: "ada@example.org", Doc: "Who earned it: an e-mail address, or a mapping with one of the kinds below."},
		{Key: "name", Type: aLine, Doc: "The recipient's name, shown on the award's page only where it stands here."},
		{Key: "reissue_of", Type: text("an award's id", awardID), Doc: "The id of the award that this one replaces, which is revoked and names this one in `reissued_as`. Written by `blazon reissue`."},
		{Key: "revoked", Type: mapping("a revocation", &Object{
			Name: "revocation",
			Fields: []Field{
				{Key: "date", Type: aDate, Required: true, Example: "2026-05-01", Doc: "When it was taken back."},
				{Key: "reason", Type: aLine, Required: true, Example: "Issued in error", Doc: "Why. It is published."},
				{Key: "reissued_as", Type: text("an award's id", awardID), Doc: "The id of the award in its place, which names this one in `reissue_of`. Written by `blazon reissue`."},
			},
		}), Example: "{date: 2026-05-01, reason: Issued in error}", Doc: "Takes the award back. Its addresses stay and say so."},
		{Key: "erased", Type: mapping("an erasure", &Object{
			Name:   "erasure",
			Fields: []Field{{Key: "date", Type: aDate, Required: true, Example: "2026-06-01", Doc: "When it was erased."}},
		}), Example: "{date: 2026-06-01}", Doc: "A tombstone at the holder's request. Only badge, issued, id and status_index may stand beside it."},
	}
	return shared, own
}

func awardObject(name string, alone bool) *Object {
	shared, own := awardFields(alone)
	return &Object{
		Name: name,
		Elsewhere: map[string]string{
			"email": "write recipient, with the address",
			"date":  "write issued",
			"class": "write badge",
		},
		Fields: append(own[:3:3], append(shared, own[3:]...)...),
		AnyOf:  []string{"recipient", "erased"},
		Alone:  map[string][]string{"erased": {"badge", "issued", "id", "status_index"}},
	}
}

var awardsType = &Type{Kind: Choice, Noun: "a list of awards, or defaults and a list", Choices: []*Type{
	list("a list of awards", mapping("an award", awardObject("award", true))),
	mapping("defaults and a list of awards", awardFileObject()),
}}

func awardFileObject() *Object {
	shared, _ := awardFields(false)
	for i := range shared {
		shared[i].Doc = "Default for the list. " + shared[i].Doc
	}
	return &Object{
		Name: "award-file",
		Fields: append(shared, Field{Key: "awards", Required: true,
			Type: list("a list of awards", mapping("an award", awardObject("award-with-defaults", false))), Doc: "The awards."}),
	}
}

var pageType = mapping("front matter", &Object{
	Name: "page",
	Fields: []Field{
		{Key: "title", Type: aLine, Required: true, Example: "About us", Doc: "The page's title."},
		{Key: "description", Type: aLine, Doc: "One sentence for link previews."},
		{Key: "nav", Type: &Type{Kind: Integer, Noun: "a whole number", Min: 1, Max: 1000}, Doc: "Its place in the site's navigation; without it the page is not in it."},
	},
})
