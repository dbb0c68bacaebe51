package fetch

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"time"
)

// Options bound a Web. The zero value is strict.
type Options struct {
	Timeout   time.Duration // of one Get, redirects and body included; default 20 s
	Size      int64         // most bytes of a body, unpacked; default 16 MiB
	Redirects int           // most redirects; default 5, and none where negative
	HTTP      bool          // plain http too
	Private   bool          // private, loopback and link-local addresses too, and plain http to them
	Agent     string        // the User-Agent header; default "blazon"
	TLS       *tls.Config   // for tests; nil: the machine's certificate authorities
}

// Web gets documents from the internet. It may be used by several goroutines.
type Web struct {
	options Options
	client  *http.Client
}

// plainKey marks in a context that a request goes over plain http.
type plainKey struct{}

// errAddress is why a connection is not made.
var errAddress = errors.New("the host's address is private, local or reserved")

// NewWeb makes a Web. It connects to nothing yet.
func NewWeb(o Options) *Web {
	if o.Timeout <= 0 {
		o.Timeout = 20 * time.Second
	}
	if o.Size <= 0 {
		o.Size = 16 << 20
	}
	if o.Redirects == 0 {
		o.Redirects = 5
	}
	if o.Agent == "" {
		o.Agent = "blazon"
	}
	w := &Web{options: o}
	dialer := &net.Dialer{
		Timeout: o.Timeout,
		// Here the name is resolved already: what is checked is what is connected to, after DNS and for each redirect.
		ControlContext: func(ctx context.Context, network, address string, _ syscall.RawConn) error {
			return w.allow(ctx, network, address)
		},
	}
	w.client = &http.Client{
		Transport: &http.Transport{
			DialContext:            dialer.DialContext,
			TLSClientConfig:        o.TLS,
			TLSHandshakeTimeout:    o.Timeout,
			ForceAttemptHTTP2:      true,
			MaxResponseHeaderBytes: 64 << 10,
			// A connection that is kept would be used again without being checked again, for another scheme's rules.
			DisableKeepAlives: true,
		},
		CheckRedirect: func(next *http.Request, via []*http.Request) error {
			if len(via) > o.Redirects {
				return &Error{via[0].URL.String(), Refused, fmt.Sprintf("more than %d redirects", max(o.Redirects, 0))}
			}
			if _, err := w.check(next.URL.String()); err != nil {
				return err
			}
			next.Header.Del("Referer")
			*next = *next.WithContext(context.WithValue(next.Context(), plainKey{}, next.URL.Scheme == "http"))
			return nil
		},
	}
	return w
}

// check is what can be said of a URL before its name is resolved.
func (w *Web) check(address string) (*url.URL, error) {
	u, err := parse(address)
	if err == nil && u.Scheme == "http" && !w.options.HTTP && !w.options.Private {
		err = &Error{address, Refused, "plain http is not asked for: anybody on the way could answer"}
	}
	return u, err
}

// allow decides on an address that is about to be connected to.
func (w *Web) allow(ctx context.Context, network, address string) error {
	if network != "tcp4" && network != "tcp6" {
		return errAddress
	}
	at, err := netip.ParseAddrPort(address)
	if err != nil {
		return errAddress
	}
	public := Public(at.Addr())
	if !public && !w.options.Private {
		return errAddress
	}
	if plain, _ := ctx.Value(plainKey{}).(bool); plain && public && !w.options.HTTP {
		return errPlain
	}
	return nil
}

var errPlain = errors.New("plain http is not asked for: anybody on the way could answer")

// Get asks for a document. The error is an *Error, never of kind Missing: that is for the answer's Err to say.
func (w *Web) Get(ctx context.Context, address, accept string) (*Answer, error) {
	u, err := w.check(address)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(ctx, w.options.Timeout)
	defer cancel()
	ctx = context.WithValue(ctx, plainKey{}, u.Scheme == "http")
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), nil)
	if err != nil {
		return nil, &Error{address, Refused, "this is not a URL"}
	}
	request.Header.Set("Accept", accept)
	request.Header.Set("User-Agent", w.options.Agent)
	response, err := w.client.Do(request)
	if err != nil {
		return nil, failure(ctx, address, err)
	}
	defer response.Body.Close()
	answer := &Answer{Status: response.StatusCode, Type: response.Header.Get("Content-Type")}
	final := *response.Request.URL
	final.Fragment, final.RawFragment = "", ""
	answer.URL = final.String()
	body, err := io.ReadAll(io.LimitReader(response.Body, w.options.Size+1))
	if err != nil {
		return nil, failure(ctx, address, err)
	}
	if int64(len(body)) > w.options.Size {
		return nil, &Error{address, Refused, fmt.Sprintf("larger than %d bytes", w.options.Size)}
	}
	answer.Body = body
	return answer, nil
}

// failure says in one line why there was no answer.
func failure(ctx context.Context, address string, err error) error {
	var own *Error
	var dns *net.DNSError
	var certificate *tls.CertificateVerificationError
	switch {
	case errors.As(err, &own):
		return own
	case errors.Is(err, errAddress):
		return &Error{address, Refused, errAddress.Error()}
	case errors.Is(err, errPlain):
		return &Error{address, Refused, errPlain.Error()}
	case errors.Is(ctx.Err(), context.DeadlineExceeded) || errors.Is(err, context.DeadlineExceeded):
		return &Error{address, Unreachable, "no answer in time"}
	case errors.Is(ctx.Err(), context.Canceled):
		return &Error{address, Unreachable, "interrupted"}
	case errors.As(err, &dns):
		if dns.IsNotFound {
			return &Error{address, Unreachable, "there is no host of this name"}
		}
		return &Error{address, Unreachable, "the host's name could not be resolved"}
	case errors.As(err, &certificate):
		return &Error{address, Unreachable, "the host's certificate does not hold: " + certificate.Err.Error()}
	case errors.Is(err, syscall.ECONNREFUSED):
		return &Error{address, Unreachable, "the host refuses the connection"}
	}
	var wrapped *url.Error
	if errors.As(err, &wrapped) {
		err = wrapped.Err
	}
	return &Error{address, Unreachable, "could not be reached: " + strings.TrimPrefix(err.Error(), "http: ")}
}
