package load_test

import (
	"bytes"
	"image"
	"image/png"
	"io/fs"
	"maps"
	"math/rand/v2"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/check"
	"blazon/internal/diag"
	"blazon/internal/input"
	"blazon/internal/load"
)

// identity finds what identifies recipients in the example: addresses, and what stands behind url, telephone and did.
var identity = regexp.MustCompile(`[^\s"{}:,]+@[^\s"{},]+|(?:url|telephone|did): *"?([^\s"{},]+)`)

// TestNothingLeaks is law 4 over what is said about mistakes: the example's award files are broken in many ways, and no
// form of the report holds a recipient's identity.
func TestNothingLeaks(t *testing.T) {
	var dot bytes.Buffer
	require.NoError(t, png.Encode(&dot, image.NewGray(image.Rect(0, 0, 1, 1))))
	repository := os.DirFS("../..")
	base := fstest.MapFS{"content/images/default.png": {Data: dot.Bytes()}}
	var awards []string
	files, err := input.Files(repository, "content")
	require.NoError(t, err)
	for _, f := range files {
		if strings.HasSuffix(f.Path, ".yaml") {
			data, err := fs.ReadFile(repository, f.Path)
			require.NoError(t, err)
			base[f.Path] = &fstest.MapFile{Data: data}
			if strings.HasPrefix(f.Path, "content/awards/") {
				awards = append(awards, f.Path)
			}
		}
	}
	require.NotEmpty(t, awards)
	random := rand.New(rand.NewPCG(7, 11))
	said := 0
	for range 250 {
		name := awards[random.IntN(len(awards))]
		lines := strings.Split(string(base[name].Data), "\n")
		secrets := secretsOf(lines)
		for range 1 + random.IntN(3) {
			lines = damage(random, lines)
		}
		fsys := maps.Clone(base)
		fsys[name] = &fstest.MapFile{Data: []byte(strings.Join(lines, "\n"))}
		project, err := load.Load(fsys)
		require.NoError(t, err)
		problems := diag.Sort(append(project.Problems, check.Check(project.Catalog, fsys, time.Now())...))
		var out bytes.Buffer
		printer := diag.Printer{W: &out, Source: func(file string) ([]byte, error) { return fs.ReadFile(fsys, file) }}
		require.NoError(t, printer.Print(problems))
		require.NoError(t, printer.JSON(problems))
		require.NoError(t, printer.GitHub(problems))
		said += len(problems)
		for _, secret := range secrets {
			if strings.Contains(out.String(), secret) {
				assert.Fail(t, "an identity is shown", "%s in:\n%s\nfile:\n%s", secret, out.String(), strings.Join(lines, "\n"))
				return
			}
		}
	}
	assert.Greater(t, said, 250, "the damage shows")
}

func secretsOf(lines []string) []string {
	var secrets []string
	inside := false
	for _, line := range lines {
		inside = strings.Contains(line, "recipient:") || inside && strings.HasPrefix(strings.TrimLeft(line, " "), "url:")
		for _, m := range identity.FindAllStringSubmatch(line, -1) {
			switch {
			case m[1] != "" && inside:
				secrets = append(secrets, m[1])
			case m[1] == "":
				secrets = append(secrets, m[0])
			}
		}
	}
	return secrets
}

// damage changes one line as a slip of the hand would.
func damage(random *rand.Rand, lines []string) []string {
	lines = slices.Clone(lines)
	i := random.IntN(len(lines))
	line := lines[i]
	switch random.IntN(9) {
	case 0:
		lines[i] = strings.Replace(line, ":", "", 1)
	case 1:
		lines[i] = "\t" + line
	case 2:
		lines = slices.Insert(lines, i, line)
	case 3:
		lines[i] = strings.ReplaceAll(strings.ReplaceAll(line, `"`, ""), "}", "")
	case 4:
		lines[i] = " " + line
	case 5:
		lines[i] = strings.TrimLeft(line, " -")
	case 6:
		lines[i] = strings.Replace(line, ": ", ": [", 1)
	case 7:
		lines[i] = strings.Replace(line, ": ", ":\n        ", 1)
	case 8:
		lines[i] = strings.Replace(line, "recipient", "receiver", 1)
	}
	return lines
}
