package model_test

import (
	"regexp"
	"strings"
	"testing"
	"time"
	"unicode"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/iri"
	"blazon/internal/model"
	"blazon/internal/zone"
)

func TestParseDate(t *testing.T) {
	zurich, err := zone.Load("Europe/Zurich")
	require.NoError(t, err)
	tests := map[string]struct {
		day        string
		hasTime    bool
		start, end string // in Zurich's zone, as UTC
	}{
		"2026-03-14":                {"2026-03-14", false, "2026-03-13T23:00:00Z", "2026-03-14T22:59:59Z"},
		"2026-07-14":                {"2026-07-14", false, "2026-07-13T22:00:00Z", "2026-07-14T21:59:59Z"},
		"2026-03-29":                {"2026-03-29", false, "2026-03-28T23:00:00Z", "2026-03-29T21:59:59Z"}, // 23 hours long
		"2026-10-25":                {"2026-10-25", false, "2026-10-24T22:00:00Z", "2026-10-25T22:59:59Z"}, // 25 hours long
		"2028-02-29":                {"2028-02-29", false, "2028-02-28T23:00:00Z", "2028-02-29T22:59:59Z"},
		"1900-01-01":                {"1900-01-01", false, "1899-12-31T23:00:00Z", "1900-01-01T22:59:59Z"},
		"9998-12-31":                {"9998-12-31", false, "9998-12-30T23:00:00Z", "9998-12-31T22:59:59Z"},
		"2026-03-14T18:30":          {"2026-03-14", true, "2026-03-14T17:30:00Z", "2026-03-14T17:30:00Z"},
		"2026-03-14T18:30:59":       {"2026-03-14", true, "2026-03-14T17:30:59Z", "2026-03-14T17:30:59Z"},
		"2026-03-29T02:30":          {"2026-03-29", true, "2026-03-29T01:30:00Z", "2026-03-29T01:30:00Z"}, // skipped by the clocks
		"2026-03-14T18:30Z":         {"2026-03-14", true, "2026-03-14T18:30:00Z", "2026-03-14T18:30:00Z"},
		"2026-03-14T18:30:00Z":      {"2026-03-14", true, "2026-03-14T18:30:00Z", "2026-03-14T18:30:00Z"},
		"2026-03-14T18:30-11:30":    {"2026-03-14", true, "2026-03-15T06:00:00Z", "2026-03-15T06:00:00Z"},
		"2026-03-14T00:00:00+14:00": {"2026-03-14", true, "2026-03-13T10:00:00Z", "2026-03-13T10:00:00Z"},
	}
	for s, want := range tests {
		t.Run(s, func(t *testing.T) {
			d, err := model.ParseDate(s)
			require.NoError(t, err)
			assert.Equal(t, want.day, d.Day)
			assert.Equal(t, want.hasTime, d.HasTime)
			assert.Equal(t, want.start, d.Start(zurich).UTC().Format(time.RFC3339))
			assert.Equal(t, want.end, d.End(zurich).UTC().Format(time.RFC3339))
		})
	}
	for s, want := range map[string]string{
		"":                          "is not a date",
		"today":                     "is not a date",
		"2026":                      "is not a date",
		"2026-3-14":                 "is not a date",
		"14.03.2026":                "is not a date",
		"2026-03-14 18:30":          "is not a date",
		"2026-03-14T":               "is not a date",
		"2026-03-14T24:00":          "is not a date",
		"2026-03-14T18:30:60Z":      "is not a date",
		"2026-03-14T18:30:00+25:00": "is not a date",
		"2026-03-14Z":               "is not a date",
		" 2026-03-14":               "is not a date",
		"2026-02-30":                "is not on the calendar",
		"2026-02-29":                "is not on the calendar",
		"2100-02-29":                "is not on the calendar",
		"2026-04-31T18:30Z":         "is not on the calendar",
		"1899-12-31":                "is not between the years 1900 and 9998",
		"9999-01-01":                "is not between the years 1900 and 9998",
		"0000-01-01":                "is not between the years 1900 and 9998",
	} {
		_, err := model.ParseDate(s)
		assert.EqualError(t, err, want, s)
	}
}

func TestParseSpan(t *testing.T) {
	for s, want := range map[string]badge.Span{"1y": {Years: 1}, "1000y": {Years: 1000}, "18mo": {Months: 18}, "12000mo": {Months: 12000}, "90d": {Days: 90}, "99999d": {Days: 99999}} {
		got, err := model.ParseSpan(s)
		require.NoError(t, err, s)
		assert.Equal(t, want, got)
		assert.Equal(t, s, got.String())
	}
	for s, want := range map[string]string{
		"": "is not a length of time", "2": "is not a length of time", "y": "is not a length of time", "0y": "is not a length of time", "-2y": "is not a length of time",
		"+2y": "is not a length of time", "02y": "is not a length of time", "1.5y": "is not a length of time", "2 y": "is not a length of time", "2Y": "is not a length of time",
		"3m": "is not a length of time", "1y6mo": "is not a length of time", "100000d": "is not a length of time", "99999999999999999999d": "is not a length of time",
		"1001y": "is longer than a thousand years", "12001mo": "is longer than a thousand years",
	} {
		_, err := model.ParseSpan(s)
		assert.EqualError(t, err, want, s)
	}
}

func TestCheckSlug(t *testing.T) {
	for _, s := range []string{"a", "go-basics", "101", "a_b", "a.b", "-", "_", "-a", "a-", "con1", "console", "com10", strings.Repeat("a", 100)} {
		assert.NoError(t, model.CheckSlug(s), s)
	}
	for s, want := range map[string]string{
		"":                       "is empty",
		strings.Repeat("a", 101): "is longer than 100 characters",
		"con":                    "is a name that Windows reserves for a device",
		"nul.yaml":               "is a name that Windows reserves for a device",
		"com1":                   "is a name that Windows reserves for a device",
		"lpt9.x.y":               "is a name that Windows reserves for a device",
		".a":                     "starts with a dot",
		"..":                     "starts with a dot",
		"a.":                     "ends in a dot",
		"Go":                     "has capital letters",
		"GRÜSSE":                 "has capital letters",
		"go basics":              "has the character ' '",
		"a/b":                    "has the character '/'",
		"grüße":                  "has the character 'ü'",
		"a%20b":                  "has the character '%'",
		"a\x00":                  `has the character '\x00'`,
		"ａ":                      "has the character 'ａ'",
		"a\u202eb":               `has the character '\u202e'`,
	} {
		assert.EqualError(t, model.CheckSlug(s), want, "%q", s)
	}
}

func TestCheckBaseURL(t *testing.T) {
	for _, s := range []string{
		"https://badges.example.org", "https://example.org/badges", "https://example.org/a/b-c/d_e/f.g", "https://badges.example.org:8443", "https://example.org:65535/x",
		"https://xn--e1afmkfd.example", "https://1.example", "https://a-b.example", "https://" + strings.Repeat("a", 63) + ".example", "https://example.org/a.b",
	} {
		assert.NoError(t, model.CheckBaseURL(s), s)
	}
	for s, want := range map[string]string{
		"":                                                "is not an https URL",
		"badges.example.org":                              "is not an https URL",
		"ftp://badges.example.org":                        "is not an https URL",
		"http://badges.example.org":                       "is http, but badges are verified over https",
		"https://":                                        "ends in a slash",
		"https://badges.example.org/":                     "ends in a slash",
		"https://ada@example.org":                         "holds a user name",
		"https://example.org?x":                           "has a query or a fragment",
		"https://example.org?":                            "has a query or a fragment",
		"https://example.org#":                            "has a query or a fragment",
		"https://example.org#x":                           "has a query or a fragment",
		"https://192.0.2.7":                               "is an IP address, which badges outlive",
		"https://[2001:db8::1]":                           "is an IP address, which badges outlive",
		"https://1.2.3":                                   "is an IP address, which badges outlive",
		"https://2130706433":                              "is an IP address, which badges outlive",
		"https://localhost":                               "is localhost, where nobody else can verify a badge",
		"https://localhost:8080":                          "is localhost, where nobody else can verify a badge",
		"https://a.localhost":                             "is localhost, where nobody else can verify a badge",
		"https://intranet":                                "has a host name without a dot",
		"https://Badges.example.org":                      "has capital letters in its host name",
		"https://例え.example":                              "holds the character '例'; a host name is written in its xn-- form",
		"https://example.org:":                            "has an empty port",
		"https://example.org:0":                           "has a port that does not exist",
		"https://example.org:65536":                       "has a port that does not exist",
		"https://example.org:x":                           "is not a URL",
		"HTTPS://a.example":                               "has capital letters in https://",
		"https:a.example":                                 "is not an https URL",
		"https://a;b.example":                             "has a host name that cannot exist",
		"https://a_b.example":                             "has a host name that cannot exist",
		"https://a.5":                                     "has a host name that cannot exist",
		"https://a..example":                              "has a host name that cannot exist",
		"https://.example.org":                            "has a host name that cannot exist",
		"https://example.org.":                            "has a host name that cannot exist",
		"https://-a.example":                              "has a host name that cannot exist",
		"https://a-.example":                              "has a host name that cannot exist",
		"https://" + strings.Repeat("a", 64) + ".example": "has a host name that cannot exist",
		"https://example.org//a":                          `has the path segment "", which is empty`,
		"https://example.org/Badges":                      `has the path segment "Badges", which has capital letters`,
		"https://example.org/a/../b":                      `has the path segment "..", which starts with a dot`,
		"https://example.org/con":                         `has the path segment "con", which is a name that Windows reserves for a device`,
		"https://example.org/a%20b":                       `has the path segment "a%20b", which has the character '%'`,
		"https://example.org/ä":                           "holds the character 'ä'; a host name is written in its xn-- form",
		"https://example.org/\x7f":                        "is not a URL",
		" https://example.org":                            "is not a URL",
	} {
		assert.EqualError(t, model.CheckBaseURL(s), want, "%q", s)
	}
}

// Whatever passes a base URL's check fits its pattern, and the other way round but for what a pattern cannot say.
func FuzzCheckBaseURL(f *testing.F) {
	for _, s := range []string{"https://badges.example.org", "https://example.org/a/b", "https://a.b:80", "http://x.y", "https://例え.example", "https://[::1]", "https://x.y/%2e"} {
		f.Add(s)
	}
	var format *model.Format
	for _, file := range model.Files() {
		if file.Name == "site" {
			field, _ := file.Type.Object.Field("base_url")
			format = field.Type.Format
		}
	}
	require.NotNil(f, format)
	f.Fuzz(func(t *testing.T, s string) {
		if model.CheckBaseURL(s) == nil {
			assert.NoError(t, format.Valid(s), "%q", s)
		}
	})
}

// The other formats, each with what fits and what does not.
func TestFormats(t *testing.T) {
	formats := make(map[string]*model.Format)
	var collect func(*model.Type)
	collect = func(t *model.Type) {
		if t.Format != nil {
			formats[t.Format.Name] = t.Format
		}
		if t.Item != nil {
			collect(t.Item)
		}
		if t.Object != nil {
			for _, f := range t.Object.Fields {
				collect(f.Type)
			}
		}
		for _, c := range t.Choices {
			collect(c)
		}
	}
	for _, f := range model.Files() {
		collect(f.Type)
	}
	tests := map[string]struct{ good, bad []string }{
		"text":            {[]string{"", "a\n\tb", "證書 🏅"}, []string{"a\x00", "a\r", "\x1b", "\x7f", "\u009b"}},
		"prose":           {[]string{"a", "a\nb"}, []string{"", " \n\t", "\u00a0", "a\x00"}},
		"line":            {[]string{"a", " a ", "證"}, []string{"", " ", "a\nb", "a\tb", "a\n", "\u00a0", "a\u0085b"}},
		"day":             {[]string{"2026-03-14"}, []string{"2026-03-14T18:30", "2026-02-30", "2026-3-14"}},
		"date":            {[]string{"2026-03-14", "2026-03-14T18:30", "2026-03-14T18:30:00+01:00"}, []string{"never", "2026-03-14T18:30:00.5Z", "2026-03-14T18"}},
		"date-or-never":   {[]string{"never", "2026-03-14"}, []string{"Never", "", "2026-02-30"}},
		"span":            {[]string{"2y", "18mo", "90d"}, []string{"2", "2 y", "1001y"}},
		"url":             {[]string{"https://example.org", "http://a/b?c#d", "https://[2001:db8::1]/", "https://例え.example/ü", "https://a_b.example:65535/?q=%C3%A9#ü"}, []string{"example.org", "https://", "https:///a", "https://a b", "https://a\\b", "ftp://a", "HTTPS://a", "https://u@a/", "https://a/%zz", "https://:443/", "https://a..b/", "https://.example/", "javascript:alert(1)"}},
		"email":           {[]string{"a@b.c", "a+b@c.d", "ада@пример.рф", "o'brien@example.org", "a.b-c_d@xn--e1afmkfd.example", "!#$%&*=?^_`{|}~-@example.org", "a@b-c.example", "a@1.example"}, []string{"", "a", "a@", "@b", "a@b", "a@b@c.d", "a @b.c", " a@b.c", "A <a@b.c>", "a@ex_ample.org", "a@b!c.org", "a@.", "@.b"}},
		"recipient-email": {[]string{"a@b.c", " a@b.c ", "A@B.C"}, []string{"", "a", "a@b", "a@b@c.d", "a b@c.d", "\ta@b.c"}},
		"telephone":       {[]string{"+41441234567", "+1", "+123456789012345", "+41441234567;ext=12"}, []string{"", "+0", "0441234567", "+41 44", "+1234567890123456", "+41;ext=", "tel:+41"}},
		"did":             {[]string{"did:web:example.org", "did:key:z6Mk", "did:web:example.org%3A3000:a"}, []string{"", "did:web", "did:web:", "did::x", "DID:web:x", "did:Web:x", "did:web:x/y", "did:web:x#y", "did:web:x:"}},
		"hash":            {[]string{"sha256$" + strings.Repeat("aB", 32), "md5$" + strings.Repeat("0", 32)}, []string{"", strings.Repeat("a", 64), "sha256$", "sha256$" + strings.Repeat("a", 63), "sha512$" + strings.Repeat("a", 128), "md5$" + strings.Repeat("g", 32)}},
		"slug":            {[]string{"a", "go-basics"}, []string{"", "Go", "con", "a/b", ".a"}},
		"id":              {[]string{"k7q2m4x5o3d6a2f7w4z5b6c7ey"}, []string{"", "k7q2", "K7Q2M4X5O3D6A2F7W4Z5B6C7EY", "07q2m4x5o3d6a2f7w4z5b6c7ey", "k7q2m4x5o3d6a2f7w4z5b6c7eyy"}},
		"base-url":        {[]string{"https://badges.example.org"}, []string{"", "https://localhost"}},
		"language":        {[]string{"en", "no", "pt-BR", "zh-Hant-TW"}, []string{"", "e", "english", "de_CH", "de-"}},
		"time-zone":       {[]string{"UTC", "Europe/Zurich", "America/Argentina/Buenos_Aires"}, []string{"", "Local", "Europe/zurich", "Europe", "Europe/", "../UTC", "+01:00"}},
		"file":            {[]string{"a.png", "a/b.png", "a..b.png", "ä b.svg"}, []string{"", "/a", "../a", "a/../b", "./a", "a//b", "a/", `a\b`, "C:/a", "c:a", "https://a/b", "a\x00b"}},
	}
	for name := range formats {
		assert.Contains(t, tests, name)
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			f := formats[name]
			require.NotNil(t, f)
			assert.NotEmpty(t, f.Hint)
			assert.NotNil(t, f.Rule)
			for _, s := range test.good {
				assert.NoError(t, f.Valid(s), "%q", s)
			}
			for _, s := range test.bad {
				err := f.Valid(s)
				if assert.Error(t, err, "%q", s) && len(s) > 6 && name != "base-url" {
					assert.NotContains(t, err.Error(), s, "the error repeats the value")
				}
			}
		})
	}
}

// formatOf finds a format by a field that has it.
func formatOf(t testing.TB, object, key string) *model.Format {
	t.Helper()
	for _, file := range model.Files() {
		if file.Name == object {
			field, ok := file.Type.Object.Field(key)
			require.True(t, ok)
			return field.Type.Format
		}
	}
	require.Fail(t, "no such object", object)
	return nil
}

// The reasons for which an address is refused. None of them repeats it.
func TestEmailReasons(t *testing.T) {
	email := formatOf(t, "issuer", "email")
	for s, want := range map[string]string{
		"mailto:ada@example.org":    "begins with mailto:, which is no part of an address",
		"MailTo:ada@example.org":    "begins with mailto:, which is no part of an address",
		"ada\u200b@example.org":     "holds an invisible character",
		"ada@exa\u202emple.org":     "holds an invisible character",
		"\ufeffada@example.org":     "holds an invisible character",
		"ada@example.org\u2060":     "holds an invisible character",
		"a\u00adda@example.org":     "holds an invisible character",
		"ada@example.org\U000e0001": "holds an invisible character",
		"ada\u3000@example.org":     "holds an invisible character",
		"<ada@example.org>":         "holds the character '<'",
		"ada@example.org>":          "holds the character '>'",
		"ada@example.org,":          "holds the character ','",
		"ada@example.org;b@c.org":   "holds the character ';'",
		"ada:x@example.org":         "holds the character ':'",
		"ada@example.org:25":        "holds the character ':'",
		"ada(home)@example.org":     "holds the character '('",
		"ada)@example.org":          "holds the character ')'",
		"ada@[192.0.2.1]":           "holds the character '['",
		"ada]@example.org":          "holds the character ']'",
		"ada\\@example.org":         "holds the character '\\\\'",
		"ada@example.org/x":         "holds the character '/'",
		`"ada"@example.org`:         `holds the character '"'`,
		"“ada@example.org”":         "holds the character '“'",
		"o’brien@example.org":       "holds the character '’'",
		"«ada@example.org»":         "holds the character '«'",
		"「ada@example.org」":         "holds the character '「'",
		".ada@example.org":          "starts with a dot",
		"ada..b@example.org":        "has two dots in a row",
		"ada@example..org":          "has two dots in a row",
		"ada.@example.org":          "has a dot beside its @",
		"ada@.example.org":          "has a dot beside its @",
		"ada@example.org.":          "ends in a dot",
		"ada@-example.org":          "has a host name with a hyphen at the edge of a part",
		"ada@example-.org":          "has a host name with a hyphen at the edge of a part",
		"ada@example.org-":          "has a host name with a hyphen at the edge of a part",
		"ada@example":               "has a host name without a dot",
		"'ada@example.org'":         "stands between apostrophes",
		"'ada'@example.org":         "stands between apostrophes",
		"ada'@example.org":          "stands between apostrophes",
		"ada lovelace@example.org":  "holds a space",
		"ada@bob@example.org":       "is not of the right form",
		"ada@exa!mple.org":          "is not of the right form",
		"ada":                       "is not of the right form",
	} {
		assert.EqualError(t, email.Valid(s), want, "%q", s)
	}
}

// What an e-mail's pattern lets through is at most what a pattern that Go and ECMA-262 read alike cannot say.
func TestEmailPattern(t *testing.T) {
	pattern := regexp.MustCompile(formatOf(t, "issuer", "email").Pattern)
	for _, s := range []string{"<a@b.c>", "mailto:a@b.c", "a,@b.c", "“a@b.c”", "o’b@c.d", "a\u200b@b.c", "a@b\u202e.c", "\ufeffa@b.c", "a\u00ad@b.c", ".a@b.c", "a.@b.c", "a..b@c.d", "a@b..c", "a@.b.c", "a@b.c.", "a@-b.c",
		"a@b-.c", "a@b.c-", "a@b", "'a@b.c'", "'a'@b.c", "'@b.c", "a\\@b.c", `"a"@b.c`, "a@[1.2.3.4]"} {
		assert.False(t, pattern.MatchString(s), "%q", s)
	}
}

func FuzzEmail(f *testing.F) {
	for _, s := range []string{"a@b.c", "o'brien@example.org", "ада@пример.рф", "a\u200b@b.c", "<a@b.c>", "a.b@c-d.e", "'a'@b.c", "a@b..c", " a@b.c"} {
		f.Add(s)
	}
	email := formatOf(f, "issuer", "email")
	f.Fuzz(func(t *testing.T, s string) {
		if email.Valid(s) != nil {
			return
		}
		local, domain, _ := strings.Cut(s, "@")
		assert.NotContains(t, domain, "@")
		for _, part := range strings.Split(local, ".") {
			assert.NotEmpty(t, part)
		}
		parts := strings.Split(domain, ".")
		assert.Greater(t, len(parts), 1)
		for _, part := range parts {
			assert.NotEmpty(t, strings.Trim(part, "-"))
			assert.Equal(t, part, strings.Trim(part, "-"))
		}
		for _, r := range s {
			assert.False(t, unicode.Is(unicode.Cf, r) || unicode.IsSpace(r) || strings.ContainsRune(`:;,()<>[]\/"“”‘’`, r), "%q", r)
		}
	})
}

func TestURLReasons(t *testing.T) {
	link := formatOf(t, "issuer", "url")
	const port, host = "has a port that does not exist", "has a host name that cannot exist"
	for s, want := range map[string]string{
		"https://a.example:0/":       port,
		"https://a.example:65536/":   port,
		"https://a.example:99999/x":  port,
		"http://a.example:/":         port,
		"https://a..b/":              host,
		"https://.example/":          host,
		"https://a,b.example/":       host,
		"https://ex!ample.org/":      host,
		"https://*.example/":         host,
		"https://[fe80::1%25eth0]/":  host,
		"https://exa\u200dmple.org/": host,
		"https://" + strings.Repeat("abcdefg.", 32) + "example/":  host,
		"https://a.example/" + strings.Repeat("a", iri.MaxLength): "is longer than 8192 bytes",
		"https:/a.example/":      "has no host",
		"https://ada@a.example/": "holds a user name",
	} {
		assert.EqualError(t, link.Valid(s), want, "%q", s)
	}
}

// Whatever passes as a link can be published.
func FuzzURL(f *testing.F) {
	for _, s := range []string{"https://a.example/", "http://a.example:80/?q#f", "https://[::1]:80/", "https://例え.テスト/ü", "https://a..b", "https://a%20b/", "https://a.example:0"} {
		f.Add(s)
	}
	link := formatOf(f, "issuer", "url")
	f.Fuzz(func(t *testing.T, s string) {
		if link.Valid(s) == nil {
			_, err := iri.Encode(s)
			assert.NoError(t, err)
		}
	})
}

func TestOpenWord(t *testing.T) {
	for _, s := range []string{"ext:a", "ext:A.b_c-1"} {
		assert.True(t, model.OpenWord(s, "ext:"), s)
	}
	for _, s := range []string{"", "a", "ext:", "EXT:a", "ext:a b", "ext:a:b", "ext:ä", "ext:a\n"} {
		assert.False(t, model.OpenWord(s, "ext:"), s)
	}
}
