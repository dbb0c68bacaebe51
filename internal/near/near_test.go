package near_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"blazon/internal/near"
)

func TestWord(t *testing.T) {
	keys := []string{"name", "description", "criteria", "expires_after", "url", "email"}
	for word, want := range map[string]string{
		"critera":       "criteria",
		"crtieria":      "criteria",
		"Name":          "name",
		"expiresAfter":  "expires_after",
		"expires-after": "expires_after",
		"ulr":           "url",
		"e-mail":        "email",
		"colour":        "",
		"x":             "",
		"":              "",
	} {
		got, ok := near.Word(word, keys)
		assert.Equal(t, want, got, word)
		assert.Equal(t, want != "", ok, word)
	}
}
