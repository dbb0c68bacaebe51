package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"path/filepath"
	"runtime/debug"
	"strconv"
	"sync"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"blazon/internal/browser"
	"blazon/internal/build"
	"blazon/internal/diag"
	"blazon/internal/serve"
	"blazon/internal/watch"
)

const (
	usualPort = 8080
	nextPorts = 100 // how many ports are tried where none was asked for

	// ending is how long answers, and a rebuild, may take to end after an interrupt.
	ending = 500 * time.Millisecond
)

type serveOptions struct {
	dir   string
	host  string
	port  int
	fixed bool // the port was asked for
	open  bool
	poll  bool
}

func newServe(sys System, dir *string) *cobra.Command {
	var opts serveOptions
	cmd := &cobra.Command{
		Use:   "serve",
		Short: "Show the site while it is being written",
		Long: `Serves the site as blazon build would publish it, and as a host should send it, to browsers on
this machine. When something in content/, templates/ or site/ changes, the pages that show it
load themselves anew. While there are mistakes, the site stays as it was before them; the page
and the terminal say what they are. Awards that are not stamped yet have provisional addresses.
Nothing is written but .blazon/images/, where drawn pictures are remembered.

The base URL stays that of site.yaml, so that documents say what they will say when they are
published; where it has a path, the site is served at the same path. Press Ctrl-C to end.
` + exitStatus,
		Example: `  blazon serve
  blazon serve --open
  blazon serve -C ~/badges --port 9000
  blazon serve --host 192.168.1.20    # for other machines in the network too`,
		Args: noArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			opts.dir, opts.fixed = *dir, cmd.Flags().Changed("port")
			if opts.port < 0 || opts.port > 65535 {
				return usageError("a port is a number up to 65535; 0 is any that is free", "there is no port %d", opts.port)
			}
			return runServe(cmd.Context(), sys, opts)
		},
	}
	cmd.Flags().IntVar(&opts.port, "port", usualPort, "the `port` to listen on (without it, the next free one)")
	cmd.Flags().StringVar(&opts.host, "host", "localhost", "the `name` or address to listen on")
	cmd.Flags().BoolVar(&opts.open, "open", false, "show the site in the browser")
	cmd.Flags().BoolVar(&opts.poll, "poll", false, "look for changes from time to time, for disks that tell nothing of them")
	return cmd
}

func runServe(ctx context.Context, sys System, opts serveOptions) error {
	sys.Out, sys.Err = inTurn(sys.Out, sys.Err)
	defer debug.SetGCPercent(debug.SetGCPercent(100)) // time counts here, and not memory as in a build
	folders := make([]string, len(rooms))
	for i, room := range rooms {
		folders[i] = filepath.Join(opts.dir, room)
	}
	watcher, err := watch.Open(folders, watch.Options{Poll: opts.poll})
	if err != nil {
		return failed("", "%s", plainError(err))
	}
	closeWatcher := sync.OnceFunc(func() { _ = watcher.Close() })
	site := newPreview(sys, opts)
	defer site.close()
	if err := site.first(); err != nil {
		closeWatcher()
		return err
	}
	// Drawn pictures are remembered in .blazon/. A project that cannot be written is shown all the same.
	_ = ignoreBlazon(opts.dir)
	listeners, err := listen(opts)
	if err != nil {
		closeWatcher()
		return err
	}
	address := "http://" + net.JoinHostPort(shownHost(opts.host), strconv.Itoa(portOf(listeners[0]))) + site.prefix() + "/"
	fmt.Fprintf(sys.Out, "serving %s (Ctrl-C ends)\n", address)
	if !loopback(listeners[0]) {
		fmt.Fprintln(sys.Err, "note: other machines in the network can read this preview, unlisted awards too")
	}
	if why := watcher.Polling(); why != nil {
		fmt.Fprintf(sys.Err, "note: looking for changes from time to time: %s\n", why)
	}
	if opts.open {
		go func() {
			if err := browser.Open(address); err != nil {
				fmt.Fprintf(sys.Err, "note: couldn't open a browser: %s\n", err)
			}
		}()
	}

	watching, stopWatching := context.WithCancel(ctx)
	defer stopWatching()
	watched := make(chan struct{})
	go func() {
		defer close(watched)
		watcher.Run(watching, site.rebuild, func(why error) {
			fmt.Fprintf(sys.Err, "note: looking for changes from time to time: %s\n", why)
		})
	}()
	err = answer(ctx, site.handler, listeners)
	stopWatching()
	select {
	case <-watched:
		closeWatcher()
	case <-time.After(ending): // a rebuild is under way, which writes nothing; it ends with the process
	}
	return err
}

// answer serves until the context is done.
func answer(ctx context.Context, handler *serve.Handler, listeners []net.Listener) error {
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second, IdleTimeout: 2 * time.Minute, MaxHeaderBytes: 64 << 10, ErrorLog: log.New(io.Discard, "", 0)}
	ended := make(chan error, len(listeners))
	for _, l := range listeners {
		go func() { ended <- server.Serve(l) }()
	}
	var err error
	left := len(listeners)
	select {
	case <-ctx.Done():
	case err = <-ended:
		left--
	}
	handler.Close()
	within, cancel := context.WithTimeout(context.Background(), ending)
	defer cancel()
	if server.Shutdown(within) != nil {
		_ = server.Close()
	}
	for range left {
		<-ended
	}
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		return failed("", "the server ended: %s", err)
	}
	return nil
}

// listen opens the port. Browsers try both loopback addresses for localhost, so that both are taken, or neither.
func listen(opts serveOptions) ([]net.Listener, error) {
	hosts := []string{opts.host}
	if opts.host == "localhost" {
		hosts = []string{"127.0.0.1"}
		if l, err := net.Listen("tcp", "[::1]:0"); err == nil {
			l.Close()
			hosts = append(hosts, "::1")
		}
	}
	tries := 1
	if !opts.fixed {
		tries = nextPorts
	}
	var first error
	for port := opts.port; port < opts.port+tries; port++ {
		listeners, err := listenAll(hosts, port)
		if err == nil {
			return listeners, nil
		}
		if first == nil {
			first = err
		}
	}
	hint := "choose another one with --port; 0 is any that is free"
	var unknown *net.DNSError
	if errors.As(first, &unknown) || errors.Is(first, syscall.EADDRNOTAVAIL) {
		hint = "name an address of this machine with --host; 0.0.0.0 is all of them"
	}
	return nil, failed(hint, "couldn't listen: %s", first)
}

func listenAll(hosts []string, port int) ([]net.Listener, error) {
	var all []net.Listener
	for _, host := range hosts {
		l, err := net.Listen("tcp", net.JoinHostPort(host, strconv.Itoa(port)))
		if err != nil {
			for _, l := range all {
				l.Close()
			}
			return nil, err
		}
		port = portOf(l) // where any was asked for, the others take the same
		all = append(all, l)
	}
	return all, nil
}

func portOf(l net.Listener) int { return l.Addr().(*net.TCPAddr).Port }

func loopback(l net.Listener) bool { return l.Addr().(*net.TCPAddr).IP.IsLoopback() }

// unspecified reports whether a host stands for all addresses of the machine.
func unspecified(host string) bool {
	ip := net.ParseIP(host)
	return host == "" || ip != nil && ip.IsUnspecified()
}

// shownHost is the host by which this machine reaches what listens on another.
func shownHost(host string) string {
	if unspecified(host) {
		return "localhost"
	}
	return host
}

// inTurn lets several goroutines write, each a whole message at a time.
func inTurn(out, err io.Writer) (io.Writer, io.Writer) {
	var mu sync.Mutex
	return &turn{&mu, out}, &turn{&mu, err}
}

type turn struct {
	mu *sync.Mutex
	w  io.Writer
}

func (t *turn) Write(p []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.w.Write(p)
}

// newPreview is a preview that has no site yet.
func newPreview(sys System, opts serveOptions) *preview {
	p := &preview{sys: sys, dir: opts.dir, pictures: openGallery(opts.dir, sys.Now())}
	p.handler = serve.New(serve.Options{
		Hosts:      []string{opts.host},
		AnyAddress: unspecified(opts.host),
		Explain:    build.Failure,
		Failed:     func(problem diag.Problem) { p.print([]diag.Problem{problem}) },
	})
	return p
}
