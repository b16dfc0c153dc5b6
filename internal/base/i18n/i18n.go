// Package i18n says things in the person's language: messages with plurals, numbers, money, dates.
//
// Each room keeps one messages.yaml with both languages side by side:
//
//	directory.school.count:
//	  fr: {one: "{n} école", other: "{n} écoles"}
//	  en: {one: "{n} school", other: "{n} schools"}
//	directory.school.closed: {fr: "Fermée", en: "Closed"}
//
// A name in braces is replaced by the argument of that name; the argument n chooses the plural
// (CLDR: in French 0 and 1 are singular, in English 1 alone).
package i18n

import (
	"context"
	"fmt"
	"io/fs"
	"sort"
	"strings"
)

// Lang is a language of the interface.
type Lang string

// The languages of the interface; French is the default.
const (
	French  Lang = "fr"
	English Lang = "en"
)

// Langs lists the languages, the default first.
var Langs = []Lang{French, English}

type message struct{ one, other string }

// Catalog holds every message in every language. It is read-only once loaded.
type Catalog struct{ messages map[Lang]map[string]message }

// Load reads messages.yaml from each file system. It returns an error that names the key when a
// message misses a language, is empty or is written twice.
func Load(rooms ...fs.FS) (*Catalog, error) {
	c := &Catalog{messages: map[Lang]map[string]message{}}
	for _, l := range Langs {
		c.messages[l] = map[string]message{}
	}
	for _, room := range rooms {
		text, err := fs.ReadFile(room, "messages.yaml")
		if err != nil {
			return nil, fmt.Errorf("i18n: %w", err)
		}
		if err := readMessages(string(text), c.add); err != nil {
			return nil, fmt.Errorf("i18n: %w", err)
		}
	}
	return c, nil
}

func (c *Catalog) add(key string, byLang map[Lang]message) error {
	for _, l := range Langs {
		if _, twice := c.messages[l][key]; twice {
			return fmt.Errorf("the key %s is written twice", key)
		}
		m := byLang[l]
		if m.one == "" || m.other == "" {
			return fmt.Errorf("the key %s has no text in %s", key, l)
		}
		c.messages[l][key] = m
	}
	if len(byLang) > len(Langs) {
		return fmt.Errorf("the key %s has a text in a language that is none of the interface", key)
	}
	return nil
}

// Keys returns all keys, sorted.
func (c *Catalog) Keys() []string {
	keys := make([]string, 0, len(c.messages[French]))
	for k := range c.messages[French] {
		keys = append(keys, k)
	}
	sort.Strings(keys)
	return keys
}

// Has tells whether the key exists.
func (c *Catalog) Has(key string) bool { _, ok := c.messages[French][key]; return ok }

// In returns the localizer of a language; an unknown language gives French.
func (c *Catalog) In(lang Lang) *Localizer {
	if _, ok := c.messages[lang]; !ok {
		lang = French
	}
	return &Localizer{Lang: lang, messages: c.messages[lang]}
}

// Localizer says messages, numbers, money and dates in one language.
type Localizer struct {
	Lang     Lang
	messages map[string]message
}

// T returns the message of the key; args alternate names and values. Whole numbers are grouped in
// the language's way. A key that does not exist is returned between brackets ⟦…⟧, so that it is seen.
func (l *Localizer) T(key string, args ...any) string {
	m, ok := l.messages[key]
	if !ok {
		return "⟦" + key + "⟧"
	}
	if len(args) == 0 {
		return m.other
	}
	text := m.other
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == "n" && l.singular(args[i+1]) {
			text = m.one
		}
	}
	return l.fill(text, args)
}

// fill puts the arguments in the place of their names; a name that has none stays in its braces.
func (l *Localizer) fill(text string, args []any) string {
	from := strings.IndexByte(text, '{')
	if from < 0 {
		return text
	}
	out := make([]byte, 0, 256)
	for ; from >= 0; from = strings.IndexByte(text, '{') {
		to := strings.IndexByte(text[from:], '}')
		if to < 0 {
			break
		}
		to += from + 1
		out = append(out, text[:from]...)
		if v, ok := argument(args, text[from+1:to-1]); ok {
			out = l.append(out, v)
		} else {
			out = append(out, text[from:to]...)
		}
		text = text[to:]
	}
	return string(append(out, text...))
}

// argument returns the value of the name.
func argument(args []any, name string) (any, bool) {
	for i := 0; i+1 < len(args); i += 2 {
		if args[i] == name {
			return args[i+1], true
		}
	}
	return nil, false
}

func (l *Localizer) append(to []byte, v any) []byte {
	switch v := v.(type) {
	case string:
		return append(to, v...)
	case int:
		return l.appendNumber(to, int64(v))
	case int64:
		return l.appendNumber(to, v)
	case float64:
		return append(to, l.Decimal(v, 1)...)
	}
	return fmt.Append(to, v)
}

func (l *Localizer) singular(v any) bool {
	var n float64
	switch v := v.(type) {
	case int:
		n = float64(v)
	case int64:
		n = float64(v)
	case float64:
		n = v
	default:
		return false
	}
	if l.Lang == French {
		return n > -2 && n < 2
	}
	return n == 1
}

type contextKey struct{}

// With returns a context that carries the localizer.
func With(ctx context.Context, l *Localizer) context.Context {
	return context.WithValue(ctx, contextKey{}, l)
}

// From returns the context's localizer. A context without one gives a localizer that shows bare keys.
func From(ctx context.Context) *Localizer {
	if l, ok := ctx.Value(contextKey{}).(*Localizer); ok {
		return l
	}
	return &Localizer{Lang: French}
}

// T says the message in the context's language: the short form for pages.
func T(ctx context.Context, key string, args ...any) string { return From(ctx).T(key, args...) }
