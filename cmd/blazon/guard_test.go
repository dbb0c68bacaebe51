package main

import (
	"image/png"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The project that every case changes.
var guarded = map[string]string{
	"content/site.yaml": "format: 1\nbase_url: https://badges.example.org\ntitle: Badges\ntimezone: Europe/Zurich\npublish: [ob1, ob2, ob3]\nrepository: private\n",
	"content/issuers/northwind.yaml": `name: Northwind Academy
url: https://academy.example.org
email: badges@academy.example.org
alt: A compass
signed: true
keys:
  - {id: "2025", type: ed25519, public: z6MktkTX7ZHbETs1Nc4VbDVWxhCNMU3Rgqai2RK3asoeDtJS, from: 2025-01-01}
  - {id: rsa, type: rsa, public: northwind-rsa.pub.pem, from: 2025-01-01}
`,
	"content/issuers/northwind-rsa.pub.pem": publicRSA,
	"content/issuers/northwind.png":         disc(10, png.DefaultCompression),
	"content/issuers/makers.yaml":           "name: Makers\nurl: https://makers.example.org\nemail: badges@makers.example.org\nkeys: [{id: makers, type: ed25519, public: z6MktkTX7ZHbETs1Nc4VbDVWxhCNMU3Rgqai2RK3asoeDtJS, from: 2025-01-01}]\n",
	"content/badges/welding.yaml": `name: Welding 1
description: Welds a seam that holds.
issuer: northwind
alt: A torch
version: "1"
type: Course
tags: [metal]
expires_after: 2y
alignment:
  - {name: Machine safety, url: "https://standards.example.net/ms/1", framework: MS, code: MS-1}
results: [{id: score, name: Score, type: Percent, min: "0", max: "100"}]
amended: [{date: 2026-02-01, reason: Spelling}]
`,
	"content/badges/welding.md":  "Weld a seam.\n",
	"content/badges/welding.png": disc(20, png.DefaultCompression),
	"content/badges/safety.yaml": "name: Safety\ndescription: Knows the way out.\nissuer: northwind\nalt: A door\n",
	"content/badges/safety.md":   "Find the door.\n",
	"content/badges/safety.png":  disc(30, png.DefaultCompression),
	"content/badges/safety.svg":  strings.Replace(square("#336699"), "</svg>", "\n<text y=\"9\">Exit</text></svg>", 1), // which blazon cannot draw
	"content/badges/drawn.yaml":  "name: Drawn\ndescription: Draws a square.\nissuer: northwind\nalt: A square\n",
	"content/badges/drawn.md":    "Draw a square.\n",
	"content/badges/drawn.svg":   square("#993366"),
	"content/badges/unheld.yaml": "name: Unheld\ndescription: Nobody has it yet.\nissuer: makers\nalt: A gap\n",
	"content/badges/unheld.md":   "Wait.\n",
	"content/badges/unheld.png":  disc(40, png.DefaultCompression),
	"content/awards/spring.yaml": `badge: welding
issued: 2026-03-14
awards:
  - id: aaaaaaaaaaaaaaaaaaaaaaaaaa
    status_index: 7
    recipient: ada@example.org
    results: [{of: score, value: "92"}]
  - id: bbbbbbbbbbbbbbbbbbbbbbbbbb
    status_index: 8
    recipient: {url: "https://grace.example.org"}
    expires: 2030-01-01
  - id: cccccccccccccccccccccccccc
    status_index: 9
    erased: {date: 2026-05-01}
  - id: dddddddddddddddddddddddddd
    status_index: 10
    recipient: alan@example.org
    revoked: {date: 2026-05-01, reason: Issued in error}
`,
	"content/awards/safety.yaml": "- {id: eeeeeeeeeeeeeeeeeeeeeeeeee, status_index: 11, badge: safety, issued: 2026-04-01, recipient: ada@example.org}\n" +
		"- {id: ffffffffffffffffffffffffff, status_index: 12, badge: drawn, issued: 2026-04-01, recipient: ada@example.org}\n",
}

const publicRSA = `-----BEGIN PUBLIC KEY-----
MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8AMIIBCgKCAQEAuNBMsFnDTG7YhW7HT2Gf
sHuZ7PDpqaS255DuU7d25js3tD5wEAIHP4Wlv+ZsX4uzYSwxfo588G3yp0lBgvAX
kOYyhY4Y0CC5hx7CTgbtK58SQGznZZpQ4n2OrJ8f5Csqp9JtV3dUkegF0eNgsdbE
3BhFu0pR6wGxh30eWcusyf84L6nhJ3qnLi/TOkdScIraxneB4ZP/W5U9XaPISSIr
m6Lj5wQ0YzUm+R7by+8zTxMyXWq8LbcR2lXtKzyQguI3VwmMLH6/+ucgXANzgfAV
cL6IU845JVA+S3SyG393aXwKiuwHKCp6/UfVtVuVfqQNLPF8TD1hrZ7az575NSXM
fwIDAQAB
-----END PUBLIC KEY-----
`

func square(fill string) string {
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10"><rect x="1" y="1" width="8" height="8" fill="` + fill + `"/></svg>` + "\n"
}

const (
	site    = "content/site.yaml"
	issuer  = "content/issuers/northwind.yaml"
	welding = "content/badges/welding.yaml"
	spring  = "content/awards/spring.yaml"
)

// amend records a correction of a class.
func amend(r repo, class string) {
	r.change(class, "reason: Spelling}]", "reason: Spelling}, {date: 2026-05-20, reason: Wording}]")
}

// successor makes a class that supersedes welding, with an award.
func successor(change func(r repo)) func(r repo) {
	return func(r repo) {
		r.write("content/badges/welding-2.yaml", strings.Replace(r.read(welding), "amended: [{date: 2026-02-01, reason: Spelling}]", "supersedes: welding", 1))
		r.write("content/badges/welding-2.md", "Weld two seams.\n")
		r.write("content/badges/welding-2.png", disc(99, png.DefaultCompression))
		r.change(welding, "tags: [metal]", "tags: [metal]\nretired: 2026-05-15")
		r.write("content/awards/next.yaml", "- {id: gggggggggggggggggggggggggg, status_index: 20, badge: welding-2, issued: 2026-05-20, recipient: joan@example.org}\n")
		if change != nil {
			change(r)
		}
	}
}

// inSuccessor changes a text of the class that supersedes welding.
func inSuccessor(old, new string) func(r repo) {
	return successor(func(r repo) { r.change("content/badges/welding-2.yaml", old, new) })
}

// inFile changes a text of a file.
func inFile(name, old, new string) func(r repo) { return func(r repo) { r.change(name, old, new) } }

// amended changes a text of welding and records that as a correction.
func amended(old, new string) func(r repo) {
	return func(r repo) { r.change(welding, old, new); amend(r, welding) }
}

// revokedAnew revokes Ada's award and makes another, with what was wrong put right.
func revokedAnew(lines string) func(r repo) {
	return func(r repo) {
		r.change(spring, "recipient: ada@example.org\n", "recipient: ada@example.org\n    revoked: {date: 2026-05-20, reason: Replaced}\n")
		r.add(spring, "  - id: hhhhhhhhhhhhhhhhhhhhhhhhhh\n    status_index: 30\n"+lines)
	}
}

const another = `  - {id: "2026", type: ed25519, public: z6MkqPHTLc2VyCpemLiqNW1NEaJjfsvJJUnmMNShEbTbK8gB, from: 2026-05-01}` + "\n"

// forbidden is every change that breaks what was published, and the way out of each.
var forbidden = []struct {
	name string
	bad  func(r repo)
	rule string
	file string // that the problem names
	out  func(r repo)
}{
	{"base url", inFile(site, "badges.example.org", "awards.example.org"), "base-url-moved", site, inFile(site, "title: Badges", "title: All badges")},
	{"base path", inFile(site, "badges.example.org", "badges.example.org/x"), "base-url-moved", site, inFile(site, "title: Badges", "title: All badges")},
	{"ob1", inFile(site, "[ob1, ob2, ob3]", "[ob2, ob3]"), "publish-shrunk", site, inFile(site, "[ob1, ob2, ob3]", "[ob3, ob2, ob1]")},
	{"ob2", inFile(site, "[ob1, ob2, ob3]", "[ob3]"), "publish-shrunk", site, inFile(site, "[ob1, ob2, ob3]", "[ob3, ob1, ob2]")},
	{"ob3", inFile(site, "[ob1, ob2, ob3]", "[ob1, ob2]"), "publish-shrunk", site, inFile(site, "[ob1, ob2, ob3]", "[ob2, ob1, ob3]")},
	{"signed", inFile(issuer, "signed: true\n", ""), "publish-shrunk", issuer, inFile(issuer, "name: Northwind Academy", "name: Northwind")},
	{"did", inFile(issuer, "signed: true", "signed: true\ndid: root"), "did-moved", issuer, inFile("content/issuers/makers.yaml", "name: Makers", "name: The makers")},
	{"key dropped", func(r repo) {
		r.change(issuer, `  - {id: "2025", type: ed25519, public: z6MktkTX7ZHbETs1Nc4VbDVWxhCNMU3Rgqai2RK3asoeDtJS, from: 2025-01-01}`+"\n", another)
	}, "key-dropped", issuer, func(r repo) {
		r.change(issuer, "from: 2025-01-01}\n", "from: 2025-01-01, until: 2026-05-01}\n"+another)
	}},
	{"key replaced", inFile(issuer, "z6MktkTX7ZHbETs1Nc4VbDVWxhCNMU3Rgqai2RK3asoeDtJS", "z6MkqPHTLc2VyCpemLiqNW1NEaJjfsvJJUnmMNShEbTbK8gB"), "key-dropped", issuer, func(r repo) {
		r.change(issuer, "from: 2025-01-01}\n", "from: 2025-01-01, until: 2026-05-01}\n"+another)
	}},

	{"award removed", inFile(spring, "  - id: bbbbbbbbbbbbbbbbbbbbbbbbbb\n    status_index: 8\n    recipient: {url: \"https://grace.example.org\"}\n    expires: 2030-01-01\n", ""), "url-lost", spring,
		inFile(spring, "    expires: 2030-01-01\n", "    expires: 2030-01-01\n    revoked: {date: 2026-05-20, reason: Issued in error}\n")},
	{"award removed, erased instead", inFile(spring, "  - id: bbbbbbbbbbbbbbbbbbbbbbbbbb\n    status_index: 8\n    recipient: {url: \"https://grace.example.org\"}\n    expires: 2030-01-01\n", ""), "url-lost", spring,
		inFile(spring, "    recipient: {url: \"https://grace.example.org\"}\n    expires: 2030-01-01\n", "    erased: {date: 2026-05-20}\n")},
	{"tombstone removed", inFile(spring, "  - id: cccccccccccccccccccccccccc\n    status_index: 9\n    erased: {date: 2026-05-01}\n", ""), "url-lost", spring, inFile(spring, "erased: {date: 2026-05-01}", "erased: {date: 2026-05-02}")},
	{"award's file removed", func(r repo) { r.remove("content/awards/safety.yaml") }, "url-lost", "content/awards/safety.yaml", func(r repo) {
		text := r.read("content/awards/safety.yaml")
		r.remove("content/awards/safety.yaml")
		r.write("content/awards/2026/moved.yaml", text)
	}},
	{"id", inFile(spring, "id: aaaaaaaaaaaaaaaaaaaaaaaaaa", "id: iiiiiiiiiiiiiiiiiiiiiiiiii"), "url-lost", spring, inFile(spring, "value: \"92\"", "value: \"93\"")},
	{"recipient", inFile(spring, "ada@example.org", "eve@example.org"), "award-changed", spring, revokedAnew("    recipient: eve@example.org\n")},
	{"recipient's kind", inFile(spring, `recipient: {url: "https://grace.example.org"}`, `recipient: {did: "did:web:grace.example.org"}`), "award-changed", spring, inFile(spring, "ada@example.org", "Ada@Example.org")},
	{"badge", func(r repo) {
		r.change(spring, "    results: [{of: score, value: \"92\"}]\n", "    badge: unheld\n")
	}, "award-changed", spring, revokedAnew("    badge: unheld\n    recipient: ada@example.org\n")},
	{"date", inFile(spring, "issued: 2026-03-14", "issued: 2026-03-15"), "award-changed", spring, inFile(spring, "issued: 2026-03-14", "issued: 2026-03-13T23:00:00Z")},
	{"one date", inFile(spring, "recipient: ada@example.org\n", "recipient: ada@example.org\n    issued: 2026-03-15\n"), "award-changed", spring,
		revokedAnew("    recipient: ada@example.org\n    issued: 2026-03-15\n")},
	{"expiry", inFile(spring, "expires: 2030-01-01", "expires: never"), "award-changed", spring, inFile(spring, "expires: 2030-01-01", "expires: 2030-01-01T23:59:59+01:00")},
	{"expiry stated", inFile(spring, "recipient: ada@example.org\n", "recipient: ada@example.org\n    expires: 2029-01-01\n"), "award-changed", spring,
		revokedAnew("    recipient: ada@example.org\n    expires: 2029-01-01\n")},
	{"time zone", inFile(site, "Europe/Zurich", "America/New_York"), "award-changed", site, func(r repo) {
		r.change(site, "Europe/Zurich", "Africa/Tunis")
		r.change(spring, "expires: 2030-01-01", "expires: 2030-01-01T23:59:59+01:00")
		r.change(spring, "recipient: ada@example.org\n", "recipient: ada@example.org\n    expires: 2028-03-14T00:00:00+01:00\n")
		r.write("content/awards/safety.yaml", strings.ReplaceAll(r.read("content/awards/safety.yaml"), "2026-04-01", "2026-04-01T00:00:00+02:00"))
	}},
	{"slot", inFile(spring, "status_index: 7", "status_index: 700"), "award-changed", spring, func(r repo) {
		r.add(spring, "  - id: hhhhhhhhhhhhhhhhhhhhhhhhhh\n    status_index: 700\n    recipient: eve@example.org\n")
	}},
	{"erasure taken back", inFile(spring, "erased: {date: 2026-05-01}", "recipient: joan@example.org"), "unerased", spring, func(r repo) {
		r.add(spring, "  - id: hhhhhhhhhhhhhhhhhhhhhhhhhh\n    status_index: 30\n    recipient: joan@example.org\n")
	}},

	{"name", inFile(welding, "Welding 1", "Welding 2"), "class-changed", welding, amended("Welding 1", "Welding I")},
	{"name, with a new class", inFile(welding, "Welding 1", "Welding 2"), "class-changed", welding, inSuccessor("Welding 1", "Welding 2")},
	{"description", inFile(welding, "a seam", "two seams"), "class-changed", welding, amended("a seam", "one seam")},
	{"criteria", inFile("content/badges/welding.md", "a seam", "two seams"), "class-changed", "content/badges/welding.md", func(r repo) {
		r.change("content/badges/welding.md", "a seam", "one seam")
		amend(r, welding)
	}},
	{"criteria removed", func(r repo) { r.remove("content/badges/welding.md") }, "class-changed", welding, func(r repo) {
		r.write("content/badges/welding.md", "Weld a seam.\r\n\n")
	}},
	{"version", inFile(welding, `version: "1"`, `version: "2"`), "class-changed", welding, amended(`version: "1"`, `version: "1.0"`)},
	{"type", inFile(welding, "type: Course", "type: Degree"), "class-changed", welding, amended("type: Course", "type: Certificate")},
	{"alignment's text", inFile(welding, "name: Machine safety", "name: Safety of machines"), "class-changed", welding, amended("name: Machine safety", "name: Safety of machines")},
	{"result's name", inFile(welding, "name: Score", "name: Points"), "class-changed", welding, amended("name: Score", "name: Points")},
	{"alignment", inFile(welding, "ms/1", "ms/2"), "class-changed", welding, inSuccessor("ms/1", "ms/2")},
	{"alignment amended", amended("code: MS-1", "code: MS-2"), "class-changed", welding, inSuccessor("code: MS-1", "code: MS-2")},
	{"alignment removed", inFile(welding, "alignment:\n  - {name: Machine safety, url: \"https://standards.example.net/ms/1\", framework: MS, code: MS-1}\n", ""), "class-changed", welding,
		inSuccessor("alignment:\n  - {name: Machine safety, url: \"https://standards.example.net/ms/1\", framework: MS, code: MS-1}\n", "")},
	{"results", inFile(welding, `max: "100"`, `max: "200"`), "class-changed", welding, inSuccessor(`max: "100"`, `max: "200"`)},
	{"issuer", inFile(welding, "issuer: northwind", "issuer: makers"), "class-changed", welding, func(r repo) {
		inSuccessor("issuer: northwind", "issuer: makers")(r)
		r.change("content/badges/welding-2.yaml", "supersedes: welding\n", "")
	}},
	{"expires_after", inFile(welding, "expires_after: 2y", "expires_after: 3y"), "class-changed", welding, inSuccessor("expires_after: 2y", "expires_after: 3y")},
	{"expires_after, stated in the awards", inFile(welding, "expires_after: 2y\n", ""), "class-changed", welding, func(r repo) {
		r.change(welding, "expires_after: 2y", "expires_after: 1y")
		for _, recipient := range []string{"ada", "alan"} {
			r.change(spring, "recipient: "+recipient+"@example.org\n", "recipient: "+recipient+"@example.org\n    expires: 2028-03-14T00:00:00\n")
		}
	}},
	{"correction removed", inFile(welding, "amended: [{date: 2026-02-01, reason: Spelling}]\n", ""), "class-changed", welding, func(r repo) { amend(r, welding) }},
	{"image", func(r repo) { r.write("content/badges/welding.png", disc(21, png.DefaultCompression)) }, "class-changed", "content/badges/welding.png", successor(nil)},
	{"image amended", func(r repo) {
		r.write("content/badges/welding.png", disc(21, png.DefaultCompression))
		amend(r, welding)
	}, "class-changed", "content/badges/welding.png",
		func(r repo) { r.write("content/badges/welding.png", disc(20, png.NoCompression)) }},
	{"image named", inFile(welding, "alt: A torch", "alt: A torch\nimage: unheld.png"), "class-changed", "content/badges/unheld.png", func(r repo) {
		text := r.read("content/badges/welding.png")
		r.remove("content/badges/welding.png")
		r.write("content/images/torch.png", text)
		r.change(welding, "alt: A torch", "alt: A burning torch\nimage: torch.png")
	}},
	{"drawing", inFile("content/badges/drawn.svg", "#993366", "#993367"), "class-changed", "content/badges/drawn.svg", inFile("content/badges/drawn.svg", "<rect ", "<!-- a square --><rect ")},
	{"drawing beside a picture", inFile("content/badges/safety.svg", "#336699", "#336698"), "class-changed", "content/badges/safety.svg", func(r repo) {
		r.write("content/badges/safety.svg", strings.ReplaceAll(r.read("content/badges/safety.svg"), "\n", "\r\n"))
	}},
	{"picture in place of a drawing", func(r repo) { r.write("content/badges/drawn.png", disc(1, png.DefaultCompression)) }, "class-changed", "content/badges/drawn.png",
		inFile("content/badges/drawn.svg", `fill="#993366"`, `style="fill:#993366"`)},
	{"drawing removed", func(r repo) { r.remove("content/badges/safety.svg") }, "url-lost", "content/badges/safety.yaml", func(r repo) {
		r.write("content/badges/welding.svg", square("#000000"))
	}},

	{"class removed", func(r repo) {
		r.remove("content/badges/drawn.yaml", "content/badges/drawn.md", "content/badges/drawn.svg")
		r.change("content/awards/safety.yaml", "badge: drawn", "badge: unheld")
	}, "url-lost", "content/badges/drawn.yaml", inFile("content/badges/drawn.yaml", "alt:", "retired: 2026-05-01\nalt:")},
	{"class that nobody has removed", func(r repo) {
		r.remove("content/badges/unheld.yaml", "content/badges/unheld.md", "content/badges/unheld.png")
	}, "url-lost", "content/badges/unheld.yaml",
		inFile("content/badges/unheld.yaml", "alt:", "retired: 2026-05-01\nalt:")},
	{"class renamed", func(r repo) {
		for _, ext := range []string{".yaml", ".md", ".png"} {
			text := r.read("content/badges/unheld" + ext)
			r.remove("content/badges/unheld" + ext)
			r.write("content/badges/held"+ext, text)
		}
	}, "url-lost", "content/badges/unheld.yaml", inFile("content/badges/unheld.yaml", "name: Unheld", "name: Held")},
	{"issuer removed", func(r repo) {
		r.remove("content/issuers/makers.yaml")
		r.change("content/badges/unheld.yaml", "issuer: makers", "issuer: northwind")
	}, "url-lost", "content/issuers/makers.yaml", inFile("content/badges/unheld.yaml", "issuer: makers", "issuer: northwind")},
	{"issuer's picture removed", func(r repo) { r.remove("content/issuers/northwind.png") }, "url-lost", issuer, func(r repo) {
		r.write("content/issuers/northwind.png", disc(50, png.DefaultCompression))
	}},
}

func guardedRepo(t *testing.T) repo {
	t.Helper()
	r := repo{t, t.TempDir()}
	r.git("init", "-q", "-b", "main", "--template=")
	for name, text := range guarded {
		r.write(name, text)
	}
	r.write(".gitignore", ".blazon/\npublic/\n")
	r.commit("published")
	code, problems := r.check()
	require.Zero(t, code, "%v", problems)
	require.Empty(t, problems)
	r.git("repack", "-a", "-d", "-q") // few files: the repository is copied for each case
	return r
}

// Each forbidden change is caught in a repository of two commits, and its way out passes in another one.
func TestForbiddenChanges(t *testing.T) {
	t.Parallel()
	template := guardedRepo(t)
	for _, test := range forbidden {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := repo{t, t.TempDir()}
			require.NoError(t, os.CopyFS(r.dir, os.DirFS(template.dir)))
			test.bad(r)
			r.commit("bad")
			code, problems := r.check("--base", "HEAD~1", "--exact")
			assert.Equal(t, 1, code)
			require.NotEmpty(t, problems)
			files := make(map[string]bool)
			for _, p := range problems {
				if p.Rule == test.rule {
					files[p.File] = true
					assert.NotEmpty(t, p.Hint, "the way out of %s", p.Message)
				}
				assert.NotContains(t, p.Message+p.Hint, "@example.org")
			}
			assert.True(t, files[test.file], "%s in %s: %v", test.rule, test.file, problems)

			r = repo{t, t.TempDir()}
			require.NoError(t, os.CopyFS(r.dir, os.DirFS(template.dir)))
			test.out(r)
			r.commit("the way out")
			code, problems = r.check("--base", "HEAD~1", "--exact")
			assert.Zero(t, code)
			for _, p := range problems {
				assert.Equal(t, "warning", p.Severity, "%v", p)
			}
		})
	}
}

// What is not meaning, and what nobody holds, is free.
func TestFreeChanges(t *testing.T) {
	t.Parallel()
	r := guardedRepo(t)
	r.change("content/badges/unheld.yaml", "name: Unheld", "name: Held")
	r.write("content/badges/unheld.md", "Anything.\n")
	r.write("content/badges/unheld.png", disc(41, png.DefaultCompression))
	r.change(welding, "tags: [metal]", "tags: [iron, metal]\nretired: 2026-05-30\nrepeatable: true")
	r.change(welding, "alt: A torch", "alt: A burning torch")
	r.change(issuer, "url: https://academy", "url: https://www.academy")
	r.change(spring, "ada@example.org", "Ada@example.org")
	r.change(spring, `value: "92"`, `value: "93"`)
	r.write("content/pages/about.md", "---\ntitle: About\n---\nx\n")
	r.commit("free")
	code, problems := r.check("--base", "HEAD~1", "--exact")
	assert.Zero(t, code)
	for _, p := range problems {
		assert.Equal(t, "mixed-case", p.Rule)
	}
	code, out, said := r.blazon("stamp", "--hash")
	require.Zero(t, code, "%s%s", out, said)
	code, problems = r.check("--base", "HEAD~1", "--exact")
	assert.Zero(t, code)
	assert.Empty(t, problems, "a hash in place of its address is the same recipient")
}

// A revocation that is withdrawn is reported, not refused.
func TestRevocationWithdrawn(t *testing.T) {
	t.Parallel()
	r := guardedRepo(t)
	r.change(spring, "    revoked: {date: 2026-05-01, reason: Issued in error}\n", "")
	code, problems := r.check("--base", "HEAD")
	assert.Zero(t, code)
	require.Len(t, problems, 1)
	assert.Equal(t, problem{File: spring, Severity: "warning", Rule: "revocation-withdrawn", Message: problems[0].Message, Hint: problems[0].Hint, Line: 15}, problems[0])
	code, _ = r.check("--base", "HEAD", "--strict")
	assert.Equal(t, 1, code)
}
