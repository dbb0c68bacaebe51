package input

import (
	"bytes"
	"io"
	"io/fs"
	"path"
	"slices"
	"strings"
	"time"
)

// With is a file system as it would be with the given texts in it, by path, in place of the files of those names or as
// new ones. It reads the files as they are otherwise.
func With(fsys fs.FS, texts map[string][]byte) fs.FS {
	m := memory{texts: texts, folders: map[string][]fs.DirEntry{".": nil}}
	for name, text := range texts {
		m.add(name, textInfo{name: path.Base(name), size: int64(len(text))})
	}
	for dir, entries := range m.folders {
		slices.SortFunc(entries, func(a, b fs.DirEntry) int { return strings.Compare(a.Name(), b.Name()) })
		m.folders[dir] = entries
	}
	return Overlay(m, fsys)
}

// memory is a file system of texts.
type memory struct {
	texts   map[string][]byte
	folders map[string][]fs.DirEntry
}

// add lists a file or folder in the one that it stands in.
func (m memory) add(name string, info textInfo) {
	dir := path.Dir(name)
	_, known := m.folders[dir]
	m.folders[dir] = append(m.folders[dir], fs.FileInfoToDirEntry(info))
	if !known {
		m.add(dir, textInfo{name: path.Base(dir), dir: true})
	}
}

// Open opens a text or a folder of texts.
func (m memory) Open(name string) (fs.File, error) {
	if text, ok := m.texts[name]; ok {
		return &textFile{Reader: bytes.NewReader(text), info: textInfo{name: path.Base(name), size: int64(len(text))}}, nil
	}
	if entries, ok := m.folders[name]; ok {
		return &folder{File: &textFile{Reader: bytes.NewReader(nil), info: textInfo{name: path.Base(name), dir: true}}, entries: entries}, nil
	}
	return nil, &fs.PathError{Op: "open", Path: name, Err: fs.ErrNotExist}
}

type textFile struct {
	io.Reader
	info textInfo
}

func (f *textFile) Stat() (fs.FileInfo, error) { return f.info, nil }
func (f *textFile) Close() error               { return nil }

type textInfo struct {
	name string
	size int64
	dir  bool
}

func (i textInfo) Name() string       { return i.name }
func (i textInfo) Size() int64        { return i.size }
func (i textInfo) ModTime() time.Time { return time.Time{} }
func (i textInfo) IsDir() bool        { return i.dir }
func (i textInfo) Sys() any           { return nil }

func (i textInfo) Mode() fs.FileMode {
	if i.dir {
		return fs.ModeDir | 0o555
	}
	return 0o444
}
