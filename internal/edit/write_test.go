package edit_test

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/edit"
)

const stepVariable = "BLAZON_EDIT_TEST_STEP"

var paths = []string{"content/awards/a.yaml", "content/awards/2026/b.yaml", "content/awards/2026/c.yaml"}

// oldText and newText are long enough for a torn one to show.
func oldText(path string) []byte { return []byte(strings.Repeat("# old "+path+"\n", 2_000)) }
func newText(path string) []byte { return []byte(strings.Repeat("# new "+path+"\n", 3_000)) }

func files() []edit.File {
	var files []edit.File
	for _, p := range paths {
		files = append(files, edit.File{Path: p, Old: oldText(p), New: newText(p)})
	}
	return files
}

func project(t *testing.T) (string, *os.Root) {
	t.Helper()
	dir := t.TempDir()
	for i, p := range paths {
		require.NoError(t, os.MkdirAll(filepath.Join(dir, filepath.Dir(p)), 0o755))
		require.NoError(t, os.WriteFile(filepath.Join(dir, p), oldText(p), []os.FileMode{0o644, 0o600, 0o664}[i]))
		require.NoError(t, os.Chmod(filepath.Join(dir, p), []os.FileMode{0o644, 0o600, 0o664}[i]))
	}
	return dir, open(t, dir)
}

func open(t *testing.T, dir string) *os.Root {
	t.Helper()
	root, err := os.OpenRoot(dir)
	require.NoError(t, err)
	t.Cleanup(func() { _ = root.Close() })
	return root
}

func read(t *testing.T, dir, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(dir, path))
	require.NoError(t, err)
	return data
}

// all are the files in a folder and below, by name.
func all(t *testing.T, dir string) []string {
	t.Helper()
	var found []string
	require.NoError(t, filepath.WalkDir(dir, func(path string, d os.DirEntry, err error) error {
		if err == nil && !d.IsDir() {
			name, _ := filepath.Rel(dir, path)
			found = append(found, filepath.ToSlash(name))
		}
		return err
	}))
	return found
}

func checkTexts(t *testing.T, dir string, text func(string) []byte) {
	t.Helper()
	assert.ElementsMatch(t, paths, all(t, dir))
	for _, p := range paths {
		assert.True(t, bytes.Equal(text(p), read(t, dir, p)), p)
	}
}

func TestWrite(t *testing.T) {
	dir, root := project(t)
	require.NoError(t, edit.Write(root, files()))
	checkTexts(t, dir, newText)
	for i, p := range paths {
		info, err := os.Stat(filepath.Join(dir, p))
		require.NoError(t, err)
		assert.Equal(t, []os.FileMode{0o644, 0o600, 0o664}[i], info.Mode(), "%s", p)
	}
	assert.ErrorIs(t, edit.Write(root, files()), edit.ErrChanged, "the files are no longer as they were")
	assert.NoError(t, edit.Write(root, nil))
}

func TestWriteRefuses(t *testing.T) {
	for _, tt := range []struct {
		name  string
		spoil func(t *testing.T, dir string, files []edit.File)
		want  string
	}{
		{"a changed file", func(t *testing.T, dir string, files []edit.File) {
			require.NoError(t, os.WriteFile(filepath.Join(dir, paths[2]), []byte("# by hand"), 0o644))
		}, paths[2] + ": the file was changed meanwhile"},
		{"a missing file", func(t *testing.T, dir string, files []edit.File) {
			require.NoError(t, os.Remove(filepath.Join(dir, paths[2])))
		}, "no such file"},
		{"a folder", func(t *testing.T, dir string, files []edit.File) { files[2].Path = "content" }, "content: it is not a file"},
		{"nothing to write", func(t *testing.T, dir string, files []edit.File) { files[2].New = nil }, paths[2] + ": there is nothing to write"},
		{"a path out of the project", func(t *testing.T, dir string, files []edit.File) { files[2].Path = "../c.yaml" }, "not a path inside the project"},
		{"an absolute path", func(t *testing.T, dir string, files []edit.File) { files[2].Path = filepath.Join(dir, paths[2]) }, "not a path inside the project"},
		{"one file twice", func(t *testing.T, dir string, files []edit.File) { files[2] = files[1] }, "it is the same file as " + paths[1]},
		{"two names of one file", func(t *testing.T, dir string, files []edit.File) {
			require.NoError(t, os.Remove(filepath.Join(dir, paths[2])))
			require.NoError(t, os.Link(filepath.Join(dir, paths[1]), filepath.Join(dir, paths[2])))
			files[2].Old = files[1].Old
		}, "it is the same file as " + paths[1]},
		{"a read-only file", func(t *testing.T, dir string, files []edit.File) {
			require.NoError(t, os.Chmod(filepath.Join(dir, paths[2]), 0o444))
		}, paths[2] + ": the file is read-only"},
		{"a link out of the project", func(t *testing.T, dir string, files []edit.File) {
			outside := filepath.Join(t.TempDir(), "c.yaml")
			require.NoError(t, os.WriteFile(outside, oldText(paths[2]), 0o644))
			link, err := filepath.Rel(filepath.Join(dir, filepath.Dir(paths[2])), outside)
			require.NoError(t, err)
			require.NoError(t, os.Remove(filepath.Join(dir, paths[2])))
			require.NoError(t, os.Symlink(link, filepath.Join(dir, paths[2])))
		}, paths[2] + ": a link leaves the project"},
		{"an absolute link", func(t *testing.T, dir string, files []edit.File) {
			require.NoError(t, os.Remove(filepath.Join(dir, paths[2])))
			require.NoError(t, os.Symlink(filepath.Join(dir, paths[1]), filepath.Join(dir, paths[2])))
		}, paths[2] + ": a link leaves the project"},
		{"a link to itself", func(t *testing.T, dir string, files []edit.File) {
			require.NoError(t, os.Remove(filepath.Join(dir, paths[2])))
			require.NoError(t, os.Symlink("c.yaml", filepath.Join(dir, paths[2])))
		}, paths[2] + ": too many links"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			dir, root := project(t)
			files := files()
			tt.spoil(t, dir, files)
			assert.ErrorContains(t, edit.Write(root, files), tt.want)
			assert.True(t, bytes.Equal(oldText(paths[0]), read(t, dir, paths[0])))
			for _, name := range all(t, dir) {
				assert.Contains(t, paths, name, "left behind")
			}
		})
	}
}

// TestLinks writes a file where it stands: the links to it and on the way to it stay.
func TestLinks(t *testing.T) {
	dir, root := project(t)
	require.NoError(t, os.MkdirAll(filepath.Join(dir, "shared/deep"), 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "shared/team.yaml"), []byte("# team"), 0o644))
	require.NoError(t, os.Symlink("../../shared/deep", filepath.Join(dir, "content/awards/deep")))
	require.NoError(t, os.Symlink("../team.yaml", filepath.Join(dir, "shared/deep/link.yaml")))
	require.NoError(t, edit.Write(root, []edit.File{{Path: "content/awards/deep/link.yaml", Old: []byte("# team"), New: []byte("# team!")}}))
	assert.Equal(t, "# team!", string(read(t, dir, "shared/team.yaml")))
	target, err := os.Readlink(filepath.Join(dir, "shared/deep/link.yaml"))
	require.NoError(t, err)
	assert.Equal(t, "../team.yaml", target)
	err = edit.Write(root, []edit.File{
		{Path: "content/awards/deep/link.yaml", Old: []byte("# team!"), New: []byte("# 1")},
		{Path: "shared/team.yaml", Old: []byte("# team!"), New: []byte("# 2")},
	})
	assert.ErrorContains(t, err, "it is the same file as content/awards/deep/link.yaml")
}

// TestFaults fails each step in turn. A failed Write leaves the old files and nothing beside them.
func TestFaults(t *testing.T) {
	broken := errors.New("disk full")
	var ops []string
	_, root := project(t)
	require.NoError(t, edit.WriteWith(root, files(), func(op, name string) error {
		ops = append(ops, op)
		return nil
	}))
	require.Greater(t, len(ops), 15)
	for at, failing := range ops {
		t.Run(fmt.Sprintf("%02d %s", at, failing), func(t *testing.T) {
			dir, root := project(t)
			n := 0
			err := edit.WriteWith(root, files(), func(op, name string) error {
				n++
				if n == at+1 {
					return broken
				}
				return nil
			})
			if failing == "sync folder" {
				assert.NoError(t, err, "the files are in place")
				checkTexts(t, dir, newText)
				return
			}
			assert.ErrorIs(t, err, broken)
			checkTexts(t, dir, oldText)
		})
	}
}

// TestFaultTwice fails a rename and what would take the earlier ones back.
func TestFaultTwice(t *testing.T) {
	dir, root := project(t)
	renames := 0
	err := edit.WriteWith(root, files(), func(op, name string) error {
		if op == "rename" {
			renames++
		}
		if renames == 3 && (op == "rename" || op == "create") {
			return errors.New("disk full")
		}
		return nil
	})
	assert.ErrorContains(t, err, paths[2]+": disk full")
	assert.ErrorContains(t, err, paths[0]+" has its new text and keeps it")
	assert.ErrorContains(t, err, paths[1]+" has its new text and keeps it")
	assert.Equal(t, [][]byte{newText(paths[0]), newText(paths[1]), oldText(paths[2])},
		[][]byte{read(t, dir, paths[0]), read(t, dir, paths[1]), read(t, dir, paths[2])})
	assert.ElementsMatch(t, paths, all(t, dir))
}

// TestChangedMeanwhile lets somebody save a file at each step. What they saved is never lost.
func TestChangedMeanwhile(t *testing.T) {
	byHand := []byte("# by hand")
	for _, when := range []string{"create", "write", "sync", "remove"} {
		t.Run(when, func(t *testing.T) {
			dir, root := project(t)
			err := edit.WriteWith(root, files(), func(op, name string) error {
				if op == when || when == "remove" && op == "rename" && strings.HasSuffix(name, "c.yaml") {
					return os.WriteFile(filepath.Join(dir, paths[0]), byHand, 0o644)
				}
				return nil
			})
			if when == "remove" { // after it was renamed: their edit is of the new text
				require.NoError(t, err)
			} else {
				require.ErrorIs(t, err, edit.ErrChanged)
				assert.True(t, bytes.Equal(oldText(paths[1]), read(t, dir, paths[1])))
			}
			assert.Equal(t, string(byHand), string(read(t, dir, paths[0])))
			assert.ElementsMatch(t, paths, all(t, dir))
		})
	}
	t.Run("before it is taken back", func(t *testing.T) {
		dir, root := project(t)
		err := edit.WriteWith(root, files(), func(op, name string) error {
			if op == "rename" && strings.HasSuffix(name, "c.yaml") {
				require.NoError(t, os.WriteFile(filepath.Join(dir, paths[0]), byHand, 0o644))
				return errors.New("disk full")
			}
			return nil
		})
		require.ErrorContains(t, err, "disk full")
		assert.Equal(t, string(byHand), string(read(t, dir, paths[0])))
		assert.True(t, bytes.Equal(oldText(paths[1]), read(t, dir, paths[1])))
	})
}

// TestTwoAtOnce starts a second run in the midst of the first. One of them wins, and the files are whole.
func TestTwoAtOnce(t *testing.T) {
	for _, when := range []string{"create", "write", "sync", "rename"} {
		t.Run(when, func(t *testing.T) {
			dir, root := project(t)
			others := files()
			for i := range others {
				others[i].New = append([]byte("# other\n"), others[i].New...)
			}
			var second error
			started := false
			first := edit.WriteWith(root, files(), func(op, name string) error {
				if op == when && !started {
					started = true
					second = edit.Write(root, others)
				}
				return nil
			})
			require.True(t, started)
			require.NoError(t, second)
			require.Error(t, first)
			for _, f := range others {
				assert.True(t, bytes.Equal(f.New, read(t, dir, f.Path)), f.Path)
			}
			assert.ElementsMatch(t, paths, all(t, dir))
		})
	}
}

// TestKilled kills a process at each step. Each file is old or new, and the next run completes what is left and cleans up.
func TestKilled(t *testing.T) {
	if step := os.Getenv(stepVariable); step != "" {
		writeUntilKilled(step)
		return
	}
	for step := 1; ; step++ {
		dir, root := project(t)
		cmd := exec.Command(os.Args[0], "-test.run=^TestKilled$")
		cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d %s", stepVariable, step, dir))
		out, err := cmd.Output()
		if err == nil {
			require.Greater(t, step, 15, "the child ended too early: %s", out)
			checkTexts(t, dir, newText)
			return
		}
		scanner := bufio.NewScanner(bytes.NewReader(out))
		require.True(t, scanner.Scan(), "step %d: %v", step, err)
		name := fmt.Sprintf("%02d %s", step, scanner.Text())
		t.Run(name, func(t *testing.T) {
			var left []edit.File
			for _, f := range files() {
				now := read(t, dir, f.Path)
				if bytes.Equal(now, f.Old) {
					left = append(left, f)
				} else {
					assert.True(t, bytes.Equal(now, f.New), "torn: %s", f.Path)
				}
			}
			require.NoError(t, edit.Write(root, left))
			for _, f := range files() {
				assert.True(t, bytes.Equal(f.New, read(t, dir, f.Path)))
			}
			assert.ElementsMatch(t, paths, all(t, dir))
		})
	}
}

// writeUntilKilled is the child: it kills itself, without any chance to clean up, before the step that it is told.
func writeUntilKilled(arg string) {
	number, dir, _ := strings.Cut(arg, " ")
	var step int
	if _, err := fmt.Sscan(number, &step); err != nil {
		panic(err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		panic(err)
	}
	n := 0
	err = edit.WriteWith(root, files(), func(op, name string) error {
		n++
		if n < step {
			return nil
		}
		fmt.Println(op)
		self, err := os.FindProcess(os.Getpid())
		if err != nil {
			panic(err)
		}
		_ = self.Kill()
		select {}
	})
	if err != nil {
		panic(err)
	}
}
