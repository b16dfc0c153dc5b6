package crisis

import (
	"context"

	"preau/internal/base/i18n"
	"preau/internal/base/web/ui"
)

func sumText(ctx context.Context, p *Plan) string {
	least, most, served, missing := p.Sums()
	return i18n.T(ctx, "crisis.sums", "least", least, "most", most, "served", served, "missing", missing)
}

func schoolsTable(ctx context.Context, p *Plan) ui.DataTable {
	l := i18n.From(ctx)
	t := ui.DataTable{Caption: l.T("crisis.table"), Columns: []ui.Column{{Label: l.T("crisis.school")}, {Label: l.T("crisis.least"), Numeric: true}, {Label: l.T("crisis.most"), Numeric: true},
		{Label: l.T("crisis.here"), Numeric: true}, {Label: l.T("crisis.comes"), Numeric: true}, {Label: l.T("crisis.missing"), Numeric: true}}}
	for _, s := range p.Schools {
		t.Rows = append(t.Rows, []string{s.Name, l.Number(s.Least), l.Number(s.Most), l.Number(s.Here), l.Number(s.Comes), l.Number(s.Missing())})
	}
	return t
}
