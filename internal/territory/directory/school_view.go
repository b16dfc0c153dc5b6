package directory

import (
	"context"
	"net/url"

	"preau/internal/base/i18n"
	"preau/internal/base/web/ui"
)

func schoolPages(v schoolsView) ui.Pages {
	return ui.Pages{Page: v.Page.Page, Size: v.Page.Size, Total: v.Page.Total, Href: func(page int) string { return v.Filter.href("/schools", page) }}
}

func resetHref(f SchoolFilter) string {
	if f.narrowed() {
		return "/schools"
	}
	return ""
}

// keptBy is what a new search keeps: the order and the commune.
func keptBy(f SchoolFilter) []ui.Hidden {
	var kept []ui.Hidden
	q := f.query()
	for _, name := range []string{"sort", "order", "commune"} {
		if q.Has(name) {
			kept = append(kept, ui.Hidden{Name: name, Value: q.Get(name)})
		}
	}
	return kept
}

func withoutCommune(f SchoolFilter) string {
	f.Commune = ""
	return f.href("/schools", 1)
}

func schoolColumnsOf(ctx context.Context, f SchoolFilter) []ui.Column {
	sorted := func(by SchoolSort) *ui.SortHeader {
		next := f.sorted(by)
		h := &ui.SortHeader{Href: next.href("/schools", 1)}
		if f.Sort == by {
			h.Direction = ui.Ascending
			if f.Down {
				h.Direction = ui.Descending
			}
		}
		return h
	}
	return []ui.Column{
		{Label: i18n.T(ctx, "directory.school"), Sort: sorted(ByName)},
		{Label: i18n.T(ctx, "directory.commune"), Sort: sorted(ByCommune)},
		{Label: i18n.T(ctx, "directory.type")},
		{Label: i18n.T(ctx, "directory.sector")},
		{Label: i18n.T(ctx, "directory.figure.priority")},
		{Label: i18n.T(ctx, "directory.figure.ips"), Numeric: true, Sort: sorted(ByIPS)},
		{Label: i18n.T(ctx, "directory.pupils"), Numeric: true, Sort: sorted(ByPupils)},
	}
}

// options returns a choice for each value, after one that chooses nothing.
func options(none string, values []string, say func(string) string) []ui.Option {
	list := []ui.Option{{Text: none}}
	for _, v := range values {
		list = append(list, ui.Option{Value: v, Text: say(v)})
	}
	return list
}

func territoryOptions(ctx context.Context, territories []TerritoryFigures) []ui.Option {
	list := []ui.Option{{Text: i18n.T(ctx, "directory.all")}}
	for _, t := range territories {
		list = append(list, ui.Option{Value: t.Territory, Text: t.Name})
	}
	return list
}

func typeOptions(ctx context.Context) []ui.Option {
	return options(i18n.T(ctx, "directory.all"), []string{string(Ecole), string(College), string(Lycee)},
		func(v string) string { return i18n.T(ctx, "directory.type."+v) })
}

func levelOptions(ctx context.Context) []ui.Option {
	return options(i18n.T(ctx, "directory.all"), []string{"maternelle", "elementaire"}, func(v string) string { return i18n.T(ctx, "directory.has."+v) })
}

func sectorOptions(ctx context.Context) []ui.Option {
	return options(i18n.T(ctx, "directory.all"), []string{string(Public), string(Private), string(SectorUnknown)},
		func(v string) string { return i18n.T(ctx, "directory.sector."+v) })
}

func priorityOptions(ctx context.Context) []ui.Option {
	w := wordsOf(ctx)
	return options(i18n.T(ctx, "directory.all"), []string{string(REPPlus), string(REP), string(PriorityNone), anyUnknown}, func(v string) string {
		if v == anyUnknown {
			return w.unknown
		}
		return w.priority(Priority(v))
	})
}

func qpvOptions(ctx context.Context) []ui.Option {
	w := wordsOf(ctx)
	return options(i18n.T(ctx, "directory.all"), []string{string(QPVIn), string(QPVNear), string(QPVNone), anyUnknown}, func(v string) string {
		if v == anyUnknown {
			return w.unknown
		}
		return w.qpv(QPV(v))
	})
}

func unknownOptions(ctx context.Context) []ui.Option {
	return options(i18n.T(ctx, "directory.list.unknown_none"), []string{"pupils", "ips", "priority", "qpv", "rural", "sector", "position", "classes"},
		func(v string) string { return i18n.T(ctx, "directory.lacks."+v) })
}

func statusOptions(ctx context.Context) []ui.Option {
	list := options("", []string{string(Open), string(Closed), "all"}, func(v string) string { return i18n.T(ctx, "directory.status."+v) })
	return list[1:]
}

// schoolSummary says who the school is and where.
func schoolSummary(ctx context.Context, v schoolView, w *words) []ui.SummaryRow {
	s := &v.School
	rows := []ui.SummaryRow{
		{Key: i18n.T(ctx, "directory.address"), Value: addressOf(s, w)},
		{Key: i18n.T(ctx, "directory.type"), Value: w.kind(s.Type, s.Maternelle, s.Elementaire)},
		{Key: i18n.T(ctx, "directory.sector"), Value: w.sector(s.Sector)},
	}
	if s.Sector == Private {
		rows = append(rows, ui.SummaryRow{Key: i18n.T(ctx, "directory.contract"), Value: w.contract(s.Contract)})
	}
	if v.Correct && s.Sector == SectorUnknown {
		rows[2].Actions = []ui.Action{{Text: i18n.T(ctx, "directory.correct.one"), Hidden: i18n.T(ctx, "directory.sector"), Href: correctHref(s.UAI, FigureSector)}}
	}
	if s.Circonscription != "" {
		rows = append(rows, ui.SummaryRow{Key: i18n.T(ctx, "directory.circonscription"), Value: s.Circonscription})
	}
	if s.Latitude == nil {
		rows = append(rows, ui.SummaryRow{Key: i18n.T(ctx, "directory.position"), Value: i18n.T(ctx, "directory.position.unknown")})
	}
	return rows
}

// addressOf returns the address as a sentence, as far as it is known.
func addressOf(s *School, w *words) string {
	place := s.Postcode
	if s.CommuneName != "" {
		if place != "" {
			place += " "
		}
		place += s.CommuneName
	}
	switch {
	case s.Address != "" && place != "":
		return s.Address + ", " + place
	case s.Address != "":
		return s.Address
	case place != "":
		return place
	}
	return w.unknown
}

func figureColumns(ctx context.Context) []ui.Column {
	return []ui.Column{{Label: i18n.T(ctx, "directory.figure")}, {Label: i18n.T(ctx, "directory.value")}, {Label: i18n.T(ctx, "directory.period")},
		{Label: i18n.T(ctx, "directory.source")}}
}

// sourceLabel names the source of a figure and when it came.
func sourceLabel(ctx context.Context, f DatedFigure) string {
	day := ""
	if f.ImportedAt > 0 {
		day = i18n.From(ctx).Date(i18n.Millis(f.ImportedAt))
	}
	switch {
	case f.Source == EntrySource:
		return i18n.T(ctx, "directory.source.entry")
	case f.SourceName == "":
		return i18n.T(ctx, "directory.unknown")
	case day == "":
		return f.SourceName
	}
	return i18n.T(ctx, "directory.source.dated", "name", f.SourceName, "day", day)
}

// sourceTable lists where the values come from.
func sourceTable(ctx context.Context, list []Source) ui.DataTable {
	l := i18n.From(ctx)
	t := ui.DataTable{Caption: l.T("directory.sources"), HideCaption: true, Columns: []ui.Column{{Label: l.T("directory.source")}, {Label: l.T("directory.period")},
		{Label: l.T("directory.sources.received")}}}
	for _, o := range list {
		if o.ID == EntrySource {
			o.Name = l.T("directory.source.entry")
		}
		t.Rows = append(t.Rows, []string{o.Name, o.Published, l.Date(i18n.Millis(o.ImportedAt))})
	}
	return t
}

func correctHref(uai UAI, name FigureName) string {
	href := "/schools/" + string(uai) + "/correct"
	if name != "" {
		href += "?figure=" + url.QueryEscape(string(name))
	}
	return href
}

func correctTabs(ctx context.Context, v correctView) []ui.Tab {
	var tabs []ui.Tab
	for _, name := range FigureNames {
		tabs = append(tabs, ui.Tab{Text: figureLabel(ctx, name), Href: correctHref(v.School.UAI, name), Current: name == v.Name})
	}
	return tabs
}

func correctOptions(ctx context.Context, name FigureName) []ui.Option {
	w := wordsOf(ctx)
	var list []ui.Option
	for _, v := range correctValues[name] {
		list = append(list, ui.Option{Value: v, Text: w.figure(Figure{Name: name, Value: v})})
	}
	return list
}

func inputMode(name FigureName) string {
	if name == FigurePupils {
		return "numeric"
	}
	return "decimal"
}
