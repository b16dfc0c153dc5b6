package agreements

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"preau/internal/base/doc/doctest"
	"preau/internal/territory/directory"
)

func languages(t *testing.T) map[string]*Text {
	t.Helper()
	all, err := Languages()
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var braces = regexp.MustCompile(`\{[a-z]+\}`)

func TestEveryLanguageSaysTheSameArticlesWithTheSamePlaceholders(t *testing.T) {
	all := languages(t)
	french := all[French]
	for _, lang := range []string{"ar", "en", "es", "pt", "ro", "ru", "tr", "uk"} {
		text := all[lang]
		if text == nil || text.Validated || text.Note == "" || len(text.Articles) != len(french.Articles) {
			t.Fatalf("%s: %+v", lang, text)
		}
		for i, a := range text.Articles {
			f := french.Articles[i]
			want, got := braces.FindAllString(f.Text, -1), braces.FindAllString(a.Text, -1)
			slices.Sort(want)
			slices.Sort(got)
			if a.ID != f.ID || a.Title == "" || a.Text == "" || !slices.Equal(want, got) {
				t.Errorf("%s, article %s: %s", lang, f.ID, got)
			}
		}
		for _, k := range Kinds {
			if text.Kinds[k] == "" {
				t.Errorf("%s lacks %s", lang, k)
			}
		}
		for _, pair := range [][2]string{{french.Labels.Months, text.Labels.Months}, {french.Labels.SignedScreen, text.Labels.SignedScreen}, {french.Labels.SignedPaper, text.Labels.SignedPaper}} {
			if !slices.Equal(braces.FindAllString(pair[0], -1), braces.FindAllString(pair[1], -1)) {
				t.Errorf("%s: %q", lang, pair[1])
			}
		}
	}
}

func TestNoTextNamesAMotive(t *testing.T) {
	for lang, text := range languages(t) {
		for _, a := range text.Articles {
			for _, word := range []string{"fracture", "divide", "brecha", "pauvre", "besoin", "poor", "need"} {
				if strings.Contains(strings.ToLower(a.Text), word) {
					t.Errorf("%s says %q: %s", lang, word, a.Text)
				}
			}
		}
	}
}

// sample is an agreement for two homes.
func sample(lang string) *Paper {
	return &Paper{
		Agreement: &Agreement{Code: "CABC-2345", Language: lang, StartOn: "2026-11-23", DueOn: "2027-06-30", Homes: 2, Items: []Item{
			{Kind: KindDevice, Name: "Tablette 11 pouces", Code: "M234-5678", ValueCents: 39900}, {Kind: KindCharger, Name: "Chargeur USB-C"},
			{Kind: KindCase, Name: "Housse renforcée"}, {Kind: KindHotspot, Name: "Borne 4G", DataPlan: "20 Go par mois"}}},
		School: "École Jean Moulin", Address: "3 rue de l’Église, 02000 Laon", Pupil: "Zoé Lefèvre", Class: "CM2 B", Link: "https://preau.example/c/CABC-2345",
		Homes: []Home{{Address: []string{"12 rue des Œillets", "02000 Laon"}, Guardians: []Person{{"m", "Ana Lefèvre"}}},
			{Address: []string{"4 place du Marché", "02200 Soissons"}, Guardians: []Person{{"f", "Karim Benali"}}}},
	}
}

// flat returns the words of a document one after the other: the columns break their lines.
func flat(t *testing.T, pdf []byte) string {
	t.Helper()
	text, err := doctest.Text(pdf)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(text), " ")
}

func TestTheAgreementSaysItInBothLanguagesForBothHomes(t *testing.T) {
	created := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	for lang, word := range map[string]string{"fr": "négligence", "en": "negligence", "es": "negligencia", "pt": "negligência", "ro": "neglijență", "tr": "ihmalden", "uk": "недбалість", "ru": "небрежности"} {
		pdf, err := Write([]*Paper{sample(lang)}, created)
		if err != nil {
			t.Fatal(err)
		}
		if folder := os.Getenv("PREAU_LOOK"); folder != "" {
			_ = os.WriteFile(folder+"/agreement-"+lang+".pdf", pdf, 0o600)
		}
		text := flat(t, pdf)
		for _, want := range []string{word, "Convention de prêt", "Zoé Lefèvre", "12 rue des Œillets", "4 place du Marché", "Ana Lefèvre", "Karim Benali", "M234-5678", "20 Go par mois", "30/06/2027",
			"1875", "299,25 €", "Second domicile de l'élève : Karim Benali", "Aucun dépôt", "CABC-2345"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %q:\n%s", lang, want, text)
			}
		}
		if n := doctest.Pages(pdf); n > 3 {
			t.Errorf("%s: %d pages", lang, n)
		}
	}
}

func TestTheArabicIsReadBackAsItWasWritten(t *testing.T) {
	pdf, err := Write([]*Paper{sample("ar")}, time.Unix(1790000000, 0))
	if err != nil {
		t.Fatal(err)
	}
	if folder := os.Getenv("PREAU_LOOK"); folder != "" {
		_ = os.WriteFile(folder+"/agreement-ar.pdf", pdf, 0o600)
	}
	text, err := doctest.Text(pdf)
	if err != nil {
		t.Fatal(err)
	}
	var arabic strings.Builder // each line drawn is read from right to left, its letters in their plain form
	for line := range strings.Lines(text) {
		runes := []rune(strings.TrimSpace(line))
		slices.Reverse(runes)
		arabic.WriteString(norm.NFKC.String(string(runes)) + " ")
	}
	for _, want := range []string{"اتفاقية إعارة أجهزة رقمية", "تعتنون بالأجهزة", "النص الفرنسي وحده هو الملزم"} {
		if !strings.Contains(strings.Join(strings.Fields(arabic.String()), " "), want) {
			t.Errorf("the document lacks %q", want)
		}
	}
	if !strings.Contains(flat(t, pdf), "30/06/2027") {
		t.Error("the day was turned round")
	}
}

func TestTheSameAgreementGivesTheSameBytes(t *testing.T) {
	at := time.Unix(1790000000, 0)
	one, err := Write([]*Paper{sample("uk")}, at)
	if err != nil {
		t.Fatal(err)
	}
	if two, _ := Write([]*Paper{sample("uk")}, at); string(one) != string(two) {
		t.Error("they differ")
	}
}

func TestTheScaleIsAStraightLineDownToNothing(t *testing.T) {
	for months, want := range map[int64]int64{-1: 39900, 0: 39900, 12: 29925, 24: 19950, 47: 831, 48: 0, 90: 0} {
		if got := ValueAfter(39900, months); got != want {
			t.Errorf("after %d months %d, want %d", months, got, want)
		}
	}
}

func TestTermsThatCannotBeAreRefusedWithTheirField(t *testing.T) {
	device := Item{Kind: KindDevice, Name: "Tablette"}
	for name, c := range map[string]struct {
		terms Terms
		field string
	}{
		"right":             {Terms{[]Item{device}, "2026-11-23", "2027-06-30"}, ""},
		"no day":            {Terms{[]Item{device}, "demain", "2027-06-30"}, "start"},
		"ends before":       {Terms{[]Item{device}, "2027-06-30", "2027-06-01"}, "due"},
		"is over":           {Terms{[]Item{device}, "2025-06-30", "2026-06-01"}, "due"},
		"ten years":         {Terms{[]Item{device}, "2026-11-23", "2036-06-30"}, "due"},
		"a case alone":      {Terms{[]Item{{Kind: KindCase, Name: "Housse"}}, "2026-11-23", "2027-06-30"}, "items"},
		"no name":           {Terms{[]Item{{Kind: KindDevice}}, "2026-11-23", "2027-06-30"}, "device_name"},
		"no plan":           {Terms{[]Item{{Kind: KindSIM, Name: "SIM"}}, "2026-11-23", "2027-06-30"}, "sim_plan"},
		"a million":         {Terms{[]Item{{Kind: KindDevice, Name: "Tablette", ValueCents: 100_000_000}}, "2026-11-23", "2027-06-30"}, "device_value"},
		"nothing like that": {Terms{[]Item{device, {Kind: "robot", Name: "R"}}, "2026-11-23", "2027-06-30"}, "items"},
	} {
		err := c.terms.check("2026-11-23")
		if (err == nil) != (c.field == "") || (err != nil && !strings.Contains(err.Error(), "["+c.field+":")) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestEachGuardianSignsForTheHomeWhereTheyLive(t *testing.T) {
	at := func(address string) directory.Home {
		return directory.Home{Address: address, Postcode: "02000", Commune: "Laon"}
	}
	living := func(name string, homes ...directory.Home) directory.Guardian {
		return directory.Guardian{Person: name, GivenName: name, Homes: homes}
	}
	for name, c := range map[string]struct {
		homes     []directory.Home
		guardians []directory.Guardian
		want      string
	}{
		"one home":                        {[]directory.Home{at("a")}, []directory.Guardian{living("m", at("a")), living("f", at("A"))}, "a: m f"},
		"two homes":                       {[]directory.Home{at("a"), at("b")}, []directory.Guardian{living("f", at("b")), living("m", at("a"))}, "a: m | b: f"},
		"the pupil's second is not known": {[]directory.Home{at("a")}, []directory.Guardian{living("m", at("a")), living("f", at("b"))}, "a: m | b: f"},
		"a third address":                 {[]directory.Home{at("a"), at("b")}, []directory.Guardian{living("m", at("a")), living("f", at("b")), living("t", at("c"))}, "a: m t | b: f"},
		"a guardian without address":      {[]directory.Home{at("a")}, []directory.Guardian{living("m")}, "a: m"},
		"nothing is known":                {nil, nil, ":"},
	} {
		var parts []string
		for _, h := range homesOf(c.homes, c.guardians) {
			words := []string{}
			if len(h.Address) > 0 {
				words = append(words, h.Address[0])
			}
			line := strings.Join(words, "") + ":"
			for _, g := range h.Guardians {
				line += " " + g.Name
			}
			parts = append(parts, line)
		}
		if got := strings.Join(parts, " | "); got != c.want {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
}
