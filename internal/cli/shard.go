package cli

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"blazon/internal/build"
)

// mostShards is how many parts a site may be built in.
const mostShards = 1000

// parseShard reads what --shard was given, such as 2/5.
func parseShard(s string) (build.Shard, error) {
	if s == "" {
		return build.Shard{}, nil
	}
	part, of, ok := strings.Cut(s, "/")
	i, err := strconv.Atoi(part)
	n, err2 := strconv.Atoi(of)
	if !ok || err != nil || err2 != nil || i < 1 || n < i || n > mostShards {
		return build.Shard{}, usageError("write the part and the number of parts, as in --shard 2/5; there are at most 1000", "--shard %s: no part of a whole", s)
	}
	return build.Shard{Part: i, Of: n}, nil
}

// takeShard makes sure that a part is built into a folder of its own: what is there cannot be told from what another part
// published. A record of an earlier part says nothing of an empty folder.
func (t *target) takeShard(s build.Shard) error {
	entries, err := os.ReadDir(t.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return failed("", "%s", plainError(err))
	case len(entries) > 0:
		return usageError("name an empty folder with --out, and put the parts together afterwards", "--shard %d/%d: there is something in %s already", s.Part, s.Of, filepath.ToSlash(t.shown))
	}
	t.record += fmt.Sprintf("-%d-of-%d", s.Part, s.Of)
	for _, name := range []string{t.record, t.record + ".journal"} {
		if err := os.Remove(name); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return failed("", "%s", plainError(err))
		}
	}
	return nil
}
