// Package sitemap lists a site's pages for search engines (sitemaps.org, protocol 0.9): one file, or an index of several
// where a site has more pages than one file may list. There are no dates in it: a list of when was what would be another
// one after each build.
package sitemap

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"iter"
)

// What one file may hold.
const (
	maxURLs  = 50_000
	maxBytes = 50 << 20 // uncompressed
)

// Name is the published path of the sitemap, or of the index where there are several.
const Name = "sitemap.xml"

// part is the published path of the n-th file under an index, from 1.
func part(n int) string { return fmt.Sprintf("sitemap-%d.xml", n) }

// File is one file of a sitemap.
type File struct {
	Path string
	Make func() []byte // pure, and may be called any number of times
}

// Files are the files of a sitemap: Name alone, or Name as an index and its parts after it. urls yields the absolute
// URLs of the pages, the same ones whenever it is called; at makes the URL of a published path.
func Files(urls iter.Seq[string], at func(path string) string) []File {
	return split(urls, at, maxURLs, maxBytes)
}

func split(urls iter.Seq[string], at func(path string) string, most, size int) []File {
	starts, n, bytes := []int{0}, 0, pages.frame()
	for u := range urls {
		length := len(pages.entry(u))
		if begun := n - starts[len(starts)-1]; begun == most || begun > 0 && bytes+length > size {
			starts, bytes = append(starts, n), pages.frame()
		}
		bytes += length
		n++
	}
	if len(starts) == 1 {
		return []File{{Path: Name, Make: func() []byte { return pages.file(urls) }}}
	}
	files := []File{{Path: Name, Make: func() []byte {
		return index.file(func(yield func(string) bool) {
			for i := range starts {
				if !yield(at(part(i + 1))) {
					return
				}
			}
		})
	}}}
	for i, from := range starts {
		to := n
		if i+1 < len(starts) {
			to = starts[i+1]
		}
		files = append(files, File{Path: part(i + 1), Make: func() []byte { return pages.file(cut(urls, from, to)) }})
	}
	return files
}

// cut is a part of a sequence.
func cut(urls iter.Seq[string], from, to int) iter.Seq[string] {
	return func(yield func(string) bool) {
		n := 0
		for u := range urls {
			if n >= to || n >= from && !yield(u) {
				return
			}
			n++
		}
	}
}

// kind is a form of file: a list of pages, or of such lists.
type kind struct{ list, item string }

var (
	pages = kind{"urlset", "url"}
	index = kind{"sitemapindex", "sitemap"}
)

func (k kind) head() string {
	return xml.Header + "<" + k.list + ` xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">` + "\n"
}

func (k kind) foot() string { return "</" + k.list + ">\n" }

// frame is the size of a file without entries, in bytes.
func (k kind) frame() int { return len(k.head()) + len(k.foot()) }

func (k kind) entry(url string) []byte {
	var b bytes.Buffer
	b.WriteString("<" + k.item + "><loc>")
	_ = xml.EscapeText(&b, []byte(url)) // a bytes.Buffer takes everything
	b.WriteString("</loc></" + k.item + ">\n")
	return b.Bytes()
}

func (k kind) file(urls iter.Seq[string]) []byte {
	var b bytes.Buffer
	b.WriteString(k.head())
	for u := range urls {
		b.Write(k.entry(u))
	}
	b.WriteString(k.foot())
	return b.Bytes()
}
