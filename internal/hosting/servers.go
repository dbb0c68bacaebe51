package hosting

import (
	"fmt"
	"regexp"
	"strings"

	"blazon/internal/layout"
)

// Nginx is the part of nginx's configuration that serves a site: for its http block, with the folder and the name of the
// server to be changed.
func Nginx() string {
	var b strings.Builder
	b.WriteString(`# For a base_url with a path, such as https://example.org/school, write ~^/school/(.*)$ here.
map $uri $badges_file {
    ~^/(.*)$ $1;
}
map $badges_file $badges_cache {
`)
	for _, p := range places {
		fmt.Fprintf(&b, "    %s %q;\n", "~^"+expression(p.pattern)+"$", p.cache)
	}
	fmt.Fprintf(&b, "    ~*\\.(%s)$ %q;\n    default %q;\n}\n", alternatives(hashed), long, usual)
	fmt.Fprintf(&b, "map $badges_file $badges_policy {\n    ~*\\.html$ %q;\n    ~*\\.svg$ %q;\n}\n", page, svg)
	b.WriteString("map $badges_file $badges_robots {\n")
	for _, p := range places {
		if p.robots != "" {
			fmt.Fprintf(&b, "    ~/index\\.html$ \"\";\n    ~^%s$ %s;\n", expression(p.pattern), p.robots)
		}
	}
	b.WriteString(`}

server {
    listen 80;
    server_name badges.example.org;
    root /var/www/badges;
    error_page 403 404 =404 /404.html;    # with a path: /school/404.html
    absolute_redirect off;

    default_type application/octet-stream;
    types {
`)
	for _, ext := range layout.Extensions() {
		fmt.Fprintf(&b, "        %-34s %s;\n", fmt.Sprintf("%q", layout.Type("x"+ext)), ext[1:])
	}
	b.WriteString("    }\n\n")
	for _, h := range Common() {
		fmt.Fprintf(&b, "    add_header %s %q always;\n", h.Name, h.Value)
	}
	b.WriteString(`    add_header Cache-Control $badges_cache always;
    add_header Content-Security-Policy $badges_policy always;
    add_header X-Robots-Tag $badges_robots always;
}
`)
	return b.String()
}

// Caddy is a site of a Caddyfile, with its folder and its name to be changed.
func Caddy() string {
	var b strings.Builder
	b.WriteString(`badges.example.org {
	root * /var/www/badges
	route {
		map {path} {badges_type} {
`)
	for _, ext := range layout.Extensions() {
		form := `(?i)\` + ext + "$"
		if ext == ".html" {
			form = `(?i)(/|\.html)$`
		}
		fmt.Fprintf(&b, "\t\t\t~%s %q\n", form, layout.Type("x"+ext))
	}
	b.WriteString("\t\t\tdefault application/octet-stream\n\t\t}\n\t\tmap {path} {badges_cache} {\n")
	for _, p := range places {
		fmt.Fprintf(&b, "\t\t\t~^/%s$ %q\n", strings.Replace(expression(p.pattern), `index\.html`, `(index\.html)?`, 1), p.cache)
	}
	fmt.Fprintf(&b, "\t\t\t~(?i)\\.(%s)$ %q\n\t\t\tdefault %q\n\t\t}\n\t\theader {\n", alternatives(hashed), long, usual)
	for _, h := range Common() {
		fmt.Fprintf(&b, "\t\t\t%s %q\n", h.Name, h.Value)
	}
	b.WriteString("\t\t\tCache-Control {badges_cache}\n\t\t\tContent-Type {badges_type}\n\t\t}\n")
	fmt.Fprintf(&b, "\t\t@page path_regexp (?i)(/|\\.html)$\n\t\theader @page Content-Security-Policy %q\n", page)
	fmt.Fprintf(&b, "\t\t@drawing path_regexp (?i)\\.svg$\n\t\theader @drawing Content-Security-Policy %q\n", svg)
	for _, p := range places {
		if p.robots != "" {
			fmt.Fprintf(&b, "\t\t@unlisted path_regexp ^/%s$\n\t\theader @unlisted X-Robots-Tag %s\n", expression(p.pattern), p.robots)
		}
	}
	b.WriteString(`		file_server
	}
	handle_errors {
		rewrite * /404.html
		header -X-Robots-Tag
`)
	for _, h := range Of(layout.NotFound).own() {
		fmt.Fprintf(&b, "\t\theader %s %q\n", h.Name, h.Value)
	}
	b.WriteString("\t\tfile_server\n\t}\n}\n")
	return b.String()
}

// expression is a pattern as a regular expression, without its ends.
func expression(pattern string) string {
	segments := strings.Split(pattern, "/")
	for i, s := range segments {
		if strings.HasPrefix(s, ":") {
			segments[i] = "[^/]+"
		} else {
			segments[i] = regexp.QuoteMeta(s)
		}
	}
	return strings.Join(segments, "/")
}

// alternatives are extensions as a part of a regular expression.
func alternatives(extensions []string) string {
	return strings.ReplaceAll(strings.Join(extensions, "|"), ".", "")
}
