package verify_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"blazon/internal/bake"
	"blazon/internal/verdict"
)

// TestVersions: the image that a credential names holds the newest version of it. An older copy that the issuer's key signed
// is as good as it was; what is there must be signed too, and by the same issuer.
func TestVersions(t *testing.T) {
	const at = host + "/awards/a1/badge.png"
	for name, test := range map[string]struct {
		published func(o object)
		outcome   verdict.Outcome
		fails     []verdict.ID
		tampered  bool
	}{
		"the same":       {func(object) {}, verdict.Pass, nil, false},
		"signed again":   {func(o object) { o["validFrom"] = "2026-02-01T00:00:00Z" }, verdict.Note, nil, false},
		"corrected":      {func(o object) { o["name"] = "Soldering I" }, verdict.Note, nil, false},
		"another award":  {func(o object) { o["id"] = host + "/awards/a2/credential.json" }, verdict.Note, nil, false},
		"another issuer": {func(o object) { o["issuer"] = "did:web:elsewhere.example" }, verdict.Fail, []verdict.ID{verdict.Images}, false},
		"tampered":       {func(object) {}, verdict.Fail, []verdict.ID{verdict.Images}, true},
	} {
		t.Run(name, func(t *testing.T) {
			w, o := world30(t)
			o["credentialSubject"].(object)["image"] = object{"id": at, "type": "Image"}
			newer := clone(o)
			test.published(newer)
			newer = prove(t, newer, proof{key: edKey(0)})
			if test.tampered {
				newer["name"] = "Welding"
			}
			w.put(at, bakePNG(t, bake.Text{Keyword: bake.OB3, Value: string(marshal(newer))}))
			r := w.verify(t, prove(t, o, proof{key: edKey(0)}))
			want := verdict.Valid
			if test.fails != nil {
				want = verdict.Invalid
			}
			wants(t, r, want, test.fails...)
			assert.True(t, r.Has(verdict.Images, test.outcome), describe(r))
		})
	}
}
