package lossless_test

import (
	"bytes"
	"compress/zlib"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
)

const (
	srgb     = "\x00"
	gamma    = "\x00\x00\xb1\x8f"
	chrm     = "\x00\x00\x7a\x26\x00\x00\x80\x84\x00\x00\xfa\x00\x00\x00\x80\xe8\x00\x00\x75\x30\x00\x00\xea\x60\x00\x00\x3a\x98\x00\x00\x17\x70"
	physical = "\x00\x00\x0b\x13\x00\x00\x0b\x13\x01"
	cicp     = "\x09\x10\x00\x01"
)

func profile(t *testing.T) string {
	t.Helper()
	var b bytes.Buffer
	b.WriteString("a profile\x00\x00")
	w := zlib.NewWriter(&b)
	_, err := w.Write([]byte(strings.Repeat("not looked into", 9)))
	require.NoError(t, err)
	require.NoError(t, w.Close())
	return b.String()
}

// exif is an Exif with a place where a picture was taken, and an orientation.
func exif(little bool, orientation byte) string {
	if little {
		return "II*\x00\x08\x00\x00\x00\x02\x00" + "\x25\x88\x04\x00\x01\x00\x00\x00GPS!" + "\x12\x01\x03\x00\x01\x00\x00\x00" + string(orientation) + "\x00\x00\x00" + "\x00\x00\x00\x00"
	}
	return "MM\x00*\x00\x00\x00\x08\x00\x02" + "\x01\x12\x00\x03\x00\x00\x00\x01\x00" + string(orientation) + "\x00\x00" + "\x88\x25\x00\x04\x00\x00\x00\x01GPS!" + "\x00\x00\x00\x00"
}

// kindsOf are the chunks of a file, but for those that every file has.
func kindsOf(t testing.TB, file []byte) (kinds []string, data map[string]string) {
	t.Helper()
	chunks, err := bake.Chunks(file)
	require.NoError(t, err)
	data = make(map[string]string)
	for _, c := range chunks {
		data[c.Type] = string(c.Data)
		if c.Type != "IHDR" && c.Type != "IDAT" && c.Type != "IEND" {
			kinds = append(kinds, c.Type)
		}
	}
	return kinds, data
}

// TestChunks: what tells how the picture looks stays, what does not goes, and what is not understood stays with all else.
func TestChunks(t *testing.T) {
	motif := func(x, y, c int) int {
		if c == 3 {
			return 255 * (x / 20)
		}
		return (x*7 + y*3) & 255
	}
	colour := func(x, y, c int) int { return motif(x, y, c) ^ c*9 }
	cases := []struct {
		name        string
		colour      byte
		early, late []chunk
		want        string // kinds of the result
		whole       bool   // whether nothing may be touched
	}{
		{"words", 2, []chunk{{"tEXt", "Author\x00me"}, {"tIME", "\x07\xea\x01\x01\x00\x00\x00"}}, []chunk{{"iTXt", "Title\x00\x00\x00\x00\x00x"}, {"zTXt", "Note\x00\x00x"}}, "", false},
		{"colours", 2, []chunk{{"gAMA", gamma}, {"cHRM", chrm}, {"sRGB", srgb}, {"pHYs", physical}}, nil, "gAMA cHRM sRGB pHYs", false},
		{"profile", 2, []chunk{{"iCCP", profile(t)}}, nil, "iCCP", false},
		{"video", 2, []chunk{{"cICP", cicp}, {"mDCV", strings.Repeat("x", 24)}, {"cLLI", "12345678"}}, nil, "cICP mDCV cLLI", false},
		{"too late", 2, nil, []chunk{{"gAMA", gamma}, {"pHYs", physical}}, "", false},
		{"editors", 2, []chunk{{"vpAg", "12345678x"}, {"prVW", "x"}, {"iDOT", strings.Repeat("x", 28)}, {"oFFs", "12345678\x00"}}, nil, "", false},
		{"suggestions", 2, []chunk{{"PLTE", "abcdef"}, {"hIST", "\x00\x01\x00\x01"}, {"sPLT", "x\x00\x08"}}, nil, "", false},
		{"animation", 2, []chunk{{"acTL", "\x00\x00\x00\x01\x00\x00\x00\x00"}, {"tEXt", "Author\x00me"}}, nil, "acTL tEXt", true},
		{"not known", 2, []chunk{{"neWs", "x"}}, nil, "", false},
		{"not known, public", 2, []chunk{{"nEWS", "x"}}, nil, "nEWS", true},
		{"signature", 2, []chunk{{"dSIG", "x"}}, nil, "dSIG", true},
		{"upright", 2, []chunk{{"eXIf", exif(false, 1)}}, nil, "", false},
		{"on its side", 2, nil, []chunk{{"eXIf", exif(false, 6)}}, "eXIf", false},
		{"on its side, otherwise", 2, []chunk{{"eXIf", exif(true, 8)}}, nil, "eXIf", false},
		{"background behind nothing", 2, []chunk{{"bKGD", "\x00\x01\x00\x02\x00\x03"}}, nil, "", false},
		{"background", 6, []chunk{{"bKGD", "\x00\x01\x00\x02\x00\x03"}}, nil, "bKGD", false},
		{"background, too short", 6, []chunk{{"bKGD", "\x00\x01"}}, nil, "", false},
		{"significant bits", 6, []chunk{{"sBIT", "\x05\x06\x05\x08"}}, nil, "sBIT", false},
		{"significant bits, nonsense", 6, []chunk{{"sBIT", "\x05\x06\x05"}}, nil, "", false},
	}
	j := newJudge(t)
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			file := sketch{width: 40, height: 30, colour: c.colour, depth: 8, early: c.early, late: c.late, sample: colour}.encode(t)
			r := reduce(t, file)
			requireSame(t, file, r.PNG)
			kinds, _ := kindsOf(t, r.PNG)
			assert.Equal(t, c.want, strings.Join(kinds, " "))
			if c.whole {
				assert.True(t, bytes.Equal(file, r.PNG))
			}
			assert.NotContains(t, string(r.PNG), "GPS!")
			if !c.whole && c.name != "video" { // which pngcheck does not know
				j.add(r.PNG)
			}
		})
	}
	j.verdict()
}

// TestProfile: a colour profile is for grey or for colours, and so stays the picture.
func TestProfile(t *testing.T) {
	grey := func(x, y, c int) int { return (x*7 + y*3) & 255 }
	s := sketch{width: 40, height: 30, colour: 2, depth: 8, sample: grey}
	assert.Equal(t, byte(0), reduce(t, s.encode(t)).PNG[25])
	for _, kind := range []string{"iCCP", "cICP"} {
		data := map[string]string{"iCCP": profile(t), "cICP": cicp}[kind]
		s := sketch{width: 40, height: 30, colour: 2, depth: 8, sample: grey, early: []chunk{{kind, data}}}
		assert.Contains(t, []byte{2, 3}, reduce(t, s.encode(t)).PNG[25], kind)
		s.colour = 6
		assert.NotContains(t, []byte{0, 4}, reduce(t, s.encode(t)).PNG[25], kind)
		few := func(x, y, c int) int { return []int{3, 77, 81, 250}[(x/3+y/4)%4] }
		s = sketch{width: 90, height: 90, colour: 0, depth: 8, sample: few, early: []chunk{{kind, data}}}
		assert.Equal(t, byte(0), reduce(t, s.encode(t)).PNG[25], kind)
	}
}

// TestBackground: the colour behind the picture stays the same colour, whatever the form.
func TestBackground(t *testing.T) {
	clear := func(x, y int) int { return 255 * (x / 20 & 1) }
	cases := []struct {
		name      string
		s         sketch
		bkgd      string
		want      [3]byte
		wantDepth byte
	}{
		{"grey in colours", sketch{colour: 6, depth: 8, sample: func(x, y, c int) int {
			if c == 3 {
				return clear(x, y)
			}
			return 17
		}}, "\x00\x33\x00\x33\x00\x33", [3]byte{0x33, 0x33, 0x33}, 0},
		{"colour behind grey", sketch{colour: 6, depth: 8, sample: func(x, y, c int) int {
			if c == 3 {
				return clear(x, y)
			}
			return (x * y) & 255
		}}, "\x00\x30\x00\x40\x00\x50", [3]byte{0x30, 0x40, 0x50}, 0},
		{"grey of 2 bits", sketch{colour: 0, depth: 2, early: []chunk{{"tRNS", "\x00\x01"}}, sample: func(x, y, c int) int { return x / 7 & 3 }}, "\x00\x02", [3]byte{170, 170, 170}, 0},
		{"grey that the picture has not", sketch{colour: 0, depth: 8, early: []chunk{{"tRNS", "\x00\x11"}}, sample: func(x, y, c int) int { return (x/3 + y/5) % 16 * 17 }},
			"\x00\x37", [3]byte{0x37, 0x37, 0x37}, 8},
		{"16 bits that are 8", sketch{colour: 4, depth: 16, sample: func(x, y, c int) int { return 257 * (50 + x + c*100) }}, "\x20\x20", [3]byte{0x20, 0x20, 0x20}, 8},
		{"16 bits that are none", sketch{colour: 4, depth: 16, sample: func(x, y, c int) int { return 257 * (50 + x + c*100) }}, "\x20\x21", [3]byte{0x20, 0x20, 0x20}, 16},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			c.s.width, c.s.height = 80, 60
			c.s.early = append(c.s.early, chunk{"bKGD", c.bkgd})
			file := c.s.encode(t)
			r := reduce(t, file)
			requireSame(t, file, r.PNG)
			_, data := kindsOf(t, r.PNG)
			b := data["bKGD"]
			if c.wantDepth != 0 {
				assert.Equal(t, c.wantDepth, r.PNG[24])
			}
			var got [3]byte
			switch depth, colour := r.PNG[24], r.PNG[25]; {
			case colour == 3:
				require.Len(t, b, 1)
				copy(got[:], data["PLTE"][3*b[0]:])
			case len(b) == 2:
				v := b[1]
				switch depth {
				case 16:
					v = b[0]
					assert.Equal(t, c.bkgd, b)
				case 8:
				default:
					v *= byte(255 / (1<<depth - 1))
				}
				got = [3]byte{v, v, v}
			default:
				require.Len(t, b, 6)
				got = [3]byte{b[1], b[3], b[5]}
			}
			assert.Equal(t, c.want, got)
		})
	}
}

// TestSignificantBits: sBIT has as many numbers as the new colour type has channels, or goes.
func TestSignificantBits(t *testing.T) {
	few := func(x, y, c int) int {
		if c == 3 {
			return 255
		}
		return []int{9, 99, 200}[(x/3+c*y/5)%3]
	}
	many := func(x, y, c int) int { return (x*3 + y*(c+2)*5) & 255 }
	grey := func(x, y, c int) int { return (x*3 + y*5) & 255 }
	for name, c := range map[string]struct {
		colour, depth byte
		sample        func(x, y, c int) int
		sbit, want    string
	}{
		"opacity goes":       {6, 8, few, "\x05\x06\x05\x08", "\x05\x06\x05"},
		"three become one":   {2, 8, grey, "\x05\x05\x05", "\x05"},
		"three are no one":   {2, 8, grey, "\x05\x06\x05", ""},
		"more than are left": {2, 16, func(x, y, c int) int { return many(x, y, c) * 257 }, "\x0c\x0c\x0c", ""},
	} {
		file := sketch{width: 90, height: 90, colour: c.colour, depth: c.depth, sample: c.sample, early: []chunk{{"sBIT", c.sbit}}}.encode(t)
		_, data := kindsOf(t, reduce(t, file).PNG)
		assert.Equal(t, c.want, data["sBIT"], name)
	}
}
