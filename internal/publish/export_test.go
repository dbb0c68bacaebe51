package publish

import (
	"bytes"
	"slices"
)

// What the tests of the package's inside need.
type (
	Disk   = disk
	OSDisk = osDisk
	Base   = base
	Entry  = entry
)

// NamedBase is a base whose every operation is one of the disk.
func NamedBase(d Disk, dir string) Base { return namedBase{disk: d, dir: dir} }

var (
	WriteOn     = write
	UnchangedOn = unchanged
)

// EncodeRecord is a record as bytes.
func EncodeRecord(target, label string, entries []Entry) []byte {
	var b bytes.Buffer
	if err := encodeRecord(&b, target, label, slices.Values(entries)); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// ParseRecord reads a record whole.
func ParseRecord(data []byte) (target, label string, entries []Entry, err error) {
	r, err := openRecord(bytes.NewReader(data))
	if err != nil {
		return "", "", nil, err
	}
	label, err = readEntries(bytes.NewReader(data), r.target, func(path []byte) (string, bool) { return string(path), false },
		func(e Entry) { entries = append(entries, e) })
	if err != nil {
		return "", "", nil, err
	}
	return r.target, label, entries, nil
}
