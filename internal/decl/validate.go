package decl

import (
	"maps"
	"slices"
	"strings"

	"blazon/internal/diag"
	"blazon/internal/model"
	"blazon/internal/near"
	"blazon/internal/rule"
)

// Validate compares a value with the content model and reports every difference.
func Validate(n Node, t *model.Type) []diag.Problem {
	v := validator{}
	v.value(n, t, "the file", false)
	return v.problems
}

type validator struct {
	problems []diag.Problem
}

func (v *validator) report(p diag.Problem) { v.problems = append(v.problems, p) }

// value checks one value. name is what messages call it; secret values are never quoted.
func (v *validator) value(n Node, t *model.Type, name string, secret bool) {
	if k := n.Kind(); k != List && k != Map {
		secret = secret || t.HoldsSecret() // a recipient may stand where an award belongs
	}
	switch t.Kind {
	case model.Text:
		v.text(n, t, name, secret)
	case model.Bool:
		if n.Kind() != Bool {
			v.kind(n, t, name, secret, boolHint(n))
		}
	case model.Integer:
		v.integer(n, t, name)
	case model.List:
		if n.Kind() != List {
			v.kind(n, t, name, secret, listHint(n, t))
			return
		}
		v.list(n, t, name, secret)
	case model.Map:
		if n.Kind() != Map {
			keys := *t
			keys.Noun = "a mapping"
			v.kind(n, &keys, name, secret, "write its keys: "+strings.Join(t.Object.Keys(), ", "))
			return
		}
		v.mapping(n, t.Object, secret)
	case model.Choice:
		if c := choose(n, t); c != nil {
			v.value(n, c, name, secret)
			return
		}
		v.kind(n, t, name, secret, choiceHint(t))
	}
}

// choose returns the choice that fits what the value is.
func choose(n Node, t *model.Type) *model.Type {
	for _, c := range t.Choices {
		switch {
		case c.Kind == model.List && n.Kind() == List,
			c.Kind == model.Map && n.Kind() == Map,
			c.Kind == model.Text && n.Kind() == Text:
			return c
		}
	}
	return nil
}

func choiceHint(t *model.Type) string {
	var nouns []string
	for _, c := range t.Choices {
		if c.Format != nil {
			return c.Format.Hint
		}
		nouns = append(nouns, c.Noun)
	}
	return "write " + strings.Join(nouns, ", or ")
}

// boolHint knows the words that were true and false in YAML 1.1.
func boolHint(n Node) string {
	switch strings.ToLower(n.Text()) {
	case "true", "yes", "on", "y":
		return "write true, without quotation marks"
	case "false", "no", "off", "n":
		return "write false, without quotation marks"
	}
	return "write true or false, without quotation marks"
}

func listHint(n Node, t *model.Type) string {
	switch text := n.Text(); {
	case n.Kind() == Text && t.Item.Kind == model.Text && strings.ContainsAny(text, `[]{}"`):
		return "write it between one pair of brackets: [one, two]"
	case n.Kind() == Text && (strings.HasPrefix(text, "-") || strings.Contains(text, " - ")):
		return "write each item on a line of its own below the key: a dash, a space, the item"
	case n.Kind() == Text && t.Item.Kind == model.Text && short(text):
		return "write [" + diag.Mask(text) + "]"
	case n.Kind() == Map:
		return "begin each item with a dash"
	}
	return "write " + t.Noun
}

// kind reports a value of the wrong kind.
func (v *validator) kind(n Node, t *model.Type, name string, secret bool, hint string) {
	switch k := n.Kind(); k {
	case Null:
		v.empty(n, t, name, "")
	case Odd:
		v.report(rule.Kind.At(n.Pos(), "remove the tag, or put a text that begins with ! between quotation marks", "%s has a tag of its own", name))
	case List, Map:
		v.report(rule.Kind.At(n.Pos(), hint, "%s must be %s, but is %s", name, t.Noun, k))
	default:
		found := k.String()
		if !secret {
			found = foundScalar(n)
		}
		v.report(rule.Kind.At(n.Pos(), hint, "%s must be %s, but is %s", name, t.Noun, found))
	}
}

// empty reports a value that is not there. remove says what to do where there should be none.
func (v *validator) empty(n Node, t *model.Type, name, remove string) {
	v.report(rule.Kind.At(n.Pos(), "write "+t.Noun+remove, "%s has no value", name))
}

// short reports whether a value is worth repeating in a hint.
func short(text string) bool { return len(text) <= 60 && !strings.ContainsAny(text, "\n\r") }

// foundScalar is what stands in place of something else, as messages tell it.
func foundScalar(n Node) string {
	switch n.Kind() {
	case Bool:
		return n.Text()
	case Integer, Float:
		if text := n.Text(); short(text) {
			return "the number " + diag.Mask(text)
		}
		return "a number"
	}
	return "text " + diag.Quote(n.Text())
}

func (v *validator) text(n Node, t *model.Type, name string, secret bool) {
	switch n.Kind() {
	case Text:
	case Integer, Float, Bool:
		v.kind(n, t, name, secret, scalarHint(n, t, secret))
		return
	default:
		v.kind(n, t, name, secret, "write "+t.Noun)
		return
	}
	value := n.Text()
	found := func() string { // masking takes long: only where there is something to say
		// What nearly is an address is not repeated either: masking knows only those that are.
		if secret || t.Format != nil && t.Format.Rule == rule.Email && strings.Contains(value, "@") {
			return ""
		}
		return ": " + diag.Quote(value)
	}
	if len(t.Enum) > 0 {
		v.word(n, t, name, found)
		return
	}
	if f := t.Format; f != nil {
		if err := f.Valid(value); err != nil {
			hint := f.Hint
			if f.Words != nil && !secret {
				if word, ok := near.Word(value, f.Words()); ok {
					hint = `did you mean "` + word + `"?`
				}
			}
			v.report(f.Rule.At(n.Pos(), hint, "%s %s%s", name, formError(err, t), found()))
		}
	}
}

// scalarHint is for a number, or true or false, where text belongs: quotation marks help where what they hold is right.
func scalarHint(n Node, t *model.Type, secret bool) string {
	text := n.Text()
	switch {
	case len(t.Enum) > 0 && !slices.Contains(t.Enum, text):
		return enumHint(t)
	case t.Format != nil && t.Format.Valid(text) != nil:
		return t.Format.Hint
	case secret || !short(text):
		return "quote it"
	}
	return `quote it: "` + diag.Mask(text) + `"`
}

// formError replaces the bare "is not of the right form" by what the value should be.
func formError(err error, t *model.Type) string {
	if err == model.ErrForm {
		return "is not " + t.Noun
	}
	return err.Error()
}

func (v *validator) word(n Node, t *model.Type, name string, found func() string) {
	value := n.Text()
	if slices.Contains(t.Enum, value) {
		return
	}
	if t.Open != "" && strings.HasPrefix(value, t.Open) && model.OpenWord(value, t.Open) {
		return
	}
	hint := enumHint(t)
	if word, ok := near.Word(value, t.Enum); ok {
		hint = `did you mean "` + word + `"?`
	}
	v.report(rule.Value.At(n.Pos(), hint, "%s is not %s%s", name, t.Noun, found()))
}

func enumHint(t *model.Type) string {
	hint := "one of: " + strings.Join(t.Enum, ", ")
	if t.Open != "" {
		hint += ", or a word of your own that starts with " + t.Open
	}
	return hint
}

func (v *validator) integer(n Node, t *model.Type, name string) {
	value, ok := n.Int()
	switch {
	case n.Kind() == Text && plainKind(n.Text()) == Integer:
		v.kind(n, t, name, false, "write it without quotation marks")
	case n.Kind() != Integer:
		v.kind(n, t, name, false, "write a whole number")
	case !ok || value < t.Min || value > t.Max:
		v.report(rule.Value.At(n.Pos(), "", "%s must be a number from %d to %d, but is %s", name, t.Min, t.Max, foundScalar(n)))
	}
}

func (v *validator) list(n Node, t *model.Type, name string, secret bool) {
	itemName := "an item of " + name
	if name == "the file" || name == `"awards"` {
		itemName = "an award"
	}
	seen := make(map[string]bool)
	for _, item := range n.Items() {
		if item.Kind() == Null {
			v.empty(item, t.Item, itemName, ", or remove the item")
			continue
		}
		v.value(item, t.Item, itemName, secret)
		if !t.Unique || item.Kind() != Text {
			continue
		}
		if seen[item.Text()] {
			v.report(rule.Value.At(item.Pos(), "keep one of the two", "%s holds %s twice", name, diag.Quote(item.Text())))
		}
		seen[item.Text()] = true
	}
	v.needs(n, t)
}

// needs checks which items must stand beside others. Where an item is none of the words, which was meant is not known.
func (v *validator) needs(n Node, t *model.Type) {
	if len(t.Needs) == 0 {
		return
	}
	at := make(map[string]Node)
	for _, item := range n.Items() {
		if !slices.Contains(t.Item.Enum, item.Text()) {
			return
		}
		at[item.Text()] = item
	}
	for _, need := range t.Needs {
		item, there := at[need.Item]
		if _, ok := at[need.Other]; !there || ok {
			continue
		}
		var right []string
		for _, word := range t.Item.Enum {
			if _, ok := at[word]; ok || word == need.Other {
				right = append(right, word)
			}
		}
		v.report(rule.Together.At(item.Pos(), "write ["+strings.Join(right, ", ")+"]", "%s", need.Why))
	}
}

func (v *validator) mapping(n Node, o *model.Object, secret bool) {
	present := make([]string, 0, 12)
	first := make(map[string]Node, 4)
	var meant []string // keys that are there, but misspelt
	merged := false
	for key, value := range n.Pairs() {
		k := key.Text()
		if !key.isScalar() || key.IsAlias() || k == "<<" {
			merged = merged || k == "<<"
			continue // Parse has reported it
		}
		if _, twice := first[k]; twice {
			continue // Parse has reported it
		}
		first[k] = value
		field, ok := o.Field(k)
		if !ok {
			meant = append(meant, v.unknown(n, key, o, secret)...)
			continue
		}
		present = append(present, k)
		if value.Kind() == Null && !field.Required {
			v.empty(value, field.Type, `"`+k+`"`, ", or remove the key")
			continue
		}
		v.value(value, field.Type, `"`+k+`"`, secret || field.Secret)
	}
	if !merged { // what a merge key would have brought is not missing too
		v.together(n, o, present, meant, first)
	}
}

// unknown reports a key that the object does not have, and returns those that were meant. It may be a recipient's
// identity that stands in a key's place.
func (v *validator) unknown(n, key Node, o *model.Object, secret bool) (meant []string) {
	text := key.Text()
	hint := "the keys here are: " + strings.Join(o.Keys(), ", ")
	word, isNear := near.Word(text, o.Keys())
	if isNear {
		hint, meant = `did you mean "`+word+`"?`, []string{word}
	} else if word, ok := near.Word(text, slices.Sorted(maps.Keys(o.Elsewhere))); ok {
		hint = o.Elsewhere[word]
		instead, _, _ := strings.Cut(strings.TrimPrefix(hint, "write "), ",")
		if _, ok := o.Field(instead); ok {
			meant = []string{instead}
		}
	} else if pair, ok := pairHint(n, key, o); ok && !secret {
		hint, meant = pair, o.Pair
	}
	found := " " + diag.Quote(text)
	if secret && !isNear || !isWord(text) && o.HoldsSecret() {
		found = ""
	}
	v.report(rule.UnknownKey.At(key.Pos(), hint, "unknown key%s", found))
	return meant
}

// pairHint is for {score: "92"} where {of: score, value: "92"} is meant.
func pairHint(n, key Node, o *model.Object) (string, bool) {
	value := n.Field(key.Text())
	if o.Pair == nil || n.Field(o.Pair[0]).Exists() || n.Field(o.Pair[1]).Exists() || !value.isScalar() || value.Kind() == Null || !short(value.Text()) {
		return "", false
	}
	if first, ok := o.Field(o.Pair[0]); !ok || first.Type.Format == nil || first.Type.Format.Valid(key.Text()) != nil {
		return "", false
	}
	return "write {" + o.Pair[0] + ": " + diag.Mask(key.Text()) + ", " + o.Pair[1] + ": " + diag.Quote(value.Text()) + "}", true
}

// together checks which keys must, may and may not stand beside each other. What is only misspelt is not missing too.
func (v *validator) together(n Node, o *model.Object, present, meant []string, values map[string]Node) {
	has := func(k string) bool { return slices.Contains(present, k) || slices.Contains(meant, k) }
	alone := ""
	for _, k := range present {
		if companions, ok := o.Alone[k]; ok {
			alone = k
			for _, other := range present {
				if other != k && !slices.Contains(companions, other) {
					v.report(rule.Erased.At(values[other].Pos(), "remove it: only "+strings.Join(companions, ", ")+" may stand beside \""+k+"\"",
						"an award with %q still has %q", k, other))
				}
			}
		}
	}
	for _, f := range o.Fields {
		if f.Required && !has(f.Key) {
			hint := "write " + f.Key + ": " + f.Type.Noun
			switch {
			case f.Example != "":
				hint = "for example " + f.Key + ": " + f.Example
			case len(f.Type.Enum) > 0:
				hint = "write " + f.Key + ": " + strings.Join(f.Type.Enum, " or ")
			}
			v.report(rule.Required.At(n.Pos(), hint, "the key %q is missing", f.Key))
		}
	}
	if len(o.OneOf) > 0 {
		var found []string
		for _, k := range o.OneOf {
			if slices.Contains(present, k) {
				found = append(found, k)
			}
		}
		switch {
		case len(found) == 0 && !slices.ContainsFunc(o.OneOf, has):
			v.report(rule.Required.At(n.Pos(), "one of: "+strings.Join(o.OneOf, ", "), "%s has none of its keys", article(o.Name)))
		case len(found) > 1:
			v.report(rule.Together.At(values[found[1]].Pos(), "keep one of them", "%s has both %q and %q", article(o.Name), found[0], found[1]))
		}
	}
	if len(o.AnyOf) > 0 && alone == "" && !slices.ContainsFunc(o.AnyOf, has) {
		v.report(rule.Required.At(n.Pos(), "write "+strings.Join(o.AnyOf, " or "), "%s has neither %s", article(o.Name), quoteAll(o.AnyOf)))
	}
	for _, k := range present {
		for _, needed := range o.Needs[k] {
			if !has(needed) {
				v.report(rule.Together.At(values[k].Pos(), "write "+needed+" too", "%q needs %q beside it", k, needed))
			}
		}
	}
}

func article(name string) string {
	switch name {
	case "award-with-defaults":
		name = "award"
	case "evidence":
		return "a piece of evidence"
	}
	name = strings.ReplaceAll(name, "-", " ")
	if strings.ContainsRune("aeiou", rune(name[0])) {
		return "an " + name
	}
	return "a " + name
}

func quoteAll(keys []string) string {
	quoted := make([]string, len(keys))
	for i, k := range keys {
		quoted[i] = `"` + k + `"`
	}
	return strings.Join(quoted, " nor ")
}
