package jsonld

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode/utf8"
)

// decode reads one JSON object. Numbers are json.Number, but for the version in a context, which json-gold compares.
// A key that stands twice is refused: readers differ in which one they take.
func decode(doc []byte) (map[string]any, error) {
	if len(doc) > MaxBytes {
		return nil, fmt.Errorf("a document of more than %d bytes: %w", MaxBytes, ErrLimit)
	}
	v, err := decodeAny(doc)
	if err != nil {
		return nil, err
	}
	root, ok := v.(map[string]any)
	if !ok {
		return nil, &SyntaxError{What: "not a JSON object"}
	}
	return root, nil
}

func decodeAny(doc []byte) (any, error) {
	if !utf8.Valid(doc) {
		return nil, &SyntaxError{What: "not UTF-8"}
	}
	if hasLoneSurrogate(doc) {
		return nil, &SyntaxError{What: "half of a character, written as an escape"}
	}
	d := &decoder{json: json.NewDecoder(bytes.NewReader(doc))}
	d.json.UseNumber()
	v, err := d.value("", 0, "")
	if err != nil {
		return nil, err
	}
	if _, err := d.json.Token(); err != io.EOF {
		return nil, &SyntaxError{What: "more than one JSON value"}
	}
	return v, nil
}

type decoder struct {
	json   *json.Decoder
	values int
}

func (d *decoder) value(at string, depth int, key string) (any, error) {
	if d.values++; d.values > maxValues {
		return nil, fmt.Errorf("more than %d values: %w", maxValues, ErrLimit)
	}
	if depth > maxDepth {
		return nil, fmt.Errorf("%s: more than %d values in each other: %w", at, maxDepth, ErrLimit)
	}
	token, err := d.token(at)
	if err != nil {
		return nil, err
	}
	switch t := token.(type) {
	case json.Number:
		if key == "@version" && t == "1.1" {
			return 1.1, nil
		}
		return t, nil
	case json.Delim:
		if t == '[' {
			list := []any{}
			for d.json.More() {
				v, err := d.value(at+"/"+strconv.Itoa(len(list)), depth+1, "")
				if err != nil {
					return nil, err
				}
				list = append(list, v)
			}
			_, err := d.token(at)
			return list, err
		}
		object := map[string]any{}
		for d.json.More() {
			token, err := d.token(at)
			if err != nil {
				return nil, err
			}
			key, _ := token.(string)
			below := at + "/" + escape(key)
			if _, twice := object[key]; twice {
				return nil, &SyntaxError{below, "the same key twice in one object"}
			}
			if object[key], err = d.value(below, depth+1, key); err != nil {
				return nil, err
			}
		}
		_, err := d.token(at)
		return object, err
	}
	return token, nil
}

func (d *decoder) token(at string) (json.Token, error) {
	token, err := d.json.Token()
	if err != nil {
		// The decoder's own words may repeat a part of the text.
		return nil, &SyntaxError{at, fmt.Sprintf("not JSON at byte %d", d.json.InputOffset())}
	}
	return token, nil
}

// hasLoneSurrogate tells whether an escape stands for half of a character. Readers make different characters of it, and
// encoding/json one that other texts have too.
func hasLoneSurrogate(doc []byte) bool {
	unit := func(i int) (uint64, bool) {
		if i+6 > len(doc) || doc[i] != '\\' || doc[i+1] != 'u' {
			return 0, false
		}
		u, err := strconv.ParseUint(string(doc[i+2:i+6]), 16, 16)
		return u, err == nil
	}
	for i := 0; i < len(doc); i++ {
		if doc[i] != '\\' {
			continue
		}
		first, ok := unit(i)
		i++ // what a backslash escapes is no backslash
		if !ok || first&0xF800 != 0xD800 {
			continue
		}
		second, ok := unit(i + 5)
		if first >= 0xDC00 || !ok || second&0xFC00 != 0xDC00 {
			return true
		}
		i += 10
	}
	return false
}

var pointerEscapes = strings.NewReplacer("~", "~0", "/", "~1")

// escape makes a key a token of a JSON pointer (RFC 6901 §3).
func escape(key string) string { return pointerEscapes.Replace(key) }
