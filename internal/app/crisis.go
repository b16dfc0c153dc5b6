package app

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/insight/readiness"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/lend/crisis"
)

// FreeDevices returns the devices of a school that could be lent now.
func (devices) FreeDevices(ctx context.Context, tx *db.Tx, territory, school string, most int) ([]crisis.Device, error) {
	list, err := assets.FreeIn(ctx, tx, territory, school, most)
	out := make([]crisis.Device, len(list))
	for i, a := range list {
		out[i] = crisis.Device{Code: a.Code, Name: a.Name}
	}
	return out, err
}

// MoveFree moves up to so many free devices from one school to another.
func (d devices) MoveFree(ctx context.Context, tx *db.Tx, territory, from, to string, most int, reason string) (int, error) {
	list, err := assets.FreeIn(ctx, tx, territory, from, most)
	if err != nil {
		return 0, err
	}
	for i := range list {
		if err := d.keeper.Move(ctx, tx, &list[i], to, "", "", reason); err != nil {
			return 0, err
		}
	}
	return len(list), nil
}

// drills tells the handover for a crisis what a drill found.
type drills struct{ readiness *readiness.Service }

// Closing returns how many pupils of each school that the drill's last run closes lack a device of their own.
func (d drills) Closing(ctx context.Context, id string) (territory, name, day string, schools map[string][2]int64, err error) {
	r, err := d.readiness.Drill(ctx, id, 0, 0)
	if err != nil {
		return "", "", "", nil, err
	}
	schools = map[string][2]int64{}
	for _, s := range r.Schools {
		for i, need := range readiness.Needs {
			if lacking := s.Figures.Missing[i]; need == readiness.NeedDevice && lacking.Hi > 0 {
				schools[s.UAI] = [2]int64{int64(lacking.Lo), int64(lacking.Hi)}
			}
		}
	}
	return r.Territory, r.Name, r.Day, schools, nil
}
