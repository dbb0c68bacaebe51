package lossless_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image/png"
	"math/rand"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
	"blazon/internal/lossless"
)

// kinds are the colour types with their depths.
var kinds = map[byte][]byte{0: {1, 2, 4, 8, 16}, 2: {8, 16}, 3: {1, 2, 4, 8}, 4: {8, 16}, 6: {8, 16}}

// motifs are what the pictures show: a sample for a place and a channel, of 16 bits.
var motifs = map[string]func(x, y, c int) int{
	"slope":   func(x, y, c int) int { return (x*977 + y*1511*(c+1)) & 0xffff },
	"flat":    func(x, y, c int) int { return []int{0, 0x5555, 0xaaaa, 0xffff}[(x/5+y/7+c)%4] },
	"grey":    func(x, y, c int) int { return ((x + y) * 0x1111) & 0xffff },
	"grey 16": func(x, y, c int) int { return (x*y*37 + 3) & 0xffff },
	"noise":   func(x, y, c int) int { return int(uint32((x*7919+y*104729+c*1299709)*2654435) >> 8 & 0xffff) },
	"shape": func(x, y, c int) int { // few colours and two opacities
		if inside := (x-12)*(x-12)+(y-12)*(y-12) < 90; c == 3 || c == 1 && !inside {
			return map[bool]int{true: 0xffff}[inside]
		}
		return 0x3333 * (1 + c)
	},
}

// sketches are pictures of every kind.
func sketches() map[string]sketch {
	all := make(map[string]sketch)
	for colour, depths := range kinds {
		for _, depth := range depths {
			for _, interlaced := range []bool{false, true} {
				for name, motif := range motifs {
					for _, size := range [][2]int{{1, 1}, {3, 5}, {29, 23}} {
						for _, clear := range []bool{false, true} {
							s := sketch{width: size[0], height: size[1], colour: colour, depth: depth, interlaced: interlaced}
							s.sample = func(x, y, c int) int {
								if (colour == 4) && c == 1 {
									c = 3
								}
								return motif(x, y, c) >> (16 - depth)
							}
							if colour == 3 {
								s.early = append(s.early, chunk{"PLTE", palette(1 << depth)})
							}
							if clear {
								if colour >= 4 {
									continue
								}
								s.early = append(s.early, chunk{"tRNS", s.clear()})
							}
							all[fmt.Sprintf("%d-%d-%t-%s-%dx%d-%t", colour, depth, interlaced, name, size[0], size[1], clear)] = s
						}
					}
				}
			}
		}
	}
	return all
}

// palette has n colours, some of them twice.
func palette(n int) string {
	var b strings.Builder
	for i := range n {
		i %= max(n-2, 2)
		b.Write([]byte{byte(i * 255 / max(n-1, 1)), byte(i * 7), byte(255 - i)})
	}
	return b.String()
}

// clear is the tRNS that makes the last pixel transparent, and of a palette half of the colours more or less so.
func (s sketch) clear() string {
	if s.colour == 3 {
		var b []byte
		for i := range 1<<s.depth/2 + 1 {
			b = append(b, byte(i*37))
		}
		return string(b[:min(len(b), 1<<s.depth)])
	}
	var b []byte
	for c := range channelsOf[s.colour] {
		v := s.sample(s.width-1, s.height-1, c)
		b = append(b, byte(v>>8), byte(v))
	}
	return string(b)
}

func reduce(t testing.TB, file []byte) lossless.Result {
	t.Helper()
	r, err := lossless.Reduce(file)
	require.NoError(t, err)
	require.LessOrEqual(t, r.After, r.Before)
	require.Equal(t, len(file), r.Before)
	require.Equal(t, len(r.PNG), r.After)
	if r.After == r.Before {
		require.Empty(t, r.Done)
	} else {
		require.NotEmpty(t, r.Done)
	}
	return r
}

// TestKinds: every kind of PNG shows the same pixels, and a second turn finds nothing more.
func TestKinds(t *testing.T) {
	all := sketches()
	require.Greater(t, len(all), 500)
	j := newJudge(t)
	smaller := 0
	for name, s := range all {
		file := s.encode(t)
		r := reduce(t, file)
		if r.After < r.Before {
			smaller++
		}
		j.add(r.PNG)
		wantSize, want := seen(t, file)
		size, got := seen(t, r.PNG)
		require.Equal(t, wantSize, size, name)
		require.Equal(t, want, got, name)
		again := reduce(t, r.PNG)
		require.True(t, bytes.Equal(r.PNG, again.PNG), name)
	}
	assert.Greater(t, smaller, len(all)/2)
	j.verdict()
}

// TestRandom: pictures of random sizes, colours and shapes.
func TestRandom(t *testing.T) {
	r := rand.New(rand.NewSource(5))
	j := newJudge(t)
	for range 60 {
		s := random(r)
		file := s.encode(t)
		once := reduce(t, file)
		requireSame(t, file, once.PNG)
		assert.Equal(t, once.PNG, reduce(t, file).PNG, "the bytes differ from time to time")
		assert.LessOrEqual(t, reduce(t, once.PNG).After, once.After)
		j.add(once.PNG)
	}
	j.verdict()
}

// random is a picture of rectangles over a slope, with a few dots.
func random(r *rand.Rand) sketch {
	colour := []byte{0, 2, 4, 6}[r.Intn(4)]
	s := sketch{width: 1 + r.Intn(70), height: 1 + r.Intn(70), colour: colour, depth: kinds[colour][r.Intn(len(kinds[colour]))], interlaced: r.Intn(2) == 0}
	n := s.width * s.height * channelsOf[colour]
	samples := make([]int, n)
	slope, hues := r.Intn(3), 1+r.Intn(9)
	for i := range samples {
		samples[i] = slope * i * 97
	}
	paint := func(x0, y0, x1, y1 int) {
		var hue [4]int
		for c := range hue {
			hue[c] = r.Intn(hues) * 0x3333
		}
		if r.Intn(2) == 0 {
			hue = [4]int{hue[0], hue[0], hue[0], r.Intn(2) * 0xffff}
		}
		for y := y0; y < min(y1, s.height); y++ {
			for x := x0; x < min(x1, s.width); x++ {
				for c := range channelsOf[colour] {
					v := hue[c]
					if colour == 4 && c == 1 {
						v = hue[3]
					}
					samples[(y*s.width+x)*channelsOf[colour]+c] = v
				}
			}
		}
	}
	if r.Intn(3) > 0 {
		paint(0, 0, s.width, s.height)
	}
	for range r.Intn(8) {
		x, y := r.Intn(s.width), r.Intn(s.height)
		paint(x, y, x+1+r.Intn(40), y+1+r.Intn(40))
	}
	for range r.Intn(5) {
		samples[r.Intn(n)] = r.Intn(0x10000)
	}
	s.sample = func(x, y, c int) int {
		return samples[(y*s.width+x)*channelsOf[colour]+c] & 0xffff >> (16 - s.depth)
	}
	if colour < 4 && r.Intn(2) == 0 {
		s.early = append(s.early, chunk{"tRNS", s.clear()})
	}
	return s
}

// TestForms: each exact reduction is found.
func TestForms(t *testing.T) {
	// A mark in a corner keeps a picture from being of fewer colours than the case is about.
	hues := func(n int) func(x, y, c int) int {
		return func(x, y, c int) int {
			i := (x/2 + y/2*17) % n
			return []int{i * 40503 >> 8, i * 30029 >> 7, i * 11}[c%3] % 256
		}
	}
	wide := func(at func(x, y, c int) int) func(x, y, c int) int {
		return func(x, y, c int) int { return at(x, y, c) * 257 }
	}
	withAlpha := func(at func(x, y, c int) int, alpha func(x, y int) int) func(x, y, c int) int {
		return func(x, y, c int) int {
			if c == 3 {
				return alpha(x, y)
			}
			return at(x, y, c)
		}
	}
	greys := func(values ...int) func(x, y, c int) int {
		return func(x, y, c int) int { return values[(x/2+y/3*5)%len(values)] }
	}
	opaque := func(x, y int) int { return 255 }
	halves := func(x, y int) int {
		if x < 40 {
			return 0
		}
		return 255
	}
	many := func(x, y, c int) int { return (x*3 + y*(c+2)*5) & 255 }
	cases := []struct {
		name          string
		colour, depth byte
		sample        func(x, y, c int) int
		want          string
		wantKey       bool
	}{
		{"16 bits that are 8", 2, 16, wide(many), "2-8", false},
		{"16 bits that are 16", 2, 16, func(x, y, c int) int { return many(x, y, c)*257 + c + 1 }, "2-16", false},
		{"16-bit grey in colour", 2, 16, func(x, y, c int) int { return x*600 + y }, "0-16", false},
		{"opaque with opacity", 6, 8, withAlpha(many, opaque), "2-8", false},
		{"opacity of some pixels", 6, 8, withAlpha(many, func(x, y int) int { return x + 100 }), "6-8", false},
		{"two opacities", 6, 8, withAlpha(func(x, y, c int) int { return motifs["noise"](x, y, c)&254 | c&1 }, halves), "2-8", true},
		{"grey in colour", 2, 8, func(x, y, c int) int { return x + y }, "0-8", false},
		{"grey with opacity in colour", 6, 8, withAlpha(func(x, y, c int) int { return x*2 + y }, func(x, y int) int { return y + 100 }), "4-8", false},
		{"200 colours", 2, 8, hues(200), "3-8", false},
		{"13 colours", 2, 8, hues(13), "3-4", false},
		{"4 colours", 6, 16, withAlpha(wide(hues(4)), func(x, y int) int { return 65535 }), "3-2", false},
		{"2 colours", 2, 8, hues(2), "3-1", false},
		{"16 greys", 2, 8, greys(0, 17, 34, 51, 68, 85, 102, 119, 136, 153, 170, 187, 204, 221, 238, 255), "0-4", false},
		{"black and white", 6, 8, withAlpha(greys(0, 255), opaque), "0-1", false},
		{"black and white, partly clear", 4, 8, func(x, y, c int) int {
			if c == 1 {
				return halves(x, y)
			}
			return greys(0, 255)(x, y, c)
		}, "0-2", true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			file := sketch{width: 90, height: 80, colour: c.colour, depth: c.depth, sample: c.sample}.encode(t)
			r := reduce(t, file)
			requireSame(t, file, r.PNG)
			got := fmt.Sprintf("%d-%d", r.PNG[25], r.PNG[24])
			if want := strings.Split(c.want, "-"); want[0] == "3" || want[0] == "0" {
				assert.Contains(t, []string{c.want, want[0] + "-8", "3-" + want[1]}, got, "%v", r.Done) // packed samples may take more bytes than loose ones
			} else {
				assert.Equal(t, c.want, got, "%v", r.Done)
			}
			if c.wantKey && got[0] != '3' {
				assert.Contains(t, string(r.PNG), "tRNS")
			}
		})
	}
}

// TestExample: the images of this repository.
func TestExample(t *testing.T) {
	files, err := filepath.Glob("../../content/*/*.png")
	require.NoError(t, err)
	require.Greater(t, len(files), 10)
	if testing.Short() {
		files = files[:2]
	}
	for i := range files { // one of four, as each takes its time
		if 4*i < len(files) {
			files[i] = files[4*i]
		}
	}
	files = files[:(len(files)+3)/4]
	j := newJudge(t)
	for i, name := range files {
		file, err := os.ReadFile(name)
		require.NoError(t, err)
		img, err := png.Decode(bytes.NewReader(file))
		require.NoError(t, err)
		r := reduce(t, file)
		requireSame(t, file, r.PNG)
		if i < 2 {
			var whole bytes.Buffer
			require.NoError(t, png.Encode(&whole, img))
			again := reduce(t, whole.Bytes())
			assert.LessOrEqual(t, again.After, r.After+r.After/50, "another form of the same picture")
		}
		j.add(r.PNG)
	}
	j.verdict()
}

// TestEverywhere: the bytes are the same on every machine. A change of them asks for a new Version.
func TestEverywhere(t *testing.T) {
	sum := sha256.New()
	r := rand.New(rand.NewSource(11))
	for range 12 {
		sum.Write(reduce(t, random(r).encode(t)).PNG)
	}
	assert.Equal(t, "1fccb318d21e52553651f8cc51ab1cd90062b0abc96a056eb5f079dab1df9e24", hex.EncodeToString(sum.Sum(nil)))
}

// TestBadge: a badge in the file is no part of the picture.
func TestBadge(t *testing.T) {
	file := sketch{width: 30, height: 30, colour: 2, depth: 8, sample: motifs["flat"]}.encode(t)
	baked, err := bake.Bake(file, bake.Text{Keyword: bake.OB2, Value: `{"id": "https://example.org/1"}`})
	require.NoError(t, err)
	r := reduce(t, baked)
	assert.Equal(t, reduce(t, file).PNG, r.PNG)
	assert.Contains(t, r.Done, "badge taken out")
}

func TestErrors(t *testing.T) {
	good := sketch{width: 8, height: 8, colour: 0, depth: 8, sample: motifs["grey"]}.encode(t)
	huge := bytes.Clone(good)
	copy(huge[16:], "\x00\x00\x0f\xa0\x00\x00\x0f\xa0") // 4000 x 4000
	for name, c := range map[string]struct {
		file []byte
		want string
	}{
		"nothing":       {nil, "not a PNG"},
		"cut":           {good[:len(good)-30], "ends"},
		"bytes after":   {append(bytes.Clone(good), 1), "1 bytes follow"},
		"huge":          {mend(huge), "picture cannot be decoded: its data ends too early"},
		"not a picture": {assemble([]chunk{{"IHDR", string(good[16:29])}, {"IDAT", strings.Repeat("x", 40)}, {"IEND", ""}}), "picture cannot be decoded: invalid header"},
		"colour type 5": {assemble([]chunk{{"IHDR", "\x00\x00\x00\x01\x00\x00\x00\x01\x08\x05\x00\x00\x00"}, {"IDAT", "xx"}, {"IEND", ""}}), "picture cannot be decoded: "},
	} {
		_, err := lossless.Reduce(c.file)
		assert.ErrorContains(t, err, c.want, name)
	}
}

// mend makes a changed IHDR's checksum right.
func mend(file []byte) []byte {
	return append(assemble([]chunk{{"IHDR", string(file[16:29])}}), file[33:]...)
}

// TestLarge: beyond the limits a picture stays as it is.
func TestLarge(t *testing.T) {
	row := sketch{width: 16_100, height: 1000, colour: 0, depth: 1, sample: func(x, y, c int) int { return 0 }}
	file := row.encode(t)
	r := reduce(t, file)
	assert.True(t, bytes.Equal(file, r.PNG))
	row.height = 900
	file = row.encode(t)
	assert.Less(t, reduce(t, file).After, len(file))
}
