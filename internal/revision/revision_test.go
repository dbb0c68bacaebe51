package revision_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/revision"
)

// repo is a repository made for a test. No configuration of the machine has a part in it.
type repo struct {
	t   *testing.T
	dir string
}

func gitEnv(more ...string) []string {
	return append([]string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + os.DevNull, "GIT_CONFIG_GLOBAL=" + os.DevNull, "GIT_CONFIG_NOSYSTEM=1",
		"GIT_AUTHOR_NAME=Test", "GIT_AUTHOR_EMAIL=test@example.org", "GIT_COMMITTER_NAME=Test", "GIT_COMMITTER_EMAIL=test@example.org",
		"GIT_AUTHOR_DATE=2026-01-01T00:00:00Z", "GIT_COMMITTER_DATE=2026-01-01T00:00:00Z",
	}, more...)
}

func newRepo(t *testing.T, options ...string) *repo {
	r := &repo{t, t.TempDir()}
	r.git(append([]string{"init", "-q", "-b", "main"}, options...)...)
	return r
}

func (r *repo) git(args ...string) string { return r.gitIn("", args...) }

func (r *repo) gitIn(stdin string, args ...string) string {
	r.t.Helper()
	cmd := exec.Command("git", args...)
	cmd.Dir, cmd.Env, cmd.Stdin = r.dir, gitEnv(), strings.NewReader(stdin)
	var said bytes.Buffer
	cmd.Stderr = &said
	out, err := cmd.Output()
	require.NoError(r.t, err, "git %s: %s", args, said.String())
	return strings.TrimSpace(string(out))
}

func (r *repo) write(name, text string) {
	r.t.Helper()
	file := filepath.Join(r.dir, filepath.FromSlash(name))
	require.NoError(r.t, os.MkdirAll(filepath.Dir(file), 0o755))
	require.NoError(r.t, os.WriteFile(file, []byte(text), 0o644))
}

// commit commits everything and returns the hash.
func (r *repo) commit(message string) string {
	r.t.Helper()
	r.git("add", "-A")
	r.git("commit", "-q", "--allow-empty", "-m", message)
	return r.git("rev-parse", "HEAD")
}

func (r *repo) options(rev string) revision.Options {
	return revision.Options{Dir: r.dir, Rev: rev, Exact: true, Env: gitEnv(), Rooms: []string{"content", "site"}}
}

func open(t *testing.T, opts revision.Options) *revision.Tree {
	t.Helper()
	tree, err := revision.Open(context.Background(), opts)
	require.NoError(t, err)
	t.Cleanup(func() { assert.NoError(t, tree.Close()) })
	return tree
}

func TestTreeIsAFileSystem(t *testing.T) {
	for _, format := range []string{"sha1", "sha256"} {
		t.Run(format, func(t *testing.T) {
			r := newRepo(t, "--object-format="+format)
			files := map[string]string{
				"content/site.yaml": "format: 1\n", "content/awards/2026/a b.yaml": "- x\n", "content/empty.md": "",
				"content/umlaut-ä.md": "ä\n", "content/tab\there.md": "t", "content/new\nline.md": "n",
				"content/quote\".md": "q", "outside/x.txt": "x\r\n", "content/big.bin": strings.Repeat("0123456789abcdef", 1<<14),
			}
			for name, text := range files {
				r.write(name, text)
			}
			require.NoError(t, os.Symlink("site.yaml", filepath.Join(r.dir, "content", "link.yaml")))
			commit := r.commit("one")
			r.write("content/site.yaml", "format: 2\n")
			tree := open(t, r.options(commit))
			assert.Equal(t, commit, tree.Commit)
			var names []string
			for name := range files {
				names = append(names, name)
			}
			require.NoError(t, fstest.TestFS(tree, names...))
			for name, text := range files {
				data, err := fs.ReadFile(tree, name)
				require.NoError(t, err)
				assert.Equal(t, text, string(data), name)
			}
		})
	}
}

// What git would change on its way out of the repository is read as it is stored.
func TestObjectsAreReadAsStored(t *testing.T) {
	r := newRepo(t)
	r.write(".gitattributes", "*.yaml ident eol=crlf\nsecret.yaml export-ignore\n*.txt filter=loud export-subst diff=loud\n*.utf16 working-tree-encoding=UTF-16\n")
	r.write("content/a.yaml", "# $Id$\nx: 1\n")
	r.write("content/secret.yaml", "y: 1\n")
	r.write("content/b.txt", "$Format:%H$\n")
	commit := r.commit("one")
	r.git("config", "filter.loud.smudge", "tr a-z A-Z")
	r.git("config", "diff.loud.textconv", "tr a-z A-Z")
	r.git("config", "core.autocrlf", "true")
	replaced := r.git("rev-parse", "HEAD:content/secret.yaml")
	r.git("replace", replaced, r.git("rev-parse", "HEAD:content/b.txt"))
	tree := open(t, r.options(commit))
	for name, want := range map[string]string{"content/a.yaml": "# $Id$\nx: 1\n", "content/secret.yaml": "y: 1\n", "content/b.txt": "$Format:%H$\n"} {
		data, err := fs.ReadFile(tree, name)
		require.NoError(t, err)
		assert.Equal(t, want, string(data), name)
	}
}

func TestFolderOfARepository(t *testing.T) {
	r := newRepo(t)
	r.write("readme", "x")
	before := r.commit("before the project")
	r.write("a b/ü/content/site.yaml", "format: 1\n")
	r.write("content/site.yaml", "another\n")
	r.commit("project")
	opts := r.options("HEAD")
	opts.Dir = filepath.Join(r.dir, "a b", "ü")
	tree := open(t, opts)
	assert.Equal(t, "a b/ü", tree.Prefix)
	data, err := fs.ReadFile(tree, "content/site.yaml")
	require.NoError(t, err)
	assert.Equal(t, "format: 1\n", string(data))

	opts.Rev = before
	_, err = fs.Stat(open(t, opts), "content")
	assert.ErrorIs(t, err, fs.ErrNotExist)
}

func TestMergeBase(t *testing.T) {
	r := newRepo(t)
	r.write("content/x", "1")
	fork := r.commit("fork")
	r.git("checkout", "-q", "-b", "work")
	r.write("content/x", "2")
	r.commit("work")
	r.git("checkout", "-q", "main")
	r.write("content/y", "1")
	main := r.commit("main")
	r.git("checkout", "-q", "work")

	opts := r.options("main")
	opts.Exact = false
	base := open(t, opts)
	assert.Equal(t, fork, base.Commit)
	assert.False(t, base.Own)
	opts.Rev = "HEAD"
	assert.True(t, open(t, opts).Own)
	opts.Rev, opts.Exact = "main", true
	tip := open(t, opts)
	assert.Equal(t, main, tip.Commit)
	assert.True(t, tip.Own)
	r.git("tag", "-a", "-m", "annotated", "v1", "main")
	opts.Rev = "v1"
	assert.Equal(t, main, open(t, opts).Commit)

	r.git("checkout", "-q", "--orphan", "other")
	r.commit("no parent")
	opts = r.options("main")
	opts.Exact = false
	refused(t, opts, "main and HEAD have no common commit", "--exact")
}

func refused(t *testing.T, opts revision.Options, message, hint string) {
	t.Helper()
	tree, err := revision.Open(context.Background(), opts)
	if !assert.Error(t, err) {
		tree.Close()
		return
	}
	var e *revision.Error
	require.ErrorAs(t, err, &e)
	assert.Contains(t, e.Message, message)
	assert.Contains(t, e.Hint, hint)
}

func TestRefusals(t *testing.T) {
	r := newRepo(t)
	opts := r.options("main")
	opts.Exact = false
	refused(t, opts, `there is no revision "main"`, "git log")
	r.write("content/x", "1")
	commit := r.commit("one")
	for rev, want := range map[string]string{
		"": "is empty", " ": "is empty", "-h": "does not begin with a dash", "--output=x": "does not begin with a dash", "a\nb": "no revision has such a name",
		"nowhere": "there is no revision", "HEAD:content": "there is no revision", "main..HEAD": "there is no revision", "^HEAD": "there is no revision",
		strings.Repeat("0", 40): "there is no revision", "HEAD~9": "there is no revision",
	} {
		refused(t, r.options(rev), want, "")
	}
	r.git("update-ref", "refs/remotes/origin/release", commit)
	refused(t, r.options("release"), `there is no revision "release"`, "did you mean origin/release?")

	r.git("checkout", "-q", "--orphan", "unborn")
	opts = r.options("main")
	opts.Exact = false
	refused(t, opts, "has no commit yet", "--exact")

	opts = r.options("HEAD")
	opts.Dir = t.TempDir()
	opts.Env = append(opts.Env, "GIT_CEILING_DIRECTORIES="+filepath.Dir(opts.Dir))
	refused(t, opts, "in no git repository", "git init")

	require.NoError(t, os.WriteFile(filepath.Join(r.dir, ".git", "config"), []byte("[core\n"), 0o644))
	refused(t, r.options("main"), "git cannot read this repository: bad config", "")

	t.Setenv("PATH", t.TempDir())
	refused(t, r.options("main"), "there is no git program", "PATH")
}

func TestAnothersRepository(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("only root can give a folder away")
	}
	r := newRepo(t)
	r.write("content/x", "1")
	r.commit("one")
	require.NoError(t, os.Chown(r.dir, 12345, 12345))
	require.NoError(t, os.Chown(filepath.Join(r.dir, ".git"), 12345, 12345))
	refused(t, r.options("HEAD"), "belongs to another user", "safe.directory")
	opts := r.options("HEAD")
	opts.Env = gitEnv("GIT_CONFIG_COUNT=1", "GIT_CONFIG_KEY_0=safe.directory", "GIT_CONFIG_VALUE_0="+r.dir)
	open(t, opts)
}

// A project that has moved is found by one of its files, and opened where it was.
func TestOtherFolder(t *testing.T) {
	r := newRepo(t)
	r.write("content/site.yaml", "top")
	r.write("a/b/content/site.yaml", "inner")
	r.write("content/site.yaml.txt", "no")
	r.commit("one")
	tree := open(t, r.options("HEAD"))
	folders, err := tree.Holding(context.Background(), "content/site.yaml")
	require.NoError(t, err)
	assert.Equal(t, []string{"", "a/b"}, folders)
	for folder, want := range map[string]string{"a/b": "inner", ".": "top"} {
		opts := r.options("HEAD")
		opts.Dir, opts.Folder = filepath.Join(r.dir, "a"), folder
		data, err := fs.ReadFile(open(t, opts), "content/site.yaml")
		require.NoError(t, err)
		assert.Equal(t, want, string(data))
	}
}

func TestShallowClone(t *testing.T) {
	r := newRepo(t)
	r.write("content/x", "1")
	first := r.commit("one")
	r.git("branch", "old")
	r.write("content/x", "2")
	second := r.commit("two")
	r.commit("three")
	clone := &repo{t, t.TempDir()}
	clone.git("clone", "-q", "--depth", "1", "--no-single-branch", "file://"+r.dir, ".")
	refused(t, clone.options(second), "there is no revision", "git fetch --unshallow")
	opts := clone.options("origin/old")
	opts.Exact = false
	refused(t, opts, "no common commit in this part of the history", "fetch-depth: 0")
	opts.Exact = true
	assert.Equal(t, first, open(t, opts).Commit)
	assert.NotEmpty(t, open(t, clone.options("HEAD")).Commit)
	clone.git("fetch", "-q", "--unshallow")
	opts.Exact = false
	assert.Equal(t, first, open(t, opts).Commit)
}

// A hook's environment names the repository of the push; the folder's own is read all the same.
func TestEnvironment(t *testing.T) {
	r, other := newRepo(t), newRepo(t)
	r.write("content/x", "mine")
	commit := r.commit("mine")
	other.write("content/x", "other")
	other.commit("other")
	opts := r.options("HEAD")
	opts.Env = gitEnv("GIT_DIR="+filepath.Join(other.dir, ".git"), "GIT_WORK_TREE="+other.dir, "GIT_INDEX_FILE=/nowhere", "GIT_PREFIX=x/",
		"GIT_OBJECT_DIRECTORY=/nowhere", "GIT_TRACE=1", "GIT_LITERAL_PATHSPECS=1", "GIT_PAGER=false", "LC_ALL=de_DE.UTF-8")
	tree := open(t, opts)
	assert.Equal(t, commit, tree.Commit)
	data, err := fs.ReadFile(tree, "content/x")
	require.NoError(t, err)
	assert.Equal(t, "mine", string(data))
}

func TestWorktreeOfABareRepository(t *testing.T) {
	r := newRepo(t)
	r.write("p/content/x", "1")
	commit := r.commit("one")
	bare := &repo{t, t.TempDir()}
	bare.git("clone", "-q", "--bare", r.dir, "b.git")
	tree := filepath.Join(bare.dir, "tree")
	bare.git("-C", "b.git", "worktree", "add", "-q", tree, "main")
	opts := r.options("main")
	opts.Dir, opts.Exact = filepath.Join(tree, "p"), false
	assert.Equal(t, commit, open(t, opts).Commit)
	opts.Dir = filepath.Join(bare.dir, "b.git")
	assert.Equal(t, commit, open(t, opts).Commit)
}

func TestLinks(t *testing.T) {
	r := newRepo(t)
	r.write("p/content/a/x.yaml", "x")
	r.write("p/shared/y.yaml", "y")
	r.write("outside.yaml", "z")
	for name, target := range map[string]string{
		"near.yaml": "a/x.yaml", "far.yaml": "../shared/y.yaml", "folder": "a", "nothing.yaml": "none", "loop.yaml": "loop.yaml",
		"out.yaml": "../../outside.yaml", "abs.yaml": "/etc/passwd",
	} {
		require.NoError(t, os.Symlink(target, filepath.Join(r.dir, "p", "content", name)))
	}
	r.commit("links")
	opts := r.options("HEAD")
	opts.Dir = filepath.Join(r.dir, "p")
	tree := open(t, opts)
	for name, want := range map[string]string{"content/near.yaml": "x", "content/far.yaml": "y", "content/folder/x.yaml": "x"} {
		data, err := fs.ReadFile(tree, name)
		require.NoError(t, err, name)
		assert.Equal(t, want, string(data))
		info, err := fs.Stat(tree, name)
		require.NoError(t, err)
		assert.Equal(t, int64(1), info.Size())
		assert.True(t, info.Mode().IsRegular())
	}
	for name, want := range map[string]string{"content/out.yaml": "leaves the project", "content/abs.yaml": "leaves the project", "content/loop.yaml": "too many links", "content/nothing.yaml": "not exist"} {
		_, err := tree.Open(name)
		assert.ErrorContains(t, err, want, name)
	}
	target, err := fs.ReadLink(tree, "content/out.yaml")
	require.NoError(t, err)
	assert.Equal(t, "../../outside.yaml", target)
	info, err := fs.Stat(tree, "content/folder")
	require.NoError(t, err)
	assert.True(t, info.IsDir())
}

func TestSubmodule(t *testing.T) {
	r := newRepo(t)
	r.write("content/x", "1")
	commit := r.commit("one")
	r.git("update-index", "--add", "--cacheinfo", "160000,"+commit+",content/awards/other")
	r.git("commit", "-q", "-m", "submodule")
	tree := open(t, r.options("HEAD"))
	assert.Equal(t, []string{"content/awards/other"}, tree.Submodules())
	entries, err := fs.ReadDir(tree, "content/awards/other")
	require.NoError(t, err)
	assert.Empty(t, entries)
	require.NoError(t, fstest.TestFS(tree, "content/x"))
}

func TestPointers(t *testing.T) {
	r := newRepo(t)
	r.write("content/p.png", "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n")
	r.write("content/x.md", "version https://example.org\n")
	r.commit("one")
	tree := open(t, r.options("HEAD"))
	_, err := fs.ReadFile(tree, "content/p.png")
	assert.ErrorIs(t, err, revision.ErrLFS)
	f, err := tree.Open("content/p.png")
	require.NoError(t, err)
	_, err = io.ReadAll(f)
	assert.ErrorIs(t, err, revision.ErrLFS)
	require.NoError(t, f.Close())
	_, err = fs.ReadFile(tree, "content/x.md")
	require.NoError(t, err)
	assert.Equal(t, []string{"content/p.png"}, tree.Pointers())
}

// A folder on the disk shows such names on some systems; TestFS allows none.
func TestBackslash(t *testing.T) {
	r := newRepo(t)
	hash := r.gitIn("b", "hash-object", "-w", "--stdin")
	r.git("update-index", "--add", "--cacheinfo", "100644,"+hash+`,content/back\slash.md`)
	r.git("commit", "-q", "-m", "one")
	data, err := fs.ReadFile(open(t, r.options("HEAD")), `content/back\slash.md`)
	require.NoError(t, err)
	assert.Equal(t, "b", string(data))
}

// Trees that git itself would not make.
func TestOddTrees(t *testing.T) {
	r := newRepo(t)
	r.write("content/x", "1")
	r.commit("one")
	blob := r.git("rev-parse", "HEAD:content/x")
	inner := r.gitIn("100644 blob "+blob+"\t\xff.yaml\x00"+"100644 blob "+blob+"\tfine\x00", "mktree", "-z")
	tree := r.gitIn(fmt.Sprintf("040000 tree %s\tcontent\n040000 tree %s\t..\n", inner, inner), "mktree")
	commit := r.git("commit-tree", "-m", "odd", tree)
	odd := open(t, r.options(commit))
	require.NoError(t, fstest.TestFS(odd, "content/fine"))
	_, err := odd.Open("../content/fine")
	assert.ErrorIs(t, err, fs.ErrInvalid)
	_, err = fs.Stat(odd, "content/\xff.yaml")
	assert.Error(t, err)
}

func TestMissingObject(t *testing.T) {
	r := newRepo(t)
	r.write("content/x", "1")
	r.write("content/y", "2")
	r.commit("one")
	opts := r.options("HEAD")
	opts.Rooms = nil
	tree := open(t, opts)
	hash := r.git("rev-parse", "HEAD:content/x")
	require.NoError(t, os.Remove(filepath.Join(r.dir, ".git", "objects", hash[:2], hash[2:])))
	_, err := fs.ReadFile(tree, "content/x")
	assert.ErrorContains(t, err, "git does not have its content")
	data, err := fs.ReadFile(tree, "content/y")
	require.NoError(t, err, "the others are read all the same")
	assert.Equal(t, "2", string(data))
}

func TestManyReaders(t *testing.T) {
	r := newRepo(t)
	for i := range 50 {
		r.write(fmt.Sprintf("content/%d", i), strings.Repeat(fmt.Sprint(i), 1000))
	}
	r.commit("one")
	tree := open(t, r.options("HEAD"))
	var wait sync.WaitGroup
	for i := range 50 {
		wait.Go(func() {
			data, err := fs.ReadFile(tree, fmt.Sprintf("content/%d", i))
			assert.NoError(t, err)
			assert.Equal(t, strings.Repeat(fmt.Sprint(i), 1000), string(data))
		})
	}
	wait.Wait()
}

func TestCancelled(t *testing.T) {
	r := newRepo(t)
	r.write("content/x", "1")
	r.commit("one")
	ctx, cancel := context.WithCancel(context.Background())
	tree, err := revision.Open(ctx, r.options("HEAD"))
	require.NoError(t, err)
	cancel()
	_, err = fs.ReadFile(tree, "content/x")
	assert.Error(t, err)
	assert.NoError(t, tree.Close())
	_, err = revision.Open(ctx, r.options("HEAD"))
	assert.ErrorIs(t, err, context.Canceled)
}

// 10,000 awards in 100 files, from git and from the disk.
func BenchmarkRead(b *testing.B) {
	dir := b.TempDir()
	git := func(args ...string) {
		cmd := exec.Command("git", args...)
		cmd.Dir, cmd.Env = dir, gitEnv()
		out, err := cmd.CombinedOutput()
		require.NoError(b, err, string(out))
	}
	require.NoError(b, os.MkdirAll(filepath.Join(dir, "content", "awards"), 0o755))
	for i := range 100 {
		var text strings.Builder
		for j := range 100 {
			fmt.Fprintf(&text, "- id: %026d\n  status_index: %d\n  badge: go-basics\n  issued: 2026-03-14\n  recipient: r%d@example.org\n", i*100+j, i*100+j, j)
		}
		require.NoError(b, os.WriteFile(filepath.Join(dir, "content", "awards", fmt.Sprintf("%d.yaml", i)), []byte(text.String()), 0o644))
	}
	git("init", "-q")
	git("add", "-A")
	git("commit", "-q", "-m", "x")
	walk := func(fsys fs.FS) {
		err := fs.WalkDir(fsys, "content", func(name string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			_, err = fs.ReadFile(fsys, name)
			return err
		})
		require.NoError(b, err)
	}
	b.Run("revision", func(b *testing.B) {
		for b.Loop() {
			tree, err := revision.Open(context.Background(), revision.Options{Dir: dir, Rev: "HEAD", Exact: true, Env: gitEnv(), Rooms: []string{"content"}})
			require.NoError(b, err)
			walk(tree)
			require.NoError(b, tree.Close())
		}
	})
	b.Run("folder", func(b *testing.B) {
		for b.Loop() {
			walk(os.DirFS(dir))
		}
	})
}
