// Package layout knows where everything stands in the published tree: paths from names, names from paths, and URLs
// from paths. Nothing else in the program spells a published path.
package layout

import (
	"maps"
	"slices"
	"strconv"
	"strings"
)

// Fixed paths of the published tree.
const (
	Home      = "index.html"
	Catalogue = "badges/index.html"
	NotFound  = "404.html"
	Ledger    = "ledger.txt"
	Awards    = "awards/" // the folder of all awards; nothing is published at its own URL
)

// Site makes URLs of published paths.
type Site struct {
	Base string // https, no trailing slash
}

// URL is the public URL of a published path. An index.html is named by its folder.
func (s Site) URL(path string) string {
	if path == "index.html" {
		return s.Base + "/"
	}
	if dir, ok := strings.CutSuffix(path, "/index.html"); ok {
		return s.Base + "/" + dir + "/"
	}
	return s.Base + "/" + path
}

// IssuerPage and the functions below are the paths of what is published of an issuer, a class, an award and a page.
func IssuerPage(slug string) string { return "issuers/" + slug + "/index.html" }

// Profile is the path of an issuer's Profile.
func Profile(slug string) string { return "issuers/" + slug + "/profile.json" }

// Local reports whether the site is one for looking at on the own machine, over http: it has no name in did:web.
func (s Site) Local() bool { return !strings.HasPrefix(s.Base, "https://") }

// DIDDocument is the path of an issuer's DID document: in the issuer's folder, or where that of the base URL itself stands
// (did:web, "Read").
func (s Site) DIDDocument(slug string, root bool) string {
	switch {
	case !root:
		return "issuers/" + slug + "/did.json"
	case strings.Count(s.Base, "/") > 2: // the base URL has a path
		return "did.json"
	}
	return ".well-known/did.json"
}

// IssuerKey is the path of one of an issuer's keys as a CryptographicKey of OB 2.0.
func IssuerKey(slug, id string) string { return "issuers/" + slug + "/keys/" + id + ".json" }

// IssuerJWK is the path of one of an issuer's keys as a JWK.
func IssuerJWK(slug, id string) string { return "issuers/" + slug + "/keys/" + id + ".jwk.json" }

// StatusList is the path of an issuer's n-th status list. It counts from 0.
func StatusList(slug string, n int) string {
	return "issuers/" + slug + "/status/" + strconv.Itoa(n) + ".json"
}

// Revocations is the path of an issuer's list of revoked OB 2.0 signed assertions.
func Revocations(slug string) string { return "issuers/" + slug + "/revocations.json" }

// IssuerImage is the path of an issuer's picture; ext is "png" or "svg".
func IssuerImage(slug, ext string) string { return "issuers/" + slug + "/image." + ext }

// ClassPage is the path of a class's page, which is its criteria URL too.
func ClassPage(slug string) string { return "badges/" + slug + "/index.html" }

// Class is the path of a BadgeClass.
func Class(slug string) string { return "badges/" + slug + "/class.json" }

// Achievement is the path of an Achievement (OB 3.0).
func Achievement(slug string) string { return "badges/" + slug + "/achievement.json" }

// ClassImage is the path of a class's unbaked image; ext is "png" or "svg".
func ClassImage(slug, ext string) string { return "badges/" + slug + "/image." + ext }

// ClassPreview is the path of the picture that links to a class show.
func ClassPreview(slug string) string { return "badges/" + slug + "/preview.png" }

// AwardPage is the path of an award's page.
func AwardPage(id string) string { return "awards/" + id + "/index.html" }

// Assertion is the path of an award's OB 2.0 assertion.
func Assertion(id string) string { return "awards/" + id + "/assertion.json" }

// Assertion1 is the path of an award's assertion in OB 1.0 form.
func Assertion1(id string) string { return "awards/" + id + "/assertion-1.json" }

// Credential is the path of an award's OB 3.0 credential with a Data Integrity proof.
func Credential(id string) string { return "awards/" + id + "/credential.json" }

// CredentialJWT is the path of an award's OB 3.0 credential as a VC-JWT.
func CredentialJWT(id string) string { return "awards/" + id + "/credential.jwt" }

// CredentialImage is the path of an award's SVG with its OB 3.0 credential.
func CredentialImage(id string) string { return "awards/" + id + "/credential.svg" }

// Signed is the path of an award's OB 2.0 signed assertion as JSON.
func Signed(id string) string { return "awards/" + id + "/signed.json" }

// SignedJWS is the path of an award's OB 2.0 signed assertion as a JWS.
func SignedJWS(id string) string { return "awards/" + id + "/signed.jws" }

// AwardImage is the path of an award's baked image; ext is "png" or "svg".
func AwardImage(id, ext string) string { return "awards/" + id + "/badge." + ext }

// Page is the path of a content page.
func Page(slug string) string { return slug + "/index.html" }

// CataloguePage and the two functions below are the paths of the pages of a list that is too long for one. They count
// from 1, and the first page is where the whole list would be.
func CataloguePage(n int) string { return numbered(Catalogue, "catalogue/", n) }

// ClassHolders is the path of the n-th page of a class's awards.
func ClassHolders(slug string, n int) string {
	return numbered(ClassPage(slug), "badges/"+slug+"/holders/", n)
}

// IssuerBadges is the path of the n-th page of an issuer's badges.
func IssuerBadges(slug string, n int) string {
	return numbered(IssuerPage(slug), "issuers/"+slug+"/badges/", n)
}

func numbered(first, folder string, n int) string {
	if n <= 1 {
		return first
	}
	return folder + strconv.Itoa(n) + "/index.html"
}

// Type is the media type of a published path, by its extension. It does not ask the machine's own table: the same site
// has the same types everywhere.
func Type(path string) string {
	ext := path[strings.LastIndexByte(path, '/')+1:]
	if i := strings.LastIndexByte(ext, '.'); i >= 0 {
		if t, ok := types[strings.ToLower(ext[i:])]; ok {
			return t
		}
	}
	return "application/octet-stream"
}

// Extensions are the file name extensions that Type knows, each with its dot, sorted.
func Extensions() []string { return slices.Sorted(maps.Keys(types)) }

var types = map[string]string{
	".avif":  "image/avif",
	".css":   "text/css; charset=utf-8",
	".gif":   "image/gif",
	".html":  "text/html; charset=utf-8",
	".ico":   "image/x-icon",
	".jpeg":  "image/jpeg",
	".jpg":   "image/jpeg",
	".js":    "text/javascript; charset=utf-8",
	".json":  "application/json",
	".jws":   "text/plain", // Open Badges 3.0, Web Resource: a signed text, whose readers compare the type whole
	".jwt":   "text/plain",
	".mjs":   "text/javascript; charset=utf-8",
	".pdf":   "application/pdf",
	".png":   "image/png",
	".svg":   "image/svg+xml",
	".txt":   "text/plain; charset=utf-8",
	".webp":  "image/webp",
	".woff":  "font/woff",
	".woff2": "font/woff2",
	".xml":   "application/xml",
}
