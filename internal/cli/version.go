package cli

import (
	"fmt"
	"runtime"

	"github.com/spf13/cobra"

	"blazon/internal/model"
)

// Version is the program's version. With the Go release it belongs to what a site's bytes depend on (law 2).
const Version = "0.1.0"

func newVersion(sys System) *cobra.Command {
	var asJSON bool
	cmd := &cobra.Command{
		Use:   "version",
		Short: "Print the program's version",
		Long: `Prints the version of blazon, the Go release that built it and the newest format of files that
it knows. Equal versions of both make equal sites from equal projects.
` + exitStatus,
		Example: `  blazon version
  blazon version --json`,
		Args: noArgs,
		RunE: func(*cobra.Command, []string) error {
			if !asJSON {
				fmt.Fprintf(sys.Out, "blazon %s (%s %s/%s, format %d)\n", Version, runtime.Version(), runtime.GOOS, runtime.GOARCH, model.FormatVersion)
				return nil
			}
			data, err := encodeJSON(map[string]any{"version": Version, "go": runtime.Version(), "os": runtime.GOOS, "arch": runtime.GOARCH, "format": model.FormatVersion})
			if err != nil {
				return failed("", "%s", err)
			}
			return writeResult(sys.Out, "", data, false)
		},
	}
	cmd.Flags().BoolVar(&asJSON, "json", false, "print JSON")
	return cmd
}
