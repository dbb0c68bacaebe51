// Package zone finds time zones in the program's own copy of the IANA database, never in the machine's: the same
// declarations must give the same dates everywhere (law 2).
//
// zoneinfo.zip is the database as the Go project compiles it; the data is in the public domain.
package zone

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"time"
)

//go:embed zoneinfo.zip
var database []byte

var archive = sync.OnceValues(func() (*zip.Reader, error) {
	return zip.NewReader(bytes.NewReader(database), int64(len(database)))
})

// Load returns the zone of an IANA name such as "Europe/Zurich", or UTC.
func Load(name string) (*time.Location, error) {
	if name == "UTC" {
		return time.UTC, nil
	}
	files, err := archive()
	if err != nil {
		return nil, fmt.Errorf("couldn't read the time zone database: %w", err)
	}
	if strings.HasSuffix(name, "/") {
		return nil, fmt.Errorf("no such time zone")
	}
	file, err := files.Open(name)
	if err != nil {
		return nil, fmt.Errorf("no such time zone")
	}
	defer file.Close()
	data, err := io.ReadAll(file)
	if err != nil {
		return nil, fmt.Errorf("couldn't read the time zone database: %w", err)
	}
	return time.LoadLocationFromTZData(name, data)
}

// Names lists the zones, sorted.
func Names() []string {
	files, err := archive()
	if err != nil {
		return nil
	}
	names := []string{"UTC"}
	for _, f := range files.File {
		if !strings.HasSuffix(f.Name, "/") && f.Name != "UTC" {
			names = append(names, f.Name)
		}
	}
	slices.Sort(names)
	return names
}
