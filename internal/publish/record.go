package publish

import (
	"bufio"
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"io/fs"
	"iter"
	"strconv"
	"strings"

	"blazon/internal/plan"
)

// The record of a build names every file that it wrote. It is text:
//
//	blazon record 3
//	target "../public"
//	label "what the caller said of this build"
//	L4k 512 1767225600000000000 01234567 0123456789abcdef0123456789abcdef awards/k7q2/assertion.json
//	sum 0123456789abcdef0123456789abcdef
//
// The label may be missing. Then one line a file, sorted by path: L for a lasting address or - for another, the stage, k
// where the plan had a key for the output and b where it had none; the size in bytes, the time of change in nanoseconds
// since 1970, the CRC-32C of the bytes, and that key, or the first 16 bytes of the SHA-256 of the bytes. A key of zeros is
// one that was forgotten: see Options.Label. The last line is the same digest of all lines before it. A record of format 2
// is the same without a label.
//
// The journal has the same form. It is written before an update touches the target and names what that update will write,
// so that its files are known as ours whenever it is killed. A path may have several lines there: forms of the file that
// the update may leave behind. Its label counts only where it becomes the record, as that of a first build does.

const (
	recordFormat  = 3
	oldestFormat  = 2
	recordMagic   = "blazon record "
	maxRecordSize = 1 << 30
	maxLine       = 64 << 10
	maxLabel      = maxLine - 1<<10 // bytes, quoted
	digestSize    = 16
)

type digest [digestSize]byte

func digestOf(data []byte) digest {
	sum := sha256.Sum256(data)
	return digest(sum[:digestSize])
}

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// form is what the record says of one form of a file.
type form struct {
	size  int64
	mtime int64  // nanoseconds since 1970
	stamp digest // the plan's key where keyed, else a digest of the bytes
	crc   uint32 // of the bytes
	keyed bool
}

// is reports whether a file with this size and time of change is, as far as one can tell without reading it, this form.
func (f *form) is(size, mtime int64) bool { return f.size == size && f.mtime == mtime }

// formOf describes bytes that an output with this key has. The time of change is not known yet.
func formOf(data []byte, key plan.Key) form {
	f := form{size: int64(len(data)), crc: crc32.Checksum(data, castagnoli)}
	if key == (plan.Key{}) {
		f.stamp = digestOf(data)
	} else {
		f.stamp, f.keyed = digest(key), true
	}
	return f
}

// made reports whether bytes are those of this form, as far as the record knows them.
func (f *form) made(data []byte) bool {
	return f.size == int64(len(data)) && f.crc == crc32.Checksum(data, castagnoli) && (f.keyed || f.stamp == digestOf(data))
}

// entry is one form of one published file.
type entry struct {
	path string
	form
	stage   plan.Stage
	lasting bool
	pending bool // from the journal: the file may never have been written
}

// appendEntry adds an entry's line.
func appendEntry(b []byte, e *entry) []byte {
	lasting, keyed := byte('-'), byte('b')
	if e.lasting {
		lasting = 'L'
	}
	if e.keyed {
		keyed = 'k'
	}
	b = append(b, lasting, '0'+byte(e.stage), keyed, ' ')
	b = strconv.AppendInt(b, e.size, 10)
	b = append(b, ' ')
	b = strconv.AppendInt(b, e.mtime, 10)
	b = append(b, ' ')
	b = hex.AppendEncode(b, binary.BigEndian.AppendUint32(nil, e.crc))
	b = append(b, ' ')
	b = hex.AppendEncode(b, e.stamp[:])
	b = append(b, ' ')
	b = append(b, e.path...)
	return append(b, '\n')
}

// encodeRecord writes entries, which come sorted by path.
func encodeRecord(w io.Writer, target, label string, entries iter.Seq[entry]) error {
	lines := sha256.New()
	out := bufio.NewWriterSize(io.MultiWriter(w, lines), maxLine)
	fmt.Fprintf(out, "%s%d\ntarget %s\n", recordMagic, recordFormat, strconv.Quote(target))
	if label != "" {
		fmt.Fprintf(out, "label %s\n", strconv.Quote(label))
	}
	for e := range entries {
		out.Write(appendEntry(out.AvailableBuffer(), &e)) // the error comes with Flush
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err := fmt.Fprintf(w, "sum %x\n", lines.Sum(nil)[:digestSize])
	return err
}

// newerError says that a record is of a later format.
type newerError struct{ format int }

func (e *newerError) Error() string {
	return fmt.Sprintf("it has format %d, which a newer blazon wrote", e.format)
}

var (
	errDamaged = errors.New("it is damaged")
	errOlder   = errors.New("an older blazon wrote it")
)

// recordReader reads a record line by line. It is strict: it accepts only what encodeRecord writes. Only the end tells
// whether a record is whole: an entry counts once next has returned io.EOF.
type recordReader struct {
	in      *bufio.Reader
	lines   hash.Hash // of all lines but the last
	target  string
	label   string
	before  string // the path of the last entry
	scratch []byte
}

// openRecord reads the head of a record.
func openRecord(in io.Reader) (*recordReader, error) {
	r := &recordReader{in: bufio.NewReaderSize(in, maxLine), lines: sha256.New()}
	line, err := r.line()
	if err != nil {
		return nil, err
	}
	number, magic := strings.CutPrefix(string(line), recordMagic)
	format, err := strconv.Atoi(strings.TrimSuffix(number, "\n"))
	if !magic || err != nil {
		return nil, errDamaged
	}
	if format > recordFormat {
		return nil, &newerError{format}
	}
	if format < oldestFormat {
		return nil, fmt.Errorf("%w: format %d", errOlder, format)
	}
	r.lines.Write(line)
	if line, err = r.line(); err != nil {
		return nil, err
	}
	if r.target, err = unquoted(line, "target "); err != nil {
		return nil, err
	}
	r.lines.Write(line)
	if begin, err := r.in.Peek(len(labelled)); err != nil || string(begin) != labelled || format == oldestFormat {
		return r, nil
	}
	if line, err = r.line(); err != nil {
		return nil, err
	}
	if r.label, err = unquoted(line, labelled); err != nil || r.label == "" {
		return nil, errDamaged
	}
	r.lines.Write(line)
	return r, nil
}

// labelled begins the line of a label.
const labelled = "label "

// unquoted is the text that stands quoted in a line with this beginning.
func unquoted(line []byte, begin string) (string, error) {
	quoted, ok := strings.CutPrefix(strings.TrimSuffix(string(line), "\n"), begin)
	text, err := strconv.Unquote(quoted)
	if !ok || err != nil || strconv.Quote(text) != quoted {
		return "", errDamaged
	}
	return text, nil
}

// line reads a line with its end. It is good until the next call.
func (r *recordReader) line() ([]byte, error) {
	line, err := r.in.ReadSlice('\n')
	switch {
	case errors.Is(err, io.EOF), errors.Is(err, bufio.ErrBufferFull):
		return nil, errDamaged
	case err != nil:
		return nil, err
	}
	return line, nil
}

// next reads an entry. same returns the given path as a string and whether it is known to be fit for publishing. At the end of a
// record that is whole the error is io.EOF.
func (r *recordReader) next(same func(path []byte) (string, bool)) (entry, error) {
	line, err := r.line()
	if err != nil {
		return entry{}, err
	}
	if bytes.HasPrefix(line, []byte("sum ")) {
		if !bytes.Equal(line, fmt.Appendf(nil, "sum %x\n", r.lines.Sum(nil)[:digestSize])) {
			return entry{}, errDamaged
		}
		if _, err := r.in.ReadByte(); !errors.Is(err, io.EOF) {
			return entry{}, cmp.Or(err, errDamaged)
		}
		return entry{}, io.EOF
	}
	e, err := parseEntry(line, same)
	if err != nil {
		return entry{}, err
	}
	r.scratch = appendEntry(r.scratch[:0], &e)
	if e.path < r.before || !bytes.Equal(r.scratch, line) {
		return entry{}, errDamaged
	}
	r.before = e.path
	r.lines.Write(line)
	return e, nil
}

func parseEntry(line []byte, same func(path []byte) (string, bool)) (entry, error) {
	var fields [5][]byte
	rest := bytes.TrimSuffix(line, []byte("\n"))
	for i := range fields {
		var ok bool
		if fields[i], rest, ok = bytes.Cut(rest, []byte(" ")); !ok {
			return entry{}, errDamaged
		}
	}
	flags, crc, stamp := fields[0], fields[3], fields[4]
	if len(flags) != 3 || len(crc) != 8 || len(stamp) != 2*digestSize {
		return entry{}, errDamaged
	}
	e := entry{lasting: flags[0] == 'L', stage: plan.Stage(flags[1] - '0')}
	e.keyed = flags[2] == 'k'
	var sizeErr, timeErr error
	e.size, sizeErr = strconv.ParseInt(string(fields[1]), 10, 64)
	e.mtime, timeErr = strconv.ParseInt(string(fields[2]), 10, 64)
	var sum [4]byte
	_, crcErr := hex.Decode(sum[:], crc)
	e.crc = binary.BigEndian.Uint32(sum[:])
	_, stampErr := hex.Decode(e.stamp[:], stamp)
	if sizeErr != nil || timeErr != nil || crcErr != nil || stampErr != nil || e.size < 0 || e.stage > plan.Indexes {
		return entry{}, errDamaged
	}
	path, fit := same(rest)
	// The path is where a later build may remove a file: it never leaves the target.
	if !fit && plan.CheckPath(path) != nil {
		return entry{}, errDamaged
	}
	e.path = path
	return e, nil
}

// history is what earlier builds left behind, besides what the states of an update hold.
type history struct {
	recorded bool   // there is a record of this target
	label    string // of that record
	journal  bool   // there is a file where the journal goes
	notes    []string
}

// found is what reading a record or journal tells besides its entries.
type found struct {
	there bool   // there is a file
	label string // in it
	lost  error  // why it cannot be understood: then none of the entries counts
}

// readRecord reads a record or journal and hands its entries over.
func readRecord(d disk, name, target string, same func(path []byte) (string, bool), use func(entry)) (found, error) {
	in, err := openFile(d, name)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return found{}, nil
	case errors.Is(err, errDamaged):
		return found{there: true, lost: err}, nil
	case err != nil:
		return found{}, fmt.Errorf("couldn't read the record of the last build: %w", err)
	}
	defer in.Close()
	label, err := readEntries(in, target, same, use)
	var newer *newerError
	switch {
	case err == nil:
		return found{there: true, label: label}, nil
	case errors.Is(err, errDamaged), errors.As(err, &newer), errors.Is(err, errOlder), errors.Is(err, errForeign):
		return found{there: true, lost: err}, nil
	}
	return found{}, fmt.Errorf("couldn't read the record of the last build: %w", err)
}

// openFile opens a record or journal, if it is a file and not larger than one can be.
func openFile(d disk, name string) (io.ReadCloser, error) {
	info, err := d.Lstat(name)
	switch {
	case err != nil:
		return nil, err
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%s is not a file", name)
	case info.Size() > maxRecordSize:
		return nil, errDamaged
	}
	return d.Open(name)
}

func readEntries(in io.Reader, target string, same func(path []byte) (string, bool), use func(entry)) (label string, err error) {
	r, err := openRecord(in)
	if err != nil {
		return "", err
	}
	if r.target != target {
		return "", fmt.Errorf("%w, %q", errForeign, r.target)
	}
	for {
		e, err := r.next(same)
		if errors.Is(err, io.EOF) {
			return r.label, nil
		}
		if err != nil {
			return "", err
		}
		use(e)
	}
}

var errForeign = errors.New("it is of another folder")

// writeRecord replaces a record or journal whole.
func writeRecord(d disk, p places, name, label string, entries iter.Seq[entry]) error {
	err := d.Stream(p.draft(), func(w io.Writer) error {
		return encodeRecord(w, p.target, label, entries)
	})
	if err == nil {
		err = d.Rename(p.draft(), name)
	}
	if err != nil {
		_ = d.Remove(p.draft())
		return fmt.Errorf("couldn't write the record of this build: %w", err)
	}
	return nil
}
