package jsonld

import (
	"errors"
	"reflect"
	"sort"
	"strconv"

	"github.com/piprate/json-gold/ld"
)

// expanded is a document in expanded form (JSON-LD 1.1 API §5.1).
type expanded struct {
	top any
	// pointers are where in the document an object of the expanded form comes from, by identity.
	pointers map[uintptr]string
	// kept are the pointers of the objects that came out.
	kept map[string]bool
	// held keeps those objects where they are, so that an identity is no other object's.
	held []any
}

func newExpanded() *expanded {
	return &expanded{pointers: map[uintptr]string{}, kept: map[string]bool{}}
}

// expand runs json-gold. Its error is one of this package's.
func expand(root map[string]any, l *loads) (*expanded, error) {
	e := newExpanded()
	err := e.run(root, l)
	if err == nil {
		return e, nil
	}
	if l.err != nil {
		return nil, l.err
	}
	var fault *ld.JsonLdError
	if !errors.As(err, &fault) {
		return nil, err
	}
	if contextCodes[fault.Code] {
		return nil, &ContextError{What: string(fault.Code)}
	}
	s := search{code: fault.Code, loads: l, left: min(searchLimit, maxWork/l.work())}
	at, key := s.locate(root)
	what := string(fault.Code) // the details may repeat a value
	if fault.Code == ld.InvalidProperty {
		what = "a key that no context defines"
		if !key {
			what = "has a key that no context defines"
		}
	}
	return nil, &TermError{at, what}
}

func (e *expanded) run(root map[string]any, l *loads) (err error) {
	options := &ld.JsonLdOptions{
		ProcessingMode: ld.JsonLd_1_1,
		DocumentLoader: l,
		SafeMode:       true,
		ExpandedElementHandler: func(pointer string, object any) {
			e.pointers[identity(object)] = pointer
			e.kept[pointer] = true
			e.held = append(e.held, object)
		},
	}
	e.top, err = ld.NewJsonLdApi().Expand(ld.NewContext(nil, options), "", root, options, false, nil)
	return err
}

// identity tells one map or slice from another of equal content.
func identity(v any) uintptr { return reflect.ValueOf(v).Pointer() }

// contextCodes are the errors that are about a context rather than about what uses it.
var contextCodes = map[ld.ErrorCode]bool{
	ld.InvalidLocalContext: true, ld.LoadingRemoteContextFailed: true, ld.InvalidRemoteContext: true, ld.RecursiveContextInclusion: true,
	ld.InvalidBaseIRI: true, ld.InvalidVocabMapping: true, ld.InvalidDefaultLanguage: true, ld.KeywordRedefinition: true,
	ld.InvalidTermDefinition: true, ld.InvalidReverseProperty: true, ld.InvalidIRIMapping: true, ld.CyclicIRIMapping: true,
	ld.InvalidKeywordAlias: true, ld.InvalidTypeMapping: true, ld.InvalidLanguageMapping: true, ld.InvalidContainerMapping: true,
	ld.InvalidVersionValue: true, ld.ProcessingModeConflict: true, ld.InvalidPrefixValue: true, ld.InvalidContextNullification: true,
	ld.ProtectedTermRedefinition: true, ld.InvalidContextEntry: true, ld.InvalidPropagateValue: true, ld.InvalidImportValue: true,
}

// searchLimit is how often a part of a document is expanded to find out what is wrong with it, if it is no dear one.
const searchLimit = 200

// search finds where a document has the fault that json-gold names without a place. It expands the document with one
// child at a time, and goes down where the fault is.
type search struct {
	code  ld.ErrorCode
	loads *loads
	left  int
}

// step is a key of an object or an index of a list.
type step struct {
	key   string
	index int
}

// locate is the pointer of the deepest value with the fault; key tells whether it is the key that is wrong.
func (s *search) locate(root map[string]any) (pointer string, key bool) {
	var path []step
	for here := any(root); ; {
		found := false
		for _, next := range steps(here) {
			if s.fails(root, append(path, next), true) {
				return pointer + next.token(), s.code == ld.InvalidProperty
			}
			if !s.fails(root, append(path, next), false) {
				continue
			}
			path, found = append(path, next), true
			pointer += next.token()
			here = next.of(here)
			break
		}
		if !found {
			return pointer, false
		}
	}
}

func (s step) token() string {
	if s.key == "" && s.index >= 0 {
		return "/" + strconv.Itoa(s.index)
	}
	return "/" + escape(s.key)
}

func (s step) of(v any) any {
	switch v := v.(type) {
	case map[string]any:
		return v[s.key]
	case []any:
		return v[s.index]
	}
	return nil
}

// steps are the ways down, those that give a node its terms first.
func steps(v any) []step {
	var all []step
	switch v := v.(type) {
	case []any:
		for i := range v {
			all = append(all, step{index: i})
		}
	case map[string]any:
		for key := range v {
			if key != "@context" {
				all = append(all, step{key: key, index: -1})
			}
		}
		sort.Slice(all, func(i, j int) bool { return all[i].key < all[j].key })
	}
	return all
}

// fails expands the document along one path and tells whether the fault is there. A hollow end is null: only the last
// key itself can be at fault.
func (s *search) fails(root map[string]any, path []step, hollow bool) bool {
	if s.left == 0 || hollow && path[len(path)-1].index >= 0 {
		return false
	}
	s.left--
	again := *s.loads
	again.count = 0
	err := newExpanded().run(along(root, path, hollow).(map[string]any), &again)
	var fault *ld.JsonLdError
	return errors.As(err, &fault) && fault.Code == s.code
}

// along is a value with nothing in it but a path, and the contexts and types by the way.
func along(v any, path []step, hollow bool) any {
	if len(path) == 0 {
		if hollow {
			return nil
		}
		return v
	}
	below := along(path[0].of(v), path[1:], hollow)
	object, ok := v.(map[string]any)
	if !ok {
		return []any{below}
	}
	part := map[string]any{}
	for _, key := range []string{"@context", "@type", "type"} {
		if item, ok := object[key]; ok {
			part[key] = item
		}
	}
	part[path[0].key] = below
	return part
}
