package cli

import (
	"fmt"
	"io/fs"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"blazon/internal/diag"
	"blazon/internal/gallery"
	"blazon/internal/layout"
	"blazon/internal/plan"
)

const (
	measuring = time.Second // after so long no further image is begun
	measurers = 2           // images at once
)

// savings is what the reduction of class images for publishing saves. Sizes are in bytes.
type savings struct {
	Images   int   `json:"count"`    // that are PNGs of their author; one of several classes counts once
	Bytes    int64 `json:"bytes"`    // of all of them
	Measured int   `json:"measured"` // images that were reduced within the time that check takes for it
	Before   int64 `json:"before"`   // bytes of those
	After    int64 `json:"after"`    // and what is published of them
}

// openGallery is where a project's derived pictures are remembered.
func openGallery(dir string, now time.Time) *gallery.Gallery {
	return gallery.Open(filepath.Join(dir, ".blazon", "images"), now, gallery.Limit)
}

// measure reduces the class images as a build does, and finds those that are remembered at once. It ends soon, whether it
// is through or not: the next check, or a build, goes on.
func (p *project) measure(now func() time.Time) savings {
	type image struct {
		size int64
		make func() ([]byte, error)
	}
	var all []image
	var total savings
	seen := make(map[string]bool)
	for _, c := range p.catalog.Classes {
		if c.Image == nil || c.Image.File == "" || seen[c.Image.File] {
			continue
		}
		seen[c.Image.File] = true
		info, err := fs.Stat(p.folder, c.Image.File)
		output, ok := plan.Output{}, false
		if err == nil {
			output, ok = p.plan.Lookup(layout.ClassImage(c.Slug, "png"))
		}
		if ok {
			all = append(all, image{info.Size(), output.Make})
			total.Images++
			total.Bytes += info.Size()
		}
	}
	if len(all) > 0 && ignoreBlazon(p.dir) == nil { // else nothing is remembered
		p.seen.keep()
	}
	var next atomic.Int64
	var mu sync.Mutex // of total
	var wait sync.WaitGroup
	end := now().Add(measuring)
	for range min(measurers, len(all)) {
		wait.Go(func() {
			for i := int(next.Add(1)) - 1; i < len(all) && !now().After(end); i = int(next.Add(1)) - 1 {
				data, err := all[i].make()
				if err != nil {
					continue // a build says what is wrong
				}
				mu.Lock()
				total.Measured++
				total.Before += all[i].size
				total.After += int64(len(data))
				mu.Unlock()
			}
		})
	}
	wait.Wait()
	return total
}

// String is one line about the images, without its end; empty where there is nothing to say.
func (s savings) String() string {
	if s.Measured == 0 || s.Before == 0 {
		return ""
	}
	line := fmt.Sprintf("images: %s, %s; ", diag.Count(s.Images, "class image", "class images"), kilobytes(s.Bytes))
	if s.Measured < s.Images {
		line += fmt.Sprintf("%d of them, %s, are looked at so far; ", s.Measured, kilobytes(s.Before))
	}
	if s.After >= s.Before {
		return line + "they cannot be reduced any further"
	}
	less := "under 1 % less"
	if part := (100*(s.Before-s.After) + s.Before/2) / s.Before; part > 0 {
		less = fmt.Sprintf("%d %% less", part)
	}
	return line + fmt.Sprintf("reduced for publishing %s (%s)", kilobytes(s.After), less)
}

// kilobytes is a size for people, as image-large counts: one KB has 1000 bytes.
func kilobytes(n int64) string {
	if n < 10_000 {
		return fmt.Sprintf("%d bytes", n)
	}
	return fmt.Sprintf("%d KB", (n+500)/1000)
}
