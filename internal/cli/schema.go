package cli

import (
	"strings"

	"github.com/spf13/cobra"

	"blazon/internal/near"
	"blazon/internal/schema"
)

func newSchema(sys System) *cobra.Command {
	return &cobra.Command{
		Use:   "schema [" + strings.Join(schema.Names(), "|") + "]",
		Short: "Print the JSON Schema of the declarations",
		Long: `Prints the JSON Schema of one kind of file, or of all of them, for editors that complete and
check YAML. What a schema cannot say (that a date is on the calendar, that a badge is declared),
blazon check says.
` + exitStatus,
		Example: `  blazon schema badge > badge.schema.json
  # and in a class's first line:
  # yaml-language-server: $schema=../../badge.schema.json`,
		Args:      takes(0, 1),
		ValidArgs: schema.Names(),
		RunE: func(_ *cobra.Command, args []string) error {
			name := strings.Join(args, "")
			data, err := schema.Make(name)
			if err != nil {
				hint := "one of: " + strings.Join(schema.Names(), ", ")
				if word, ok := near.Word(name, schema.Names()); ok {
					hint = `did you mean "` + word + `"?`
				}
				return usageError(hint, "there is no kind of file %q", name)
			}
			return writeResult(sys.Out, "", data, false)
		},
	}
}
