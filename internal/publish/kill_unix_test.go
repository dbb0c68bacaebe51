//go:build unix

package publish_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/plan"
	"blazon/internal/publish"
)

// childDir names the project that a child process publishes to, again and again, until it is killed.
const childDir = "BLAZON_PUBLISH_TEST_DIR"

func TestMain(m *testing.M) {
	if dir := os.Getenv(childDir); dir != "" {
		child(dir)
	}
	os.Exit(m.Run())
}

// killSites are two large sites without lasting addresses, between which a child goes back and forth. Classes and their
// awards, which refer to each other, only come: their addresses are lasting, so no build takes them away.
func killSites() [2]site {
	one, two := first(), second()
	one = one.with(class("rust", "rust", "a3")).with(award("a3", "rust", "a3"))
	for n := range 40 {
		id := fmt.Sprintf("x%d", n)
		one, two = one.with(award(id, "go", "one "+id)), two.with(award(id, "go", "two "+id))
		name := fmt.Sprintf("y%d/index.html", n)
		two = two.with(site{name: {plan.Pages, name, []string{"style.css"}, nil, false}})
	}
	for _, s := range []site{one, two} {
		for name, p := range s {
			p.lasting = false
			s[name] = p
		}
	}
	return [2]site{one, two}
}

// fatal stands in for a test in the child.
type fatal struct{}

func (fatal) Errorf(format string, args ...any) { fmt.Printf(format+"\n", args...) }
func (fatal) FailNow()                          { os.Exit(3) }

func child(dir string) {
	b := benchIn(dir)
	b.options.Workers = 2
	sites := killSites()
	plans := [2]*plan.Plan{sites[0].plan(fatal{}), sites[1].plan(fatal{})}
	fmt.Println("ready")
	for n := 0; ; n++ {
		if _, err := publish.Write(context.Background(), plans[n%2], b.options); err != nil {
			fmt.Println("error:", err)
			os.Exit(3)
		}
	}
}

// TestKill kills a real process that publishes, at moments that nobody chose.
func TestKill(t *testing.T) {
	home := brief(t)
	b := benchIn(home)
	sites := killSites()
	met := 0
	for n := range 20 {
		cmd := exec.Command(os.Args[0], "-test.run=^$")
		cmd.Env = append(os.Environ(), childDir+"="+home)
		out, err := cmd.StdoutPipe()
		require.NoError(t, err)
		require.NoError(t, cmd.Start())
		lines := bufio.NewScanner(out)
		require.True(t, lines.Scan(), "the child does not start")
		// Later than the one before, so that each kill hits another place, however fast the machine is.
		time.Sleep(time.Duration(1+n*n) * time.Millisecond)
		require.NoError(t, cmd.Process.Kill())
		for lines.Scan() {
			t.Fatal(lines.Text())
		}
		require.Error(t, cmd.Wait())
		if _, err := os.Lstat(filepath.Join(home, ".public.blazon-tmp")); err == nil {
			met++
		}
		require.NoError(t, b.torn(sites[:]...), "kill %d", n)
		if n%3 == 2 {
			want := sites[n%2]
			_, err := b.on(&fragile{}, t, want)
			require.NoError(t, err)
			b.holds(t, want)
		}
	}
	assert.Greater(t, met, 10, "kills must come while something is under way")
}
