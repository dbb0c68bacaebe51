package cli

import (
	"errors"
	"fmt"
	"image"
	"path"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"blazon/internal/artwork"
	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/drawing"
	"blazon/internal/rule"
)

// maxDrawing is how many bytes are read of a drawing. The limit on drawings is a smaller one, and is told with reasons.
const maxDrawing = 16 << 20

func newArt(sys System) *cobra.Command {
	cmd := &cobra.Command{
		Use:   "art",
		Short: "Look at drawings as they are published",
		Long: `Looks at drawings as blazon publishes them.
` + exitStatus,
		Example: `  blazon art preview content/badges/night-sky.svg -o look.png`,
		Args:    noArgs,
		RunE:    func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	cmd.AddCommand(newArtPreview(sys))
	return cmd
}

func newArtPreview(sys System) *cobra.Command {
	var out string
	var width int
	var force bool
	cmd := &cobra.Command{
		Use:   "preview FILE",
		Short: "Draw an SVG as a PNG",
		Long: `Draws an SVG as a PNG, as a build does for a badge whose picture is an SVG. Everything that
blazon does not draw as browsers do is refused with its line, and nothing is drawn then: text,
filters, patterns, markers, pictures, animations. Such a drawing needs a PNG of the same name
beside it. A dash stands for standard input.
` + exitStatus,
		Example: `  blazon art preview content/badges/night-sky.svg -o look.png
  blazon art preview logo.svg --width 128 > logo.png`,
		Args: takes(1, 1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if width < 1 || width > drawing.MaxSide {
				return usageError(fmt.Sprintf("from 1 to %d pixels", drawing.MaxSide), "--width %d", width)
			}
			svg, err := readInput(sys.In, args[0], maxDrawing)
			if err != nil {
				return err
			}
			name := args[0]
			if name == "-" {
				name = "standard input"
			}
			info, unsafe, err := artwork.InspectSVG(svg)
			if len(unsafe) > 0 {
				return reportUnsafe(sys, name, svg, unsafe)
			}
			if err != nil {
				return reportBroken(sys, name, svg, err)
			}
			if refusals := drawing.Check(svg); len(refusals) > 0 {
				return reportRefusals(sys, name, svg, refusals)
			}
			picture, err := drawing.Draw(cmd.Context(), svg, width, drawing.Height(width, info.Width, info.Height))
			if limit := (*drawing.LimitError)(nil); errors.As(err, &limit) {
				return bad(beside(name), "%s: %s", name, err)
			}
			if err != nil {
				return failed("", "%s: %s", name, err)
			}
			return writePicture(sys, out, picture, force)
		},
	}
	cmd.Flags().StringVarP(&out, "out", "o", "", "the `file` to write (default: standard output)")
	cmd.Flags().IntVar(&width, "width", badge.DrawnWidth, "how many `pixels` wide; the height follows")
	cmd.Flags().BoolVar(&force, "force", false, "write over a file that is there")
	return cmd
}

func writePicture(sys System, out string, picture *image.NRGBA, force bool) error {
	data, err := drawing.Encode(picture)
	if err != nil {
		return failed("", "%s", err)
	}
	return writeResult(sys.Out, out, data, force)
}

// beside is the hint to a drawing that is not drawn.
func beside(name string) string {
	stem := strings.TrimSuffix(path.Base(filepath.ToSlash(name)), ".svg")
	return fmt.Sprintf("put a picture of the drawing beside it as %s.png", stem)
}

// reportUnsafe prints what no PNG beside a drawing would mend.
func reportUnsafe(sys System, name string, svg []byte, unsafe []artwork.Finding) error {
	var problems []diag.Problem
	for _, f := range unsafe {
		found := ""
		if f.Found != "" {
			found = ": " + diag.Quote(f.Found)
		}
		pos := diag.Pos{File: filepath.ToSlash(name), Line: f.Line, Col: f.Col}
		problems = append(problems, rule.ImageUnsafe.At(pos, "export the drawing again without it; blazon never changes an author's drawing", "%s%s", f.What, found))
	}
	return printAgainst(sys, svg, problems)
}

// reportBroken prints why a file is not read as a drawing.
func reportBroken(sys System, name string, svg []byte, err error) error {
	pos, reason := diag.Pos{File: filepath.ToSlash(name)}, err.Error()
	if syntax := (*artwork.SyntaxError)(nil); errors.As(err, &syntax) {
		pos.Line, pos.Col, reason = syntax.Line, syntax.Col, syntax.Reason
	}
	return printAgainst(sys, svg, []diag.Problem{rule.ImageBroken.At(pos, "export the drawing again as plain SVG", "%s", reason)})
}

// reportRefusals prints why a drawing is not drawn. It goes to standard error: the picture would go to standard output.
func reportRefusals(sys System, name string, svg []byte, refusals []drawing.Refusal) error {
	var problems []diag.Problem
	for _, r := range refusals {
		found := ""
		if r.Found != "" {
			found = ": " + diag.Quote(r.Found)
		}
		pos := diag.Pos{File: filepath.ToSlash(name), Line: r.Line, Col: r.Col}
		problems = append(problems, rule.ImageDrawing.At(pos, "leave it out, or "+beside(name), "%s%s", r.What, found))
	}
	return printAgainst(sys, svg, problems)
}

func printAgainst(sys System, svg []byte, problems []diag.Problem) error {
	printer := &diag.Printer{W: sys.Err, Source: func(string) ([]byte, error) { return svg, nil }}
	if err := printer.Print(problems); err != nil {
		return failed("", "%s", plainError(err))
	}
	return reported(ExitBad)
}
