package zone_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/zone"
)

func TestLoad(t *testing.T) {
	zurich, err := zone.Load("Europe/Zurich")
	require.NoError(t, err)
	summer := time.Date(2026, 7, 1, 0, 0, 0, 0, zurich)
	winter := time.Date(2026, 1, 1, 0, 0, 0, 0, zurich)
	assert.Equal(t, "2026-06-30T22:00:00Z", summer.UTC().Format(time.RFC3339))
	assert.Equal(t, "2025-12-31T23:00:00Z", winter.UTC().Format(time.RFC3339))

	utc, err := zone.Load("UTC")
	require.NoError(t, err)
	assert.Equal(t, time.UTC, utc)
}

func TestLoadRefuses(t *testing.T) {
	for _, name := range []string{"", "Europe/Zuerich", "Europe", "Europe/", "../etc/passwd", "/etc/localtime", "Local"} {
		_, err := zone.Load(name)
		assert.Error(t, err, "%q", name)
	}
}

func TestNamesAllLoad(t *testing.T) {
	names := zone.Names()
	require.Greater(t, len(names), 400)
	for _, name := range names {
		_, err := zone.Load(name)
		assert.NoError(t, err, name)
	}
}
