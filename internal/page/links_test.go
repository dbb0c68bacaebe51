package page_test

import (
	"net/url"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/page"
)

func TestRelative(t *testing.T) {
	tests := []struct{ from, to, want string }{
		{"index.html", "", "./"},
		{"index.html", "badges/", "badges/"},
		{"index.html", "style.css", "style.css"},
		{"404.html", "style.css", "style.css"},
		{"badges/index.html", "", "../"},
		{"badges/index.html", "badges/", "./"},
		{"badges/index.html", "badges/a/", "a/"},
		{"badges/a/index.html", "badges/", "../"},
		{"badges/a/index.html", "badges/a/", "./"},
		{"badges/a/index.html", "badges/b/", "../b/"},
		{"badges/a/index.html", "badges/a/image.png", "image.png"},
		{"badges/a/index.html", "badges", "../../badges"},
		{"about/team/x/index.html", "about/team/", "../"},
		{"about/team/x/index.html", "", "../../../"},
		{"index.html", "a:b/c", "./a:b/c"},
		{"x/index.html", "a:b/c", "../a:b/c"},
	}
	for _, test := range tests {
		got := page.Relative(test.from, test.to)
		assert.Equal(t, test.want, got, "%s to %s", test.from, test.to)
		from, err := url.Parse("https://example.org/base/" + test.from)
		require.NoError(t, err)
		to, err := from.Parse(got)
		require.NoError(t, err)
		assert.Equal(t, "https://example.org/base/"+test.to, to.String())
	}
}
