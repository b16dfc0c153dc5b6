package assets

import (
	"slices"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/tabular"
)

func TestAListIsFilteredSortedAndCountedInsideOnesPlaces(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.add(t, 3)
		w.add(t, 4, func(i int, a *Asset) {
			a.School, a.Kind, a.Name, a.Serves, a.Lendable, a.Measure = hirson, "tablet", "Écran tactile Brume", "", true, "loans"
			a.Owner, a.State, a.UsableAt, a.Holder = "Commune d'Hirson", Usable, int64(1000-i), []string{"", "loan"}[i%2]
		})
		retired := w.add(t, 1, func(_ int, a *Asset) { a.State, a.RetiredAt, a.School = Retired, 9, "" })[0]
		kit, laptop, _ := w.kit(t)
		boss := as(t, lead)
		for name, c := range map[string]struct {
			who string
			f   Filter
			n   int
		}{
			"all but the parts and the retired": {lead, Filter{}, 8},
			"the retired too":                   {lead, Filter{State: "any"}, 9},
			"the retired":                       {lead, Filter{State: "retired"}, 1},
			"parts too":                         {lead, Filter{Parts: true}, 10},
			"a head":                            {head(laon), Filter{}, 4},
			"an officer of two schools":         {officer, Filter{School: hirson}, 4},
			"words without accents":             {lead, Filter{Search: "ecran BRUME"}, 4},
			"the end of a serial number":        {lead, Filter{Search: retired.Serial[4:], State: "any"}, 1},
			"a part by its serial number":       {lead, Filter{Search: laptop.Serial}, 1},
			"the retired one by its label":      {lead, Filter{Search: strings.ToLower(retired.Code)}, 1},
			"another school's, by its label":    {head(hirson), Filter{Search: kit.Code}, 0},
			"a school by its name":              {lead, Filter{School: "lemonnier"}, 4},
			"no such school":                    {lead, Filter{School: "xyz"}, 0},
			"a state":                           {lead, Filter{State: "usable"}, 4},
			"a kind":                            {lead, Filter{Kind: "tablet"}, 4},
			"a measure":                         {lead, Filter{Measure: "kits"}, 4},
			"an owner by a word":                {lead, Filter{Owner: "hirson"}, 4},
			"two answers":                       {lead, Filter{Owner: "region academique", Custodian: "ecole"}, 4},
			"lent":                              {lead, Filter{Lent: "any"}, 2},
			"not lent":                          {lead, Filter{Lent: "none"}, 6},
			"never seen":                        {lead, Filter{Unseen: "2026-01-01"}, 8},
			"a class":                           {lead, Filter{Class: classID}, 1},
			"another territory":                 {lead, Filter{Territory: "95"}, 0},
			"the nation":                        {"national_pilot", Filter{}, 8},
			"the territory's own stock":         {lead, Filter{School: "none", State: "any"}, 1},
			"without a serial number":           {lead, Filter{Serial: "none"}, 1},
		} {
			page, err := w.Assets(as(t, c.who), c.f)
			if err != nil || page.Total != c.n || len(page.Rows) != c.n {
				t.Errorf("%s: %d of %d, %v", name, len(page.Rows), page.Total, err)
			}
		}
		page, err := w.Assets(boss, Filter{Sort: ByUse, Size: 2, Page: 2})
		if err != nil || page.Total != 8 || page.States[Usable] != 4 || page.States[Delivered] != 4 || page.Rows[0].UsableAt != 999 || page.Rows[0].SchoolName != "École Élisa Lemonnier" {
			t.Errorf("%+v %v", page, err)
		}
		if page, err = w.Assets(boss, Filter{Sort: ByUse, Down: true, Size: 2, Page: 4}); err != nil || len(page.Rows) != 2 || page.Rows[0].UsableAt != 0 {
			t.Errorf("what has no date comes last both ways: %+v %v", page.Rows, err)
		}
		for _, f := range []Filter{{State: "nowhere"}, {Sort: "folded"}, {Unseen: "soon"}, {Page: -1}} {
			if _, err := w.Assets(boss, f); !errs.Is(err, errs.Invalid) {
				t.Errorf("%+v: %v", f, err)
			}
		}
		if _, err := w.Assets(as(t, "teacher 02 "+laon), Filter{}); !errs.Is(err, errs.NotFound) {
			t.Errorf("a teacher: %v", err)
		}
	})
}

func TestAnExportHasEveryRowOfTheFilterOnce(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.add(t, exportBatch+20)
		w.kit(t)
		rows, err := w.AllAssets(as(t, head(laon)), Filter{Kind: "laptop"})
		if err != nil {
			t.Fatal(err)
		}
		var out strings.Builder
		if err := tabular.ExportCSV(&out, exportHeader, cells(rows)); err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSpace(out.String()), "\n")
		slices.Sort(lines)
		if len(slices.Compact(lines)) != exportBatch+20+1 || !strings.Contains(out.String(), ";600;") {
			t.Errorf("%d lines", len(lines))
		}
	})
}

func TestABatchTellsOfEachItemWhatCameOfIt(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		list := w.add(t, 4)
		other := w.add(t, 1, func(_ int, a *Asset) { a.School = hirson })[0]
		told := []Told{{Code: list[0].Code, State: Usable}, {Code: list[1].Serial, State: Installed, Trouble: Broken}, {Code: list[2].Code, State: "retired"}, {Code: other.Code, State: Usable},
			{Code: "M222-2222", State: Usable}, {Code: list[0].Code, State: Usable}, {Code: list[3].Code, Serial: list[0].Serial, State: Usable}, {Code: list[1].Code, Trouble: fine}}
		done, err := w.Tell(as(t, head(laon)), "", told)
		if err != nil {
			t.Fatal(err)
		}
		for i, want := range []struct {
			change bool
			kind   errs.Kind
		}{{true, 0}, {true, 0}, {false, errs.Invalid}, {false, errs.NotFound}, {false, errs.NotFound}, {false, 0}, {false, errs.NotFound}, {true, 0}} {
			if done[i].Change != want.change || (done[i].Err != nil) != (want.kind != 0) || want.kind != 0 && !errs.Is(done[i].Err, want.kind) {
				t.Errorf("%d: %+v", i, done[i])
			}
		}
		if a := w.now(t, list[3].ID); a.Version != 1 {
			t.Errorf("half of what was told was kept: %+v", a)
		}
		done, err = w.Tell(as(t, officer), "02", []Told{{Code: list[3].Code, Serial: list[0].Serial, State: Usable}, {Code: list[3].Code, Serial: "new 1", State: Usable}})
		if err != nil || !errs.Is(done[0].Err, errs.Conflict) || !done[1].Change {
			t.Errorf("%+v %v", done, err)
		}
		if a := w.now(t, list[3].ID); a.Serial != "NEW1" || !a.Works() || w.uses(t) != 2 {
			t.Errorf("%+v, %d uses", a, w.uses(t))
		}
		for _, n := range []int{0, mostTold + 1} {
			if _, err := w.Tell(as(t, officer), "", make([]Told, n)); !errs.Is(err, errs.Invalid) {
				t.Errorf("%d: %v", n, err)
			}
		}
	})
}

func TestASuppliersListNamesWhatItCanAndRejectsTheRest(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		list := w.add(t, 5, func(_ int, a *Asset) { a.Serial = "" })
		w.add(t, 1, func(_ int, a *Asset) { a.Serial = "TAKEN" })
		csv := "Code;N° de série\n" + list[0].Code + ";pf 001\n" + list[1].Code + ";TWICE\n" + list[2].Code + ";TWICE\n" + list[3].Code + ";taken\nM222-2222;A1\n" + list[4].Code + ";0000\n"
		read := func(text string) (SerialReport, error) {
			return w.ImportSerials(as(t, officer), tabular.File(strings.NewReader(text), int64(len(text))))
		}
		report, err := read(csv)
		if err != nil || report.Read != 6 || report.Named != 1 || len(report.Rejected) != 5 {
			t.Fatalf("%+v %v", report, err)
		}
		var lines []int
		for _, r := range report.Rejected {
			lines = append(lines, r.Line)
		}
		if !slices.Equal(lines, []int{3, 4, 5, 6, 7}) || w.now(t, list[0].ID).Serial != "PF001" {
			t.Errorf("%v", report.Rejected)
		}
		if report, err = read(csv); err != nil || report.Named != 0 || report.Unchanged != 1 {
			t.Errorf("again: %+v %v", report, err)
		}
		for _, wrong := range []string{"", "a;b\n1;2\n", "\x89PNG\r\n\x1a\n\x00\x00\x00\x0dIHDR"} {
			if _, err := read(wrong); !errs.Is(err, errs.Invalid) {
				t.Errorf("%q: %v", wrong, err)
			}
		}
		if _, err := w.ImportSerials(as(t, head(laon)), nil); !errs.Is(err, errs.NotFound) {
			t.Errorf("a head: %v", err)
		}
	})
}

func TestAReassignmentChangesWhatTheFilterChoosesAndNoOther(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.add(t, 3)
		w.add(t, 2, func(_ int, a *Asset) { a.School = hirson })
		kit, laptop, _ := w.kit(t)
		n, err := w.Assign(as(t, officer), Filter{School: laon}, Reassignment{Field: FieldCustodian, Value: "Mairie de Laon"})
		if err != nil || n != 4 {
			t.Fatalf("%d %v", n, err)
		}
		if w.now(t, laptop.ID).Custodian != "Mairie de Laon" || w.facts(t, FactHanded, kit.ID) != 1 {
			t.Error("the kit, or its parts, did not follow")
		}
		if n, err = w.Assign(as(t, officer), Filter{School: laon}, Reassignment{Field: FieldCustodian, Value: "Mairie de Laon"}); err != nil || n != 0 {
			t.Errorf("again: %d %v", n, err)
		}
		commune := authz.With(as(t, officer), Permissions, &authz.Principal{Account: "x", Role: authz.LogisticsOfficer, Grants: []authz.Grant{{Role: authz.LogisticsOfficer, Scope: authz.School("02", hirson)}}})
		if n, err = w.Assign(commune, Filter{}, Reassignment{Field: FieldFunder, Value: "Commune"}); err != nil || n != 2 {
			t.Errorf("an officer of one school: %d %v", n, err)
		}
	})
}
