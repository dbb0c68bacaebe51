package rdfc

import (
	"bytes"
	"slices"
)

// path is what following a node's relations gave: a hash of the way, and the nodes in the order in which it led
// through them.
type path struct {
	hash   hash
	issuer *issuer
}

// depthLimit is how deep nodes may follow from each other. Only a chain or a ring of so many nodes without any name
// or text that tells them apart goes deeper; the limit keeps the stack small.
const depthLimit = 10_000

// nDegree tells nodes with equal first-degree hashes apart by what they are related to (§4.8). It changes the issuer.
func (d *dataset) nDegree(n int, names *issuer) (path, error) { return d.nDegreeAt(n, names, 0) }

func (d *dataset) nDegreeAt(n int, names *issuer, depth int) (path, error) {
	if depth == depthLimit {
		d.steps = 0
	}
	if err := d.spend(0); err != nil {
		return path{}, err
	}
	groups, err := d.related(n, names)
	if err != nil {
		return path{}, err
	}
	var data []byte
	for _, g := range groups {
		data = append(data, g.hash[:]...)
		if len(g.nodes) == 1 {
			// One node has one order: its way is followed with the issuer at hand, so that a chain takes linear time.
			way, after, err := d.follow(g.nodes, names, nil, depth)
			if err != nil {
				return path{}, err
			}
			data, names = append(data, way...), after
			continue
		}
		var chosen []byte
		var chosenNames *issuer
		slices.Sort(g.nodes)
		for more := true; more; more = nextPermutation(g.nodes) {
			if err := d.spend(8 * len(names.order)); err != nil {
				return path{}, err
			}
			way, after, err := d.follow(g.nodes, names.clone(), chosen, depth)
			if err != nil {
				return path{}, err
			}
			if way != nil && (chosen == nil || bytes.Compare(way, chosen) < 0) {
				chosen, chosenNames = way, after
			}
		}
		data, names = append(data, chosen...), chosenNames
	}
	if err := d.spend(len(data)); err != nil {
		return path{}, err
	}
	return path{sum(data), names}, nil
}

// follow walks through related nodes in one order and returns the way as a text (§4.8, step 5.4). The way is nil
// where it cannot become the least one, which is best.
func (d *dataset) follow(nodes []int, names *issuer, best []byte, depth int) (way []byte, after *issuer, err error) {
	worse := func() bool { return best != nil && len(way) >= len(best) && bytes.Compare(way, best) > 0 }
	var deeper []int
	for _, n := range nodes {
		if err := d.spend(0); err != nil {
			return nil, nil, err
		}
		way = append(way, "_:"...)
		if d.canonical.has(n) {
			way = d.canonical.appendName(way, n)
		} else {
			if !names.has(n) {
				deeper = append(deeper, n)
				names.issue(n)
			}
			way = names.appendName(way, n)
		}
		if worse() {
			return nil, nil, nil
		}
	}
	for _, n := range deeper {
		p, err := d.nDegreeAt(n, names, depth+1)
		if err != nil {
			return nil, nil, err
		}
		// A name once issued stays, so that the issuer of the result has the name of n too.
		names = p.issuer
		way = names.appendName(append(way, "_:"...), n)
		way = append(append(append(way, '<'), p.hash[:]...), '>')
		if worse() {
			return nil, nil, nil
		}
	}
	return way, names, nil
}

// group are the nodes that are related to one in the same manner. A node that is so by several quads stands in it as
// often.
type group struct {
	hash  hash
	nodes []int
}

// related groups the nodes that share a quad with n by how they do (§4.7 and §4.8, steps 2 and 3), in order of hash.
func (d *dataset) related(n int, names *issuer) ([]group, error) {
	type relation struct {
		hash hash
		node int
	}
	var all []relation
	var input []byte
	for _, i := range d.of[n] {
		for p, other := range d.ends[i] {
			if other < 0 || other == n {
				continue
			}
			input = append(input[:0], positions[p])
			if positions[p] != 'g' {
				input = append(append(append(input, '<'), d.quads[i].Predicate.Value...), '>')
			}
			switch {
			case d.canonical.has(other):
				input = d.canonical.appendName(append(input, "_:"...), other)
			case names.has(other):
				input = names.appendName(append(input, "_:"...), other)
			default:
				input = append(input, d.first[other][:]...)
			}
			if err := d.spend(len(input)); err != nil {
				return nil, err
			}
			all = append(all, relation{sum(input), other})
		}
	}
	slices.SortStableFunc(all, func(a, b relation) int { return bytes.Compare(a.hash[:], b.hash[:]) })
	var groups []group
	for _, r := range all {
		if last := len(groups) - 1; last >= 0 && groups[last].hash == r.hash {
			groups[last].nodes = append(groups[last].nodes, r.node)
		} else {
			groups = append(groups, group{r.hash, []int{r.node}})
		}
	}
	return groups, nil
}

// nextPermutation puts numbers into the next order that differs, lexicographically; false after the last one.
func nextPermutation(a []int) bool {
	i := len(a) - 2
	for i >= 0 && a[i] >= a[i+1] {
		i--
	}
	if i < 0 {
		return false
	}
	j := len(a) - 1
	for a[j] <= a[i] {
		j--
	}
	a[i], a[j] = a[j], a[i]
	slices.Reverse(a[i+1:])
	return true
}
