package readiness

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
)

// ClassCensus is a class with what the census last said of it.
type ClassCensus struct {
	Territory  string
	School     string
	ID         string
	Year       string
	Name       string
	Level      string
	Listed     Count // pupils by the school's list
	Version    int   // 0: never answered
	AnsweredAt int64
	Answer     Answer // before the first answer: the pupils of the list
}

// Answered tells whether the class has an answer.
func (c ClassCensus) Answered() bool { return c.Version > 0 }

// Figures returns what the class adds to every sum.
func (c ClassCensus) Figures() Figures { return Of(c.Answer, c.Answered()) }

const classColumns = `c.territory, c.school, c.id, c.year, c.name, c.level, c.pupils, r.version, r.answered_at,
	r.pupils, r.device, r.shared, r.video, r.reached, COALESCE(r.channel, ''), r.display, r.laptop, r.kit, r.connection, r.trained, COALESCE(r.lent_devices, 0), COALESCE(r.lent_videos, 0)`

func scanClass(row db.Scanner) (ClassCensus, error) {
	var c ClassCensus
	var version, at sql.NullInt64
	a := &c.Answer
	err := row.Scan(&c.Territory, &c.School, &c.ID, &c.Year, &c.Name, &c.Level, &c.Listed, &version, &at,
		&a.Pupils, &a.Device, &a.Shared, &a.Video, &a.Reached, &a.Channel, &a.Display, &a.Laptop, &a.Kit, &a.Connection, &a.Trained, &a.Lent, &a.LentVideo)
	c.Version, c.AnsweredAt = int(version.Int64), at.Int64
	if c.Version == 0 {
		a.Pupils = c.Listed
	}
	return c, err
}

// classesOf returns the open classes of a school that lie within the scopes: those of the newest school year first, the youngest pupils first.
func classesOf(ctx context.Context, tx *db.Tx, territory, school string, scopes []authz.Scope) ([]ClassCensus, error) {
	where, args := authz.Filter(scopes, "c.territory", "c.school", "c.id")
	list, err := db.All(ctx, tx, scanClass, "SELECT "+classColumns+` FROM directory_class c
		LEFT JOIN readiness_class r ON r.territory = c.territory AND r.class = c.id
		WHERE c.territory = ? AND c.school = ? AND c.status = 'open' AND `+where, append([]any{territory, school}, args...)...)
	slices.SortFunc(list, func(a, b ClassCensus) int {
		return cmp.Or(strings.Compare(b.Year, a.Year), compareClasses(a.Level, a.Name, a.ID, b.Level, b.Name, b.ID))
	})
	return list, err
}

// CensusState is how far the census of a school is.
type CensusState struct {
	School
	Classes    int
	Answered   int
	AnsweredAt int64 // last, 0 never
}

// censusStates returns the schools that hold a class within the scopes, by name; those without class when the whole school is within.
func censusStates(ctx context.Context, tx *db.Tx, scopes []authz.Scope, limit int) ([]CensusState, error) {
	classes, args := authz.Filter(scopes, "c.territory", "c.school", "c.id")
	schools, more := authz.Filter(scopes, "s.territory", "s.uai", "")
	args = append(append(args, more...), limit)
	return db.All(ctx, tx, func(row db.Scanner) (CensusState, error) {
		var s CensusState
		err := row.Scan(&s.Territory, &s.UAI, &s.Name, &s.CommuneName, &s.Commune, &s.Classes, &s.Answered, &s.AnsweredAt)
		return s, err
	}, "SELECT "+schoolColumns+`, COUNT(c.id), COUNT(r.class), COALESCE(MAX(r.answered_at), 0) FROM directory_school s
		LEFT JOIN directory_class c ON c.territory = s.territory AND c.school = s.uai AND c.status = 'open' AND `+classes+`
		LEFT JOIN readiness_class r ON r.territory = c.territory AND r.class = c.id
		WHERE s.status = 'open' AND (c.id IS NOT NULL OR `+schools+`)
		GROUP BY s.territory, s.uai, s.name, s.commune_name, s.commune, s.folded
		ORDER BY s.folded, s.uai LIMIT ?`, args...)
}
