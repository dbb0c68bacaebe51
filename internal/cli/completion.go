package cli

import (
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"blazon/internal/diag"
	"blazon/internal/input"
	"blazon/internal/load"
	"blazon/internal/model"
)

func newCompletion(sys System) *cobra.Command {
	shells := []string{"bash", "zsh", "fish", "powershell"}
	cmd := &cobra.Command{
		Use:   "completion SHELL",
		Short: "Print a script that completes commands in a shell",
		Long: `Prints a script that makes a shell complete blazon's commands, options, badge classes and award
ids: for bash, zsh, fish or powershell. bash needs the package bash-completion.
` + exitStatus,
		Example: `  source <(blazon completion bash)                                 # in this shell
  blazon completion bash > ~/.local/share/bash-completion/completions/blazon
  blazon completion zsh > "${fpath[1]}/_blazon"
  blazon completion fish > ~/.config/fish/completions/blazon.fish
  blazon completion powershell | Out-String | Invoke-Expression    # in this shell`,
		Args:              takes(1, 1),
		ValidArgsFunction: cobra.FixedCompletions(shells, cobra.ShellCompDirectiveNoFileComp),
		RunE: func(cmd *cobra.Command, args []string) error {
			root, err := cmd.Root(), error(nil)
			switch args[0] {
			case "bash":
				err = root.GenBashCompletionV2(sys.Out, true)
			case "zsh":
				err = root.GenZshCompletion(sys.Out)
			case "fish":
				err = root.GenFishCompletion(sys.Out, true)
			case "powershell":
				err = root.GenPowerShellCompletionWithDesc(sys.Out)
			default:
				return usageError("one of: "+strings.Join(shells, ", "), "there is no completion for %s", diag.Quote(args[0]))
			}
			if err != nil {
				return failed("", "%s", plainError(err))
			}
			return nil
		},
	}
	return cmd
}

// What a shell is told in a blink: as many words at most, from as many bytes of files of awards.
const (
	mostWords = 200
	mostBytes = 8 << 20
)

type completer = func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective)

// completeBadge completes a badge class as the first argument. Recipients follow, which are nobody's to suggest.
func completeBadge(dir *string) completer {
	slugs := completeSlugs(dir, "content/badges")
	return func(cmd *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		if len(args) > 0 {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		return slugs(cmd, args, word)
	}
}

// completeSlugs completes the names of declarations in a folder. Whatever goes wrong, it keeps quiet.
func completeSlugs(dir *string, folder string) completer {
	return func(_ *cobra.Command, _ []string, word string) ([]string, cobra.ShellCompDirective) {
		entries, err := os.ReadDir(filepath.Join(*dir, filepath.FromSlash(folder)))
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var words []string
		for _, e := range entries {
			slug, ok := strings.CutSuffix(e.Name(), ".yaml")
			if ok && strings.HasPrefix(slug, word) && model.CheckSlug(slug) == nil && len(words) < mostWords {
				words = append(words, slug)
			}
		}
		return words, cobra.ShellCompDirectiveNoFileComp
	}
}

// stampedID is an id as awards state it.
var stampedID = regexp.MustCompile(`(?m)(?:^|[\s{,-])["']?id["']?:\s*["']?([a-z2-7]{26})\b`)

// completeAwards completes the ids of awards, with the files in which they stand.
func completeAwards(dir *string) completer {
	return func(_ *cobra.Command, args []string, word string) ([]string, cobra.ShellCompDirective) {
		folder, err := input.OpenFolder(*dir)
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		defer folder.Close()
		entries, err := input.Files(folder, "content/awards")
		if err != nil {
			return nil, cobra.ShellCompDirectiveNoFileComp
		}
		var words []string
		size := int64(0)
		for _, e := range slices.Backward(entries) { // the newest years first
			if e.Err != nil || path.Ext(e.Path) != ".yaml" || load.Ignored(e.Path) {
				continue
			}
			info, err := fs.Stat(folder, e.Path)
			if err != nil || size+info.Size() > mostBytes {
				continue
			}
			size += info.Size()
			data, err := fs.ReadFile(folder, e.Path)
			if err != nil {
				continue
			}
			for _, m := range stampedID.FindAllSubmatch(data, -1) {
				if id := string(m[1]); strings.HasPrefix(id, word) && !slices.Contains(args, id) && len(words) < mostWords {
					words = append(words, id+"\t"+masked(strings.TrimPrefix(e.Path, "content/awards/")))
				}
			}
		}
		return words, cobra.ShellCompDirectiveNoFileComp
	}
}
