package code_test

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"preau/internal/base/code"
)

func TestEachNumberHasItsOwnCodeWhichIsReadBack(t *testing.T) {
	seen := map[string]bool{}
	for n := range uint64(200_000) {
		c := code.Make(code.Asset, "02", n)
		kind, canonical, ok := code.Parse(c)
		if seen[c] || !ok || kind != code.Asset || canonical != c {
			t.Fatalf("%d: %s, %c %s %v", n, c, kind, canonical, ok)
		}
		seen[c] = true
	}
}

func TestACodeIsReadAsPeopleTypeItAndAsALabelHoldsIt(t *testing.T) {
	c := code.Make(code.Agreement, "95", 12)
	for _, read := range []string{strings.ToLower(c), strings.ReplaceAll(c, "-", ""), " " + strings.ReplaceAll(c, "-", " ") + "\r\n", "https://preau.example/c/" + c} {
		if kind, got, ok := code.Parse(read); !ok || got != c || kind != code.Agreement {
			t.Errorf("%q is read as %c %s %v", read, kind, got, ok)
		}
	}
	for _, read := range []string{"", "M", "0000-0000", "M234-567", c + "2", "élève", "https://preau.example/"} {
		if _, got, ok := code.Parse(read); ok {
			t.Errorf("%q is read as %s", read, got)
		}
	}
}

func TestAMisreadCharacterOrTwoExchangedAreFound(t *testing.T) {
	const alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
	rapid.Check(t, func(t *rapid.T) {
		c := strings.ReplaceAll(code.Make(code.Asset, "99", rapid.Uint64Range(0, code.Many-1).Draw(t, "n")), "-", "")
		b := []byte(c)
		i := rapid.IntRange(0, 6).Draw(t, "i")
		if rapid.Bool().Draw(t, "exchanged") {
			b[i], b[i+1] = b[i+1], b[i]
		} else {
			b[i] = alphabet[rapid.IntRange(0, 30).Draw(t, "character")]
		}
		if _, got, ok := code.Parse(string(b)); ok && string(b) != c {
			t.Fatalf("%s is read as %s", b, got)
		}
	})
}
