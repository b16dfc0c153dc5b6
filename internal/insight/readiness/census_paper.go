package readiness

import (
	"context"
	"io"
	"strconv"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/doc"
	"preau/internal/base/i18n"
)

// mostForms bounds how many schools one document holds.
const mostForms = 1500

// CensusForm writes the paper form of a school's census (PDF). The code on it leads to the page where the answers are typed in, under
// site (https://…); it bears the fingerprint of the classes, so that the page can tell when they have changed since.
func (s *Service) CensusForm(ctx context.Context, uai, site string, to io.Writer) error {
	census, err := s.Census(ctx, uai)
	if err != nil {
		return err
	}
	return s.forms(ctx, []Census{census}, site, to)
}

// CensusForms writes the paper forms of every open school that the person may answer for and that has classes, of one territory and of one
// progress when they are given: one document, by name.
func (s *Service) CensusForms(ctx context.Context, territory string, progress Progress, site string, to io.Writer) error {
	scopes, err := authz.Scopes(ctx, AnswerCensus)
	if err != nil {
		return err
	}
	var list []Census
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		states, err := censusStates(ctx, tx, scopes, mostForms)
		if err != nil {
			return err
		}
		for _, state := range states {
			if state.Classes == 0 || territory != "" && state.Territory != territory || progress != "" && state.Progress() != progress {
				continue
			}
			classes, err := classesOf(ctx, tx, state.Territory, state.UAI, scopes)
			if err != nil {
				return err
			}
			list = append(list, Census{School: state.School, Whole: true, Classes: classes})
		}
		return nil
	})
	if err != nil {
		return err
	}
	return s.forms(ctx, list, site, to)
}

func (s *Service) forms(ctx context.Context, list []Census, site string, to io.Writer) error {
	l := i18n.From(ctx)
	d := doc.New(doc.Options{Title: l.T("readiness.paper.document"), Lang: string(l.Lang), Footer: l.T("readiness.paper.footer"),
		Page: l.T("readiness.paper.page"), Landscape: true, Created: s.db.Time()})
	if len(list) == 0 {
		d.Title(l.T("readiness.paper.document"))
		d.Text(l.T("readiness.paper.none"))
	}
	for i, c := range list {
		if i > 0 {
			d.NewPage()
		}
		if err := c.paper(d, l, site); err != nil {
			return err
		}
	}
	return d.Write(to)
}

// FormAddress is where the answers of the paper form are typed in: what its code says.
func (c Census) FormAddress(site string) string {
	return site + "/census/" + c.School.UAI + "?form=" + c.Fingerprint()
}

func (c Census) paper(d *doc.Document, l *i18n.Localizer, site string) error {
	if err := d.QR(c.FormAddress(site), 26); err != nil {
		return err
	}
	d.Title(l.T("readiness.census.title", "school", c.School.Name))
	d.Note(c.School.UAI + " · " + c.School.CommuneName + " · " + l.T("readiness.paper.form", "form", c.Fingerprint()))
	d.Text(l.T("readiness.paper.how"))
	d.Blank(l.T("readiness.paper.by"), 120)
	d.Blank(l.T("readiness.paper.date"), 70)
	d.EndLine()
	choice := []string{l.T("readiness.yes"), l.T("readiness.no")}
	table := doc.Table{Size: 8, Height: 8, Grid: true, Columns: []doc.Column{{Title: l.T("readiness.paper.number"), Width: 0.9, Align: doc.Centre}, {Title: l.T("readiness.column.class"), Width: 3}}}
	for i, cell := range Cells {
		column := doc.Column{Title: columnLabel(l, cell), Width: 2.1, Align: doc.Centre}
		switch {
		case i == 5:
			column.Width = 4.8
		case i > 5:
			column.Width = 2.4
		}
		table.Columns = append(table.Columns, column)
	}
	channels := []string{l.T("readiness.paper.app"), l.T("readiness.paper.sms"), l.T("readiness.paper.phone"), l.T("readiness.paper.paper")}
	for i, class := range c.Classes {
		row := doc.Row{{Text: strconv.Itoa(i + 1)}, {Text: class.Name, Bold: true}, {Text: class.Listed.String()}, {}, {}, {}, {}, {Boxes: channels}}
		for range 5 {
			row = append(row, doc.Cell{Boxes: choice})
		}
		table.Rows = append(table.Rows, row)
	}
	d.Table(table)
	hints := make([]string, len(Cells))
	for i, cell := range Cells {
		hints[i] = columnLabel(l, cell) + l.T("readiness.colon") + questionHint(l, cell)
	}
	d.Note(l.T("readiness.census.unknown.hint"))
	d.Note(strings.Join(hints, " · "))
	return nil
}
