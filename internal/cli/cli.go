// Package cli is the command line: flags, help, exit codes, and the wiring of the packages below, one file a command.
// It is the only package that reads the clock, the environment and randomness, and the only one that prints.
package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"
	"golang.org/x/term"

	"blazon/internal/diag"
	"blazon/internal/near"
)

// Exit codes, as every command's help states them.
const (
	ExitDone    = 0 // done
	ExitBad     = 1 // the content or the badge is bad
	ExitUsage   = 2 // used wrongly
	ExitFailure = 3 // could not work
)

// System is what the command line has from the machine.
type System struct {
	In       io.Reader
	Out, Err io.Writer
	Terminal bool // whether Err is a terminal: progress is shown there
	Answers  bool // whether In and Err are one: questions are asked there
	Random   io.Reader
	Now      func() time.Time
	Getenv   func(string) string
	// KeyFolder is where the user's private keys are kept; empty where the user has no folder for such things.
	KeyFolder string
	Environ   []string // for git; as os.Environ has it
	// Program stands for the running program, whatever it was built from; empty where that cannot be told.
	Program func() string
}

// failure is an error with the exit code that it leads to. An empty message means that everything is said already.
type failure struct {
	code    int
	message string
	hint    string
}

func (f *failure) Error() string { return f.message }

func usageError(hint, format string, args ...any) error {
	return &failure{code: ExitUsage, message: fmt.Sprintf(format, args...), hint: hint}
}

func failed(hint, format string, args ...any) error {
	return &failure{code: ExitFailure, message: fmt.Sprintf(format, args...), hint: hint}
}

func bad(hint, format string, args ...any) error {
	return &failure{code: ExitBad, message: fmt.Sprintf(format, args...), hint: hint}
}

// reported ends a command whose problems are printed already.
func reported(code int) error { return &failure{code: code} }

// Process is the System of the running process.
func Process() System {
	return System{
		In: os.Stdin, Out: os.Stdout, Err: os.Stderr,
		Terminal: term.IsTerminal(int(os.Stderr.Fd())) && os.Getenv("TERM") != "dumb",
		Answers:  term.IsTerminal(int(os.Stdin.Fd())) && term.IsTerminal(int(os.Stderr.Fd())),
		Random:   randomness(),
		Now:      time.Now,
		Environ:  os.Environ(),
		Program:  program,

		Getenv:    os.Getenv,
		KeyFolder: keyFolder(),
	}
}

// keyFolder is the folder for private keys in the user's configuration.
func keyFolder() string {
	dir, err := os.UserConfigDir()
	if err != nil {
		return ""
	}
	return filepath.Join(dir, "blazon", "keys")
}

// leanMemory makes a large site fit into a small machine and lets a small one run without collecting garbage all the
// time: the collector counts memory that is never touched, and so costs nothing, among what is in use. The function that
// it returns ends that.
func leanMemory() func() {
	if os.Getenv("GOGC") != "" {
		return func() {}
	}
	debug.SetGCPercent(20)
	untouched := make([]byte, 48<<20)
	return func() { runtime.KeepAlive(untouched) }
}

// Main runs one command line and returns the exit code. An interrupt ends a command as a failure would: what is
// published stays whole.
func Main(args []string, sys System) int {
	defer leanMemory()()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second interrupt ends the process at once
	root := newRoot(sys)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err == nil {
		return ExitDone
	}
	if ctx.Err() != nil {
		err = failed("", "interrupted")
	}
	f := &failure{code: ExitUsage, message: err.Error(), hint: "blazon --help lists the commands"}
	errors.As(err, &f)
	if f.message != "" {
		fmt.Fprintf(sys.Err, "blazon: %s\n", f.message)
		if f.hint != "" {
			fmt.Fprintf(sys.Err, "hint: %s\n", f.hint)
		}
	}
	return f.code
}

// exitStatus ends the help of every command.
const exitStatus = `
Exit status: 0 done; 1 the content or the badge is bad; 2 used wrongly; 3 could not work.`

func newRoot(sys System) *cobra.Command {
	var dir string
	root := &cobra.Command{
		Use:   "blazon",
		Short: "Publish badges declared in YAML as a static site",
		Long: `blazon publishes Open Badges from a folder of YAML files as a static site that every
backpack, wallet and validator accepts. There is no server and no database: a badge
verifies for as long as somebody serves the folder.

A project is a folder with content/ in it; see docs/yaml.md for what stands there.
` + exitStatus,
		Example: `  blazon init badges      # begin a project
  blazon build            # publish content/ into public/
  blazon check            # say everything that is wrong with content/
  blazon stamp            # give new awards their ids
  blazon diff main        # say what publishing them would change`,
		SilenceErrors: true,
		SilenceUsage:  true,
		Args:          noArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetIn(sys.In)
	root.SetOut(sys.Out)
	root.SetErr(sys.Err)
	root.PersistentFlags().StringVarP(&dir, "directory", "C", ".", "the project's `folder`")
	root.SetFlagErrorFunc(flagError)
	root.AddCommand(
		newInit(sys, &dir), newBuild(sys, &dir), newCheck(sys, &dir), newDiff(sys, &dir), newServe(sys, &dir), newStamp(sys, &dir), newKey(sys, &dir),
		newAward(sys, &dir), newRevoke(sys, &dir), newReissue(sys, &dir), newErase(sys, &dir), newImport(sys, &dir), newList(sys, &dir), newStats(sys, &dir),
		newBake(sys), newUnbake(sys), newVerify(sys), newArt(sys), newSchema(sys), newVersion(sys), newCompletion(sys),
	)
	root.SetHelpCommand(&cobra.Command{
		Use: "help [command]", Short: "Help about a command",
		RunE: func(_ *cobra.Command, args []string) error {
			target, _, err := root.Find(args)
			if err != nil || (target == root && len(args) > 0) {
				return unknownCommand(root, strings.Join(args, " "))
			}
			return target.Help()
		},
	})
	return root
}

func noArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if cmd.HasSubCommands() {
		return unknownCommand(cmd, args[0])
	}
	return usageError(cmd.CommandPath()+" --help shows how it is used", "%s takes no arguments: found %q", cmd.CommandPath(), args[0])
}

// unknownCommand is the error for a name that is no command below parent.
func unknownCommand(parent *cobra.Command, name string) error {
	hint := parent.CommandPath() + " --help lists the commands"
	if word, ok := near.Word(name, commandNames(parent)); ok {
		hint = fmt.Sprintf("did you mean %q?", word)
	}
	return usageError(hint, "unknown command %q", name)
}

func commandNames(parent *cobra.Command) []string {
	var names []string
	for _, c := range parent.Commands() {
		names = append(names, c.Name())
	}
	return names
}

// flagError is the error for options that cannot be read, with a guess at what an unknown one was to be.
func flagError(cmd *cobra.Command, err error) error {
	hint := cmd.CommandPath() + " --help lists the options"
	var invalid *pflag.InvalidValueError
	if errors.As(err, &invalid) {
		flag := invalid.GetFlag()
		if wants := map[string]string{"int": "a number", "bool": "true or false"}[flag.Value.Type()]; wants != "" {
			return usageError(hint, "--%s takes %s: found %s", flag.Name, wants, diag.Quote(invalid.GetValue()))
		}
	}
	var unknown *pflag.NotExistError
	if errors.As(err, &unknown) && unknown.GetSpecifiedShortnames() == "" {
		var names []string
		cmd.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		if word, ok := near.Word(unknown.GetSpecifiedName(), names); ok {
			hint = fmt.Sprintf("did you mean --%s?", word)
		} else if slices.Contains(commandNames(cmd), unknown.GetSpecifiedName()) {
			hint = fmt.Sprintf("did you mean %s %s?", cmd.CommandPath(), unknown.GetSpecifiedName())
		}
	}
	return usageError(hint, "%s", err)
}

// takes is the check of a command's number of arguments.
func takes(least, most int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < least || len(args) > most {
			return usageError(cmd.CommandPath()+" --help shows how it is used", "usage: %s", cmd.UseLine())
		}
		return nil
	}
}
