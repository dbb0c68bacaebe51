package main

import (
	"crypto/sha256"
	"fmt"
	"io/fs"
	"net"
	"net/http"
	"net/http/httputil"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"blazon/internal/cli"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){
		"blazon": func() { os.Exit(cli.Main(os.Args[1:], cli.Process())) },
	})
}

// TestScripts runs the program as people do: one script a behaviour. The project of testdata/project is laid into each
// script's folder by the command "project".
func TestScripts(t *testing.T) {
	project, err := filepath.Abs(filepath.Join("testdata", "project"))
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir:                 filepath.Join("testdata", "script"),
		RequireExplicitExec: true,
		RequireUniqueNames:  true,
		UpdateScripts:       os.Getenv("BLAZON_UPDATE_SCRIPTS") != "",
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"project":  func(ts *testscript.TestScript, _ bool, args []string) { layProject(ts, project, args) },
			"exits":    exits,
			"replace":  replace,
			"snapshot": snapshot,
			"same":     same,
			"gather":   gather,
			"freeport": freePort,
			"waitget":  waitGet,
			"waitfile": waitFile,
			"ci":       runCI,
		},
	})
}

// layProject copies the small project to a folder. Files of the script itself win.
func layProject(ts *testscript.TestScript, from string, args []string) {
	to := ts.MkAbs(strings.Join(args, ""))
	ts.Check(fs.WalkDir(os.DirFS(from), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		target := filepath.Join(to, name)
		if _, err := os.Lstat(target); err == nil {
			return nil
		}
		data, err := os.ReadFile(filepath.Join(from, name))
		if err != nil {
			return err
		}
		if err := os.MkdirAll(filepath.Dir(target), 0o755); err != nil {
			return err
		}
		return os.WriteFile(target, data, 0o644)
	}))
}

// exits runs blazon and demands its exit code: exits 2 blazon build --nonsense.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE COMMAND ARGUMENT...")
	}
	err := ts.Exec(args[1], args[2:]...)
	code := "0"
	if err != nil {
		code = strings.TrimPrefix(err.Error(), "exit status ")
	}
	if code != args[0] {
		ts.Fatalf("exit code %s, want %s (%v)", code, args[0], err)
	}
}

// replace changes a text in a file: replace FILE OLD NEW. It fails where the old text is not there.
func replace(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 3 {
		ts.Fatalf("usage: replace FILE OLD NEW")
	}
	unescape := strings.NewReplacer(`\n`, "\n", `\t`, "\t", `\r`, "\r")
	before, after := unescape.Replace(args[1]), unescape.Replace(args[2])
	text := ts.ReadFile(args[0])
	if !strings.Contains(text, before) {
		ts.Fatalf("%s does not hold %q", args[0], before)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), []byte(strings.Replace(text, before, after, 1)), 0o644))
}

// snapshot writes a listing of a folder, with a hash and the time of change of each file: snapshot FOLDER FILE.
func snapshot(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: snapshot FOLDER FILE")
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), []byte(listing(ts, args[0], true)), 0o644))
}

// same compares two folders byte for byte: same A B.
func same(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: same FOLDER FOLDER")
	}
	equal := listing(ts, args[0], false) == listing(ts, args[1], false)
	if equal == neg {
		ts.Fatalf("%s and %s: equal is %t", args[0], args[1], equal)
	}
}

// gather writes the texts of all files in a folder, in the order of their names, to a file: gather FOLDER FILE.
func gather(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: gather FOLDER FILE")
	}
	var all []byte
	root := ts.MkAbs(args[0])
	ts.Check(fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(root, name))
		all = append(all, data...)
		return err
	}))
	ts.Check(os.WriteFile(ts.MkAbs(args[1]), all, 0o644))
}

func listing(ts *testscript.TestScript, dir string, times bool) string {
	var b strings.Builder
	root := ts.MkAbs(dir)
	ts.Check(fs.WalkDir(os.DirFS(root), ".", func(name string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(filepath.Join(root, name))
		if err != nil {
			return err
		}
		fmt.Fprintf(&b, "%s %x", name, sha256.Sum256(data))
		if info, err := d.Info(); times && err == nil {
			fmt.Fprintf(&b, " %d", info.ModTime().UnixNano())
		}
		b.WriteByte('\n')
		return nil
	}))
	return b.String()
}

// freePort sets a variable to a port of this machine that nothing listens on: freeport NAME.
func freePort(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: freeport NAME")
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	ts.Check(err)
	defer l.Close()
	_, port, err := net.SplitHostPort(l.Addr().String())
	ts.Check(err)
	ts.Setenv(args[0], port)
}

// waitGet asks for a URL as a browser does, until the answer holds a text, or holds it no more: waitget URL TEXT. Status
// and headers count as well.
func waitGet(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 2 {
		ts.Fatalf("usage: waitget URL TEXT")
	}
	var last string
	for limit := time.Now().Add(time.Minute); time.Now().Before(limit); time.Sleep(10 * time.Millisecond) {
		request, err := http.NewRequest(http.MethodGet, args[0], nil)
		ts.Check(err)
		request.Header.Set("Sec-Fetch-Mode", "navigate")
		request.Close = true
		response, err := http.DefaultClient.Do(request)
		if err != nil {
			last = err.Error()
			continue
		}
		answer, err := httputil.DumpResponse(response, true)
		response.Body.Close()
		ts.Check(err)
		if last = string(answer); strings.Contains(last, args[1]) != neg {
			return
		}
	}
	ts.Fatalf("%s: %q in the answer: %t\n%s", args[0], args[1], neg, last)
}

// waitFile waits until a file is there and has something in it: waitfile FILE.
func waitFile(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 1 {
		ts.Fatalf("usage: waitfile FILE")
	}
	for limit := time.Now().Add(time.Minute); time.Now().Before(limit); time.Sleep(10 * time.Millisecond) {
		if info, err := os.Stat(ts.MkAbs(args[0])); err == nil && info.Size() > 0 {
			return
		}
	}
	ts.Fatalf("%s is not there", args[0])
}
