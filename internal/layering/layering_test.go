package layering

import (
	"bytes"
	"encoding/json"
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// imports says what each package may import of ours. Anything else is a question for a review, not for a build.
var imports = map[string][]string{
	"cmd/blazon": {"internal/cli"},
	"internal/cli": {
		"internal/artwork", "internal/audit", "internal/badge", "internal/bake", "internal/browser",
		"internal/build", "internal/check", "internal/decl", "internal/diag", "internal/did", "internal/diff",
		"internal/document", "internal/drawing", "internal/edit", "internal/examplekey", "internal/fetch",
		"internal/gallery", "internal/guard", "internal/input", "internal/issuance", "internal/jose",
		"internal/keyring", "internal/layout", "internal/ledger", "internal/load", "internal/model",
		"internal/multikey", "internal/near", "internal/plan", "internal/publish", "internal/retraction",
		"internal/revision", "internal/roster", "internal/rule", "internal/scaffold", "internal/schema",
		"internal/serve", "internal/signing", "internal/stamp", "internal/verdict", "internal/verify",
		"internal/watch", "site", "templates",
	},

	// What people write, and what is wrong with it.
	"internal/diag":     {"internal/near"},
	"internal/near":     {},
	"internal/zone":     {},
	"internal/multikey": {},
	"internal/input":    {},
	"internal/revision": {},
	"internal/edit":     {"internal/decl", "internal/diag"},
	"internal/badge":    {"internal/diag"},
	"internal/rule":     {"internal/diag"},
	"internal/model":    {"internal/badge", "internal/iri", "internal/rule", "internal/zone"},
	"internal/schema":   {"internal/model"},
	"internal/decl":     {"internal/diag", "internal/model", "internal/near", "internal/rule"},
	"internal/markup":   {},
	"internal/drawing":  {"internal/markup"},
	"internal/artwork":  {"internal/bake", "internal/markup"},
	"internal/load": {
		"internal/artwork", "internal/badge", "internal/bake", "internal/decl", "internal/diag", "internal/drawing",
		"internal/input", "internal/jose", "internal/model", "internal/multikey", "internal/near", "internal/rule",
		"internal/zone",
	},
	"internal/check":      {"internal/badge", "internal/diag", "internal/examplekey", "internal/input", "internal/rule"},
	"internal/examplekey": {},
	"internal/scaffold":   {"internal/model", "internal/schema"},
	"internal/stamp": {
		"internal/badge", "internal/decl", "internal/diag", "internal/edit", "internal/layout", "internal/model",
		"internal/rule",
	},

	// What people write, and what is wrong with it.
	"internal/retraction": {"internal/decl", "internal/diag", "internal/edit"},
	"internal/issuance":   {"internal/badge", "internal/decl", "internal/diag", "internal/edit", "internal/model", "internal/stamp"},
	"internal/roster":     {"internal/badge", "internal/diag", "internal/issuance", "internal/model", "internal/near"},

	"internal/guard": {
		"internal/badge", "internal/decl", "internal/diag", "internal/drawing", "internal/layout", "internal/ledger",
		"internal/plan", "internal/rule",
	},

	"internal/diff": {"internal/badge", "internal/diag", "internal/guard", "internal/plan", "internal/rule"},

	// What is published.
	"internal/lossless": {"internal/bake", "internal/deflate"},
	"internal/gallery":  {},
	"internal/preview":  {"internal/lossless"},
	"internal/deflate":  {},
	"internal/iri":      {},
	"internal/bake":     {"internal/markup"},
	"internal/layout":   {},
	"internal/plan":     {},
	"internal/jsontext": {},
	"internal/ob2":      {"internal/badge", "internal/iri", "internal/jsontext", "internal/layout"},
	"internal/ob3":      {"internal/badge", "internal/iri", "internal/jsontext", "internal/layout", "internal/proof", "internal/rdfc"},
	"internal/proof":    {"internal/jsontext", "internal/multikey"},
	"internal/signing":  {"internal/badge", "internal/proof"},
	"internal/ledger":   {"internal/badge", "internal/layout"},
	"internal/hosting":  {"internal/layout"},
	"internal/page":     {"internal/badge", "internal/did", "internal/hosting", "internal/iri", "internal/layout"},
	"internal/sitemap":  {},
	"internal/build": {
		"internal/badge", "internal/bake", "internal/diag", "internal/did", "internal/drawing", "internal/hosting",
		"internal/input", "internal/jose", "internal/layout", "internal/ledger", "internal/lossless",
		"internal/multikey", "internal/ob2", "internal/ob3", "internal/page", "internal/plan", "internal/preview",
		"internal/proof", "internal/rule", "internal/sitemap", "internal/status",
	},
	"internal/publish": {"internal/plan"},

	// What is proved.
	"internal/rdfc": {},
	// What is verified.
	"internal/fetch":    {"internal/layout"},
	"internal/verdict":  {},
	"internal/document": {"internal/strictjson"},
	"internal/audit": {
		"internal/bake", "internal/did", "internal/document", "internal/fetch", "internal/jose", "internal/layout",
		"internal/ledger", "internal/status", "internal/verdict", "internal/verify",
	},
	"internal/verify": {
		"internal/bake", "internal/did", "internal/document", "internal/fetch", "internal/jose", "internal/jsonld",
		"internal/multikey", "internal/rdfc", "internal/status", "internal/strictjson", "internal/verdict",
	},

	// Keys, signatures and where they are found.
	"internal/strictjson": {},
	"internal/jose":       {"internal/multikey", "internal/strictjson"},
	"internal/did":        {"internal/jose", "internal/multikey", "internal/strictjson"},
	"internal/status":     {},
	"internal/keyring":    {"internal/jose"},
	// What is verified.
	"internal/jsonld": {"internal/rdfc"},

	// What is proved.
	"internal/serve":   {"internal/diag", "internal/hosting", "internal/layout", "internal/plan"},
	"internal/watch":   {},
	"internal/browser": {},

	// Files that the program carries, and packages of tests.
	"site": {}, "templates": {},
	"internal/conformance": {}, "internal/layering": {}, "internal/reference": {"internal/decl", "internal/model", "internal/rule", "internal/schema"},
}

// owners are the packages that alone may import a library: a change of library is then a change of one package.
// gallery has os for its folder: what it remembers saves time and changes nothing.
var owners = map[string][]string{
	"gopkg.in/yaml.v3":         {"internal/decl"},
	"github.com/yuin/goldmark": {"internal/page"},
	"github.com/spf13/cobra":   {"internal/cli"},
	"github.com/spf13/pflag":   {"internal/cli"},
	"golang.org/x/term":        {"internal/cli"},
	"golang.org/x/net":         {"internal/audit", "internal/iri", "internal/verify"},
	"golang.org/x/text":        {"internal/diag", "internal/page", "internal/plan", "internal/roster", "internal/scaffold"},
	"golang.org/x/sync":        {"internal/load"},
	"golang.org/x/sys":         {"internal/publish"},
	"os": {
		"cmd/blazon", "internal/cli", "internal/edit", "internal/gallery", "internal/input", "internal/keyring",
		"internal/publish", "internal/watch",
	},
	"os/exec":                      {"internal/browser", "internal/revision"},
	"github.com/piprate/json-gold": {"internal/jsonld"},
	"net/http":                     {"internal/cli", "internal/fetch", "internal/serve"},
	"github.com/fsnotify/fsnotify": {"internal/watch"},
	"math/rand":                    {},
	"crypto/rand":                  {"internal/cli", "internal/edit"},
	"testing":                      {},
	"unsafe":                       {},
}

// clocks are calls that make an output depend on when, where and by whom it was made.
var clocks = map[string][]string{
	"time.Now":   {"internal/cli"},
	"time.Since": {"internal/cli"},
	"time.Local": {},
	"os.Getenv":  {"internal/cli"},
	"os.Args":    {"cmd/blazon"},
	"os.Exit":    {"cmd/blazon"},
	"os.Stdout":  {"internal/cli"},
}

type listed struct {
	ImportPath, Dir string
	GoFiles         []string
	IgnoredGoFiles  []string
	Imports         []string
	Module          struct{ Dir string }
}

func packages(t *testing.T) []listed {
	t.Helper()
	cmd := exec.Command("go", "list", "-json", "./...")
	cmd.Dir = "../.."
	out, err := cmd.Output()
	require.NoError(t, err)
	var all []listed
	for dec := json.NewDecoder(bytes.NewReader(out)); ; {
		var p listed
		err := dec.Decode(&p)
		if errors.Is(err, io.EOF) {
			break
		}
		require.NoError(t, err)
		all = append(all, p)
	}
	require.Greater(t, len(all), 20)
	return all
}

func TestImports(t *testing.T) {
	seen := make(map[string]bool)
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, "blazon/")
		seen[name] = true
		allowed, ok := imports[name]
		if !assert.True(t, ok, "package %s is not in the table", name) {
			continue
		}
		for _, i := range p.Imports {
			if ours, ok := strings.CutPrefix(i, "blazon/"); ok {
				assert.Contains(t, allowed, ours, "%s imports %s", name, ours)
				continue
			}
			for library, users := range owners {
				if i == library || strings.HasPrefix(i, library+"/") && strings.Contains(library, ".") {
					assert.Contains(t, users, name, "%s imports %s", name, i)
				}
			}
			if strings.Contains(strings.Split(i, "/")[0], ".") {
				owned := slices.ContainsFunc(libraries(), func(l string) bool { return i == l || strings.HasPrefix(i, l+"/") })
				assert.True(t, owned, "%s imports %s, which the table does not know", name, i)
			}
		}
	}
	for name := range imports {
		assert.True(t, seen[name], "the table has a package %s that does not exist", name)
	}
}

func libraries() []string {
	var names []string
	for l := range owners {
		names = append(names, l)
	}
	return names
}

func TestPurity(t *testing.T) {
	for _, p := range packages(t) {
		name := strings.TrimPrefix(p.ImportPath, "blazon/")
		for _, file := range append(p.GoFiles, p.IgnoredGoFiles...) {
			tree, err := parser.ParseFile(token.NewFileSet(), filepath.Join(p.Dir, file), nil, 0)
			require.NoError(t, err)
			ast.Inspect(tree, func(n ast.Node) bool {
				if s, ok := n.(*ast.SelectorExpr); ok {
					if x, ok := s.X.(*ast.Ident); ok {
						if users, watched := clocks[x.Name+"."+s.Sel.Name]; watched {
							assert.Contains(t, users, name, "%s/%s uses %s.%s", name, file, x.Name, s.Sel.Name)
						}
					}
				}
				return true
			})
		}
	}
}

// TestFiles keeps files short and names telling.
func TestFiles(t *testing.T) {
	for _, p := range packages(t) {
		for _, banned := range []string{"util", "common", "helper", "manager", "types", "misc"} {
			assert.NotContains(t, filepath.Base(p.ImportPath), banned)
		}
		files, err := filepath.Glob(filepath.Join(p.Dir, "*.go"))
		require.NoError(t, err)
		for _, file := range files {
			data, err := os.ReadFile(file)
			require.NoError(t, err)
			assert.LessOrEqual(t, bytes.Count(data, []byte("\n")), 600, "%s is too long: is there a second noun in it?", file)
		}
	}
}
