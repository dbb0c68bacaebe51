package verify

import (
	"bytes"
	"regexp"
	"strings"

	"blazon/internal/bake"
	"blazon/internal/document"
)

// Form is what a stranger's bytes are.
type Form string

const (
	PNG     Form = "PNG"
	SVG     Form = "SVG"
	HTML    Form = "page"
	JSON    Form = "JSON"
	JWS     Form = "JWS"
	Address Form = "address" // a URL and nothing else, as bakers wrote before 2013
	Other   Form = "unknown"
)

var (
	compact = regexp.MustCompile(`^[A-Za-z0-9_=-]+\.[A-Za-z0-9_=-]*\.[A-Za-z0-9_=-]*$`)
	markups = regexp.MustCompile(`(?is)^(<\?[^>]*>\s*|<!--.*?-->\s*)*<(!doctype\s+html|html|head|body)[\s>]`)
	address = regexp.MustCompile(`^https?://[^\s"<>]+$`)
)

// Recognize tells what a file is by its bytes; names and media types can be wrong. What only looks like a JWS or like JSON
// is taken for one, so that the report can say what is wrong with it.
func Recognize(data []byte) Form {
	text := bytes.TrimSpace(bytes.TrimPrefix(data, []byte("\ufeff")))
	switch {
	case bake.FormOf(data) == bake.PNG:
		return PNG
	case len(text) == 0:
		return Other
	case text[0] == '<' && markups.Match(text[:min(len(text), 4096)]):
		return HTML
	case bake.FormOf(data) == bake.SVG:
		return SVG
	case text[0] == '{' || text[0] == '[':
		return JSON
	case compact.Match(text):
		return JWS
	case len(text) < 8<<10 && address.Match(text):
		return Address
	}
	return Other
}

// generation is a generation of Open Badges.
type generation string

const (
	v05 generation = "0.5"
	v10 generation = "1.0"
	v11 generation = "1.1"
	v20 generation = "2.0"
	v30 generation = "3.0"
)

// kind is what a JSON object is meant to be.
type kind string

const (
	assertionKind  kind = "assertion"
	credentialKind kind = "credential"
	otherKind      kind = ""
)

// kindOf tells assertions and credentials by their contexts, types and properties.
func kindOf(o document.Object) kind {
	for _, c := range o.Contexts() {
		if strings.HasPrefix(c, "https://www.w3.org/ns/credentials/") || strings.HasPrefix(c, "https://www.w3.org/2018/credentials/") {
			return credentialKind
		}
	}
	switch {
	case o.Is("VerifiableCredential", "OpenBadgeCredential", "AchievementCredential", "EndorsementCredential") || o.Has("credentialSubject"):
		return credentialKind
	case o.Is("Assertion") || o.Has("recipient") || o.Has("badge") || o["revoked"] == true:
		return assertionKind
	}
	return otherKind
}

// named is what to call a JSON object that is neither.
func named(o document.Object) string {
	for _, known := range []struct {
		kind  string
		types []string
	}{
		{"a badge class", []string{"BadgeClass"}}, {"an issuer's profile", []string{"Issuer", "Profile"}}, {"an achievement", []string{"Achievement"}},
		{"a key", []string{"CryptographicKey", "Multikey", "JsonWebKey"}}, {"a revocation list", []string{"RevocationList"}},
		{"an endorsement", []string{"Endorsement"}}, {"a presentation", []string{"VerifiablePresentation"}},
	} {
		if o.Is(known.types...) {
			return known.kind
		}
	}
	switch {
	case o.Has("verificationMethod"):
		return "a DID document"
	case o.Has("kty"):
		return "a key"
	}
	return ""
}

// generationOf tells an assertion's, a class's or a profile's generation by its contexts, which several hosts served over
// the years, and without any by its shape. It is false for contexts that are none of Open Badges.
func generationOf(o document.Object) (generation, bool) {
	if !o.Has("@context") {
		if _, text := o.Text("recipient"); text {
			return v05, true
		}
		if _, embedded := o.Object("badge"); embedded && !o.Has("verify") {
			return v05, true
		}
		return v10, true
	}
	found, ok := generation(""), false
	for _, c := range o.Contexts() {
		switch strings.TrimPrefix(strings.TrimPrefix(c, "https://"), "http://") {
		case "w3id.org/openbadges/v2", "openbadgespec.org/v2/context.json", "www.imsglobal.org/spec/ob/v2p0/context", "purl.imsglobal.org/spec/ob/v2p0/context/ob_v2p0.jsonld":
			return v20, true
		case "w3id.org/openbadges/v1", "openbadgespec.org/v1/context.json":
			found, ok = v11, true
		}
	}
	return found, ok
}
