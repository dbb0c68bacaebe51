package plan

import (
	"fmt"
	"io/fs"
	"strings"

	"golang.org/x/text/cases"
	"golang.org/x/text/unicode/norm"
)

// maxName is the longest name of a file or folder, in bytes, that every common file system can hold.
const maxName = 255

// CheckPath reports why a path cannot be published everywhere, or nil. A published path is slash-separated and passes
// fs.ValidPath; none of its names is one that Windows reserves, ends in a dot or a space, holds a character that Windows
// forbids or a control character, or is longer than 255 bytes.
func CheckPath(path string) error {
	if !fs.ValidPath(path) || path == "." {
		return fmt.Errorf("not a slash-separated path within the site")
	}
	for name := range strings.SplitSeq(path, "/") {
		if err := checkName(name); err != nil {
			return err
		}
	}
	return nil
}

func checkName(name string) error {
	if len(name) > maxName {
		return fmt.Errorf("the name %.40q... has %d bytes; file systems hold %d", name, len(name), maxName)
	}
	for i := range len(name) {
		if c := name[i]; c < 0x20 || c == 0x7f || strings.IndexByte(`\<>:"|?*`, c) >= 0 {
			return fmt.Errorf("the name %q holds %q, which not every file system can hold", name, c)
		}
	}
	if last := name[len(name)-1]; last == '.' || last == ' ' {
		return fmt.Errorf("the name %q ends in %q, which Windows drops", name, last)
	}
	// Windows looks only at what stands before the first dot: nul.txt is the null device too.
	if stem, _, _ := strings.Cut(name, "."); reserved(strings.TrimRight(stem, " ")) {
		return fmt.Errorf("the name %q is reserved by Windows", name)
	}
	return nil
}

func reserved(stem string) bool {
	for _, device := range [...]string{"CON", "PRN", "AUX", "NUL", "CONIN$", "CONOUT$"} {
		if strings.EqualFold(stem, device) {
			return true
		}
	}
	if len(stem) < 4 || !strings.EqualFold(stem[:3], "COM") && !strings.EqualFold(stem[:3], "LPT") {
		return false
	}
	switch stem[3:] {
	case "1", "2", "3", "4", "5", "6", "7", "8", "9", "¹", "²", "³":
		return true
	}
	return false
}

// Fold returns the form in which two paths are equal when a file system that ignores case, or the way an accent is
// composed, takes them for one name (the Unicode Standard, 3.13, canonical caseless matching).
func Fold(path string) string {
	ascii := true
	for i := range len(path) {
		if path[i] >= 0x80 {
			ascii = false
			break
		}
	}
	if ascii {
		return strings.ToLower(path) // the same string where nothing is upper case
	}
	return norm.NFD.String(cases.Fold().String(norm.NFD.String(path)))
}
