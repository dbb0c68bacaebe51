package stamp

import (
	"bytes"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// ones is a random source of nothing but ones, counting down so that it does not repeat itself.
type ones struct{ n byte }

func (o *ones) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = 0xff
	}
	p[len(p)-1] -= o.n
	o.n++
	return len(p), nil
}

func TestFullLists(t *testing.T) {
	d := NewDealer(&ones{})
	s := d.slotsOf("northwind")
	s.max = 2
	for slot := range listSize {
		require.True(t, s.take(slot))
	}
	require.False(t, s.take(listSize-1), "taken twice")
	slot, err := d.Slot("northwind")
	require.NoError(t, err)
	assert.Equal(t, 2*listSize-1, slot, "the second list is open: half of both is taken")
	_, err = d.Slot("northwind")
	assert.ErrorIs(t, err, errFull)
	_, err = d.Slot("harbour")
	assert.NoError(t, err, "of another issuer")
}

// TestLists opens a new list when the open ones are half full, and gives no slot twice.
func TestLists(t *testing.T) {
	d := NewDealer(rand.NewChaCha8([32]byte{}))
	for i := range listSize/2 - 1 { // list 2 is open by hand
		require.True(t, d.slotsOf("northwind").take(2*listSize+2*i))
	}
	slot, err := d.Slot("northwind")
	require.NoError(t, err)
	assert.Equal(t, 2, slot/listSize, "the open list is not half full yet")
	taken := make(map[int]bool)
	lists := make(map[int]int)
	for range 1000 {
		slot, err := d.Slot("northwind")
		require.NoError(t, err)
		taken[slot] = true
		lists[slot/listSize]++
		assert.False(t, slot/listSize == 2 && slot%2 == 0 && slot < 3*listSize-2, "%d was taken", slot)
	}
	assert.Len(t, taken, 1000)
	assert.Len(t, lists, 2, "further slots are in the half full list and in one new one: %v", lists)
	assert.Greater(t, lists[0], 500)
	assert.Greater(t, lists[2], 200)
	slot, err = d.Slot("harbour")
	require.NoError(t, err)
	assert.Equal(t, 0, slot/listSize, "an issuer without lists begins with the first")
}

// TestIDs draws again where YAML would take the id for a number.
func TestIDs(t *testing.T) {
	number, err := alphabet.DecodeString("22222222222222222222222224")
	require.NoError(t, err)
	text, err := alphabet.DecodeString("k7q2m4x5o3d6a2f7w4z5b6c7ey")
	require.NoError(t, err)
	id, err := NewDealer(bytes.NewReader(append(number, text...))).ID()
	require.NoError(t, err)
	assert.Equal(t, "k7q2m4x5o3d6a2f7w4z5b6c7ey", id)
}

func TestIsNumber(t *testing.T) {
	for id, want := range map[string]bool{
		"22222222222222222222222222": true,
		"2222222222222222222222222e": true,
		"2e222222222222222222222222": true,
		"2e222222222222222222e22222": false,
		"2222222222222222222222222a": false,
		"k7q2m4x5o3d6a2f7w4z5b6c7ey": false,
	} {
		assert.Equal(t, want, isNumber(id), id)
	}
}
