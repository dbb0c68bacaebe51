package lossless

import (
	"math"

	"blazon/internal/deflate"
)

// tried is a form of the picture with a way to filter its rows, and about how many bytes it takes.
type tried struct {
	form  *form
	way   func() chooser
	plain bool // without filters
	size  int
}

// Pictures of at most so many bytes are searched through thoroughly; of larger ones a sample of about so many decides.
const (
	thorough = 160 << 10
	sample   = 128 << 10
)

// bandHeight is the number of neighbouring rows that a sample takes: enough for what repeats itself from row to row.
const bandHeight = 8

// search finds the form in which the picture packs best, as far as a quick look at each tells, and packs it. It returns nil
// where there is none. is is the size of the packed picture that there is already, or nothing: where a quick look at the
// whole tells that somebody has searched before, search returns nil as well.
func search(r *raster, noGrey, noColour bool, is int) (packed []byte, f *form) {
	all := len(r.pix) <= thorough
	bands := []band{{0, r.height}}
	if !all {
		bands = spread(r.height, len(r.pix)/r.height)
	}
	var best tried
	for _, f := range forms(r, noGrey, noColour, all) {
		for _, t := range try(f, r, bands, all) {
			if best.form == nil || t.size < best.size {
				best = t
			}
		}
	}
	if best.form == nil {
		return nil, nil
	}
	rows, stride, bpp := best.form.pack(r)
	whole := func(way func() chooser) *deflate.Draft {
		return deflate.NewDraft(apply(rows, stride, bpp, []band{{0, r.height}}, way())[0])
	}
	draft := whole(best.way)
	if !all && best.form.colour == indexed && !best.plain {
		// What repeats itself farther down, as flat art does, does so best without filters, and no sample shows it.
		if plain := whole(fixed(none)); plain.Size() < draft.Size() {
			draft = plain
		}
	}
	if !all && searched(is-best.form.overhead(), draft.Size()) {
		return nil, nil
	}
	return draft.Zlib(effort(len(rows))), best.form
}

// nothing is the size of a packed picture that there is not yet.
const nothing = math.MaxInt / 32

// searched reports whether a picture takes so much less than quick packing makes of it that it was searched before: level
// 9 of zlib does not get there, and another search would find next to nothing.
func searched(is, quick int) bool { return is*20 < quick*19 }

// spread takes bands of a picture of so many bytes a row, all over it.
func spread(height, stride int) []band {
	n := max(2, sample/(bandHeight*stride))
	if n*bandHeight >= height {
		return []band{{0, height}}
	}
	bands := make([]band, n)
	for i := range bands {
		from := (2*i+1)*height/(2*n) - bandHeight/2
		bands[i] = band{from, from + bandHeight}
	}
	return bands
}

// smallPicture is the number of pixels below which a palette may take more bytes than it saves.
const smallPicture = 64 * 64

// forms are the ways to write the picture that are worth a try: all of them, or those that win on large pictures.
func forms(r *raster, noGrey, noColour, thorough bool) []*form {
	var all []*form
	add := func(f form) { all = append(all, &f) }
	paletted := r.colours != nil && !noColour
	if paletted {
		for i, palette := range orders(r, thorough) {
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
			if !thorough {
				return all
			}
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

// try filters bands of the form's rows in several ways.
func try(f *form, r *raster, bands []band, thorough bool) []tried {
	rows, stride, bpp := f.pack(r)
	ways := choosers(f, len(rows)+r.height, thorough)
	choices := make([]chooser, len(ways))
	for i, w := range ways {
		choices[i] = w()
	}
	all := make([]tried, len(ways))
	for i, filtered := range apply(rows, stride, bpp, bands, choices...) {
		all[i] = tried{f, ways[i], i == 0, deflate.Size(filtered) + f.overhead()}
	}
	return all
}
