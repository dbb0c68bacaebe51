package cli

import (
	"context"
	"errors"
	"strings"
	"time"

	"blazon/internal/fetch"
)

// ledgerLimit is the longest ledger that is read, in bytes.
const ledgerLimit = 300 << 20

// publishedSite fetches from a site that the user names, which may so be on this machine or in this network.
func publishedSite(size int64) *fetch.Web {
	return fetch.NewWeb(fetch.Options{Timeout: time.Minute, Size: size, Private: true})
}

// fetchPublished gets a file of a published site.
func fetchPublished(ctx context.Context, address string, size int64) ([]byte, error) {
	answer, err := publishedSite(size).Get(ctx, address, fetch.Any)
	if err == nil {
		err = answer.Err()
	}
	var why *fetch.Error
	if errors.As(err, &why) {
		return nil, errors.New(why.Reason)
	}
	if err != nil {
		return nil, err
	}
	return answer.Body, nil
}

// isURL reports whether a place is an address on the web, not a folder.
func isURL(s string) bool { return strings.Contains(s, "://") }
