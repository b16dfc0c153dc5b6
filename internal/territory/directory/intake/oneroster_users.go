package intake

import (
	"context"
	"errors"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory"
)

func eof(err error) error {
	if err == io.EOF {
		return nil
	}
	return err
}

// openSchools opens each school of the set, in the last year of its classes that has begun. An organisation
// whose school the directory does not have is left out.
func (m *oneRosterImport) openSchools(ctx context.Context) error {
	years, now := map[directory.UAI]string{}, directory.SchoolYear(time.UnixMilli(m.tx.Now()).UTC())
	for _, c := range m.classes {
		if uai := m.orgs[c.org]; uai != "" && !c.gone {
			if last, has := years[uai]; !has || later(c.year, last, now) {
				years[uai] = c.year
			}
		}
	}
	for _, uai := range slices.Sorted(maps.Values(m.orgs)) {
		if m.schools[uai] != nil {
			continue
		}
		r, err := m.openRoster(ctx, oneRoster, uai, years[uai])
		if refused, ok := errors.AsType[*errs.Error](err); ok && refused.Kind == errs.Invalid && m.o.School == "" {
			m.doubt("", 0, string(uai), refused.Key, refused.Args...)
			continue
		}
		if err != nil {
			return err
		}
		m.schools[uai] = r
	}
	if len(m.schools) == 0 {
		return errs.NewInvalid("intake.oneroster.which")
	}
	if len(m.schools) > 1 {
		m.school = place{}
	}
	return nil
}

// later tells whether year a is to be taken rather than b: the later of two that have begun, else the first.
func later(a, b, now string) bool {
	if begun := a <= now; begun != (b <= now) {
		return begun
	}
	return (a > b) == (a <= now) && a != b
}

// What a role of OneRoster is here.
const (
	asPupil = iota + 1
	asTeacher
	asHead
	asStaff
	asGuardian
)

var orRoles = map[string]int{
	"student": asPupil, "teacher": asTeacher, "principal": asHead, "aide": asStaff, "proctor": asStaff, "counselor": asStaff,
	"administrator": asStaff, "siteadministrator": asStaff, "districtadministrator": asStaff, "systemadministrator": asStaff,
	"guardian": asGuardian, "parent": asGuardian, "relative": asGuardian,
}

var staffRoles = map[int]directory.PersonRole{asTeacher: directory.RoleTeacher, asHead: directory.RoleHead, asStaff: directory.RoleStaff}

// orPerson is a row of users.csv.
type orPerson struct {
	given
	id       string
	roles    []orRole
	main     int
	school   *roster
	guardian bool // also, or only
	gone     bool
	agents   []string
}

// eachUser calls f for the users that can be read and whose school is one of the set's; the others are
// rejected when report asks for it.
func (m *oneRosterImport) eachUser(report bool, f func(u *orPerson) error) error {
	reject := func(line int, reason string) {
		if report {
			m.reject("", line, "", reason)
		}
	}
	return m.each("users.csv", []string{"sourcedId", "givenName", "familyName"}, func(get func(string) string, row *tabular.Row) error {
		if row.Bad != nil {
			if report {
				m.rejectBad(row)
			}
			return nil
		}
		u := m.user(get, row.Line)
		if u.main == 0 {
			reject(u.line, "intake.oneroster.user_role")
			return nil
		}
		if u.school == nil {
			reject(u.line, "intake.oneroster.org")
			return nil
		}
		return f(u)
	})
}

// user reads a row of users.csv. The first role that is known is the person's; roles.csv, where there is
// one, tells the roles.
func (m *oneRosterImport) user(get func(string) string, line int) *orPerson {
	u := &orPerson{id: get("sourcedId"), gone: deleted(get("status"))}
	u.line = line
	u.identity = directory.Identity{FamilyName: get("familyName"), GivenName: get("givenName"), Email: get("email"), Phone: get("sms"),
		ExternalID: "oneroster:" + m.system + ":" + u.id}
	if u.identity.Phone == "" {
		u.identity.Phone = get("phone")
	}
	u.roles = m.roles[u.id]
	if role := strings.ToLower(get("role")); role != "" {
		for org := range strings.SplitSeq(get("orgSourcedIds"), ",") {
			u.roles = append(u.roles, orRole{role, strings.TrimSpace(org)})
		}
	}
	for _, r := range u.roles {
		kind := orRoles[r.role]
		u.guardian = u.guardian || kind == asGuardian
		if u.main == 0 {
			u.main = kind
		}
		if u.school == nil {
			u.school = m.schools[m.orgs[r.org]]
		}
	}
	for agent := range strings.SplitSeq(get("agentSourcedIds"), ",") {
		if agent = strings.TrimSpace(agent); agent != "" {
			u.agents = append(u.agents, agent)
		}
	}
	return u
}

func (m *oneRosterImport) readPupilsAndStaff(ctx context.Context) error {
	return m.eachUser(true, func(u *orPerson) error {
		switch u.main {
		case asGuardian:
			for _, child := range u.agents {
				m.agents[tie{child, u.id}] = u.line
			}
			return nil
		case asPupil:
			for _, agent := range u.agents {
				m.agents[tie{u.id, agent}] = u.line
			}
			return m.readPupil(ctx, u)
		}
		return m.readStaff(ctx, u)
	})
}

// readPupil puts a pupil in their home class, or else in the first that they attend.
func (m *oneRosterImport) readPupil(ctx context.Context, u *orPerson) error {
	e := &enrolled{given: u.given, gone: u.gone}
	r := u.school
	var best *orClass
	ended, all := "", true
	for _, n := range m.enrolled[u.id] {
		c := m.classes[n.class]
		over := n.gone || c.gone || r.current && n.end != "" && n.end < r.today
		ended, all = max(ended, n.end), all && over
		if n.role != "student" {
			m.doubt(r.territory, u.line, "", "intake.oneroster.role")
			continue
		}
		if !over && m.orgs[c.org] == r.uai && (c.year == "" || c.year == r.year) && (best == nil || c.homeroom && !best.homeroom) {
			best = c
		}
	}
	if len(m.enrolled[u.id]) > 0 && all {
		e.gone, e.left = true, min(ended, r.today)
	}
	if best != nil {
		e.code, e.class, e.level = best.code, best.name, best.level
	}
	if err := r.pupil(ctx, e); err != nil {
		return err
	}
	if p := r.people.byExternal[e.identity.ExternalID]; p != nil && p.line == u.line {
		m.users[u.id] = orUser{person: p.Person, school: r, pupil: true, line: u.line}
	}
	return nil
}

// readStaff makes somebody a member of the staff, in the classes that they teach.
func (m *oneRosterImport) readStaff(ctx context.Context, u *orPerson) error {
	r, role := u.school, staffRoles[u.main]
	p, what, err := r.member(ctx, u, directory.StaffRoles...)
	if err != nil || p == nil {
		return err
	}
	m.users[u.id] = orUser{person: p.Person, school: r, guardian: u.guardian, line: u.line}
	changed, err := m.employ(ctx, u, p, role)
	if err != nil {
		return err
	}
	if changed && what == unchanged {
		what = updated
	}
	r.count(r.territory, what)
	return nil
}

// employ ties a member of the staff to the school, or to the classes that they teach there.
func (m *oneRosterImport) employ(ctx context.Context, u *orPerson, p *person, role directory.PersonRole) (bool, error) {
	r := u.school
	if u.gone {
		return r.leave(ctx, p, role, r.today)
	}
	changed, inClass := false, false
	for _, n := range m.enrolled[u.id] {
		c := m.classes[n.class]
		if n.role == "student" {
			m.doubt(r.territory, u.line, p.Person, "intake.oneroster.role")
			continue
		}
		if n.gone || c.gone || m.orgs[c.org] != r.uai || c.year != "" && c.year != r.year {
			continue
		}
		inClass = true
		class := r.class(c.code, c.name)
		if role == directory.RoleTeacher && class.Teacher == "" {
			class.Teacher, class.touch = p.Person, true
		}
		joined, err := r.join(ctx, p, role, class.ID)
		if err != nil {
			return false, err
		}
		changed = changed || joined
	}
	if !inClass {
		joined, err := r.join(ctx, p, role, "")
		return changed || joined, err
	}
	return changed, nil
}

// member finds or enters an adult, or rejects the row and returns nil.
func (r *roster) member(ctx context.Context, u *orPerson, roles ...directory.PersonRole) (*person, int, error) {
	if !r.prepare(&u.given) {
		return nil, 0, nil
	}
	p, clear, err := r.find(ctx, &u.given, roles...)
	if err != nil {
		return nil, 0, err
	}
	if !clear {
		r.turnAway(&u.given, "intake.roster.ambiguous")
		return nil, 0, nil
	}
	if p == nil {
		if u.gone {
			r.reject(r.territory, u.line, "", "intake.roster.gone")
			return nil, 0, nil
		}
		p, err = r.enter(ctx, &u.given)
		return p, created, err
	}
	if p.line > 0 {
		r.count(r.territory, merged)
		r.report.add(Row{Line: u.line, Outcome: Merged, Subject: p.Person, Reason: "intake.roster.twice", Args: []any{"kept", p.line}})
		return nil, 0, nil
	}
	p.line = u.line
	changed, err := r.refresh(ctx, p, &u.given)
	if changed {
		return p, updated, err
	}
	return p, unchanged, err
}

// readGuardians enters the guardians of the pupils that were entered: nobody else's data is needed.
func (m *oneRosterImport) readGuardians(ctx context.Context) error {
	wards := map[string]bool{}
	for t := range m.agents {
		if m.users[t.child].pupil {
			wards[t.guardian] = true
		}
	}
	return m.eachUser(false, func(u *orPerson) error {
		if u.main != asGuardian {
			return nil
		}
		r := u.school
		if !wards[u.id] || u.gone {
			r.reject(r.territory, u.line, "", "intake.roster.no_child")
			return nil
		}
		p, what, err := r.member(ctx, u)
		if err != nil || p == nil {
			return err
		}
		m.users[u.id] = orUser{person: p.Person, school: r, guardian: true, line: u.line}
		r.count(r.territory, what)
		return nil
	})
}

// tieAgents ties the pupils to their guardians, and ends the ties that a complete set no longer has.
func (m *oneRosterImport) tieAgents(ctx context.Context) error {
	agents := slices.SortedFunc(maps.Keys(m.agents), func(a, b tie) int { return strings.Compare(a.child+" "+a.guardian, b.child+" "+b.guardian) })
	for _, t := range agents {
		child, guardian := m.users[t.child], m.users[t.guardian]
		if !child.pupil {
			continue
		}
		if !guardian.guardian || guardian.school.territory != child.school.territory {
			m.doubt(child.school.territory, m.agents[t], child.person, "intake.oneroster.agent")
			continue
		}
		m.ties[tie{child.person, guardian.person}] = true
		if _, err := m.tx.Exec(ctx, `INSERT INTO directory_guardianship (territory, child, guardian, source) VALUES (?, ?, ?, ?)
			ON CONFLICT (territory, child, guardian) DO NOTHING`, child.school.territory, child.person, guardian.person, m.source.ID); err != nil {
			return err
		}
	}
	return nil
}

func (m *oneRosterImport) finish(ctx context.Context) error {
	for _, uai := range slices.Sorted(maps.Keys(m.schools)) {
		r := m.schools[uai]
		if !m.unsure {
			if err := m.untie(ctx, r); err != nil {
				return err
			}
		}
		if err := r.finish(ctx); err != nil {
			return err
		}
	}
	return nil
}

// untie ends the ties that an earlier set gave to the pupils of this one and this one does not.
func (m *oneRosterImport) untie(ctx context.Context, r *roster) error {
	ties, err := db.All(ctx, m.tx, scanTwo, `SELECT g.child, g.guardian FROM directory_guardianship g JOIN directory_source o ON o.id = g.source
		WHERE g.territory = ? AND o.layout = ? AND g.child IN
		(SELECT person FROM directory_affiliation WHERE territory = ? AND school = ? AND role = 'pupil')
		ORDER BY g.child, g.guardian`, r.territory, oneRoster, r.territory, string(r.uai))
	if err != nil {
		return err
	}
	for _, two := range ties {
		p := r.people.byID[two[0]]
		if m.ties[tie{two[0], two[1]}] || p == nil || p.line == 0 {
			continue
		}
		if _, err := m.tx.Exec(ctx, "DELETE FROM directory_guardianship WHERE territory = ? AND child = ? AND guardian = ?",
			r.territory, two[0], two[1]); err != nil {
			return err
		}
		m.closing(r.territory, two[1], "intake.roster.untied")
	}
	return nil
}
