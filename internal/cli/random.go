package cli

import (
	"crypto/rand"
	"io"
)

func randomness() io.Reader { return rand.Reader }
