package build_test

import (
	"os"
	"reflect"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/badge"
	"blazon/internal/build"
	"blazon/internal/layout"
	"blazon/internal/plan"
)

// keyed is a project with an award of each kind.
func keyed(t *testing.T) fstest.MapFS {
	fsys := example(t)
	fsys["content/pages/about.md"] = &fstest.MapFile{Data: []byte("---\ntitle: About\nnav: 1\n---\nHello.\n")}
	fsys["content/awards/2026.yaml"] = &fstest.MapFile{Data: []byte(`badge: go-basics
issued: 2026-03-14
awards:
  - {id: ` + idValid + `, status_index: 1, recipient: ada@example.org, name: Ada, public: true}
  - {id: ` + idRevoked + `, status_index: 2, recipient: bob@example.org, revoked: {date: 2026-04-01, reason: Error}}
  - {id: ` + idErased + `, status_index: 3, erased: {date: 2026-04-01}}
  - {id: ` + idURL + `, status_index: 5, badge: welding, recipient: {url: "https://example.org/me"}, narrative: Welded.}
`)}
	return fsys
}

func otherArt(t *testing.T) string {
	data, err := os.ReadFile("../../content/badges/first-aid.png")
	require.NoError(t, err)
	return string(data)
}

// TestEqualKeysEqualBytes changes a project in every way in which it can be changed and demands of each output that kept
// its key that it kept its bytes.
func TestEqualKeysEqualBytes(t *testing.T) {
	replace := func(file, old, with string) func(fstest.MapFS) {
		return func(fsys fstest.MapFS) {
			text := string(fsys[file].Data)
			if !strings.Contains(text, old) {
				panic(file + " does not hold " + old)
			}
			fsys[file] = &fstest.MapFile{Data: []byte(strings.ReplaceAll(text, old, with))}
		}
	}
	put := func(file, text string) func(fstest.MapFS) {
		return func(fsys fstest.MapFS) { fsys[file] = &fstest.MapFile{Data: []byte(text)} }
	}
	const awards = "content/awards/2026.yaml"
	changes := map[string]struct {
		change func(fstest.MapFS)
		keeps  bool // most keys
	}{
		"nothing":         {func(fstest.MapFS) {}, true},
		"name":            {replace(awards, "Ada", "Ada L."), true},
		"recipient":       {replace(awards, "ada@", "eda@"), true},
		"unlisted":        {replace(awards, ", public: true", ""), true},
		"reason":          {replace(awards, "Error", "Mistake"), true},
		"revoked":         {replace(awards, "narrative: Welded.", "revoked: {date: 2026-04-01, reason: Error}"), true},
		"erased":          {replace(awards, "recipient: ada@example.org, name: Ada, public: true", "erased: {date: 2026-04-01}"), true},
		"default date":    {replace(awards, "issued: 2026-03-14", "issued: 2026-03-15"), false},
		"default class":   {replace(awards, "badge: go-basics", "badge: welding"), false},
		"narrative":       {replace(awards, "Welded.", "Welded well."), true},
		"one award less":  {replace(awards, "  - {id: "+idErased+", status_index: 3, erased: {date: 2026-04-01}}\n", ""), true},
		"title":           {replace("content/site.yaml", "title: Badges", "title: Our badges"), false},
		"base URL":        {replace("content/site.yaml", "https://example.org/badges", "https://example.org/b"), false},
		"forms":           {replace("content/site.yaml", "[ob1, ob2, ob3]", "[ob2]"), false},
		"class name":      {replace("content/badges/welding.yaml", "name: Welding", "name: Welding 1"), false},
		"expiry of class": {replace("content/badges/welding.yaml", "name: Welding", "expires_after: 2y\nname: Welding"), false},
		"criteria":        {put("content/badges/welding.md", "Weld three sheets.\n"), false},
		"image":           {put("content/badges/go-basics.png", otherArt(t)), false},
		"issuer":          {replace("content/issuers/northwind.yaml", "name: Northwind", "name: Northwind Academy"), false},
		"page":            {replace("content/pages/about.md", "Hello", "Good day"), false},
		"template":        {put("templates/footer.html", "<footer>Mine</footer>"), false},
		"style sheet":     {put("site/style.css", "body { color: black }"), false},
	}
	files := func(fsys fstest.MapFS) (*plan.Plan, map[string][]byte) {
		p := planWith(t, fsys, "program")
		made, err := plan.Collect(p, 2)
		require.NoError(t, err)
		return p, made
	}
	before, old := files(keyed(t))
	for name, c := range changes {
		t.Run(name, func(t *testing.T) {
			fsys := keyed(t)
			c.change(fsys)
			after, now := files(fsys)
			kept := 0
			for _, o := range after.All() {
				was, ok := before.Lookup(o.Path)
				if !ok || o.Key == (plan.Key{}) || o.Key != was.Key {
					continue
				}
				kept++
				assert.Equal(t, string(old[o.Path]), string(now[o.Path]), o.Path)
			}
			if c.keeps {
				assert.Greater(t, kept, before.Len()/2)
			} else {
				assert.Less(t, kept, before.Len()/2)
			}
		})
	}
}

// TestKeysOfClasses: what lists the holders of one class is not made again for an award of another.
func TestKeysOfClasses(t *testing.T) {
	fsys := keyed(t)
	before := planWith(t, fsys, "program")
	file := fsys["content/awards/2026.yaml"]
	file.Data = []byte(strings.Replace(string(file.Data), "Ada", "Ada L.", 1))
	after := planWith(t, fsys, "program")
	same := func(path string) bool {
		was, ok := before.Lookup(path)
		require.True(t, ok, path)
		is, _ := after.Lookup(path)
		require.NotZero(t, is.Key)
		return was.Key == is.Key
	}
	assert.False(t, same(layout.ClassPage("go-basics")))
	assert.True(t, same(layout.ClassPage("welding")))
	assert.False(t, same(layout.Ledger))
}

// TestKeysOfPrograms has no key in common between two programs, and none where the program is not known.
func TestKeysOfPrograms(t *testing.T) {
	fsys := keyed(t)
	one, other := planWith(t, fsys, "one"), planWith(t, fsys, "other")
	for i, o := range one.All() {
		if o.Key != (plan.Key{}) {
			assert.NotEqual(t, o.Key, other.At(i).Key, o.Path)
		}
	}
	for _, o := range planWith(t, fsys, "").All() {
		assert.Zero(t, o.Key, o.Path)
	}
}

// TestAwardKeyHoldsEveryField changes each field of an award, however deep, by itself.
func TestAwardKeyHoldsEveryField(t *testing.T) {
	date := time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)
	class := &badge.Class{Slug: "a"}
	of := &badge.ResultDescription{ID: "score"}
	make := func() *badge.Award {
		file := "a.yaml"
		return &badge.Award{ID: "x", StatusIndex: 1, Class: class, Issued: date, Expires: date, File: &file,
			Recipient: badge.Recipient{Kind: badge.Email, Plain: "a", Hash: "b", Salt: "c"},
			Revoked:   &badge.Revocation{At: date, Day: "d", Reason: "r", ReissuedAs: &badge.Reissue{ID: "y", Issued: date}},
			ReissueOf: &badge.Reissue{ID: "z", Issued: date, Erased: true, Open: true},
			Erased:    &badge.Erasure{At: date, Day: "d"},
			Details: &badge.Details{Name: "n", Narrative: "m", Evidence: []badge.Evidence{{URL: "u", Name: "n", Description: "d", Narrative: "n", Genre: "g", Audience: "a"}},
				Results: []badge.Result{{Of: of, Value: "v", Status: "s"}}}}
	}
	inputs := plan.Key{1}
	want := build.AwardKey(inputs, make())
	assert.Equal(t, want, build.AwardKey(inputs, make()))
	assert.NotEqual(t, want, build.AwardKey(plan.Key{2}, make()))
	changed := 0
	var walk func(v reflect.Value, at string, check func(string))
	walk = func(v reflect.Value, at string, check func(string)) {
		old := reflect.New(v.Type()).Elem()
		old.Set(v)
		try := func(with any) {
			v.Set(reflect.ValueOf(with).Convert(v.Type()))
			check(at)
			v.Set(old)
			changed++
		}
		switch {
		case v.Type() == reflect.TypeFor[time.Time]():
			try(date.Add(time.Second))
			try(time.Time{})
		case v.Type() == reflect.TypeFor[*badge.Class]():
			try(&badge.Class{Slug: "b"})
		case v.Type() == reflect.TypeFor[*badge.ResultDescription]():
			try(&badge.ResultDescription{ID: "other"})
		case v.Kind() == reflect.String:
			try(v.String() + "x")
			try("")
		case v.Kind() == reflect.Bool:
			try(!v.Bool())
		case v.Kind() == reflect.Int, v.Kind() == reflect.Uint8:
			try(2)
		case v.Kind() == reflect.Pointer:
			try(reflect.Zero(v.Type()).Interface())
			walk(v.Elem(), at, check)
		case v.Kind() == reflect.Slice:
			try(reflect.Zero(v.Type()).Interface())
			walk(v.Index(0), at, check)
		case v.Kind() == reflect.Struct:
			for i := range v.NumField() {
				if name := v.Type().Field(i).Name; at != "Award" || name != "File" && name != "At" {
					walk(v.Field(i), at+"."+name, check)
				}
			}
		default:
			t.Fatalf("%s: %s", at, v.Kind())
		}
	}
	a := make()
	walk(reflect.ValueOf(a).Elem(), "Award", func(at string) {
		assert.NotEqual(t, want, build.AwardKey(inputs, a), at)
	})
	assert.Greater(t, changed, 30)
	a.At.ID.Line++
	assert.Equal(t, want, build.AwardKey(inputs, a), "where it stands is of no importance")
}
