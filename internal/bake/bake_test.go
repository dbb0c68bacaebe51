package bake_test

import (
	"bytes"
	"encoding/hex"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
)

var (
	hosted     = bake.Text{Keyword: bake.OB2, Value: `{"type":"Assertion","id":"https://badges.example.org/awards/k/assertion.json"}`}
	credential = bake.Text{Keyword: bake.OB3, Value: `{"type":["VerifiableCredential","OpenBadgeCredential"],"name":"Grüße, 世界 🏅"}`}
)

func TestBakeEveryKindOfPicture(t *testing.T) {
	for name, plain := range pictures(t) {
		t.Run(name, func(t *testing.T) {
			want, err := pixels(plain)
			require.NoError(t, err)
			before := bytes.Clone(plain)

			template, err := bake.Split(plain)
			require.NoError(t, err)
			unbaked, err := template.Bake()
			require.NoError(t, err)
			assert.Equal(t, plain, unbaked)

			baked, err := template.Bake(hosted, credential)
			require.NoError(t, err)
			assert.Equal(t, before, plain, "the caller's file")
			got, err := pixels(baked)
			require.NoError(t, err)
			assert.Equal(t, want, got)

			chunks := cut(baked)
			assert.Equal(t, piece{"iTXt", "openbadges\x00\x00\x00\x00\x00" + hosted.Value}, chunks[1])
			assert.Equal(t, piece{"iTXt", "openbadgecredential\x00\x00\x00\x00\x00" + credential.Value}, chunks[2])
			assert.Equal(t, cut(plain), append(chunks[:1:1], chunks[3:]...))

			found, err := bake.Unbake(baked)
			require.NoError(t, err)
			assert.Equal(t, []bake.Found{
				{Text: hosted, Chunk: "iTXt", Offset: 33, Content: bake.JSON},
				{Text: credential, Chunk: "iTXt", Offset: 33 + 12 + 15 + len(hosted.Value), Content: bake.JSON},
			}, found)

			again, err := bake.Bake(baked, hosted, credential)
			require.NoError(t, err)
			assert.Equal(t, baked, again)
			back, err := bake.Bake(baked)
			require.NoError(t, err)
			assert.Equal(t, plain, back)
		})
	}
}

func TestWorkedChunk(t *testing.T) {
	baked, err := bake.Bake(small(t), bake.Text{Keyword: bake.OB2, Value: "{}"})
	require.NoError(t, err)
	want := "00000011" + "69545874" + "6f70656e6261646765730000000000" + "7b7d" + "1239f22f"
	assert.Equal(t, want, hex.EncodeToString(baked[33:33+len(want)/2]))
}

func TestOlderBadgesAreReplaced(t *testing.T) {
	plain := pictures(t)["made-neighbours"]
	for name, old := range map[string]piece{
		"iTXt":             {"iTXt", "openbadges\x00\x00\x00\x00\x00{}"},
		"iTXt compressed":  {"iTXt", "openbadges\x00\x01\x00\x00\x00" + deflate("{}")},
		"iTXt of 3.0":      {"iTXt", "openbadgecredential\x00\x00\x00\x00\x00{}"},
		"tEXt":             {"tEXt", "openbadges\x00https://badges.example.org/a.json"},
		"zTXt":             {"zTXt", "openbadges\x00\x00" + deflate("{}")},
		"iTXt cut short":   {"iTXt", "openbadges"},
		"iTXt without end": {"iTXt", "openbadges\x00\x00\x00"},
	} {
		for _, at := range []int{1, 4, 8, 9, 10} {
			t.Run(name, func(t *testing.T) {
				file := insert(plain, at, old)
				require.NotEqual(t, plain, file)
				back, err := bake.Bake(file)
				require.NoError(t, err)
				assert.Equal(t, plain, back)
				baked, err := bake.Bake(insert(file, at, old, old), credential)
				require.NoError(t, err)
				want, err := bake.Bake(plain, credential)
				require.NoError(t, err)
				assert.Equal(t, want, baked)
			})
		}
	}
}

func TestOrderInFileIsFixed(t *testing.T) {
	one, err := bake.Bake(small(t), hosted, credential)
	require.NoError(t, err)
	two, err := bake.Bake(small(t), credential, hosted)
	require.NoError(t, err)
	assert.Equal(t, one, two)
	assert.Less(t, bytes.Index(one, []byte("openbadges\x00")), bytes.Index(one, []byte("openbadgecredential\x00")))
}

func TestLongTexts(t *testing.T) {
	for _, size := range []int{200_000, bake.MaxText} {
		text := bake.Text{Keyword: bake.OB2, Value: `{"a":"` + strings.Repeat("é", (size-8)/2) + `"}`}
		require.Len(t, text.Value, size)
		baked, err := bake.Bake(small(t), text)
		require.NoError(t, err)
		found, err := bake.Unbake(baked)
		require.NoError(t, err)
		require.Len(t, found, 1)
		assert.True(t, text == found[0].Text)
		assert.Equal(t, bake.JSON, found[0].Content)
	}
}

func TestTextsThatCannotBeBaked(t *testing.T) {
	template, err := bake.Split(small(t))
	require.NoError(t, err)
	for want, texts := range map[string][]bake.Text{
		`keyword "Openbadges" is neither openbadges nor openbadgecredential`: {{Keyword: "Openbadges", Value: "x"}},
		`keyword "" is neither openbadges nor openbadgecredential`:           {{Value: "x"}},
		`keyword openbadges is given twice`:                                  {hosted, credential, hosted},
		`text of openbadges is empty`:                                        {{Keyword: bake.OB2}},
		`text of openbadgecredential is not UTF-8`:                           {hosted, {Keyword: bake.OB3, Value: "a\xffb"}},
		`text of openbadges holds a zero byte`:                               {{Keyword: bake.OB2, Value: "a\x00b"}},
		`text of openbadges has 1048577 bytes, at most 1048576 are allowed`:  {{Keyword: bake.OB2, Value: strings.Repeat("a", bake.MaxText+1)}},
	} {
		baked, err := template.Bake(texts...)
		assert.EqualError(t, err, want)
		assert.Nil(t, baked)
	}
}

func TestResultBeyondTheLimit(t *testing.T) {
	room := 12 + len("openbadges") + 5 + len("{}")
	filler := bake.MaxFile - len(small(t)) - 12 - room
	file := insert(small(t), 1, piece{"teSt", strings.Repeat("a", filler)})
	require.Len(t, file, bake.MaxFile-room)
	template, err := bake.Split(file)
	require.NoError(t, err)
	full, err := template.Bake(bake.Text{Keyword: bake.OB2, Value: "{}"})
	require.NoError(t, err)
	require.Len(t, full, bake.MaxFile)
	_, err = bake.Unbake(full)
	require.NoError(t, err)
	_, err = template.Bake(bake.Text{Keyword: bake.OB2, Value: "{ }"})
	assert.ErrorIs(t, err, bake.ErrTooLarge)
	_, err = bake.Chunks(append(full, 0))
	assert.ErrorIs(t, err, bake.ErrTooLarge)
}

func TestBakeAllocatesTheResultOnly(t *testing.T) {
	template, err := bake.Split(small(t))
	require.NoError(t, err)
	assert.Equal(t, 1.0, testing.AllocsPerRun(100, func() { template.Bake(hosted, credential) }))
	baked, err := template.Bake(hosted, credential)
	require.NoError(t, err)
	want := len(small(t)) + len("openbadges"+hosted.Value+"openbadgecredential"+credential.Value) + 2*(12+5)
	assert.Len(t, baked, want)
}

func TestResultsAreIndependent(t *testing.T) {
	source := small(t)
	template, err := bake.Split(source)
	require.NoError(t, err)
	want, err := template.Bake(hosted)
	require.NoError(t, err)
	first, err := template.Bake(hosted)
	require.NoError(t, err)
	for _, shared := range [][]byte{source, first} {
		for i := range shared {
			shared[i] = 0
		}
	}
	again, err := template.Bake(hosted)
	require.NoError(t, err)
	assert.Equal(t, want, again)
}

// TestPngcheck lets an independent checker look at what baking writes.
func TestPngcheck(t *testing.T) {
	tool, err := exec.LookPath("pngcheck")
	if err != nil {
		if os.Getenv("BLAZON_REQUIRE_ALL") == "1" {
			t.Fatal("pngcheck is not installed")
		}
		t.Skip("pngcheck is not installed")
	}
	dir := t.TempDir()
	args := []string{"-q"}
	for name, plain := range pictures(t) {
		baked, err := bake.Bake(plain, hosted, credential)
		require.NoError(t, err)
		file := filepath.Join(dir, strings.TrimSuffix(name, ".png")+".png")
		require.NoError(t, os.WriteFile(file, baked, 0o600))
		args = append(args, file)
	}
	out, err := exec.Command(tool, args...).CombinedOutput()
	require.NoError(t, err, "%s", out)
	assert.NotContains(t, string(out), "ERROR")

	broken := filepath.Join(dir, "broken.png")
	require.NoError(t, os.WriteFile(broken, append(join(cut(small(t))[0]), "junk"...), 0o600))
	require.Error(t, exec.Command(tool, "-q", broken).Run(), "pngcheck must see a broken file")
}

func BenchmarkBake(b *testing.B) {
	// 25 kB, as an image of 600 x 600 has, and two texts of usual size.
	template, err := bake.Split(insert(small(b), 1, piece{"teSt", strings.Repeat("a", 25_000)}))
	require.NoError(b, err)
	assertion := bake.Text{Keyword: bake.OB2, Value: strings.Repeat("a", 1_000)}
	credential := bake.Text{Keyword: bake.OB3, Value: strings.Repeat("a", 4_000)}
	for name, texts := range map[string][]bake.Text{"2.0": {assertion}, "both": {assertion, credential}} {
		b.Run(name, func(b *testing.B) {
			out, err := template.Bake(texts...)
			require.NoError(b, err)
			b.SetBytes(int64(len(out)))
			b.ReportAllocs()
			for b.Loop() {
				template.Bake(texts...)
			}
		})
	}
}

func BenchmarkSplit(b *testing.B) {
	file := insert(small(b), 1, piece{"teSt", strings.Repeat("a", 25_000)})
	b.SetBytes(int64(len(file)))
	for b.Loop() {
		bake.Split(file)
	}
}
