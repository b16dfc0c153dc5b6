package programme

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"preau/internal/base/errs"
	"preau/internal/base/i18n"
)

func file(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "programmes", name))
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func parse(t *testing.T, text string) *Programme {
	t.Helper()
	p, err := Parse(strings.NewReader(text))
	if err != nil {
		t.Fatal(describe(t, err))
	}
	return p
}

// describe says an error as a person reads it.
func describe(t *testing.T, err error) string {
	t.Helper()
	catalog, loadErr := i18n.Load(Messages)
	if loadErr != nil {
		t.Fatal(loadErr)
	}
	e, ok := err.(*errs.Error)
	if !ok {
		return err.Error()
	}
	lines := []string{catalog.In(i18n.English).T(e.Key, e.Args...)}
	for _, f := range e.Fields {
		lines = append(lines, catalog.In(i18n.English).T(f.Key, f.Args...))
	}
	return strings.Join(lines, "\n")
}

func TestThePressKitIsThereWhole(t *testing.T) {
	p := parse(t, file(t, "tne-2020.yaml"))
	const million = 1_000_000_00
	if p.BudgetCents() != 27_300_000_00 || p.ItemisedCents() != 25_300_000_00 || p.NotItemisedCents() != 2*million {
		t.Errorf("budget %d, itemised %d", p.BudgetCents(), p.ItemisedCents())
	}
	want := []struct {
		id           string
		budget, unit int64
		operator     string
	}{
		{"teacher-training", 2 * million, 0, "canope"},
		{"parents", 1_300_000_00, 0, "trousse-a-projets"},
		{"resources", 0, 0, "canope"},
		{"walls", 9 * million, 3_333_33, "canope"},
		{"hybrid-kits", 4_500_000_00, 300_00, "trousse-a-projets"},
		{"pupil-loans", 6 * million, 400_00, "trousse-a-projets"},
		{"new-teachers", 2 * million, 2_000_00, "canope"},
		{"evaluation", 500_000_00, 0, "igesr"},
	}
	if len(p.Measures) != len(want) {
		t.Fatalf("%d measures", len(p.Measures))
	}
	for i, w := range want {
		m := p.Measures[i]
		unit, _ := m.UnitCostCents()
		if m.ID != w.id || m.BudgetCents() != w.budget || unit != w.unit || m.Operators[0] != w.operator {
			t.Errorf("measure %d: %s, %d cents, %d a unit, %v; want %+v", i+1, m.ID, m.BudgetCents(), unit, m.Operators, w)
		}
		if unit > 0 && !m.UnitCost.Derived {
			t.Errorf("%s: the kit states no unit cost", m.ID)
		}
	}
	kits := p.Measure("hybrid-kits").Target
	if *kits.Statements[0].Number != 15000 || *kits.Statements[1].Percent != 50 || kits.Disagreement == nil {
		t.Errorf("the two statements about hybrid kits: %+v", kits)
	}
	if s := p.Measure("new-teachers").Allocation.Split.Shares; s["02"] != 225 || s["95"] != 775 {
		t.Errorf("new teachers: %v", s)
	}
	if n := *p.Measure("refurbished-computers").Target.Statements[0].Number; n != 700 || p.Measure("robotics-kits").Budget != nil {
		t.Errorf("complements: %d refurbished computers", n)
	}
	if len(p.Committees) != 4 || len(p.Conditions) != 3 || len(p.Committees[0].Members) != 11 || len(p.Committees[3].Members) != 8 {
		t.Errorf("%d committees, %d conditions", len(p.Committees), len(p.Conditions))
	}
}

func TestTheDemonstrationProgrammeIsValid(t *testing.T) {
	p := parse(t, file(t, "demo.yaml"))
	if !p.Invented || len(p.Measures) != 8 || p.Territories[0].Code != "99" || p.NotItemisedCents() <= 0 {
		t.Errorf("%+v", p)
	}
}

func TestAMistakeIsSaidWithItsLine(t *testing.T) {
	kit := file(t, "tne-2020.yaml")
	tests := []struct{ name, old, new, want string }{
		{"unknown key", "invented: false", "invented: false\ncolour: red", "there is no key “colour”"},
		{"key twice", "invented: false", "invented: false\nsummary: 3", "written twice"},
		{"not a number", "number: 4\n", "number: four\n", "“four” is not a whole number"},
		{"not YAML", "invented: false", "invented: [", "this is not YAML"},
		{"brackets without end", "invented: false", "invented: " + strings.Repeat("[", 50_000), "not the expected shape"},
		{"euros", "euros: 27300000", "euros: many", "“many” is not an amount"},
		{"negative euros", "euros: 27300000", "euros: -3", "“-3” is not an amount"},
		{"one language", `name: {fr: "L'équipement", en: "Equipment"}`, `name: {fr: "L'équipement"}`, "in French (fr) and in English (en)"},
		{"unknown document", "source: {document: press-kit, page: 8,", "source: {document: newspaper, page: 8,", "not “newspaper”"},
		{"source without a place", `source: {document: press-kit, page: 10, section: "Une évaluation du dispositif"}`, "source: {document: press-kit}", "must say the page"},
		{"identifier twice", "id: trousse-a-projets", "id: canope", "“canope” is there already"},
		{"unknown operator", "operators: [trousse-a-projets]", "operators: [nobody]", "“nobody” is no operator"},
		{"weights", "weight: 40", "weight: 41", "add up to 101"},
		{"unspoken disagreement", "      disagreement:\n", "      # disagreement:\n", ""},
		{"target that no source states", "target: 2700\n", "target: 2800\n", "(2,800) must be one of the numbers"},
		{"shares", `shares: {"02": 225, "95": 775}`, `shares: {"02": 225, "95": 700}`, "add up to 925, not 1,000"},
		{"territory", `code: "95"`, `code: "95000"`, "“95000” is not the code"},
		{"over budget", "euros: 9000000", "euros: 99000000", "more than the budget"},
		{"unknown policy", "to: 70, unknown: median", "to: 70, unknown: guess", "“guess” is not possible here"},
		{"no policy for the unknown", ", sectors: refuse, contracts: admit}\n      capacity: {of: elementary_classes", "}\n      capacity: {of: elementary_classes", "Possible: admit, refuse"},
		{"values of a word", "REP: 600", "REP: 6000", "REP, REP+"},
		{"numbering", "number: 4\n", "number: 5\n", "this one is number 4"},
		{"amount without level", "      level: none\n      why:\n        fr: \"Un service", "      level: territory\n      why:\n        fr: \"Un service", "needs an amount"},
		{"missing assumption", "{kind: lycee, pupils: 592", "{kind: college, pupils: 592", "“lycee” is missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			text := strings.Replace(kit, tt.old, tt.new, 1)
			if text == kit {
				t.Fatal("the test changes nothing")
			}
			_, err := Parse(strings.NewReader(text))
			if !errs.Is(err, errs.Invalid) {
				t.Fatalf("%v", err)
			}
			said := describe(t, err)
			if !strings.Contains(said, tt.want) || !strings.Contains(said, "Line ") || strings.Contains(said, "Line 0") || strings.Contains(said, "⟦") {
				t.Error(said)
			}
		})
	}
}

func TestTheMarkAndTheLineEndsOfWindowsAreNoMistake(t *testing.T) {
	text := file(t, "tne-2020.yaml")
	if p := parse(t, "\ufeff"+strings.ReplaceAll(text, "\n", "\r\n")); p.ID != parse(t, text).ID {
		t.Errorf("%+v", p)
	}
}

func TestTheLineIsTheRightOne(t *testing.T) {
	kit := strings.Split(file(t, "tne-2020.yaml"), "\n")
	line := 0
	for i, text := range kit {
		if strings.Contains(text, "target: 15000") {
			kit[i], line = strings.Replace(text, "15000", "15001", 1), i+1
			break
		}
	}
	_, err := Parse(strings.NewReader(strings.Join(kit, "\n")))
	e := err.(*errs.Error)
	if got := e.Fields[0].Args[1]; got != line {
		t.Errorf("said line %v, is line %d", got, line)
	}
}

func TestEveryMistakeIsSaidAtOnce(t *testing.T) {
	text := strings.NewReplacer("weight: 40", "weight: 41", "REP: 600", "REP: 6000", "number: 8", "number: 9").Replace(file(t, "tne-2020.yaml"))
	_, err := Parse(strings.NewReader(text))
	if said := describe(t, err); len(err.(*errs.Error).Fields) < 3 {
		t.Error(said)
	}
}

func TestAFileThatIsNoProgrammeIsRefused(t *testing.T) {
	for name, text := range map[string]string{"empty": "", "comment": "# nothing\n", "list": "- 1\n- 2\n", "word": "hello", "binary": "\x00\xff\xfe",
		"two documents": "id: a\n---\nid: b\n", "too large": strings.Repeat("# a\n", MaxFile/3), "nothing else": "id: a\n"} {
		if _, err := Parse(strings.NewReader(text)); !errs.Is(err, errs.Invalid) && !errs.Is(err, errs.TooLarge) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// FuzzParse starts from pieces of the real file: whole, one try takes too long to try many.
func FuzzParse(f *testing.F) {
	text, err := os.ReadFile(filepath.Join("..", "..", "..", "programmes", "tne-2020.yaml"))
	if err != nil {
		f.Fatal(err)
	}
	f.Add("id: [")
	for _, piece := range strings.SplitAfter(string(text), "\n\n") {
		if len(piece) < 2000 {
			f.Add(piece)
		}
	}
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 4000 {
			return
		}
		if _, err := Parse(strings.NewReader(text)); err != nil && errs.KindOf(err) == errs.Internal {
			t.Errorf("%v", err)
		}
	})
}
