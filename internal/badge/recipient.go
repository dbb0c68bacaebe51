package badge

import (
	"crypto/md5"
	"crypto/sha256"
	"encoding/hex"
	"strings"
)

// RecipientKind says what identifies a recipient.
type RecipientKind uint8

// The kinds of recipient identity. NoRecipient is what an erased award has.
const (
	NoRecipient RecipientKind = iota
	Email
	URL
	Telephone
	DID
)

// String is the property name that OB 2.0 uses as the type of an IdentityObject, and the key in YAML.
func (k RecipientKind) String() string {
	return [...]string{"", "email", "url", "telephone", "did"}[k]
}

// Recipient is who an award was given to: a plain identity, or the salted hash of one that never enters the repository.
type Recipient struct {
	Kind  RecipientKind
	Plain string // empty where only the hash is known
	Hash  string // "sha256$" and 64 hexadecimal digits, or "md5$" and 32; empty where Plain is set
	Salt  string // goes with Hash
}

// Is reports whether two recipients are known to be the same: two plain identities where kind and text are, two hashes
// where text and salt are, a plain identity and a hash where hashing it with the hash's salt gives it. Two hashes with
// different salts cannot be compared.
func (r Recipient) Is(other Recipient) bool {
	switch {
	case r.Kind != other.Kind || r.Kind == NoRecipient:
		return false
	case r.Hash == "" && other.Hash == "":
		return r.Plain == other.Plain
	case r.Hash == "":
		return MatchesHash(other.Hash, r.Plain, other.Salt)
	case other.Hash == "":
		return MatchesHash(r.Hash, other.Plain, r.Salt)
	}
	return r.Salt == other.Salt && strings.EqualFold(r.Hash, other.Hash)
}

// Identity is what is published in place of a recipient (OB 2.0, IdentityObject; OB 3.0, IdentityObject).
type Identity struct {
	Kind RecipientKind
	Hash string // "sha256$" and 64 lower-case hexadecimal digits, or "md5$" and 32
	Salt string
}

// Identity is the recipient's hashed identity. It is empty for a DID, which is published as it is, and for NoRecipient.
func (a *Award) Identity() Identity {
	r := a.Recipient
	switch {
	case r.Kind == NoRecipient || r.Kind == DID:
		return Identity{}
	case r.Hash != "":
		return Identity{Kind: r.Kind, Hash: strings.ToLower(r.Hash), Salt: r.Salt}
	}
	salt := Salt(a.ID)
	return Identity{Kind: r.Kind, Hash: HashIdentity(r.Plain, salt), Salt: salt}
}

// Salt is the salt of an award's recipient: the first 16 hexadecimal digits of SHA-256("blazon salt " + id).
func Salt(id string) string {
	text := append(make([]byte, 0, 64), "blazon salt "...)
	sum := sha256.Sum256(append(text, id...))
	var salt [16]byte
	hex.Encode(salt[:], sum[:8])
	return string(salt[:])
}

// HashIdentity is "sha256$" and the hexadecimal SHA-256 of identity and salt, in that order (OB 2.0, IdentityHash).
func HashIdentity(identity, salt string) string {
	text := append(make([]byte, 0, 128), identity...)
	sum := sha256.Sum256(append(text, salt...))
	const kind = "sha256$"
	var hash [len(kind) + 2*sha256.Size]byte
	copy(hash[:], kind)
	hex.Encode(hash[len(kind):], sum[:])
	return string(hash[:])
}

// MatchesHash reports whether a stated hash, sha256$... or md5$..., is that of identity and salt (OB 2.0, IdentityHash).
func MatchesHash(hash, identity, salt string) bool {
	if digits, ok := strings.CutPrefix(hash, "md5$"); ok {
		sum := md5.Sum([]byte(identity + salt))
		return strings.EqualFold(digits, hex.EncodeToString(sum[:]))
	}
	return strings.EqualFold(hash, HashIdentity(identity, salt))
}

// NormalEmail is the form of an e-mail address that is hashed: trimmed and in lower case. No standard normalises the
// identity, and most backpacks store addresses so.
func NormalEmail(address string) string {
	return strings.ToLower(strings.TrimSpace(address))
}
