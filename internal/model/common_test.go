package model_test

import (
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"blazon/internal/model"
)

func TestCommonValues(t *testing.T) {
	for value, want := range map[string]int{
		"Ada Lovelace":               1,
		"ada@example.org":            2, // a line too
		"class-0001-of-many":         2,
		"k7q2m4x5o3d6a2f7w4z5b6c7ey": 3,
		"":                           0,
		"Zoë":                        0,
		"a@b":                        1,
	} {
		wrong, taken := model.Uncommon(value)
		assert.Empty(t, wrong, value)
		assert.Equal(t, want, taken, value)
	}
	random := rand.New(rand.NewPCG(1, 2))
	const letters = "aab2 .-_@@'\t:con"
	total := 0
	for range 200_000 {
		value := make([]byte, random.IntN(14))
		for i := range value {
			value[i] = letters[random.IntN(len(letters))]
		}
		wrong, taken := model.Uncommon(string(value))
		assert.Empty(t, wrong, "%q", value)
		total += taken
	}
	assert.Greater(t, total, 10_000)
}

func FuzzCommonValues(f *testing.F) {
	for _, seed := range []string{"ada@example.org", "a-b.c_d@e.fg", "com1.aaaaaaa", "x@y.z", "k7q2m4x5o3d6a2f7w4z5b6c7ey", "~"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, value string) {
		wrong, _ := model.Uncommon(value)
		assert.Empty(t, wrong, "%q", value)
	})
}
