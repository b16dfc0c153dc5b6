package deliveries

import (
	"bytes"
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/files"
)

// Signing is what a person hands in to sign a delivery: a drawing made on the screen, or a photo of the paper note
// that was signed, with the code that it bears.
type Signing struct {
	How         string // OnScreen, OnPaper
	Name        string // stands in the document alone
	Function    string
	Picture     []byte
	Code        string // on paper: what the note bears
	RestMissing bool   // what nobody spoke of did not come
}

func (in *Signing) validate(d *Delivery) error {
	var faults []errs.Field
	wrong := func(name, key string) { faults = append(faults, errs.Field{Name: name, Key: key}) }
	if in.How == OnPaper {
		if kind, canonical, ok := code.Parse(in.Code); !ok || kind != code.Delivery || canonical != d.Code {
			wrong("code", "deliveries.sign.code.wrong")
		}
		if len(in.Picture) == 0 {
			wrong("sheet", "deliveries.sign.sheet.missing")
		}
	} else {
		if in.Name == "" || len(in.Name) > mostName {
			wrong("name", "deliveries.sign.name.missing")
		}
		if len(in.Picture) == 0 {
			wrong("drawing", "deliveries.sign.drawing.missing")
		}
	}
	if in.Function == "" || len(in.Function) > mostName {
		wrong("function", "deliveries.sign.function.missing")
	}
	return errs.OfFields(faults...)
}

// picture draws what was handed in again, and names its kind.
func (in *Signing) picture() (files.Picture, files.Kind, error) {
	if in.How == OnPaper {
		p, err := files.Sheet(bytes.NewReader(in.Picture))
		return p, files.KindSheet, err
	}
	p, err := files.Signature(bytes.NewReader(in.Picture))
	return p, files.KindSignature, err
}

// room names this room's files.
const room = "equip"

// Sign ends a delivery: the list as it stands, the differences and the signature become one document that nobody
// changes any more. Conflict when it is signed already, when something is contradictory, or when nothing was said of
// some items and they are not told to be missing.
func (s *Service) Sign(ctx context.Context, id string, in Signing) (*Content, error) {
	seen, err := s.Reception(ctx, id) // checks, and names the school outside the transaction
	if err != nil {
		return nil, err
	}
	if seen.State == Signed {
		return nil, errs.NewConflict("deliveries.sign.already")
	}
	if err := in.validate(&seen.Delivery); err != nil {
		return nil, err
	}
	picture, kind, err := in.picture()
	if err != nil {
		return nil, err
	}
	var c *Content
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		b, _, err := s.take(ctx, tx, id, nil)
		if err != nil {
			return err
		}
		c = b.content
		c.SchoolName, c.Commune, c.Address = seen.SchoolName, seen.Commune, seen.Address
		if err := b.ready(ctx, in.RestMissing); err != nil {
			return err
		}
		return s.freeze(ctx, tx, c, in, picture, kind)
	})
	return c, err
}

// ready refuses what cannot be signed yet.
func (b *batch) ready(ctx context.Context, restMissing bool) error {
	c := b.content
	switch {
	case c.State == Signed:
		return errs.NewConflict("deliveries.sign.already")
	case c.Tally.Conflicts > 0:
		return errs.NewConflict("deliveries.sign.conflicts", "n", c.Tally.Conflicts)
	case c.Tally.Open() == 0:
		return nil
	case !restMissing:
		return errs.NewConflict("deliveries.sign.open", "n", c.Tally.Open())
	}
	for _, item := range c.Items {
		if item.Says == "" {
			now := b.tx.Now()
			scan := Scan{ID: b.tx.NewID(), Delivery: c.ID, Code: item.Code, Asset: item.ID, Says: SaysMissing, Outcome: OutcomeCounted, At: now, StoredAt: now, Account: b.account}
			if err := b.apply(ctx, item, &scan); err != nil {
				return err
			}
			if err := insertScan(ctx, b.tx, c.Territory, &scan); err != nil {
				return err
			}
		}
	}
	b.changed = true
	return b.close(ctx)
}

// freeze keeps the signature and the document, and marks the delivery.
func (s *Service) freeze(ctx context.Context, tx *db.Tx, c *Content, in Signing, picture files.Picture, kind files.Kind) error {
	drawn := files.File{Territory: c.Territory, Room: room, Kind: kind, Name: c.Code, Type: picture.Type, Data: picture.Data}
	if err := files.Store(ctx, tx, &drawn); err != nil {
		return err
	}
	c.SignedAt, c.SignedBy, c.SignedHow, c.Signature = tx.Now(), in.Function, in.How, drawn.ID
	pdf, err := proof(ctx, c, in.Name, picture)
	if err != nil {
		return err
	}
	document := files.File{Territory: c.Territory, Room: room, Kind: files.KindDocument, Name: c.Code + ".pdf", Type: pdfType, Data: pdf}
	if err := files.Store(ctx, tx, &document); err != nil {
		return err
	}
	c.State, c.Document, c.SHA256 = Signed, document.ID, document.SHA256
	if _, err := tx.Exec(ctx, `UPDATE equip_delivery SET state = 'signed', received_at = COALESCE(received_at, ?), signed_at = ?, signed_by = ?, signed_how = ?, signature = ?, document = ?,
		sha256 = ?, version = version + 1 WHERE territory = ? AND id = ?`, c.SignedAt, c.SignedAt, c.SignedBy, c.SignedHow, c.Signature, c.Document, c.SHA256, c.Territory, c.ID); err != nil {
		return err
	}
	if err := s.record(ctx, tx, &c.Delivery, FactSigned, signed{c.Tally, c.SignedHow, c.SHA256}); err != nil {
		return err
	}
	return s.finish(ctx, tx, c)
}

// Proof returns the document that was signed, NotFound before.
func (s *Service) Proof(ctx context.Context, id string) (files.File, error) {
	if _, err := authz.Scopes(ctx, ReadDeliveries); err != nil {
		return files.File{}, err
	}
	var f files.File
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := deliveryOf(ctx, tx, id)
		if err != nil {
			return err
		}
		if err := authz.Check(ctx, ReadDeliveries, authz.School(d.Territory, d.School)); err != nil {
			return err
		}
		if d.Document == "" {
			return errs.NewNotFound("deliveries.sign.none")
		}
		f, err = files.Load(ctx, tx, d.Territory, room, d.Document)
		return err
	})
	return f, err
}
