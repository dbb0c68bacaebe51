package rdfc

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strconv"
)

// Limits bound the work that a dataset may cause. A zero field is a default that no honest credential comes near.
type Limits struct {
	// Quads is how many different quads there may be: 100,000 by default.
	Quads int
	// Steps is how much may be hashed and compared, in blocks of 64 bytes and in nodes put in order: 2,000,000 by
	// default, which takes about a second. A dataset of n quads of usual length takes some 20 n.
	Steps int
}

const (
	defaultQuads = 100_000
	defaultSteps = 2_000_000
)

// ErrLimit is wrapped by the error for a dataset that would take more work than the limits allow. Small datasets made
// for it ("poison graphs", RDFC-1.0 §7.1) would take longer than anybody can wait.
var ErrLimit = errors.New("more work than the limit allows")

// Canonicalize is the dataset in the canonical form of RDFC-1.0 §4.4 with SHA-256: canonical N-Quads, sorted by code
// point, each once. Its errors wrap ErrLimit or ErrTerm.
func Canonicalize(quads []Quad, limits Limits) ([]byte, error) {
	if limits.Quads == 0 {
		limits.Quads = defaultQuads
	}
	if limits.Steps == 0 {
		limits.Steps = defaultSteps
	}
	d, err := newDataset(quads, limits)
	if err != nil {
		return nil, err
	}
	if err := d.name(); err != nil {
		return nil, err
	}
	return d.text()
}

// hash is a SHA-256 in lower-case hexadecimal digits: the form in which the algorithm compares and concatenates them.
type hash [2 * sha256.Size]byte

func sum(data []byte) (h hash) {
	digest := sha256.Sum256(data)
	hex.Encode(h[:], digest[:])
	return h
}

// dataset is what the specification calls the canonicalization state. Blank nodes are numbers here, in order of
// appearance; nothing in the result depends on that order.
type dataset struct {
	quads []Quad
	// ends are the numbers of the blank nodes that are a quad's subject, object and graph, -1 for another term.
	ends [][3]int
	// of are the quads that name a blank node, each once.
	of [][]int
	// first are the first-degree hashes (§4.6).
	first []hash
	// canonical are the nodes that have been named, in that order.
	canonical *issuer
	steps     int
	buffer    []byte
}

// positions are the names of the ends in a hash (§4.7).
const positions = "sog"

func newDataset(quads []Quad, limits Limits) (*dataset, error) {
	d := &dataset{canonical: newIssuer("c14n"), steps: limits.Steps}
	numbers := map[string]int{}
	seen := make(map[Quad]struct{}, min(len(quads), limits.Quads+1))
	for i := range quads {
		q := quads[i]
		q.Object = q.Object.normal()
		if _, ok := seen[q]; ok {
			continue
		}
		if err := q.check(); err != nil {
			return nil, fmt.Errorf("quad %d: %w", i+1, err)
		}
		if len(d.quads) == limits.Quads {
			return nil, fmt.Errorf("more than %d quads: %w", limits.Quads, ErrLimit)
		}
		seen[q] = struct{}{}
		ends := [3]int{-1, -1, -1}
		for p, t := range []*Term{&q.Subject, &q.Object, &q.Graph} {
			if t.Kind != Blank {
				continue
			}
			n, ok := numbers[t.Value]
			if !ok {
				n = len(numbers)
				numbers[t.Value] = n
				d.of = append(d.of, nil)
			}
			if !slices.Contains(ends[:p], n) {
				d.of[n] = append(d.of[n], len(d.quads))
			}
			ends[p] = n
		}
		d.quads = append(d.quads, q)
		d.ends = append(d.ends, ends)
	}
	return d, nil
}

// spend counts steps: one, and one more for every block of bytes.
func (d *dataset) spend(size int) error {
	d.steps -= 1 + size/sha256.BlockSize
	if d.steps < 0 {
		return fmt.Errorf("a dataset made to be dear: %w", ErrLimit)
	}
	return nil
}

// name gives every blank node its canonical identifier (§4.4.3, steps 3 to 5).
func (d *dataset) name() error {
	d.first = make([]hash, len(d.of))
	byHash := make([]int, len(d.of))
	for n := range d.of {
		if err := d.firstDegree(n); err != nil {
			return err
		}
		byHash[n] = n
	}
	slices.SortFunc(byHash, func(a, b int) int { return bytes.Compare(d.first[a][:], d.first[b][:]) })

	var alike [][]int
	for i, j := 0, 0; i < len(byHash); i = j {
		for j = i + 1; j < len(byHash) && d.first[byHash[j]] == d.first[byHash[i]]; j++ {
		}
		if j == i+1 {
			d.canonical.issue(byHash[i])
		} else {
			alike = append(alike, byHash[i:j])
		}
	}
	for _, nodes := range alike {
		var paths []path
		for _, n := range nodes {
			if d.canonical.has(n) {
				continue
			}
			temporary := newIssuer("b")
			temporary.issue(n)
			p, err := d.nDegree(n, temporary)
			if err != nil {
				return err
			}
			paths = append(paths, p)
		}
		slices.SortStableFunc(paths, func(a, b path) int { return bytes.Compare(a.hash[:], b.hash[:]) })
		for _, p := range paths {
			for _, n := range p.issuer.order {
				d.canonical.issue(n)
			}
		}
	}
	return nil
}

// firstDegree hashes the quads that name a node, with the node called a and every other z (§4.6).
func (d *dataset) firstDegree(n int) error {
	lines := make([][]byte, 0, len(d.of[n]))
	d.buffer = d.buffer[:0]
	var ends []int
	for _, i := range d.of[n] {
		q := &d.quads[i]
		p := 0
		d.buffer = appendQuad(d.buffer, q, func(dst []byte, _ string) []byte {
			// Blank nodes are met in the order of the ends.
			for d.ends[i][p] < 0 {
				p++
			}
			p++
			if d.ends[i][p-1] == n {
				return append(dst, 'a')
			}
			return append(dst, 'z')
		})
		ends = append(ends, len(d.buffer))
	}
	start := 0
	for _, end := range ends {
		lines = append(lines, d.buffer[start:end])
		start = end
	}
	if err := d.spend(len(d.buffer) + len(lines)*sha256.BlockSize); err != nil {
		return err
	}
	slices.SortFunc(lines, bytes.Compare)
	h := sha256.New()
	for _, line := range lines {
		h.Write(line)
	}
	hex.Encode(d.first[n][:], h.Sum(d.buffer[:0]))
	return nil
}

// text is the dataset with the canonical labels (§4.4.3, steps 6 and 7).
func (d *dataset) text() ([]byte, error) {
	var buffer []byte
	ends := make([]int, len(d.quads))
	for i := range d.quads {
		p, start := 0, len(buffer)
		buffer = appendQuad(buffer, &d.quads[i], func(dst []byte, _ string) []byte {
			for d.ends[i][p] < 0 {
				p++
			}
			p++
			return d.canonical.appendName(dst, d.ends[i][p-1])
		})
		ends[i] = len(buffer)
		if err := d.spend(len(buffer) - start); err != nil {
			return nil, err
		}
	}
	lines := make([][]byte, len(ends))
	start := 0
	for i, end := range ends {
		lines[i] = buffer[start:end]
		start = end
	}
	slices.SortFunc(lines, bytes.Compare)
	return bytes.Join(lines, nil), nil
}

// issuer names nodes in the order in which it is asked (§4.5).
type issuer struct {
	prefix string
	order  []int
	number map[int]int
}

func newIssuer(prefix string) *issuer { return &issuer{prefix: prefix, number: map[int]int{}} }

func (s *issuer) has(n int) bool {
	_, ok := s.number[n]
	return ok
}

// issue names a node that has no name yet.
func (s *issuer) issue(n int) {
	if !s.has(n) {
		s.number[n] = len(s.order)
		s.order = append(s.order, n)
	}
}

func (s *issuer) appendName(dst []byte, n int) []byte {
	return strconv.AppendInt(append(dst, s.prefix...), int64(s.number[n]), 10)
}

func (s *issuer) clone() *issuer {
	c := &issuer{prefix: s.prefix, order: slices.Clone(s.order), number: make(map[int]int, len(s.order)+4)}
	for i, n := range s.order {
		c.number[n] = i
	}
	return c
}
