package badge_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"blazon/internal/badge"
)

func TestURN(t *testing.T) {
	// python3 -c 'import uuid; print(uuid.uuid5(uuid.NAMESPACE_URL, "blazon holder k7q2m4x5o3d6a2f7w4z5b6c7ey").urn)'
	assert.Equal(t, "urn:uuid:694a0d09-1646-5e29-919e-f58cccf54ea3", badge.URN("holder k7q2m4x5o3d6a2f7w4z5b6c7ey"))
	assert.NotEqual(t, badge.URN("a"), badge.URN("b"))
}
