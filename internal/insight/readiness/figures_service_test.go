package readiness

import (
	"context"
	"encoding/json"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
)

func TestFiguresCountEverySchoolAndNeverGuess(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		r, err := h.service.Report(system(), Place{Territory: "02"})
		if err != nil {
			t.Fatal(err)
		}
		f := r.Figures
		// 12 × 24 and 20 pupils in classes, 80 in the school without class; "Grands" and the blank school have no number.
		if f.Schools != 4 || f.Blank != 1 || f.Classes != 14 || f.Unsized != 1 || f.Pupils != 388 || f.Sure != CountOf(0) || f.Possible != CountOf(388) {
			t.Errorf("%+v", f)
		}
		if f.Conditions[0] != (ShownTally{CountOf(0), CountOf(0), CountOf(388)}) {
			t.Errorf("equipment: %+v", f.Conditions[0])
		}
		h.answer(t, head(big), big, Submitted{"c01", 0, wholeAnswer})
		r, err = h.service.Report(system(), Place{Territory: "02"})
		if err != nil || r.Figures.Sure != CountOf(14) || r.Figures.Possible != CountOf(383) || r.Figures.Answered != 1 {
			t.Errorf("%+v, %v", r.Figures, err)
		}
		if len(r.Trend) != 1 || r.Trend[0].Sure != 14 || r.Trend[0].Pupils != 24 {
			t.Errorf("trend: %+v", r.Trend)
		}
		if brief, err := h.service.Report(system(), Place{Territory: "02", Brief: true}); err != nil || brief.Trend != nil || len(brief.Mendings) != len(r.Mendings) {
			t.Errorf("in brief: %+v, %v", brief, err)
		}
		device, teaching := r.Mendings[0], r.Mendings[2]
		if device.Count != (Interval{5, 5 + 364}) || teaching.Count != (Interval{0, 13}) {
			t.Errorf("missing: %+v, %+v", device, teaching)
		}
		if least, most, known := device.Cost(); !known || least != 200000 || most != 369*40000 {
			t.Errorf("cost: %d to %d, %v", least, most, known)
		}
		if _, _, known := r.Mendings[4].Cost(); known {
			t.Error("a training has a cost that the programme does not give")
		}
	})
}

func TestTheWholeFollowsADirectoryThatChanges(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.answer(t, head(big), big, Submitted{"c01", 0, wholeAnswer})
		if _, _, err := h.service.OfSchool(system(), big); err != nil {
			t.Fatal(err)
		}
		h.exec(t, "UPDATE directory_class SET status = 'closed' WHERE id = 'c01'")
		h.exec(t, "INSERT INTO readiness_stale (territory, school) VALUES ('02', '0020001R')")
		_, shown, err := h.service.OfSchool(system(), big)
		if err != nil || shown.Pupils != 11*24 || shown.Sure != CountOf(0) || shown.Answered != 0 {
			t.Errorf("%+v, %v", shown, err)
		}
	})
}

func TestThePublicSeesFiguresWithoutSmallNumbersAndNothingElse(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.answer(t, head(big), big, Submitted{"c01", 0, wholeAnswer})
		h.answer(t, head(village), village, Submitted{"v1", 0, Raw{0: "20", 1: "18", 2: "0", 3: "20", 4: "20", 7: "oui", 10: "oui"}})
		r, err := h.service.Report(public(), Place{School: village})
		if err != nil || r.Whole || r.Mendings != nil || r.Trend != nil || r.Classes != nil {
			t.Fatalf("%+v, %v", r, err)
		}
		if !r.Figures.Suppressed || r.Figures.Possible.Known() || r.Figures.Conditions[0].NotMet.Known() || r.Figures.Weakest() != "" {
			t.Errorf("two pupils without a device are told: %+v", r.Figures)
		}
		whole, err := h.service.Report(head(village), Place{School: village})
		if err != nil || !whole.Whole || whole.Figures.Sure != CountOf(18) || len(whole.Classes) != 2 {
			t.Errorf("the head: %+v, %v", whole, err)
		}
		other, err := h.service.Report(head(big), Place{School: village})
		if err != nil || other.Whole || !other.Figures.Suppressed {
			t.Errorf("the head of another school: %+v, %v", other, err)
		}
		all, err := h.service.OfSchools(public(), "02")
		if err != nil || len(all) != 4 || !all[village].Suppressed {
			t.Errorf("%+v, %v", all, err)
		}
		if _, err := h.service.Report(public(), Place{Territory: "02", Commune: "02722"}); !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("a commune for the public: %v", err)
		}
		total, territories, err := h.service.Nation(public())
		if err != nil || len(territories) != 2 || total.Pupils != 406 {
			t.Errorf("%+v, %+v, %v", total, territories, err)
		}
	})
}

func TestTheTableOfSchools(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.answer(t, head(big), big, Submitted{"c01", 0, Raw{0: "24", 10: "non"}})
		list, err := h.service.Schools(lead(), "02", Search{Sort: "training", Down: true})
		if err != nil || list.Total != 4 || list.Rows[0].UAI != big {
			t.Fatalf("%+v, %v", list, err)
		}
		list, err = h.service.Schools(lead(), "02", Search{Words: "COEUR ville", Limit: 10})
		if err != nil || list.Total != 1 || list.Rows[0].UAI != big {
			t.Errorf("search: %+v, %v", list, err)
		}
		list, err = h.service.Schools(lead(), "02", Search{Commune: "02722", From: 1, Limit: 1})
		if err != nil || list.Total != 3 || len(list.Rows) != 1 {
			t.Errorf("page: %+v, %v", list, err)
		}
		for _, by := range Sorts {
			if _, err := h.service.Schools(as(authz.Evaluator, authz.Territory("02")), "02", Search{Sort: by}); err != nil {
				t.Errorf("%s: %v", by, err)
			}
		}
		for _, ctx := range []context.Context{public(), head(big), as(authz.DPO, authz.Nation()), as(authz.TerritoryLead, authz.Territory("95"))} {
			if _, err := h.service.Schools(ctx, "02", Search{}); err == nil {
				t.Errorf("%s sees the table", authz.From(ctx).Role)
			}
		}
		if _, err := h.service.Communes(as(authz.Evaluator, authz.Territory("02")), "02"); !errs.Is(err, errs.NotFound) {
			t.Errorf("an evaluator sees communes whole: %v", err)
		}
		communes, err := h.service.Communes(lead(), "02")
		if err != nil || len(communes) != 2 || communes[0].Pupils != 288 {
			t.Errorf("%+v, %v", communes, err)
		}
	})
}

func TestAReportAsJSONHasTheNamesThatAreDocumented(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.answer(t, head(big), big, Submitted{"c01", 0, wholeAnswer})
		r, err := h.service.Report(system(), Place{School: big})
		if err != nil {
			t.Fatal(err)
		}
		text, err := json.Marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, want := range []string{`"school":"0020001R"`, `"pupils":288,"sure":14,"possible":283`, `"met":`, `"not_met":`, `"unknown":`, `"missing":{"device":{"least":5`, `"trend":[{"day":`, `"class_figures":[{"id":"c01"`} {
			if !strings.Contains(string(text), want) {
				t.Errorf("%s lacks %s", text, want)
			}
		}
	})
}
