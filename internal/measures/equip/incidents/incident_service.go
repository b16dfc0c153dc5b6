package incidents

import (
	"context"
	"math"
	"slices"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/measures/equip/assets"
)

// room names this room's files.
const room = "equip"

// mostUnknown bounds what nobody is known to have reported, in a school and a day: a label is no door for floods.
const mostUnknown = 20

// Told is what came of a report.
type Told struct {
	Incident
	Again bool // somebody had reported it already
	Known bool // the person may report for this place: they are believed at once
}

// Tell reports that something is wrong with an asset. Who may report for its place is believed at once: the asset is in trouble, and its
// class counts it no more. Of whoever else scans the label the report is only noted. An asset with an open incident gets no second one.
func (s *Service) Tell(ctx context.Context, territory, asset string, kind Kind) (Told, error) {
	var t Told
	if !slices.Contains(Kinds, kind) {
		return t, errs.OfFields(errs.Field{Name: "kind", Key: "incidents.kind.missing"})
	}
	account := authz.From(ctx).Account
	err := s.db.Update(db.WithTerritories(ctx, territory), func(ctx context.Context, tx *db.Tx) error {
		a, err := assets.ByID(ctx, tx, territory, asset)
		if err != nil {
			return err
		}
		if a.State == assets.Retired {
			return errs.NewConflict("assets.state.retired", "code", a.Code)
		}
		t = Told{Known: known(ctx, &a)}
		if !t.Known {
			account = ""
		}
		if t.Incident, err = openOf(ctx, tx, territory, asset); err == nil {
			t.Again = true
			return s.again(ctx, tx, &t, &a, kind)
		}
		if !db.IsNotFound(err) {
			return err
		}
		return s.first(ctx, tx, &t, &a, kind, account)
	})
	return t, err
}

// known tells whether the person may report for the place of the asset: for what is in no class, all who may for some class of the school.
func known(ctx context.Context, a *assets.Asset) bool {
	if authz.May(ctx, Report, authz.Class(a.Territory, a.School, a.Class)) {
		return true
	}
	scopes, err := authz.Scopes(ctx, Report)
	return err == nil && a.Class == "" && slices.ContainsFunc(scopes, func(s authz.Scope) bool { return s.Territory == a.Territory && s.School == a.School })
}

func (s *Service) first(ctx context.Context, tx *db.Tx, t *Told, a *assets.Asset, kind Kind, account string) error {
	now := tx.Now()
	if !t.Known {
		n, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM equip_incident WHERE territory = ? AND school = ? AND reported_by = '' AND reported_at > ?", a.Territory, a.School, now-24*3600*1000)
		if err != nil {
			return err
		}
		if n >= mostUnknown {
			return errs.New(errs.TooMany, "incidents.many")
		}
	}
	actor, err := actorOf(ctx, tx, a)
	if err != nil {
		return err
	}
	number, err := assets.Numbers(ctx, tx, a.Territory, "incident", 1)
	if err != nil {
		return err
	}
	t.Incident = Incident{Territory: a.Territory, ID: tx.NewID(), Number: number, Asset: a.ID, AssetName: a.Name, AssetCode: a.Code, School: a.School, Class: a.Class,
		Kind: kind, Actor: actor, State: Reported, Reports: 1, ReportedAt: now, Version: 1}
	if err := insert(ctx, tx, &t.Incident, account); err != nil {
		return err
	}
	if err := s.record(ctx, tx, &t.Incident, FactReported); err != nil {
		return err
	}
	return s.believe(ctx, tx, t, a, kind)
}

// again counts a further report of what is open already. A graver kind takes the place of the one before.
func (s *Service) again(ctx context.Context, tx *db.Tx, t *Told, a *assets.Asset, kind Kind) error {
	t.Reports++
	if t.Known && kind.trouble() != "" && t.Kind.trouble() == "" {
		t.Kind = kind
	}
	if err := save(ctx, tx, &t.Incident); err != nil {
		return err
	}
	if err := s.record(ctx, tx, &t.Incident, FactRepeated); err != nil {
		return err
	}
	return s.believe(ctx, tx, t, a, kind)
}

func (s *Service) believe(ctx context.Context, tx *db.Tx, t *Told, a *assets.Asset, kind Kind) error {
	trouble := kind.trouble()
	if !t.Known || trouble == "" || a.Trouble != "" {
		return nil
	}
	return s.keeper.Trouble(ctx, tx, a, trouble, FactReported)
}

// Describe adds a note and a photo to an incident, by who may report for its place.
func (s *Service) Describe(ctx context.Context, id, note string, photo *files.Picture) error {
	if _, err := authz.Scopes(ctx, Report); err != nil {
		return err
	}
	note = strings.TrimSpace(note)
	if len([]rune(note)) > 1000 {
		return errs.OfFields(errs.Field{Name: "note", Key: "incidents.note.long"})
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		i, err := db.One(ctx, tx, scan, "SELECT "+columns+from+"WHERE i.id = ?", id)
		if db.IsNotFound(err) {
			return errs.NewNotFound("incidents.not_found")
		}
		if err != nil {
			return err
		}
		if !known(ctx, &assets.Asset{Territory: i.Territory, School: i.School, Class: i.Class}) {
			return errs.NewNotFound("incidents.not_found")
		}
		if photo != nil {
			f := files.File{Territory: i.Territory, Room: room, Kind: files.KindPhoto, Name: "incident.jpg", Type: photo.Type, Data: photo.Data}
			if err := files.Store(ctx, tx, &f); err != nil {
				return err
			}
			i.Photo = f.ID
		}
		if note != "" {
			i.Note = note
		}
		return save(ctx, tx, &i)
	})
}

// Photo returns the photo of an incident.
func (s *Service) Photo(ctx context.Context, id string) (files.File, error) {
	if _, err := authz.Scopes(ctx, Read); err != nil {
		return files.File{}, err
	}
	var f files.File
	err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		i, err := find(ctx, tx, Read, id)
		if err == nil && i.Photo == "" {
			err = errs.NewNotFound("incidents.photo.none")
		}
		if err != nil {
			return err
		}
		f, err = files.Load(ctx, tx, i.Territory, room, i.Photo)
		return err
	})
	return f, err
}

// Change brings an incident to another state; version is the one that the person saw. Usable again, the asset is out of trouble in the
// same transaction, and its class counts it. It returns Conflict for a state that cannot follow, or when somebody was first.
func (s *Service) Change(ctx context.Context, id string, version int64, next State) error {
	if _, err := authz.Scopes(ctx, Act); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		i, err := find(ctx, tx, Act, id)
		if err != nil {
			return err
		}
		if i.Version != version {
			return errs.NewConflict("incidents.meanwhile")
		}
		if err := i.State.to(next); err != nil {
			return err
		}
		i.State = next
		now := tx.Now()
		if i.TakenAt == 0 {
			i.TakenAt = now
		}
		a, err := assets.ByID(ctx, tx, i.Territory, i.Asset)
		if err != nil {
			return err
		}
		switch next {
		case Usable:
			i.UsableAt = now
			err = s.keeper.Trouble(ctx, tx, &a, "", FactChanged)
		case Closed:
			i.ClosedAt = now
		case Waiting:
			if a.Trouble == assets.Broken {
				err = s.keeper.Trouble(ctx, tx, &a, assets.Repair, FactChanged)
			}
		}
		if err != nil {
			return err
		}
		if err := save(ctx, tx, &i); err != nil {
			return err
		}
		return s.record(ctx, tx, &i, FactChanged)
	})
}

// One returns an incident.
func (s *Service) One(ctx context.Context, id string) (Incident, error) {
	if _, err := authz.Scopes(ctx, Read); err != nil {
		return Incident{}, err
	}
	list := make([]Incident, 1)
	if err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list[0], err = find(ctx, tx, Read, id)
		return err
	}); err != nil {
		return Incident{}, err
	}
	return list[0], s.name(ctx, list)
}

func (s *Service) name(ctx context.Context, list []Incident) error {
	names := map[string]string{}
	for i := range list {
		uai := list[i].School
		if _, known := names[uai]; !known && uai != "" {
			name, err := s.links.SchoolName(ctx, uai)
			if err != nil {
				return err
			}
			names[uai] = name
		}
		list[i].SchoolName = names[uai]
	}
	return nil
}

// List returns the incidents of one's places, those that wait longest first, and how many there are.
func (s *Service) List(ctx context.Context, f Filter) ([]Incident, int, error) {
	scopes, err := authz.Scopes(ctx, Read)
	if err != nil {
		return nil, 0, err
	}
	where, args := f.where(scopes)
	var list []Incident
	total := 0
	if err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		if total, err = db.One(ctx, tx, db.Value[int], "SELECT COUNT(*)"+from+"WHERE "+where, args...); err != nil {
			return err
		}
		list, err = db.All(ctx, tx, scan, "SELECT "+columns+from+"WHERE "+where+" ORDER BY CASE WHEN i.state IN ('usable', 'closed') THEN 1 ELSE 0 END, i.reported_at, i.id LIMIT ? OFFSET ?",
			append(args, f.Size, max(0, f.Page-1)*f.Size)...)
		return err
	}); err != nil {
		return nil, 0, err
	}
	return list, total, s.name(ctx, list)
}

// Delay is how long it took until assets were usable again, in days.
type Delay struct {
	Actor         string
	Kind          Kind
	Done, Open    int
	Median, Ninth float64 // of those that are done; Ninth is the 90th percentile
}

// Delays returns the delays of one's places by actor and kind, the slowest first.
func (s *Service) Delays(ctx context.Context) ([]Delay, error) {
	scopes, err := authz.Scopes(ctx, Read)
	if err != nil {
		return nil, err
	}
	where, args := authz.Filter(scopes, "i.territory", "i.school", "i.class")
	var list []Incident
	if err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		list, err = db.All(ctx, tx, scan, "SELECT "+columns+from+"WHERE i.state <> 'closed' AND "+where+" ORDER BY i.actor, i.kind", args...)
		return err
	}); err != nil {
		return nil, err
	}
	var out []Delay
	for len(list) > 0 {
		n := slices.IndexFunc(list, func(i Incident) bool { return i.Actor != list[0].Actor || i.Kind != list[0].Kind })
		if n < 0 {
			n = len(list)
		}
		d := Delay{Actor: list[0].Actor, Kind: list[0].Kind}
		var days []float64
		for _, i := range list[:n] {
			if i.UsableAt == 0 {
				d.Open++
				continue
			}
			days = append(days, i.DelayDays(0))
		}
		d.Done = len(days)
		d.Median, d.Ninth = quantile(days, 0.5), quantile(days, 0.9)
		out, list = append(out, d), list[n:]
	}
	slices.SortStableFunc(out, func(a, b Delay) int {
		switch {
		case a.Median > b.Median:
			return -1
		case a.Median < b.Median:
			return 1
		}
		return 0
	})
	return out, nil
}

// quantile returns the smallest value that at least the share of the values do not exceed, 0 of none.
func quantile(values []float64, share float64) float64 {
	if len(values) == 0 {
		return 0
	}
	slices.Sort(values)
	return values[max(0, int(math.Ceil(share*float64(len(values))))-1)]
}
