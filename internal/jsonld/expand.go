package jsonld

import (
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
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
	// typeNames are the terms that contexts have made names of @type.
	typeNames map[string]bool
	// known is Processor.Known.
	known bool
}

func newExpanded() *expanded {
	return &expanded{pointers: map[uintptr]string{}, kept: map[string]bool{}}
}

// expand runs json-gold. Its error is one of this package's.
func expand(root map[string]any, l *loads) (*expanded, error) {
	e := newExpanded()
	err := e.run(root, l)
	if err == nil {
		e.typeNames = l.typeNames
		return e, nil
	}
	if errors.Is(err, ErrBug) {
		// What is refused in any case may be what json-gold stumbled over.
		if fault := e.walk(root, "", false, nil); fault != nil {
			return nil, fault
		}
		return nil, err
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
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: %v", ErrBug, r)
		}
	}()
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

// search finds where a document has the fault that json-gold names without a place. It expands the document with some
// of the children at a time, and goes down where the fault is.
type search struct {
	code  ld.ErrorCode
	loads *loads
	left  int
}

// step is a key of an object or, with an empty key, an index of a list.
type step struct {
	key   string
	index int
	list  bool
}

func (s step) token() string {
	if s.list {
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

// steps are the ways down.
func steps(v any) []step {
	var all []step
	switch v := v.(type) {
	case []any:
		for i := range v {
			all = append(all, step{index: i, list: true})
		}
	case map[string]any:
		for _, key := range slices.Sorted(maps.Keys(v)) {
			if key != "@context" && key != "@value" {
				all = append(all, step{key: key})
			}
		}
	}
	return all
}

// locate is the pointer of the deepest value with the fault; key tells whether it is the key that is wrong.
func (s *search) locate(root map[string]any) (pointer string, key bool) {
	var path []step
	for here := any(root); ; {
		all := steps(here)
		if len(all) == 0 || s.fails(root, path, nil, false) {
			return pointer, false
		}
		if !all[0].list {
			if bad, ok := s.narrow(root, path, all, true); ok {
				return pointer + bad.token(), s.code == ld.InvalidProperty
			}
		}
		next, ok := s.narrow(root, path, all, false)
		if !ok {
			return pointer, false
		}
		path = append(path, next)
		pointer += next.token()
		here = next.of(here)
	}
}

// narrow halves a set of children until one with the fault is left. If it takes two for the fault, there is none.
func (s *search) narrow(root map[string]any, path, set []step, hollow bool) (step, bool) {
	if !s.fails(root, path, set, hollow) {
		return step{}, false
	}
	for len(set) > 1 {
		half := set[:len(set)/2]
		if !s.fails(root, path, half, hollow) {
			half = set[len(set)/2:]
		}
		set = half
	}
	return set[0], s.fails(root, path, set, hollow)
}

// fails expands the document along one path, with a set of children at its end, and tells whether the fault is there.
// Hollow children are null if they have children of their own, so that only their keys can be at fault.
func (s *search) fails(root map[string]any, path, set []step, hollow bool) bool {
	if s.left == 0 {
		return false
	}
	s.left--
	again := *s.loads
	again.count = 0
	part, _ := along(root, path, set, hollow).(map[string]any)
	var fault *ld.JsonLdError
	return errors.As(newExpanded().run(part, &again), &fault) && fault.Code == s.code
}

// along is a value with nothing in it but a path and what stands at its end, and the contexts and types by the way.
func along(v any, path, set []step, hollow bool) any {
	here, child := set, func(s step) any { return s.of(v) }
	if len(path) > 0 {
		here, child = path[:1], func(s step) any { return along(s.of(v), path[1:], set, hollow) }
	} else if hollow {
		child = func(s step) any {
			switch v := s.of(v).(type) {
			case map[string]any, []any:
				return nil
			default:
				return v
			}
		}
	}
	object, ok := v.(map[string]any)
	if !ok {
		list := []any{}
		for _, s := range here {
			list = append(list, child(s))
		}
		return list
	}
	part := map[string]any{}
	for _, key := range []string{"@context", "@type", "type"} {
		if item, ok := object[key]; ok {
			part[key] = item
		}
	}
	for _, s := range here {
		if part[s.key] == nil {
			part[s.key] = child(s)
		}
	}
	return part
}
