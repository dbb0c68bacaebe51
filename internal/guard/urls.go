package guard

import (
	"path"
	"strings"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/layout"
	"blazon/internal/rule"
)

// urls reports the machine-read paths that are gone for no reason that is reported already: forms of pictures above all.
func (j *judge) urls() {
	told := j.told()
	classes := make(map[string]string) // of awards, by id
	for _, a := range j.New.Catalog.Awards {
		classes[a.ID] = a.Class.Slug
	}
	type loss struct {
		pos  diag.Pos
		name string
	}
	awards := make(map[loss]int)
	var order []loss
	for _, p := range j.Lost {
		if told(p) {
			continue
		}
		room, rest, _ := strings.Cut(p, "/")
		slug, name, _ := strings.Cut(rest, "/")
		pos := diag.Pos{File: siteFile}
		switch room {
		case "badges":
			pos = j.at.of(classFile(slug))
		case "issuers":
			pos = j.at.of(issuerFile(slug))
		case "awards":
			key := loss{j.at.of(classFile(classes[slug])), name}
			if awards[key] == 0 {
				order = append(order, key)
			}
			awards[key]++
			continue
		}
		j.report(rule.URLLost.At(pos, keep(p), "%s was published and would vanish", p))
	}
	for _, key := range order {
		j.report(rule.URLLost.At(key.pos, keep(key.name), "%s of %s was published and would vanish", key.name, diag.Count(awards[key], "award", "awards")))
	}
}

// keep is how a path stays.
func keep(name string) string {
	switch path.Ext(name) {
	case ".svg":
		return "keep the SVG of the picture beside its PNG"
	case ".png":
		return "keep the picture, as PNG or as an SVG that blazon can draw"
	}
	return "keep what it was published for"
}

// told tells of a lost path whether something else that is reported is the reason.
func (j *judge) told() func(name string) bool {
	folders := make(map[string]bool) // "awards/<id>" and the like
	for _, p := range j.Awards {
		if p.Old != nil && p.Refused() {
			folders[path.Dir(layout.AwardPage(p.Old.ID))] = true
		}
	}
	for _, p := range j.Classes {
		if p.New == nil {
			folders[path.Dir(layout.ClassPage(p.Old.Slug))] = true
		}
	}
	names := make(map[string]bool)
	shrunk := func(list ...string) {
		for _, name := range list {
			names[name] = true
		}
	}
	old, new := j.Old.Catalog.Site, j.New.Catalog.Site
	if old.OB1 && !new.OB1 {
		shrunk("assertion-1.json")
	}
	if old.OB2 && !new.OB2 {
		shrunk("assertion.json", "class.json")
	}
	ob3, signed := false, false
	for _, p := range j.Issuers {
		switch {
		case p.New == nil:
			folders[path.Dir(layout.IssuerPage(p.Old.Slug))] = true
		case p.Old != nil:
			ob3 = ob3 || p.Refuses("ob3")
			signed = signed || p.Refuses("signed")
			for _, k := range p.Keys {
				if k.New != nil {
					continue
				}
				shrunk(k.ID+".json", k.ID+".jwk.json")
				if k.Old.Type == badge.RSA {
					shrunk("credential.jwt", "signed.json", "signed.jws")
				} else {
					shrunk("credential.json", "credential.svg")
				}
			}
			if p.Old.DIDRoot != p.New.DIDRoot {
				shrunk("did.json")
			}
		}
	}
	return func(name string) bool {
		dir, base := path.Split(name)
		switch {
		case names[base], ob3 && isOB3(dir, base), signed && (base == "signed.json" || base == "signed.jws" || base == "revocations.json"):
			return true
		}
		for dir = strings.TrimSuffix(dir, "/"); dir != "" && dir != "."; dir = path.Dir(dir) {
			if folders[dir] {
				return true
			}
		}
		return false
	}
}

// isOB3 reports whether a path is one of OB 3.0's.
func isOB3(dir, base string) bool {
	return base == "achievement.json" || base == "did.json" || strings.HasPrefix(base, "credential.") || strings.HasSuffix(base, ".jwk.json") ||
		strings.HasSuffix(dir, "/status/") || strings.HasSuffix(dir, "/keys/")
}
