package plan

import (
	"context"

	"github.com/a-h/templ"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/i18n"
	"preau/internal/territory/programme"
)

// given is what the plan in force gives to a school of one measure, as everybody may read it.
type given struct {
	measure *programme.Measure
	LineRow
}

func (g *given) say(l *i18n.Localizer) string {
	switch {
	case g.Reason != "":
		return g.Reason.Label(l)
	case g.measure.Unit == programme.UnitPupil && g.Quantity < Few:
		return l.T("plan.told.few")
	}
	return l.T("plan.told.served", "units", programme.CountOf(l, g.measure.Unit, g.Quantity), "money", l.Money(g.CostCents))
}

// Block returns what the plan in force gives to a school, for the school's own page; nil when no plan is in
// force for it.
func (s *Service) Block(ctx context.Context, territory, uai string) (templ.Component, error) {
	if err := authz.Check(ctx, ReadAdopted, authz.School(territory, uai)); err != nil {
		return nil, err
	}
	var lines []LineRow
	version := ""
	err := s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		plan, err := db.One(ctx, tx, scanHead, "SELECT "+headColumns+" FROM plan_plan WHERE state = 'adopted' AND ',' || territories || ',' LIKE ?", "%,"+territory+",%")
		if err != nil {
			return err
		}
		version = plan.Version
		lines, err = db.All(ctx, tx, scanLine, "SELECT "+lineColumns+linesFrom+"l.territory = ? AND l.plan = ? AND l.school = ? ORDER BY l.number", territory, plan.ID, uai)
		return err
	})
	if db.IsNotFound(err) || (err == nil && len(lines) == 0) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	v, err := s.programmes.Version(ctx, version)
	if err != nil {
		return nil, err
	}
	list := make([]given, len(lines))
	for i, l := range lines {
		list[i] = given{v.Programme.Measure(l.Measure), l}
	}
	return schoolBlock(uai, list), nil
}
