// Package browser shows an address in the user's browser.
package browser

import (
	"fmt"
	"os/exec"
	"runtime"
)

// Open asks the system to show an http address. It returns when the system has taken it; what the browser does with it is
// not known.
func Open(address string) error {
	name, args := command(runtime.GOOS, address)
	if out, err := exec.Command(name, args...).CombinedOutput(); err != nil {
		return fmt.Errorf("%s: %w %s", name, err, out)
	}
	return nil
}

// command is what each system has for it.
func command(system, address string) (name string, args []string) {
	switch system {
	case "darwin":
		return "open", []string{address}
	case "windows":
		return "rundll32", []string{"url.dll,FileProtocolHandler", address}
	}
	return "xdg-open", []string{address}
}
