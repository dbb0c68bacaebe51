package keyring

import (
	"crypto"
	"crypto/ed25519"
	_ "embed" // example_rsa.pem
	"net/url"
	"strings"
)

// exampleSeed makes the Ed25519 key of the program's examples. It is public knowledge.
const exampleSeed = "blazon's example key: not secret"

//go:embed example_rsa.pem
var exampleRSA []byte

// Example is the private half of the program's own example keys, an Ed25519 and an RSA one, by their public halves.
//
// They are published in the program, so that an example project builds signed on any machine, and prove nothing. They are
// given out only where the base URL's host is, or stands below, a name that RFC 2606 reserves for examples and tests,
// which nobody can own: example.com, example.net, example.org, .example, .test, .invalid, .localhost.
func Example(public crypto.PublicKey, baseURL string) (crypto.Signer, bool) {
	if !Reserved(baseURL) {
		return nil, false
	}
	for _, key := range examples() {
		if Fits(key, public) {
			return key, true
		}
	}
	return nil, false
}

// IsExample reports whether a public key is the other half of one that the program publishes.
func IsExample(public crypto.PublicKey) bool {
	for _, key := range examples() {
		if Fits(key, public) {
			return true
		}
	}
	return false
}

// Examples are the public halves of the example keys: the Ed25519 one, then the RSA one.
func Examples() []crypto.PublicKey {
	var keys []crypto.PublicKey
	for _, key := range examples() {
		keys = append(keys, key.Public())
	}
	return keys
}

func examples() []crypto.Signer {
	keys := []crypto.Signer{ed25519.NewKeyFromSeed([]byte(exampleSeed))}
	if key, err := Parse(exampleRSA); err == nil {
		keys = append(keys, key)
	}
	return keys
}

// Reserved reports whether an address's host is under a name of RFC 2606 §2 and §3.
func Reserved(address string) bool {
	u, err := url.Parse(address)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil || u.Opaque != "" {
		return false
	}
	host := strings.ToLower(u.Hostname())
	labels := strings.Split(host, ".")
	for _, l := range labels {
		if l == "" || strings.Trim(l, "abcdefghijklmnopqrstuvwxyz0123456789-_") != "" {
			return false
		}
	}
	switch top := labels[len(labels)-1]; top {
	case "example", "test", "invalid", "localhost":
		return true
	case "com", "net", "org":
		return len(labels) >= 2 && labels[len(labels)-2] == "example"
	}
	return false
}
