package intake

import (
	"context"
	"slices"
	"strings"
	"time"

	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/territory/directory"
)

// people are the persons of a school: pupils, staff and, once asked for, guardians.
type people struct {
	byID       map[string]*person
	byINE      map[string]*person
	byExternal map[string]*person
	byName     map[string][]*person // folded family and given name
	accepted   int                  // pupils of the file that are there now
}

// person is somebody of the directory.
type person struct {
	directory.Identity
	homes []directory.Home
	stays []*stay // in this school
	line  int     // of the file that named them first, 0 for none

	doubtful bool // a rejected row may be about them
}

// stay is an affiliation to the school.
type stay struct {
	directory.Affiliation
	year string // of its class
}

const identityColumns = `i.person, i.family_name, i.usage_name, i.given_name, i.birth_date, i.email, i.phone, i.ine_hash, i.external_id`

func (r *roster) scanPerson(row db.Scanner) (*person, error) {
	p := &person{Identity: directory.Identity{Territory: r.territory}}
	i := &p.Identity
	err := row.Scan(&i.Person, &i.FamilyName, &i.UsageName, &i.GivenName, &i.BirthDate, &i.Email, &i.Phone, &i.INEHash, &i.ExternalID)
	return p, err
}

// loadPeople reads the pupils and the staff of the school, those who left included.
func (r *roster) loadPeople(ctx context.Context) (*people, error) {
	all := &people{byID: map[string]*person{}, byINE: map[string]*person{}, byExternal: map[string]*person{}, byName: map[string][]*person{}}
	list, err := db.All(ctx, r.tx, r.scanPerson, "SELECT "+identityColumns+` FROM directory_identity i WHERE i.territory = ? AND i.person IN
		(SELECT person FROM directory_affiliation WHERE territory = ? AND school = ?) ORDER BY i.person`, r.territory, r.territory, string(r.uai))
	if err != nil {
		return nil, err
	}
	for _, p := range list {
		all.add(p)
	}
	homes, err := db.All(ctx, r.tx, scanHome, `SELECT person, number, address, postcode, commune, country FROM directory_home WHERE territory = ?
		AND person IN (SELECT person FROM directory_affiliation WHERE territory = ? AND school = ?) ORDER BY person, number`,
		r.territory, r.territory, string(r.uai))
	if err != nil {
		return nil, err
	}
	all.house(homes)
	stays, err := db.All(ctx, r.tx, func(row db.Scanner) (*stay, error) {
		s := &stay{Affiliation: directory.Affiliation{Territory: r.territory, School: r.uai}}
		err := row.Scan(&s.ID, &s.Person, &s.Class, &s.Role, &s.Start, &s.End, &s.year)
		return s, err
	}, `SELECT a.id, a.person, COALESCE(a.class, ''), a.role, a.start_date, COALESCE(a.end_date, ''), COALESCE(c.year, '')
		FROM directory_affiliation a LEFT JOIN directory_class c ON c.territory = a.territory AND c.id = a.class
		WHERE a.territory = ? AND a.school = ? ORDER BY a.id`, r.territory, string(r.uai))
	for _, s := range stays {
		if p := all.byID[s.Person]; p != nil {
			p.stays = append(p.stays, s)
		}
	}
	return all, err
}

func scanHome(row db.Scanner) (directory.Home, error) {
	var h directory.Home
	err := row.Scan(&h.Person, &h.Number, &h.Address, &h.Postcode, &h.Commune, &h.Country)
	return h, err
}

func (all *people) house(homes []directory.Home) {
	for _, h := range homes {
		if p := all.byID[h.Person]; p != nil {
			p.homes = append(p.homes, h)
		}
	}
}

func (all *people) add(p *person) {
	all.byID[p.Person] = p
	if p.INEHash != "" {
		all.byINE[p.INEHash] = p
	}
	if p.ExternalID != "" {
		all.byExternal[p.ExternalID] = p
	}
	key := directory.FoldedName(p.FamilyName, p.GivenName)
	all.byName[key] = append(all.byName[key], p)
}

// is tells whether the person has, or had, the role in the school.
func (p *person) is(roles ...directory.PersonRole) bool {
	return slices.ContainsFunc(p.stays, func(s *stay) bool { return slices.Contains(roles, s.Role) })
}

// find returns the person of the directory whom the file gives: by INE, else by the identifier of the source,
// else by name and birth date in the school. It returns false when several could be the one.
func (r *roster) find(ctx context.Context, g *given, roles ...directory.PersonRole) (*person, bool, error) {
	i := &g.identity
	if i.INEHash != "" {
		if p := r.people.byINE[i.INEHash]; p != nil {
			return p, true, nil
		}
		if p, err := r.fetch(ctx, "i.ine_hash = ?", i.INEHash); p != nil || err != nil {
			return p, true, err
		}
	}
	if i.ExternalID != "" {
		p := r.people.byExternal[i.ExternalID]
		if p == nil {
			var err error
			if p, err = r.fetch(ctx, "i.external_id = ?", i.ExternalID); err != nil {
				return nil, false, err
			}
		}
		if p != nil {
			return p, p.resembles(i), nil
		}
	}
	var one *person
	for _, p := range r.people.byName[directory.FoldedName(i.FamilyName, i.GivenName)] {
		if !p.is(roles...) || i.BirthDate == "" || p.BirthDate != i.BirthDate || contradict(p.INEHash, i.INEHash) ||
			contradict(p.ExternalID, i.ExternalID) {
			continue
		}
		if one != nil {
			return nil, false, nil
		}
		one = p
	}
	return one, true, nil
}

// resembles tells whether a person of the same identifier may be the one that the file gives: something of
// the name or the birth date agrees. Otherwise the identifier was given to somebody else since.
func (p *person) resembles(i *directory.Identity) bool {
	return db.Fold(p.FamilyName) == db.Fold(i.FamilyName) || db.Fold(p.GivenName) == db.Fold(i.GivenName) ||
		p.BirthDate != "" && p.BirthDate == i.BirthDate
}

// contradict tells whether two identifiers of one kind are both known and differ. Those of two sources are
// of two kinds: what stands before the colon.
func contradict(a, b string) bool {
	kind := func(id string) string { head, _, _ := strings.Cut(id, ":"); return head }
	if strings.Contains(a, ":") && strings.Contains(b, ":") && kind(a) != kind(b) {
		return false
	}
	return a != "" && b != "" && a != b
}

// fetch returns somebody of the territory who is not of the school yet, or nil.
func (r *roster) fetch(ctx context.Context, condition string, value string) (*person, error) {
	list, err := db.All(ctx, r.tx, r.scanPerson, "SELECT "+identityColumns+" FROM directory_identity i WHERE i.territory = ? AND "+condition+
		" ORDER BY i.person LIMIT 1", r.territory, value)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	p := list[0]
	if p.homes, err = r.homesOf(ctx, p.Person); err != nil {
		return nil, err
	}
	r.people.add(p)
	return p, nil
}

func (r *roster) homesOf(ctx context.Context, person string) ([]directory.Home, error) {
	return db.All(ctx, r.tx, scanHome, `SELECT person, number, address, postcode, commune, country FROM directory_home
		WHERE territory = ? AND person = ? ORDER BY number`, r.territory, person)
}

// enter adds somebody to the directory.
func (r *roster) enter(ctx context.Context, g *given) (*person, error) {
	p := &person{Identity: g.identity, line: g.line}
	p.Territory, p.Person = r.territory, r.tx.NewID()
	if _, err := r.tx.Exec(ctx, "INSERT INTO directory_person (territory, id, created_at) VALUES (?, ?, ?)", r.territory, p.Person, r.tx.Now()); err != nil {
		return nil, err
	}
	if _, err := r.tx.Exec(ctx, "INSERT INTO directory_identity ("+strings.Join(directory.IdentityColumns, ", ")+") VALUES ("+
		db.Marks(len(directory.IdentityColumns))+")", p.Identity.Values()...); err != nil {
		return nil, err
	}
	r.people.add(p)
	_, err := r.saveHomes(ctx, p, g.homes)
	return p, err
}

// refresh brings somebody's identity and homes up to date and tells whether anything changed. What the file
// leaves out stays, but for the homes: a file that gives any gives them all.
func (r *roster) refresh(ctx context.Context, p *person, g *given) (bool, error) {
	was, now := p.Identity, p.Identity
	for _, f := range []struct {
		known *string
		given string
	}{
		{&now.FamilyName, g.identity.FamilyName}, {&now.UsageName, g.identity.UsageName}, {&now.GivenName, g.identity.GivenName},
		{&now.BirthDate, g.identity.BirthDate}, {&now.Email, g.identity.Email}, {&now.Phone, g.identity.Phone},
		{&now.INEHash, g.identity.INEHash}, {&now.ExternalID, g.identity.ExternalID},
	} {
		if f.given != "" {
			*f.known = f.given
		}
	}
	changed := now != was
	if changed {
		p.Identity = now
		if _, err := r.tx.Exec(ctx, `UPDATE directory_identity SET family_name = ?, usage_name = ?, given_name = ?, birth_date = ?, email = ?, phone = ?,
			ine_hash = ?, external_id = ?, folded = ? WHERE territory = ? AND person = ?`,
			append(now.Values()[2:], now.Territory, now.Person)...); err != nil {
			return false, err
		}
	}
	moved, err := r.saveHomes(ctx, p, g.homes)
	return changed || moved, err
}

// saveHomes replaces the homes when the file gives others.
func (r *roster) saveHomes(ctx context.Context, p *person, homes []directory.Home) (bool, error) {
	for i := range homes {
		homes[i].Territory, homes[i].Person, homes[i].Number = r.territory, p.Person, i+1
	}
	if len(homes) == 0 || slices.EqualFunc(homes, p.homes, sameHome) {
		return false, nil
	}
	if len(p.homes) > 0 {
		if _, err := r.tx.Exec(ctx, "DELETE FROM directory_home WHERE territory = ? AND person = ?", r.territory, p.Person); err != nil {
			return false, err
		}
	}
	for _, h := range homes {
		if _, err := r.tx.Exec(ctx, "INSERT INTO directory_home ("+strings.Join(directory.HomeColumns, ", ")+") VALUES ("+
			db.Marks(len(directory.HomeColumns))+")", h.Values()...); err != nil {
			return false, err
		}
	}
	p.homes = homes
	return true, nil
}

func sameHome(a, b directory.Home) bool {
	return a.Number == b.Number && a.Address == b.Address && a.Postcode == b.Postcode && a.Commune == b.Commune && a.Country == b.Country
}

// start returns the first day of the school year.
func (r *roster) start() string { return r.year[:4] + "-09-01" }

// end returns the last day of the school year.
func (r *roster) end() string {
	last, _ := time.Parse("2006", r.year[:4])
	return last.AddDate(1, 6, 30).Format(time.DateOnly)
}

// join makes the person a member of the school, in a class or in none, and tells whether anything changed.
// Somebody who changes class leaves the one they were in.
func (r *roster) join(ctx context.Context, p *person, role directory.PersonRole, class string) (bool, error) {
	end := ""
	if !r.current {
		end = r.end()
	}
	begun := false
	for _, s := range p.stays {
		if s.Role != role {
			continue
		}
		if s.Class == class && s.End == end {
			return false, nil
		}
		begun = begun || s.year == r.year
	}
	first := r.start()
	if begun && r.current || r.current && first > r.today {
		first = r.today // also in August, when the year has begun and its classes have not
	}
	if role == directory.RolePupil && r.current {
		if _, err := r.leave(ctx, p, role, first); err != nil {
			return false, err
		}
	}
	s := &stay{year: r.year, Affiliation: directory.Affiliation{Territory: r.territory, ID: r.tx.NewID(), Person: p.Person, School: r.uai,
		Class: class, Role: role, Start: first, End: end, Source: r.source.ID}}
	p.stays = append(p.stays, s)
	return true, r.insertStay(ctx, s)
}

func (r *roster) insertStay(ctx context.Context, s *stay) error {
	_, err := r.tx.Exec(ctx, "INSERT INTO directory_affiliation ("+strings.Join(directory.AffiliationColumns, ", ")+") VALUES ("+
		db.Marks(len(directory.AffiliationColumns))+")", s.Values()...)
	return err
}

func (r *roster) endStay(ctx context.Context, s *stay, on string) error {
	s.End = max(on, s.Start)
	_, err := r.tx.Exec(ctx, "UPDATE directory_affiliation SET end_date = ? WHERE territory = ? AND id = ?", s.End, r.territory, s.ID)
	return err
}

// leave ends what the person is in the school and tells whether they were there.
func (r *roster) leave(ctx context.Context, p *person, role directory.PersonRole, on string) (bool, error) {
	was := false
	for _, s := range p.stays {
		if s.Role == role && s.End == "" {
			was = true
			if err := r.endStay(ctx, s, on); err != nil {
				return was, err
			}
		}
	}
	return was, nil
}

// endMissing ends the pupils of the present year whom the file no longer names. It refuses the file
// when they are too many.
func (r *roster) endMissing(ctx context.Context) error {
	if !r.current || r.people.accepted == 0 {
		return nil
	}
	if r.unsure {
		r.doubt(r.territory, 0, string(r.uai), "intake.roster.unsure")
		return nil
	}
	var gone []*person
	lost, total := 0, 0
	for _, p := range r.people.byID {
		for _, s := range p.stays {
			if s.Role != directory.RolePupil || s.End != "" {
				continue
			}
			thisYear := s.year == r.year
			if thisYear {
				total++
			}
			if p.line == 0 && !p.doubtful {
				gone = append(gone, p)
				if thisYear {
					lost++
				}
				break
			}
		}
	}
	if tooMany(lost, total) && !r.o.AllowClosing {
		return errs.NewConflict("intake.roster.closing", "n", lost, "total", total)
	}
	slices.SortFunc(gone, func(a, b *person) int { return strings.Compare(a.Person, b.Person) })
	for _, p := range gone {
		if _, err := r.leave(ctx, p, directory.RolePupil, r.today); err != nil {
			return err
		}
		r.closing(r.territory, p.Person, "intake.roster.missing")
	}
	return nil
}
