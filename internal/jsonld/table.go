package jsonld

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
)

// The contexts that the program carries are tables, written after the definitions of terms in the specifications. A
// line is a term:
//
//	TERM IRI [^TYPE] [CONTAINER] [{]
//
// The IRI is shortened by one of the prefixes below; a prefix alone takes the term as local name, and what begins with
// "~" stays short in the context. ^TYPE is the coercion: @id, @vocab, @json or a datatype. The container is set, list
// or graph. The lines from "{" to "}" are the context scoped to the term; "{alone}" is a scoped context that forgets
// everything but the term. A line that begins with digits and a colon stands in those versions of the table only.
//
// Every context, scoped or not, has the aliases id and type and protects its terms, but where a line "nameless" or
// "bare" says otherwise. With a line "objects" all terms of scoped contexts are objects in JSON; that matters where a
// document defines a protected term again, which it may do only in the same words. So does "numbered", with which all
// contexts have the version number of JSON-LD.
//
// In versions 0 and 1 of Open Badges xss is a prefix of the context, and stays short, as its meaning may be another's
// by the time that a scoped context is used; ^str is the datatype xsd:string there, and none in later versions.

// prefixes shorten the IRIs of the tables. A document cannot use them, unless a context has a term of that name.
var prefixes = map[string]string{
	"as":   "https://www.w3.org/ns/activitystreams#",
	"c":    "https://www.w3.org/2018/credentials#",
	"dc":   "http://purl.org/dc/terms/",
	"did":  "https://www.w3.org/ns/did#",
	"jose": "https://www.iana.org/assignments/jose#",
	"jwt":  "https://www.iana.org/assignments/jwt#",
	"ob":   "https://purl.imsglobal.org/spec/vc/ob/vocab.html#",
	"s":    "https://schema.org/",
	"sh":   "http://schema.org/",
	"sec":  "https://w3id.org/security#",
	"sl":   "https://w3id.org/vc/status-list#",
	"st":   "https://www.w3.org/ns/credentials/status#",
	"xs":   "http://www.w3.org/2001/XMLSchema#",
	"xss":  "https://www.w3.org/2001/XMLSchema#", // not the real datatypes, but what Open Badges 3.0 says
}

// carried are the contexts by URL, ready for json-gold, which only reads them.
var carried = sync.OnceValue(func() map[string]map[string]any {
	const ob, w3id, w3 = "https://purl.imsglobal.org/spec/ob/v3p0/", "https://w3id.org/", "https://www.w3.org/"
	all := map[string]map[string]any{
		w3 + "ns/credentials/v2":                 compile(credentials2, ""),
		w3 + "2018/credentials/v1":               compile(credentials1, ""),
		w3 + "ns/credentials/status/v1":          compile(statusList, ""),
		w3 + "ns/credentials/undefined-terms/v2": {"@vocab": "https://www.w3.org/ns/credentials/undefined-term#"},
		w3 + "ns/did/v1":                         compile(didDocument, ""),
		w3id + "security/data-integrity/v1":      compile(dataIntegrity, "1"),
		w3id + "security/data-integrity/v2":      compile(dataIntegrity, "2"),
		w3id + "security/multikey/v1":            compile(multikey, ""),
		w3id + "security/suites/ed25519-2020/v1": compile(ed25519Suite, ""),
		w3id + "vc/status-list/2021/v1":          compile(statusList2021, ""),
		ob + "context-3.0.3.json":                compile(openBadges, "3"),
		ob + "context-3.0.2.json":                compile(openBadges, "2"),
		ob + "context-3.0.1.json":                compile(openBadges, "1"),
		ob + "context-3.0.0.json":                compile(openBadges, "0"),
		ob + "context.json":                      compile(openBadges, "0"),
		ob + "extensions.json":                   compile(openBadgesExtensions, ""),
	}
	return all
})

// Carried lists the URLs of the contexts that the program carries, sorted.
func Carried() []string { return slices.Sorted(maps.Keys(carried())) }

// compile makes a JSON-LD context of one version of a table. A table with a mistake is a mistake of the program.
func compile(table, version string) map[string]any {
	root := map[string]any{"@protected": true, "id": "@id", "type": "@type"}
	objects, numbered, early := false, false, version == "0" || version == "1"
	stack := []map[string]any{root}
	for n, line := range strings.Split(table, "\n") {
		words := strings.Fields(line)
		if len(words) > 0 && strings.HasSuffix(words[0], ":") {
			if !strings.Contains(words[0], version) {
				continue
			}
			words = words[1:]
		}
		top := stack[len(stack)-1]
		switch {
		case len(words) == 0:
			continue
		case words[0] == "}":
			stack = stack[:len(stack)-1]
			continue
		case words[0] == "objects":
			objects = true
			continue
		case words[0] == "numbered":
			numbered = true
			continue
		case words[0] == "bare":
			delete(top, "@protected")
			continue
		case words[0] == "nameless":
			delete(top, "id")
			delete(top, "type")
			continue
		case len(words) == 1:
			panic(fmt.Sprintf("line %d of a context is no term: %s", n+1, line))
		}
		term := words[0]
		definition := map[string]any{"@id": long(words[1], term)}
		for _, word := range words[2:] {
			switch {
			case word == "^str":
				if early {
					definition["@type"] = "xsd:string"
				}
			case early && strings.HasPrefix(word, "^xss:"):
				definition["@type"] = "xsd:" + word[len("^xss:"):]
			case word[0] == '^':
				definition["@type"] = long(word[1:], "")
			case word == "set", word == "list", word == "graph":
				definition["@container"] = "@" + word
			case word == "{alone}":
				// json-gold looks for the container of a term in the context scoped to it.
				same := maps.Clone(definition)
				definition["@context"] = []any{nil, map[string]any{term: same}}
			case word == "{":
				scoped := map[string]any{"@protected": true, "id": "@id", "type": "@type"}
				if numbered {
					scoped["@version"] = 1.1
				}
				definition["@context"] = scoped
				stack = append(stack, scoped)
			default:
				panic(fmt.Sprintf("line %d of a context has the word %q", n+1, word))
			}
		}
		if top[term] = definition; len(definition) == 1 && !(objects && len(stack) > 1) {
			// Only a term that is defined by a text alone may be a prefix.
			top[term] = definition["@id"]
		}
	}
	return root
}

// long is a shortened IRI in full.
func long(short, term string) string {
	if literal, ok := strings.CutPrefix(short, "~"); ok {
		return literal
	}
	prefix, local, _ := strings.Cut(short, ":")
	iri, ok := prefixes[prefix]
	switch {
	case !ok:
		return short
	case local == "":
		return iri + term
	}
	return iri + local
}
