package main

import (
	"bufio"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

// list writes down the files of a folder and their sizes, those of one folder one after another. It keeps nothing of it:
// what the bench itself takes, the system counts as taken by the programs that it starts.
func list(dir, manifest string) (files int, total int64, err error) {
	f, err := os.Create(manifest)
	if err != nil {
		return 0, 0, err
	}
	out := bufio.NewWriter(f)
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err != nil {
			return err
		}
		name, err := filepath.Rel(dir, path)
		if err != nil {
			return err
		}
		files++
		total += info.Size()
		_, err = fmt.Fprintf(out, "%d %s\n", info.Size(), name)
		return err
	})
	return files, total, errors.Join(err, out.Flush(), f.Close())
}

// folder is what one worker writes at once.
type folder struct {
	name  string
	files []file
}

type file struct {
	name string
	size int
}

// write is the bare writer: it makes the folders and the files of a manifest, from memory, by two workers, directly under
// their names.
func write(manifest, dir string) error {
	in, err := os.Open(manifest)
	if err != nil {
		return err
	}
	defer in.Close()
	var folders []folder
	largest := 0
	for lines := bufio.NewScanner(in); lines.Scan(); {
		size, name, _ := strings.Cut(lines.Text(), " ")
		n, err := strconv.Atoi(size)
		if err != nil {
			return err
		}
		parent := filepath.Join(dir, filepath.Dir(name))
		if len(folders) == 0 || folders[len(folders)-1].name != parent {
			folders = append(folders, folder{name: parent})
		}
		last := &folders[len(folders)-1]
		last.files = append(last.files, file{filepath.Join(dir, name), n})
		largest = max(largest, n)
	}
	bytes := make([]byte, largest)
	random := rand.NewChaCha8([32]byte{})
	random.Read(bytes)
	for _, f := range folders {
		if strings.Count(f.name, string(filepath.Separator)) <= strings.Count(dir, string(filepath.Separator))+1 {
			if err := os.MkdirAll(f.name, 0o755); err != nil {
				return err
			}
		}
	}
	var next atomic.Int64
	failed := make([]error, 2)
	var wg sync.WaitGroup
	for worker := range failed {
		wg.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(folders) {
					return
				}
				if failed[worker] = folders[i].write(bytes); failed[worker] != nil {
					return
				}
			}
		})
	}
	wg.Wait()
	return errors.Join(failed...)
}

func (f folder) write(bytes []byte) error {
	if err := os.Mkdir(f.name, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		if err := os.MkdirAll(f.name, 0o755); err != nil {
			return err
		}
	}
	for _, file := range f.files {
		if err := os.WriteFile(file.name, bytes[:file.size], 0o644); err != nil {
			return err
		}
	}
	return nil
}
