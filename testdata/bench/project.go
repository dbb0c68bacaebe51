package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base32"
	"encoding/binary"
	"encoding/pem"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"

	"blazon/internal/examplekey"
	"blazon/internal/multikey"
)

// side of the class images in pixels.
const side = 300

// generate writes a project whose awards are of the common kind: a recipient, a name, a date.
func generate(dir string, o options) error {
	files := map[string]string{
		"content/site.yaml":       "format: 1\nbase_url: https://badges.example.org\ntitle: Bench\nrepository: private\npublish: [ob2]\n",
		"content/issuers/us.yaml": "name: Us\nurl: https://www.example.org\nemail: badges@example.org\n",
	}
	if err := declareKeys(files, o); err != nil {
		return err
	}
	for c := range o.classes {
		slug := fmt.Sprintf("class-%04d", c)
		files["content/badges/"+slug+".yaml"] = fmt.Sprintf("name: Class %d\ndescription: Took part in course %d and finished it.\nalt: A coloured disc\ntags: [course, bench]\n", c, c)
		files["content/badges/"+slug+".md"] = "Finish the course.\n\n- Attend ten evenings.\n- Show **one** piece of work.\n"
		art, err := artwork(uint64(c))
		if err != nil {
			return err
		}
		files["content/badges/"+slug+".png"] = art
	}
	for name, text := range files {
		if err := put(dir, name, text); err != nil {
			return err
		}
	}
	for from := 0; from < o.awards; from += o.perFile {
		var b strings.Builder
		b.WriteString("issued: 2026-03-14\nawards:\n")
		for n := from; n < min(from+o.perFile, o.awards); n++ {
			award(&b, n, o.classes, "")
		}
		if err := put(dir, awardFile(from/o.perFile), b.String()); err != nil {
			return err
		}
	}
	return nil
}

// declareKeys declares the public halves of the program's example keys where signed documents are asked for.
func declareKeys(files map[string]string, o options) error {
	if !o.ob3 {
		return nil
	}
	keys := "keys:\n"
	for _, public := range examplekey.Public() {
		switch key := public.(type) {
		case ed25519.PublicKey:
			keys += fmt.Sprintf("  - {id: \"2026\", type: ed25519, public: %s, from: 2026-01-01}\n", multikey.Ed25519(key))
		case *rsa.PublicKey:
			if !o.rsa {
				continue
			}
			der, err := x509.MarshalPKIXPublicKey(key)
			if err != nil {
				return err
			}
			files["content/issuers/us-rsa.pub.pem"] = string(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der}))
			keys += "  - {id: rsa, type: rsa, public: us-rsa.pub.pem, from: 2026-01-01}\n"
		}
	}
	files["content/issuers/us.yaml"] += keys
	files["content/site.yaml"] = strings.Replace(files["content/site.yaml"], "[ob2]", "[ob2, ob3]", 1)
	return nil
}

func awardFile(n int) string { return fmt.Sprintf("content/awards/%04d.yaml", n) }

func award(b *strings.Builder, n, classes int, title string) {
	fmt.Fprintf(b, "  - id: %s\n    status_index: %d\n    badge: class-%04d\n    recipient: person-%d@example.org\n    name: %sPerson number %d\n", id(n), n, n%classes, n, title, n)
}

// id looks like an id that stamp gives.
func id(n int) string {
	sum := sha256.Sum256(binary.BigEndian.AppendUint64(nil, uint64(n)))
	return strings.ToLower(base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(sum[:16]))
}

// touch changes the name of one award, a longer one at each call.
func touch(dir string, n int) error {
	name := filepath.Join(dir, filepath.FromSlash(awardFile(0)))
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	old := fmt.Sprintf("name: %sPerson number 0\n", strings.Repeat("Dr ", n))
	if !bytes.Contains(data, []byte(old)) {
		return fmt.Errorf("%s does not hold %q", name, old)
	}
	data = bytes.Replace(data, []byte(old), fmt.Appendf(nil, "name: %sPerson number 0\n", strings.Repeat("Dr ", n+1)), 1)
	return os.WriteFile(name, data, 0o644)
}

func put(dir, name, text string) error {
	path := filepath.Join(dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(text), 0o644)
}

// artwork is a PNG of 20 to 30 KB, as badges of schools are: flat areas, round edges and some texture.
func artwork(seed uint64) (string, error) {
	random := rand.New(rand.NewPCG(seed, 1))
	img := image.NewNRGBA(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			dx, dy := x-side/2, y-side/2
			r := dx*dx + dy*dy
			switch {
			case r > side*side/4:
			case r > side*side/6:
				img.SetNRGBA(x, y, color.NRGBA{R: uint8(40 + 10*seed), G: 70, B: 120, A: 255})
			case r > side*side/24:
				img.SetNRGBA(x, y, color.NRGBA{R: 200, G: uint8(x / 4), B: uint8(y / 4), A: 255})
			default:
				img.SetNRGBA(x, y, color.NRGBA{R: uint8(random.IntN(24)), G: uint8(200 + random.IntN(8)), B: 90, A: 255})
			}
		}
	}
	var b bytes.Buffer
	err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&b, img)
	return b.String(), err
}
