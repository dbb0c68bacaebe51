package hosting_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"blazon/internal/hosting"
	"blazon/internal/layout"
)

const (
	minutes = "public, max-age=300"
	hour    = "public, max-age=3600"
	day     = "public, max-age=86400"

	ofPages = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
	ofSVGs  = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

	html = "text/html; charset=utf-8"
	json = "application/json"
)

// policies are what each kind of published file is sent with.
var policies = map[string]hosting.Policy{
	"index.html":                     {Type: html, Cache: hour, CSP: ofPages},
	"404.html":                       {Type: html, Cache: minutes, CSP: ofPages},
	"about/team/index.html":          {Type: html, Cache: hour, CSP: ofPages},
	"about-svg/index.html":           {Type: html, Cache: hour, CSP: ofPages},
	"awards-of-2026/index.html":      {Type: html, Cache: hour, CSP: ofPages},
	"badges/index.html":              {Type: html, Cache: hour, CSP: ofPages},
	"catalogue/2/index.html":         {Type: html, Cache: hour, CSP: ofPages},
	"badges/go/index.html":           {Type: html, Cache: hour, CSP: ofPages},
	"badges/image.svg/index.html":    {Type: html, Cache: hour, CSP: ofPages},
	"badges/go/holders/2/index.html": {Type: html, Cache: hour, CSP: ofPages},
	"badges/go/class.json":           {Type: json, Cache: hour},
	"badges/go/achievement.json":     {Type: json, Cache: hour},
	"badges/go/image.png":            {Type: "image/png", Cache: hour},
	"badges/go/image.svg":            {Type: "image/svg+xml", Cache: hour, CSP: ofSVGs},
	"badges/go/more.jpg":             {Type: "image/jpeg", Cache: hour},
	"issuers/us/index.html":          {Type: html, Cache: minutes, CSP: ofPages},
	"issuers/us/badges/3/index.html": {Type: html, Cache: minutes, CSP: ofPages},
	"issuers/us/profile.json":        {Type: json, Cache: minutes},
	"issuers/us/did.json":            {Type: json, Cache: minutes},
	"issuers/us/revocations.json":    {Type: json, Cache: minutes},
	"issuers/us/image.png":           {Type: "image/png", Cache: minutes},
	"issuers/us/image.svg":           {Type: "image/svg+xml", Cache: minutes, CSP: ofSVGs},
	"issuers/us/keys/2026.json":      {Type: json, Cache: minutes},
	"issuers/us/keys/rsa.jwk.json":   {Type: json, Cache: minutes},
	"issuers/us/status/0.json":       {Type: json, Cache: minutes},
	"awards/k7/index.html":           {Type: html, Cache: minutes, CSP: ofPages},
	"awards/k7/assertion.json":       {Type: json, Cache: minutes, Robots: "noindex"},
	"awards/k7/assertion-1.json":     {Type: json, Cache: minutes, Robots: "noindex"},
	"awards/k7/signed.json":          {Type: json, Cache: minutes, Robots: "noindex"},
	"awards/k7/signed.jws":           {Type: "text/plain", Cache: minutes, Robots: "noindex"},
	"awards/k7/credential.json":      {Type: json, Cache: minutes, Robots: "noindex"},
	"awards/k7/credential.jwt":       {Type: "text/plain", Cache: minutes, Robots: "noindex"},
	"awards/k7/badge.png":            {Type: "image/png", Cache: minutes, Robots: "noindex"},
	"awards/k7/badge.svg":            {Type: "image/svg+xml", Cache: minutes, CSP: ofSVGs, Robots: "noindex"},
	"awards/k7/credential.svg":       {Type: "image/svg+xml", Cache: minutes, CSP: ofSVGs, Robots: "noindex"},
	"ledger.txt":                     {Type: "text/plain; charset=utf-8", Cache: minutes},
	"did.json":                       {Type: json, Cache: minutes},
	".well-known/did.json":           {Type: json, Cache: minutes},
	"robots.txt":                     {Type: "text/plain; charset=utf-8", Cache: hour},
	"sitemap.xml":                    {Type: "application/xml", Cache: hour},
	"sitemap-12.xml":                 {Type: "application/xml", Cache: hour},
	"style.css":                      {Type: "text/css; charset=utf-8", Cache: day},
	"verify/verify.js":               {Type: "text/javascript; charset=utf-8", Cache: day},
	"issuer.js":                      {Type: "text/javascript; charset=utf-8", Cache: hour},
	"fonts/serif.woff2":              {Type: "font/woff2", Cache: day},
	"favicon.svg":                    {Type: "image/svg+xml", Cache: hour, CSP: ofSVGs},
	"images/über uns.png":            {Type: "image/png", Cache: hour},
	"CNAME":                          {Type: "application/octet-stream", Cache: hour},
}

func TestOf(t *testing.T) {
	for path, want := range policies {
		assert.Equal(t, want, hosting.Of(path), path)
	}
	for path, want := range map[string]hosting.Policy{
		"Logo.SVG":                  {Type: "image/svg+xml", Cache: hour, CSP: ofSVGs},
		"awards/k7/more/extra.json": {Type: json, Cache: hour},
		"awards//assertion.json":    {Type: json, Cache: hour},
		"x/awards/k7/signed.jws":    {Type: "text/plain", Cache: hour},
		"":                          {Type: "application/octet-stream", Cache: hour},
		"awards/":                   {Type: "application/octet-stream", Cache: hour},
	} {
		assert.Equal(t, want, hosting.Of(path), path)
	}
}

// TestLayout: whatever package layout places is in the table above, so that a new kind of file is thought about.
func TestLayout(t *testing.T) {
	for _, path := range []string{
		layout.Home, layout.Catalogue, layout.NotFound, layout.Ledger, layout.CataloguePage(2), layout.Page("about/team"),
		layout.ClassPage("go"), layout.Class("go"), layout.Achievement("go"), layout.ClassImage("go", "png"), layout.ClassImage("go", "svg"), layout.ClassHolders("go", 2),
		layout.IssuerPage("us"), layout.Profile("us"), layout.IssuerImage("us", "png"), layout.IssuerImage("us", "svg"), layout.IssuerBadges("us", 3),
		layout.AwardPage("k7"), layout.Assertion("k7"), layout.Assertion1("k7"), layout.AwardImage("k7", "png"), layout.AwardImage("k7", "svg"),
	} {
		assert.Contains(t, policies, path)
	}
}

func TestHeaders(t *testing.T) {
	assert.Equal(t, []hosting.Header{
		{Name: "Access-Control-Allow-Origin", Value: "*"},
		{Name: "Referrer-Policy", Value: "no-referrer"},
		{Name: "X-Content-Type-Options", Value: "nosniff"},
		{Name: "Cache-Control", Value: minutes},
		{Name: "Content-Security-Policy", Value: ofSVGs},
		{Name: "Content-Type", Value: "image/svg+xml"},
		{Name: "X-Robots-Tag", Value: "noindex"},
	}, hosting.Of("awards/k7/badge.svg").Headers())
	assert.Len(t, hosting.Of("ledger.txt").Headers(), 5)
}

// TestPageMeta: a meta element may not frame, sandbox or report (Content Security Policy Level 3, 3.3).
func TestPageMeta(t *testing.T) {
	for _, d := range []string{"frame-ancestors", "sandbox", "report-"} {
		assert.NotContains(t, hosting.PageMeta, d)
	}
	assert.True(t, strings.HasPrefix(ofPages, hosting.PageMeta+"; "))
}
