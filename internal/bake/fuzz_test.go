package bake_test

import (
	"bytes"
	"errors"
	"image/png"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
)

// seeds adds files to a fuzz test and makes sure that there are some.
func seeds(f *testing.F, add func(file []byte)) {
	count := 0
	for _, plain := range pictures(f) {
		if len(plain) > 2_000 {
			continue
		}
		baked, err := bake.Bake(plain, hosted, credential)
		require.NoError(f, err)
		add(plain)
		add(baked)
		count++
	}
	add(insert(small(f), 1, piece{"iTXt", "openbadges\x00\x01\x00\x00\x00" + deflate("{}")}, piece{"tEXt", "openbadges\x00\xe9"}))
	require.Greater(f, count, 20)
}

// mend corrects the checksums of a file, so that a fuzzer's changes come past them.
func mend(file []byte) []byte {
	if len(file) < len(signature) {
		return file
	}
	return join(cut(file)...)
}

func FuzzUnbakePNG(f *testing.F) {
	seeds(f, func(file []byte) { f.Add(file) })
	f.Fuzz(func(t *testing.T, file []byte) {
		for _, file := range [][]byte{file, mend(file)} {
			found, err := bake.UnbakePNG(file)
			var format *bake.FormatError
			if err != nil {
				if !errors.As(err, &format) {
					assert.ErrorIs(t, err, bake.ErrNotPNG)
				} else {
					assert.LessOrEqual(t, format.Offset, len(file))
				}
				continue
			}
			badges := len(cut(file)) - len(others(file))
			assert.Len(t, found, badges)
			for _, f := range found {
				assert.True(t, utf8.ValidString(f.Value))
				assert.Contains(t, []string{"iTXt", "tEXt"}, f.Chunk)
			}
		}
	})
}

func FuzzBakePNG(f *testing.F) {
	seeds(f, func(file []byte) { f.Add(file, `{"a":"é"}`, "a.b.c") })
	f.Fuzz(func(t *testing.T, file []byte, two, three string) {
		for _, file := range [][]byte{file, mend(file)} {
			template, err := bake.Split(file)
			if err != nil {
				continue
			}
			texts := []bake.Text{{Keyword: bake.OB2, Value: two}, {Keyword: bake.OB3, Value: three}}
			baked, err := template.Bake(texts...)
			if bad := func(s string) bool { return s == "" || !utf8.ValidString(s) || strings.Contains(s, "\x00") }; bad(two) || bad(three) {
				require.Error(t, err)
				continue
			}
			require.NoError(t, err)

			found, err := bake.Unbake(baked)
			require.NoError(t, err)
			require.Len(t, found, 2)
			assert.Equal(t, texts, []bake.Text{found[0].Text, found[1].Text})
			assert.Equal(t, others(file), others(baked))
			again, err := bake.Bake(baked, texts...)
			require.NoError(t, err)
			assert.Equal(t, baked, again)

			// Decoding is kept to small pictures: the fuzzer likes to ask for huge ones.
			if config, err := png.DecodeConfig(bytes.NewReader(file)); err != nil || config.Width > 1<<10 || config.Height > 1<<10 {
				continue
			}
			if want, err := pixels(file); err == nil {
				got, err := pixels(baked)
				require.NoError(t, err)
				assert.Equal(t, want, got)
			}
		}
	})
}
