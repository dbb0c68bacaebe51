package cli

import (
	"io/fs"

	"blazon/internal/diag"
)

// source reads files of a project for the excerpts of problems; there are none where it is nil.
func source(files fs.FS) func(file string) ([]byte, error) {
	if files == nil {
		return nil
	}
	return func(file string) ([]byte, error) { return fs.ReadFile(files, file) }
}

// show prints problems in the order given, with excerpts of the files, which may be nil.
func show(sys System, files fs.FS, problems []diag.Problem) error {
	printer := &diag.Printer{W: sys.Err, Source: source(files)}
	if err := printer.Print(problems); err != nil {
		return failed("", "%s", plainError(err))
	}
	return nil
}

// refuse shows the problems for which a command does nothing, which undone says.
func refuse(sys System, files fs.FS, problems []diag.Problem, hint, undone string) error {
	if err := show(sys, files, problems); err != nil {
		return err
	}
	return bad(hint, "%s: %s", undone, diag.Summary(problems))
}
