package i18n_test

import (
	"fmt"
	"strings"
	"testing"

	"preau/internal/base/i18n"
)

func BenchmarkT(b *testing.B) {
	c, err := i18n.Load(room(`
room.school: {fr: "École {name}", en: "School {name}"}
room.count:
  fr: {one: "{n} école", other: "{n} écoles"}
  en: {one: "{n} school", other: "{n} schools"}
room.three: {fr: "De {sure} à {possible} élèves sur {n}", en: "{sure} to {possible} pupils of {n}"}
room.bare: {fr: "Rien", en: "Nothing"}
`))
	if err != nil {
		b.Fatal(err)
	}
	l := c.In(i18n.French)
	for name, say := range map[string]func() string{
		"bare":  func() string { return l.T("room.bare") },
		"one":   func() string { return l.T("room.school", "name", "Zola") },
		"count": func() string { return l.T("room.count", "n", 1628) },
		"three": func() string { return l.T("room.three", "sure", 6637, "possible", 18419, "n", 49869) },
	} {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				say()
			}
		})
	}
}

// BenchmarkLoad reads as many messages as the house has.
func BenchmarkLoad(b *testing.B) {
	var text strings.Builder
	for i := range 1500 {
		fmt.Fprintf(&text, "room.message.number.%d: {fr: \"Un message d'une longueur moyenne, le {n}\", en: \"A message of a middling length, {n}\"}\n", i)
	}
	catalog := room(text.String())
	b.ReportAllocs()
	for b.Loop() {
		if _, err := i18n.Load(catalog); err != nil {
			b.Fatal(err)
		}
	}
}
