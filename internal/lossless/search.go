package lossless

import (
	"slices"

	"blazon/internal/deflate"
)

// tried is a form of the picture with its rows filtered, and about how many bytes it takes.
type tried struct {
	form *form
	rows []byte
	size int
	// unfiltered is the depth of an indexed picture whose rows have no filters: then the order of the palette hardly
	// matters. Else it is 0.
	unfiltered byte
}

// finalists is how many of the best tries are packed with all effort, as the ones that are close to each other change
// places then.
const finalists = 1

// search finds the form in which the picture packs best. It returns nil where there is none.
func search(r *raster, noGrey, noColour bool) (packed []byte, best *form) {
	var all []tried
	for _, f := range forms(r, noGrey, noColour) {
		all = append(all, try(f, r)...)
		// Only the best few are remembered: each holds a whole picture.
		slices.SortStableFunc(all, func(a, b tried) int { return a.size - b.size })
		var seen [9]bool
		all = slices.DeleteFunc(all, func(t tried) bool {
			again := seen[t.unfiltered]
			seen[t.unfiltered] = t.unfiltered > 0
			return again
		})
		all = all[:min(len(all), finalists)]
	}
	for i, t := range all {
		if i > 0 && t.size > all[0].size+all[0].size/100 {
			break
		}
		p := deflate.Zlib(t.rows, effort(len(t.rows)))
		if packed == nil || len(p)+t.form.overhead() < len(packed)+best.overhead() {
			packed, best = p, t.form
		}
	}
	return packed, best
}

// smallPicture is the number of pixels below which a palette may take more bytes than it saves.
const smallPicture = 64 * 64

// forms are the ways to write the picture that are worth a try.
func forms(r *raster, noGrey, noColour bool) []*form {
	var all []*form
	add := func(f form) { all = append(all, &f) }
	paletted := r.colours != nil && !noColour
	if paletted {
		for i, palette := range orders(r) {
			least := paletteDepth(len(palette))
			add(form{colour: indexed, depth: least, palette: palette})
			if least < 8 && i == 0 {
				add(form{colour: indexed, depth: 8, palette: palette})
			}
		}
	}
	few := len(all) > 0 && len(r.pix)/4 > smallPicture
	deep := byte(8)
	if r.deep {
		deep = 16
	}
	if r.grey && !noGrey {
		if r.opaque || r.binary {
			if d, key, ok := r.depth(!r.opaque); ok {
				add(form{colour: grey, depth: d, key: key, keyed: !r.opaque})
				if d < 8 {
					key *= 255 / (1<<d - 1)
					add(form{colour: grey, depth: 8, key: key, keyed: !r.opaque})
				}
				return all
			}
		}
		if !few {
			add(form{colour: greyAlpha, depth: deep})
		}
		return all
	}
	if few || noColour {
		return all
	}
	if r.opaque {
		add(form{colour: truecolour, depth: deep})
		return all
	}
	if r.binary {
		if key, ok := r.spare(); ok {
			add(form{colour: truecolour, depth: deep, key: key, keyed: true})
		}
	}
	add(form{colour: truecolourAlpha, depth: deep})
	return all
}

// spare is a grey value that no opaque pixel of a picture in colours has.
func (r *raster) spare() (key int, ok bool) {
	n := 256
	if r.deep {
		n = 65536
	}
	for k := range n {
		if !r.levels[k] {
			return k, true
		}
	}
	return 0, false
}

// try filters the form's rows in several ways.
func try(f *form, r *raster) []tried {
	rows, stride, bpp := f.pack(r)
	ways := filterings(rows, stride, bpp, f)
	all := make([]tried, len(ways))
	for i, w := range ways {
		all[i] = tried{form: f, rows: w, size: deflate.Size(w) + f.overhead()}
		if f.colour == indexed && unfiltered(w, 1+stride) {
			all[i].unfiltered = f.depth
		}
	}
	return all
}

func unfiltered(rows []byte, stride int) bool {
	for i := 0; i < len(rows); i += stride {
		if rows[i] != none {
			return false
		}
	}
	return true
}
