package artwork_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/artwork"
	"blazon/internal/bake"
)

// chunk makes a chunk of a PNG.
func chunk(kind, data string) string {
	out := binary.BigEndian.AppendUint32(nil, uint32(len(data)))
	out = append(out, kind+data...)
	return string(binary.BigEndian.AppendUint32(out, crc32.ChecksumIEEE(out[4:])))
}

// grey makes a grey picture of 8 bits with the given side and chunks after its header.
func grey(side uint32, chunks ...string) []byte {
	header := binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(nil, side), side)
	return []byte("\x89PNG\r\n\x1a\n" + chunk("IHDR", string(header)+"\x08\x00\x00\x00\x00") + strings.Join(chunks, "") + chunk("IEND", ""))
}

func deflate(data string) string {
	var out bytes.Buffer
	w := zlib.NewWriter(&out)
	w.Write([]byte(data))
	w.Close()
	return out.String()
}

// goTestdata is the folder of image/png's own test files.
func goTestdata(t testing.TB) string {
	root, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	return filepath.Join(strings.TrimSpace(string(root)), "src", "image", "png", "testdata")
}

func TestGoodPNG(t *testing.T) {
	files, err := filepath.Glob(filepath.Join(goTestdata(t), "pngsuite", "*.png"))
	require.NoError(t, err)
	require.Greater(t, len(files), 30, "PngSuite is missing from the Go tree")
	for _, file := range files {
		data, err := os.ReadFile(file)
		require.NoError(t, err)
		info, err := artwork.InspectPNG(data)
		require.NoError(t, err, file)
		config, err := png.DecodeConfig(bytes.NewReader(data))
		require.NoError(t, err)
		assert.Equal(t, artwork.Info{Width: float64(config.Width), Height: float64(config.Height)}, info)
	}
}

func TestBadPNG(t *testing.T) {
	pixels := deflate("\x00\x01\x02\x00\x03\x04")
	good := grey(2, chunk("IDAT", pixels))
	_, err := artwork.InspectPNG(good)
	require.NoError(t, err)
	flipped := bytes.Clone(good)
	flipped[45] ^= 1

	for name, test := range map[string]struct {
		data []byte
		want string
	}{
		"empty":              {nil, "not a PNG: the file is empty"},
		"jpeg":               {[]byte("\xff\xd8\xff\xe0"), "not a PNG: the file is a JPEG"},
		"truncated":          {good[:45], fmt.Sprintf("chunk IDAT at byte 33: %d bytes of data announced, the file ends after 4", len(pixels))},
		"checksum":           {flipped, "chunk IDAT at byte 33: checksum does not match"},
		"bytes after end":    {append(bytes.Clone(good), 0), "the image ends here but 1 bytes follow"},
		"unknown critical":   {grey(2, chunk("FAKE", ""), chunk("IDAT", pixels)), "chunk FAKE at byte 33: no PNG viewer knows this kind of chunk"},
		"parted pixels":      {grey(2, chunk("IDAT", pixels[:5]), chunk("teSt", ""), chunk("IDAT", pixels[5:])), "other chunks stand between it and the IDAT before"},
		"parted after end":   {grey(2, chunk("IDAT", pixels), chunk("teSt", ""), chunk("IDAT", "")), "other chunks stand between it and the IDAT before"},
		"too few pixels":     {grey(2, chunk("IDAT", deflate("\x00\x01\x02\x00\x03"))), "picture cannot be decoded: not enough pixel data"},
		"too many pixels":    {grey(2, chunk("IDAT", deflate("\x00\x01\x02\x00\x03\x04\x05"))), "picture cannot be decoded: too much pixel data"},
		"deflate cut short":  {grey(2, chunk("IDAT", pixels[:4])), "picture cannot be decoded: not enough pixel data"},
		"not deflate":        {grey(2, chunk("IDAT", "hello, world")), "picture cannot be decoded: invalid header"},
		"bad filter":         {grey(2, chunk("IDAT", deflate("\x09\x01\x02\x00\x03\x04"))), "picture cannot be decoded: bad filter type"},
		"pixel data damaged": {grey(2, chunk("IDAT", pixels[:len(pixels)-4]+"abcd")), "picture cannot be decoded: invalid checksum"},
		"palette missing":    {[]byte(strings.Replace(string(good), chunk("IHDR", string(good[16:29])), chunk("IHDR", string(good[16:25])+"\x03\x00\x00\x00"), 1)), "picture cannot be decoded: chunk out of order"},
		"40 megapixels":      {grey(6325, chunk("IDAT", pixels)), "picture is 6325 x 6325 pixels, at most 40 million are allowed"},
		"announces too much": {grey(6324, chunk("IDAT", pixels)), "picture cannot be decoded: its data ends too early"},
		"largest side":       {grey(1<<31-1, chunk("IDAT", pixels)), "at most 40 million are allowed"},
	} {
		t.Run(name, func(t *testing.T) {
			info, err := artwork.InspectPNG(test.data)
			assert.ErrorContains(t, err, test.want)
			assert.Zero(t, info)
		})
	}
}

func TestDamagedFilesOfGo(t *testing.T) {
	for name, want := range map[string]string{
		"invalid-crc32.png": "checksum does not match",
		"invalid-noend.png": "the file ends without an IEND chunk",
		"invalid-trunc.png": "the file ends",
		"invalid-zlib.png":  "picture cannot be decoded: invalid checksum",
	} {
		data, err := os.ReadFile(filepath.Join(goTestdata(t), name))
		require.NoError(t, err)
		_, err = artwork.InspectPNG(data)
		assert.ErrorContains(t, err, want, name)
	}
}

func TestErrorsKeepTheirKind(t *testing.T) {
	_, err := artwork.InspectPNG([]byte("GIF89a"))
	assert.ErrorIs(t, err, bake.ErrNotPNG)
	var format *bake.FormatError
	_, err = artwork.InspectPNG(grey(2, chunk("FAKE", ""), chunk("IDAT", "")))
	require.ErrorAs(t, err, &format)
	assert.Equal(t, 33, format.Offset)
}

// TestAnnouncedPictureTakesNoRoom guards the check that stands before the decoder.
func TestAnnouncedPictureTakesNoRoom(t *testing.T) {
	data := grey(6324, chunk("IDAT", deflate("")))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, err := artwork.InspectPNG(data)
	runtime.ReadMemStats(&after)
	require.Error(t, err)
	assert.Less(t, after.TotalAlloc-before.TotalAlloc, uint64(1<<20))
}

// TestLongRunsPass makes sure that the check before the decoder lets the best compression through.
func TestLongRunsPass(t *testing.T) {
	var out bytes.Buffer
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	require.NoError(t, encoder.Encode(&out, image.NewGray(image.Rect(0, 0, 4000, 4000))))
	info, err := artwork.InspectPNG(out.Bytes())
	require.NoError(t, err)
	assert.True(t, info.Square())
}
