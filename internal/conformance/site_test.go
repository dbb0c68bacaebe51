package conformance_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// root is the repository.
const root = "../.."

// site is the published example.
type site struct {
	dir   string            // where it lies
	base  string            // its public URL
	files map[string][]byte // by published path
}

// build publishes the example once for all tests. The content is copied first, so that a build leaves no trace in the
// repository.
var build = sync.OnceValues(func() (*site, error) {
	dir, err := os.MkdirTemp("", "blazon-conformance")
	if err != nil {
		return nil, err
	}
	temporary = dir
	if err := depend(); err != nil {
		return nil, err
	}
	project, public := filepath.Join(dir, "project"), filepath.Join(dir, "public")
	binary := filepath.Join(dir, "blazon")
	if err := os.CopyFS(filepath.Join(project, "content"), os.DirFS(filepath.Join(root, "content"))); err != nil {
		return nil, err
	}
	compile := exec.Command("go", "build", "-o", binary, "./cmd/blazon")
	compile.Dir = root
	if out, err := compile.CombinedOutput(); err != nil {
		return nil, fmt.Errorf("go build ./cmd/blazon: %w\n%s", err, out)
	}
	if out, err := exec.Command(binary, "build", "-C", project, "--out", public).CombinedOutput(); err != nil {
		return nil, fmt.Errorf("blazon build: %w\n%s", err, out)
	}
	s := &site{dir: public, files: map[string][]byte{}}
	config, err := os.ReadFile(filepath.Join(project, "content", "site.yaml"))
	if err != nil {
		return nil, err
	}
	match := regexp.MustCompile(`(?m)^base_url: (\S+)`).FindSubmatch(config)
	if match == nil {
		return nil, fmt.Errorf("content/site.yaml has no base_url")
	}
	s.base = string(match[1])
	err = fs.WalkDir(os.DirFS(public), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		s.files[name], err = os.ReadFile(filepath.Join(public, filepath.FromSlash(name)))
		return err
	})
	return s, err
})

// temporary is the folder that build made, removed when all tests are done.
var temporary string

func TestMain(m *testing.M) {
	code := m.Run()
	if temporary != "" {
		os.RemoveAll(temporary)
	}
	os.Exit(code)
}

// depend opens every file that the tests depend on. go test caches a passed test by the files that its process opened,
// and would not see those that the compiler and the judges open in theirs.
func depend() error {
	for _, dir := range []string{"cmd", "internal", "site", "templates", "testdata/interop"} {
		err := filepath.WalkDir(filepath.Join(root, dir), func(name string, entry fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if entry.IsDir() {
				if entry.Name() == "node_modules" {
					return filepath.SkipDir
				}
				return nil
			}
			f, err := os.Open(name)
			if err != nil {
				return err
			}
			return f.Close()
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// example is the published site.
func example(t *testing.T) *site {
	t.Helper()
	s, err := build()
	require.NoError(t, err)
	require.NotEmpty(t, s.files)
	return s
}

// match are the published paths that a pattern of package path matches.
func (s *site) match(t *testing.T, pattern string) []string {
	t.Helper()
	var found []string
	for name := range s.files {
		if ok, err := path.Match(pattern, name); ok {
			found = append(found, name)
		} else {
			require.NoError(t, err)
		}
	}
	return found
}

// state is what an award's assertion says: "valid", "revoked", "erased", or "none" where it has no assertion.
func (s *site) state(id string) string {
	data, ok := s.files["awards/"+id+"/assertion.json"]
	switch {
	case !ok:
		return "none"
	case !bytes.Contains(data, []byte(`"revoked": true`)):
		return "valid"
	case bytes.Contains(data, []byte(`"revocationReason": "Erased"`)):
		return "erased"
	}
	return "revoked"
}

// award is the id in a path under awards/.
func award(name string) string { return strings.Split(name, "/")[1] }

// missing skips a test for want of something, or fails it where everything has to be there.
func missing(t *testing.T, format string, args ...any) {
	t.Helper()
	if os.Getenv("BLAZON_REQUIRE_ALL") == "1" {
		t.Fatalf(format, args...)
	}
	t.Skipf(format, args...)
}

// tool is the path of a program.
func tool(t *testing.T, name string) string {
	t.Helper()
	found, err := exec.LookPath(name)
	if err != nil {
		missing(t, "%s is not installed", name)
	}
	return found
}
