package preview

import (
	"fmt"
	"image"
	"image/color"

	"blazon/internal/lossless"
)

// The sizes of icons in pixels, each as wide as high.
const (
	Favicon   = 32  // tabs of browsers
	TouchIcon = 180 // home screens of iOS, which want a ground
	AppIcon   = 192 // home screens of Android
	LargeIcon = 512 // start screens
)

// maxIcon bounds the size of an icon.
const maxIcon = 1024

// Icon returns a picture as a square PNG of a size, whole and in the middle, without its margin. With a ground it is
// opaque and has a margin of a twelfth, as systems cut the corners off; with a nil ground it is transparent around the
// picture and has none.
func Icon(img image.Image, size int, ground color.Color) ([]byte, error) {
	if err := check(img); err != nil {
		return nil, err
	}
	if size < 1 || size > maxIcon {
		return nil, fmt.Errorf("an icon of %d pixels, want 1 to %d", size, maxIcon)
	}
	icon, room := newPicture(size, size), size
	if ground != nil {
		c := color.NRGBAModel.Convert(ground).(color.NRGBA)
		c.A = 255
		for i := range icon.pix {
			icon.pix[i] = shine(c)
		}
		room = max(size-2*(size/12), 1)
	}
	p := open(img).crop().fit(room, room, maxIcon)
	for y := range size {
		p.put(icon.pix[y*size:(y+1)*size], (size-p.width)/2, y-(size-p.height)/2)
	}
	return lossless.Encode(icon.nrgba())
}
