// Package near finds the word that somebody probably meant.
package near

// Word returns the candidate nearest to word, and whether one is near enough to be worth suggesting: at most one slip
// for each three letters, where a slip is a letter too many, missing, wrong, or two that changed places.
func Word(word string, candidates []string) (string, bool) {
	best, distance := "", max(1, len([]rune(word))/3)+1
	for _, c := range candidates {
		if d := slips(fold(word), fold(c)); d < distance {
			best, distance = c, d
		}
	}
	return best, best != ""
}

// fold makes words that differ in case or in their separator equal: baseURL is not far from base_url.
func fold(s string) []rune {
	var out []rune
	for _, r := range s {
		switch {
		case 'A' <= r && r <= 'Z':
			r += 'a' - 'A'
		case r == '-' || r == ' ':
			r = '_'
		}
		out = append(out, r)
	}
	return out
}

// slips is the restricted Damerau-Levenshtein distance.
func slips(a, b []rune) int {
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	before, last, row := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range last {
		last[j] = j
	}
	for i := range a {
		row[0] = i + 1
		for j := range b {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			row[j+1] = min(last[j]+cost, last[j+1]+1, row[j]+1)
			if i > 0 && j > 0 && a[i] == b[j-1] && a[i-1] == b[j] {
				row[j+1] = min(row[j+1], before[j-1]+1)
			}
		}
		before, last, row = last, row, before
	}
	return last[len(b)]
}
