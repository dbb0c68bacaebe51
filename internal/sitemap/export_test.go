package sitemap

// Split is Files with other limits than the protocol's.
var Split = split

// The protocol's limits.
const (
	MaxURLs  = maxURLs
	MaxBytes = maxBytes
)
