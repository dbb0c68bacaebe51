package cli

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"blazon/internal/diag"
	"blazon/internal/model"
	"blazon/internal/near"
	"blazon/internal/scaffold"
)

// question is something that blazon init has to know: from a flag, else from whoever sits at the terminal.
type question struct {
	flag     string
	text     string        // the question; empty where it is not asked
	value    *string       // the answer
	fallback func() string // what counts where there is no answer, once the earlier ones are known; nil or empty: there must be one
	check    func(string) error
	hint     string
}

// repositories are the words that --repository takes, as site.yaml does.
var repositories = []string{"public", "private"}

// services are the words that --ci takes.
func services() []string {
	var words []string
	for _, s := range scaffold.Services() {
		words = append(words, string(s))
	}
	return words
}

// questions lists what there is to know, in the order in which it is asked.
func (o *initOptions) questions() []question {
	known := strings.Join(services(), ", ")
	form := func(file, key string) (func(string) error, string) {
		f := scaffold.FormatOf(file, key)
		return f.Valid, f.Hint
	}
	all := []question{
		{flag: "name", text: "Name of the organisation", value: &o.name},
		{flag: "url", text: "Address of its own web site", value: &o.url},
		{flag: "base-url", text: "Address of the badges, which never changes afterwards", value: &o.base, fallback: func() string { return baseOf(o.url) }},
		{flag: "email", text: "E-mail address for questions about badges, which is published", value: &o.email},
		{flag: "slug", text: "Name of the organisation in addresses, which never changes afterwards", value: &o.slug, check: model.CheckSlug,
			hint: "lower-case letters, digits, - and _", fallback: func() string { return scaffold.SlugOf(o.name, o.url) }},
		{flag: "ci", text: "What checks and publishes: " + known, value: &o.ci, check: oneOf(services()),
			hint: "one of: " + known, fallback: func() string { return string(scaffold.GitHub) }},
		{flag: "repository", text: "Who can read the repository: public or private", value: &o.reads, check: oneOf(repositories),
			hint: "public, where recipients are hashed, or private", fallback: func() string { return "public" }},
		{flag: "colour", value: &o.colour, hint: "write it as #2266aa, in quotation marks", fallback: func() string { return string(scaffold.ColourOf(o.name)) },
			check: func(s string) error {
				_, err := scaffold.ParseColour(s)
				return err
			}},
	}
	all[0].check, all[0].hint = form("issuer", "name")
	all[1].check, all[1].hint = form("issuer", "url")
	all[2].check, all[2].hint = form("site", "base_url")
	all[3].check, all[3].hint = form("issuer", "email")
	return all
}

// baseOf is the address that an organisation's badges often have.
func baseOf(site string) string {
	u, err := url.Parse(site)
	if err != nil {
		return ""
	}
	base := "https://badges." + strings.TrimPrefix(strings.ToLower(u.Hostname()), "www.")
	if model.CheckBaseURL(base) != nil {
		return ""
	}
	return base
}

// oneOf is the check of an answer that is one of a few words.
func oneOf(words []string) func(string) error {
	return func(s string) error {
		if slices.Contains(words, s) {
			return nil
		}
		if word, ok := near.Word(s, words); ok {
			return fmt.Errorf("is not known here: did you mean %q?", word)
		}
		return errors.New("is not known here")
	}
}

// take keeps an answer, or says what is wrong with it.
func (q question) take(answer string) error {
	answer = strings.TrimSpace(answer)
	if q.flag == "base-url" {
		answer = strings.TrimSuffix(answer, "/")
	}
	switch {
	case answer == "":
		return errors.New("is empty")
	case !utf8.ValidString(answer):
		return errors.New("is not UTF-8")
	}
	if err := q.check(answer); err != nil {
		return err
	}
	*q.value = answer
	if q.flag == "colour" {
		colour, _ := scaffold.ParseColour(answer) // it was looked at
		*q.value = string(colour)
	}
	return nil
}

// settle answers all questions: from flags, then by asking, then by what counts without an answer. What is wrong with the
// flags is said at once. Nothing is asked where nobody sits at a terminal.
func settle(ctx context.Context, sys System, questions []question) error {
	var wrong, missing []string
	for _, q := range questions {
		given := *q.value
		switch {
		case given != "":
			if err := q.take(given); err != nil {
				wrong = append(wrong, fmt.Sprintf("blazon: --%s %s: %s\nhint: %s\n", q.flag, diag.Quote(given), err, q.hint))
			}
		case !sys.Answers && (q.flag == "base-url" || q.fallback == nil):
			missing = append(missing, "--"+q.flag)
		}
	}
	if len(missing) > 0 {
		wrong = append(wrong, fmt.Sprintf("blazon: %s: needed where nobody is asked\nhint: blazon init --help shows an example\n", strings.Join(missing, ", ")))
	}
	if len(wrong) > 0 {
		fmt.Fprint(sys.Err, strings.Join(wrong, ""))
		return reported(ExitUsage)
	}
	var answers *answerer
	for _, q := range questions {
		if *q.value != "" {
			continue
		}
		fallback := ""
		if q.fallback != nil {
			fallback = q.fallback()
		}
		if q.text == "" || !sys.Answers {
			*q.value = fallback
			continue
		}
		if answers == nil {
			fmt.Fprintln(sys.Err, "Enter alone takes what stands in brackets.")
			answers = hear(sys)
		}
		if err := answers.ask(ctx, q, fallback); err != nil {
			return err
		}
	}
	return nil
}

// answerer asks, and hears the answers.
type answerer struct {
	err   io.Writer
	lines chan string // closed at the end of the input
}

// hear begins to read answers. It reads beside the program, so that an interrupt ends a question; the reading itself
// ends with the input or the process.
func hear(sys System) *answerer {
	a := &answerer{err: sys.Err, lines: make(chan string)}
	go func() {
		defer close(a.lines)
		for in := bufio.NewScanner(sys.In); in.Scan(); {
			a.lines <- in.Text()
		}
	}()
	return a
}

// ask asks one question until the answer is good.
func (a *answerer) ask(ctx context.Context, q question, fallback string) error {
	for {
		fmt.Fprint(a.err, q.text)
		if fallback != "" {
			fmt.Fprintf(a.err, " [%s]", fallback)
		}
		fmt.Fprint(a.err, ": ")
		var answer string
		var more bool
		select {
		case <-ctx.Done():
			fmt.Fprintln(a.err)
			return failed("", "interrupted")
		case answer, more = <-a.lines:
		}
		if !more {
			fmt.Fprintln(a.err)
			return failed("flags take the place of answers: blazon init --help lists them", "nothing is made: the answers ended early")
		}
		if strings.TrimSpace(answer) == "" {
			answer = fallback
		}
		err := q.take(answer)
		if err == nil {
			return nil
		}
		fmt.Fprintf(a.err, "  That %s: %s.\n", err, q.hint)
	}
}
