// Package ledger writes and reads ledger.txt, the file from which a later build sees what an earlier one published,
// and nobody else anything: it lists no award, but whoever knows an award can look it up.
//
// The file is ASCII. Every award has one line, ended by "\n", of two words with one space between them:
//
//	SHA-256(id) SHA-256(id "\n" identity "\n" class "\n" issued "\n" expires)
//
// Both hashes are 64 lower-case hexadecimal digits. The parts of the second one are UTF-8:
//
//	id        the award's id, 26 characters
//	identity  the recipient's hash as published, "sha256$" and 64 digits; of a DID the DID itself
//	class     the URL of the BadgeClass, as its class.json states it
//	issued    YYYY-MM-DDThh:mm:ssZ
//	expires   the same, or nothing where the award never expires
//
// An erased award has the word "erased" in place of the second hash. Revoking an award changes nothing. The lines are
// in ascending order of their bytes and no two begin alike. A site without awards has an empty file.
package ledger

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"blazon/internal/badge"
	"blazon/internal/layout"
)

// MaxLines is the number of lines that Parse reads, about 270 MB. A build of so many awards takes hours.
const MaxLines = 2 << 20

// erased stands in place of the second hash.
const erased = "erased"

// hashLen is the length of a hash in hexadecimal digits.
const hashLen = 2 * sha256.Size

// Hash is a SHA-256.
type Hash [sha256.Size]byte

// Line is what a ledger says of one award.
type Line struct {
	ID        Hash // of the award's id
	Statement Hash // of what was published; zero where Erased
	Erased    bool
}

// Of is the line of an award, which must be stamped.
func Of(site layout.Site, a *badge.Award) Line {
	line := Line{ID: sha256.Sum256([]byte(a.ID))}
	if a.State() == badge.Erased {
		line.Erased = true
		return line
	}
	identity := a.Identity().Hash
	if a.Recipient.Kind == badge.DID {
		identity = a.Recipient.Plain
	}
	line.Statement = statement(a.ID, identity, site.URL(layout.Class(a.Class.Slug)), date(a.Issued), date(a.Expires))
	return line
}

// Published is the line of an award that is not erased, from what its documents say: its id, the recipient's hash or DID,
// the URL of its class, and its dates as they stand there.
func Published(id, identity, class, issued, expires string) Line {
	return Line{ID: sha256.Sum256([]byte(id)), Statement: statement(id, identity, class, issued, expires)}
}

func statement(id, identity, class, issued, expires string) Hash {
	b := make([]byte, 0, 256)
	for i, part := range []string{id, identity, class, issued, expires} {
		if i > 0 {
			b = append(b, '\n')
		}
		b = append(b, part...)
	}
	return sha256.Sum256(b)
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format("2006-01-02T15:04:05Z")
}

// Make is the ledger of all stamped awards. One that is not stamped has no id, and is not published.
func Make(cat *badge.Catalog, site layout.Site) []byte {
	lines := make([]Line, 0, len(cat.Awards))
	for _, a := range cat.Awards {
		if a.ID != "" {
			lines = append(lines, Of(site, a))
		}
	}
	slices.SortFunc(lines, compare)
	b := make([]byte, 0, len(lines)*(2*hashLen+2))
	for _, line := range lines {
		b = hex.AppendEncode(b, line.ID[:])
		b = append(b, ' ')
		if line.Erased {
			b = append(b, erased...)
		} else {
			b = hex.AppendEncode(b, line.Statement[:])
		}
		b = append(b, '\n')
	}
	return b
}

func compare(a, b Line) int { return bytes.Compare(a.ID[:], b.ID[:]) }

// The reasons for which Parse refuses a line.
var (
	errForm  = errors.New(`not two hashes, or a hash and the word "erased"`)
	errOrder = errors.New("not in ascending order")
	errEnd   = errors.New("the last line has no end")
	errMany  = fmt.Errorf("more than %d lines", MaxLines)
)

// Parse reads a ledger. It is strict: what Make could not have written is an error that names the line, so that a
// damaged or an edited file is never taken for one that lists less. It never reads on past MaxLines, or past a line's
// longest form.
func Parse(r io.Reader) ([]Line, error) {
	// A line that does not fit is refused before more of it is read.
	in := bufio.NewReaderSize(r, 4096)
	var lines []Line
	for {
		text, err := in.ReadSlice('\n')
		number := len(lines) + 1
		switch {
		case err == io.EOF && len(text) == 0:
			return lines, nil
		case err == io.EOF:
			return nil, fmt.Errorf("line %d: %w", number, errEnd)
		case errors.Is(err, bufio.ErrBufferFull):
			return nil, fmt.Errorf("line %d: %w", number, errForm)
		case err != nil:
			return nil, fmt.Errorf("line %d: %w", number, err)
		case number > MaxLines:
			return nil, errMany
		}
		line, err := parseLine(text[:len(text)-1])
		if err == nil && len(lines) > 0 && compare(lines[len(lines)-1], line) >= 0 {
			err = errOrder
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", number, err)
		}
		lines = append(lines, line)
	}
}

func parseLine(text []byte) (Line, error) {
	var line Line
	first, second, _ := bytes.Cut(text, []byte{' '})
	if !parseHash(&line.ID, first) {
		return Line{}, errForm
	}
	if string(second) == erased {
		line.Erased = true
		return line, nil
	}
	if !parseHash(&line.Statement, second) {
		return Line{}, errForm
	}
	return line, nil
}

// parseHash takes lower-case digits only: two spellings of one ledger would both be its truth.
func parseHash(to *Hash, text []byte) bool {
	if len(text) != hashLen || bytes.ContainsAny(text, "ABCDEF") {
		return false
	}
	_, err := hex.Decode(to[:], text)
	return err == nil
}
