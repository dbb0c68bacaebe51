// Package iri turns a web address as people write it into a URL of RFC 3986. The validators of Open Badges refuse
// anything else: a space, an "é" or a host such as bücher.example fails there, although every browser takes it.
//
// What is already legal stays as it is, byte for byte, but for the scheme and the host, which become lower case.
// Nothing is decoded, so "%C3%A9" is not encoded a second time and "a%2Fb" does not become "a/b".
package iri

import (
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"strconv"
	"strings"

	"golang.org/x/net/idna"
)

// MaxLength is the length in bytes of the longest address that Encode takes.
const MaxLength = 8192

// The reasons for which Encode refuses an address. None of them repeats it: what should have been a link may be an
// e-mail address.
var (
	ErrLength   = fmt.Errorf("longer than %d bytes", MaxLength)
	ErrScheme   = errors.New("not an absolute http or https URL")
	ErrHost     = errors.New("no valid host name")
	ErrPort     = errors.New("no valid port number")
	ErrUserinfo = errors.New("a name or password before the host")
	ErrControl  = errors.New("a control character")
)

// Encode is raw, an absolute http or https address, as a URL of RFC 3986: what may not stand in a URL is
// percent-encoded as UTF-8, and a host name in another script becomes its ASCII form (IDNA 2008, mapped as UTS 46
// says). Encoding twice gives the same as encoding once. The error is one of this package's.
func Encode(raw string) (string, error) {
	if len(raw) > MaxLength {
		return "", ErrLength
	}
	for i := range len(raw) {
		if raw[i] < 0x20 || raw[i] == 0x7f {
			return "", ErrControl
		}
	}
	scheme, rest, ok := strings.Cut(raw, "://")
	scheme = strings.ToLower(scheme)
	if !ok || scheme != "http" && scheme != "https" {
		return "", ErrScheme
	}
	end := strings.IndexAny(rest, "/?#")
	if end < 0 {
		end = len(rest)
	}
	if strings.Contains(rest[:end], "@") {
		return "", ErrUserinfo
	}
	host, port, err := split(rest[:end])
	if err != nil {
		return "", err
	}
	var b strings.Builder
	b.Grow(len(raw) + 16)
	b.WriteString(scheme)
	b.WriteString("://")
	b.WriteString(host)
	b.WriteString(port)
	encode(&b, rest[end:])
	return b.String(), nil
}

// split checks an authority and takes it apart: the host in ASCII, and the port with its colon or nothing.
func split(authority string) (host, port string, err error) {
	host = authority
	if i := strings.LastIndexByte(authority, ':'); i >= 0 && !strings.HasSuffix(authority, "]") {
		host, port = authority[:i], authority[i:]
		if n, err := strconv.ParseUint(port[1:], 10, 16); err != nil || n == 0 {
			return "", "", ErrPort
		}
	}
	if strings.HasPrefix(host, "[") {
		addr, err := netip.ParseAddr(strings.TrimSuffix(host[1:], "]"))
		if err != nil || !addr.Is6() || addr.Zone() != "" || !strings.HasSuffix(host, "]") {
			return "", "", ErrHost
		}
		return strings.ToLower(host), port, nil
	}
	host, err = ascii(host)
	return host, port, err
}

// ascii is a host name in lower-case ASCII.
func ascii(host string) (string, error) {
	// A browser hands out bücher.example as b%C3%BCcher.example too, and RFC 3986 says that both are one name.
	if strings.Contains(host, "%") {
		plain, err := url.PathUnescape(host)
		if err != nil {
			return "", ErrHost
		}
		host = plain
	}
	if !isASCII(host) {
		mapped, err := idna.Lookup.ToASCII(host)
		if err != nil {
			return "", ErrHost
		}
		host = mapped
	}
	host = strings.ToLower(host)
	// An empty label is a typing mistake everywhere but at the end, where it is the root.
	if host == "" || len(host) > 253 || host[0] == '.' || strings.Contains(host, "..") {
		return "", ErrHost
	}
	for i := range len(host) {
		c := host[i]
		if !isAlphanumeric(c) && c != '-' && c != '.' && c != '_' {
			return "", ErrHost
		}
	}
	return host, nil
}

// encode writes the path, query and fragment that stand in tail.
func encode(b *strings.Builder, tail string) {
	const hex = "0123456789ABCDEF"
	var fragment bool
	for i := range len(tail) {
		c := tail[i]
		keep := isAlphanumeric(c) || strings.IndexByte("-._~!$&'()*+,;=:@/?", c) >= 0
		switch c {
		case '#':
			keep, fragment = !fragment, true
		case '%':
			keep = i+2 < len(tail) && isHex(tail[i+1]) && isHex(tail[i+2])
		}
		if keep {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('%')
		b.WriteByte(hex[c>>4])
		b.WriteByte(hex[c&15])
	}
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}

func isAlphanumeric(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z'
}

func isHex(c byte) bool {
	return '0' <= c && c <= '9' || 'a' <= c && c <= 'f' || 'A' <= c && c <= 'F'
}
