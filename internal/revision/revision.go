// Package revision opens a project as git has it at an earlier commit, as an fs.FS. It asks the git that is installed and
// takes objects as they are stored: no attribute, export filter, text conversion or replaced object has a part in what it
// reads. It writes nothing and touches neither the index nor the working tree.
//
// It is the only package that starts another program.
package revision

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// Options name a revision of a project.
type Options struct {
	Dir string // the project's folder, which may be one of the repository's
	// Rev is a revision in git's words: a branch, a tag, a commit, "HEAD~3".
	Rev string
	// Exact asks for Rev itself. Without it, what is opened is the merge base of Rev and HEAD: where the two last agreed,
	// so that what others have done to Rev since is not taken for a change made here.
	Exact bool
	// Env is the environment for git, as os.Environ has it. What would lead git to another repository than Dir's is
	// left out: hooks set it.
	Env []string
	// Folder, where it is not empty, is the folder of the repository to open in place of Dir's own; "." is its top.
	Folder string
	// Rooms are the folders whose files' sizes are asked for at once. Without one of a file, telling its size takes
	// reading it.
	Rooms []string
}

// Error is why a revision cannot be opened or read, in words for the person who named it.
type Error struct {
	Message string
	Hint    string // the way out; may be empty
}

func (e *Error) Error() string { return e.Message }

func refuse(hint, format string, args ...any) error {
	return &Error{Message: fmt.Sprintf(format, args...), Hint: hint}
}

const (
	shallowHint = "this is a shallow clone: run git fetch --unshallow, or check out with fetch-depth: 0 in CI"
	gitHint     = "git must be installed and be found in PATH"
)

// Open opens a revision. The caller closes the tree. The error is an *Error where it is not the context's.
func Open(ctx context.Context, opts Options) (*Tree, error) {
	switch {
	case strings.TrimSpace(opts.Rev) == "":
		return nil, refuse("name a branch, a tag or a commit", "the revision is empty")
	case strings.HasPrefix(opts.Rev, "-"):
		return nil, refuse("name a branch, a tag or a commit", "a revision does not begin with a dash: %q", opts.Rev)
	case strings.ContainsAny(opts.Rev, "\x00\n"):
		return nil, refuse("name a branch, a tag or a commit", "no revision has such a name: %q", opts.Rev)
	}
	g := git{dir: opts.Dir, env: environment(opts.Env)}
	repo, err := g.repository(ctx)
	if err != nil {
		return nil, err
	}
	commit, own, err := g.resolve(ctx, opts, repo)
	if err != nil {
		return nil, err
	}
	switch opts.Folder {
	case "":
	case ".":
		repo.prefix = ""
	default:
		repo.prefix = opts.Folder
	}
	t := &Tree{Commit: commit, Own: own, Prefix: repo.prefix, blobs: &blobs{git: g, ctx: ctx}}
	if err := t.list(ctx, g, opts.Rooms); err != nil {
		return nil, err
	}
	return t, nil
}

// repository is what git says of the folder's repository.
type repository struct {
	shallow bool
	prefix  string // of the project's folder below the repository's top: "", or "badges"
}

func (g git) repository(ctx context.Context) (repository, error) {
	out, err := g.run(ctx, "rev-parse", "--is-shallow-repository", "--show-prefix")
	var failed *exit
	switch {
	case errors.As(err, &failed) && strings.Contains(failed.said, "not a git repository"):
		return repository{}, refuse("states are compared through git: run git init and commit the project", "the project is in no git repository")
	case errors.As(err, &failed) && strings.Contains(failed.said, "dubious ownership"):
		return repository{}, refuse("where you trust it, run git config --global --add safe.directory and its folder; CI containers need that",
			"git refuses to read a repository that belongs to another user")
	case err != nil:
		return repository{}, refusal(err, "git cannot read this repository")
	}
	shallow, prefix, _ := strings.Cut(strings.TrimSuffix(string(out), "\n"), "\n")
	return repository{shallow: shallow == "true", prefix: strings.TrimSuffix(prefix, "/")}, nil
}

// resolve finds the commit that the options name; own tells that it is Rev's.
func (g git) resolve(ctx context.Context, opts Options, repo repository) (commit string, own bool, err error) {
	named, err := g.commit(ctx, opts.Rev)
	if err != nil {
		return "", false, err
	}
	if named == "" {
		return "", false, g.unknown(ctx, opts.Rev, repo)
	}
	if opts.Exact {
		return named, true, nil
	}
	base, err := g.mergeBase(ctx, named, opts.Rev, repo)
	return base, base == named, err
}

// mergeBase is where a commit, which people call rev, and HEAD last agreed.
func (g git) mergeBase(ctx context.Context, named, rev string, repo repository) (string, error) {
	head, err := g.commit(ctx, "HEAD")
	if err != nil {
		return "", err
	}
	if head == "" {
		return "", refuse("commit first, or compare with "+rev+" itself: --exact", "the branch that is checked out has no commit yet")
	}
	out, err := g.run(ctx, "merge-base", head, named)
	var failed *exit
	switch {
	case errors.As(err, &failed) && failed.code == 1 && repo.shallow:
		return "", refuse(shallowHint, "%s and HEAD have no common commit in this part of the history", rev)
	case errors.As(err, &failed) && failed.code == 1:
		return "", refuse("compare with "+rev+" itself: --exact", "%s and HEAD have no common commit", rev)
	case err != nil:
		return "", refusal(err, "git cannot find where "+rev+" and HEAD last agreed")
	}
	base, _, _ := strings.Cut(string(out), "\n")
	if !isHash(base) {
		return "", refuse("", "git names no common commit of %s and HEAD", rev)
	}
	return base, nil
}

// commit is the commit that a revision names; empty where it names none.
func (g git) commit(ctx context.Context, rev string) (string, error) {
	out, err := g.run(ctx, "rev-parse", "--verify", "--quiet", rev+"^{commit}")
	var failed *exit
	switch {
	case errors.As(err, &failed):
		return "", nil
	case err != nil:
		return "", refusal(err, "git cannot look up "+rev)
	}
	hash := strings.TrimSpace(string(out))
	if !isHash(hash) {
		return "", nil // "^main", say
	}
	return hash, nil
}

// unknown says that no commit has a name, and what may be meant.
func (g git) unknown(ctx context.Context, rev string, repo repository) error {
	if repo.shallow {
		return refuse(shallowHint, "there is no revision %q in this part of the history", rev)
	}
	remote := "origin/" + rev
	if hash, _ := g.commit(ctx, remote); hash != "" {
		return refuse("did you mean "+remote+"?", "there is no revision %q", rev)
	}
	return refuse("git log --oneline --all lists the commits; a server's branch is origin/main here, once git fetch has brought it", "there is no revision %q", rev)
}

// Short is a commit's hash as people write it.
func Short(commit string) string { return commit[:min(12, len(commit))] }

// isHash reports whether a word is an object's name, of SHA-1 or SHA-256.
func isHash(s string) bool {
	return (len(s) == 40 || len(s) == 64) && strings.Trim(s, "0123456789abcdef") == ""
}

// refusal words an error of git's.
func refusal(err error, what string) error {
	if errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	if errors.Is(err, errNoGit) {
		return refuse(gitHint, "there is no git program")
	}
	return refuse("", "%s: %s", what, err)
}
