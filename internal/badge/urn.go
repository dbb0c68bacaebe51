package badge

import (
	"crypto/sha1"
	"encoding/hex"
)

// namespace is the UUID of URLs (RFC 9562 §6.6), in which names of ours are made.
var namespace = [16]byte{0x6b, 0xa7, 0xb8, 0x11, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8}

// URN is the UUID of version 5 (RFC 9562 §5.5) of a name that starts with "blazon ", which is put before it.
func URN(name string) string {
	h := sha1.New()
	h.Write(namespace[:])
	h.Write([]byte("blazon "))
	h.Write([]byte(name))
	id := h.Sum(nil)[:16]
	id[6] = id[6]&0x0f | 0x50
	id[8] = id[8]&0x3f | 0x80
	text := make([]byte, 0, 45)
	text = append(text, "urn:uuid:"...)
	for i, part := range [][]byte{id[:4], id[4:6], id[6:8], id[8:10], id[10:]} {
		if i > 0 {
			text = append(text, '-')
		}
		text = hex.AppendEncode(text, part)
	}
	return string(text)
}
