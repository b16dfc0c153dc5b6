package assets

import (
	"context"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/territory/directory"
)

// Label is what the label of an asset tells whoever scans it: nothing about a person, nor whether it is lent.
type Label struct {
	Asset
	School directory.School // where to bring it back, empty for the territory's own stock
	Gone   bool             // told to be lost or stolen
	Read   bool             // the person may see the asset's own page
	Work   bool             // and say that it works or does not
	Doors  []Door
}

// Label returns what the label tells, to everybody; NotFound for an unknown one.
func (s *Service) Label(ctx context.Context, tag string) (Label, error) {
	codes, err := s.everyTerritory(ctx)
	if err != nil {
		return Label{}, err
	}
	var list []Asset
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err = byName(ctx, tx, codes, tag)
		return err
	})
	if err != nil {
		return Label{}, err
	}
	if len(list) == 0 {
		return Label{}, errs.NewNotFound("assets.label.unknown", "tag", strings.TrimSpace(tag))
	}
	l := Label{Asset: list[0]}
	for _, a := range list { // of two territories with the same code, the person's own
		if authz.May(ctx, ReadAssets, a.scope()) {
			l.Asset, l.Read = a, true
			break
		}
	}
	l.Work = l.State.order() >= Delivered.order() && l.State != Retired && authz.May(ctx, InstallAssets, l.scope())
	l.Gone = l.Trouble == Lost || l.Trouble == Stolen
	if l.Asset.School != "" {
		l.School, err = s.places.School(inside(ctx), directory.UAI(l.Asset.School))
		if err != nil && !errs.Is(err, errs.NotFound) {
			return l, err
		}
	}
	for _, more := range s.links.Doors {
		doors, err := more(ctx, l.Asset)
		if err != nil {
			return l, err
		}
		l.Doors = append(l.Doors, doors...)
	}
	return l, nil
}

// FindSchool returns the UAI of the school that a text names, by its UAI or by words that name it alone; Invalid, which
// names those that are meant by the words when there are several.
func (s *Service) FindSchool(ctx context.Context, territory, text string) (string, error) {
	if uai, ok := directory.ParseUAI(text); ok {
		return string(uai), nil
	}
	page, err := s.places.Schools(inside(ctx), directory.SchoolFilter{Territory: territory, Search: text, Size: 6})
	if err != nil {
		return "", err
	}
	if len(page.Rows) == 1 {
		return string(page.Rows[0].UAI), nil
	}
	if len(page.Rows) == 0 {
		return "", errs.OfFields(errs.Field{Name: "school", Key: "assets.error.school", Args: []any{"uai", text}})
	}
	var names []string
	for _, row := range page.Rows {
		names = append(names, row.Name+" ("+row.CommuneName+", "+string(row.UAI)+")")
	}
	return "", errs.OfFields(errs.Field{Name: "school", Key: "assets.error.schools", Args: []any{"names", strings.Join(names, " ; ")}})
}
