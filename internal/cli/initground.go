package cli

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"blazon/internal/keyring"
	"blazon/internal/scaffold"
)

// ground is a folder in which a project may be begun: one that is not there yet, or one that holds nothing but .git.
type ground struct {
	dir   string
	fresh bool   // whether it has to be made
	aside string // where the files are made
}

// findGround refuses a folder in which something stands.
func findGround(sys System, dir string) (*ground, error) {
	var salt [6]byte
	if _, err := io.ReadFull(sys.Random, salt[:]); err != nil {
		return nil, failed("", "couldn't make a name: %s", err)
	}
	if room, ok := inRoom(dir); ok {
		return nil, usageError("name a folder outside of it", "%s: this is in %s of another project, where it would be taken for a part of it", filepath.ToSlash(dir), filepath.ToSlash(room))
	}
	g := &ground{dir: filepath.Clean(dir)}
	aside := ".blazon-init-" + hex.EncodeToString(salt[:])
	info, err := os.Stat(g.dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		if _, err := os.Lstat(g.dir); err == nil {
			return nil, usageError("name another folder", "%s: this is a link that leads nowhere", filepath.ToSlash(dir))
		}
		g.fresh, g.aside = true, filepath.Join(filepath.Dir(g.dir), aside)
		return g, nil
	case err != nil:
		return nil, failed("", "%s", plainError(err))
	case !info.IsDir():
		return nil, usageError("name another folder", "%s: this is no folder", filepath.ToSlash(dir))
	}
	g.aside = filepath.Join(g.dir, aside)
	return g, g.vacant()
}

// inRoom finds the room of a project that a folder would stand in: what is there is read or published.
func inRoom(dir string) (room string, found bool) {
	up, err := filepath.Abs(dir)
	if err != nil {
		return "", false
	}
	closed := []string{"content", "templates", "site", "public"}
	for ; up != filepath.Dir(up); up = filepath.Dir(up) {
		if slices.Contains(closed, filepath.Base(up)) {
			if _, err := os.Stat(filepath.Join(filepath.Dir(up), "content", "site.yaml")); err == nil {
				return up, true
			}
		}
	}
	return "", false
}

// vacant refuses a folder with anything in it but .git and what was made aside.
func (g *ground) vacant() error {
	entries, err := os.ReadDir(g.dir)
	if err != nil {
		return failed("", "%s", plainError(err))
	}
	var names []string
	for _, e := range entries {
		switch e.Name() {
		case ".git", filepath.Base(g.aside):
		case "content":
			return usageError("name another folder; blazon check says how this one is", "%s: there is a project in it already", filepath.ToSlash(g.dir))
		default:
			names = append(names, e.Name())
		}
	}
	if len(names) == 0 {
		return nil
	}
	const most = 3
	list := strings.Join(names[:min(len(names), most)], ", ")
	if len(names) > most {
		list += fmt.Sprintf(" and %d more", len(names)-most)
	}
	return usageError("name a new or empty folder: nothing is ever written over", "%s: the folder is not empty: found %s", filepath.ToSlash(g.dir), list)
}

// fill makes all files and keeps the key, or nothing of it.
func (g *ground) fill(files []scaffold.File, key *firstKey) (err error) {
	made, err := makeFolders(filepath.Dir(g.dir), g.fresh)
	defer func() {
		_ = os.RemoveAll(g.aside)
		if err != nil {
			for _, folder := range made {
				_ = os.Remove(folder) // fails where somebody else put something into it
			}
		}
	}()
	if err != nil {
		return failed("", "%s", plainError(err))
	}
	if err := g.makeAside(files); err != nil {
		return failed("", "couldn't write the project: %s", plainError(err))
	}
	if key != nil {
		if err := keyring.Save(key.file, key.signer); err != nil {
			return failed("leave the key out with --no-key; blazon key new --out FILE makes one later", "%s", err)
		}
	}
	if err := g.settle(); err != nil {
		if key != nil {
			_ = os.Remove(key.file) // nothing was signed with it
		}
		return err
	}
	return nil
}

// makeFolders makes the folders above a new one, and says which it has made, the deepest first.
func makeFolders(dir string, wanted bool) ([]string, error) {
	var missing []string
	for up := dir; wanted; up = filepath.Dir(up) {
		if _, err := os.Lstat(up); !errors.Is(err, fs.ErrNotExist) || up == filepath.Dir(up) {
			break
		}
		missing = append(missing, up)
	}
	if len(missing) == 0 {
		return nil, nil
	}
	return missing, os.MkdirAll(dir, 0o777)
}

func (g *ground) makeAside(files []scaffold.File) error {
	if err := os.Mkdir(g.aside, 0o777); err != nil {
		return err
	}
	for _, f := range files {
		name := filepath.Join(g.aside, filepath.FromSlash(f.Path))
		if err := os.MkdirAll(filepath.Dir(name), 0o777); err != nil {
			return err
		}
		if err := os.WriteFile(name, f.Data, 0o666); err != nil {
			return err
		}
	}
	return nil
}

// settle moves what was made aside to its place. What somebody has put there meanwhile stays, and nothing else does.
func (g *ground) settle() error {
	if g.fresh {
		if _, err := os.Lstat(g.dir); err == nil {
			return failed("name another folder", "%s: somebody has just made this folder", filepath.ToSlash(g.dir))
		}
		if err := os.Rename(g.aside, g.dir); err != nil {
			return failed("", "couldn't write the project: %s", plainError(err))
		}
		return nil
	}
	if err := g.vacant(); err != nil {
		return err
	}
	entries, err := os.ReadDir(g.aside)
	var moved []string
	for _, e := range entries {
		if err != nil {
			break
		}
		name := filepath.Join(g.dir, e.Name())
		if err = os.Rename(filepath.Join(g.aside, e.Name()), name); err == nil {
			moved = append(moved, name)
		}
	}
	if err != nil {
		for _, name := range moved {
			_ = os.RemoveAll(name)
		}
		return failed("", "couldn't write the project: %s", plainError(err))
	}
	return nil
}

// repository finds the git repository that a folder is in: "." where the folder itself is its root.
func repository(dir string) (root string, found bool) {
	here, err := filepath.Abs(dir)
	if err != nil {
		return "", false
	}
	for up := here; ; up = filepath.Dir(up) {
		if _, err := os.Lstat(filepath.Join(up, ".git")); err == nil {
			root, err := filepath.Rel(here, up)
			return root, err == nil
		}
		if up == filepath.Dir(up) {
			return "", false
		}
	}
}

// hasProgram reports whether a program of this name is on the path.
func hasProgram(sys System, name string) bool {
	if runtime.GOOS == "windows" {
		name += ".exe"
	}
	for _, dir := range filepath.SplitList(sys.Getenv("PATH")) {
		if info, err := os.Stat(filepath.Join(dir, name)); err == nil && info.Mode().IsRegular() {
			return true
		}
	}
	return false
}
