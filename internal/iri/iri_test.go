package iri_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/iri"
)

func TestEncode(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"legal", "https://example.org/a/b?c=d&e=f#g", "https://example.org/a/b?c=d&e=f#g"},
		{"no path", "https://example.org", "https://example.org"},
		{"root", "http://example.org/", "http://example.org/"},
		{"query without path", "https://example.org?q=é", "https://example.org?q=%C3%A9"},
		{"upper case", "HTTPS://Example.ORG/Path", "https://example.org/Path"},
		{"port", "https://example.org:8443/", "https://example.org:8443/"},
		{"space", "https://example.org/my work/", "https://example.org/my%20work/"},
		{"accent", "https://example.org/café", "https://example.org/caf%C3%A9"},
		{"astral", "https://example.org/🏅", "https://example.org/%F0%9F%8F%85"},
		{"encoded already", "https://example.org/caf%C3%A9%2Fx", "https://example.org/caf%C3%A9%2Fx"},
		{"half encoded", "https://example.org/caf%C3%A9 é", "https://example.org/caf%C3%A9%20%C3%A9"},
		{"lower-case escapes stay", "https://example.org/%c3%a9", "https://example.org/%c3%a9"},
		{"lone percent sign", "https://example.org/100%", "https://example.org/100%25"},
		{"percent sign and one digit", "https://example.org/%4", "https://example.org/%254"},
		{"percent sign and letters", "https://example.org/%zz", "https://example.org/%25zz"},
		{"brackets", "https://example.org/a[1]?b[]=c#d[e]", "https://example.org/a%5B1%5D?b%5B%5D=c#d%5Be%5D"},
		{"quotes and the like", "https://example.org/\"<>\\^`{|}", "https://example.org/%22%3C%3E%5C%5E%60%7B%7C%7D"},
		{"sub-delimiters", "https://example.org/-._~!$&'()*+,;=:@", "https://example.org/-._~!$&'()*+,;=:@"},
		{"second question mark", "https://example.org/?a?b#c?d", "https://example.org/?a?b#c?d"},
		{"second number sign", "https://example.org/#a#b", "https://example.org/#a%23b"},
		{"number sign before question mark", "https://example.org#a?b", "https://example.org#a?b"},
		{"IDN", "https://bücher.example/x", "https://xn--bcher-kva.example/x"},
		{"IDN in upper case", "https://BÜCHER.example", "https://xn--bcher-kva.example"},
		{"IDN, sharp s is a letter of its own", "https://straße.example/", "https://xn--strae-oqa.example/"},
		{"IDN in punycode", "https://xn--bcher-kva.example/", "https://xn--bcher-kva.example/"},
		{"IDN percent-encoded", "https://b%C3%BCcher.example/", "https://xn--bcher-kva.example/"},
		{"IDN and port", "https://例え.テスト:81/道", "https://xn--r8jz45g.xn--zckzah:81/%E9%81%93"},
		{"IDN with its own full stop", "https://例え。テスト/", "https://xn--r8jz45g.xn--zckzah/"},
		{"underscore in the host", "https://my_host.example/", "https://my_host.example/"},
		{"root label", "https://example.org./", "https://example.org./"},
		{"IPv4", "https://192.0.2.1/", "https://192.0.2.1/"},
		{"IPv6", "https://[2001:DB8::1]:8080/", "https://[2001:db8::1]:8080/"},
		{"IPv6 without port", "https://[::1]", "https://[::1]"},
		{"at sign in the path", "https://example.org/@ada", "https://example.org/@ada"},
		{"bytes that are not UTF-8", "https://example.org/\xff", "https://example.org/%FF"},
		{"longest", "https://example.org/" + strings.Repeat("a", iri.MaxLength-20),
			"https://example.org/" + strings.Repeat("a", iri.MaxLength-20)},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := iri.Encode(c.in)
			require.NoError(t, err)
			assert.Equal(t, c.want, got)
		})
	}
}

func TestEncodeRefuses(t *testing.T) {
	for _, c := range []struct {
		name, in string
		want     error
	}{
		{"empty", "", iri.ErrScheme},
		{"no scheme", "example.org/a", iri.ErrScheme},
		{"relative scheme", "//example.org/a", iri.ErrScheme},
		{"other scheme", "ftp://example.org/", iri.ErrScheme},
		{"mail", "mailto:ada@example.org", iri.ErrScheme},
		{"did", "did:web:example.org", iri.ErrScheme},
		{"data", "data:text/plain,hello", iri.ErrScheme},
		{"one slash", "https:/example.org/", iri.ErrScheme},
		{"space before", " https://example.org/", iri.ErrScheme},
		{"no host", "https:///a", iri.ErrHost},
		{"nothing", "https://", iri.ErrHost},
		{"port alone", "https://:80/", iri.ErrHost},
		{"space in the host", "https://exa mple.org/", iri.ErrHost},
		{"space after the host", "https://example.org ", iri.ErrHost},
		{"backslash", `https:\\example.org\`, iri.ErrScheme},
		{"backslash in the host", `https://example.org\a`, iri.ErrHost},
		{"escaped slash in the host", "https://example.org%2Fa/", iri.ErrHost},
		{"broken escape in the host", "https://example%zz.org/", iri.ErrHost},
		{"empty label", "https://example..org/", iri.ErrHost},
		{"leading full stop", "https://.example.org/", iri.ErrHost},
		{"IDN with a forbidden character", "https://bü cher.example/", iri.ErrHost},
		{"emoji joined to nothing", "https://\u200d.example/", iri.ErrHost},
		{"long host", "https://" + strings.Repeat("abc.", 64) + "org/", iri.ErrHost},
		{"IPv6 without end", "https://[::1/", iri.ErrHost},
		{"IPv6 in words", "https://[nowhere]/", iri.ErrHost},
		{"IPv4 in brackets", "https://[192.0.2.1]/", iri.ErrHost},
		{"IPv6 with a zone", "https://[fe80::1%25eth0]/", iri.ErrHost},
		{"port in words", "https://example.org:http/", iri.ErrPort},
		{"port zero", "https://example.org:0/", iri.ErrPort},
		{"port too large", "https://example.org:65536/", iri.ErrPort},
		{"empty port", "https://example.org:/", iri.ErrPort},
		{"user", "https://ada@example.org/", iri.ErrUserinfo},
		{"user and password", "https://ada:secret@example.org/", iri.ErrUserinfo},
		{"newline", "https://example.org/a\nb", iri.ErrControl},
		{"delete", "https://example.org/\x7f", iri.ErrControl},
		{"too long", "https://example.org/" + strings.Repeat("a", iri.MaxLength), iri.ErrLength},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := iri.Encode(c.in)
			assert.ErrorIs(t, err, c.want)
			assert.Empty(t, got)
		})
	}
}

// legalURL is the grammar of RFC 3986, appendix A, for an http or https URL without user information.
var legalURL = regexp.MustCompile(`^https?://` +
	`(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:[0-9]+)?` +
	`(/(?:[A-Za-z0-9._~!$&'()*+,;=:@/-]|%[0-9A-Fa-f]{2})*)?` +
	`(\?(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?` +
	`(#(?:[A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*)?$`)

func FuzzEncode(f *testing.F) {
	for _, seed := range []string{
		"https://example.org/a?b#c", "https://bücher.example/é", "https://[::1]:80/", "https://a%20b/", "https://x/%%%41",
		"http://例え。テスト/?[]", "https://ada@example.org/", "https://example.org#a#b", "", "https://\xff/", "https://x/\xff",
	} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		once, err := iri.Encode(raw)
		if err != nil {
			assert.Empty(t, once)
			return
		}
		assert.Regexp(t, legalURL, once)
		twice, err := iri.Encode(once)
		require.NoError(t, err)
		assert.Equal(t, once, twice)
		parsed, err := url.Parse(once)
		require.NoError(t, err)
		// What a reader decodes is what was written: nothing is lost or decoded twice.
		if before, err := url.Parse(raw); err == nil {
			assert.Equal(t, before.Path, parsed.Path)
			if query, err := url.ParseQuery(before.RawQuery); err == nil {
				assert.Equal(t, query, parsed.Query())
			}
			assert.Equal(t, before.Fragment, parsed.Fragment)
		}
	})
}
