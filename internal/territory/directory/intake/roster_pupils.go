package intake

import (
	"context"
	"strings"

	"preau/internal/base/db"
	"preau/internal/territory/directory"
)

// mostName bounds a name, an address or a contact that is kept.
const mostName = 100

// prepare puts what the file gives in the way it is kept, or rejects the row and returns false.
func (r *roster) prepare(g *given) bool {
	i := &g.identity
	for _, text := range []*string{&i.FamilyName, &i.UsageName, &i.GivenName, &i.Email, &i.Phone, &i.ExternalID} {
		*text = clip(strings.Join(strings.Fields(*text), " "), mostName)
	}
	if i.FamilyName == "" || i.GivenName == "" {
		r.unsure = true
		r.reject(r.territory, g.line, "", "intake.roster.name")
		return false
	}
	birth, ok := day(i.BirthDate)
	if !ok || birth > r.today {
		r.turnAway(g, "intake.roster.birth")
		return false
	}
	i.BirthDate = birth
	if i.INEHash, ok = r.s.hashINE(g.ine); !ok {
		r.doubt(r.territory, g.line, "", "intake.roster.ine")
	}
	homes := g.homes[:0]
	for _, h := range g.homes {
		h.Address, h.Postcode = clip(h.Address, 2*mostName), clip(h.Postcode, 20)
		h.Commune, h.Country = clip(h.Commune, mostName), clip(h.Country, mostName)
		if h.Address+h.Postcode+h.Commune != "" {
			homes = append(homes, h)
		}
	}
	g.homes = homes
	return true
}

// turnAway rejects a row that names somebody; those of that name in the school are not missing.
func (r *roster) turnAway(g *given, reason string) {
	r.reject(r.territory, g.line, "", reason)
	for _, p := range r.people.byName[directory.FoldedName(g.identity.FamilyName, g.identity.GivenName)] {
		p.doubtful = true
	}
}

// pupil brings a pupil of the file into the school, or rejects the row.
func (r *roster) pupil(ctx context.Context, e *enrolled) error {
	if !r.prepare(&e.given) {
		return nil
	}
	p, clear, err := r.find(ctx, &e.given, directory.RolePupil)
	switch {
	case err != nil:
		return err
	case !clear:
		r.turnAway(&e.given, "intake.roster.ambiguous")
		return nil
	case p != nil && p.line > 0:
		r.count(r.territory, merged)
		r.report.add(Row{Line: e.line, Outcome: Merged, Subject: p.Person, Reason: "intake.roster.twice", Args: []any{"kept", p.line}})
		return nil
	case p == nil && e.gone:
		r.reject(r.territory, e.line, "", "intake.roster.gone")
		return nil
	case p == nil && e.identity.BirthDate == "" && e.identity.INEHash == "" && e.identity.ExternalID == "":
		r.turnAway(&e.given, "intake.roster.anonymous")
		return nil
	}
	what := unchanged
	if p == nil {
		what = created
		p, err = r.enter(ctx, &e.given)
	} else {
		what, err = r.known(ctx, p, e)
	}
	if err != nil {
		return err
	}
	changed, err := r.settle(ctx, p, e)
	if err != nil {
		return err
	}
	if changed && what == unchanged {
		what = updated
	}
	r.count(r.territory, what)
	return nil
}

// known refreshes a pupil of the directory, and doubts one who comes from a school that has not let them go.
func (r *roster) known(ctx context.Context, p *person, e *enrolled) (int, error) {
	p.line = e.line
	changed, err := r.refresh(ctx, p, &e.given)
	if err != nil {
		return 0, err
	}
	if !p.is(directory.RolePupil) && !e.gone {
		n, err := db.One(ctx, r.tx, db.Value[int], `SELECT COUNT(*) FROM directory_affiliation
			WHERE territory = ? AND person = ? AND role = 'pupil' AND end_date IS NULL AND school <> ?`, r.territory, p.Person, string(r.uai))
		if err != nil {
			return 0, err
		}
		if n > 0 {
			r.doubt(r.territory, e.line, p.Person, "intake.roster.elsewhere")
		}
	}
	if changed {
		return updated, nil
	}
	return unchanged, nil
}

// settle puts a pupil in their class, or ends their time in the school; it tells whether anything changed.
func (r *roster) settle(ctx context.Context, p *person, e *enrolled) (bool, error) {
	if e.gone {
		on := e.left
		if on == "" {
			on = r.today
		}
		was, err := r.leave(ctx, p, directory.RolePupil, on)
		if was {
			r.closing(r.territory, p.Person, "intake.roster.left")
		}
		return was, err
	}
	r.people.accepted++
	class := ""
	if c := r.class(e.code, e.class); c != nil {
		c.attend(e.level)
		class = c.ID
	}
	return r.join(ctx, p, directory.RolePupil, class)
}
