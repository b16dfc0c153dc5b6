package site

import (
	"context"
	"net/http"
	"strconv"

	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
	"preau/internal/insight/readiness"
	"preau/internal/territory/directory"
	"preau/internal/territory/programme"
)

type homeView struct {
	Overview    directory.Overview
	Whole       readiness.Shown
	Territories []readiness.NamedFigures
	Programme   *programme.Programme // nil: none is loaded
}

func (m *Module) homePage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	var v homeView
	var err error
	if v.Overview, err = m.Directory.Overview(ctx); err != nil {
		return nil, err
	}
	if v.Whole, v.Territories, err = m.Readiness.Nation(ctx); err != nil {
		return nil, err
	}
	if v.Programme, err = m.programme(ctx, ""); err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(ctx, "site.home.title"), Section: "home", Body: homePage(v)}, nil
}

// rangeOf returns the figures as the product's bar, and whether both ends may be shown.
func rangeOf(label string, s readiness.Shown, big bool) (ui.Range, bool) {
	sure, known := s.Sure.Get()
	possible, known2 := s.Possible.Get()
	return ui.Range{Label: label, Sure: int64(sure), Possible: int64(possible), Total: int64(s.Pupils), Big: big, Legend: big}, known && known2 && s.Pupils > 0
}

// conditionLabel names a condition.
func conditionLabel(ctx context.Context, c readiness.Condition) string {
	return i18n.T(ctx, "readiness.condition."+string(c))
}

func number(ctx context.Context, n int) string { return i18n.From(ctx).Number(int64(n)) }

// countText says how many pupils meet a condition, do not, or may; "–" where a small number is hidden.
func countText(ctx context.Context, c readiness.Count) string {
	if n, known := c.Get(); known {
		return number(ctx, n)
	}
	return i18n.T(ctx, "site.hidden")
}

func measureName(ctx context.Context, m *programme.Measure) string {
	return m.Name.In(string(i18n.From(ctx).Lang))
}

func territoryHref(code string) string { return "/territories/" + code }

func itoa(n int) string { return strconv.Itoa(n) }

func conditionColumns(ctx context.Context) []ui.Column {
	return []ui.Column{{Label: i18n.T(ctx, "site.conditions.condition")}, {Label: i18n.T(ctx, "site.conditions.met"), Numeric: true},
		{Label: i18n.T(ctx, "site.conditions.not_met"), Numeric: true}, {Label: i18n.T(ctx, "site.conditions.unknown"), Numeric: true}}
}
