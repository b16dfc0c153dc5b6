package assets

import (
	"context"

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
func (s *Service) deedPaper(ctx context.Context, deed *Deed, items []Asset, signatures []signed) ([]byte, error) {
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
	d.Table(itemTable(l, items))
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
		d.Strong(l.T("assets.deed.total", "cost", l.Money(total)))
	} else {
		d.Strong(l.T("assets.deed.total.least", "cost", l.Money(total)))
	}
	d.Keep(70)
	d.Heading(l.T("assets.deed.signatures"))
	for i, who := range []string{l.T("assets.deed.giver", "who", deed.From), l.T("assets.deed.receiver", "who", deed.To)} {
		d.Keep(48)
		d.Strong(who)
		if signatures == nil {
			d.Blank(l.T("assets.deed.name"), 0)
			d.EndLine()
			d.Blank(l.T("assets.deed.day"), 60)
			d.Blank(l.T("assets.deed.signature"), 0)
			d.EndLine()
			d.Space(8)
			continue
		}
		one := signatures[i]
		d.Text(l.T("assets.deed.signed", "as", one.as, "when", l.DateTime(i18n.Millis(one.at))))
		if one.picture.Kind == files.KindSheet {
			if err := d.Picture(one.picture.Data, one.picture.Type, 120, 165); err != nil {
				return nil, err
			}
			continue
		}
		if err := d.Picture(one.picture.Data, one.picture.Type, 70, 24); err != nil {
			return nil, err
		}
	}
	if signatures != nil {
		d.Note(l.T("assets.deed.seal", "sha256", deed.SHA256))
	}
	return d.Bytes()
}
