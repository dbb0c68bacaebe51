package schema_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/decl"
	"blazon/internal/diag"
	"blazon/internal/model"
	"blazon/internal/schema"
)

// The verdicts of the corpus: what both accept, what both refuse, and what only the loader can refuse.
const (
	good   = "good"
	bad    = "bad"
	beyond = "bad-beyond-schema"
)

// compile makes a validator of the schema of one kind of file.
func compile(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	data, err := schema.Make(name)
	require.NoError(t, err)
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	c := jsonschema.NewCompiler()
	require.NoError(t, c.AddResource("schema.json", doc))
	s, err := c.Compile("schema.json")
	require.NoError(t, err)
	return s
}

// corpusFile is a file of the corpus, read.
type corpusFile struct {
	name     string
	root     decl.Node
	problems []diag.Problem
	lines    int
}

// value is what a validator of JSON sees.
func (f corpusFile) value(t *testing.T) any {
	t.Helper()
	data, err := json.Marshal(f.root.Value())
	if err != nil {
		return f.root.Value() // an infinite number has no JSON form
	}
	v, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	require.NoError(t, err)
	return v
}

func corpus(t *testing.T, f model.File, verdict string) []corpusFile {
	t.Helper()
	names, err := filepath.Glob(filepath.Join("testdata", "corpus", f.Name, verdict, "*"))
	require.NoError(t, err)
	require.NotEmpty(t, names, "no files for %s/%s", f.Name, verdict)
	var files []corpusFile
	for _, name := range names {
		data, err := os.ReadFile(name)
		require.NoError(t, err)
		files = append(files, load(t, f, name, data))
	}
	return files
}

// load does with a file what the loader does with it.
func load(t *testing.T, f model.File, name string, data []byte) corpusFile {
	t.Helper()
	var file *decl.File
	var problems []diag.Problem
	if strings.HasSuffix(f.Pattern, ".md") {
		file, _, problems = decl.Front(name, data)
	} else {
		file, problems = decl.Parse(name, data)
	}
	if file.Root.Exists() {
		problems = append(problems, decl.Validate(file.Root, f.Type)...)
	}
	return corpusFile{name: filepath.Base(name), root: file.Root, problems: problems, lines: bytes.Count(data, []byte("\n")) + 1}
}

func TestLoaderAndSchemaAgree(t *testing.T) {
	any := compile(t, "")
	total := 0
	for _, f := range model.Files() {
		one := compile(t, f.Name)
		for _, verdict := range []string{good, bad, beyond} {
			for _, file := range corpus(t, f, verdict) {
				total++
				t.Run(f.Name+"/"+verdict+"/"+file.name, func(t *testing.T) {
					v := file.value(t)
					err := one.Validate(v)
					if verdict == good {
						assert.Empty(t, file.problems, "the loader")
						assert.NoError(t, any.Validate(v), "the schema of all")
					} else {
						assert.True(t, diag.HasErrors(file.problems), "the loader accepts it")
						checkMessages(t, file)
					}
					if verdict == bad {
						assert.Error(t, err, "the schema accepts it")
					} else {
						assert.NoError(t, err, "the schema")
					}
				})
			}
		}
	}
	assert.Greater(t, total, 150)
}

// quoted is what a message repeats of the file.
var quoted = regexp.MustCompile(`"(?:[^"\\]|\\.)*"`)

// checkMessages looks at what a user would read.
func checkMessages(t *testing.T, file corpusFile) {
	t.Helper()
	for _, p := range file.problems {
		assert.LessOrEqual(t, p.Line, file.lines)
		assert.Positive(t, p.Line)
		assert.NotEmpty(t, p.Rule)
		for _, text := range []string{p.Message, p.Hint} {
			for _, not := range []string{"ada@", "alan@", "!!", "%!", "model.", "yaml:", "yaml.", "int64", "string", "struct", "nil", "<no value>", "decl."} {
				assert.NotContains(t, text, not)
			}
			text = quoted.ReplaceAllString(text, `"..."`)
			assert.NotRegexp(t, `  |\s$|^\s|^[A-Z]`, text)
			if !strings.HasPrefix(text, "for example ") {
				assert.NotRegexp(t, `[a-z]\.$`, text)
			}
		}
	}
}
