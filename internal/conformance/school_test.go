package conformance_test

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// school is what the example is not: a base URL with a port and a path, whose own DID the issuer has; keys that followed each
// other over the years; awards by each of them, to an address, a DID and a telephone, revoked and erased.
var school = map[string]string{
	"content/site.yaml": `format: 1
base_url: https://badges.school.example.org:8443/abzeichen
title: "“Schule” & <𝔅>"
timezone: Asia/Kathmandu
publish: [ob1, ob2, ob3]
repository: private
`,
	"content/issuers/school.yaml": `name: "«Schule» العربية & <Söhne>"
url: https://school.example.org
email: badges@school.example.org
did: root
signed: true
`,
	"content/badges/one.yaml": "name: \"One ≠ <b> ☃ 𝒳\"\ndescription: \"Two\\nlines\\tand \\\"quotes\\\"\"\nalt: A circle\nexpires_after: 40y\n",
	"content/badges/one.svg":  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="4"/></svg>`,
	"content/awards/all.yaml": `badge: one
awards:
  - {id: aaaaaaaaaaaaaaaaaaaaaaaaaa, status_index: 10, issued: 2019-05-06, recipient: lost@example.org}
  - {id: aaaaaaaaaaaaaaaaaaaaaaaaab, status_index: 20, issued: 2021-06-07, recipient: stolen@example.org, narrative: "*N* & ☃"}
  - {id: aaaaaaaaaaaaaaaaaaaaaaaaac, status_index: 30, issued: 2025-02-03, recipient: new@example.org}
  - {id: aaaaaaaaaaaaaaaaaaaaaaaaad, status_index: 40, issued: 2021-06-08, recipient: back@example.org, revoked: {date: 2025-03-01, reason: "\"Bad\" & <ü>"}}
  - {id: aaaaaaaaaaaaaaaaaaaaaaaaae, status_index: 50, issued: 2021-06-09, erased: {date: 2025-03-01}}
  - {id: aaaaaaaaaaaaaaaaaaaaaaaaaf, status_index: 60, issued: 2021-06-10, recipient: {did: "did:web:ada.example.org"}}
  - {id: aaaaaaaaaaaaaaaaaaaaaaaaag, status_index: 70, issued: 2019-06-11, recipient: {telephone: "+41441234567"}}
`,
}

// schoolKeys are the keys of the school: their ids, types and days.
var schoolKeys = []struct{ id, kind, days string }{
	{"ed-lost", "ed25519", "from: 2018-01-01, until: 2020-01-01"}, {"ed-stolen", "ed25519", "from: 2020-01-01, until: 2022-01-01"}, {"ed-new", "ed25519", "from: 2022-01-01"},
	{"rsa-stolen", "rsa", "from: 2018-01-01, until: 2022-01-01"}, {"rsa-new", "rsa", "from: 2022-01-01"},
}

const schoolBase = "https://badges.school.example.org:8443/abzeichen"

// TestSchool: other libraries take what a school publishes after one of its keys was lost and others were stolen. Copies from
// before are as good as their keys.
func TestSchool(t *testing.T) {
	tool(t, "node") // before the work is done for nothing
	example(t)      // which compiles the program
	dir := t.TempDir()
	run := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(filepath.Join(temporary, "blazon"), args...)
		cmd.Dir = dir
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		require.NoError(t, cmd.Run(), "blazon %v\n%s%s", args, stdout.String(), stderr.String())
		return stdout.String()
	}
	for name, text := range school {
		file := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
		require.NoError(t, os.WriteFile(file, []byte(text), 0o644))
	}
	private := t.TempDir()
	sign := []string{"build"}
	issuer, err := os.OpenFile(filepath.Join(dir, "content/issuers/school.yaml"), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	defer issuer.Close()
	for n, k := range schoolKeys {
		file := filepath.Join(private, k.id+".pem")
		lines := strings.Split(strings.TrimSpace(run("key", "new", "--id", k.id, "--type", k.kind, "--out", file)), "\n")
		line, _, ok := strings.Cut(lines[len(lines)-1], "from:")
		require.True(t, ok)
		entry := "  " + strings.TrimSpace(line) + " " + k.days + "}\n"
		if n == 0 {
			entry = "keys:\n" + entry
		}
		_, err := issuer.WriteString(entry)
		require.NoError(t, err)
		sign = append(sign, "--key", file)
	}
	before, after := filepath.Join(dir, "before"), filepath.Join(dir, "after")
	run(append(sign, "--out", before)...)
	run("verify", "--site", before)
	run("key", "resign", "ed-lost", "--reason", "lost", "--date", "2025-04-01")
	run("key", "resign", "ed-stolen", "--reason", "stolen", "--date", "2025-04-02")
	run("key", "resign", "rsa-stolen", "--reason", "stolen", "--date", "2025-04-03")
	run(append(sign, "--out", after)...)
	run("verify", "--site", after)

	type row struct {
		File, Reason          string
		Verified, Proof, Gone bool
	}
	type verdicts struct {
		Credentials, Tokens, Signed []row
		Mutants                     []struct {
			Name     string
			Verified bool
		}
	}
	of := func(rows []row) map[string]string {
		said := map[string]string{}
		for _, r := range rows {
			what := "refused"
			switch {
			case r.Gone:
				what = "gone"
			case r.Verified:
				what = "verified"
			case strings.Contains(r.Reason, "revoked"):
				what = "revoked"
			}
			said[award(r.File)[25:]] = what
		}
		return said
	}
	states := map[string]string{"a": "verified", "b": "verified", "c": "verified", "d": "revoked", "e": "gone", "f": "verified", "g": "verified"}
	tokens := map[string]string{"a": "verified", "b": "verified", "c": "verified", "d": "verified", "e": "gone", "f": "verified", "g": "verified"}
	signed := map[string]string{"a": "verified", "b": "verified", "c": "verified", "d": "revoked", "e": "gone", "g": "verified"} // no 2.0 for a DID
	for _, folder := range []string{before, after} {
		v := judge[verdicts](t, "credentials.mjs", folder, schoolBase)
		assert.Equal(t, states, of(v.Credentials), "%s: %+v", folder, v.Credentials)
		assert.Equal(t, tokens, of(v.Tokens), "%s: %+v", folder, v.Tokens)
		assert.Equal(t, signed, of(v.Signed), "%s: %+v", folder, v.Signed)
		require.NotEmpty(t, v.Mutants)
		for _, m := range v.Mutants {
			assert.False(t, m.Verified, m.Name)
		}
		two := judge[struct{ Findings []any }](t, "check-ob2.js", folder, schoolBase)
		assert.Empty(t, two.Findings, folder)
	}

	// What holders have from before, at the side of what is published now.
	for _, pattern := range []string{"credential.json", "credential.jwt", "signed.jws"} {
		old, err := fs.Glob(os.DirFS(before), "awards/*/"+pattern)
		require.NoError(t, err)
		require.NotEmpty(t, old)
		for _, name := range old {
			data, err := os.ReadFile(filepath.Join(before, filepath.FromSlash(name)))
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(filepath.Join(after, filepath.FromSlash(name)), data, 0o644))
		}
	}
	v := judge[verdicts](t, "credentials.mjs", after, schoolBase)
	assert.Equal(t, map[string]string{"a": "verified", "b": "refused", "c": "verified", "d": "refused", "e": "gone", "f": "refused", "g": "verified"}, of(v.Credentials), "%+v", v.Credentials)
	assert.Equal(t, map[string]string{"a": "refused", "b": "refused", "c": "verified", "d": "refused", "e": "gone", "f": "refused", "g": "refused"}, of(v.Tokens), "%+v", v.Tokens)
	assert.Equal(t, map[string]string{"a": "refused", "b": "refused", "c": "verified", "d": "refused", "e": "gone", "g": "refused"}, of(v.Signed), "%+v", v.Signed)

	var report struct {
		Reports []struct{ Target, Verdict string }
	}
	cmd := exec.Command(filepath.Join(temporary, "blazon"), "verify", "--json", "--offline", "--map", schoolBase+"="+after,
		filepath.Join(before, "awards/aaaaaaaaaaaaaaaaaaaaaaaaaa/credential.json"), filepath.Join(before, "awards/aaaaaaaaaaaaaaaaaaaaaaaaab/credential.json"),
		filepath.Join(before, "awards/aaaaaaaaaaaaaaaaaaaaaaaaab/credential.jwt"), filepath.Join(before, "awards/aaaaaaaaaaaaaaaaaaaaaaaaab/signed.jws"))
	out, err := cmd.Output()
	var exit *exec.ExitError
	require.ErrorAs(t, err, &exit)
	assert.Equal(t, 1, exit.ExitCode())
	require.NoError(t, json.Unmarshal(out, &report))
	require.Len(t, report.Reports, 4)
	assert.Equal(t, "valid", report.Reports[0].Verdict)
	for _, r := range report.Reports[1:] {
		assert.Equal(t, "not valid", r.Verdict, r.Target)
	}
}
