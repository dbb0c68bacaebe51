package deflate

import (
	"math/bits"
	"slices"
)

// leaf is a symbol that occurs: its weight in the upper half, the symbol in the lower, so that leaves sort as numbers.
type leaf uint64

func newLeaf(weight uint32, symbol int) leaf { return leaf(weight)<<32 | leaf(symbol) }
func (l leaf) weight() uint32                { return uint32(l >> 32) }
func (l leaf) symbol() int                   { return int(uint32(l)) }

// codeLengths writes the lengths of an optimal prefix code whose longest code has limit bits. Symbols that do not occur
// get 0. At least two get a code, as some inflaters refuse a code that is not complete.
func codeLengths(weights []uint32, limit int, lengths []uint8) {
	var room [litlens + 2]leaf
	leaves := room[:0]
	for s, w := range weights {
		lengths[s] = 0
		if w > 0 {
			leaves = append(leaves, newLeaf(w, s))
		}
	}
	for s := 0; len(leaves) < 2; s++ {
		if weights[s] == 0 {
			leaves = append(leaves, newLeaf(0, s))
		}
	}
	slices.Sort(leaves)
	if !huffman(leaves, limit, lengths) {
		packageMerge(leaves, limit, lengths)
	}
}

// huffman builds the tree with two queues, of leaves and of nodes, both sorted by weight. It reports whether the code
// keeps within the limit.
func huffman(leaves []leaf, limit int, lengths []uint8) bool {
	n := len(leaves)
	var weight [litlens + 2]uint32 // of node i
	var parent [2 * (litlens + 2)]uint16
	next, node := 0, 0 // heads of the queues
	for made := 0; made < n-1; made++ {
		sum := uint32(0)
		for range 2 {
			if next < n && (node == made || leaves[next].weight() <= weight[node]) {
				sum += leaves[next].weight()
				parent[next] = uint16(made)
				next++
			} else {
				sum += weight[node]
				parent[n+node] = uint16(made)
				node++
			}
		}
		weight[made] = sum
	}
	var depth [litlens + 2]uint8 // of node i; the last one is the root
	for i := n - 3; i >= 0; i-- {
		depth[i] = depth[parent[n+i]] + 1
	}
	for i, l := range leaves {
		d := depth[parent[i]] + 1
		if int(d) > limit {
			return false
		}
		lengths[l.symbol()] = d
	}
	return true
}

// packageMerge is the algorithm of Larmore and Hirschberg: of each level's coins, which are leaves and pairs of the
// level below, the cheapest are bought.
func packageMerge(leaves []leaf, limit int, lengths []uint8) {
	n := len(leaves)
	isLeaf := make([][]bool, limit)
	var pairs []uint32
	for level := range limit {
		weights := make([]uint32, 0, 2*n)
		flags := make([]bool, 0, 2*n)
		for l, p := 0, 0; l < n || p < len(pairs); {
			if p == len(pairs) || l < n && leaves[l].weight() <= pairs[p] {
				weights, flags = append(weights, leaves[l].weight()), append(flags, true)
				l++
			} else {
				weights, flags = append(weights, pairs[p]), append(flags, false)
				p++
			}
		}
		isLeaf[level] = flags
		pairs = pairs[:0:0]
		for i := 0; i+1 < len(weights); i += 2 {
			pairs = append(pairs, weights[i]+weights[i+1])
		}
	}
	for _, l := range leaves {
		lengths[l.symbol()] = 0
	}
	take := 2*n - 2
	for level := limit - 1; level >= 0; level-- {
		next := 0 // leaf
		for _, leafHere := range isLeaf[level][:take] {
			if leafHere {
				lengths[leaves[next].symbol()]++
				next++
			}
		}
		take = 2 * (take - next)
	}
}

// codes assigns the codes of RFC 1951, section 3.2.2, with their bits in the order in which they are written.
func codes(lengths []uint8, out []uint16) {
	var count, next [16]uint16
	for _, l := range lengths {
		count[l]++
	}
	count[0] = 0
	for l := 1; l < 16; l++ {
		next[l] = (next[l-1] + count[l-1]) << 1
	}
	for s, l := range lengths {
		if l > 0 {
			out[s] = bits.Reverse16(next[l]) >> (16 - l)
			next[l]++
		}
	}
}
