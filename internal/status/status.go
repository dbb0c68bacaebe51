// Package status packs and unpacks the bits of status lists: Bitstring Status List 1.0 and its forerunner
// StatusList2021, whose lists have the same form but for one letter.
package status

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"strings"

	"blazon/internal/deflate"
)

// Size is the number of slots of one list. It is the least that the standard allows, so that a slot hides its award
// among many others (BSL §6.1).
const Size = 131072

// The bounds of what is unpacked, in bytes.
const (
	unpackedLimit = 16 << 20
	packedLimit   = unpackedLimit + unpackedLimit/64
)

// Errors of lists.
var (
	ErrForm   = errors.New("is not a status list: base64url of a gzip stream")
	ErrShort  = fmt.Errorf("is a status list of fewer than %d slots", Size)
	ErrLength = fmt.Errorf("is a status list of more than %d bytes", unpackedLimit)
)

// Bits are a list's slots, eight a byte, the first in the highest bit (BSL §3.3 "Bitstring Encoding").
type Bits []byte

// NewBits is a list of Size slots, none set.
func NewBits() Bits { return make(Bits, Size/8) }

// Len is the number of slots.
func (b Bits) Len() int { return len(b) * 8 }

// Set sets a slot. One out of range panics, as a slice does.
func (b Bits) Set(i int) { b[i>>3] |= 0x80 >> (i & 7) }

// Get is a slot, and whether the list has it.
func (b Bits) Get(i int) (set, inRange bool) {
	if i < 0 || i >= b.Len() {
		return false, false
	}
	return b[i>>3]&(0x80>>(i&7)) != 0, true
}

// header is that of a gzip stream (RFC 1952 §2.3): deflate, no name, no time, the most effort, no particular system.
const header = "\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\xff"

// Encode packs a list: "u", then the base64url of a gzip stream. The string is a part of what is signed, so that it is
// the same on every machine and with every release of Go: compress/gzip promises nothing of the kind.
func Encode(b Bits) (string, error) {
	switch {
	case b.Len() < Size:
		return "", ErrShort
	case len(b) > unpackedLimit:
		return "", ErrLength
	}
	stream := deflate.Zlib(b, deflate.Best)
	packed := append([]byte(header), stream[2:len(stream)-4]...) // without what zlib puts around it
	packed = binary.LittleEndian.AppendUint32(packed, crc32.ChecksumIEEE(b))
	packed = binary.LittleEndian.AppendUint32(packed, uint32(len(b)))
	return "u" + base64.RawURLEncoding.EncodeToString(packed), nil
}

// Decode unpacks a list, with the "u" of the Bitstring Status List or without it as in StatusList2021. It takes one gzip
// stream in base64url without padding and nothing behind it, of at least Size slots and at most 16 MiB unpacked.
func Decode(s string) (Bits, error) {
	s = strings.TrimPrefix(s, "u") // a gzip stream begins with H4s, so that no other u stands there
	if len(s) > packedLimit/3*4 {
		return nil, ErrLength
	}
	if strings.ContainsAny(s, "\r\n") {
		return nil, ErrForm
	}
	packed, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err != nil {
		return nil, ErrForm
	}
	rest := bytes.NewReader(packed)
	stream, err := gzip.NewReader(rest)
	if err != nil {
		return nil, ErrForm
	}
	stream.Multistream(false)
	bits, err := io.ReadAll(io.LimitReader(stream, unpackedLimit+1))
	switch {
	case err != nil:
		return nil, ErrForm
	case len(bits) > unpackedLimit:
		return nil, ErrLength
	case rest.Len() > 0:
		return nil, ErrForm
	case len(bits) < Size/8:
		return nil, ErrShort
	}
	return bits, nil
}
