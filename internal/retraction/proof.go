package retraction

import (
	"slices"

	"blazon/internal/decl"
)

// proves reports whether a file reads as it did before, but for the changes.
func (p *planner) proves(after decl.Node, drafts []draft) bool {
	if !alike(p.before.Root, after) {
		return false
	}
	if after.Kind() == decl.Map {
		one, other := pairsOf(p.before.Root), pairsOf(after)
		if len(one) != len(other) {
			return false
		}
		for i := range one {
			if !same(one[i][0], other[i][0]) || one[i][0].Text() != "awards" && !same(one[i][1], other[i][1]) {
				return false
			}
		}
	}
	list := listOf(after)
	if !alike(p.list, list) || p.list.Len() != list.Len() {
		return false
	}
	awards := itemsOf(list)
	for i, old := range p.list.Items() {
		at := slices.IndexFunc(drafts, func(d draft) bool { return d.index == i })
		if at < 0 && !same(old, awards[i]) || at >= 0 && !drafts[at].is(old, awards[i]) {
			return false
		}
	}
	return true
}

// is reports whether an award is the old one with the change made.
func (d *draft) is(old, award decl.Node) bool {
	if d.Revoke != nil {
		added, ok := with(old, award, "revoked")
		return ok && states(added, [][2]string{{"date", d.Revoke.Date}, {"reason", d.Revoke.Reason}, {"reissued_as", d.Revoke.ReissuedAs}})
	}
	if award.Kind() != decl.Map || award.IsFlow() != old.IsFlow() {
		return false
	}
	pairs := pairsOf(award)
	for k, v := range old.Pairs() {
		if !slices.Contains(kept, k.Text()) {
			continue
		}
		if len(pairs) == 0 || pairs[0][0].Text() != k.Text() || pairs[0][1].Kind() != v.Kind() || pairs[0][1].Text() != v.Text() || v.Kind() == decl.Map || v.Kind() == decl.List {
			return false
		}
		pairs = pairs[1:]
	}
	return len(pairs) == 1 && pairs[0][0].Text() == "erased" && states(pairs[0][1], [][2]string{{"date", d.Erase}})
}

// with finds the one pair of a mapping that another one does not have, of the given key. All else must be the same.
func with(old, node decl.Node, key string) (added decl.Node, ok bool) {
	if !alike(old, node) || node.Len() != old.Len()+1 {
		return added, false
	}
	rest := pairsOf(old)
	for k, v := range node.Pairs() {
		if k.Text() == key && !added.Exists() {
			added = v
			continue
		}
		if len(rest) == 0 || !same(rest[0][0], k) || !same(rest[0][1], v) {
			return added, false
		}
		rest = rest[1:]
	}
	return added, added.Exists() && len(rest) == 0
}

// states reports whether a mapping has exactly these texts, in this order. An empty text stands for a key that is not
// there.
func states(n decl.Node, texts [][2]string) bool {
	pairs := pairsOf(n)
	for _, t := range texts {
		if t[1] == "" {
			continue
		}
		if len(pairs) == 0 || pairs[0][0].Text() != t[0] || pairs[0][1].Kind() != decl.Text || pairs[0][1].Text() != t[1] {
			return false
		}
		pairs = pairs[1:]
	}
	return n.Kind() == decl.Map && len(pairs) == 0
}

// alike compares two nodes without what they hold: all that YAML sees, so positions and comments aside.
func alike(a, b decl.Node) bool {
	return a.Kind() == b.Kind() && a.IsFlow() == b.IsFlow() && a.IsAlias() == b.IsAlias() && a.IsQuoted() == b.IsQuoted() &&
		a.IsBlockScalar() == b.IsBlockScalar() && a.IsTagged() == b.IsTagged() && a.Anchor() == b.Anchor() && a.Text() == b.Text()
}

// same compares two nodes with all that they hold.
func same(a, b decl.Node) bool {
	if !alike(a, b) || a.Len() != b.Len() {
		return false
	}
	items := itemsOf(b)
	for i, item := range a.Items() {
		if i >= len(items) || !same(item, items[i]) {
			return false
		}
	}
	pairs := pairsOf(b)
	for i, p := range pairsOf(a) {
		if i >= len(pairs) || !same(p[0], pairs[i][0]) || !same(p[1], pairs[i][1]) {
			return false
		}
	}
	return true
}

func itemsOf(n decl.Node) []decl.Node {
	var items []decl.Node
	for _, item := range n.Items() {
		items = append(items, item)
	}
	return items
}

func pairsOf(n decl.Node) [][2]decl.Node {
	var pairs [][2]decl.Node
	for k, v := range n.Pairs() {
		pairs = append(pairs, [2]decl.Node{k, v})
	}
	return pairs
}
