package revision

import (
	"io/fs"
	"strings"
	"testing"
)

// FuzzEntries reads what git may print. A listing makes a tree without a panic in which every path is valid.
func FuzzEntries(f *testing.F) {
	hash := strings.Repeat("a", 40)
	for _, seed := range []string{
		"", "100644 blob " + hash + "\tcontent/site.yaml\x00", "120000 blob " + hash + "      12\ta\x00040000 tree " + hash + "\tb/c\x00",
		"160000 commit " + hash + "       -\tsub\x00", "100644 blob " + hash + "\t../x\x00100644 blob " + hash + "\ta/b\x00100644 blob " + hash + "\ta\x00",
		"100644 blob " + strings.Repeat("b", 64) + "\tä\tb\n\x00", "garbage", "\t\x00", "100644 blob x\ty\x00",
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		tree := &Tree{blobs: &blobs{err: errClosed}}
		if err := tree.fill(data, nil); err != nil {
			return
		}
		err := fs.WalkDir(tree, ".", func(name string, d fs.DirEntry, err error) error {
			if !fs.ValidPath(name) {
				t.Fatalf("%q is in the tree", name)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
