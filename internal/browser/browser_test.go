package browser

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestCommand(t *testing.T) {
	for system, want := range map[string]string{"linux": "xdg-open", "freebsd": "xdg-open", "darwin": "open", "windows": "rundll32"} {
		name, args := command(system, "http://localhost:8080/")
		assert.Equal(t, want, name)
		assert.Equal(t, "http://localhost:8080/", args[len(args)-1])
	}
}

func TestNoBrowser(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	assert.Error(t, Open("http://localhost:8080/"))
}
