package build

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"image/color"
	"io/fs"
	"path"
	"slices"

	"blazon/internal/diag"
	"blazon/internal/input"
	"blazon/internal/plan"
	"blazon/internal/preview"
	"blazon/internal/rule"
)

// assetLimit is the largest file of site/, in bytes: hosts refuse larger ones.
const assetLimit = 25 << 20

// assets lists the files of site/ as they are, and returns their hashes by published path: pages name them with their
// hash, so that browsers may keep them.
func (b *builder) assets() (map[string]string, []diag.Problem) {
	entries, err := input.Files(b.in.Assets, ".")
	if err != nil {
		return nil, []diag.Problem{rule.Template.At(diag.Pos{File: "site"}, "", "couldn't be read: %s", err)}
	}
	hashes := make(map[string]string, len(entries))
	var problems []diag.Problem
	for _, e := range entries {
		if leftBehind(e.Path) {
			continue
		}
		data, err := asset(b.in.Assets, e)
		if err != nil {
			problems = append(problems, rule.Template.At(diag.Pos{File: "site/" + e.Path}, "", "%s", err))
			continue
		}
		sum := sha256.Sum256(data)
		hashes[e.Path] = hex.EncodeToString(sum[:4])
		b.from[e.Path] = "site/" + e.Path
		b.add(plan.Assets, e.Path, func() ([]byte, error) { return fs.ReadFile(b.in.Assets, e.Path) })
	}
	b.icons(hashes)
	return hashes, problems
}

// Icons of the site, in site/.
const (
	svgIcon   = "favicon.svg"
	pngIcon   = "favicon.png"
	touchIcon = "apple-touch-icon.png"
)

// icons makes the icons of the picture of a site's only issuer, unless the project has icons of its own.
func (b *builder) icons(hashes map[string]string) {
	if len(b.cat.Issuers) != 1 || b.cat.Issuers[0].Image == nil || !b.cat.Issuers[0].Image.PNG() {
		return
	}
	for _, name := range []string{svgIcon, pngIcon, touchIcon} {
		if _, err := fs.Stat(b.in.Project, "site/"+name); err == nil {
			return
		}
	}
	img := b.cat.Issuers[0].Image
	source, err := fs.ReadFile(b.in.Project, cmp.Or(img.File, img.SVG))
	if err != nil {
		return // making the issuer's picture says so
	}
	sum := sha256.Sum256(source)
	b.outputs = slices.DeleteFunc(b.outputs, func(o plan.Output) bool { return o.Path == touchIcon })
	b.derivedIcon(hashes, pngIcon, hex.EncodeToString(sum[:4]), func() ([]byte, error) { return b.icon(img, preview.Favicon, nil) })
	b.derivedIcon(hashes, touchIcon, hex.EncodeToString(sum[:4]), func() ([]byte, error) { return b.icon(img, preview.TouchIcon, color.White) })
}

func (b *builder) derivedIcon(hashes map[string]string, name, hash string, make producer) {
	hashes[name] = hash
	b.fixed(plan.Assets, name, make)
}

func asset(fsys fs.FS, e input.Entry) ([]byte, error) {
	if e.Err != nil {
		return nil, e.Err
	}
	info, err := fs.Stat(fsys, e.Path)
	if err != nil {
		return nil, err
	}
	if info.Size() > assetLimit {
		return nil, errors.New("is larger than 25 MB")
	}
	return fs.ReadFile(fsys, e.Path)
}

// leftBehind reports whether a file of site/ is not for publishing: what systems leave in folders, and the Go file that
// makes this repository's own site/ a package.
func leftBehind(name string) bool {
	switch path.Base(name) {
	case ".DS_Store", "Thumbs.db", "desktop.ini", ".gitkeep", ".gitignore":
		return true
	}
	return name == "site.go"
}
