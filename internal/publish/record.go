package publish

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"strings"

	"blazon/internal/plan"
)

// The record of a build names every file that it wrote. It is text:
//
//	blazon record 1
//	target "../public"
//	L4 512 1767225600000000000 0123456789abcdef0123456789abcdef awards/k7q2/assertion.json
//	sum 0123456789abcdef0123456789abcdef
//
// One line a file, sorted by path: L for a lasting address or - for another, the stage, the size in bytes, the time of
// change in nanoseconds since 1970, the first 16 bytes of the SHA-256. The last line is the same digest of all lines
// before it.
//
// The journal has the same form. It is written before an update touches the target and names what that update will write,
// so that its files are known as ours whenever it is killed. A path may have several lines there: forms of the file that
// the update may leave behind.

const (
	recordFormat  = 1
	recordMagic   = "blazon record "
	maxRecordSize = 1 << 30
	digestSize    = 16
)

type digest [digestSize]byte

func digestOf(data []byte) digest {
	sum := sha256.Sum256(data)
	return digest(sum[:digestSize])
}

// entry is one form of one published file.
type entry struct {
	path    string
	size    int64
	mtime   int64 // nanoseconds since 1970
	sum     digest
	stage   plan.Stage
	lasting bool
	pending bool // from the journal: the file may never have been written
}

// is reports whether a file with this size and time of change is, as far as one can tell without reading it, this form.
func (e *entry) is(size, mtime int64) bool { return e.size == size && e.mtime == mtime }

// encodeRecord expects entries sorted by path.
func encodeRecord(target string, entries []entry) []byte {
	b := make([]byte, 0, 128+len(entries)*128)
	b = append(b, recordMagic...)
	b = strconv.AppendInt(b, recordFormat, 10)
	b = append(b, "\ntarget "...)
	b = strconv.AppendQuote(b, target)
	b = append(b, '\n')
	for i := range entries {
		e := &entries[i]
		flag := byte('-')
		if e.lasting {
			flag = 'L'
		}
		b = append(b, flag, '0'+byte(e.stage), ' ')
		b = strconv.AppendInt(b, e.size, 10)
		b = append(b, ' ')
		b = strconv.AppendInt(b, e.mtime, 10)
		b = append(b, ' ')
		b = hex.AppendEncode(b, e.sum[:])
		b = append(b, ' ')
		b = append(b, e.path...)
		b = append(b, '\n')
	}
	sum := digestOf(b)
	b = append(b, "sum "...)
	b = hex.AppendEncode(b, sum[:])
	return append(b, '\n')
}

// newerError says that a record is of a later format.
type newerError struct{ format int }

func (e *newerError) Error() string {
	return fmt.Sprintf("it has format %d, which a newer blazon wrote", e.format)
}

var errDamaged = errors.New("it is damaged")

// parseRecord is strict: it accepts only what encodeRecord writes.
func parseRecord(data []byte) (target string, entries []entry, err error) {
	text := string(data)
	line, rest, ok := strings.Cut(text, "\n")
	number, magic := strings.CutPrefix(line, recordMagic)
	format, err := strconv.Atoi(number)
	if !ok || !magic || err != nil {
		return "", nil, errDamaged
	}
	if format > recordFormat {
		return "", nil, &newerError{format}
	}
	if format != recordFormat {
		return "", nil, errDamaged
	}
	line, rest, _ = strings.Cut(rest, "\n")
	quoted, ok := strings.CutPrefix(line, "target ")
	target, err = strconv.Unquote(quoted)
	if !ok || err != nil {
		return "", nil, errDamaged
	}
	entries = make([]entry, 0, strings.Count(rest, "\n"))
	for {
		line, rest, ok = strings.Cut(rest, "\n")
		if !ok {
			return "", nil, errDamaged
		}
		if strings.HasPrefix(line, "sum ") {
			break
		}
		e, err := parseEntry(line)
		if err != nil || len(entries) > 0 && e.path < entries[len(entries)-1].path {
			return "", nil, errDamaged
		}
		entries = append(entries, e)
	}
	if rest != "" || !bytes.Equal(encodeRecord(target, entries), data) {
		return "", nil, errDamaged
	}
	return target, entries, nil
}

func parseEntry(line string) (entry, error) {
	fields := strings.SplitN(line, " ", 5)
	if len(fields) != 5 || len(fields[0]) != 2 || len(fields[3]) != 2*digestSize {
		return entry{}, errDamaged
	}
	e := entry{path: fields[4], lasting: fields[0][0] == 'L', stage: plan.Stage(fields[0][1] - '0')}
	var sizeErr, timeErr error
	e.size, sizeErr = strconv.ParseInt(fields[1], 10, 64)
	e.mtime, timeErr = strconv.ParseInt(fields[2], 10, 64)
	_, sumErr := hex.Decode(e.sum[:], []byte(fields[3]))
	// The path is where a later build may remove a file: it never leaves the target.
	if err := errors.Join(sizeErr, timeErr, sumErr, plan.CheckPath(e.path)); err != nil || e.size < 0 || e.stage > plan.Indexes {
		return entry{}, errDamaged
	}
	return e, nil
}

// history is what earlier builds left behind.
type history struct {
	recorded bool    // there is a record of this target
	sum      digest  // of the record's bytes
	journal  bool    // there is a file where the journal goes
	entries  []entry // of the record and the journal, sorted by path
	notes    []string
}

// readHistory reads the record and the journal, and removes a draft of either. What cannot be understood counts as absent, and a note says so.
func readHistory(d disk, p places) (history, error) {
	var h history
	if err := d.Remove(p.draft()); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return h, fmt.Errorf("couldn't remove what an interrupted build left behind: %w", err)
	}
	data, err := readRecord(d, p.record)
	if err != nil {
		return h, err
	}
	if data != nil {
		if h.entries, err = understood(data, p.target); err != nil {
			h.notes = append(h.notes, fmt.Sprintf("the record of the last build (%s) was not used: %v; "+
				"files of earlier builds that are no longer published were not recognised", p.record, err))
		} else {
			h.recorded, h.sum = true, digestOf(data)
		}
	}
	data, err = readRecord(d, p.journal())
	if err != nil || data == nil {
		return h, err
	}
	h.journal = true
	entries, err := understood(data, p.target)
	if err != nil {
		h.notes = append(h.notes, fmt.Sprintf("the journal of an interrupted build (%s) was not used: %v", p.journal(), err))
		return h, nil
	}
	for i := range entries {
		entries[i].pending = true
	}
	h.entries = append(h.entries, entries...)
	slices.SortStableFunc(h.entries, func(a, b entry) int { return cmp.Compare(a.path, b.path) })
	return h, nil
}

func understood(data []byte, target string) ([]entry, error) {
	of, entries, err := parseRecord(data)
	if err == nil && of != target {
		return nil, fmt.Errorf("it is of another folder, %q", of)
	}
	return entries, err
}

// readRecord returns nil where there is no file.
func readRecord(d disk, name string) ([]byte, error) {
	info, err := d.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("couldn't read the record of the last build: %w", err)
	}
	if !info.Mode().IsRegular() {
		return nil, fmt.Errorf("couldn't read the record of the last build: %s is not a file", name)
	}
	if info.Size() > maxRecordSize {
		return []byte{}, nil // understood by nobody, hence damaged
	}
	data, err := d.ReadFile(name)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the record of the last build: %w", err)
	}
	if data == nil {
		data = []byte{}
	}
	return data, nil
}

// writeRecord replaces a record or journal whole.
func writeRecord(d disk, p places, name string, data []byte) error {
	_, err := d.Create(p.draft(), data, true)
	if err == nil {
		err = d.Rename(p.draft(), name)
	}
	if err != nil {
		_ = d.Remove(p.draft())
		return fmt.Errorf("couldn't write the record of this build: %w", err)
	}
	return nil
}
