package lossless

import "blazon/internal/deflate"

// tried is a form of the picture with its rows filtered, and about how many bytes it takes.
type tried struct {
	form *form
	rows []byte
	size int
}

// search finds the form in which the picture packs best, as far as a quick look at each tells. It returns nil where there
// is none. To pack the second best as well would save three bytes of a thousand, and take half as long again.
func search(r *raster, noGrey, noColour bool) (packed []byte, f *form) {
	var best tried
	for _, f := range forms(r, noGrey, noColour) {
		for _, t := range try(f, r) {
			if best.form == nil || t.size < best.size {
				best = t
			}
		}
	}
	if best.form == nil {
		return nil, nil
	}
	return deflate.Zlib(best.rows, effort(len(best.rows))), best.form
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
		all[i] = tried{f, w, deflate.Size(w) + f.overhead()}
	}
	return all
}
