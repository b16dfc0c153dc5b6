package intake

import (
	"context"
	"slices"
	"strings"

	"preau/internal/base/db"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory"
)

// childColumns are the columns of one child of a guardian; the group repeats.
type childColumns struct{ usage, family, first, class int }

// guardiansImport reads the guardians of a school of the first degree, one a row, with their children.
type guardiansImport struct {
	*roster
	guardians []*guardian
	byName    map[string][]*guardian
	named     map[string]bool // children whom the file names
	ties      map[tie]bool    // those of the file
	known     map[tie]bool    // those of the directory
	groups    []childColumns
}

// guardian is a guardian of the directory or of the file.
type guardian struct {
	*person
	contacts []string // of the file: addresses, e-mails and numbers, in the way they are compared
	children []string
}

// tie joins a child to a guardian.
type tie struct{ child, guardian string }

func (j *job) readOndeGuardians(ctx context.Context, t *tabular.Table) error {
	uai, err := j.needSchool()
	if err != nil {
		return err
	}
	r, err := j.openRoster(ctx, ondeGuardians, uai, "")
	if err != nil {
		return err
	}
	m := &guardiansImport{roster: r, byName: map[string][]*guardian{}, named: map[string]bool{}, ties: map[tie]bool{}, known: map[tie]bool{}}
	if err := m.load(ctx); err != nil {
		return err
	}
	m.findGroups(t.Header)
	read := m.reader(t.Header)
	if err := j.eachRow(t, func(row *tabular.Row) error { return m.row(ctx, row, read(row)) }); err != nil {
		return err
	}
	return m.untie(ctx)
}

// load reads the guardians of the pupils of the school.
func (m *guardiansImport) load(ctx context.Context) error {
	const ofSchool = `SELECT g.guardian FROM directory_guardianship g JOIN directory_affiliation a
		ON a.territory = g.territory AND a.person = g.child WHERE g.territory = ? AND a.school = ? AND a.role = 'pupil'`
	list, err := db.All(ctx, m.tx, m.scanPerson, "SELECT "+identityColumns+` FROM directory_identity i
		WHERE i.territory = ? AND i.person IN (`+ofSchool+") ORDER BY i.person", m.territory, m.territory, string(m.uai))
	if err != nil {
		return err
	}
	byID := map[string]*guardian{}
	for _, p := range list {
		g := &guardian{person: p}
		byID[p.Person] = g
		m.add(g)
	}
	homes, err := db.All(ctx, m.tx, scanHome, `SELECT person, number, address, postcode, commune, country FROM directory_home
		WHERE territory = ? AND person IN (`+ofSchool+") ORDER BY person, number", m.territory, m.territory, string(m.uai))
	if err != nil {
		return err
	}
	for _, h := range homes {
		byID[h.Person].homes = append(byID[h.Person].homes, h)
	}
	ties, err := db.All(ctx, m.tx, scanTwo, `SELECT child, guardian FROM directory_guardianship WHERE territory = ? AND child IN
		(SELECT person FROM directory_affiliation WHERE territory = ? AND school = ? AND role = 'pupil')`, m.territory, m.territory, string(m.uai))
	for _, two := range ties {
		m.known[tie{two[0], two[1]}] = true
		if g := byID[two[1]]; g != nil {
			g.children = append(g.children, two[0])
		}
	}
	return err
}

func (m *guardiansImport) add(g *guardian) {
	key := directory.FoldedName(g.FamilyName, g.GivenName)
	m.guardians = append(m.guardians, g)
	m.byName[key] = append(m.byName[key], g)
	g.contacts = contactsOf(&given{identity: g.Identity, homes: g.homes})
}

// contactsOf returns the ways to reach somebody, written so that two of the same are equal.
func contactsOf(g *given) []string {
	var list []string
	for _, h := range g.homes {
		if place := db.Fold(h.Address + " " + h.Postcode); h.Address != "" {
			list = append(list, "home "+place)
		}
	}
	if g.identity.Email != "" {
		list = append(list, "mail "+strings.ToLower(g.identity.Email))
	}
	if n := digitsIn(g.identity.Phone); n != "" {
		list = append(list, "phone "+n)
	}
	return list
}

// digitsIn returns the digits of a phone number, without the code of France.
func digitsIn(phone string) string {
	digits := strings.Map(func(r rune) rune {
		if r < '0' || r > '9' {
			return -1
		}
		return r
	}, phone)
	if rest, found := strings.CutPrefix(digits, "33"); found && len(rest) == 9 {
		return "0" + rest
	}
	return digits
}

func (m *guardiansImport) findGroups(h tabular.Header) {
	families, firsts := h.Columns(nomEnfant...), h.Columns(prenomEnfant...)
	usages, classes := h.Columns(usageEleve...), h.Columns("Classes enfants", "Classe enfant", "Classes élèves")
	at := func(list []int, i int) int {
		if i < len(list) {
			return list[i]
		}
		return -1
	}
	for i := range min(len(families), len(firsts)) {
		m.groups = append(m.groups, childColumns{at(usages, i), families[i], firsts[i], at(classes, i)})
	}
}

// reader returns what reads the guardian of a row.
func (m *guardiansImport) reader(h tabular.Header) func(*tabular.Row) *given {
	usage, family, first := h.Column("Nom usage responsable", "Nom d'usage responsable"), h.Column("Nom responsable"), h.Column("Prénom responsable")
	home := homeColumns{h.Column("Adresse responsable"), h.Column("CP responsable"), h.Column("Commune responsable"), h.Column("Pays", "Pays responsable")}
	mail, phones := h.Column("Courriel"), []int{h.Column("Téléphone portable"), h.Column("Téléphone domicile"), h.Column("Téléphone travail")}
	return func(row *tabular.Row) *given {
		g := &given{line: row.Line, homes: []directory.Home{home.read(row)}}
		g.identity = directory.Identity{FamilyName: row.Get(family), UsageName: row.Get(usage), GivenName: row.Get(first), Email: row.Get(mail)}
		for _, c := range phones {
			if n := row.Get(c); n != "" {
				g.identity.Phone = n
				break
			}
		}
		return g
	}
}

// row brings a guardian of the file in and ties them to their children of the school.
func (m *guardiansImport) row(ctx context.Context, row *tabular.Row, g *given) error {
	if !m.prepare(g) {
		return nil
	}
	children := m.children(row)
	if len(children) == 0 {
		m.reject(m.territory, g.line, "", "intake.roster.no_child")
		return nil
	}
	found, namesake := m.match(g, children)
	if found == nil {
		var err error
		if found, err = m.elsewhere(ctx, g); err != nil {
			return err
		}
	}
	what := unchanged
	switch {
	case found == nil:
		if namesake {
			m.doubt(m.territory, g.line, "", "intake.roster.namesake")
		}
		p, err := m.enterGuardian(ctx, g)
		if err != nil {
			return err
		}
		found, what = p, created
	case found.line > 0:
		what = merged
		m.report.add(Row{Line: g.line, Outcome: Merged, Subject: found.Person, Reason: "intake.roster.same_guardian", Args: []any{"kept", found.line}})
	default:
		found.line = g.line
		changed, err := m.refresh(ctx, found.person, g)
		if err != nil {
			return err
		}
		if changed {
			what = updated
		}
	}
	found.contacts = append(found.contacts, contactsOf(g)...)
	tied, err := m.tie(ctx, found, children)
	if err != nil {
		return err
	}
	if tied && what == unchanged {
		what = updated
	}
	m.count(m.territory, what)
	return nil
}

func (m *guardiansImport) enterGuardian(ctx context.Context, g *given) (*guardian, error) {
	p, err := m.enter(ctx, g)
	if err != nil {
		return nil, err
	}
	found := &guardian{person: p}
	m.add(found)
	return found, nil
}

// match returns the guardian whom the row gives. Two of the same name are one person when an address or a
// contact agrees; or, between the directory and the file, when they have a child in common. It tells
// whether there is a namesake of whom neither can be said.
func (m *guardiansImport) match(g *given, children []string) (found *guardian, namesake bool) {
	contacts := contactsOf(g)
	for _, k := range m.byName[directory.FoldedName(g.identity.FamilyName, g.identity.GivenName)] {
		if slices.ContainsFunc(contacts, func(c string) bool { return slices.Contains(k.contacts, c) }) {
			return k, false
		}
		if k.line == 0 && slices.ContainsFunc(children, func(c string) bool { return slices.Contains(k.children, c) }) && found == nil {
			found = k
		}
		namesake = true
	}
	return found, found == nil && namesake
}

// elsewhere returns the guardian of that name whose children are in other schools of the territory, when an
// address or a contact agrees, or nil: a namesake elsewhere is nobody to report.
func (m *guardiansImport) elsewhere(ctx context.Context, g *given) (*guardian, error) {
	list, err := db.All(ctx, m.tx, m.scanPerson, "SELECT "+identityColumns+` FROM directory_identity i WHERE i.territory = ? AND i.folded = ?
		AND EXISTS (SELECT 1 FROM directory_guardianship t WHERE t.territory = i.territory AND t.guardian = i.person) ORDER BY i.person`,
		m.territory, directory.FoldedName(g.identity.FamilyName, g.identity.GivenName))
	if err != nil {
		return nil, err
	}
	contacts := contactsOf(g)
	for _, p := range list {
		if slices.ContainsFunc(m.guardians, func(k *guardian) bool { return k.Person == p.Person }) {
			continue // compared already
		}
		if p.homes, err = m.homesOf(ctx, p.Person); err != nil {
			return nil, err
		}
		known := &guardian{person: p}
		if slices.ContainsFunc(contactsOf(&given{identity: p.Identity, homes: p.homes}), func(c string) bool { return slices.Contains(contacts, c) }) {
			m.add(known)
			return known, nil
		}
	}
	return nil, nil
}

// children returns the pupils of the school whom the row names, and doubts those whom it does not find.
func (m *guardiansImport) children(row *tabular.Row) []string {
	var list []string
	for i, c := range m.groups {
		family, first := row.Get(c.family), row.Get(c.first)
		if family == "" {
			family = row.Get(c.usage)
		}
		if family == "" && first == "" {
			continue
		}
		child, clear := m.child(family, first, row.Get(c.class))
		switch {
		case child != "":
			list = append(list, child)
			m.named[child] = true
		case clear:
			m.doubt(m.territory, row.Line, "", "intake.roster.child_unknown", "n", i+1)
		default:
			m.doubt(m.territory, row.Line, "", "intake.roster.child_ambiguous", "n", i+1)
		}
	}
	return list
}

// child returns the pupil of that name, told from namesakes by the class; it returns false when several
// could be the one.
func (m *guardiansImport) child(family, first, class string) (string, bool) {
	var list, inClass []string
	for _, p := range m.people.byName[directory.FoldedName(family, first)] {
		for _, s := range p.stays {
			if s.Role != directory.RolePupil || s.End != "" {
				continue
			}
			list = append(list, p.Person)
			if m.className(s.Class) == db.Fold(class) {
				inClass = append(inClass, p.Person)
			}
			break
		}
	}
	switch {
	case len(list) == 1:
		return list[0], true
	case len(list) > 1 && len(inClass) == 1:
		return inClass[0], true
	}
	return "", len(list) == 0
}

func (m *guardiansImport) className(id string) string {
	for _, c := range m.classes.known {
		if c.ID == id {
			return db.Fold(c.Name)
		}
	}
	return ""
}

// tie ties the guardian to the children and tells whether any tie is new.
func (m *guardiansImport) tie(ctx context.Context, g *guardian, children []string) (bool, error) {
	fresh := false
	for _, child := range children {
		t := tie{child, g.Person}
		m.ties[t] = true
		if m.known[t] {
			continue
		}
		fresh, m.known[t] = true, true
		g.children = append(g.children, child)
		if _, err := m.tx.Exec(ctx, "INSERT INTO directory_guardianship (territory, child, guardian, source) VALUES (?, ?, ?, ?)",
			m.territory, child, g.Person, m.source.ID); err != nil {
			return false, err
		}
	}
	return fresh, nil
}

// untie ends the ties of the children whom the file names to guardians whom it no longer gives them: who
// lost parental authority must not be written to.
func (m *guardiansImport) untie(ctx context.Context) error {
	if m.unsure {
		m.doubt(m.territory, 0, string(m.uai), "intake.roster.unsure")
		return nil
	}
	var lost []tie
	for t := range m.known {
		if m.named[t.child] && !m.ties[t] {
			lost = append(lost, t)
		}
	}
	slices.SortFunc(lost, func(a, b tie) int { return strings.Compare(a.child+a.guardian, b.child+b.guardian) })
	for _, t := range lost {
		if _, err := m.tx.Exec(ctx, "DELETE FROM directory_guardianship WHERE territory = ? AND child = ? AND guardian = ?",
			m.territory, t.child, t.guardian); err != nil {
			return err
		}
		m.closing(m.territory, t.guardian, "intake.roster.untied")
	}
	return nil
}
