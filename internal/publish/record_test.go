package publish_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/publish"
)

// line is a good line of a record.
const line = "L4k 512 1767225600000000000 01234567 0123456789abcdef0123456789abcdef awards/k7q2/assertion.json\n"

// resealed adds the right last line to a record.
func resealed(t testing.TB, text string) []byte {
	t.Helper()
	sum := sha256.Sum256([]byte(text))
	return fmt.Appendf(nil, "%ssum %x\n", text, sum[:16])
}

func TestRecordRoundTrip(t *testing.T) {
	text := "blazon record 3\ntarget \"../public\"\nlabel \"what \\\"it\\\" was\"\n" +
		"-0b 3 -1 89abcdef 0123456789abcdef0123456789abcdef a file.txt\n" +
		"-5k 0 0 00000000 00000000000000000000000000000000 awards/k7q2/assertion.json\n" + line
	target, label, entries, err := publish.ParseRecord(resealed(t, text))
	require.NoError(t, err)
	assert.Equal(t, "../public", target)
	assert.Equal(t, `what "it" was`, label)
	require.Len(t, entries, 3)
	assert.Equal(t, resealed(t, text), publish.EncodeRecord(target, label, entries))

	unlabelled := strings.Replace(text, "label \"what \\\"it\\\" was\"\n", "", 1)
	_, label, entries, err = publish.ParseRecord(resealed(t, unlabelled))
	require.NoError(t, err)
	assert.Empty(t, label)
	assert.Equal(t, resealed(t, unlabelled), publish.EncodeRecord(target, "", entries))

	_, _, older, err := publish.ParseRecord(resealed(t, strings.Replace(unlabelled, "record 3", "record 2", 1)))
	require.NoError(t, err)
	assert.Equal(t, entries, older)
}

func TestRecordRefused(t *testing.T) {
	head := "blazon record 3\ntarget \"../public\"\n"
	_, _, _, err := publish.ParseRecord(resealed(t, head+line))
	require.NoError(t, err)
	tests := map[string]struct{ data, want string }{
		"empty":             {"", "damaged"},
		"other file":        {"hello", "damaged"},
		"no format":         {"blazon record x\n", "damaged"},
		"older format":      {string(resealed(t, "blazon record 1\ntarget \"x\"\n")), "an older blazon wrote it"},
		"later format":      {"blazon record 4\nwhatever", "format 4, which a newer blazon wrote"},
		"no sum":            {head + line, "damaged"},
		"cut":               {string(resealed(t, head+line)[:len(head)+20]), "damaged"},
		"wrong sum":         {head + line + "sum 0123456789abcdef0123456789abcdef\n", "damaged"},
		"more behind":       {string(resealed(t, head+line)) + "x", "damaged"},
		"target unquoted":   {string(resealed(t, "blazon record 3\ntarget ../public\n")), "damaged"},
		"target raw string": {string(resealed(t, "blazon record 3\ntarget `x`\n")), "damaged"},
		"label unquoted":    {string(resealed(t, head+"label x\n"+line)), "damaged"},
		"label empty":       {string(resealed(t, head+"label \"\"\n"+line)), "damaged"},
		"two labels":        {string(resealed(t, head+"label \"x\"\nlabel \"y\"\n"+line)), "damaged"},
		"late label":        {string(resealed(t, head+line+"label \"x\"\n")), "damaged"},
		"older with label":  {string(resealed(t, "blazon record 2\ntarget \"x\"\nlabel \"x\"\n"+line)), "damaged"},
		"path leaves":       {string(resealed(t, head+strings.Replace(line, "awards/", "../", 1))), "damaged"},
		"absolute path":     {string(resealed(t, head+strings.Replace(line, "awards/", "/awards/", 1))), "damaged"},
		"unknown flag":      {string(resealed(t, head+"X"+line[1:])), "damaged"},
		"unknown stage":     {string(resealed(t, head+"L6"+line[2:])), "damaged"},
		"unknown stamp":     {string(resealed(t, head+"L4x"+line[3:])), "damaged"},
		"short checksum":    {string(resealed(t, head+strings.Replace(line, " 01234567 ", " 0123456 ", 1))), "damaged"},
		"long line":         {string(resealed(t, head+strings.Replace(line, "awards/", strings.Repeat("awards/", 10_000), 1))), "damaged"},
		"negative size":     {string(resealed(t, head+strings.Replace(line, " 512", " -512", 1))), "damaged"},
		"padded size":       {string(resealed(t, head+strings.Replace(line, " 512", " 0512", 1))), "damaged"},
		"capital digest":    {string(resealed(t, head+strings.Replace(line, "abcdef ", "abcdeF ", 1))), "damaged"},
		"short digest":      {string(resealed(t, head+strings.Replace(line, "abcdef ", "abcd ", 1))), "damaged"},
		"no path":           {string(resealed(t, head+"L4k 512 0 01234567 0123456789abcdef0123456789abcdef\n")), "damaged"},
		"out of order":      {string(resealed(t, head+line+strings.Replace(line, "awards", "a", 1))), "damaged"},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			_, _, _, err := publish.ParseRecord([]byte(tt.data))
			require.Error(t, err)
			assert.ErrorContains(t, err, tt.want)
		})
	}
}

func FuzzParseRecord(f *testing.F) {
	head := "blazon record 3\ntarget \"../public\"\n"
	for _, seed := range []string{"", head, head + line, head + line + line, "blazon record 9\n", head + "sum x\n",
		head + strings.Replace(line, "awards/", "../", 1), head + "label \"x\"\n" + line, strings.Replace(head, "3", "2", 1) + line} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		// Nearly nothing that a fuzzer finds has the right sum: give it one.
		for _, data := range [][]byte{data, resealed(t, string(data))} {
			target, label, entries, err := publish.ParseRecord(data)
			now := data
			if older, ok := bytes.CutPrefix(data, []byte("blazon record 2\n")); ok && err == nil {
				older = older[:bytes.LastIndex(older, []byte("sum "))]
				now = resealed(t, "blazon record 3\n"+string(older))
			}
			if err == nil && !bytes.Equal(publish.EncodeRecord(target, label, entries), now) {
				t.Fatalf("two spellings of one record: %q", data)
			}
			if err != nil && (target != "" || entries != nil) {
				t.Fatalf("an error and a record: %q", data)
			}
		}
	})
}
