package i18n

import (
	"fmt"
	"strconv"
	"strings"
)

// The catalogues are YAML of two shapes and no other, so that they are read in a hundredth of the time that a
// reader of all of YAML takes at each start:
//
//	room.key: {fr: "texte", en: "text"}
//	room.key:
//	  fr: {one: "texte", other: "textes"}
//	  en: "text"

// readMessages calls add with each message of a catalogue. Its error names the line.
func readMessages(text string, add func(key string, byLang map[Lang]message) error) error {
	key, first, number := "", 0, 0
	byLang := map[Lang]message{}
	end := func() error {
		if key == "" {
			return nil
		}
		if err := add(key, byLang); err != nil {
			return fmt.Errorf("line %d: %w", first, err)
		}
		key = ""
		clear(byLang)
		return nil
	}
	for line := range strings.Lines(text) {
		number++
		line = strings.TrimRight(line, " \r\n")
		if line == "" || line[0] == '#' {
			continue
		}
		name, rest, found := strings.Cut(line, ":")
		rest = strings.TrimLeft(rest, " ")
		var err error
		switch inner := strings.TrimLeft(name, " "); {
		case !found || inner == "":
			err = errShape
		case inner != name && key == "":
			err = errShape
		case inner != name:
			err = readLang(inner, rest, byLang)
		default:
			if err := end(); err != nil {
				return err
			}
			key, first = name, number
			if rest != "" {
				rest, err = readPairs(rest, func(lang, rest string) (string, error) { return readText(lang, rest, byLang) })
				err = whole(rest, err)
			}
		}
		if err != nil {
			return fmt.Errorf("line %d: %w", number, err)
		}
	}
	return end()
}

var errShape = fmt.Errorf(`expected key: {fr: "…", en: "…"}`)

// whole refuses what is left of a line after its value.
func whole(rest string, err error) error {
	if err == nil && rest != "" {
		return errShape
	}
	return err
}

func readLang(lang, rest string, byLang map[Lang]message) error {
	rest, err := readText(lang, rest, byLang)
	return whole(rest, err)
}

// readText reads the text of one language, with or without a plural, and returns the rest of the line.
func readText(lang, text string, byLang map[Lang]message) (rest string, err error) {
	if _, twice := byLang[Lang(lang)]; twice {
		return text, errShape
	}
	var m message
	if strings.HasPrefix(text, "{") {
		rest, err = readPairs(text, func(name, text string) (rest string, err error) {
			switch name {
			case "one":
				m.one, rest, err = readQuoted(text)
			case "other":
				m.other, rest, err = readQuoted(text)
			default:
				err = errShape
			}
			return rest, err
		})
	} else {
		m.other, rest, err = readQuoted(text)
		m.one = m.other
	}
	byLang[Lang(lang)] = m
	return rest, err
}

// readPairs reads {name: value, name: value} and returns the rest of the line; value reads one value and
// returns what follows it.
func readPairs(text string, value func(name, text string) (string, error)) (string, error) {
	if !strings.HasPrefix(text, "{") {
		return text, errShape
	}
	for text = text[1:]; ; text = strings.TrimLeft(text[1:], " ") {
		name, rest, found := strings.Cut(text, ":")
		if !found {
			return text, errShape
		}
		var err error
		if text, err = value(name, strings.TrimLeft(rest, " ")); err != nil {
			return text, err
		}
		switch {
		case strings.HasPrefix(text, "}"):
			return text[1:], nil
		case !strings.HasPrefix(text, ","):
			return text, errShape
		}
	}
}

// readQuoted reads a text between double quotes and returns what follows it.
func readQuoted(text string) (string, string, error) {
	quoted, err := strconv.QuotedPrefix(text)
	if err != nil || quoted[0] != '"' {
		return "", text, errShape
	}
	said, err := strconv.Unquote(quoted)
	return said, text[len(quoted):], err
}
