package loans

import (
	"context"
	"net/http"

	"preau/internal/base/db"
	"preau/internal/base/doc"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/measures/lend/agreements"
)

// newDocument begins a paper about loans.
func (s *Service) newDocument(ctx context.Context, title string) *doc.Document {
	l := i18n.From(ctx)
	return doc.New(doc.Options{Title: title, Lang: string(l.Lang), Footer: l.T("loans.paper.footer"), Page: l.T("loans.paper.page"), Created: s.db.Time()})
}

// translated returns the words of the agreement in French and in the family's language; false when it reads French.
func (s *Service) translated(ctx context.Context, l *Loan) (french, family *agreements.Text, ok bool) {
	language := ""
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		a, err := agreementByID(ctx, tx, l.Territory, l.Agreement)
		language = a.Language
		return err
	})
	if err != nil || language == agreements.French {
		return nil, nil, false
	}
	all, err := agreements.Languages()
	if err != nil {
		return nil, nil, false
	}
	french, family = all[agreements.French], all[language]
	return french, family, french != nil && family != nil
}

// receipt is what the family keeps when a device came back: what, when, in which condition.
func (m *Module) receipt(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	line, err := m.Service.Loan(ctx, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	body, err := m.Service.receiptPDF(ctx, &line)
	if err != nil {
		return nil, err
	}
	return web.File{Name: "recu-" + line.Code + ".pdf", ContentType: "application/pdf", Inline: true, Body: body}, nil
}

func (s *Service) receiptPDF(ctx context.Context, line *Line) ([]byte, error) {
	title := i18n.T(ctx, "loans.receipt.handover")
	if line.State == Returned {
		title = i18n.T(ctx, "loans.receipt")
	}
	d := s.newDocument(ctx, title)
	number := firstOf(line.Receipt, line.Code)
	if err := d.QR(s.site+"/lend/loans/"+line.ID, 26); err != nil {
		return nil, err
	}
	d.Title(title)
	d.Strong(number)
	d.Text(line.SchoolName)
	d.Space(8)
	rows := []doc.Row{
		doc.Texts(i18n.T(ctx, "loans.pupil"), pupilText(ctx, line.PupilName)), doc.Texts(i18n.T(ctx, "loans.class"), line.ClassName),
		doc.Texts(i18n.T(ctx, "loans.model"), line.Name), doc.Texts(i18n.T(ctx, "loans.code"), line.Code),
		doc.Texts(i18n.T(ctx, "loans.handed"), i18n.From(ctx).DateTime(i18n.Millis(line.HandedAt))),
		doc.Texts(i18n.T(ctx, "loans.condition.out"), conditionText(ctx, line.Out)),
	}
	if line.State == Returned {
		rows = append(rows, doc.Texts(i18n.T(ctx, "loans.returned_at"), i18n.From(ctx).DateTime(i18n.Millis(line.ReturnedAt))),
			doc.Texts(i18n.T(ctx, "loans.condition.in"), conditionText(ctx, line.In)), doc.Texts(i18n.T(ctx, "loans.wiped"), wipedText(ctx, line.Wiped)))
	} else {
		rows = append(rows, doc.Texts(i18n.T(ctx, "loans.due"), dayText(ctx, line.DueOn)))
	}
	d.Table(doc.Table{Columns: []doc.Column{{Width: 1}, {Width: 2}}, Rows: rows, Size: 11, Height: 8})
	if french, family, ok := s.translated(ctx, &line.Loan); ok {
		d.Space(4)
		for _, p := range pairs(line, french.Labels, family.Labels) {
			d.Pair(doc.Passage{Text: p[0], Lang: agreements.French}, doc.Passage{Text: p[1], Lang: family.Lang})
		}
	}
	d.Space(6)
	d.Text(i18n.T(ctx, "loans.receipt.text"))
	d.Space(8)
	d.Blank(i18n.T(ctx, "loans.receipt.school"), 80)
	d.Blank(i18n.T(ctx, "loans.receipt.family"), 0)
	d.EndLine()
	return d.Bytes()
}

// pairs says what the receipt is about in French and in the family's language, in the words of the agreement that it signed.
func pairs(line *Line, french, family agreements.Labels) [][2]string {
	when := line.DueOn
	if line.State == Returned {
		when = dayOf(line.ReturnedAt)
	}
	list := [][2]string{{french.Pupil, family.Pupil}, {french.Lent, family.Lent}, {french.Number, family.Number}}
	values := []string{line.PupilName, line.Name, line.Code}
	if line.State == Returned {
		list, values = append(list, [2]string{french.Date, family.Date}), append(values, when)
	} else {
		list, values = append(list, [2]string{french.Until, family.Until}), append(values, when)
	}
	for i, v := range values {
		list[i][0], list[i][1] = list[i][0]+" : "+v, list[i][1]+": "+v
	}
	return list
}

// dayOf writes a day with figures alone, which every language reads.
func dayOf(ms int64) string { return i18n.Millis(ms).In(i18n.Paris).Format("02/01/2006") }

func wipedText(ctx context.Context, wiped *bool) string {
	switch {
	case wiped == nil:
		return i18n.T(ctx, "loans.wiped.unsaid")
	case *wiped:
		return i18n.T(ctx, "loans.wiped.yes")
	}
	return i18n.T(ctx, "loans.wiped.no")
}

// slips prints the class's slips as labels: each bears the code of a pupil's agreement, and the first one opens the class.
func (m *Module) slips(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	c, err := m.Service.OfClass(ctx, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	stock := doc.Stocks[0]
	sheet := doc.Sheet{Title: i18n.T(ctx, "loans.slips"), Lang: string(i18n.From(ctx).Lang), Stock: stock, First: 1, Created: m.Service.db.Time()}
	sheet.Labels = append(sheet.Labels, doc.Label{QR: m.Service.site + "/lend/handover/classes/" + c.ID, Code: c.Name, Lines: []string{i18n.T(ctx, "loans.slips.first"), c.SchoolName}})
	for _, s := range c.Slips {
		sheet.Labels = append(sheet.Labels, doc.Label{QR: m.Service.site + "/c/" + s.Code, Code: s.Code, Lines: []string{pupilText(ctx, s.Name), c.Name}})
	}
	return pdf("fiches-"+c.ID+".pdf", sheet)
}

func pdf(name string, sheet doc.Sheet) (web.Response, error) {
	return web.File{Name: name, ContentType: "application/pdf", Inline: true, Write: sheet.Write}, nil
}

// statementPaper is the paper twin of the statement: filled in by hand at home, brought back to the school.
func (m *Module) statementPaper(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	line, err := m.Service.Loan(ctx, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if line.State != Out {
		return nil, errs.NewConflict("loans.claim.closed", "code", line.Code)
	}
	d := m.Service.newDocument(ctx, i18n.T(ctx, "loans.claim.state"))
	if err := d.QR(m.Service.site+"/lend/loans/"+line.ID+"/claim", 26); err != nil {
		return nil, err
	}
	d.Title(i18n.T(ctx, "loans.claim.state"))
	d.Strong(line.Code + " · " + line.Name)
	d.Text(line.SchoolName + ", " + line.ClassName)
	d.Space(8)
	d.Table(doc.Table{Grid: true, Size: 11, Height: 11, Columns: []doc.Column{{Width: 1}, {Width: 2}}, Rows: []doc.Row{
		{{Text: i18n.T(ctx, "loans.pupil")}, {Text: line.PupilName}},
		{{Text: i18n.T(ctx, "loans.claim.kind")}, {Boxes: []string{i18n.T(ctx, "loans.claim.kind.breakage"), i18n.T(ctx, "loans.claim.kind.loss"), i18n.T(ctx, "loans.claim.kind.theft")}}},
		{{Text: i18n.T(ctx, "loans.claim.day")}, {}},
		{{Text: i18n.T(ctx, "loans.claim.report")}, {}},
	}})
	d.Table(doc.Table{Grid: true, Size: 11, Height: 70, Columns: []doc.Column{{Title: i18n.T(ctx, "loans.claim.text"), Width: 1}}, Rows: []doc.Row{{{}}}})
	d.Text(i18n.T(ctx, "loans.claim.free"))
	d.Space(6)
	d.Blank(i18n.T(ctx, "loans.claim.signed"), 0)
	d.EndLine()
	body, err := d.Bytes()
	return web.File{Name: "declaration-" + line.Code + ".pdf", ContentType: "application/pdf", Inline: true, Body: body}, err
}
