package cli

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"unicode/utf8"

	"github.com/spf13/cobra"

	"blazon/internal/artwork"
	"blazon/internal/bake"
)

var (
	localBase = regexp.MustCompile(`^https?://(localhost|127\.0\.0\.1)(:[0-9]{1,5})?(/[a-z0-9._-]+)*$`)
	compact   = regexp.MustCompile(`^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+$`)
)

func newBake(sys System) *cobra.Command {
	var out string
	var ob3, force bool
	cmd := &cobra.Command{
		Use:   "bake IMAGE BADGE",
		Short: "Put a badge into a PNG or SVG image",
		Long: `Puts a badge into a PNG or SVG image: an assertion (Open Badges 2.0) or a credential (3.0),
as JSON or as a signed JWS. The picture stays as it is; an older badge of the same generation
is replaced. A PNG keeps one of the other generation, an SVG cannot hold both. An SVG that
runs scripts or reaches outside of itself is refused. A dash stands for standard input, as
BADGE.
` + exitStatus,
		Example: `  blazon bake badge.png assertion.json -o baked.png
  blazon bake baked.png credential.jwt --ob3 -o both.png
  blazon bake badge.svg assertion.json -o baked.svg`,
		Args: takes(2, 2),
		RunE: func(_ *cobra.Command, args []string) error {
			image, err := readLimited(args[0], bake.MaxFile)
			if err != nil {
				return err
			}
			text, err := badgeText(sys.In, args[1])
			if err != nil {
				return err
			}
			if ob3, err = generation(args[1], text, ob3); err != nil {
				return err
			}
			baked, err := bakeInto(args[0], image, text, ob3)
			if err != nil {
				return err
			}
			return writeResult(sys.Out, out, baked, force)
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "the `file` to write (default: standard output)")
	cmd.Flags().BoolVar(&ob3, "ob3", false, "bake as Open Badges 3.0; JSON is recognised by itself, a JWS is not")
	cmd.Flags().BoolVar(&force, "force", false, "write over a file that is there")
	return cmd
}

// bakeInto bakes a text of one generation into the image of the given name.
func bakeInto(name string, image []byte, text string, ob3 bool) ([]byte, error) {
	found, err := bake.Unbake(image)
	if err != nil {
		return nil, unreadable(name, err)
	}
	badge, other := bake.Text{Keyword: bake.OB2, Value: text}, bake.OB3
	if ob3 {
		badge.Keyword, other = bake.OB3, bake.OB2
	}
	kept, both := bake.First(found, other)
	if bake.FormOf(image) == bake.SVG {
		if both {
			return nil, bad("bake it into the drawing as it was before", "%s: the SVG holds a badge of the other generation, and cannot hold both", name)
		}
		return bakeSVG(name, image, badge)
	}
	texts := []bake.Text{badge}
	if both {
		texts = append(texts, kept.Text)
	}
	baked, err := bake.Bake(image, texts...)
	if err != nil {
		return nil, unreadable(name, err)
	}
	return baked, nil
}

// bakeSVG refuses what a build would refuse: a badge lends an issuer's name to the drawing.
func bakeSVG(name string, image []byte, badge bake.Text) ([]byte, error) {
	_, findings, err := artwork.InspectSVG(image)
	if len(findings) > 0 {
		var lines []string
		for _, f := range findings {
			line := fmt.Sprintf("%s:%d:%d: %s", name, f.Line, f.Col, f.What)
			if f.Found != "" {
				line += ": " + f.Found
			}
			lines = append(lines, line)
		}
		return nil, bad("export the drawing again without it", "%s", strings.Join(lines, "\n"))
	}
	if err != nil {
		return nil, unreadable(name, err)
	}
	// XML has no carriage returns, and JSON has them between its values only.
	badge.Value = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(badge.Value)
	address := ""
	if badge.Keyword == bake.OB2 && !compact.MatchString(badge.Value) {
		if address, err = bake.HostedURL(badge.Value); err != nil {
			return nil, bad("an SVG tells the address of an assertion beside it: add its id", "%s", err)
		}
	}
	template, err := bake.SplitSVG(image)
	if err != nil {
		return nil, unreadable(name, err)
	}
	baked, err := template.Bake(badge, address)
	if err != nil {
		return nil, bad("", "%s", err)
	}
	return baked, nil
}

// unreadable says what is wrong with an image, and where in an SVG.
func unreadable(name string, err error) error {
	var syntax *artwork.SyntaxError
	if errors.As(err, &syntax) && syntax.Line > 0 {
		return bad("", "%s:%d:%d: %s", name, syntax.Line, syntax.Col, syntax.Reason)
	}
	return bad("", "%s: %s", name, err)
}

func newUnbake(sys System) *cobra.Command {
	var out string
	var ob3, asJSON, force bool
	cmd := &cobra.Command{
		Use:   "unbake IMAGE",
		Short: "Take the badge out of a PNG or SVG image",
		Long: `Prints the badge that a PNG or SVG image holds: that of Open Badges 2.0 where there are
several, as old readers do. Nothing is fetched and nothing is verified. A dash stands for
standard input.
` + exitStatus,
		Example: `  blazon unbake badge.png
  blazon unbake badge.svg --ob3 -o credential.json
  blazon unbake badge.png --json    # everything in it, with what and where it is`,
		Args: takes(1, 1),
		RunE: func(_ *cobra.Command, args []string) error {
			image, err := readInput(sys.In, args[0], bake.MaxFile)
			if err != nil {
				return err
			}
			found, err := bake.Unbake(image)
			if err != nil {
				return unreadable(args[0], err)
			}
			if asJSON {
				data, err := foundJSON(found)
				if err != nil {
					return failed("", "%s", err)
				}
				return writeResult(sys.Out, out, data, force)
			}
			badge, ok := pick(found, ob3)
			if !ok {
				return bad(otherGeneration(found), "%s: there is no badge in this image", args[0])
			}
			return writeResult(sys.Out, out, []byte(badge.Value), force)
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "the `file` to write (default: standard output)")
	cmd.Flags().BoolVar(&ob3, "ob3", false, "take the badge of Open Badges 3.0")
	cmd.Flags().BoolVar(&asJSON, "json", false, "list everything that is baked in, as JSON")
	cmd.Flags().BoolVar(&force, "force", false, "write over a file that is there")
	return cmd
}

// pick is the badge that is meant: 2.0 before 3.0, unless 3.0 is asked for.
func pick(found []bake.Found, ob3 bool) (bake.Found, bool) {
	if ob3 {
		return bake.First(found, bake.OB3)
	}
	if b, ok := bake.First(found, bake.OB2); ok {
		return b, true
	}
	return bake.First(found, bake.OB3)
}

// otherGeneration is the hint where an image holds a badge, but not one of the generation asked for.
func otherGeneration(found []bake.Found) string {
	if len(found) == 0 {
		return ""
	}
	return "blazon unbake --json lists what it holds"
}

func foundJSON(found []bake.Found) ([]byte, error) {
	type entry struct {
		Keyword    string `json:"keyword"`
		Chunk      string `json:"chunk"`
		Offset     int    `json:"offset"`
		Compressed bool   `json:"compressed"`
		Verify     string `json:"verify,omitempty"`
		Content    string `json:"content"`
		Text       string `json:"text"`
	}
	list := []entry{}
	for _, f := range found {
		list = append(list, entry{f.Keyword, f.Chunk, f.Offset, f.Compressed, f.Verify, string(f.Content), f.Value})
	}
	return encodeJSON(list)
}

// encodeJSON is what commands print for scripts.
func encodeJSON(v any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return []byte(b.String()), nil
}

// writeJSON prints what a command says to scripts.
func writeJSON(stdout io.Writer, v any) error {
	data, err := encodeJSON(v)
	if err != nil {
		return failed("", "%s", err)
	}
	return writeResult(stdout, "", data, false)
}

// badgeText reads what is to be baked and checks that it is a badge by its form.
func badgeText(in io.Reader, name string) (string, error) {
	data, err := readInput(in, name, bake.MaxText)
	if err != nil {
		return "", err
	}
	if !utf8.Valid(data) {
		return "", bad("save it as UTF-8", "%s: this is not UTF-8", name)
	}
	text := strings.TrimPrefix(string(data), "\ufeff")
	if token := strings.TrimSpace(text); compact.MatchString(token) {
		return token, nil
	}
	var object map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &object); err != nil {
		return "", bad("give an assertion's or a credential's JSON, or a JWS", "%s: this is neither a JSON object nor a JWS", name)
	}
	return text, nil
}

// generation says whether a badge is one of Open Badges 3.0. Of a JWS only asked tells; JSON must look like what it is.
func generation(name, text string, asked bool) (ob3 bool, err error) {
	if compact.MatchString(text) {
		return asked, nil
	}
	switch credential := isCredential(text); {
	case credential:
		return true, nil
	case asked:
		return false, bad("leave --ob3 out for an assertion of Open Badges 2.0", "%s: this is not a credential: its @context is another", name)
	case !isAssertion(text):
		return false, bad("an assertion has recipient and badge, or says that it is revoked", "%s: this is neither an assertion nor a credential", name)
	}
	return false, nil
}

// isAssertion reports whether JSON looks like an assertion of any generation before 3.0, a revoked one included.
func isAssertion(text string) bool {
	var document map[string]json.RawMessage
	if json.Unmarshal([]byte(text), &document) != nil {
		return false
	}
	for _, key := range []string{"recipient", "revoked"} {
		if _, ok := document[key]; ok {
			return true
		}
	}
	return false
}

// isCredential reports whether a badge's JSON is a verifiable credential: its first context says so.
func isCredential(text string) bool {
	var document struct {
		Context json.RawMessage `json:"@context"`
	}
	if json.Unmarshal([]byte(text), &document) != nil {
		return false
	}
	return strings.Contains(string(document.Context), "https://www.w3.org/ns/credentials/") ||
		strings.Contains(string(document.Context), "https://www.w3.org/2018/credentials/")
}

func readInput(in io.Reader, name string, limit int64) ([]byte, error) {
	if name != "-" {
		return readLimited(name, limit)
	}
	return limited(in, "standard input", limit)
}

func readLimited(name string, limit int64) ([]byte, error) {
	f, err := os.Open(name)
	if err != nil {
		return nil, failed("", "%s", plainError(err))
	}
	defer f.Close()
	return limited(f, name, limit)
}

func limited(r io.Reader, name string, limit int64) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r, limit+1))
	switch {
	case err != nil:
		return nil, failed("", "%s", plainError(err))
	case int64(len(data)) > limit:
		return nil, bad("", "%s: larger than %d MiB", name, limit>>20)
	}
	return data, nil
}

// writeResult writes to a file that must not be there yet, or to standard output.
func writeResult(stdout io.Writer, name string, data []byte, force bool) error {
	if name == "" || name == "-" {
		if _, err := stdout.Write(data); err != nil {
			return failed("", "%s", plainError(err))
		}
		return nil
	}
	if !force {
		if _, err := os.Lstat(name); !errors.Is(err, fs.ErrNotExist) {
			return failed("name another file, or add --force", "%s: there is a file already", name)
		}
	}
	return replaceFile(name, data)
}

// replaceFile writes a file whole or not at all.
func replaceFile(name string, data []byte) error {
	if info, err := os.Stat(filepath.Dir(name)); err != nil || !info.IsDir() {
		return failed("", "%s: there is no folder %s", name, filepath.Dir(name))
	}
	if info, err := os.Stat(name); err == nil && info.IsDir() {
		return failed("", "%s: this is a folder", name)
	}
	f, err := os.CreateTemp(filepath.Dir(name), ".blazon-*")
	if err != nil {
		return failed("", "%s", plainError(err))
	}
	defer os.Remove(f.Name())
	_, err = f.Write(data)
	if err == nil {
		err = f.Chmod(0o644)
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(f.Name(), name)
	}
	if err != nil {
		return failed("", "%s", fmt.Sprintf("couldn't write %s: %s", name, plainError(err)))
	}
	return nil
}
