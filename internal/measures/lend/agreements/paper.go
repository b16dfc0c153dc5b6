package agreements

import (
	"bytes"
	"strconv"
	"strings"
	"time"

	"preau/internal/base/doc"
	"preau/internal/base/i18n"
)

// Home is one of the pupil's homes with those who answer for the pupil there.
type Home struct {
	Address   []string // lines; empty when it is not known
	Guardians []Person
}

// Person is who may sign.
type Person struct{ ID, Name string }

// Drawn is a signature as it was drawn.
type Drawn struct {
	Name string
	PNG  []byte // nil on paper
}

// Paper is everything that is printed on an agreement.
type Paper struct {
	Agreement *Agreement
	School    string
	Address   string // of the school
	Pupil     string
	Class     string
	Homes     []Home
	Link      string // what the QR code holds
	// Signed are the signatures, in the order of the homes; none on an agreement that is to be signed.
	Signed []Drawn
	At     time.Time // of the signature, else of the writing
	Sheet  []byte    // the paper that was scanned, as a JPEG picture; nil when it is none
	// SheetSum is the SHA-256 of a scanned paper that is kept apart.
	SheetSum string
}

// writer writes a text in French and beside it in the family's language.
type writer struct {
	*doc.Document
	french, other *Text // other is nil for French alone
}

// Write writes agreements, each from the top of a page, as one PDF.
func Write(papers []*Paper, created time.Time) ([]byte, error) {
	all, err := Languages()
	if err != nil {
		return nil, err
	}
	french := all[French]
	footer := french.Title
	if len(papers) == 1 {
		footer += " – " + papers[0].Agreement.Code
	}
	d := doc.New(doc.Options{Title: footer, Lang: French, Footer: footer, Page: "Page {page} sur {pages}", Created: created})
	for _, p := range papers {
		d.NewPage()
		w := &writer{Document: d, french: french}
		if p.Agreement.Language != French {
			w.other = all[p.Agreement.Language]
		}
		if err := w.agreement(p); err != nil {
			return nil, err
		}
	}
	return d.Bytes()
}

func (w *writer) agreement(p *Paper) error {
	if err := w.QR(p.Link, 26); err != nil {
		return err
	}
	w.Title(w.french.Title)
	if w.other != nil {
		w.In(doc.Passage{Text: w.other.Title, Lang: w.other.Lang, Bold: true})
	}
	w.Note(w.french.Labels.Code + " : " + p.Agreement.Code)
	if w.other != nil && w.other.Note != "" {
		w.Space(6)
		w.In(doc.Passage{Text: w.other.Note, Lang: w.other.Lang})
	}
	w.both(func(t *Text) string { return t.Between }, false)
	w.who(p)
	w.items(p.Agreement)
	w.articles(p.Agreement)
	w.scale(p.Agreement)
	return w.signatures(p)
}

// both writes what each language says of it.
func (w *writer) both(say func(*Text) string, bold bool) {
	left := doc.Passage{Text: say(w.french), Lang: French, Bold: bold}
	if w.other == nil {
		w.In(left)
		return
	}
	w.Pair(left, doc.Passage{Text: say(w.other), Lang: w.other.Lang, Bold: bold})
}

// line writes a label and its value, in each language the same value.
func (w *writer) line(label func(*Labels) string, value string) {
	w.both(func(t *Text) string { return label(&t.Labels) + " : " + value }, false)
}

func (w *writer) heading(label func(*Labels) string) {
	w.both(func(t *Text) string { return label(&t.Labels) }, true)
}

func (w *writer) who(p *Paper) {
	w.line(func(l *Labels) string { return l.School }, strings.TrimSuffix(p.School+", "+p.Address, ", "))
	w.line(func(l *Labels) string { return l.Pupil }, p.Pupil)
	w.line(func(l *Labels) string { return l.Class }, p.Class)
	for i, h := range p.Homes {
		address := strings.Join(h.Address, ", ")
		if address == "" {
			address = strings.Repeat(".", 60)
		}
		w.line(func(l *Labels) string {
			if i > 0 {
				return l.SecondHome
			}
			return l.Home
		}, address)
		names := make([]string, len(h.Guardians))
		for j, g := range h.Guardians {
			names[j] = g.Name
		}
		if len(names) > 0 {
			w.line(func(l *Labels) string { return l.Guardians }, strings.Join(names, ", "))
		}
	}
}

func (w *writer) items(a *Agreement) {
	w.Space(1)
	w.heading(func(l *Labels) string { return l.Lent })
	for i, item := range a.Items {
		w.both(func(t *Text) string {
			parts := []string{t.Kinds[item.Kind] + " : " + item.Name}
			switch {
			case item.Code != "":
				parts = append(parts, t.Labels.Number+" : "+item.Code)
			case item.Kind == KindDevice || item.Kind.Connects():
				parts = append(parts, t.Labels.Number+" : "+t.Labels.Later)
			}
			if item.DataPlan != "" {
				parts = append(parts, t.Labels.Plan+" : "+item.DataPlan)
			}
			if item.ValueCents > 0 {
				parts = append(parts, t.Labels.Value+" : "+euros(item.ValueCents))
			}
			return strconv.Itoa(i+1) + ". " + strings.Join(parts, " ; ")
		}, false)
	}
	w.both(func(t *Text) string {
		return t.Labels.From + " " + dayOf(a.StartOn) + " · " + t.Labels.Until + " " + dayOf(a.DueOn)
	}, true)
}

func (w *writer) articles(a *Agreement) {
	fill := strings.NewReplacer("{from}", dayOf(a.StartOn), "{until}", dayOf(a.DueOn))
	number := 0
	for i := range w.french.Articles {
		if w.french.Articles[i].ID == internetArticle && !a.Connected() {
			continue
		}
		number++
		w.Keep(35) // a title never stands alone at the foot of a page
		w.both(func(t *Text) string { return strconv.Itoa(number) + ". " + t.Articles[i].Title }, true)
		w.both(func(t *Text) string { return fill.Replace(t.Articles[i].Text) }, false)
	}
}

// scale shows what the items that have a price are worth as they age.
func (w *writer) scale(a *Agreement) {
	priced := false
	for _, item := range a.Items {
		priced = priced || item.ValueCents > 0
	}
	if !priced {
		return
	}
	w.Keep(35)
	w.heading(func(l *Labels) string { return l.Scale })
	w.both(func(t *Text) string { return t.Labels.Age + " : " + t.Labels.Most }, false)
	table := doc.Table{Columns: []doc.Column{{Title: "", Width: 3}}}
	months := []int64{0, 12, 24, 36, ScaleMonths}
	for _, m := range months {
		table.Columns = append(table.Columns, doc.Column{Title: strings.ReplaceAll(w.french.Labels.Months, "{n}", strconv.FormatInt(m, 10)), Width: 1.2, Align: doc.Right})
	}
	for _, item := range a.Items {
		if item.ValueCents == 0 {
			continue
		}
		row := doc.Texts(item.Name)
		for _, m := range months {
			row = append(row, doc.Cell{Text: euros(ValueAfter(item.ValueCents, m))})
		}
		table.Rows = append(table.Rows, row)
	}
	w.Table(table)
}

// signatures draws a block for each home: the drawing where there is one, else room to sign by hand.
func (w *writer) signatures(p *Paper) error {
	w.Space(2)
	w.heading(func(l *Labels) string { return l.Signatures })
	w.both(func(t *Text) string { return t.Labels.Read }, false)
	if len(p.Signed) > 0 {
		return w.signed(p)
	}
	for i, h := range p.Homes {
		names := make([]string, len(h.Guardians))
		for j, g := range h.Guardians {
			names[j] = g.Name
		}
		w.Keep(36)
		w.both(func(t *Text) string {
			label := t.Labels.Home
			if i > 0 {
				label = t.Labels.SecondHome
			}
			return strings.TrimSuffix(label+" : "+strings.Join(names, ", "), " : ")
		}, true)
		w.Blank(w.french.Labels.Name, 90)
		w.Blank(w.french.Labels.Date, 0)
		w.EndLine()
		w.Space(6)
		w.Blank(w.french.Labels.Signature, 0)
		w.EndLine()
	}
	w.Keep(24)
	w.Strong(w.french.Labels.ForSchool)
	w.Space(6)
	w.Blank(w.french.Labels.Signature, 0)
	w.EndLine()
	return nil
}

func (w *writer) signed(p *Paper) error {
	day := shortDay(p.At.In(i18n.Paris))
	for _, s := range p.Signed {
		w.Keep(38)
		if s.Name != "" {
			w.Strong(s.Name)
		}
		if s.PNG != nil {
			if err := w.Picture(s.PNG, "image/png", 80, 26); err != nil {
				return err
			}
		}
		w.both(func(t *Text) string {
			said := t.Labels.SignedScreen
			if p.Agreement.SignedHow == OnPaper {
				said = t.Labels.SignedPaper
			}
			return strings.ReplaceAll(said, "{date}", day)
		}, false)
	}
	if p.SheetSum != "" {
		w.Note("SHA-256 : " + p.SheetSum)
	}
	if p.Sheet != nil {
		w.NewPage()
		return w.Picture(p.Sheet, "image/jpeg", 180, 250)
	}
	return nil
}

// link is what the QR code of an agreement holds.
func link(site, code string) string {
	return strings.TrimSuffix(site, "/") + "/c/" + code
}

// slips writes a small card for each agreement, to be cut out or printed on labels, for the day of the handover.
func slips(papers []*Paper, created time.Time) ([]byte, error) {
	stock, _ := doc.FindStock(slipStock)
	sheet := doc.Sheet{Title: "Cartes de remise", Lang: French, Stock: stock, First: 1, Created: created}
	for _, p := range papers {
		sheet.Labels = append(sheet.Labels, doc.Label{QR: p.Link, Code: p.Agreement.Code, Lines: []string{p.Pupil, p.Class, p.School}})
	}
	var b bytes.Buffer
	err := sheet.Write(&b)
	return b.Bytes(), err
}

const slipStock = "L7160"
