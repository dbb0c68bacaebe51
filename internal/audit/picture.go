package audit

import (
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"blazon/internal/bake"
	"blazon/internal/layout"
	"blazon/internal/verdict"
)

// picture checks that an image is a whole one, as far as that can be told without drawing it.
func (a *auditor) picture(name string, data []byte) {
	var err error
	if strings.HasSuffix(name, ".png") {
		_, err = bake.Split(data)
	} else {
		_, err = bake.UnbakeSVG(data)
	}
	if err != nil {
		a.fault(name, verdict.Images, "the image is broken: %s", reasonOf(err))
	}
}

// same checks that an award's image shows what its class's does: baking changes nothing of a picture.
func (a *auditor) same(name, class string, found []bake.Found) {
	ext := name[strings.LastIndexByte(name, '.')+1:]
	original := layout.ClassImage(class, ext)
	if class == "" || !a.names[original] {
		return // a class that is not there is said to be missing
	}
	before, err := a.read(original)
	if err != nil {
		return // file says so
	}
	after, err := a.read(name)
	if err != nil {
		return
	}
	var want []byte
	switch ext {
	case "png":
		before, want = unbaked(before), unbaked(after)
	case "svg":
		// Baking moves what must be moved for readers, so the class's is baked anew.
		if len(found) != 1 {
			return // copied says so
		}
		template, err := bake.SplitSVG(before)
		if err != nil {
			return // picture says so
		}
		url := found[0].Verify
		if found[0].Content == bake.JWS || found[0].Keyword == bake.OB3 {
			url = ""
		}
		if before, err = template.Bake(found[0].Text, url); err != nil {
			return // what is baked is said to be none
		}
		want = after
	}
	if before != nil && want != nil && !bytes.Equal(before, want) {
		a.fault(name, verdict.Images, "the picture is not that of %s", original)
	}
}

// unbaked is a PNG without its badges; nil where it is broken.
func unbaked(png []byte) []byte {
	template, err := bake.Split(png)
	if err != nil {
		return nil
	}
	bare, err := template.Bake()
	if err != nil {
		return nil
	}
	return bare
}

// wellFormed checks that a site map or a feed can be read.
func (a *auditor) wellFormed(name string, data []byte) {
	d := xml.NewDecoder(bytes.NewReader(data))
	root := false
	for depth := 0; ; {
		token, err := d.Token()
		switch t := token.(type) {
		case xml.StartElement:
			if depth == 0 && root {
				err = errors.New("it has a second root")
			}
			depth, root = depth+1, true
		case xml.EndElement:
			depth--
		case xml.CharData:
			if depth == 0 && len(bytes.TrimSpace(t)) > 0 {
				err = errors.New("there is text outside of its root")
			}
		}
		switch {
		case errors.Is(err, io.EOF) && root:
			return
		case err != nil:
			a.fault(name, Files, "it is not well-formed: %s", reasonOf(err))
			return
		}
	}
}
