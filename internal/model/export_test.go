package model

// Uncommon finds the formats that take a value for a common one although Pattern or Check refuses it, and counts those
// that take it for one.
func Uncommon(value string) (wrong []string, taken int) {
	for _, f := range []*Format{line, recipientEmail, slug, awardID} {
		if !f.common(value) {
			continue
		}
		taken++
		if f.Check != nil && f.Check(value) != nil || !f.regexp().MatchString(value) {
			wrong = append(wrong, f.Name)
		}
	}
	return wrong, taken
}
