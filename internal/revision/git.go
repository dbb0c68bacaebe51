package revision

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os/exec"
	"slices"
	"strings"
	"time"
)

// git runs the program in a folder.
type git struct {
	dir string
	env []string
}

// errNoGit says that the program is not there.
var errNoGit = errors.New("git is not installed")

// exit is a run that git ended with an error.
type exit struct {
	code int
	said string // on its error output
}

func (e *exit) Error() string {
	if e.said == "" {
		return fmt.Sprintf("git ended with %d", e.code)
	}
	line, _, _ := strings.Cut(e.said, "\n")
	return strings.TrimPrefix(line, "fatal: ")
}

// outputLimit is the most that one command may print, in bytes: a listing of some million files.
const outputLimit = 256 << 20

// killDelay is how long git may take to end once its pipes are closed.
const killDelay = 5 * time.Second

func (g git) command(ctx context.Context, args ...string) *exec.Cmd {
	cmd := exec.CommandContext(ctx, "git", append([]string{"--no-pager", "--no-replace-objects"}, args...)...)
	cmd.Dir, cmd.Env, cmd.WaitDelay = g.dir, g.env, killDelay
	return cmd
}

// run is the output of one command. The error is errNoGit, an *exit or the context's.
func (g git) run(ctx context.Context, args ...string) ([]byte, error) {
	cmd := g.command(ctx, args...)
	out, said := &limited{most: outputLimit}, &limited{most: 1 << 12}
	cmd.Stdout, cmd.Stderr = out, said
	err := cmd.Run()
	if err == nil && out.full {
		return nil, errors.New("git prints more than is read")
	}
	return out.Bytes(), outcome(ctx, err, said)
}

// outcome is an error of a run.
func outcome(ctx context.Context, err error, said *limited) error {
	var ended *exec.ExitError
	switch {
	case err == nil:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	case errors.Is(err, exec.ErrNotFound) || errors.Is(err, exec.ErrDot):
		return errNoGit
	case errors.As(err, &ended):
		return &exit{code: ended.ExitCode(), said: strings.TrimSpace(said.String())}
	}
	return err
}

// limited keeps the first bytes of what is written to it.
type limited struct {
	bytes.Buffer
	most int
	full bool
}

func (l *limited) Write(p []byte) (int, error) {
	if room := l.most - l.Len(); len(p) > room {
		l.full = true
		l.Buffer.Write(p[:max(room, 0)])
	} else {
		l.Buffer.Write(p)
	}
	return len(p), nil
}

var _ io.Writer = (*limited)(nil)

// kept are the variables of git that say how it works, not on which repository, index or objects. Everything else that
// begins with GIT_ goes: a hook finds there the repository of the push that it is run for.
var kept = []string{"GIT_CONFIG", "GIT_CEILING_DIRECTORIES", "GIT_DISCOVERY_ACROSS_FILESYSTEM", "GIT_EXEC_PATH", "GIT_SSH", "GIT_ASKPASS", "GIT_SSL", "GIT_HTTP", "GIT_PROXY"}

// environment is what git is given: nothing that leads it elsewhere, no question to a person, and messages in one language.
func environment(env []string) []string {
	var clean []string
	for _, v := range env {
		name, _, _ := strings.Cut(strings.ToUpper(v), "=")
		switch {
		case name == "LC_ALL" || name == "LANGUAGE":
		case strings.HasPrefix(name, "GIT_") && !slices.ContainsFunc(kept, func(k string) bool { return strings.HasPrefix(name, k) }):
		default:
			clean = append(clean, v)
		}
	}
	return append(clean, "LC_ALL=C", "GIT_OPTIONAL_LOCKS=0", "GIT_TERMINAL_PROMPT=0")
}
