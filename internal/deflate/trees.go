package deflate

// trees finds, at every position, the nearest match of each length. The positions of the window with the same hash of
// four bytes are a binary tree, sorted by the bytes that follow; the newest is the root.
type trees struct {
	data  []byte
	shift uint // of hashes
	mask  int  // of positions in the window
	root  []int32
	head3 []int32
	child []int32 // of position i: what sorts before it, and what sorts after it
}

// candidate is a match that a position offers.
type candidate struct {
	length uint16
	dist   uint16 // less one
}

// depth bounds the places that are compared for one position.
const depth = 250

func newTrees(data []byte) *trees {
	n := tableBits(len(data))
	t := &trees{data: data, shift: 32 - n, mask: 1<<n - 1}
	t.root, t.head3, t.child = emptyTable(n), emptyTable(n), make([]int32, 2<<n)
	return t
}

// insert puts a position into its tree and, where found is not nil, adds the matches that it met, each longer and
// farther than the one before it.
func (t *trees) insert(i int, found *[]candidate) {
	limit := min(len(t.data)-i, maxMatch)
	if limit < 4 {
		return
	}
	best := minMatch - 1
	h3 := hash3(t.data[i:], t.shift)
	if c := int(t.head3[h3]); found != nil && i-c < window {
		if n := common(t.data, c, i, limit); n >= minMatch {
			best = n
			*found = append(*found, candidate{uint16(n), uint16(i - c - 1)})
		}
	}
	t.head3[h3] = int32(i)

	h := hash4(t.data[i:], t.shift)
	c := int(t.root[h])
	t.root[h] = int32(i)
	before, after := 2*(i&t.mask), 2*(i&t.mask)+1 // the links that wait for what sorts before and after i
	lenBefore, lenAfter := 0, 0
	for left := depth; i-c < window && left > 0; left-- {
		n := min(lenBefore, lenAfter)
		n += common(t.data, c+n, i+n, limit-n)
		children := 2 * (c & t.mask)
		if n > best {
			best = n
			if found != nil {
				*found = append(*found, candidate{uint16(n), uint16(i - c - 1)})
			}
		}
		if n == limit {
			// The two places are alike as far as it matters: the new one takes the place of the old.
			t.child[before], t.child[after] = t.child[children], t.child[children+1]
			return
		}
		if t.data[c+n] < t.data[i+n] {
			t.child[before] = int32(c)
			before, lenBefore = children+1, n
			c = int(t.child[before])
		} else {
			t.child[after] = int32(c)
			after, lenAfter = children, n
			c = int(t.child[after])
		}
	}
	t.child[before], t.child[after] = -window, -window
}
