// Package deliveries brings what was ordered into the schools: rounds of a van, packing lists, labels, the reception
// by scanning, with or without a network, and the proof that was signed.
package deliveries

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/measures/equip/assets"
	"preau/internal/territory/directory"
)

// Directory names the schools.
type Directory interface {
	School(ctx context.Context, uai directory.UAI) (directory.School, error)
}

// Recorder records facts: the journal.
type Recorder interface {
	Record(ctx context.Context, tx *db.Tx, f journal.Fact) error
}

// Service plans rounds and receives deliveries. Every method asks for a permission first.
type Service struct {
	db      *db.DB
	journal Recorder
	keeper  assets.Keeper
	schools Directory
}

// New returns the service.
func New(d *db.DB, j Recorder, schools Directory) *Service {
	return &Service{db: d, journal: j, keeper: assets.Keeper{Journal: j}, schools: schools}
}

func (s *Service) record(ctx context.Context, tx *db.Tx, d *Delivery, kind string, data any) error {
	return s.journal.Record(ctx, tx, journal.Fact{Territory: d.Territory, School: d.School, Kind: kind, Subject: d.ID, Data: data})
}

// place is a school as the pages and papers name it.
type place struct{ Name, Commune, Address string }

// name puts the names of the schools into deliveries, outside any transaction. A school that the directory does not
// know any more goes by its number.
func (s *Service) name(ctx context.Context, list []Delivery) error {
	known := map[string]place{}
	inside := db.Everywhere(authz.System(ctx))
	for i := range list {
		d := &list[i]
		if d.School == "" {
			d.SchoolName = i18n.T(ctx, "deliveries.stock")
			continue
		}
		p, ok := known[d.School]
		if !ok {
			school, err := s.schools.School(inside, directory.UAI(d.School))
			switch {
			case errs.Is(err, errs.NotFound):
				p = place{Name: d.School}
			case err != nil:
				return err
			default:
				p = place{school.Name, school.CommuneName, school.Address}
			}
			known[d.School] = p
		}
		d.SchoolName, d.Commune, d.Address = p.Name, p.Commune, p.Address
	}
	return nil
}
