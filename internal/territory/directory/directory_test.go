package directory

import (
	"context"
	"fmt"
	"maps"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
)

// each runs the test on both databases over a small directory: see small.
func each(t *testing.T, f func(t *testing.T, s *Service)) {
	t.Helper()
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		f(t, newService(t, d, small()))
	}, journal.Migrations, Migrations)
}

func newService(t testing.TB, d *db.DB, data *Dataset) *Service {
	t.Helper()
	if err := d.Update(db.Everywhere(context.Background()), func(ctx context.Context, tx *db.Tx) error { return Seed(ctx, tx, data) }); err != nil {
		t.Fatal(err)
	}
	return New(d, journal.New(d, []byte("a key for tests")))
}

// as returns a context of somebody with a role on a scope, who sees the territories of that scope alone.
func as(role authz.Role, scopes ...authz.Scope) context.Context {
	p := &authz.Principal{Account: "account", Name: "Somebody", Role: role, Roles: []authz.Role{role}}
	for _, s := range scopes {
		p.Grants = append(p.Grants, authz.Grant{Role: role, Scope: s})
	}
	ctx := authz.With(context.Background(), Permissions, p)
	if codes := p.Territories(); codes != nil {
		return db.WithTerritories(ctx, codes...)
	}
	return db.Everywhere(ctx)
}

func public() context.Context {
	return db.Everywhere(authz.With(context.Background(), Permissions, nil))
}

func system() context.Context { return db.Everywhere(authz.System(context.Background())) }

func ptr[T any](v T) *T { return &v }

// Schools of the small directory.
var (
	primary = MakeUAI(20001)   // Laon, public, two classes
	college = MakeUAI(950002)  // Saint-Ouen-l'Aumône
	private = MakeUAI(950003)  // Cergy, sector unknown, no position
	ajaccio = MakeUAI(6200004) // 2A
	gone    = MakeUAI(20005)   // closed
)

// small is a directory of five schools in three territories, with a class of two pupils who share a mother.
func small() *Dataset {
	const src = "source-1"
	school := func(territory string, uai UAI, name, commune, insee string) School {
		return School{Territory: territory, UAI: uai, Name: name, Type: Ecole, Maternelle: Yes, Elementaire: Yes, Sector: Public, Contract: ContractNone,
			Postcode: "00000", Commune: insee, CommuneName: commune, Status: Open, Source: src}
	}
	d := &Dataset{
		Territories: []TerritoryRow{{Territory: "02", Name: "Aisne"}, {Territory: "95", Name: "Val-d'Oise"}, {Territory: "2A", Name: "Corse-du-Sud"}},
		Sources:     []Source{{ID: src, Name: "annuaire.csv", Published: "2024"}, {ID: "source-2", Name: "ips.csv", Published: "2022-2023"}},
		Communes:    []Commune{{Territory: "02", INSEE: "02408", Name: "Laon"}},
		Schools: []School{
			school("02", primary, "École Jean Moulin", "Laon", "02408"),
			school("95", college, "Collège Le Parc", "Saint-Ouen-l'Aumône", "95572"),
			school("95", private, "École Notre-Dame", "Cergy", "95127"),
			school("2A", ajaccio, "École Sampiero", "Ajaccio", "2A004"),
			school("02", gone, "École fermée", "Étréaupont", "02295"),
		},
		Figures: []Figure{
			{"02", primary, FigureIPS, "2022-2023", "source-2", "91.5"}, {"02", primary, FigureIPS, "2022-2023", src, "93"},
			{"02", primary, FigurePupils, "2022-2023", src, "201"},
		},
	}
	d.Schools[0].IPS, d.Schools[0].IPSYear, d.Schools[0].Pupils, d.Schools[0].PupilsYear = ptr(91.5), "2022-2023", ptr(int64(201)), "2022-2023"
	d.Schools[0].Latitude, d.Schools[0].Longitude, d.Schools[0].Priority = ptr(49.56), ptr(3.62), REP
	d.Schools[1].Type, d.Schools[1].Maternelle, d.Schools[1].Elementaire, d.Schools[1].Pupils = College, No, No, ptr(int64(540))
	d.Schools[2].Sector, d.Schools[2].Contract = SectorUnknown, ContractUnknown
	d.Schools[4].Status, d.Schools[4].ClosedAt = Closed, ptr(int64(1))
	d.Classes = []Class{
		{Territory: "02", ID: "class-a", School: primary, Year: "2026-2027", Name: "CE1 A", Level: "CE1", Elementary: Yes, Pupils: ptr(int64(24)), Teacher: "teacher-a", Status: Open, Source: src, UpdatedAt: 1},
		{Territory: "02", ID: "class-b", School: primary, Year: "2026-2027", Name: "CM2 B", Level: "CM2", Elementary: Yes, Status: Open, Source: src, UpdatedAt: 1},
		{Territory: "95", ID: "class-c", School: college, Year: "2026-2027", Name: "6e 1", Level: "6e", Elementary: No, Status: Open, Source: src, UpdatedAt: 1},
	}
	person := func(id, family, given, birth string) {
		d.Persons = append(d.Persons, Person{Territory: "02", ID: id, CreatedAt: 1})
		d.Identities = append(d.Identities, Identity{Territory: "02", Person: id, FamilyName: family, GivenName: given, BirthDate: birth, INEHash: "hash-" + id})
	}
	person("pupil-a", "Lefèvre", "Zoé", "2018-03-09")
	person("pupil-b", "Lefèvre", "Noé", "2015-07-14")
	person("mother", "Martin", "Inès", "")
	person("teacher-a", "Dupont", "Claire", "")
	d.Homes = []Home{{Territory: "02", Person: "mother", Number: 1, Address: "1 rue du Pré", Postcode: "02000", Commune: "Laon"},
		{Territory: "02", Person: "pupil-a", Number: 1, Address: "1 rue du Pré", Postcode: "02000", Commune: "Laon"},
		{Territory: "02", Person: "pupil-a", Number: 2, Address: "9 rue Haute", Postcode: "02000", Commune: "Laon"}}
	d.Affiliations = []Affiliation{
		{"02", "aff-a", "pupil-a", primary, "class-a", RolePupil, "2026-09-01", "", src},
		{"02", "aff-b", "pupil-b", primary, "class-b", RolePupil, "2026-09-01", "", src},
		{"02", "aff-t", "teacher-a", primary, "", RoleTeacher, "2020-09-01", "", src},
	}
	d.Guardianships = []Guardianship{{"02", "pupil-a", "mother", src}, {"02", "pupil-b", "mother", src}}
	return d
}

func wantKind(t *testing.T, err error, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Fatalf("error %v, want kind %d", err, kind)
	}
}

// BenchmarkSeed writes a directory of the size of the demonstration into an empty database.
func BenchmarkSeed(b *testing.B) {
	data := large()
	for b.Loop() {
		b.StopTimer()
		d := dbtest.SQLite(b, journal.Migrations, Migrations)
		b.StartTimer()
		newService(b, d, data)
	}
	rows := len(data.Persons) + len(data.Identities) + len(data.Homes) + len(data.Affiliations) + len(data.Guardianships)
	b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
}

// large has the size of the demonstration: 300 schools, 2,500 classes, 60,000 pupils with 70,000 guardians.
func large() *Dataset {
	d := &Dataset{Territories: []TerritoryRow{{Territory: "99", Name: "Terre inventée", Invented: true}}, Sources: []Source{{ID: "demo", Name: "demo"}}}
	id := func(kind string, n int) string { return fmt.Sprintf("0190a0b0-0000-7000-%s-%012d", kind, n) }
	person := func(n int, family string) string {
		p := id("8000", n)
		d.Persons = append(d.Persons, Person{"99", p, 1})
		d.Identities = append(d.Identities, Identity{Territory: "99", Person: p, FamilyName: family, GivenName: "Camille", BirthDate: "2016-01-01"})
		d.Homes = append(d.Homes, Home{"99", p, 1, "1 rue de l'École", "99000", "Préville", ""})
		return p
	}
	n := 0
	for c := range 2500 {
		uai := MakeUAI(9900000 + c%300)
		if c < 300 {
			d.Schools = append(d.Schools, School{Territory: "99", UAI: uai, Name: "École", Type: Ecole, Sector: Public, Contract: ContractNone, CommuneName: "Préville", Status: Open, Source: "demo"})
		}
		class := id("9000", c)
		d.Classes = append(d.Classes, Class{Territory: "99", ID: class, School: uai, Year: "2026-2027", Name: fmt.Sprint("Classe ", c), Status: Open, Source: "demo"})
		for range 24 {
			n++
			child := person(n, "Durand")
			d.Affiliations = append(d.Affiliations, Affiliation{"99", id("a000", n), child, uai, class, RolePupil, "2026-09-01", "", "demo"})
			n++
			guardian := person(n, "Durand")
			d.Guardianships = append(d.Guardianships, Guardianship{"99", child, guardian, "demo"})
		}
	}
	return d
}

func TestPlacesAreNamedTogether(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		scopes := []authz.Scope{authz.Territory("02"), authz.Territory("95"), authz.Territory("97"), authz.School("02", string(primary)),
			authz.School("95", string(college)), authz.School("95", string(primary)), authz.Class("02", string(primary), "class-a"), authz.Class("02", string(gone), "class-a")}
		got, err := s.PlaceNames(system(), scopes)
		want := map[authz.Scope]string{scopes[0]: "Aisne", scopes[1]: "Val-d'Oise", scopes[3]: "École Jean Moulin", scopes[4]: "Collège Le Parc", scopes[6]: "CE1 A, École Jean Moulin"}
		if err != nil || !maps.Equal(got, want) {
			t.Errorf("%v %v", got, err)
		}
		if got, err := s.PlaceNames(system(), nil); err != nil || len(got) > 0 {
			t.Errorf("of nothing: %v %v", got, err)
		}
		if _, err := s.PlaceNames(public(), scopes[6:7]); !errs.Is(err, errs.Unauthenticated) {
			t.Errorf("a class to the public: %v", err)
		}
	})
}
