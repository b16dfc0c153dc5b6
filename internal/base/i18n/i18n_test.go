package i18n_test

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"preau/internal/base/i18n"
)

func room(text string) fstest.MapFS { return fstest.MapFS{"messages.yaml": {Data: []byte(text)}} }

func TestAMessageIsSaidInTheLanguageWithItsPlural(t *testing.T) {
	c, err := i18n.Load(room(`
room.school: {fr: "École {name}", en: "School {name}"}
room.count:
  fr: {one: "{n} école", other: "{n} écoles"}
  en: {one: "{n} school", other: "{n} schools"}
`))
	if err != nil {
		t.Fatal(err)
	}
	fr, en := c.In(i18n.French), c.In(i18n.English)
	for got, want := range map[string]string{
		fr.T("room.school", "name", "Zola"):  "École Zola",
		en.T("room.school", "name", "Zola"):  "School Zola",
		fr.T("room.count", "n", 0):           "0 école",
		en.T("room.count", "n", 0):           "0 schools",
		fr.T("room.count", "n", 1):           "1 école",
		en.T("room.count", "n", 1):           "1 school",
		fr.T("room.count", "n", 1628):        "1\u202f628 écoles",
		en.T("room.count", "n", int64(1628)): "1,628 schools",
		fr.T("room.none"):                    "⟦room.none⟧",
		c.In("de").T("room.count", "n", 2):   "2 écoles",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestATextKeepsWhatItSaysBetweenItsQuotes(t *testing.T) {
	c, err := i18n.Load(room("# a comment\n\nroom.a:\n  fr: \"« {x} : \\\"a\\\", {y}\\n}{\"\n  en: {one: \"one # {n}\", other: \"other: {n}, {m}\"}\r\n"))
	if err != nil {
		t.Fatal(err)
	}
	fr, en := c.In(i18n.French), c.In(i18n.English)
	for got, want := range map[string]string{
		fr.T("room.a", "x", "{y}", "y", 2.5): "« {y} : \"a\", 2,5\n}{",
		en.T("room.a", "n", 1):               "one # 1",
		en.T("room.a", "n", 2000):            "other: 2,000, {m}",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}

func TestAWrongCatalogueNamesItsLine(t *testing.T) {
	_, err := i18n.Load(room("room.a: {fr: \"a\", en: \"a\"}\n\nroom.b: {fr: \"b\", en: b}\n"))
	if err == nil || !strings.Contains(err.Error(), "line 3") {
		t.Errorf("%v", err)
	}
}

func TestACatalogueWithoutATextInALanguageIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"no English":    `room.a: {fr: "a"}`,
		"empty French":  `room.a: {fr: "", en: "a"}`,
		"no other":      `room.a: {fr: {one: "a"}, en: "a"}`,
		"not a mapping": `room.a: text`,
		"no quotes":     `room.a: {fr: a, en: a}`,
		"not closed":    `room.a: {fr: "a", en: "a"`,
		"more behind":   `room.a: {fr: "a", en: "a"} b`,
		"a third":       `room.a: {fr: "a", en: "a", de: "a"}`,
		"one twice":     `room.a: {fr: "a", fr: "b", en: "a"}`,
		"no key":        `  fr: "a"`,
		"no text":       "room.a:\n  fr: \"a\"\n  en:",
		"key alone":     "room.a:\nroom.b: {fr: \"b\", en: \"b\"}",
	} {
		if _, err := i18n.Load(room(text)); err == nil {
			t.Errorf("%s was accepted", name)
		}
	}
	if _, err := i18n.Load(room(`room.a: {fr: "a", en: "a"}`), room(`room.a: {fr: "b", en: "b"}`)); err == nil {
		t.Error("a key of two rooms was accepted")
	}
}

func TestNumbersMoneyAndDatesAreWrittenAsInTheLanguage(t *testing.T) {
	c, _ := i18n.Load()
	fr, en := c.In(i18n.French), c.In(i18n.English)
	first := time.Date(2026, 10, 1, 12, 5, 0, 0, time.UTC)
	for got, want := range map[string]string{
		fr.Number(-1234567):     "-1\u202f234\u202f567",
		en.Number(999):          "999",
		fr.Decimal(97.66, 1):    "97,7",
		fr.Decimal(-0.04, 1):    "0,0",
		en.Decimal(1234.5, 2):   "1,234.50",
		fr.Percent(0.634):       "63\u00a0%",
		en.Percent(1):           "100%",
		fr.Money(2_730_000_000): "27\u202f300\u202f000\u00a0€",
		fr.Money(-123450):       "-1\u202f234,50\u00a0€",
		en.Money(123405):        "€1,234.05",
		fr.Date(first):          "1er octobre 2026",
		en.Date(first):          "1 October 2026",
		fr.DateTime(first):      "1er octobre 2026 à 14\u00a0h\u00a005",
		en.DateTime(first):      "1 October 2026 at 14:05",
	} {
		if got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
