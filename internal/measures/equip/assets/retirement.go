package assets

import (
	"context"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/doc"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/i18n"
)

// Why an asset leaves the inventory.
var RetireReasons = []string{"worn", "beyond_repair", "replaced", "lost", "stolen"}

// How its data was wiped; none_held: it holds none, not_recovered: it is gone with it.
var Wipes = []string{"erased", "overwritten", "destroyed", "none_held", "not_recovered"}

// RetirementInput says how an asset leaves the inventory.
type RetirementInput struct {
	Reason   string
	Wipe     string
	WipedOn  string // 2026-10-01
	WipedBy  string // a service or a company
	WEEE     string // who took it for recycling or another use
	WEEENote string // reference of the tracking note
}

// Retirement is how an asset left the inventory, with its certificate.
type Retirement struct {
	RetirementInput
	Document  string // of the room's files
	SHA256    string
	RetiredAt int64
}

// gone tells whether the asset leaves without being there.
func (in *RetirementInput) gone() bool { return in.Reason == "lost" || in.Reason == "stolen" }

// check puts the texts in order. What is gone was not wiped; what is there is wiped, or holds no data, and goes to somebody.
func (s *Service) checkRetirement(in *RetirementInput) (err error) {
	choice := func(name string) error {
		return errs.OfFields(errs.Field{Name: name, Key: "assets.error.choice"})
	}
	switch {
	case !slices.Contains(RetireReasons, in.Reason):
		return choice("reason")
	case !slices.Contains(Wipes, in.Wipe):
		return choice("wipe")
	case in.gone() != (in.Wipe == "not_recovered"):
		return errs.OfFields(errs.Field{Name: "wipe", Key: "assets.retire.wipe.gone"})
	}
	wiped := in.Wipe == "erased" || in.Wipe == "overwritten" || in.Wipe == "destroyed"
	if in.WipedBy, err = line("wiped_by", in.WipedBy, wiped); err != nil {
		return err
	}
	if err = s.pastDay("wiped_on", in.WipedOn, wiped); err != nil {
		return err
	}
	if in.WEEE, err = line("weee", in.WEEE, !in.gone()); err != nil {
		return err
	}
	in.WEEENote, err = line("weee_note", in.WEEENote, !in.gone())
	return err
}

// Retire takes an asset, with its parts, out of the inventory for good, and keeps the certificate of it. Conflict while it
// is out on a loan or stands in a deed that is not done; what is gone was told to be first.
func (s *Service) Retire(ctx context.Context, id string, version int64, in RetirementInput) error {
	if _, err := authz.Scopes(ctx, EditAssets); err != nil {
		return err
	}
	if err := s.checkRetirement(&in); err != nil {
		return err
	}
	return s.change(ctx, EditAssets, id, version, func(ctx context.Context, tx *db.Tx, a *Asset) error {
		switch {
		case a.State == Retired:
			return errs.NewConflict("assets.state.retired", "code", a.Code)
		case a.Holder != "":
			return errs.NewConflict("assets.held", "code", a.Code)
		case in.gone() && string(a.Trouble) != in.Reason:
			return errs.NewConflict("assets.retire.tell_first", "code", a.Code)
		}
		open, err := openDeed(ctx, tx, a)
		if err != nil {
			return err
		}
		if open != "" {
			return errs.NewConflict("assets.deed.open", "code", a.Code, "deed", open)
		}
		parts, err := Parts(ctx, tx, a.Territory, a.ID)
		if err != nil {
			return err
		}
		paper, err := s.certificate(ctx, a, parts, &in, tx.Now())
		if err != nil {
			return err
		}
		f := files.File{Territory: a.Territory, Room: room, Kind: files.KindDocument, Name: "certificat-" + a.Code + ".pdf", Type: "application/pdf", Data: paper}
		if err := files.Store(ctx, tx, &f); err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, `INSERT INTO equip_retirement (territory, asset, reason, wipe, wiped_on, wiped_by, weee, weee_note, document, sha256, retired_at)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`, a.Territory, a.ID, in.Reason, in.Wipe, in.WipedOn, in.WipedBy, in.WEEE, in.WEEENote, f.ID, f.SHA256, tx.Now()); err != nil {
			return err
		}
		return s.keeper.Reach(ctx, tx, a, Retired)
	})
}

// retirementOf returns how an asset left the inventory, nil while it has not.
func retirementOf(ctx context.Context, tx *db.Tx, territory, asset string) (*Retirement, error) {
	r, err := db.One(ctx, tx, func(row db.Scanner) (Retirement, error) {
		var r Retirement
		err := row.Scan(&r.Reason, &r.Wipe, &r.WipedOn, &r.WipedBy, &r.WEEE, &r.WEEENote, &r.Document, &r.SHA256, &r.RetiredAt)
		return r, err
	}, "SELECT reason, wipe, wiped_on, wiped_by, weee, weee_note, document, sha256, retired_at FROM equip_retirement WHERE territory = ? AND asset = ?", territory, asset)
	if db.IsNotFound(err) {
		return nil, nil
	}
	return &r, err
}

// Certificate returns the certificate of a retired asset as it was kept, NotFound.
func (s *Service) Certificate(ctx context.Context, id string) (files.File, error) {
	a, err := s.allowed(ctx, ReadAssets, id)
	if err != nil {
		return files.File{}, err
	}
	var f files.File
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		r, err := retirementOf(ctx, tx, a.Territory, a.ID)
		if err != nil {
			return err
		}
		if r == nil {
			return errs.NewNotFound("assets.retire.none", "code", a.Code)
		}
		f, err = files.Load(ctx, tx, a.Territory, room, r.Document)
		return err
	})
	return f, err
}

// papers is the language of official papers: French, whoever has them made.
func (s *Service) papers(ctx context.Context) *i18n.Localizer {
	if s.links.Papers != nil {
		return s.links.Papers
	}
	return i18n.From(ctx)
}

// certificate writes the certificate of data wiping and the note of what became of the waste.
func (s *Service) certificate(ctx context.Context, a *Asset, parts []Asset, in *RetirementInput, at int64) ([]byte, error) {
	l := s.papers(ctx)
	d := doc.New(doc.Options{Title: l.T("assets.certificate.title", "code", a.Code), Lang: string(l.Lang), Footer: l.T("assets.certificate.footer", "code", a.Code),
		Page: l.T("assets.paper.page"), Created: i18n.Millis(at)})
	d.Title(l.T("assets.certificate.title", "code", a.Code))
	d.Text(l.T("assets.certificate.lead", "day", whenText(l, at), "owner", a.Owner))
	d.Heading(l.T("assets.certificate.items"))
	d.Table(itemTable(l, append([]Asset{*a}, parts...)))
	d.Heading(l.T("assets.certificate.why"))
	d.Text(l.T("assets.retire.reason." + in.Reason))
	d.Heading(l.T("assets.certificate.wipe"))
	d.Text(l.T("assets.retire.wipe." + in.Wipe))
	if in.WipedOn != "" {
		d.Text(l.T("assets.certificate.wiped", "day", dayText(l, in.WipedOn), "by", in.WipedBy))
	}
	if in.WEEE != "" {
		d.Heading(l.T("assets.certificate.weee"))
		d.Text(l.T("assets.certificate.taken", "by", in.WEEE, "note", in.WEEENote))
	}
	d.Note(l.T("assets.certificate.note"))
	return d.Bytes()
}

// itemTable lists assets on a paper.
func itemTable(l *i18n.Localizer, list []Asset) doc.Table {
	t := doc.Table{Columns: []doc.Column{{Title: l.T("assets.column.code"), Width: 2}, {Title: l.T("assets.column.name"), Width: 5},
		{Title: l.T("assets.column.serial"), Width: 3}, {Title: l.T("assets.column.usable"), Width: 2.4}, {Title: l.T("assets.column.cost"), Width: 1.8, Align: doc.Right}}}
	for i := range list {
		a := &list[i]
		cost := ""
		if a.CostCents != nil {
			cost = l.Money(*a.CostCents)
		}
		t.Rows = append(t.Rows, doc.Texts(a.Code, a.Name, a.Serial, whenText(l, a.UsableAt), cost))
	}
	return t
}
