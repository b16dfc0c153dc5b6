package directory

import (
	"context"
	"net/http"
	"net/url"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/chart"
	"preau/internal/base/web/ui"
)

func (m *Module) mapPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	q := web.Query(r)
	overview, err := m.Service.Overview(ctx)
	if err != nil {
		return nil, err
	}
	f := MapFilter{Territory: q.Text("territory"), Type: q.Text("type")}
	if f.Territory == "" && q.Text("all") == "" {
		f.Territory = firstMap(ctx, overview)
	}
	if f.Territory == "" {
		return web.Page{Title: i18n.T(ctx, "directory.map"), Section: "map", Body: mapsPage(overview)}, nil
	}
	shown, err := m.Service.Map(ctx, f)
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(ctx, "directory.map.of", "name", shown.Territory.Name), Section: "map", Body: mapPage(shown, overview)}, nil
}

// firstMap is the territory whose map opens when none is chosen: the person's own, or the only one there is; ""
// leaves the choice to them.
func firstMap(ctx context.Context, overview Overview) string {
	own := authz.From(ctx).Territories()
	var code string
	for _, t := range overview.Territories {
		if len(own) > 0 && !slices.Contains(own, t.Territory) {
			continue
		}
		if code != "" {
			return ""
		}
		code = t.Territory
	}
	return code
}

func (m *Module) territoryPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	t, err := m.Service.Territory(ctx, r.PathValue("code"))
	if err != nil {
		return nil, err
	}
	return web.Page{Title: t.Name, Section: "map", Body: territoryPage(t)}, nil
}

func mapHref(f MapFilter) string {
	q := url.Values{"territory": {f.Territory}}
	if f.Type != "" {
		q.Set("type", f.Type)
	}
	return "/map?" + q.Encode()
}

// marks are the levels as the map draws them, each with a shape of its own.
func marks(ctx context.Context) []chart.Mark {
	drawn := map[Level]chart.Mark{
		LevelMost:    {Tone: chart.Sure, Shape: chart.Circle},
		LevelSome:    {Tone: chart.Three, Shape: chart.Square},
		LevelFew:     {Tone: chart.Lost, Shape: chart.Triangle},
		LevelUnknown: {Tone: chart.Unknown, Shape: chart.Diamond},
	}
	var list []chart.Mark
	for _, level := range Levels {
		mark := drawn[level]
		mark.Label = levelLabel(ctx, level)
		list = append(list, mark)
	}
	return list
}

func markOf(level Level) int {
	for i, l := range Levels {
		if l == level {
			return i
		}
	}
	return len(Levels) - 1
}

// drawing is the map with its points: those whose position is known.
func drawing(ctx context.Context, m *TerritoryMap) chart.Map {
	c := chart.Map{
		Title: i18n.T(ctx, "directory.map.title"), Desc: mapDesc(ctx, m), Ground: m.Ground, Marks: marks(ctx),
		Words: chart.Words{Skip: i18n.T(ctx, "directory.map.skip"), SkipTo: "places", ZoomIn: i18n.T(ctx, "directory.map.in"),
			ZoomOut: i18n.T(ctx, "directory.map.out"), Home: i18n.T(ctx, "directory.map.home"), Keys: i18n.T(ctx, "directory.map.keys")},
	}
	for i := range m.Places {
		p := &m.Places[i]
		if p.Positions == 0 {
			continue
		}
		mark := markOf(p.Level())
		c.Points = append(c.Points, chart.Point{At: chart.Position{Lon: p.Longitude, Lat: p.Latitude}, Mark: mark,
			Title: i18n.T(ctx, "directory.map.point", "name", p.Name, "level", c.Marks[mark].Label), Href: placeHref(m, p)})
	}
	return c
}

func mapDesc(ctx context.Context, m *TerritoryMap) string {
	text := i18n.T(ctx, "directory.map.schools")
	if m.Communes {
		text = i18n.T(ctx, "directory.map.communes")
	}
	if m.Unplaced > 0 {
		text += " " + i18n.T(ctx, "directory.map.unplaced", "n", m.Unplaced)
	}
	return text
}

// readinessText says the readiness of a place in words.
func readinessText(ctx context.Context, p *Place) string {
	if p.Readiness.Total == 0 {
		return i18n.T(ctx, "directory.unknown")
	}
	return ui.IntervalText(ctx, p.Readiness.Sure, p.Readiness.Possible, p.Readiness.Total)
}

func placeHref(m *TerritoryMap, p *Place) string {
	if p.UAI != "" {
		return "/schools/" + string(p.UAI)
	}
	f := SchoolFilter{Territory: m.Filter.Territory, Commune: p.Commune, Type: m.Filter.Type, Sort: ByName, Status: string(Open)}
	if p.Commune == "" {
		f.Search = p.Name
	}
	return f.href("/schools", 1)
}

func mapTabs(ctx context.Context, m *TerritoryMap) []ui.Tab {
	tabs := []ui.Tab{{Text: i18n.T(ctx, "directory.map.all"), Href: mapHref(MapFilter{Territory: m.Filter.Territory}), Current: m.Filter.Type == ""}}
	for _, t := range SchoolTypes {
		f := MapFilter{Territory: m.Filter.Territory, Type: string(t)}
		tabs = append(tabs, ui.Tab{Text: i18n.T(ctx, "directory.types."+string(t)), Href: mapHref(f), Current: m.Filter.Type == string(t)})
	}
	return tabs
}

func placeColumns(ctx context.Context, communes bool) []ui.Column {
	columns := []ui.Column{{Label: i18n.T(ctx, "directory.school")}, {Label: i18n.T(ctx, "directory.commune")}}
	if communes {
		columns = []ui.Column{{Label: i18n.T(ctx, "directory.commune")}, {Label: i18n.T(ctx, "directory.schools.number"), Numeric: true}}
	}
	return append(columns, ui.Column{Label: i18n.T(ctx, "directory.map.ready")}, ui.Column{Label: i18n.T(ctx, "directory.map.level")})
}

// territoryRows says what is known of a territory.
func territoryRows(ctx context.Context, t *TerritoryFigures) []ui.SummaryRow {
	l := i18n.From(ctx)
	classes := l.Number(int64(t.Classes))
	if t.Classes == 0 {
		classes = l.T("directory.school.no_class") // schools have classes: nobody has told of them
	}
	rows := []ui.SummaryRow{
		{Key: l.T("directory.schools.open"), Value: l.Number(int64(t.Schools))},
		{Key: l.T("directory.types.ecole"), Value: l.Number(int64(t.Ecoles))},
		{Key: l.T("directory.types.college"), Value: l.Number(int64(t.Colleges))},
		{Key: l.T("directory.types.lycee"), Value: l.Number(int64(t.Lycees))},
		{Key: l.T("directory.sector.public"), Value: l.Number(int64(t.Public))},
		{Key: l.T("directory.sector.private"), Value: l.Number(int64(t.Private))},
		{Key: l.T("directory.overview.priority"), Value: l.Number(int64(t.Priority))},
		{Key: l.T("directory.classes"), Value: classes},
		{Key: l.T("directory.pupils"), Value: l.T("directory.overview.pupils", "n", t.Pupils, "schools", t.PupilsOf, "all", t.Schools)},
		{Key: l.T("directory.figure.ips"), Value: l.T("directory.overview.known", "n", t.IPSOf, "all", t.Schools)},
		{Key: l.T("directory.position"), Value: l.T("directory.overview.known", "n", t.Placed, "all", t.Schools)},
	}
	if t.Academie != "" {
		rows = append([]ui.SummaryRow{{Key: l.T("directory.academie"), Value: t.Academie}}, rows...)
	}
	return rows
}

func territoriesTable(ctx context.Context) []ui.Column {
	return []ui.Column{{Label: i18n.T(ctx, "directory.territory")}, {Label: i18n.T(ctx, "directory.schools.number"), Numeric: true},
		{Label: i18n.T(ctx, "directory.overview.pupils_known"), Numeric: true}}
}
