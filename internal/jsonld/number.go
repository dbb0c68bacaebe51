package jsonld

import (
	"encoding/json"
	"maps"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf16"
)

// inexact is said of numbers whose digits are not all signed: "0.30000000000000004" and "0.3" are one number there.
const inexact = "a number that is not signed digit by digit"

// number is the lexical form and datatype of a number (JSON-LD 1.1 API §8.2.2); what is not "" for one that the form
// does not hold exactly.
func number(n json.Number, double bool) (lexical, datatype, what string) {
	f, err := strconv.ParseFloat(string(n), 64)
	if err != nil {
		return "", "", inexact
	}
	if f == 0 {
		f = 0 // without a sign
	}
	lexical, datatype = canonicalDouble(f), xsdDouble
	if f == math.Trunc(f) && math.Abs(f) < 1e21 {
		if !double {
			lexical, datatype = strconv.FormatFloat(f, 'f', 0, 64), xsdInteger
		}
	} else if !strings.Contains(shortest(f), ".") && math.Abs(f) < 1 {
		// JavaScript writes 1e-7 without a point, and jsonld.js then takes it for an integer.
		return "", "", inexact
	}
	if !sameDecimal(string(n), lexical) {
		return "", "", inexact
	}
	return lexical, datatype, ""
}

// canonicalDouble is XSD's canonical form with the 16 digits that JSON-LD asks for.
func canonicalDouble(f float64) string {
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'E', 15, 64), "E")
	mantissa = strings.TrimRight(mantissa, "0")
	if strings.HasSuffix(mantissa, ".") {
		mantissa += "0"
	}
	e, _ := strconv.Atoi(exponent)
	return mantissa + "E" + strconv.Itoa(e)
}

func isCanonicalDouble(s string) bool {
	f, err := strconv.ParseFloat(s, 64)
	return err == nil && !math.IsInf(f, 0) && !math.IsNaN(f) && canonicalDouble(f) == s
}

// shortest is a number as JavaScript writes it, which is what the canonical form of JSON takes (RFC 8785 §3.2.2.3).
func shortest(f float64) string {
	if a := math.Abs(f); a == 0 {
		return "0"
	} else if a >= 1e-6 && a < 1e21 {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	mantissa, exponent, _ := strings.Cut(strconv.FormatFloat(f, 'e', -1, 64), "e")
	return mantissa + "e" + exponent[:1] + strings.TrimLeft(exponent[1:], "0")
}

// sameDecimal tells whether two decimal texts are the same number, digit by digit.
func sameDecimal(a, b string) bool {
	digitsA, exponentA, okA := decimal(a)
	digitsB, exponentB, okB := decimal(b)
	return okA && okB && digitsA == digitsB && exponentA == exponentB
}

// decimal is a number as digits without zeros at the ends, and a power of ten; zero has no digits and no sign.
func decimal(s string) (digits string, exponent int, ok bool) {
	sign := ""
	if strings.HasPrefix(s, "-") {
		sign, s = "-", s[1:]
	}
	if i := strings.IndexAny(s, "eE"); i >= 0 {
		e, err := strconv.Atoi(s[i+1:])
		if err != nil {
			return "", 0, false
		}
		exponent, s = e, s[:i]
	}
	whole, fraction, _ := strings.Cut(s, ".")
	exponent -= len(fraction)
	all := whole + fraction
	trimmed := strings.TrimRight(all, "0")
	exponent += len(all) - len(trimmed)
	if digits = strings.TrimLeft(trimmed, "0"); digits == "" {
		return "", 0, true
	}
	return sign + digits, exponent, true
}

// appendJSON appends a value in the canonical form of JSON (RFC 8785).
func appendJSON(dst []byte, v any) (out []byte, what string) {
	switch v := v.(type) {
	case nil:
		return append(dst, "null"...), ""
	case bool:
		return strconv.AppendBool(dst, v), ""
	case float64: // see decode
		return append(dst, shortest(v)...), ""
	case json.Number:
		f, err := strconv.ParseFloat(string(v), 64)
		if err != nil || !sameDecimal(string(v), shortest(f)) {
			return dst, inexact
		}
		return append(dst, shortest(f)...), ""
	case string:
		return appendJSONString(dst, v), ""
	case []any:
		dst = append(dst, '[')
		for i, item := range v {
			if i > 0 {
				dst = append(dst, ',')
			}
			if dst, what = appendJSON(dst, item); what != "" {
				return dst, what
			}
		}
		return append(dst, ']'), ""
	case map[string]any:
		dst = append(dst, '{')
		keys := slices.SortedFunc(maps.Keys(v), func(a, b string) int {
			return slices.Compare(utf16.Encode([]rune(a)), utf16.Encode([]rune(b)))
		})
		for i, key := range keys {
			if i > 0 {
				dst = append(dst, ',')
			}
			dst = append(appendJSONString(dst, key), ':')
			if dst, what = appendJSON(dst, v[key]); what != "" {
				return dst, what
			}
		}
		return append(dst, '}'), ""
	}
	return dst, "no JSON"
}

func appendJSONString(dst []byte, s string) []byte {
	dst = append(dst, '"')
	for i := range len(s) {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			dst = append(dst, '\\', c)
		case c >= ' ':
			dst = append(dst, c)
		default:
			if letter := strings.IndexByte("\b\t\n\f\r", c); letter >= 0 {
				dst = append(dst, '\\', "btnfr"[letter])
			} else {
				dst = append(dst, '\\', 'u', '0', '0', "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
			}
		}
	}
	return append(dst, '"')
}
