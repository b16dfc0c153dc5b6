package doc

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"preau/internal/base/doc/doctest"
)

// read returns a line of Arabic as it was before it was shaped and set from right to left.
func read(line string) string {
	runes := []rune(line)
	slices.Reverse(runes)
	return norm.NFKC.String(string(runes))
}

func TestArabicLettersTakeTheFormThatTheirNeighboursAskFor(t *testing.T) {
	for text, want := range map[string]string{
		"بيت":   "\uFE91\uFEF4\uFE96",             // initial, medial, final
		"دار":   "\uFEA9\uFE8D\uFEAD",             // none of these joins on
		"سلام":  "\uFEB3\uFEFC\uFEE1",             // lam and alef are one sign, which ends the join
		"لا":    "\uFEFB",                         // and alone
		"ماء":   "\uFEE3\uFE8E\uFE80",             // hamza joins to nothing
		"a بb":  "a \uFE8Fb",                      // other letters stay
		"مدرسة": "\uFEE3\uFEAA\uFEAD\uFEB3\uFE94", // the join begins again after dal and reh
	} {
		if got := joined(text); got != want {
			t.Errorf("%s: %U, want %U", text, []rune(got), []rune(want))
		}
	}
}

func TestNumbersAndLatinWordsKeepTheirOrderInALineFromRightToLeft(t *testing.T) {
	for text, want := range map[string]string{
		"قبل 30/06/2027.":     ".30/06/2027 لبق",
		"رمز CABC-2345 (هنا)": "(انه) CABC-2345 زمر",
		"12 345 €":            "12 345 €",
	} {
		if got := visual(text); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestATextStandsBesideItsTranslation(t *testing.T) {
	d := New(Options{Title: "Essai", Lang: "fr"})
	d.Pair(Passage{Text: "La tablette est prêtée.", Lang: "fr"}, Passage{Text: "الجهاز معار.", Lang: "ar"})
	d.Pair(Passage{Text: "Elle reste à la collectivité.", Lang: "fr", Bold: true}, Passage{Text: "Він залишається власністю громади, їжак, ґанок.", Lang: "uk", Bold: true})
	d.In(Passage{Text: "Кириллица", Lang: "ru"})
	pdf, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	text, err := doctest.Text(pdf)
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"La tablette est prêtée.", "Він залишається", "ґанок", "Кириллица"} {
		if !strings.Contains(text, want) {
			t.Errorf("the document lacks %q: %s", want, text)
		}
	}
	if arabic := strings.Split(text, "\n")[1]; read(arabic) != "الجهاز معار." {
		t.Errorf("the Arabic is read %q", read(arabic))
	}
}
