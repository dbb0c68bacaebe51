package did_test

import (
	"os"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/did"
)

// TestVector reads the reference's document and writes it again, byte for byte.
func TestVector(t *testing.T) {
	data, err := os.ReadFile("testdata/did.json")
	require.NoError(t, err)
	d, err := did.Parse(data)
	require.NoError(t, err)
	again, err := did.Encode(d)
	require.NoError(t, err)
	assert.Equal(t, string(data), string(again))
}
