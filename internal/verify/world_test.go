package verify_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"blazon/internal/bake"
	"blazon/internal/fetch"
	"blazon/internal/verdict"
	"blazon/internal/verify"
)

var now = time.Date(2026, 7, 1, 12, 0, 0, 0, time.UTC)

const (
	host      = "https://badges.example.org"
	recipient = "alice@example.org"
)

// object is a JSON document that a test may change.
type object = map[string]any

// world is the web as a test has it.
type world struct {
	pages map[string]fetch.Answer
	down  map[string]bool // addresses that cannot be reached
	asked []string
}

func newWorld() *world { return &world{pages: map[string]fetch.Answer{}, down: map[string]bool{}} }

func (w *world) put(address string, body any) {
	data, ok := body.([]byte)
	if text, isText := body.(string); isText {
		data, ok = []byte(text), true
	}
	if !ok {
		data = marshal(body)
	}
	w.pages[address] = fetch.Answer{Status: 200, URL: address, Type: "application/json", Body: data}
}

func (w *world) status(address string, status int, body string) {
	w.pages[address] = fetch.Answer{Status: status, URL: address, Body: []byte(body)}
}

func (w *world) read(t *testing.T, address string) object {
	t.Helper()
	require.Contains(t, w.pages, address)
	var o object
	require.NoError(t, json.Unmarshal(w.pages[address].Body, &o))
	return o
}

// change rewrites a document of the world.
func (w *world) change(t *testing.T, address string, change func(o object)) {
	t.Helper()
	o := w.read(t, address)
	change(o)
	w.put(address, o)
}

func (w *world) Get(_ context.Context, address, accept string) (*fetch.Answer, error) {
	w.asked = append(w.asked, address)
	if accept == "" || strings.Contains(address, "#") {
		panic("asked wrongly: " + address)
	}
	if w.down[address] {
		return nil, &fetch.Error{URL: address, Kind: fetch.Unreachable, Reason: "the host refuses the connection"}
	}
	if a, ok := w.pages[address]; ok {
		return &a, nil
	}
	return &fetch.Answer{Status: 404, URL: address}, nil
}

func (w *world) verifier() *verify.Verifier {
	return verify.New(verify.Options{Fetch: w, Now: now, Recipient: recipient})
}

func (w *world) verify(t *testing.T, data any) *verdict.Report {
	t.Helper()
	bytes, ok := data.([]byte)
	if text, isText := data.(string); isText {
		bytes, ok = []byte(text), true
	}
	if !ok {
		bytes = marshal(data)
	}
	return w.verifier().Verify(t.Context(), verify.Target{Name: "badge", Data: bytes})
}

func marshal(v any) []byte {
	data, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return data
}

// clone is a copy that shares nothing with the original.
func clone(o object) object {
	var c object
	if err := json.Unmarshal(marshal(o), &c); err != nil {
		panic(err)
	}
	return c
}

// at is an object inside of another one, by its keys and numbers.
func at(o any, path ...any) object {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			o = o.(object)[p]
		case int:
			o = o.([]any)[p]
		}
	}
	return o.(object)
}

func hash(identity, salt string) string {
	sum := sha256.Sum256([]byte(identity + salt))
	return "sha256$" + hex.EncodeToString(sum[:])
}

var picture = func() []byte {
	data, err := os.ReadFile("../../content/images/default.png")
	if err != nil {
		panic(err)
	}
	return data
}()

const drawing = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 1 1"><path d="M0 0h1"/></svg>`

func bakePNG(t *testing.T, texts ...bake.Text) []byte {
	t.Helper()
	data, err := bake.Bake(picture, texts...)
	require.NoError(t, err)
	return data
}

// describe is a report as a test's message.
func describe(r *verdict.Report) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s: %s %s: %s\n", r.Target, r.Kind, r.Generation, r.Verdict)
	for _, c := range r.Checks {
		fmt.Fprintf(&b, "  %-8s %-12s %s\n", c.Outcome, c.ID, c.Reason)
	}
	for _, p := range r.Parts {
		b.WriteString(describe(p))
	}
	return b.String()
}

// wants checks that a report says nothing but what is expected: no failure, or exactly the checks that should fail.
func wants(t *testing.T, r *verdict.Report, want verdict.Verdict, ids ...verdict.ID) {
	t.Helper()
	outcome := map[verdict.Verdict]verdict.Outcome{verdict.Invalid: verdict.Fail, verdict.Untold: verdict.Unknown}[want]
	var got []verdict.ID
	for _, c := range r.Checks {
		if c.Outcome == outcome && !slices.Contains(got, c.ID) {
			got = append(got, c.ID)
		}
		assert.NotContains(t, c.Reason, "\n")
		assert.NotContains(t, c.Reason, recipient, "a report repeats an address")
		assert.NotContains(t, c.Reason, "%!", "a report was put together wrongly")
		assert.NotEmpty(t, c.Reason)
	}
	assert.Equal(t, want, r.Verdict, describe(r))
	if want != verdict.Valid {
		assert.ElementsMatch(t, ids, got, describe(r))
	}
}
