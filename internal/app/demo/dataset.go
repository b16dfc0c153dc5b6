package demo

import (
	"fmt"
	"iter"
	"slices"
	"strconv"

	"preau/internal/territory/directory"
)

// The demo's sources: each invented figure names the one that it would come from.
const (
	sourceSchools = "01990000-0000-7000-8000-000000000001"
	sourceIPS     = "01990000-0000-7000-8000-000000000002"
	sourceRoster  = "01990000-0000-7000-8000-000000000003"
)

// Year is the school year of the demo's classes.
var Year = fmt.Sprintf("%d-%d", schoolYear, schoolYear+1)

// ClassID returns the identifier of the i-th class of a school.
func (s *School) ClassID(i int) string {
	return fmt.Sprintf("01990001-0000-7000-8000-%07s%05d", s.UAI[:7], i)
}

// Datasets returns the world as the directory keeps it, in the order in which it is written: first all that
// the pages show, with the families of the schools that a visitor enters; then, one made after the other, the
// other families, so many schools at a time. at is when it was written, in ms UTC.
func (w *World) Datasets(at int64) (first *directory.Dataset, families iter.Seq[*directory.Dataset]) {
	b := &builder{Dataset: w.places(at), at: at, known: map[string]bool{}}
	first = b.Dataset
	for _, s := range w.Schools {
		b.school(s)
	}
	large, village := w.showcase()
	b.families(large)
	b.families(village)
	return first, func(yield func(*directory.Dataset) bool) {
		for schools := range slices.Chunk(w.Schools, schoolsAtOnce) {
			b.Dataset = &directory.Dataset{}
			for _, s := range schools {
				if s != large && s != village {
					b.families(s)
				}
			}
			if !yield(b.Dataset) {
				return
			}
		}
	}
}

// schoolsAtOnce are those whose families are written in one transaction: a fraction of a second.
const schoolsAtOnce = 15

func (w *World) places(at int64) *directory.Dataset {
	d := &directory.Dataset{
		Territories: []directory.TerritoryRow{{Territory: Territory, Name: TerritoryName, Academie: "Académie inventée", Invented: true, Contour: w.Outline}},
		Sources: []directory.Source{
			{ID: sourceSchools, Name: "Annuaire inventé", Published: "2026-09-01", ImportedAt: at},
			{ID: sourceIPS, Name: "IPS inventés", Published: "2025", ImportedAt: at},
			{ID: sourceRoster, Name: "Base élèves inventée", Published: Year, ImportedAt: at},
		},
	}
	for _, c := range w.Communes {
		d.Communes = append(d.Communes, directory.Commune{Territory: Territory, INSEE: c.INSEE, Name: c.Name, Contour: c.Contour, Rural: tri(c.Rural)})
	}
	return d
}

type builder struct {
	*directory.Dataset
	at    int64
	count int
	known map[string]bool // guardians already written
}

func tri(b *bool) directory.Tri {
	if b == nil {
		return directory.Unknown
	}
	return directory.TriOf(*b)
}

func (b *builder) school(s *School) {
	row := directory.School{Territory: Territory, UAI: directory.UAI(s.UAI), Name: s.Name, Type: directory.SchoolType(s.Type),
		Maternelle: tri(s.Maternelle), Elementaire: tri(s.Elementaire), Sector: directory.Sector(s.Sector), Contract: directory.Contract(s.Contract),
		Address: s.Address, Postcode: s.Postcode, Commune: s.Commune.INSEE, CommuneName: s.Commune.Name,
		Latitude: &s.Latitude, Longitude: &s.Longitude, Rural: tri(s.Commune.Rural), Status: directory.Open, Source: sourceSchools, UpdatedAt: b.at}
	if s.Type == "ecole" {
		row.Circonscription = "Circonscription " + string(rune('A'+len(s.Commune.Name)%6))
	}
	var figures []directory.Figure
	add := func(name directory.FigureName, period, source, value string) {
		figures = append(figures, directory.Figure{Territory: Territory, School: row.UAI, Name: name, Period: period, Source: source, Value: value})
	}
	if s.IPS != nil {
		add(directory.FigureIPS, "2025", sourceIPS, strconv.FormatFloat(*s.IPS, 'f', 1, 64))
		add(directory.FigureIPS, "2024", sourceIPS, strconv.FormatFloat(*s.IPS+1.3, 'f', 1, 64))
	}
	if s.Pupils != nil {
		add(directory.FigurePupils, Year, sourceRoster, strconv.Itoa(*s.Pupils))
	}
	add(directory.FigurePriority, "2025", sourceSchools, *s.Priority)
	if s.QPV != nil {
		add(directory.FigureQPV, "2025", sourceSchools, *s.QPV)
	}
	row.Stand(figures)
	b.Schools = append(b.Schools, row)
	b.Figures = append(b.Figures, figures...)
	b.person(s.Head, false)
	b.affiliate(s.Head.ID, s.UAI, "", directory.RoleHead)
	for i, c := range s.Classes {
		b.class(s, c, i)
	}
}

func (b *builder) class(s *School, c *Class, i int) {
	row := directory.Class{Territory: Territory, ID: s.ClassID(i), School: directory.UAI(s.UAI), Year: Year, Name: c.Name, Level: c.Level,
		Elementary: directory.TriOf(c.Elementary), Teacher: c.Teacher.ID, Status: directory.Open, Source: sourceRoster, UpdatedAt: b.at}
	if c.Counted != nil {
		n := int64(*c.Counted)
		row.Pupils = &n
	}
	b.Classes = append(b.Classes, row)
	b.person(c.Teacher, false)
	b.affiliate(c.Teacher.ID, s.UAI, row.ID, directory.RoleTeacher)
}

func (b *builder) families(s *School) {
	for i, c := range s.Classes {
		for _, p := range c.Pupils {
			b.pupil(p, s.UAI, s.ClassID(i))
		}
	}
}

func (b *builder) pupil(p *Person, school, class string) {
	b.person(p, true)
	if p.SecondHome && len(p.Guardians) > 1 {
		g := p.Guardians[1]
		b.Homes = append(b.Homes, directory.Home{Territory: Territory, Person: p.ID, Number: 2, Address: g.Address, Postcode: g.Postcode, Commune: g.Town})
	}
	b.affiliate(p.ID, school, class, directory.RolePupil)
	for _, g := range p.Guardians {
		if !b.known[g.ID] {
			b.known[g.ID] = true
			b.person(g, false)
		}
		b.Guardianships = append(b.Guardianships, directory.Guardianship{Territory: Territory, Child: p.ID, Guardian: g.ID, Source: sourceRoster})
	}
}

func (b *builder) person(p *Person, home bool) {
	b.Persons = append(b.Persons, directory.Person{Territory: Territory, ID: p.ID, CreatedAt: b.at})
	identity := directory.Identity{Territory: Territory, Person: p.ID, FamilyName: p.Family, GivenName: p.Given, Email: p.Email, Phone: p.Phone}
	if p.Guardians != nil {
		identity.BirthDate = p.Birth
	}
	b.Identities = append(b.Identities, identity)
	if home {
		b.Homes = append(b.Homes, directory.Home{Territory: Territory, Person: p.ID, Number: 1, Address: p.Address, Postcode: p.Postcode, Commune: p.Town})
	}
}

func (b *builder) affiliate(person, school, class string, role directory.PersonRole) {
	b.count++
	b.Affiliations = append(b.Affiliations, directory.Affiliation{Territory: Territory, ID: fmt.Sprintf("01990002-0000-7000-8000-%012x", b.count),
		Person: person, School: directory.UAI(school), Class: class, Role: role, Start: fmt.Sprintf("%d-09-01", schoolYear), Source: sourceRoster})
}
