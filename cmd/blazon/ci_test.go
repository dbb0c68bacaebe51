package main

import (
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
	"gopkg.in/yaml.v3"
)

// job is what a file for CI says of one job, as far as it is run here.
type job struct {
	name  string
	steps []step
}

// step is a script with variables of its own.
type step struct {
	name, script string
	env          map[string]string
}

// workflow is a file of GitHub Actions or Forgejo Actions.
type workflow struct {
	On          map[string]any
	Permissions map[string]string
	Jobs        map[string]struct {
		If          string
		Permissions map[string]string
		Steps       []struct {
			Name, Uses, Run string
			With            map[string]any
			Env             map[string]string
		}
	}
}

// runCI runs the steps of a project's file for CI in the folder it is in: ci EVENT, which is pull_request or push. What
// installs blazon and what hands the site over to the host is left out. The key is given as the service gives it, and is
// found nowhere else. ! ci demands that a step fails.
//
// The steps' words go to the script's stdout and stderr.
func runCI(ts *testscript.TestScript, neg bool, args []string) {
	if len(args) != 1 || args[0] != "pull_request" && args[0] != "push" {
		ts.Fatalf("usage: ci pull_request|push")
	}
	jobs := readCI(ts, args[0])
	if len(jobs) != 1 {
		ts.Fatalf("%d jobs with scripts run on %s: %v", len(jobs), args[0], jobs)
	}
	var failed error
	ran := 0
	for _, s := range jobs[0].steps {
		for _, name := range slices.Sorted(maps.Keys(s.env)) {
			ts.Setenv(name, s.env[name])
		}
		failed = ts.Exec("sh", "-e", "-c", s.script)
		for name := range s.env {
			ts.Setenv(name, "")
		}
		ran++
		if failed != nil {
			ts.Logf("step %q failed: %v", s.name, failed)
			break
		}
	}
	if ran == 0 {
		ts.Fatalf("no step was run")
	}
	if (failed != nil) != neg {
		ts.Fatalf("a step failed: %t, wanted: %t", failed != nil, neg)
	}
}

// secretForm is how a step is given a secret.
var secretForm = regexp.MustCompile(`^\$\{\{ secrets\.(BLAZON_KEY_[A-Z0-9_]+) \}\}$`)

// readCI reads the file for CI of the folder and returns the jobs with scripts that an event runs.
func readCI(ts *testscript.TestScript, event string) []job {
	for _, name := range []string{".github/workflows/badges.yml", ".forgejo/workflows/badges.yml"} {
		if _, err := os.Stat(ts.MkAbs(name)); err == nil {
			return readWorkflow(ts, name, event)
		}
	}
	return readPipeline(ts, event)
}

func readWorkflow(ts *testscript.TestScript, name, event string) []job {
	var w workflow
	ts.Check(yaml.Unmarshal([]byte(ts.ReadFile(name)), &w))
	if _, ok := w.On[event]; !ok {
		ts.Fatalf("%s does not run on %s", name, event)
	}
	condition := fmt.Sprintf("github.event_name == '%s'", event)
	var jobs []job
	for jobName, j := range w.Jobs {
		if j.If != "" && j.If != condition {
			continue
		}
		found := job{name: jobName}
		for _, s := range j.Steps {
			if s.Run == "" || s.Name == "Install blazon" {
				continue
			}
			env := map[string]string{}
			for variable, value := range s.Env {
				m := secretForm.FindStringSubmatch(value)
				if m == nil || m[1] != variable || event == "pull_request" {
					ts.Fatalf("%s: %s is given %s on %s", name, variable, value, event)
				}
				env[variable] = secret(ts, variable)
			}
			found.steps = append(found.steps, step{s.Name, s.Run, env})
		}
		if len(found.steps) > 0 {
			jobs = append(jobs, found)
		}
	}
	return jobs
}

// readPipeline reads .gitlab-ci.yml. GitLab gives variables of the type File as the name of a file that others may read.
func readPipeline(ts *testscript.TestScript, event string) []job {
	var all map[string]yaml.Node
	ts.Check(yaml.Unmarshal([]byte(ts.ReadFile(".gitlab-ci.yml")), &all))
	condition := map[string]string{
		"pull_request": `$CI_PIPELINE_SOURCE == "merge_request_event"`,
		"push":         `$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH`,
	}[event]
	var jobs []job
	for name, node := range all {
		var j struct {
			Rules  []struct{ If string }
			Script []string
		}
		if name == "workflow" || name == "variables" || name == "default" {
			continue
		}
		ts.Check(node.Decode(&j))
		if len(j.Rules) != 1 || j.Rules[0].If != condition {
			continue
		}
		env := map[string]string{}
		for _, variable := range regexp.MustCompile(`BLAZON_KEY_[A-Z0-9_]+`).FindAllString(strings.Join(j.Script, "\n"), -1) {
			file := ts.MkAbs("../variable-file")
			ts.Check(os.WriteFile(file, []byte(secret(ts, variable)), 0o644))
			ts.Check(os.Chmod(file, 0o644))
			env[variable] = file
		}
		jobs = append(jobs, job{name, []step{{name, strings.Join(j.Script, "\n") + "\n", env}}})
	}
	return jobs
}

// secret is the text of the private key that a variable is named after. It is where the script has put it.
func secret(ts *testscript.TestScript, variable string) string {
	files, err := filepath.Glob(ts.MkAbs("../secrets/*.pem"))
	ts.Check(err)
	for _, file := range files {
		id := strings.TrimSuffix(filepath.Base(file), ".pem")
		if variable == "BLAZON_KEY_"+strings.ToUpper(strings.ReplaceAll(id, "-", "_")) {
			return ts.ReadFile(file)
		}
	}
	ts.Fatalf("no key belongs to %s: %v", variable, files)
	return ""
}

// TestPublishing looks at what the steps that are not run say: who may do what, and that hidden files are published.
func TestPublishing(t *testing.T) {
	dir := t.TempDir()
	for _, service := range []string{"github", "gitlab", "forgejo"} {
		cmd := exec.Command("blazon", "init", filepath.Join(dir, service), "--ci", service, "--name", "N", "--url", "https://n.example", "--base-url", "https://b.n.example", "--email", "a@n.example")
		cmd.Env = append(os.Environ(), "XDG_CONFIG_HOME="+filepath.Join(dir, "config"))
		if out, err := cmd.CombinedOutput(); err != nil {
			t.Fatalf("%v: %s", err, out)
		}
	}
	read := func(name string, into any) string { return string(decode(t, filepath.Join(dir, name), into)) }
	var w workflow
	text := read("github/.github/workflows/badges.yml", &w)
	if len(w.Permissions) != 1 || w.Permissions["contents"] != "read" {
		t.Errorf("permissions of all jobs: %v", w.Permissions)
	}
	uploads := 0
	for name, j := range w.Jobs {
		if may := len(j.Permissions) > 0; may != (name == "publish") {
			t.Errorf("job %s has permissions of its own: %v", name, j.Permissions)
		}
		for _, s := range j.Steps {
			if s.Uses != "" && !regexp.MustCompile(`^actions/[a-z-]+@v[0-9]+$`).MatchString(s.Uses) {
				t.Errorf("%s has no pinned major version", s.Uses)
			}
			if name == "publish" && s.Run != "" {
				t.Errorf("the job that may publish runs %q", s.Run)
			}
			if strings.HasPrefix(s.Uses, "actions/upload-pages-artifact@v") {
				uploads++
				if s.Uses < "actions/upload-pages-artifact@v5" || s.With["include-hidden-files"] != true || s.With["path"] != "public" {
					t.Errorf("the site is uploaded with %s %v", s.Uses, s.With)
				}
			}
			if name == "check" && strings.HasPrefix(s.Uses, "actions/checkout@") && s.With["fetch-depth"] != 0 {
				t.Errorf("the check has no history: %v", s.With)
			}
		}
	}
	if uploads != 1 || len(w.Jobs) != 3 || strings.Count(text, "secrets.") != 1 {
		t.Errorf("%d uploads, %d jobs, %d secrets", uploads, len(w.Jobs), strings.Count(text, "secrets."))
	}
	var pipeline struct {
		Variables map[string]string
		Pages     struct {
			Artifacts struct{ Paths []string }
		}
	}
	read("gitlab/.gitlab-ci.yml", &pipeline)
	if !slices.Equal(pipeline.Pages.Artifacts.Paths, []string{"public"}) || pipeline.Variables["GIT_DEPTH"] != "0" {
		t.Errorf("GitLab publishes %v, with a history of %q", pipeline.Pages.Artifacts.Paths, pipeline.Variables["GIT_DEPTH"])
	}
	read("forgejo/.forgejo/workflows/badges.yml", &w)
	if !slices.ContainsFunc(w.Jobs["build"].Steps, func(s struct {
		Name, Uses, Run string
		With            map[string]any
		Env             map[string]string
	}) bool {
		return s.With["path"] == "site.tar" && strings.Contains(s.Uses, "/upload-artifact@v4")
	}) {
		t.Error("Forgejo keeps no site.tar")
	}
}

// TestInstalling runs the step that installs blazon, with a small program of that name in a repository. Where the step
// writes outside of the runner's own folders, another folder takes their place.
func TestInstalling(t *testing.T) {
	for _, tool := range []string{"git", "go", "sh"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skipf("there is no %s", tool)
		}
	}
	dir := t.TempDir()
	source := filepath.Join(dir, "source")
	for name, text := range map[string]string{"go.mod": "module blazon\n\ngo 1.21\n", "cmd/blazon/main.go": "package main\n\nfunc main() { print(\"installed\") }\n"} {
		name = filepath.Join(source, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, []byte(text), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	sh := func(env []string, script string) (string, error) {
		cmd := exec.Command("sh", "-e", "-c", script)
		cmd.Dir = source
		cmd.Env = append(os.Environ(), env...)
		out, err := cmd.CombinedOutput()
		return string(out), err
	}
	if out, err := sh(nil, "git init -q && git add . && git -c user.name=Test -c user.email=test@example.org commit -q -m Begin && git tag v1"); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	for _, service := range []string{"github", "gitlab", "forgejo"} {
		t.Run(service, func(t *testing.T) {
			runner := t.TempDir()
			for _, s := range installs(t, service) {
				s = strings.NewReplacer("/tmp/blazon", runner+"/blazon", "/usr/local/bin", runner+"/bin").Replace(s)
				path := filepath.Join(runner, "path")
				if err := os.RemoveAll(filepath.Join(runner, "blazon")); err != nil {
					t.Fatal(err)
				}
				env := []string{"RUNNER_TEMP=" + runner, "GITHUB_PATH=" + path}
				for _, half := range []string{"BLAZON_SOURCE=" + source, "BLAZON_VERSION=v1"} {
					out, err := sh(append(env, half), s)
					if err == nil || !strings.Contains(out, "BLAZON_SOURCE or BLAZON_VERSION is empty") {
						t.Errorf("with %s alone: %v: %s", half, err, out)
					}
				}
				out, err := sh(append(env, "BLAZON_SOURCE="+source, "BLAZON_VERSION=v1"), s)
				if err != nil {
					t.Fatalf("%v: %s", err, out)
				}
				if out, err := exec.Command(filepath.Join(runner, "bin", "blazon")).CombinedOutput(); err != nil || string(out) != "installed" {
					t.Errorf("what was installed: %v: %s", err, out)
				}
				if added, _ := os.ReadFile(path); service == "github" && string(added) != runner+"/bin\n" {
					t.Errorf("added to the path: %q", added)
				}
			}
		})
	}
}

// installs are the scripts with which a service installs blazon; they are all alike.
func installs(t *testing.T, service string) []string {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command("blazon", "init", filepath.Join(dir, "p"), "--no-key", "--ci", service, "--name", "N", "--url", "https://n.example", "--base-url", "https://b.n.example", "--email", "a@n.example")
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	var scripts []string
	if service == "gitlab" {
		var pipeline struct {
			Default struct {
				BeforeScript []string `yaml:"before_script"`
			}
		}
		decode(t, filepath.Join(dir, "p", ".gitlab-ci.yml"), &pipeline)
		return []string{strings.Join(pipeline.Default.BeforeScript, "\n")}
	}
	var w workflow
	decode(t, filepath.Join(dir, "p", "."+service, "workflows", "badges.yml"), &w)
	for _, j := range w.Jobs {
		for _, s := range j.Steps {
			if s.Name == "Install blazon" {
				scripts = append(scripts, s.Run)
			}
		}
	}
	if len(scripts) != 2 || scripts[0] != scripts[1] {
		t.Fatalf("not two equal steps: %q", scripts)
	}
	return scripts[:1]
}

// decode reads a file of YAML.
func decode(t *testing.T, name string, into any) []byte {
	t.Helper()
	data, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := yaml.Unmarshal(data, into); err != nil {
		t.Fatal(err)
	}
	return data
}
