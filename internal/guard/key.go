package guard

import (
	"bytes"

	"blazon/internal/badge"
)

// sameKey reports whether a key is of the same type and has the same public half.
func sameKey(a, b *badge.Key) bool { return a.Type == b.Type && bytes.Equal(a.Public, b.Public) }

// publishes reports whether an issuer's key has a document of its own.
func publishes(i *badge.Issuer, k *badge.Key) bool {
	return i.OB3 || i.Signed && k.Type == badge.RSA
}
