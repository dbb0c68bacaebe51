package guard

import (
	"crypto/sha256"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/layout"
	"blazon/internal/ledger"
	"blazon/internal/rule"
)

// Published compares a catalogue with the ledger of a published site, which knows of every award whether it is there,
// whether it was erased, and a digest of its recipient, class and dates. It is for where git has no history of the site,
// and for what was published from elsewhere.
func Published(lines []ledger.Line, now *badge.Catalog) []diag.Problem {
	site := layout.Site{Base: now.Site.BaseURL}
	awards := make(map[ledger.Hash]*badge.Award, len(now.Awards))
	for _, a := range now.Awards {
		if a.ID != "" {
			awards[sha256.Sum256([]byte(a.ID))] = a
		}
	}
	var problems []diag.Problem
	var changed []*badge.Award
	missing, same := 0, 0
	for _, line := range lines {
		a, ok := awards[line.ID]
		if !ok {
			missing++
			continue
		}
		switch is := ledger.Of(site, a); {
		case line.Erased && !is.Erased:
			problems = append(problems, rule.Unerased.At(a.Pos(a.At.Award), "put erased: {date} back; with the holder's consent, make another award",
				"the published site has this award erased, and it is back"))
		case is.Erased:
		case is.Statement != line.Statement:
			changed = append(changed, a)
		default:
			same++
		}
	}
	if missing > 0 {
		problems = append(problems, rule.URLLost.At(diag.Pos{File: awardsFolder}, "put them back, with revoked: {date, reason} or, at the holder's wish, erased: {date}",
			"the published site has %s that the project has not", diag.Count(missing, "award", "awards")))
	}
	if len(changed) > 3 && same == 0 {
		problems = append(problems, rule.AwardChanged.At(diag.Pos{File: siteFile}, "the base_url or the time zone may be another one than that of the published site",
			"the published site says something else of each of the %d awards", len(changed)))
		return diag.Sort(problems)
	}
	for i, a := range changed {
		if i == crowdLimit {
			problems = append(problems, rule.AwardChanged.At(diag.Pos{File: awardsFolder}, "", "the published site says something else of %s more", diag.Count(len(changed)-i, "award", "awards")))
			break
		}
		problems = append(problems, rule.AwardChanged.At(a.Pos(a.At.Award), "put it back; to correct it, revoke this award, revoked: {date, reason}, and make another",
			"the published site has another recipient, badge, date of issue or expiry for this award"))
	}
	return diag.Sort(problems)
}
