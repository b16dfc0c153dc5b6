package ui

import (
	"bytes"
	"context"
	"io"
	"testing"

	"github.com/a-h/templ"

	"preau/internal/base/i18n"
)

// BenchmarkPage renders a whole page with a table of a hundred rows of seven cells, as the list of schools has.
func BenchmarkPage(b *testing.B) {
	catalog, err := i18n.Load(Messages)
	if err != nil {
		b.Fatal(err)
	}
	ctx := i18n.With(context.Background(), catalog.In(i18n.French))
	columns := []Column{{Label: "École", Sort: &SortHeader{Href: "?sort=name", Direction: Ascending}}, {Label: "Type"}, {Label: "Commune"}, {Label: "Secteur"},
		{Label: "Élèves", Numeric: true}, {Label: "IPS", Numeric: true}, {Label: "Classes", Numeric: true}}
	rows := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for i := range 100 {
			cells := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
				for _, c := range []templ.Component{Text(columns[1], "École élémentaire"), Text(columns[2], "Laon"), Text(columns[3], "Public"),
					Num(columns[4], int64(i)), Text(columns[5], "97,7"), Text(columns[6], "5")} {
					if err := c.Render(ctx, w); err != nil {
						return err
					}
				}
				return nil
			})
			if err := Row().Render(templ.WithChildren(ctx, cells), w); err != nil {
				return err
			}
		}
		return nil
	})
	body := templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return Table(Head{Caption: "Écoles", Columns: columns}).Render(templ.WithChildren(ctx, rows), w)
	})
	frame := Frame{Title: "Écoles", Lang: i18n.French, Path: "/schools", Assets: func(name string) string { return "/static/" + name },
		Menu: []MenuItem{{Label: "Programme", Href: "/programme", Section: "programme"}, {Label: "Écoles", Href: "/schools", Section: "schools"}}, Section: "schools"}
	var page bytes.Buffer
	b.ReportAllocs()
	for b.Loop() {
		page.Reset()
		if err := Layout(frame, body).Render(ctx, &page); err != nil {
			b.Fatal(err)
		}
	}
}
