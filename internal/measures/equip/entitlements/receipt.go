package entitlements

import (
	"context"

	"preau/internal/base/doc"
	"preau/internal/base/files"
	"preau/internal/base/i18n"
	"preau/internal/measures/equip/assets"
)

// receipt is what the teacher signs: who, what, when, and the drawing.
func receipt(ctx context.Context, name string, e *Entitlement, a *assets.Asset, drawing files.Picture) ([]byte, error) {
	l := i18n.From(ctx)
	at := i18n.Millis(e.HandedAt)
	d := doc.New(doc.Options{Title: l.T("entitlements.receipt"), Lang: string(l.Lang), Footer: a.Code, Page: l.T("entitlements.receipt.page"), Created: at})
	d.Title(l.T("entitlements.receipt"))
	d.Strong(name)
	d.Text(l.T("entitlements.receipt.text", "name", a.Name, "code", a.Code, "serial", a.Serial, "uai", e.School, "at", l.DateTime(at)))
	d.List([]string{l.T("entitlements.receipt.owner", "owner", a.Owner), l.T("entitlements.receipt.duty"), l.T("entitlements.receipt.leave")})
	d.Heading(l.T("entitlements.receipt.signature"))
	if err := d.Picture(drawing.Data, drawing.Type, 90, 40); err != nil {
		return nil, err
	}
	return d.Bytes()
}
