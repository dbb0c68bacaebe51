package roster_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"blazon/internal/badge"
	"blazon/internal/diag"
	"blazon/internal/issuance"
	"blazon/internal/roster"
)

// said are problems as lines of text.
func said(problems []diag.Problem) string {
	var b strings.Builder
	for _, p := range problems {
		fmt.Fprintf(&b, "%s:%d: %s\n", p.File, p.Line, p.Message)
	}
	return b.String()
}

func cells(t *roster.Table) [][]string {
	all := [][]string{t.Header}
	for _, r := range t.Rows {
		all = append(all, append([]string{fmt.Sprint(r.Line)}, r.Cells...))
	}
	return all
}

func TestRead(t *testing.T) {
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String("email\tname\r\na@x.org\tJürg\r\n")
	require.NoError(t, err)
	latin, err := charmap.Windows1252.NewEncoder().String("email;name\r\na@x.org;Jürg “J”\r\n")
	require.NoError(t, err)
	for _, tt := range []struct {
		name, in string
		want     [][]string
		encoding string
		sep      rune
	}{
		{"comma", "email,name\na@x.org,Ada\n", [][]string{{"email", "name"}, {"2", "a@x.org", "Ada"}}, "UTF-8", ','},
		{"semicolon", "email;name\na@x.org;Ada, the first\n", [][]string{{"email", "name"}, {"2", "a@x.org", "Ada, the first"}}, "UTF-8", ';'},
		{"tab", "email\tname\na@x.org\t\nb@x.org\tBob", [][]string{{"email", "name"}, {"2", "a@x.org", ""}, {"3", "b@x.org", "Bob"}}, "UTF-8", '\t'},
		{"tab, first cell empty", "name\temail\n\ta@x.org\n", [][]string{{"name", "email"}, {"2", "", "a@x.org"}}, "UTF-8", '\t'},
		{"separator in a quoted header", "\"a;b;c\",email\n1,a@x.org\n", [][]string{{"a;b;c", "email"}, {"2", "1", "a@x.org"}}, "UTF-8", ','},
		{"bar", "email|name\na@x.org|Ada, the first\n", [][]string{{"email", "name"}, {"2", "a@x.org", "Ada, the first"}}, "UTF-8", '|'},
		{"one column", "email\na@x.org\n", [][]string{{"email"}, {"2", "a@x.org"}}, "UTF-8", ','},
		{"byte order mark and CRLF", "\ufeffemail;name\r\na@x.org;Ada\r\n", [][]string{{"email", "name"}, {"2", "a@x.org", "Ada"}}, "UTF-8", ';'},
		{"Windows-1252", latin, [][]string{{"email", "name"}, {"2", "a@x.org", "Jürg “J”"}}, "Windows-1252", ';'},
		{"UTF-16", utf16, [][]string{{"email", "name"}, {"2", "a@x.org", "Jürg"}}, "UTF-16", '\t'},
		{"carriage returns only", "email,name\ra@x.org,Ada\r", [][]string{{"email", "name"}, {"2", "a@x.org", "Ada"}}, "UTF-8", ','},
		{"quoted line breaks", "email,note\na@x.org,\"one\r\ntwo \"\"2\"\"\"\nb@x.org,three\n", [][]string{{"email", "note"}, {"2", "a@x.org", "one\ntwo \"2\""}, {"4", "b@x.org", "three"}}, "UTF-8", ','},
		{"sep= says it", "sep=;\r\nemail;a,b,c\r\na@x.org;1\r\n", [][]string{{"email", "a,b,c"}, {"3", "a@x.org", "1"}}, "UTF-8", ';'},
		{"empty rows and cells", "\n\nemail,name,,\n\na@x.org,Ada,,\n,,,\n,,,\n", [][]string{{"email", "name"}, {"5", "a@x.org", "Ada"}}, "UTF-8", ','},
		{"blanks that do not break", "email\u00a0, name\n\u00a0a@x.org\u200b,\u00a0\u00a0Ada \n", [][]string{{"email", "name"}, {"2", "a@x.org", "Ada"}}, "UTF-8", ','},
		{"a space before a quotation mark", "email, name\na@x.org, \"A, B\"\n", [][]string{{"email", "name"}, {"2", "a@x.org", "A, B"}}, "UTF-8", ','},
		{"JSON Lines", "{\"email\":\"a@x.org\",\"score\":92.50,\"public\":true}\n\n{\"name\":\"Bob\",\"email\":\"b@x.org\",\"evidence\":[\"https://x.org/1\",\"https://x.org/2\"],\"score\":null}\n",
			[][]string{{"email", "score", "public", "name", "evidence"}, {"1", "a@x.org", "92.50", "true", "", ""}, {"3", "b@x.org", "", "", "Bob", "https://x.org/1\nhttps://x.org/2"}}, "UTF-8", 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got, problems := roster.Read("list.csv", []byte(tt.in))
			require.Empty(t, problems)
			assert.Equal(t, tt.want, cells(got))
			assert.Equal(t, tt.encoding, got.Encoding)
			assert.Equal(t, string(tt.sep), string(got.Separator))
		})
	}
}

func TestReadRefuses(t *testing.T) {
	for _, tt := range []struct{ name, in, want string }{
		{"nothing", " \n\n", "l:0: the file is empty\n"},
		{"nothing but separators", ",,\n,\n", "l:0: the file is empty\n"},
		{"ragged", "email,name\na@x.org\nb@x.org,Bob\nc@x.org,C,x\n", "l:2: the row has 1 cell, and the header 2\nl:4: the row has 3 cells, and the header 2\n"},
		{"ragged after sep=", "sep=,\nemail,name\na@x.org\n", "l:3: the row has 1 cell, and the header 2\n"},
		{"quotation marks", "email,name\na@x.org,A \"B\"\nb@x.org,\"Bob\nc@x.org,C\n", "l:2: a quotation mark stands amid a text, or is not closed\nl:3: a quotation mark stands amid a text, or is not closed\n"},
		{"a workbook", "PK\x03\x04...", "l:0: the file is a workbook, not CSV\n"},
		{"NUL", "email\na\x00@x.org", "l:2: the file holds a NUL character: it is no text, or UTF-16 that does not say so\n"},
		{"a long cell", "email\n" + strings.Repeat("x", roster.MaxCell+1), "l:2: a cell holds more than 32767 characters\n"},
		{"many columns", strings.Repeat("a,", roster.MaxColumns) + "b\n", "l:1: the file has more than 256 columns\n"},
		{"many rows", "email\n" + strings.Repeat("a\n", roster.MaxRows+1), "l:0: the file has more than 100000 rows\n"},
		{"a JSON list", `[{"email": "a@x.org"}]`, "l:1: the file is a JSON list\n"},
		{"a PDF", "%PDF-1.7\n%\xe2\xe3\n", "l:0: the file is a PDF, not CSV\n"},
		{"a web page", "\n<!DOCTYPE html><title>Log in</title>", "l:1: the file is a web page or XML, not CSV\n"},
		{"Shift JIS", "email,name\na@x.org,\x8e\x81\x96\xbc\n", "l:2: the file is neither UTF-8 nor Windows-1252\n"},
		{"JSON of which no line is right", "{\"email\": \"a@x.org\"\n[1]\n", "l:1: the line is no JSON object\nl:2: the line is no JSON object\n"},
		{"ragged with bars", "email|name\na@x.org|A|x\n", "l:2: the row has 3 cells, and the header 2\n"},
		{"JSON that is none", "{\"email\": \"a@x.org\"}\n{\"email\"\n{\"a\":1} {}\n{\"email\": {\"x\": 1}}\n{\"a\":1,\"a\":2}\n\"x\"\n",
			"l:2: the line is no JSON object\nl:3: more stands behind the line's object\nl:4: the value of \"email\" is an object, or a list of other than texts\nl:5: the key \"a\" stands twice\nl:6: the line is no JSON object\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			table, problems := roster.Read("l", []byte(tt.in))
			for _, row := range table.Rows {
				if row.Wrong != nil {
					problems = append(problems, *row.Wrong)
				}
				assert.Len(t, row.Cells, len(table.Header))
			}
			require.NotEmpty(t, problems)
			assert.Contains(t, said(problems), tt.want)
			assert.NotContains(t, said(problems), "@x.org")
		})
	}
}

func TestColumns(t *testing.T) {
	results := []badge.ResultDescription{{ID: "score", Name: "Points"}, {ID: "final-grade", Name: "Grade"}}
	for _, tt := range []struct {
		name, header string
		mapping      roster.Mapping
		want         string
		problems     string
	}{
		{"known names", "E-Mail-Adresse,Vorname,Nachname,Datum,Firma", roster.Mapping{}, "recipient first_name last_name issued -", ""},
		{"names elsewhere", "メールアドレス,氏名,日付", roster.Mapping{}, "recipient name issued", ""},
		{"names elsewhere too", "Nombre,Apellidos,Correo electrónico,Fecha", roster.Mapping{}, "first_name last_name recipient issued", ""},
		{"a public repository elsewhere", "Nome,Cognome,Indirizzo e-mail", roster.Mapping{NoNames: true}, "- - recipient", ""},
		{"signs and capitals", "E_MAIL:,Full\u00a0Name,Valid-Until,public", roster.Mapping{}, "recipient name expires public", ""},
		{"results", "email,Points,results.final-grade,FINAL_GRADE*", roster.Mapping{Results: results}, "", "l:1: several columns state results.final-grade: \"results.final-grade\", \"FINAL_GRADE*\"\n"},
		{"results of a class", "email,points,Final Grade", roster.Mapping{Results: results}, "recipient results.score results.final-grade", ""},
		{"results that nobody describes", "email,results.x", roster.Mapping{}, "recipient results.x", ""},
		{"a full name and its parts", "email,first name,last name,name", roster.Mapping{}, "recipient - - name", ""},
		{"a public repository", "email,name,Vorname", roster.Mapping{NoNames: true}, "recipient - -", ""},
		{"a name that is wanted there", "email,name", roster.Mapping{NoNames: true, Given: map[string]string{"NAME": "name"}}, "recipient name", ""},
		{"mapped", "Wer,Wann,email", roster.Mapping{Given: map[string]string{"wer": "recipient", "Wann": "issued", "email": ""}}, "recipient issued -", ""},
		{"blazon's own", "email,award_status,award_id,award_url,line,error", roster.Mapping{}, "recipient - - - - -", ""},
		{"no recipients", "name,x", roster.Mapping{}, "", "l:1: no column holds the recipients\n"},
		{"two recipients", "email,mail", roster.Mapping{}, "", "l:1: several columns state recipient: \"email\", \"mail\"\n"},
		{"a slip", "email,narative", roster.Mapping{}, "", "l:1: the column \"narative\" is not known; did you mean \"narrative\"?\n"},
		{"an unknown column and key", "email", roster.Mapping{Given: map[string]string{"nobody": "name", "email": "adress"}}, "", "l:1: --map: there is nothing called \"adress\"\nl:1: --map: there is no column \"nobody\"\nl:1: no column holds the recipients\n"},
		{"no header", "ada@x.org,Ada", roster.Mapping{}, "", "l:1: the first line holds an address where the names of the columns belong\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			table, problems := roster.Read("l", []byte(tt.header+"\n"))
			require.Empty(t, problems)
			columns, problems := table.Columns(tt.mapping)
			assert.Equal(t, tt.problems, said(problems))
			if tt.problems != "" {
				return
			}
			var keys []string
			for _, c := range columns {
				if c.Key == "" {
					c.Key = "-"
				}
				keys = append(keys, c.Key)
			}
			assert.Equal(t, tt.want, strings.Join(keys, " "))
		})
	}
}

func TestAward(t *testing.T) {
	table, problems := roster.Read("l", []byte("email,first name,last name,badge,date,expires,evidence,narrative,public,results.score\n"+
		"Ada@X.org,Ada,L.,go,14.3.2026,never,https://x.org/1 https://x.org/2,\"Well\ndone\",ja,92\n"+
		"+41441234567,,,,,,,,,\n"+
		",x,,,46095,31.2.2026,,,maybe,\n"+
		"did:web:x.org,,,,03/04/2026,2026-03-14 00:00:00,,,,\n"+
		"b@x.org,,,,2026/3/9,2026-3-14,,,,\n"+
		"c@x.org,,,,2026/14/3,2026-02-30,,,,\n"))
	require.Empty(t, problems)
	columns, problems := table.Columns(roster.Mapping{})
	require.Empty(t, problems)
	base := issuance.Award{Badge: "rust", Issued: "2026-01-01", Evidence: []badge.Evidence{{URL: "https://x.org/0"}}}
	var awards []issuance.Award
	var all []diag.Problem
	for _, row := range table.Rows {
		a, problems := table.Award(columns, row, base)
		awards, all = append(awards, a), append(all, problems...)
	}
	assert.Equal(t, issuance.Award{Badge: "go", Recipient: badge.Recipient{Kind: badge.Email, Plain: "ada@x.org"}, Name: "Ada L.", Issued: "2026-03-14", Expires: "never",
		Evidence: []badge.Evidence{{URL: "https://x.org/1"}, {URL: "https://x.org/2"}}, Narrative: "Well\ndone", Public: true, Results: []issuance.Result{{Of: "score", Value: "92"}}}, awards[0])
	assert.Equal(t, issuance.Award{Badge: "rust", Recipient: badge.Recipient{Kind: badge.Telephone, Plain: "+41441234567"}, Issued: "2026-01-01", Evidence: base.Evidence}, awards[1])
	assert.Equal(t, "2026-03-14", awards[3].Expires)
	assert.Equal(t, badge.DID, awards[3].Recipient.Kind)
	assert.Equal(t, "l:5: \"date\" is a number, as Excel keeps a date\nl:5: \"expires\" is not on the calendar\nl:5: \"public\" is neither yes nor no\nl:5: the row has no recipient\n"+
		"l:6: \"date\" may be the day or the month first\n"+
		"l:8: \"date\" is not on the calendar\nl:8: \"expires\" is not on the calendar\n", said(all))
	assert.Equal(t, "2026-03-09", awards[4].Issued)
	assert.Equal(t, "2026-03-14", awards[4].Expires)
	assert.Contains(t, all[0].Hint, "2026-03-14")
}

func TestResults(t *testing.T) {
	table, problems := roster.Read("l", []byte("\ufeffemail;note\na@x.org;\"one; \"\"two\"\"\"\nb@x.org;\n"))
	require.Empty(t, problems)
	written := table.Results([]roster.Result{{Row: table.Rows[0], Status: "new", ID: "abc", URL: "https://x.org/abc/"}, {Row: table.Rows[1], Status: "there already", ID: "d", URL: "u"}})
	assert.Equal(t, "\ufeffemail;note;award_status;award_id;award_url\na@x.org;\"one; \"\"two\"\"\";new;abc;https://x.org/abc/\nb@x.org;;there already;d;u\n", string(written))
	assert.True(t, roster.IsResult(written))
	again, problems := roster.Read("l", written)
	require.Empty(t, problems)
	assert.Equal(t, string(written), string(again.Results([]roster.Result{{Row: again.Rows[0], Status: "new", ID: "abc", URL: "https://x.org/abc/"}, {Row: again.Rows[1], Status: "there already", ID: "d", URL: "u"}})))
	rejected := table.Rejected([]roster.Rejection{{Row: table.Rows[1], Why: "no"}})
	assert.Equal(t, "\ufeffemail;note;line;error\nb@x.org;;4;no\n", strings.Replace(string(rejected), ";3;", ";4;", 1))
	assert.True(t, roster.IsResult(rejected))
	assert.False(t, roster.IsResult([]byte("email,name\nx,award_id award_url award_status\n")))
}

func FuzzRead(f *testing.F) {
	for _, seed := range []string{"email,name\na@x.org,Ada\n", "sep=;\nemail;datum\n\"a\n\";46095\n", "\ufeffemail\tx\n", "\xff\xfee\x00m\x00", "{\"email\":\"a@x.org\",\"x\":[\"y\"]}\n", "email;name\na@x.org;J\xfcrg\n", "a\"b\n\"", "\r\r\n,"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, data []byte) {
		table, problems := roster.Read("l", data)
		for _, p := range problems {
			assert.NotEmpty(t, p.Message)
		}
		columns, _ := table.Columns(roster.Mapping{Given: map[string]string{"x": "name"}})
		last := 0
		var results []roster.Result
		for _, row := range table.Rows {
			if len(row.Cells) != len(table.Header) || row.Line <= last {
				t.Fatalf("a row of %d cells at line %d, the header has %d", len(row.Cells), row.Line, len(table.Header))
			}
			last = row.Line
			for _, c := range row.Cells {
				if !utf8.ValidString(c) {
					t.Fatalf("not UTF-8: %q", c)
				}
			}
			if len(columns) == len(table.Header) {
				table.Award(columns, row, issuance.Award{})
			}
			results = append(results, roster.Result{Row: row, Status: "new", ID: "i", URL: "u"})
		}
		for _, row := range table.Rows {
			if row.Wrong != nil {
				return
			}
		}
		if len(problems) > 0 || len(table.Rows) == 0 || len(columns) == 0 {
			return
		}
		again, problems := roster.Read("l", table.Results(results))
		if len(problems) > 0 || len(again.Rows) != len(table.Rows) {
			t.Fatalf("what was written does not read again: %q: %s", table.Results(results), said(problems))
		}
	})
}
