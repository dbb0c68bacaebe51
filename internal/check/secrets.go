package check

import (
	"bytes"
	"io/fs"
	"path"
	"regexp"
	"unicode/utf8"

	"blazon/internal/diag"
	"blazon/internal/input"
	"blazon/internal/rule"
)

// secretForm is what a kind of private key looks like. It is looked for only in files that hold its marker.
type secretForm struct {
	marker string
	form   *regexp.Regexp
	what   string
}

// marked reports whether a file holds the marker as a word: by chance its letters stand in ids.
func (s secretForm) marked(data []byte) bool {
	for from := 0; ; {
		i := bytes.Index(data[from:], []byte(s.marker))
		if i < 0 {
			return false
		}
		at := from + i
		from = at + len(s.marker)
		if at > 0 && letterOrDigit(data[at-1]) {
			continue
		}
		if s.marker != "kty" || from == len(data) || !letterOrDigit(data[from]) {
			return true
		}
	}
}

func letterOrDigit(b byte) bool {
	return b >= '0' && b <= '9' || b|0x20 >= 'a' && b|0x20 <= 'z'
}

var secretForms = []secretForm{
	{"PRIVATE KEY", regexp.MustCompile(`-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----`), "a private key in PEM form"},
	{"kty", regexp.MustCompile(`["']?\bd["']?\s*:\s*["']?[A-Za-z0-9_-]{22,}`), "a private key in JWK form"},
	// Two bytes say the kind, and so the first letters (Controlled Identifiers 1.0 "Multikey"): Ed25519, the same with its
	// public half behind it as older tools have it, and P-256.
	{"z3u2", regexp.MustCompile(`\bz3u2[1-9A-HJ-NP-Za-km-z]{40,}`), "the secret half of a key in multibase form"},
	{"zru", regexp.MustCompile(`\bzru[1-9A-HJ-NP-Za-km-z]{80,}`), "the secret half of a key in multibase form"},
	{"zrv", regexp.MustCompile(`\bzrv[1-9A-HJ-NP-Za-km-z]{80,}`), "the secret half of a key in multibase form"},
	{"z42", regexp.MustCompile(`\bz42[tu][1-9A-HJ-NP-Za-km-z]{40,}`), "the secret half of a key in multibase form"},
	{"SECRET-KEY-1", regexp.MustCompile(`AGE-SECRET-KEY-1[0-9A-Z]{20,}`), "a secret key of age"},
	{"PuTTY-User-Key", regexp.MustCompile(`PuTTY-User-Key-File-[0-9]+:`), "a private key of PuTTY"},
}

// scanLimit is the largest file that is searched; keys do not hide in larger ones.
const scanLimit = 64 << 20

// privateKeys looks into every file of the project's three rooms.
func (c *checker) privateKeys(fsys fs.FS) {
	for _, room := range []string{"content", "templates", "site"} {
		files, err := input.Files(fsys, room)
		if err != nil {
			continue // what cannot be listed cannot be published; load says so
		}
		for _, f := range files {
			if f.Err == nil {
				c.privateKey(fsys, f.Path)
			}
		}
	}
}

func (c *checker) privateKey(fsys fs.FS, name string) {
	if ext := path.Ext(name); ext == ".png" || ext == ".jpg" || ext == ".woff2" {
		return
	}
	if info, err := fs.Stat(fsys, name); err != nil || info.Size() > scanLimit {
		return
	}
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return
	}
	for _, s := range secretForms {
		if !s.marked(data) {
			continue
		}
		if at := s.form.FindIndex(data); at != nil {
			c.report(rule.PrivateKey.At(position(name, data, at[0]), "remove it from every commit that holds it, and make a new key: this one is no secret any more",
				"this is %s", s.what))
		}
	}
}

// position is the place of a byte offset.
func position(name string, data []byte, offset int) diag.Pos {
	before := data[:offset]
	start := bytes.LastIndexByte(before, '\n') + 1
	return diag.Pos{File: name, Line: bytes.Count(before, []byte("\n")) + 1, Col: utf8.RuneCount(before[start:]) + 1}
}
