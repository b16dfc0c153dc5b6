package stocktake

import (
	"context"
	"slices"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/journal"
	"preau/internal/measures/equip/assets"
)

// room names this room's files.
const room = "equip"

const (
	maxRoom = 60
	// maxTag bounds what is kept of an unknown tag.
	maxTag = 80
	// mostScans bounds the readings of one call.
	mostScans = 500
)

// List returns the stocktakes of one's schools, the newest first, 200 at the most.
func (s *Service) List(ctx context.Context) ([]Stocktake, error) {
	scopes, err := authz.Scopes(ctx, Read)
	if err != nil {
		return nil, err
	}
	where, args := authz.Filter(scopes, "territory", "school", "")
	var list []Stocktake
	if err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = db.All(ctx, tx, scanOne, "SELECT "+columns+" FROM equip_stocktake WHERE "+where+" ORDER BY opened_at DESC, id LIMIT 200", args...)
		return err
	}); err != nil {
		return nil, err
	}
	for i := range list {
		if _, list[i].SchoolName, err = s.links.School(ctx, list[i].School); err != nil {
			return nil, err
		}
	}
	return list, nil
}

// Open begins a stocktake of a school, or of one of its rooms. One that is open there already is gone on with: two who begin at once
// count together.
func (s *Service) Open(ctx context.Context, uai, in string) (string, error) {
	if _, err := authz.Scopes(ctx, Take); err != nil {
		return "", err
	}
	territory, _, err := s.links.School(ctx, uai)
	if errs.Is(err, errs.NotFound) {
		return "", errs.OfFields(errs.Field{Name: "school", Key: "stocktake.school.none"})
	}
	if err != nil {
		return "", err
	}
	if err := authz.Check(ctx, Take, authz.School(territory, uai)); err != nil {
		return "", err
	}
	in = strings.Join(strings.Fields(in), " ")
	if len([]rune(in)) > maxRoom {
		return "", errs.OfFields(errs.Field{Name: "room", Key: "stocktake.room.long", Args: []any{"max", maxRoom}})
	}
	id := ""
	return id, s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		id, err = db.One(ctx, tx, db.Value[string], "SELECT id FROM equip_stocktake WHERE territory = ? AND school = ? AND room = ? AND state = 'open' ORDER BY opened_at LIMIT 1", territory, uai, in)
		if err == nil || !db.IsNotFound(err) {
			return err
		}
		id = tx.NewID()
		if _, err := tx.Exec(ctx, "INSERT INTO equip_stocktake (territory, id, school, room, state, opened_at, opened_by) VALUES (?, ?, ?, ?, 'open', ?, ?)",
			territory, id, uai, in, tx.Now(), authz.From(ctx).Account); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Fact{Territory: territory, School: uai, Kind: FactOpened, Subject: id, Data: struct{}{}})
	})
}

// One returns a stocktake with what was seen and what was not.
func (s *Service) One(ctx context.Context, id string) (*Content, error) {
	if _, err := authz.Scopes(ctx, Read); err != nil {
		return nil, err
	}
	var c *Content
	if err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		c, err = content(ctx, tx, Read, id)
		return err
	}); err != nil {
		return nil, err
	}
	return c, s.name(ctx, c)
}

// name fills in the names of schools.
func (s *Service) name(ctx context.Context, c *Content) (err error) {
	if _, c.SchoolName, err = s.links.School(ctx, c.School); err != nil {
		return err
	}
	for i := range c.Scans {
		scan := &c.Scans[i]
		if scan.Outcome != Elsewhere || scan.School == "" || scan.School == c.School {
			continue
		}
		_, name, err := s.links.School(ctx, scan.School)
		if err != nil && !errs.Is(err, errs.NotFound) {
			return err
		}
		scan.Place = strings.TrimSuffix(name+", "+scan.Place, ", ")
	}
	return nil
}

func content(ctx context.Context, tx *db.Tx, perm authz.Permission, id string) (*Content, error) {
	s, err := find(ctx, tx, perm, id)
	if err != nil {
		return nil, err
	}
	c := &Content{Stocktake: s}
	if c.Scans, err = scansOf(ctx, tx, &s); err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	for _, scan := range c.Scans {
		switch scan.Outcome {
		case Expected:
			seen[scan.Asset] = true
		case Elsewhere:
			c.Tally.Elsewhere++
		default:
			c.Tally.Unknown++
		}
	}
	c.Tally.Seen = len(seen)
	if s.Closed() {
		c.Tally.Seen, c.Tally.Expected = int(s.Found), int(s.Found+s.Missed)
		c.Unseen, err = unseenOf(ctx, tx, &s)
		return c, err
	}
	expected, err := expectedOf(ctx, tx, &s)
	if err != nil {
		return nil, err
	}
	for _, item := range expected {
		switch {
		case seen[item.ID]:
		case item.Lent:
			c.Lent = append(c.Lent, item)
		default:
			c.Unseen = append(c.Unseen, item)
		}
	}
	c.Tally.Lent = len(c.Lent)
	c.Tally.Expected = c.Tally.Seen + len(c.Unseen)
	return c, nil
}

// Read takes readings in their order and returns what each tells. A tag that is read twice counts once.
func (s *Service) Read(ctx context.Context, id string, tags []string) ([]Scan, *Content, error) {
	if _, err := authz.Scopes(ctx, Take); err != nil {
		return nil, nil, err
	}
	if len(tags) > mostScans {
		return nil, nil, errs.NewInvalid("stocktake.many", "max", mostScans)
	}
	var scans []Scan
	var c *Content
	if err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		scans = nil
		stocktake, err := find(ctx, tx, Take, id)
		if err != nil {
			return err
		}
		if stocktake.Closed() {
			return errs.NewConflict("stocktake.closed")
		}
		for _, tag := range tags {
			scan, err := s.look(ctx, tx, &stocktake, tag)
			if err != nil {
				return err
			}
			if err := keepScan(ctx, tx, &stocktake, &scan); err != nil {
				return err
			}
			scans = append(scans, scan)
		}
		c, err = content(ctx, tx, Take, id)
		return err
	}); err != nil {
		return nil, nil, err
	}
	if err := s.name(ctx, c); err != nil {
		return nil, nil, err
	}
	for i := range scans { // with the names of places
		if at := slices.IndexFunc(c.Scans, func(x Scan) bool { return x.Code == scans[i].Code }); at >= 0 {
			scans[i] = c.Scans[at]
		}
	}
	return scans, c, nil
}

// look tells what a tag is of. The label of a part speaks for its kit.
func (s *Service) look(ctx context.Context, tx *db.Tx, at *Stocktake, tag string) (Scan, error) {
	tag = strings.TrimSpace(tag)
	if _, canonical, ok := code.Parse(tag); ok {
		tag = canonical
	}
	if runes := []rune(tag); len(runes) > maxTag {
		tag = string(runes[:maxTag])
	}
	scan := Scan{Code: tag, Outcome: Unknown, At: tx.Now()}
	if tag == "" {
		return scan, errs.OfFields(errs.Field{Name: "tag", Key: "stocktake.tag"})
	}
	a, err := assets.ByTag(ctx, tx, at.Territory, tag)
	if err == nil && a.Parent != "" {
		a, err = assets.ByID(ctx, tx, at.Territory, a.Parent)
	}
	switch {
	case errs.Is(err, errs.NotFound), errs.Is(err, errs.Conflict):
		return scan, nil
	case err != nil:
		return scan, err
	}
	scan.Asset, scan.Name, scan.Outcome = a.ID, a.Name, Elsewhere
	if a.School == at.School && (at.Room == "" || a.Room == at.Room) && a.State != assets.Retired {
		scan.Outcome = Expected
	}
	return scan, nil
}

// Bring says that what was seen here stays here: the asset moves, by who may take stock in both places.
func (s *Service) Bring(ctx context.Context, id, tag string) error {
	if _, err := authz.Scopes(ctx, Take); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		at, err := find(ctx, tx, Take, id)
		if err != nil {
			return err
		}
		if at.Closed() {
			return errs.NewConflict("stocktake.closed")
		}
		a, err := assets.ByTag(ctx, tx, at.Territory, tag)
		if err != nil {
			return err
		}
		if a.State == assets.Retired {
			return errs.NewConflict("assets.state.retired", "code", a.Code)
		}
		if !authz.May(ctx, Take, authz.School(a.Territory, a.School)) {
			return errs.NewForbidden("stocktake.elsewhere.not_yours")
		}
		class := ""
		if a.School == at.School {
			class = a.Class
		}
		if err := s.keeper.Move(ctx, tx, &a, at.School, class, at.Room, FactOpened); err != nil {
			return err
		}
		scan := Scan{Code: a.Code, Asset: a.ID, Outcome: Expected, At: tx.Now()}
		return keepScan(ctx, tx, &at, &scan)
	})
}

// Signing is how a stocktake is closed: who signs, and the drawing or the photo of the paper.
type Signing struct {
	Function string
	Picture  *files.Picture
}

// Close ends a stocktake: what was not seen is written down, what was is noted as seen, and the report with its signature is kept as it is.
func (s *Service) Close(ctx context.Context, id string, in Signing) error {
	seen, err := s.One(ctx, id)
	if err != nil {
		return err
	}
	if _, err := authz.Scopes(ctx, Take); err != nil {
		return err
	}
	in.Function = strings.Join(strings.Fields(in.Function), " ")
	if in.Function == "" || len([]rune(in.Function)) > maxRoom {
		return errs.OfFields(errs.Field{Name: "function", Key: "stocktake.sign.function.missing"})
	}
	if in.Picture == nil {
		return errs.OfFields(errs.Field{Name: "drawing", Key: "stocktake.sign.missing"})
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		c, err := content(ctx, tx, Take, id)
		if err != nil {
			return err
		}
		if c.Closed() {
			return errs.NewConflict("stocktake.closed")
		}
		c.SchoolName, c.ClosedAt, c.SignedBy = seen.SchoolName, tx.Now(), in.Function
		if err := s.settle(ctx, tx, c); err != nil {
			return err
		}
		pdf, err := report(ctx, c, in.Picture)
		if err != nil {
			return err
		}
		f := files.File{Territory: c.Territory, Room: room, Kind: files.KindDocument, Name: "inventaire-" + c.School + ".pdf", Type: "application/pdf", Data: pdf}
		if err := files.Store(ctx, tx, &f); err != nil {
			return err
		}
		n, err := tx.Exec(ctx, `UPDATE equip_stocktake SET state = 'closed', closed_at = ?, signed_by = ?, document = ?, sha256 = ?, seen = ?, unseen = ?, version = version + 1
			WHERE territory = ? AND id = ? AND version = ?`, c.ClosedAt, c.SignedBy, f.ID, f.SHA256, c.Tally.Seen, len(c.Unseen), c.Territory, c.ID, c.Version)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.NewConflict("stocktake.closed")
		}
		return s.journal.Record(ctx, tx, journal.Fact{Territory: c.Territory, School: c.School, Kind: FactClosed, Subject: c.ID, Data: c.Tally})
	})
}

// settle notes what was seen and what was not.
func (s *Service) settle(ctx context.Context, tx *db.Tx, c *Content) error {
	for _, item := range c.Unseen {
		if _, err := tx.Exec(ctx, "INSERT INTO equip_stocktake_unseen (territory, stocktake, asset) VALUES (?, ?, ?)", c.Territory, c.ID, item.ID); err != nil {
			return err
		}
	}
	_, err := tx.Exec(ctx, `UPDATE equip_asset SET seen_at = ?, version = version + 1 WHERE territory = ? AND id IN
		(SELECT asset FROM equip_stocktake_scan WHERE territory = ? AND stocktake = ? AND asset <> '')`, c.ClosedAt, c.Territory, c.Territory, c.ID)
	return err
}

// Lose declares something lost that a closed stocktake did not see.
func (s *Service) Lose(ctx context.Context, id, asset string) error {
	if _, err := authz.Scopes(ctx, Take); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		at, err := find(ctx, tx, Take, id)
		if err != nil {
			return err
		}
		n, err := tx.Exec(ctx, "UPDATE equip_stocktake_unseen SET lost = 1 WHERE territory = ? AND stocktake = ? AND asset = ? AND lost = 0", at.Territory, at.ID, asset)
		if err != nil {
			return err
		}
		if n == 0 {
			return errs.NewConflict("stocktake.lost.already")
		}
		a, err := assets.ByID(ctx, tx, at.Territory, asset)
		if err != nil {
			return err
		}
		return s.keeper.Trouble(ctx, tx, &a, assets.Lost, FactClosed)
	})
}

// Report returns the report of a closed stocktake as it was signed.
func (s *Service) Report(ctx context.Context, id string) (files.File, error) {
	if _, err := authz.Scopes(ctx, Read); err != nil {
		return files.File{}, err
	}
	var f files.File
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		at, err := find(ctx, tx, Read, id)
		if err == nil && at.Document == "" {
			err = errs.NewNotFound("stocktake.report.none")
		}
		if err != nil {
			return err
		}
		f, err = files.Load(ctx, tx, at.Territory, room, at.Document)
		return err
	})
	return f, err
}
