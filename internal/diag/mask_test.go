package diag_test

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"

	"blazon/internal/diag"
)

func TestMaskAddresses(t *testing.T) {
	// The part between « and » must be hidden; what stands around it must not.
	tests := map[string]string{
		"plain":                      "to «ada@example.org» today",
		"comma after":                "«ada@example.org», «alan@example.org»",
		"angle brackets":             "Ada <«ada@example.org»>",
		"parentheses":                "(«ada@example.org»)",
		"double quotes":              `email: "«ada@example.org»"`,
		"square brackets":            "[«ada@example.org»]",
		"key without space":          "«email:ada@example.org»",
		"mailto":                     "«mailto:ada@example.org»",
		"mailto with query":          "«mailto:ada@example.org?subject=hello»",
		"in a URL":                   "«https://ada@example.org/path»",
		"percent-encoded":            "«https://x.example/?to=ada%40example.org»",
		"percent-encoded twice":      "«ada%2540example.org»",
		"upper case":                 "«ADA@EXAMPLE.ORG»",
		"plus":                       "«ada+badges@example.org»",
		"apostrophe":                 "«o'brien@example.org»",
		"single quotes":              "x «'ada@example.org»' y",
		"braces are atoms":           "«a{b}c|d@example.org»",
		"all the atoms":              "«!#$%&'*+-/=?^_`{|}~@example.org»",
		"quoted local part":          `«"ada lovelace"@example.org»`,
		"quoted with comma":          `«"ada, countess"@example.org»`,
		"quoted with angle brackets": `«"ada <l>"@example.org»`,
		"quoted with an @":           `«"ada@home"@example.org»`,
		"quoted and escaped":         `«\"ada lovelace\"@example.org»`,
		"half quoted":                `«ada."the countess"@example.org»`,
		"comment":                    "«ada(at home)@example.org»",
		"host in brackets":           "«ada@[192.0.2.1]»",
		"IPv6 host":                  "«ada@[IPv6:2001:db8::1]» x",
		"no dot":                     "«ada@localhost»",
		"IDN":                        "«ада@пример.рф»",
		"IDN, Chinese":               "«用户@例子.广告»",
		"punycode":                   "«ada@xn--e1afmkfd.xn--p1ai»",
		"full-width at":              "«ada＠example.org»",
		"small at":                   "«ada﹫example.org»",
		"YAML escape":                `"«ada\x40example.org»"`,
		"YAML escape, short":         `"«ada\u0040example.org»"`,
		"YAML escape, long":          `"«ada\U00000040example.org»"`,
		"HTML entity":                "«ada&#64;example.org»",
		"HTML entity, hexadecimal":   "«ada&#x40;example.org»",
		"HTML entity by name":        "«ada&commat;example.org»",
		"spaces around the at":       "write to «ada @ example.org» today",
		"a second at":                "«ada@@example.org»",
		"split before the domain":    "recipient: «ada@»",
		"split after the local part": "  «@example.org», x",
		"umlaut":                     "«jürgen@müller.example»",
		"combining":                  "«jose\u0301@example.org»",
		"path":                       "«content/awards/ada@example.org.yaml»",
		"several":                    "«a@b.c» and «d@e.f»",
	}
	for name, marked := range tests {
		t.Run(name, func(t *testing.T) {
			raw := strings.NewReplacer("«", "", "»", "").Replace(marked)
			assert.Equal(t, starred(marked), diag.Mask(raw))
			assert.Equal(t, diag.Cells(raw), diag.Cells(diag.Mask(raw)), "width")
		})
	}
}

func TestMaskNumbers(t *testing.T) {
	for _, marked := range []string{
		`"telephone" is not a telephone number: "«+41791234567»"`,
		"«+41 79 123 45 67» called",
		"(«+41 (0)79-123.45/67»)",
		"tel:«+1-202-555-0143»",
		"«+(49) 30 1234567», «+4420 7946 0958»",
		"«+41\u00a079\u202f123\u201145\u201167»",
		"«＋４１７９１２３４５６７»",
		"https://x.example/?tel=«%2B41791234567»",
		`"«\u002b41791234567»"`,
		"«+414412345678» is longer than the example's",
	} {
		raw := strings.NewReplacer("«", "", "»", "").Replace(marked)
		assert.Equal(t, starred(marked), diag.Mask(raw))
	}
}

// starred puts stars between the guillemets.
func starred(marked string) string {
	var b strings.Builder
	for _, part := range strings.SplitAfter(marked, "»") {
		open, secret, _ := strings.Cut(strings.TrimSuffix(part, "»"), "«")
		b.WriteString(open + strings.Repeat("*", diag.Cells(secret)))
	}
	return b.String()
}

func TestMaskKeys(t *testing.T) {
	tests := map[string]struct{ secret, around string }{
		"hash":              {"c934fdacc6242be0277a284970416aa9bfa583241fb85094bc96c504ee0abd4e", "sha256$%s"},
		"multibase secret":  {"z3u2en7t5LR2WtQH5PfFqMqwVHgeXouLzo6haApm8XHqvjxq", "key %s"},
		"multibase":         {"z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", `public: "%s"`},
		"PEM line":          {"MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g", "%s"},
		"JWK member":        {"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A", `{"d":"%s"}`},
		"base64 with slash": {"nWGxne/9WmC6hEr0kuwsxERJxWl7MmkZ/DusAxyuf2A=", "d: %s"},
		"octets":            {"9d:61:b1:9d:ef:fd:5a:60:ba:84:4a:f4:92:ec:2c", "    %s"},
		"octets, more":      {"9d:61:b1:9d:ef:fd:5a:60:ba:84:4a:f4:92:ec:2c:", "%s"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got := diag.Mask(strings.Replace(test.around, "%s", test.secret, 1))
			assert.Equal(t, strings.Replace(test.around, "%s", strings.Repeat("*", len(test.secret)), 1), got)
		})
	}
}

func TestMaskLeavesWords(t *testing.T) {
	for _, s := range []string{
		"",
		"unknown key \"titel\"",
		"meet @ noon, or @ one",
		"a, @ and a b",
		"\"a\" is not b: \"c\"",
		"100 % certain & sure",
		"content/badges/advanced-kubernetes-administration-for-teachers.yaml",
		"content/awards/2026/03/northwind-academy-spring-cohort-of-2026.yaml",
		"content/images/NorthwindAcademy/BadgesForTeachers/GoProgramming-2026.png",
		"https://standards.example.net/frameworks/computing/programming/2026/writes-small-programs",
		"k7q2m4x5o3d6a2f7w4z5b6c7ey",
		"2026-03-14T18:30:00+01:00",
		"write an address such as name@example.org",
		"for example email: name@example.org.",
		`write it in the international form, quoted: "+41441234567"`,
		"2026-03-14T18:30:00+0100",
		"+123456",
		"1 + 2",
		"ein sehr langer deutscher Satz ohne Geheimnis und mit Wörtern",
	} {
		assert.Equal(t, s, diag.Mask(s))
	}
}

func TestMaskIsStable(t *testing.T) {
	s := `a «ada@example.org» "b c"@d nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A 用户@例子.广告`
	once := diag.Mask(s)
	assert.Equal(t, once, diag.Mask(once))
}

func TestQuote(t *testing.T) {
	tests := map[string]struct{ in, want string }{
		"word":      {"titel", `"titel"`},
		"address":   {"ada@example.org", `"***************"`},
		"quotes":    {`say "x"`, `"say \"x\""`},
		"escape":    {"a\x1b[31mb", `"a\x1b[31mb"`},
		"direction": {"a\u202eb", `"a\u202eb"`},
		"new line":  {"a\nb", `"a\nb"`},
		"bytes":     {"a\xffb", "\"a\ufffdb\""},
		"long":      {strings.Repeat("word ", 20), `"` + strings.Repeat("word ", 20)[:59] + `…"`},
		"wide":      {strings.Repeat("證", 61), `"` + strings.Repeat("證", 59) + `…"`},
		"masked before it is cut": {strings.Repeat("word ", 11) + "ada@example.org",
			`"` + strings.Repeat("word ", 11) + `****…"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) { assert.Equal(t, test.want, diag.Quote(test.in)) })
	}
}

func TestStars(t *testing.T) {
	assert.Equal(t, "****\t**\n*", diag.Stars("證書\tab\nc"))
	assert.Equal(t, "****", diag.Stars("jose\u0301"))
	assert.Equal(t, "**", diag.Stars("👩‍🚀"))
}

func TestCells(t *testing.T) {
	for s, want := range map[string]int{
		"":                   0,
		"badge":              5,
		"Zürich":             6,
		"Zu\u0308rich":       6,
		"證書":                 4,
		"ﾊﾞｯｼﾞ":              5,
		"ﾊ가":                 3,
		"\u1112\u1161\u11ab": 2, // 한 in three letters
		"🏅":                  2,
		"👩‍🚀":                2,
		"👍🏽":                 2,
		"❤️":                 2,
		"1️⃣":                2,
		"🇨🇭":                 2,
		"\x1b[31m":           4,
		"क्":                 1,
	} {
		assert.Equal(t, want, diag.Cells(s), "%q", s)
	}
}

func TestVisible(t *testing.T) {
	for in, want := range map[string]string{
		"plain 證書 👩‍🚀":        "plain 證書 👩‍🚀",
		"\x1b[2Jx\x00\x7f":    "␛[2Jx␀␡",
		"a\r\nb\tc":           "a␍␊b␉c",
		"a\u009bb":            "a<U+009B>b",
		"gnp.\u202egpj":       "gnp.<U+202E>gpj",
		"\u2066a\u2069\u200e": "<U+2066>a<U+2069><U+200E>",
		"a\u200bb\ufeff":      "a<U+200B>b<U+FEFF>",
		"a\u2028b":            "a<U+2028>b",
		"a\xff\xc3b":          "a<0xFF><0xC3>b",
		"a\ufffdb":            "a\ufffdb",
		"a\U000e0041b":        "a<U+E0041>b",
	} {
		assert.Equal(t, want, diag.Visible(in), "%q", in)
	}
}

func FuzzMask(f *testing.F) {
	f.Add("to ", "ada", "example.org", " now")
	f.Add(`"`, "ada+x", "пример.рф", `"`)
	f.Add("+4179", "1234567", "+41 79", "123")
	f.Add("證", "o'b", "[192.0.2.1]", "\x1b")
	f.Fuzz(func(t *testing.T, before, local, domain, after string) {
		masked := diag.Mask(before + after)
		assert.Equal(t, masked, diag.Mask(masked), "stable")
		if !plain(local) || !plain(domain) || local+"@"+domain == diag.Placeholder {
			return
		}
		got := diag.Mask(before + " " + local + "@" + domain + " " + after)
		assert.NotContains(t, got, local+"@")
		assert.NotContains(t, got, "@"+domain)
	})
}

// plain reports whether a fuzzed part of an address is one that nobody would take for something else.
func plain(s string) bool {
	if s == "" || !utf8.ValidString(s) {
		return false
	}
	return strings.Trim(s, "abcdefghijklmnopqrstuvwxyz0123456789.+-_'") == ""
}
