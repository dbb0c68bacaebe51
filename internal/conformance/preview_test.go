//go:build unix

package conformance_test

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// preview serves a project with the built program until the test ends. An interrupt must end it cleanly.
func preview(t *testing.T, project string, args ...string) (base string) {
	t.Helper()
	s := example(t)
	address := freePort(t)
	_, port, _ := strings.Cut(address, ":")
	var log bytes.Buffer
	cmd := exec.Command(filepath.Join(filepath.Dir(s.dir), "blazon"), append([]string{"serve", "-C", project, "--port", port}, args...)...)
	cmd.Stdout, cmd.Stderr = &log, &log
	require.NoError(t, cmd.Start())
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGINT)
		select {
		case err := <-ended:
			assert.NoError(t, err, "after an interrupt")
		case <-time.After(10 * time.Second):
			_ = cmd.Process.Kill()
			assert.Fail(t, "an interrupt did not end it")
		}
		if t.Failed() {
			t.Logf("%s", log.Bytes())
		}
	})
	base = "http://localhost:" + port
	awaitAnswer(t, ended, &log, func() bool {
		response, err := http.Get(base + "/")
		if err == nil {
			response.Body.Close()
		}
		return err == nil
	})
	return base
}

// TestPreviewServesTheSite: for every file of the published example the preview answers with its bytes, and with the
// headers that other servers are configured for; so it does below a path.
func TestPreviewServesTheSite(t *testing.T) {
	s := example(t)
	blazon := filepath.Join(filepath.Dir(s.dir), "blazon")
	for _, prefix := range []string{"", "/school"} {
		t.Run("at "+prefix+"/", func(t *testing.T) {
			dir := t.TempDir()
			require.NoError(t, os.CopyFS(filepath.Join(dir, "content"), os.DirFS(filepath.Join(root, "content"))))
			// What the build has drawn is drawn alike here, but that takes long.
			require.NoError(t, os.CopyFS(filepath.Join(dir, ".blazon"), os.DirFS(filepath.Join(filepath.Dir(s.dir), "project", ".blazon"))))
			name := filepath.Join(dir, "content", "site.yaml")
			config, err := os.ReadFile(name)
			require.NoError(t, err)
			require.NoError(t, os.WriteFile(name, bytes.Replace(config, []byte(s.base), []byte(s.base+prefix), 1), 0o644))
			for _, file := range []string{"samples/a.jws", "samples/a.jwt", "samples/über uns.jpg", "samples/Logo.SVG", ".well-known/x", "CNAME"} {
				file = filepath.Join(dir, "site", filepath.FromSlash(file))
				require.NoError(t, os.MkdirAll(filepath.Dir(file), 0o755))
				require.NoError(t, os.WriteFile(file, []byte("bytes of "+file), 0o644))
			}
			public := filepath.Join(dir, "public")
			out, err := exec.Command(blazon, "build", "-C", dir, "--out", public).CombinedOutput()
			require.NoError(t, err, "%s", out)
			files := map[string][]byte{}
			require.NoError(t, filepath.WalkDir(public, func(name string, entry os.DirEntry, err error) error {
				if err != nil || entry.IsDir() {
					return err
				}
				path, err := filepath.Rel(public, name)
				require.NoError(t, err)
				files[filepath.ToSlash(path)], err = os.ReadFile(name)
				return err
			}))
			base := preview(t, dir) + prefix
			checkServer(t, base, files)
			own := ask(t, http.MethodGet, base+"/_headers")
			assert.Equal(t, string(files["_headers"]), own.body)
		})
	}
}

// TestPreviewInABrowser: open pages follow what is done to their files.
func TestPreviewInABrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("a browser takes minutes")
	}
	if chromium := os.Getenv("CHROMIUM"); chromium == "" {
		tool(t, "/usr/bin/chromium")
	}
	dir := t.TempDir()
	require.NoError(t, os.CopyFS(dir, os.DirFS(filepath.Join(root, "cmd/blazon/testdata/project"))))
	// Another picture of the same size, so that no page names it otherwise.
	f, err := os.Open(filepath.Join(dir, "content/badges/go-basics.png"))
	require.NoError(t, err)
	config, err := png.DecodeConfig(f)
	f.Close()
	require.NoError(t, err)
	picture := image.NewGray(image.Rect(0, 0, config.Width, config.Height))
	var other bytes.Buffer
	require.NoError(t, png.Encode(&other, picture))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "other.png"), other.Bytes(), 0o644))
	v := judge[struct {
		Tool  string
		Steps []struct {
			Name  string
			OK    bool
			Value string
		}
		Complaints []string
	}](t, "preview.js", dir, preview(t, dir)+"/")
	t.Log(v.Tool)
	assert.GreaterOrEqual(t, len(v.Steps), 16)
	for _, s := range v.Steps {
		assert.True(t, s.OK, "%s: %s", s.Name, s.Value)
	}
	assert.Empty(t, v.Complaints)
}
