package decl_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/decl"
)

func TestIsAliased(t *testing.T) {
	f, problems := decl.Parse("a.yaml", []byte("- &used {a: 1}\n- &unused {a: 1}\n- {a: 1}\n- [*used]\n"))
	require.Empty(t, problems)
	var got []bool
	for _, n := range f.Root.Items() {
		got = append(got, f.IsAliased(n))
	}
	assert.Equal(t, []bool{true, false, false, false}, got)
	assert.False(t, (&decl.File{}).IsAliased(decl.Node{}))
}
