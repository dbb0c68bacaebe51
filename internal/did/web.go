// Package did reads and writes decentralized identifiers as issuers of badges use them: did:web names and where their
// documents stand, controller documents (Controlled Identifiers 1.0), and did:key and did:jwk, which are their own
// documents. It never fetches anything.
package did

import (
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
)

// Errors of identifiers.
var (
	ErrDID     = errors.New("is not a decentralized identifier in its one spelling")
	ErrMethod  = errors.New("is of a DID method that is not known here")
	ErrBaseURL = errors.New("is not an address that a did:web can be made of")
)

// nameLimit is the longest identifier that is read, in bytes: a did:jwk of an RSA key of 8192 bits, and some.
const nameLimit = 4096

const webPrefix = "did:web:"

// Web is the did:web name whose document stands under a base URL, in the folders below it (did:web "Create"):
// "https://example.org/badges", "issuers", "x" is did:web:example.org:badges:issuers:x. The base URL is an https address
// without a slash at its end, query or user; the error is ErrBaseURL where no name can be made that WebURL leads back.
func Web(baseURL string, below ...string) (string, error) {
	rest, ok := strings.CutPrefix(baseURL, "https://")
	if !ok {
		return "", fmt.Errorf("%w: it does not begin with https://", ErrBaseURL)
	}
	host, path, hasPath := strings.Cut(rest, "/")
	var segments []string
	if hasPath {
		segments = strings.Split(path, "/")
	}
	segments = append(segments, below...)
	name := webPrefix + strings.Replace(host, ":", "%3A", 1)
	for _, s := range segments {
		if strings.Contains(s, ":") {
			return "", fmt.Errorf("%w: a colon stands in its path", ErrBaseURL)
		}
		name += ":" + s
	}
	if _, err := WebURL(name); err != nil {
		return "", fmt.Errorf("%w: %s %w", ErrBaseURL, name, err)
	}
	return name, nil
}

// WebURL is the address of a did:web's document (did:web "Read (Resolve)"). It is https, on a host in lower-case ASCII
// that is no IP address, and its path holds no folder that leads elsewhere. Other DID methods are ErrMethod.
func WebURL(name string) (string, error) {
	if len(name) > nameLimit {
		return "", ErrDID
	}
	rest, ok := strings.CutPrefix(name, webPrefix)
	if !ok {
		if strings.HasPrefix(name, "did:") {
			return "", ErrMethod
		}
		return "", ErrDID
	}
	parts := strings.Split(rest, ":")
	host, port, hasPort := strings.Cut(parts[0], "%3A")
	if !isHost(host) || hasPort && !isPort(port) {
		return "", ErrDID
	}
	address := "https://" + host
	if hasPort {
		address += ":" + port
	}
	for _, s := range parts[1:] {
		if !isSegment(s) {
			return "", ErrDID
		}
		address += "/" + s
	}
	if len(parts) == 1 {
		address += "/.well-known"
	}
	return address + "/did.json", nil
}

// isHost reports whether a text is a DNS name in lower case. One whose last label is a number, in decimal or in
// hexadecimal, is an IPv4 address to browsers.
func isHost(host string) bool {
	labels := strings.Split(host, ".")
	for _, l := range labels {
		if l == "" || len(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
			return false
		}
		for _, c := range []byte(l) {
			if c != '-' && (c < '0' || c > '9') && (c < 'a' || c > 'z') {
				return false
			}
		}
	}
	last := labels[len(labels)-1]
	if hex, ok := strings.CutPrefix(last, "0x"); ok && strings.Trim(hex, "0123456789abcdef") == "" {
		return false
	}
	return len(host) <= 253 && strings.Trim(last, "0123456789") != ""
}

func isPort(port string) bool {
	n, err := strconv.ParseUint(port, 10, 16)
	return err == nil && n > 0 && port == strconv.FormatUint(n, 10)
}

// isSegment reports whether a text may stand between the colons (DID Core §3.1 "method-specific-id") and names one
// folder.
func isSegment(s string) bool {
	if s == "" {
		return false
	}
	for i := 0; i < len(s); i++ {
		c := s[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '-', c == '_':
		case c == '%' && i+2 < len(s) && isHex(s[i+1]) && isHex(s[i+2]):
			i += 2
		default:
			return false
		}
	}
	plain, err := url.PathUnescape(s)
	return err == nil && plain != "." && plain != ".." && !strings.ContainsAny(plain, "/\\\x00")
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'A' && c <= 'F' || c >= 'a' && c <= 'f' }

// isDID reports whether a text is a DID alone, without a path, query or fragment (DID Core §3.1).
func isDID(s string) bool {
	rest, ok := strings.CutPrefix(s, "did:")
	if !ok || len(s) > nameLimit {
		return false
	}
	method, id, ok := strings.Cut(rest, ":")
	if !ok || method == "" || id == "" || id[len(id)-1] == ':' {
		return false
	}
	for _, c := range []byte(method) {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	for i := 0; i < len(id); i++ {
		c := id[i]
		switch {
		case c >= 'a' && c <= 'z', c >= 'A' && c <= 'Z', c >= '0' && c <= '9', c == '.', c == '-', c == '_', c == ':':
		case c == '%' && i+2 < len(id) && isHex(id[i+1]) && isHex(id[i+2]):
			i += 2
		default:
			return false
		}
	}
	return true
}
