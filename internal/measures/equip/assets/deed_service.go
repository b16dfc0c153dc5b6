package assets

import (
	"bytes"
	"cmp"
	"context"
	"slices"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/journal"
)

// DeedTold is the data of the facts about deeds.
type DeedTold struct {
	Code  string `json:"code"`
	Kind  string `json:"kind"` // of the new owner
	Items int    `json:"items"`
}

func (s *Service) recordDeed(ctx context.Context, tx *db.Tx, kind string, d *Deed) error {
	return s.journal.Record(ctx, tx, journal.Fact{Territory: d.Territory, Kind: kind, Subject: d.ID, Data: DeedTold{d.Code, d.ToKind, d.Items}})
}

// Deeds returns the deeds of the territories on which the principal may hand assets over, the newest first.
func (s *Service) Deeds(ctx context.Context) ([]Deed, error) {
	territories, err := s.deedTerritories(ctx)
	if err != nil {
		return nil, err
	}
	var list []Deed
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = db.All(ctx, tx, scanDeed, "SELECT "+deedColumns+" FROM equip_deed d WHERE d.territory IN ("+db.Marks(len(territories))+") ORDER BY d.created_at DESC, d.id DESC LIMIT 500",
			db.Strings(territories)...)
		return err
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// deedTerritories returns the territories on the whole of which the principal may hand assets over: a deed is of one territory.
func (s *Service) deedTerritories(ctx context.Context) ([]string, error) {
	if _, err := authz.Scopes(ctx, CedeAssets); err != nil {
		return nil, err
	}
	codes, err := s.territories(ctx)
	if err != nil {
		return nil, err
	}
	codes = slices.DeleteFunc(slices.Clone(codes), func(code string) bool { return !authz.May(ctx, CedeAssets, authz.Territory(code)) })
	if len(codes) == 0 {
		return nil, errs.NewNotFound("authz.not_found")
	}
	return codes, nil
}

// Deed returns a deed with its assets, NotFound.
func (s *Service) Deed(ctx context.Context, id string) (Deed, []Asset, error) {
	territories, err := s.deedTerritories(ctx)
	if err != nil {
		return Deed{}, nil, err
	}
	var d Deed
	var items []Asset
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if d, err = findDeed(ctx, tx, territories, id); err != nil {
			return err
		}
		items, err = deedItems(ctx, tx, d.Territory, d.ID)
		return err
	})
	return d, items, err
}

func findDeed(ctx context.Context, tx *db.Tx, territories []string, id string) (Deed, error) {
	for _, territory := range territories {
		d, err := deedByID(ctx, tx, territory, id)
		if !errs.Is(err, errs.NotFound) {
			return d, err
		}
	}
	return Deed{}, errs.NewNotFound("assets.deed.not_found")
}

// PrepareDeed writes a deed over assets of one owner and freezes its text; nothing changes owner yet. Invalid names the
// codes that are unknown, parts of a kit, retired, of another owner than the first, or in a deed that is not done.
func (s *Service) PrepareDeed(ctx context.Context, in DeedInput) (Deed, error) {
	if err := authz.Check(ctx, CedeAssets, authz.Territory(in.Territory)); err != nil {
		return Deed{}, err
	}
	if err := s.checkDeed(&in); err != nil {
		return Deed{}, err
	}
	var d Deed
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		items, err := s.ceded(ctx, tx, &in)
		if err != nil {
			return err
		}
		number, err := Numbers(ctx, tx, in.Territory, "deed", 1)
		if err != nil {
			return err
		}
		d = Deed{Territory: in.Territory, ID: tx.NewID(), Code: code.Make(code.Deed, in.Territory, uint64(number)), From: items[0].Owner, To: in.To, ToKind: in.ToKind,
			Deliberation: in.Deliberation, DeliberatedOn: in.DeliberatedOn, State: DeedPrepared, Version: 1, CreatedAt: tx.Now(), Items: len(items)}
		paper, err := s.deedPaper(ctx, tx, &d, items, nil)
		if err != nil {
			return err
		}
		f, err := storePaper(ctx, tx, d.Territory, "acte-"+d.Code+".pdf", paper)
		if err != nil {
			return err
		}
		d.Prepared, d.SHA256 = f.ID, f.SHA256
		if err := insertDeed(ctx, tx, &d, items); err != nil {
			return err
		}
		return s.recordDeed(ctx, tx, FactDeedPrepared, &d)
	})
	return d, err
}

func storePaper(ctx context.Context, tx *db.Tx, territory, name string, paper []byte) (files.File, error) {
	f := files.File{Territory: territory, Room: room, Kind: files.KindDocument, Name: name, Type: "application/pdf", Data: paper}
	return f, files.Store(ctx, tx, &f)
}

// ceded returns the assets of a deed in the making.
func (s *Service) ceded(ctx context.Context, tx *db.Tx, in *DeedInput) ([]Asset, error) {
	var items []Asset
	var fields []errs.Field
	wrong := func(key string, args ...any) {
		fields = append(fields, errs.Field{Name: "codes", Key: key, Args: args})
	}
	seen := map[string]bool{}
	for _, tag := range in.Codes {
		a, err := ByTag(ctx, tx, in.Territory, tag)
		if errs.Is(err, errs.NotFound) || errs.Is(err, errs.Conflict) {
			wrong("assets.tag.unknown", "tag", tag)
			continue
		}
		if err != nil {
			return nil, err
		}
		if seen[a.ID] {
			continue
		}
		seen[a.ID] = true
		deed, err := openDeed(ctx, tx, &a)
		if err != nil {
			return nil, err
		}
		switch {
		case deed != "":
			wrong("assets.deed.open", "code", a.Code, "deed", deed)
		case a.Parent != "":
			wrong("assets.part.follows", "code", a.Code)
		case a.State == Retired:
			wrong("assets.state.retired", "code", a.Code)
		case a.Owner == in.To:
			wrong("assets.deed.already", "code", a.Code, "owner", in.To)
		case len(items) > 0 && a.Owner != items[0].Owner:
			wrong("assets.deed.owners", "code", a.Code, "owner", a.Owner, "first", items[0].Owner)
		}
		items = append(items, a)
	}
	slices.SortFunc(items, func(a, b Asset) int { return cmp.Or(strings.Compare(a.Name, b.Name), strings.Compare(a.Code, b.Code)) })
	return items, errs.OfFields(fields...)
}

// Sign keeps the signature of who gives (first) or of who receives (then). With the second one the deed is frozen with both
// and the owner changes, all in one transaction: Conflict when an asset is no longer the first owner's or has been
// retired since.
func (s *Service) Sign(ctx context.Context, id string, version int64, in Signing) error {
	if _, err := authz.Scopes(ctx, CedeAssets); err != nil {
		return err
	}
	as, err := line("as", in.As, true)
	if err != nil {
		return err
	}
	picture, kind, err := in.picture()
	if err != nil {
		return err
	}
	return s.changeDeed(ctx, id, version, func(ctx context.Context, tx *db.Tx, d *Deed) error {
		if in.How == OnPaper {
			if kind, canonical, ok := code.Parse(in.Code); !ok || kind != code.Deed || canonical != d.Code {
				return errs.OfFields(errs.Field{Name: "code", Key: "assets.sign.code"})
			}
		}
		f := files.File{Territory: d.Territory, Room: room, Kind: kind, Name: "signature-" + d.Code, Type: picture.Type, Data: picture.Data}
		if err := files.Store(ctx, tx, &f); err != nil {
			return err
		}
		if d.State == DeedPrepared {
			d.State, d.SignedAt, d.SignedAs, d.Signature = DeedSigned, tx.Now(), as, f.ID
			if err := saveDeed(ctx, tx, d); err != nil {
				return err
			}
			return s.recordDeed(ctx, tx, FactDeedSigned, d)
		}
		d.State, d.CountersignedAt, d.CountersignedAs, d.Countersigned = DeedCountersigned, tx.Now(), as, f.ID
		return s.conclude(ctx, tx, d)
	})
}

func (in *Signing) picture() (files.Picture, files.Kind, error) {
	if len(in.Picture) == 0 {
		return files.Picture{}, "", errs.OfFields(errs.Field{Name: map[bool]string{true: "sheet", false: "drawing"}[in.How == OnPaper], Key: "assets.error.empty"})
	}
	if in.How == OnPaper {
		p, err := files.Sheet(bytes.NewReader(in.Picture))
		return p, files.KindSheet, err
	}
	p, err := files.Signature(bytes.NewReader(in.Picture))
	return p, files.KindSignature, err
}

// conclude hands the assets over and freezes the deed with both signatures.
func (s *Service) conclude(ctx context.Context, tx *db.Tx, d *Deed) error {
	items, err := deedItems(ctx, tx, d.Territory, d.ID)
	if err != nil {
		return err
	}
	for i := range items {
		if a := &items[i]; a.Owner != d.From || a.State == Retired {
			return errs.NewConflict("assets.deed.changed", "code", a.Code)
		}
	}
	signatures := make([]signed, 2)
	for i, one := range []struct {
		file, as string
		at       int64
	}{{d.Signature, d.SignedAs, d.SignedAt}, {d.Countersigned, d.CountersignedAs, d.CountersignedAt}} {
		f, err := files.Load(ctx, tx, d.Territory, room, one.file)
		if err != nil {
			return err
		}
		signatures[i] = signed{as: one.as, at: one.at, picture: f}
	}
	paper, err := s.deedPaper(ctx, tx, d, items, signatures)
	if err != nil {
		return err
	}
	f, err := storePaper(ctx, tx, d.Territory, "acte-signe-"+d.Code+".pdf", paper)
	if err != nil {
		return err
	}
	d.Document, d.DocumentSHA256 = f.ID, f.SHA256
	if err := saveDeed(ctx, tx, d); err != nil {
		return err
	}
	for i := range items {
		if err := s.keeper.Assign(ctx, tx, &items[i], FieldOwner, d.To, d.Code); err != nil {
			return err
		}
	}
	return s.recordDeed(ctx, tx, FactDeedCountersigned, d)
}

// CancelDeed gives a deed up that is not countersigned: nothing has changed owner. Conflict afterwards.
func (s *Service) CancelDeed(ctx context.Context, id string, version int64) error {
	return s.changeDeed(ctx, id, version, func(ctx context.Context, tx *db.Tx, d *Deed) error {
		d.State = DeedCancelled
		if err := saveDeed(ctx, tx, d); err != nil {
			return err
		}
		return s.recordDeed(ctx, tx, FactDeedCancelled, d)
	})
}

// changeDeed runs a change of a deed that is not done, in the version that was read.
func (s *Service) changeDeed(ctx context.Context, id string, version int64, f func(ctx context.Context, tx *db.Tx, d *Deed) error) error {
	territories, err := s.deedTerritories(ctx)
	if err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		d, err := findDeed(ctx, tx, territories, id)
		switch {
		case err != nil:
			return err
		case version != 0 && d.Version != version:
			return errs.NewConflict("assets.deed.meanwhile", "code", d.Code)
		case !d.open():
			return errs.NewConflict("assets.deed.done", "code", d.Code)
		}
		return f(ctx, tx, &d)
	})
}

// DeedPaper returns the text that both sign, or with final the deed with both signatures, as it was kept; NotFound.
func (s *Service) DeedPaper(ctx context.Context, id string, final bool) (files.File, error) {
	d, _, err := s.Deed(ctx, id)
	if err != nil {
		return files.File{}, err
	}
	name := d.Prepared
	if final {
		name = d.Document
	}
	if name == "" {
		return files.File{}, errs.NewNotFound("assets.deed.not_signed", "code", d.Code)
	}
	var f files.File
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		f, err = files.Load(ctx, tx, d.Territory, room, name)
		return err
	})
	return f, err
}
