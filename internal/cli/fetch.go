package cli

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// Fetcher gets what is published at an address. The error says why it could not.
type Fetcher interface {
	Fetch(ctx context.Context, url string) ([]byte, error)
}

// web fetches over the network: https, or http from this machine.
type web struct{}

const (
	fetchTime     = time.Minute
	fetchMost     = 300 << 20 // bytes: the longest ledger that is read
	fetchForwards = 5
)

func (web) Fetch(ctx context.Context, address string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, fetchTime)
	defer cancel()
	u, err := url.Parse(address)
	if err != nil {
		return nil, errors.New("it is not a URL")
	}
	if err := mayFetch(u); err != nil {
		return nil, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	client := http.Client{CheckRedirect: func(next *http.Request, via []*http.Request) error {
		if len(via) >= fetchForwards {
			return errors.New("it leads on and on")
		}
		if via[0].URL.Scheme == "https" && next.URL.Scheme != "https" {
			return errors.New("it leads from https to http")
		}
		return mayFetch(next.URL)
	}}
	resp, err := client.Do(req)
	if err != nil {
		var failure *url.Error
		if errors.As(err, &failure) {
			err = failure.Err
		}
		return nil, err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return nil, fmt.Errorf("the server answers %d", resp.StatusCode)
	}
	data, err := io.ReadAll(io.LimitReader(resp.Body, fetchMost+1))
	if err == nil && len(data) > fetchMost {
		err = fmt.Errorf("it is larger than %d MiB", fetchMost>>20)
	}
	return data, err
}

// mayFetch refuses what is not https, and http from elsewhere than this machine.
func mayFetch(u *url.URL) error {
	switch host := u.Hostname(); {
	case u.User != nil:
		return errors.New("no name and password may stand in it")
	case u.Scheme == "https" && host != "":
		return nil
	case u.Scheme == "http" && (host == "localhost" || host == "127.0.0.1" || host == "::1"):
		return nil
	}
	return errors.New("only https is fetched, and http from localhost")
}

// isURL reports whether a place is an address on the web, not a folder.
func isURL(s string) bool { return strings.Contains(s, "://") }
