// Package plan is the list of everything that a site publishes. It knows nothing of badges: a Plan says which paths
// there are, in which order they may appear and how each one's bytes are made. build writes it, serve answers from it,
// diff compares two of them.
package plan

// Stage orders outputs: a file refers only to files of its own folder, of its own stage or of an earlier one. The one
// exception are pages that refer to each other; see Output.Early. Within a stage an update writes what is new before
// what has changed; new files of one stage in two folders that refer to each other need an Early form as well.
type Stage uint8

// The stages, in the order in which an update writes them.
const (
	Assets  Stage = iota // style sheets, icons, files copied as they are
	Pages                // content pages
	Issuers              // profiles, keys, lists, an issuer's page
	Classes              // a class's documents, image and page
	Awards               // an award's documents, image and page
	Indexes              // home, catalogue, ledger, sitemap: what lists the rest
)

// Output is one published file.
type Output struct {
	Path  string // fs.ValidPath, slash-separated
	Type  string // media type, such as "application/json"
	Stage Stage
	// Make returns the file's bytes. It is pure: it may be called any number of times, from any goroutine, or never.
	Make func() ([]byte, error)
	// Append, where it is not nil, is Make into a buffer of the caller's, which it grows if need be: for large files, of
	// which there are many.
	Append func(dst []byte) ([]byte, error)
	// Early, where it is not nil, returns the file without its references to later stages (a new class's page before
	// it lists its awards). An update that creates the file writes this form at the file's stage and the full one
	// when all stages are there, so that no reference ever dangles.
	Early func() ([]byte, error)
	// Lasting marks a machine-read URL, which law 1 of the design forbids to disappear.
	Lasting bool
	// Key, where it is not zero, stands for everything that the bytes depend on: outputs of two plans with one path and
	// one key are equal, so that the second need not be made. It may be left out.
	Key Key
}

// Key is a digest of the inputs of an output.
type Key [16]byte

// Series is many outputs that share everything but their path, bytes and key, such as the assertions of a class. A plan
// keeps some 70 bytes of each.
type Series struct {
	Type    string // media type
	Stage   Stage
	Lasting bool
	Len     int                                     // how many there are
	Path    func(i int) string                      // called once for each
	Make    func(i int) ([]byte, error)             // as Output.Make
	Append  func(dst []byte, i int) ([]byte, error) // as Output.Append, in place of Make; may be nil
	Key     func(i int) Key                         // as Output.Key; nil where there are none
}

func (s *Series) at(path string, i int) Output {
	if s.Append != nil {
		return s.appended(path, i)
	}
	o := Output{Path: path, Type: s.Type, Stage: s.Stage, Lasting: s.Lasting, Make: func() ([]byte, error) { return s.Make(i) }}
	if s.Key != nil {
		o.Key = s.Key(i)
	}
	return o
}

func (s *Series) appended(path string, i int) Output {
	o := Output{Path: path, Type: s.Type, Stage: s.Stage, Lasting: s.Lasting,
		Make:   func() ([]byte, error) { return s.Append(nil, i) },
		Append: func(dst []byte) ([]byte, error) { return s.Append(dst, i) },
	}
	if s.Key != nil {
		o.Key = s.Key(i)
	}
	return o
}
