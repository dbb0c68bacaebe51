// Command blazon publishes badges declared in YAML as a static site. See package cli for the commands.
package main

import (
	"os"

	"blazon/internal/cli"
)

func main() {
	os.Exit(cli.Main(os.Args[1:], cli.Process()))
}
