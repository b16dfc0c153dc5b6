package deliveries

import (
	"bytes"
	"context"
	"io"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/doc"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/i18n"
)

const pdfType = "application/pdf"

// mostLabels bounds one document of labels.
const mostLabels = 5000

func paper(ctx context.Context, title string, at int64) *doc.Document {
	l := i18n.From(ctx)
	return doc.New(doc.Options{Title: title, Lang: string(l.Lang), Footer: title, Page: l.T("deliveries.paper.page"), Created: time.UnixMilli(at)})
}

// contents returns deliveries with their items, outside any list's bounds: those of a round, or one.
func (s *Service) contents(ctx context.Context, round, delivery string) ([]*Content, error) {
	if _, err := authz.Scopes(ctx, ReadDeliveries); err != nil {
		return nil, err
	}
	var list []*Content
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list = nil
		var found []Delivery
		var err error
		if round != "" {
			_, found, err = roundFor(ctx, tx, round, ReadDeliveries)
		} else {
			var d Delivery
			if d, err = deliveryOf(ctx, tx, delivery); err == nil {
				found, err = []Delivery{d}, authz.Check(ctx, ReadDeliveries, authz.School(d.Territory, d.School))
			}
		}
		if err != nil {
			return err
		}
		for _, d := range found {
			c, err := contentOf(ctx, tx, d)
			if err != nil {
				return err
			}
			list = append(list, c)
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for _, c := range list {
		if err := s.nameOne(ctx, &c.Delivery); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Group is a number of equal things of a packing list.
type Group struct {
	Name     string
	Items    []*Item
	Parts    []string // of a kit: what each holds, "2 × câble"
	Quantity int
}

// Packing is what to put together for one stop.
type Packing struct {
	Delivery
	Groups []Group
}

// Packing returns the packing lists of the stops of a round, or of one delivery.
func (s *Service) Packing(ctx context.Context, round, delivery string) ([]Packing, error) {
	list, err := s.contents(ctx, round, delivery)
	if err != nil {
		return nil, err
	}
	all := make([]Packing, len(list))
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		for i, c := range list {
			extra, err := suppliesOf(ctx, tx, c.Territory, c.ID)
			if err != nil {
				return err
			}
			all[i] = Packing{c.Delivery, groups(c, extra)}
		}
		return nil
	})
	return all, err
}

// groups puts equal things together. Kits of two versions are two things.
func groups(c *Content, extra []supply) []Group {
	type key struct {
		name, kit string
		version   int64
	}
	at := map[key]int{}
	var list []Group
	for _, item := range c.Items {
		k := key{item.Name, item.Kit, item.KitVersion}
		i, ok := at[k]
		if !ok {
			i = len(list)
			at[k] = i
			list = append(list, Group{Name: item.Name, Parts: holds(item, extra)})
		}
		list[i].Items = append(list[i].Items, item)
		list[i].Quantity++
	}
	return list
}

// holds says what a kit holds: its parts that are assets, and its supplies.
func holds(item *Item, extra []supply) []string {
	var names []string
	count := map[string]int64{}
	add := func(name string, n int64) {
		if count[name] == 0 {
			names = append(names, name)
		}
		count[name] += n
	}
	for _, part := range item.Parts {
		add(part.Name, 1)
	}
	for _, e := range extra {
		if e.Kit == item.Kit && e.Version == item.KitVersion {
			add(e.Name, e.Quantity)
		}
	}
	for i, name := range names {
		names[i] = times(count[name]) + name
	}
	return names
}

// PackingPaper writes the packing lists (PDF), one stop a page.
func (s *Service) PackingPaper(ctx context.Context, round, delivery string, to io.Writer) error {
	list, err := s.Packing(ctx, round, delivery)
	if err != nil {
		return err
	}
	l := i18n.From(ctx)
	d := paper(ctx, l.T("deliveries.packing"), s.db.Now())
	for i, p := range list {
		if i > 0 {
			d.NewPage()
		}
		d.Note(p.RoundName + day(l, " · ", p.PlannedOn))
		d.Title(l.T("deliveries.packing.stop", "n", p.Stop, "school", p.SchoolName))
		d.Text(l.T("deliveries.paper.where", "address", p.Address, "commune", p.Commune, "uai", p.School, "code", p.Code))
		table := doc.Table{Columns: []doc.Column{{Title: l.T("deliveries.packing.done"), Width: 1.3}, {Title: l.T("deliveries.item"), Width: 6}, {Title: l.T("deliveries.code"), Width: 2.4}, {Title: l.T("deliveries.serial"), Width: 3}}, Height: 7, Grid: true}
		for _, g := range p.Groups {
			table.Rows = append(table.Rows, doc.Row{{}, {Text: times(int64(g.Quantity)) + g.Name, Bold: true}})
			if len(g.Parts) > 0 {
				table.Rows = append(table.Rows, doc.Row{{}, {Text: l.T("deliveries.packing.each", "parts", joined(g.Parts))}})
			}
			for _, item := range g.Items {
				table.Rows = append(table.Rows, doc.Row{{Boxes: []string{""}}, {Text: item.Name}, {Text: item.Code}, {Text: item.Serial}})
			}
		}
		d.Table(table)
	}
	return d.Write(to)
}

// NotePaper writes the delivery notes (PDF) to be signed on paper: the code on them leads to the reception.
func (s *Service) NotePaper(ctx context.Context, round, delivery, site string, to io.Writer) error {
	list, err := s.contents(ctx, round, delivery)
	if err != nil {
		return err
	}
	l := i18n.From(ctx)
	d := paper(ctx, l.T("deliveries.note"), s.db.Now())
	for i, c := range list {
		if i > 0 {
			d.NewPage()
		}
		if err := noteHead(d, l, c, l.T("deliveries.note"), site+"/b/"+c.Code); err != nil {
			return err
		}
		d.Space(4)
		d.Text(l.T("deliveries.note.how", "code", c.Code))
		boxes := make([]string, len(Sayings))
		for i, says := range Sayings {
			boxes[i] = saysText(l, says)
		}
		table := doc.Table{Columns: []doc.Column{{Title: l.T("deliveries.item"), Width: 3.6}, {Title: l.T("deliveries.code"), Width: 1.9}, {Title: l.T("deliveries.note.tick"), Width: 6.2}}, Height: 7.5}
		c.all(func(item *Item) {
			row := doc.Row{{Text: item.Name, Bold: item.Parent == ""}, {Text: item.Code}}
			if item.Parent == "" {
				row = append(row, doc.Cell{Boxes: boxes})
			} else {
				row[0].Text = "– " + item.Name
			}
			table.Rows = append(table.Rows, row)
		})
		d.Table(table)
		d.Heading(l.T("deliveries.note.surplus"))
		d.Blank("", 0)
		d.EndLine()
		d.Heading(l.T("deliveries.note.signature"))
		d.Blank(l.T("deliveries.sign.name"), 95)
		d.Blank(l.T("deliveries.sign.function"), 0)
		d.EndLine()
		d.Blank(l.T("deliveries.note.day"), 60)
		d.Blank(l.T("deliveries.note.sign"), 0)
		d.EndLine()
	}
	return d.Write(to)
}

func noteHead(d *doc.Document, l *i18n.Localizer, c *Content, title, address string) error {
	if err := d.QR(address, 30); err != nil {
		return err
	}
	d.Note(c.RoundName + day(l, " · ", c.PlannedOn))
	d.Title(title + " " + c.Code)
	d.Strong(c.SchoolName)
	d.Text(l.T("deliveries.paper.where", "address", c.Address, "commune", c.Commune, "uai", c.School, "code", c.Code))
	return nil
}

// proof writes the document of a signed delivery: what came, what differs, who signed.
func proof(ctx context.Context, c *Content, name string, picture files.Picture) ([]byte, error) {
	l := i18n.From(ctx)
	d := paper(ctx, l.T("deliveries.proof")+" "+c.Code, c.SignedAt)
	d.Note(c.RoundName + day(l, " · ", c.PlannedOn))
	d.Title(l.T("deliveries.proof") + " " + c.Code)
	d.Strong(c.SchoolName)
	d.Text(l.T("deliveries.paper.where", "address", c.Address, "commune", c.Commune, "uai", c.School, "code", c.Code))
	d.Text(tallyText(l, c.Tally))
	if !c.Tally.Whole() || len(differences(c)) > 0 {
		d.Heading(l.T("deliveries.proof.differences"))
		rows := []doc.Row{}
		for _, item := range differences(c) {
			rows = append(rows, doc.Texts(item.Name, item.Code, saysText(l, item.Says)))
		}
		for _, extra := range c.Surplus {
			rows = append(rows, doc.Texts(l.T("deliveries.surplus"), extra.Code, extra.Note))
		}
		d.Table(doc.Table{Columns: []doc.Column{{Title: l.T("deliveries.item"), Width: 5}, {Title: l.T("deliveries.code"), Width: 2.5}, {Title: l.T("deliveries.state"), Width: 4}}, Rows: rows})
	}
	d.Heading(l.T("deliveries.proof.list"))
	table := doc.Table{Columns: []doc.Column{{Title: l.T("deliveries.item"), Width: 5}, {Title: l.T("deliveries.code"), Width: 2.2}, {Title: l.T("deliveries.serial"), Width: 3}, {Title: l.T("deliveries.state"), Width: 2}}}
	c.all(func(item *Item) {
		title, state := item.Name, saysText(l, item.Says)
		if item.Parent != "" {
			title = "– " + item.Name
			if item.Following {
				state = ""
			}
		}
		table.Rows = append(table.Rows, doc.Texts(title, item.Code, item.Serial, state))
	})
	d.Table(table)
	d.Heading(l.T("deliveries.note.signature"))
	signedAt := l.DateTime(i18n.Millis(c.SignedAt))
	if c.SignedHow == OnPaper {
		d.Text(l.T("deliveries.proof.paper", "function", c.SignedBy, "at", signedAt))
		return finished(d, picture, 180, 230)
	}
	d.Text(l.T("deliveries.proof.screen", "name", name, "function", c.SignedBy, "at", signedAt))
	return finished(d, picture, 90, 40)
}

func finished(d *doc.Document, picture files.Picture, width, height float64) ([]byte, error) {
	if err := d.Picture(picture.Data, picture.Type, width, height); err != nil {
		return nil, err
	}
	return d.Bytes()
}

// differences are the items, and the parts that were looked at apart, of which something else than received is said.
func differences(c *Content) []*Item {
	var list []*Item
	c.all(func(item *Item) {
		if item.Says != SaysReceived && !item.Following {
			list = append(list, item)
		}
	})
	return list
}

// LabelOptions say how labels are printed.
type LabelOptions struct {
	Stock string // see doc.Stocks
	First int    // the first free label of the sheet, from 1
	Site  string // what the codes lead to
}

// Labels writes the labels (PDF) of the things of a round or of one delivery, in the order of the stops: each kit
// before its parts. Invalid for a stock or a first label that does not exist.
func (s *Service) Labels(ctx context.Context, round, delivery string, o LabelOptions, to io.Writer) error {
	list, err := s.contents(ctx, round, delivery)
	if err != nil {
		return err
	}
	stock, ok := doc.FindStock(o.Stock)
	if !ok {
		return errs.NewInvalid("deliveries.labels.stock")
	}
	if o.First < 1 || o.First > stock.Each() {
		return errs.NewInvalid("deliveries.labels.first", "most", stock.Each())
	}
	l := i18n.From(ctx)
	sheet := doc.Sheet{Title: l.T("deliveries.labels"), Lang: string(l.Lang), Stock: stock, First: o.First, Created: s.db.Time()}
	for _, c := range list {
		c.all(func(item *Item) {
			sheet.Labels = append(sheet.Labels, doc.Label{QR: o.Site + "/m/" + item.Code, Code: item.Code, Lines: []string{item.Name, c.SchoolName, c.Commune}})
		})
	}
	if len(sheet.Labels) > mostLabels {
		return errs.NewInvalid("deliveries.labels.many", "most", mostLabels)
	}
	var b bytes.Buffer
	if err := sheet.Write(&b); err != nil {
		return err
	}
	_, err = to.Write(b.Bytes())
	return err
}
