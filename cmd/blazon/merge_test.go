package main

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

var (
	stampedID   = regexp.MustCompile(`(?m)id: ([a-z2-7]{26})$`)
	stampedSlot = regexp.MustCompile(`(?m)status_index: ([0-9]+)$`)
)

// awarded awards a class to some people in a file of its own, and commits.
func awarded(r repo, file string, people ...string) {
	r.t.Helper()
	text := "badge: welding\nissued: 2026-05-20\nawards: # of one evening\n"
	for _, p := range people {
		text += "  - recipient: " + p + "@example.org # by hand\n"
	}
	r.write(file, text)
	code, out, said := r.blazon("stamp")
	require.Zero(r.t, code, "%s%s", out, said)
	r.commit("award " + file)
}

// Two people award at the same time and merge: their files do not conflict, and no two awards have one id or slot.
func TestParallelClones(t *testing.T) {
	t.Parallel()
	origin := guardedRepo(t)
	a, b := origin.clone(), origin.clone()
	var left, right []string
	for i := range 20 {
		left, right = append(left, fmt.Sprintf("left%d", i)), append(right, fmt.Sprintf("right%d", i))
	}
	awarded(a, "content/awards/a.yaml", left...)
	awarded(b, "content/awards/b.yaml", right...)
	b.git("fetch", "-q", a.dir, "main:published")
	b.git("merge", "-q", "-m", "merge", "published")
	code, problems := b.check("--base", "published")
	assert.Zero(t, code, "%v", problems)
	ids := make(map[string]bool)
	for _, file := range []string{"content/awards/a.yaml", "content/awards/b.yaml"} {
		found := stampedID.FindAllStringSubmatch(b.read(file), -1)
		require.Len(t, found, 20)
		for _, id := range found {
			assert.False(t, ids[id[1]], "%s stands twice", id[1])
			ids[id[1]] = true
		}
	}
}

// collided is a repository with two merged branches whose awards have one slot. The branch published has the one of
// z.yaml.
func collided(t *testing.T, mergeArgs ...string) repo {
	t.Helper()
	origin := guardedRepo(t)
	a, b := origin.clone(), origin.clone()
	awarded(a, "content/awards/z.yaml", "left")
	awarded(b, "content/awards/b.yaml", "right", "third")
	slot := stampedSlot.FindStringSubmatch(a.read("content/awards/z.yaml"))[1]
	b.write("content/awards/b.yaml", stampedSlot.ReplaceAllString(b.read("content/awards/b.yaml"), "status_index: 77"))
	b.change("content/awards/b.yaml", "status_index: 77", "status_index: "+slot)
	b.commit("the slot that the other has")
	b.git("fetch", "-q", a.dir, "main:published")
	b.git(append([]string{"merge", "-q"}, mergeArgs...)...)
	return b
}

// A slot that both sides dealt is found after the merge and mended, and the published award keeps every byte.
func TestCollidingSlots(t *testing.T) {
	t.Parallel()
	for name, merge := range map[string][]string{"merged": {"-m", "merge", "published"}, "in the middle of a merge": {"--no-commit", "published"}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := collided(t, merge...)
			code, problems := r.check("--base", "published")
			require.Equal(t, 1, code)
			require.Len(t, problems, 1)
			assert.Equal(t, "duplicate-slot", problems[0].Rule)
			assert.Contains(t, problems[0].Hint, "stamp --base")

			published, mine, others := r.read("content/awards/z.yaml"), r.read("content/awards/b.yaml"), r.read(spring)
			code, out, _ := r.blazon("stamp", "--base", "published", "--check")
			assert.Equal(t, 1, code)
			assert.Equal(t, "content/awards/b.yaml:4:5: lacks a status_index of its own\n", out)
			assert.Equal(t, mine, r.read("content/awards/b.yaml"))

			code, out, said := r.blazon("stamp", "--base", "published")
			require.Zero(t, code, said)
			assert.Equal(t, "content/awards/b.yaml: 0 ids, 1 status slot, 0 hashes\n", out)
			assert.Equal(t, published, r.read("content/awards/z.yaml"), "the published award is not touched")
			assert.Equal(t, others, r.read(spring))
			before, after := strings.Split(mine, "\n"), strings.Split(r.read("content/awards/b.yaml"), "\n")
			require.Len(t, after, len(before))
			for i := range before {
				if before[i] != after[i] {
					assert.Contains(t, before[i], "status_index: ")
					assert.NotContains(t, after[i], "status_index: 77")
				}
			}
			code, problems = r.check("--base", "published", "--exact")
			assert.Zero(t, code, "%v", problems)
			code, out, _ = r.blazon("stamp", "--base", "published")
			assert.Zero(t, code)
			assert.Equal(t, "every award is stamped already\n", out)
		})
	}
}

// Of two published awards none moves; an older revision tells which came first.
func TestCollisionOfPublishedAwards(t *testing.T) {
	t.Parallel()
	r := collided(t, "-m", "merge", "published")
	text := r.read("content/awards/b.yaml")
	code, _, said := r.blazon("stamp", "--base", "HEAD")
	assert.Equal(t, 1, code)
	assert.Contains(t, said, "both are in the revision")
	assert.Contains(t, said, "hint: name a revision that has only one of them")
	assert.Equal(t, text, r.read("content/awards/b.yaml"))
	code, out, _ := r.blazon("stamp", "--base", "HEAD^2")
	assert.Zero(t, code)
	assert.Contains(t, out, "content/awards/b.yaml: 0 ids, 1 status slot")
}

// Where no award is published, the first one keeps its slot.
func TestCollisionOfNewAwards(t *testing.T) {
	t.Parallel()
	r := collided(t, "-m", "merge", "published")
	first := r.git("rev-list", "--max-parents=0", "HEAD")
	code, out, said := r.blazon("stamp", "--base", first)
	assert.Zero(t, code, said)
	assert.Contains(t, out, "content/awards/z.yaml: 0 ids, 1 status slot")
}
