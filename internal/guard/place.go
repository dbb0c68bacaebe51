package guard

import (
	"io/fs"

	"blazon/internal/decl"
	"blazon/internal/diag"
)

// places finds where keys stand in the files of a state.
type places struct {
	fsys  fs.FS
	files map[string]decl.Node
}

// of is the place of a key, by the keys that lead to it; where it is not there, the place of what should hold it.
func (p *places) of(file string, keys ...string) diag.Pos {
	root, ok := p.files[file]
	if !ok {
		if data, err := fs.ReadFile(p.fsys, file); err == nil {
			parsed, _ := decl.Parse(file, data)
			root = parsed.Root
		}
		p.files[file] = root
	}
	if !root.Exists() {
		return diag.Pos{File: file}
	}
	pos := root.Pos()
	for _, key := range keys {
		if root = root.Field(key); !root.Exists() {
			break
		}
		pos = root.Pos()
	}
	return pos
}

// key is the place of an issuer's key, by its id.
func (p *places) key(file, id string) diag.Pos {
	pos := p.of(file, "keys")
	for _, item := range p.files[file].Field("keys").Items() {
		if item.Field("id").Text() == id {
			return item.Pos()
		}
	}
	return pos
}
