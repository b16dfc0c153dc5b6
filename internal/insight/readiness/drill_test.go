package readiness

import (
	"context"
	"errors"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
)

const (
	firstDrill  = "0190aaaa-0000-7000-8000-000000000001"
	secondDrill = "0190aaaa-0000-7000-8000-000000000002"
)

func TestADrillTellsWhoWouldBeLostAndWhatWouldBeMissing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.answer(t, head(big), big, Submitted{"c01", 0, wholeAnswer})
		in := DrillInput{ID: firstDrill, Territory: "02", Name: " Crue  de l’Aisne ", Day: "2026-12-07", Scope: DrillTerritory}
		id, err := h.service.PrepareDrill(lead(), in)
		if err != nil || id != firstDrill {
			t.Fatal(id, err)
		}
		if again, err := h.service.PrepareDrill(lead(), in); err != nil || again != firstDrill {
			t.Errorf("second click: %s, %v", again, err)
		}
		r, err := h.service.Drill(lead(), id, 0, 0)
		if err != nil || r.Run.Number != 1 || len(r.Runs) != 1 || r.Against != nil || len(r.Schools) != 4 || r.Name != "Crue de l’Aisne" {
			t.Fatalf("%+v, %v", r, err)
		}
		f := r.Run.Figures
		if f.Schools != 4 || f.Blank != 1 || f.Classes != 14 || f.Unsized != 1 || f.Pupils != 388 || f.Lost() != (Interval{5, 374}) || f.Missing[0] != (Interval{5, 369}) {
			t.Errorf("%+v", f)
		}
		if r.Schools[0].UAI != big || r.Schools[0].Figures.Lost().Lo != 5 {
			t.Errorf("the most surely lost come first: %+v", r.Schools[0])
		}
		_, classes, err := h.service.DrillClasses(lead(), id, 0, "")
		if err != nil || len(classes) != 16 {
			t.Errorf("%d classes, %v", len(classes), err)
		}
		whole, err := h.service.Report(lead(), Place{Territory: "02"})
		if err != nil || whole.Figures.Pupils != f.Pupils || whole.Figures.Sure != CountOf(f.Ready.Lo) {
			t.Errorf("the drill of a territory differs from its figures: %+v, %v", whole.Figures, err)
		}
	})
}

func TestADrillIsRunAgainOnceAndComparedWithTheRunBefore(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		id, err := h.service.PrepareDrill(head(big), DrillInput{ID: secondDrill, Territory: "02", Name: "Notre école", Day: "2026-12-07", Scope: DrillSchool, School: big})
		if err != nil {
			t.Fatal(err)
		}
		h.answer(t, head(big), big, Submitted{"c01", 0, wholeAnswer})
		for range 2 {
			if n, err := h.service.RunDrill(head(big), id, 1); err != nil || n != 2 {
				t.Fatalf("%d, %v", n, err)
			}
		}
		r, err := h.service.Drill(lead(), id, 0, 0)
		if err != nil || len(r.Runs) != 2 || r.Against == nil || r.Against.Figures.Ready.Lo != 0 || r.Run.Figures.Ready.Lo != 14 {
			t.Errorf("%+v, %v", r, err)
		}
		if n := h.count(t, "SELECT COUNT(*) FROM journal_fact WHERE kind = ?", FactDrilled); n != 2 {
			t.Errorf("%d facts, want 2", n)
		}
		if _, err := h.service.Drill(lead(), id, 9, 0); !errs.Is(err, errs.NotFound) {
			t.Errorf("a run that never was: %v", err)
		}
		for name, ctx := range map[string]context.Context{"another head": head(village), "another lead": as(authz.TerritoryLead, authz.Territory("95")),
			"an evaluator": as(authz.Evaluator, authz.Territory("02")), "the officer": as(authz.DPO, authz.Nation())} {
			if _, err := h.service.Drill(ctx, id, 0, 0); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
			if _, err := h.service.RunDrill(ctx, id, 2); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s runs it: %v", name, err)
			}
		}
		if list, err := h.service.Drills(head(village)); err != nil || len(list) != 0 {
			t.Errorf("another head's list: %+v, %v", list, err)
		}
		if list, err := h.service.Drills(lead()); err != nil || len(list) != 1 || list[0].Last.Number != 2 {
			t.Errorf("the lead's list: %+v, %v", list, err)
		}
	})
}

func TestADrillOfTheSameIdentifierIsTheSameDrill(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		in := DrillInput{ID: firstDrill, Territory: "02", Name: "Grippe", Day: "2026-12-07", Scope: DrillList, Schools: []string{village, big}}
		if _, err := h.service.PrepareDrill(lead(), in); err != nil {
			t.Fatal(err)
		}
		in.Schools = []string{big, village, big}
		if id, err := h.service.PrepareDrill(lead(), in); err != nil || id != firstDrill {
			t.Errorf("%s, %v", id, err)
		}
		for name, change := range map[string]func(*DrillInput){
			"another day":       func(in *DrillInput) { in.Day = "2026-12-08" },
			"other schools":     func(in *DrillInput) { in.Schools = []string{big} },
			"a whole territory": func(in *DrillInput) { in.Scope, in.Schools = DrillTerritory, nil },
		} {
			changed := in
			change(&changed)
			if _, err := h.service.PrepareDrill(lead(), changed); !errs.Is(err, errs.Conflict) {
				t.Errorf("%s: %v", name, err)
			}
		}
		// Another's identifier tells nothing of their drill.
		own := DrillInput{ID: firstDrill, Territory: "02", Name: "Chez nous", Day: "2026-12-07", Scope: DrillSchool, School: village}
		if _, err := h.service.PrepareDrill(head(village), own); !errs.Is(err, errs.Conflict) {
			t.Error(err)
		}
		if n := h.count(t, "SELECT COUNT(*) FROM readiness_drill_run"); n != 1 {
			t.Errorf("%d runs", n)
		}
	})
}

func TestADrillSaysWhatIsWrongWithIt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		good := DrillInput{Territory: "02", Name: "Essai", Day: "2026-12-07", Scope: DrillList, Schools: []string{big, " 0020002s ", village}}
		for _, c := range []struct {
			name  string
			spoil func(*DrillInput)
			field string
		}{
			{"no name", func(in *DrillInput) { in.Name = "  " }, "name"},
			{"31 February", func(in *DrillInput) { in.Day = "2026-02-31" }, "day"},
			{"no scope", func(in *DrillInput) { in.Scope = "" }, "scope"},
			{"no school chosen", func(in *DrillInput) { in.Schools = nil }, "schools"},
			{"a wrong UAI", func(in *DrillInput) { in.Schools = []string{"0020001A"} }, "schools"},
			{"a school of another territory", func(in *DrillInput) { in.Schools = []string{afar} }, "schools"},
			{"a commune without school", func(in *DrillInput) { in.Scope, in.Commune = DrillCommune, "02999" }, "commune"},
		} {
			in := good
			c.spoil(&in)
			_, err := h.service.PrepareDrill(lead(), in)
			e, ok := errors.AsType[*errs.Error](err)
			if !ok || len(e.Fields) != 1 || e.Fields[0].Name != c.field {
				t.Errorf("%s: %v", c.name, err)
			}
		}
		if n := h.count(t, "SELECT COUNT(*) FROM readiness_drill"); n != 0 {
			t.Errorf("%d drills were kept", n)
		}
		if id, err := h.service.PrepareDrill(lead(), good); err != nil || id == "" {
			t.Errorf("a good list: %v", err)
		}
		if _, err := h.service.PrepareDrill(head(big), good); !errs.Is(err, errs.NotFound) {
			t.Errorf("a head closes a list of schools: %v", err)
		}
	})
}
