package stocktake

import (
	"context"

	"preau/internal/base/doc"
	"preau/internal/base/files"
	"preau/internal/base/i18n"
)

// report is what is signed when a stocktake is closed.
func report(ctx context.Context, c *Content, picture *files.Picture) ([]byte, error) {
	l := i18n.From(ctx)
	at := i18n.Millis(c.ClosedAt)
	d := doc.New(doc.Options{Title: l.T("stocktake.report"), Lang: string(l.Lang), Footer: c.SchoolName, Page: l.T("stocktake.report.page"), Created: at})
	d.Title(l.T("stocktake.report"))
	d.Strong(c.SchoolName + " (" + c.School + ")")
	d.Text(placeText(l, c.Room) + " · " + l.DateTime(at))
	d.Text(tallyText(l, c.Tally))
	list := func(title string, rows []doc.Row) {
		if len(rows) > 0 {
			d.Heading(title)
			d.Table(doc.Table{Columns: []doc.Column{{Title: l.T("stocktake.item"), Width: 5}, {Title: l.T("stocktake.code"), Width: 2.5}, {Title: l.T("stocktake.place"), Width: 4}}, Rows: rows})
		}
	}
	items := func(from []Item) (rows []doc.Row) {
		for _, i := range from {
			rows = append(rows, doc.Texts(i.Name, i.Code, i.Room))
		}
		return rows
	}
	of := func(outcome Outcome) (rows []doc.Row) {
		for _, scan := range c.Scans {
			if scan.Outcome == outcome {
				rows = append(rows, doc.Texts(scan.Name, scan.Code, scan.Place))
			}
		}
		return rows
	}
	list(l.T("stocktake.unseen"), items(c.Unseen))
	list(l.T("stocktake.elsewhere"), of(Elsewhere))
	list(l.T("stocktake.unknown"), of(Unknown))
	list(l.T("stocktake.lent"), items(c.Lent))
	list(l.T("stocktake.seen"), of(Expected))
	d.Heading(l.T("stocktake.sign"))
	d.Text(l.T("stocktake.report.signed", "function", c.SignedBy, "at", l.DateTime(at)))
	wide, high := 90.0, 40.0
	if picture.Type != "image/png" { // a photo of the paper
		wide, high = 180, 200
	}
	if err := d.Picture(picture.Data, picture.Type, wide, high); err != nil {
		return nil, err
	}
	return d.Bytes()
}
