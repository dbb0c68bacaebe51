// Package audit verifies a whole published site from its folder: every award's documents and images, what they refer to,
// the ledger, and the lists of what was revoked. Nothing is fetched from outside; what is outside of the site is not judged.
//
// It knows how blazon publishes (package layout) and what has to agree there, but nothing of the declarations from which a
// site was built: what it says is said of the bytes that would be deployed.
package audit

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"regexp"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"blazon/internal/document"
	"blazon/internal/fetch"
	"blazon/internal/layout"
	"blazon/internal/verdict"
	"blazon/internal/verify"
)

// Options say how to audit.
type Options struct {
	Base    string       // the site's base URL; empty: the one that its documents state
	Now     time.Time    // the moment for which it is judged
	Workers int          // how many files are looked at at once; 0: one
	Others  []fetch.Site // further sites that documents refer to, as folders
}

// Fault is something wrong in a site.
type Fault struct {
	Path    string          `json:"path"`    // of the file at fault
	Check   verdict.ID      `json:"check"`   // one of package verdict's, or one of this package's
	Outcome verdict.Outcome `json:"outcome"` // fail; unknown where it could not be told
	Reason  string          `json:"reason"`
}

// Checks of this package, beside those of a single badge.
const (
	Links  verdict.ID = "links"  // what a file refers to is there
	Ledger verdict.ID = "ledger" // the ledger has the awards that are published, as they are
	State  verdict.ID = "state"  // documents, images, page and lists agree whether an award was revoked or erased
	Files  verdict.ID = "files"  // files are what their places promise, and of a type that hosts know
)

// Result is what an audit found.
type Result struct {
	Base    string          `json:"base"`
	Files   int             `json:"files"`
	Issuers int             `json:"issuers"`
	Classes int             `json:"classes"`
	Awards  int             `json:"awards"`
	Revoked int             `json:"revoked"`
	Erased  int             `json:"erased"`
	Links   int             `json:"links"` // links inside of the site that were followed
	Faults  []Fault         `json:"faults"`
	Verdict verdict.Verdict `json:"verdict"`
}

// ErrNoSite says that a folder is no published site: nothing in it says under which URL it is published.
var ErrNoSite = errors.New("no published site: nothing in it says under which URL it is published")

// Site audits a site. The error is ErrNoSite, or that of reading the folder; everything that is wrong with the site itself
// is a fault.
func Site(ctx context.Context, files fs.FS, o Options) (*Result, error) {
	a := &auditor{files: files, names: map[string]bool{}, folders: map[string]bool{}, result: Result{Faults: []Fault{}}}
	err := fs.WalkDir(files, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir():
			a.folders[name] = true
		case !plain(files, name, entry):
			a.fault(name, Files, "it is neither a plain file nor a folder, and was not read")
		default:
			a.names[name] = true
			a.sorted = append(a.sorted, name)
		}
		return ctx.Err()
	})
	if err != nil {
		return nil, err
	}
	slices.Sort(a.sorted)
	if a.site.Base = strings.TrimSuffix(o.Base, "/"); a.site.Base == "" {
		if a.site.Base = a.base(); a.site.Base == "" {
			return nil, ErrNoSite
		}
	}
	here := fetch.Site{Base: a.site.Base, Files: files}
	a.port = here
	a.verifier = verify.New(verify.Options{Fetch: fetch.Sites{Sites: append([]fetch.Site{here}, o.Others...)}, Now: o.Now})
	a.lists.slots = map[string]map[int][]string{}
	a.result.Base, a.result.Files = a.site.Base, len(a.sorted)

	if !a.names[layout.NotFound] {
		a.fault(layout.NotFound, Files, "it is missing: there are hosts that then answer every address that is not there with the home page")
	}
	a.readLedger()
	var work []func()
	for _, name := range a.sorted {
		work = append(work, func() { a.file(ctx, name) })
	}
	for _, id := range a.awards() {
		work = append(work, func() { a.award(ctx, id) })
	}
	if err := run(ctx, o.Workers, work); err != nil {
		return nil, err
	}
	a.finishForms()
	a.finishSlots()
	a.finishLedger()
	a.finishLists()
	return a.finish(), nil
}

// plain reports whether a name is that of a file, or of a link that cannot be followed, which whoever reads it is told. A pipe
// or a device would be waited for.
func plain(files fs.FS, name string, entry fs.DirEntry) bool {
	if entry.Type() != fs.ModeSymlink {
		return entry.Type().IsRegular()
	}
	info, err := fs.Stat(files, name)
	return err != nil || info.Mode().IsRegular()
}

// run does all work with a number of workers. What goes wrong in one piece of work does not end the others.
func run(ctx context.Context, workers int, work []func()) error {
	var next atomic.Int64
	var group sync.WaitGroup
	for range max(workers, 1) {
		group.Go(func() {
			for {
				i := int(next.Add(1)) - 1
				if i >= len(work) || ctx.Err() != nil {
					return
				}
				work[i]()
			}
		})
	}
	group.Wait()
	return ctx.Err()
}

// auditor is one audit. Its maps are read-only once the work has begun, but for those that mu guards.
type auditor struct {
	site         layout.Site
	files        fs.FS
	names        map[string]bool // all files
	folders      map[string]bool
	sorted       []string
	port         fetch.Site
	verifier     *verify.Verifier
	achievements sync.Map // func() document.Object by a file's name
	ids          sync.Map // anchors of a page by its name: map[string]bool

	ledger ledgerState
	lists  listState

	mu     sync.Mutex
	kin    []kin  // guarded by mu
	result Result // guarded by mu
}

func (a *auditor) fault(name string, id verdict.ID, format string, args ...any) {
	a.add(Fault{name, id, verdict.Fail, fmt.Sprintf(format, args...)})
}

func (a *auditor) add(f Fault) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.result.Faults = append(a.result.Faults, f)
}

func (a *auditor) count(what *int, n int) {
	a.mu.Lock()
	defer a.mu.Unlock()
	*what += n
}

// finish sorts the faults, says each once, and concludes.
func (a *auditor) finish() *Result {
	r := &a.result
	slices.SortFunc(r.Faults, func(x, y Fault) int {
		return cmp.Or(cmp.Compare(x.Path, y.Path), cmp.Compare(x.Check, y.Check), cmp.Compare(x.Outcome, y.Outcome), cmp.Compare(x.Reason, y.Reason))
	})
	r.Faults = slices.Compact(r.Faults)
	r.Verdict = verdict.Valid
	for _, f := range r.Faults {
		if f.Outcome == verdict.Unknown {
			r.Verdict = verdict.Worse(r.Verdict, verdict.Untold)
		} else {
			r.Verdict = verdict.Worse(r.Verdict, verdict.Invalid)
		}
	}
	return r
}

// base is the URL under which the site says it is published: what stands before a document's own path in its id. Where
// documents differ, most of them count, and the others are faults.
func (a *auditor) base() string {
	votes := map[string]int{}
	for _, name := range a.sorted {
		if path.Ext(name) != ".json" || !published(name) {
			continue
		}
		o, err := a.object(name)
		if err != nil {
			continue
		}
		if base, ok := strings.CutSuffix(o.ID(), "/"+name); ok && strings.HasPrefix(base, "http") {
			votes[base]++
		}
		if len(votes) == 1 && votes[firstKey(votes)] >= 20 {
			break // a large site need not be read twice
		}
	}
	best := ""
	for base, n := range votes {
		if best == "" || n > votes[best] || n == votes[best] && base < best {
			best = base
		}
	}
	return best
}

func firstKey(m map[string]int) string {
	for k := range m {
		return k
	}
	return ""
}

// published reports whether a file is one of those with an id: of an issuer, a class or an award.
func published(name string) bool {
	return strings.HasPrefix(name, "issuers/") || strings.HasPrefix(name, "badges/") || strings.HasPrefix(name, layout.Awards)
}

func (a *auditor) read(name string) ([]byte, error) { return fs.ReadFile(a.files, name) }

func (a *auditor) object(name string) (document.Object, error) {
	data, err := a.read(name)
	if err != nil {
		return nil, err
	}
	return document.Read(data)
}

// awards are the ids of all awards: the folders below awards/.
func (a *auditor) awards() []string {
	var ids []string
	for folder := range a.folders {
		if id, ok := strings.CutPrefix(folder, layout.Awards); ok && id != "" && !strings.Contains(id, "/") {
			ids = append(ids, id)
		}
	}
	slices.Sort(ids)
	return ids
}

var privateKey = regexp.MustCompile(`-----BEGIN ([A-Z0-9]+ )*PRIVATE KEY( BLOCK)?-----`)

// file checks what can be said of a file by itself, and follows its links.
func (a *auditor) file(ctx context.Context, name string) {
	if published(name) && layout.Type(name) == "application/octet-stream" {
		a.fault(name, Files, "hosts do not know the type of a file with this name")
	}
	data, err := a.read(name)
	if err != nil {
		a.add(Fault{name, Files, verdict.Unknown, "couldn't be read: " + reasonOf(err)})
		return
	}
	if path.Ext(name) != ".html" && privateKey.Match(data) { // a page may show one to teach something
		a.fault(name, Files, "it holds a private key")
	}
	switch path.Ext(name) {
	case ".html":
		a.page(name, data)
	case ".css":
		a.style(name, data)
	case ".png", ".svg":
		a.picture(name, data)
	case ".xml":
		a.wellFormed(name, data)
		a.text(name, data)
	case ".txt":
		if name != layout.Ledger {
			a.text(name, data)
		}
	case ".json":
		a.document(ctx, name, data)
	}
}

// reasonOf is an error without the name of the file, which stands before it.
func reasonOf(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		err = p.Err
	}
	return document.Plain(err.Error())
}

// document checks a published JSON document: that it can be read in one way only, stands where it says, has what it needs,
// and refers to what is there.
func (a *auditor) document(ctx context.Context, name string, data []byte) {
	o, err := document.Read(data)
	if err != nil {
		if published(name) || err != document.ErrNotObject {
			a.fault(name, verdict.Structure, "the document %s", reasonOf(err))
		}
		return
	}
	a.links(name, o)
	if name == a.site.DIDDocument("", true) || strings.HasPrefix(name, "issuers/") && path.Base(name) == "did.json" {
		a.did(name, data)
		return
	}
	if !published(name) {
		return
	}
	folder, file := path.Split(name)
	parts := strings.Split(strings.Trim(folder, "/"), "/")
	own := a.site.URL(name)
	problems := func(id verdict.ID, list []string) {
		for _, p := range list {
			a.fault(name, id, "%s", p)
		}
		if o.ID() != own {
			a.fault(name, verdict.Hosting, "it says that its id is %s, but is published as %s", document.Show(o.ID()), document.Show(own))
		}
	}
	switch {
	case parts[0] == "badges" && file == "class.json" && len(parts) == 2:
		a.count(&a.result.Classes, 1)
		problems(verdict.Class, verify.ClassProblems(o))
	case parts[0] == "badges" && file == "achievement.json" && len(parts) == 2:
		if !a.names[layout.Class(parts[1])] {
			a.count(&a.result.Classes, 1)
		}
		problems(verdict.Class, verify.AchievementProblems(o))
		a.agree(name, o)
	case parts[0] == "issuers" && file == "profile.json" && len(parts) == 2:
		a.count(&a.result.Issuers, 1)
		problems(verdict.Issuer, verify.ProfileProblems(o))
	case parts[0] == "issuers" && file == "revocations.json" && len(parts) == 2:
		problems(verdict.Revocation, nil)
		a.revocations(name, o)
	case parts[0] == "issuers" && len(parts) == 3 && parts[2] == "status":
		problems(verdict.Revocation, nil)
		a.statusList(ctx, name)
	case parts[0] == "issuers" && len(parts) == 3 && parts[2] == "keys":
		a.key(name, o)
	}
}

// agree checks that a class and its issuer say the same of themselves in both generations.
func (a *auditor) agree(name string, achievement document.Object) {
	compare := func(other string, o document.Object, keys ...string) {
		if !a.names[other] || o == nil {
			return
		}
		said, err := a.object(other)
		if err != nil {
			return // document says so
		}
		for _, key := range keys {
			if _, differ := document.Difference(said[key], o[key]); differ {
				a.fault(other, State, "its %q is not that of %s", key, name)
			}
		}
	}
	compare(path.Dir(name)+"/class.json", achievement, "name", "description")
	creator, _ := achievement.Object("creator")
	if profile, ok := a.port.Path(creator.ID()); ok {
		compare(profile, creator, "name", "url")
	}
}
