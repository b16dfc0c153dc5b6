package assets

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/base/doc"
	"preau/internal/base/files"
	"preau/internal/base/i18n"
)

// signed is one signature of a deed.
type signed struct {
	as      string
	at      int64
	picture files.File
}

// deedPaper writes a deed: its text, what it hands over, and the two signatures or the room for them.
func (s *Service) deedPaper(ctx context.Context, tx *db.Tx, deed *Deed, items []Asset, signatures []signed) ([]byte, error) {
	l := s.papers(ctx)
	d := doc.New(doc.Options{Title: l.T("assets.deed.title", "code", deed.Code), Lang: string(l.Lang), Footer: l.T("assets.deed.footer", "code", deed.Code),
		Page: l.T("assets.paper.page"), Created: i18n.Millis(deed.CreatedAt)})
	if err := d.QR(deed.Code, 24); err != nil {
		return nil, err
	}
	d.Title(l.T("assets.deed.heading"))
	d.Strong(deed.Code)
	d.Text(l.T("assets.deed.between", "from", deed.From, "to", deed.To, "kind", l.T("assets.receiver."+deed.ToKind)))
	d.Text(l.T("assets.deed.deliberation.text", "reference", deed.Deliberation, "day", dayText(l, deed.DeliberatedOn)))
	d.Heading(l.T("assets.deed.agreed"))
	d.List([]string{l.T("assets.deed.article.1", "n", len(items)), l.T("assets.deed.article.2"), l.T("assets.deed.article.3"), l.T("assets.deed.article.4"), l.T("assets.deed.article.5")})
	d.Heading(l.T("assets.deed.list", "n", len(items)))
	list, err := withParts(ctx, tx, items)
	if err != nil {
		return nil, err
	}
	d.Table(itemTable(l, list))
	d.Strong(costText(l, items))
	d.Heading(l.T("assets.deed.signatures"))
	for i, who := range []string{l.T("assets.deed.giver", "who", deed.From), l.T("assets.deed.receiver", "who", deed.To)} {
		d.Keep(48)
		d.Strong(who)
		if signatures == nil {
			roomToSign(d, l)
		} else if err := signatures[i].draw(d, l); err != nil {
			return nil, err
		}
	}
	if signatures != nil {
		d.Note(l.T("assets.deed.seal", "sha256", deed.SHA256))
	}
	return d.Bytes()
}

// roomToSign leaves room to sign by hand.
func roomToSign(d *doc.Document, l *i18n.Localizer) {
	d.Blank(l.T("assets.deed.name"), 0)
	d.EndLine()
	d.Blank(l.T("assets.deed.day"), 60)
	d.Blank(l.T("assets.deed.signature"), 0)
	d.EndLine()
	d.Space(8)
}

// draw puts a signature on the deed: what was drawn, or the paper that was signed.
func (one *signed) draw(d *doc.Document, l *i18n.Localizer) error {
	d.Text(l.T("assets.deed.signed", "as", one.as, "when", l.DateTime(i18n.Millis(one.at))))
	if one.picture.Kind == files.KindSheet {
		return d.Picture(one.picture.Data, one.picture.Type, 120, 165)
	}
	return d.Picture(one.picture.Data, one.picture.Type, 70, 24)
}

// withParts puts the parts of each kit behind it.
func withParts(ctx context.Context, tx *db.Tx, items []Asset) ([]Asset, error) {
	var list []Asset
	for i := range items {
		list = append(list, items[i])
		if items[i].Kit == "" {
			continue
		}
		parts, err := Parts(ctx, tx, items[i].Territory, items[i].ID)
		if err != nil {
			return nil, err
		}
		for _, p := range parts {
			p.Name, p.CostCents = "– "+p.Name, nil // the cost is the kit's
			list = append(list, p)
		}
	}
	return list, nil
}

// costText sums what is known of the costs.
func costText(l *i18n.Localizer, items []Asset) string {
	var total int64
	known := true
	for i := range items {
		if items[i].CostCents == nil {
			known = false
			continue
		}
		total += *items[i].CostCents
	}
	if known {
		return l.T("assets.deed.total", "cost", l.Money(total))
	}
	return l.T("assets.deed.total.least", "cost", l.Money(total))
}
