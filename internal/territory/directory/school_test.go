package directory

import (
	"context"
	"encoding/csv"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
)

func TestTheCheckLetterIsThatOfTheRegister(t *testing.T) {
	for _, text := range []string{"0750654D", "0752524L", "0920131T", "0240366T", "0561622J", "0690078K", " 0020002s "} {
		if _, ok := ParseUAI(text); !ok {
			t.Errorf("%q is refused", text)
		}
	}
	for _, text := range []string{"", "0750654E", "075065D", "07506544", "O750654D", "0750654D0"} {
		if uai, ok := ParseUAI(text); ok {
			t.Errorf("%q is taken as %s", text, uai)
		}
	}
	if uai := MakeUAI(750654); uai != "0750654D" {
		t.Errorf("MakeUAI gives %s", uai)
	}
}

func TestATerritoryHasOneCodeHoweverItIsWritten(t *testing.T) {
	for text, want := range map[string]string{"002": "02", "2": "02", "02": "02", "095": "95", "95": "95", "02A": "2A", "2a": "2A", "02B": "2B",
		"974": "974", "0974": "974", "988": "988", "": "", "0": "", "2C": "", "A2": "", "9999": "", "620": ""} {
		if got := TerritoryOf(text); got != want {
			t.Errorf("TerritoryOf(%q) = %q, want %q", text, got, want)
		}
	}
	for uai, want := range map[UAI]string{"0020002S": "02", "6200001G": "2A", "7200009T": "2B", "9740001A": "974", "": ""} {
		if got := uai.Territory(); got != want {
			t.Errorf("%s lies in %q, want %q", uai, got, want)
		}
	}
}

func uais(page Page[SchoolLine]) []UAI {
	var list []UAI
	for _, l := range page.Rows {
		list = append(list, l.UAI)
	}
	return list
}

func TestSchoolsAreFoundByWhatIsAsked(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		for _, c := range []struct {
			name   string
			filter SchoolFilter
			want   []UAI
		}{
			{"all that are open, by name", SchoolFilter{}, []UAI{college, primary, private, ajaccio}},
			{"without accents nor apostrophe", SchoolFilter{Search: "aumone"}, []UAI{college}},
			{"in capitals, two words in any order", SchoolFilter{Search: "OUEN collège"}, []UAI{college}},
			{"by UAI", SchoolFilter{Search: string(ajaccio)}, []UAI{ajaccio}},
			{"signs of LIKE find nothing more", SchoolFilter{Search: "%_%", Territory: "02"}, []UAI{primary}},
			{"Corsica", SchoolFilter{Territory: "2A"}, []UAI{ajaccio}},
			{"type", SchoolFilter{Type: "college"}, []UAI{college}},
			{"level", SchoolFilter{Level: "elementaire", Territory: "95"}, []UAI{private}},
			{"sector unknown", SchoolFilter{Sector: "unknown"}, []UAI{private}},
			{"REP", SchoolFilter{Priority: "REP"}, []UAI{primary}},
			{"priority unknown", SchoolFilter{Priority: "unknown"}, []UAI{college, private, ajaccio}},
			{"QPV in", SchoolFilter{QPV: "in"}, nil},
			{"commune", SchoolFilter{Commune: "95572"}, []UAI{college}},
			{"closed", SchoolFilter{Status: "closed"}, []UAI{gone}},
			{"IPS unknown", SchoolFilter{Unknown: "ips"}, []UAI{college, private, ajaccio}},
			{"position unknown", SchoolFilter{Unknown: "position", Territory: "02"}, nil},
			{"no class", SchoolFilter{Unknown: "classes"}, []UAI{private, ajaccio}},
			{"by commune, the closed too", SchoolFilter{Sort: ByCommune, Status: "all"}, []UAI{ajaccio, private, gone, primary, college}},
			{"by commune, downwards", SchoolFilter{Sort: ByCommune, Down: true}, []UAI{college, primary, private, ajaccio}},
			{"by pupils, the unknown last", SchoolFilter{Sort: ByPupils}, []UAI{primary, college, private, ajaccio}},
			{"by pupils downwards, the unknown last", SchoolFilter{Sort: ByPupils, Down: true}, []UAI{college, primary, ajaccio, private}},
			{"by IPS downwards", SchoolFilter{Sort: ByIPS, Down: true}, []UAI{primary, ajaccio, private, college}},
		} {
			page, err := s.Schools(public(), c.filter)
			if err != nil {
				t.Fatalf("%s: %v", c.name, err)
			}
			if got := uais(page); !slices.Equal(got, c.want) || page.Total != len(c.want) {
				t.Errorf("%s: %v of %d, want %v", c.name, got, page.Total, c.want)
			}
		}
	})
}

func TestAWrongFilterIsRefusedByName(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		for _, filter := range []SchoolFilter{{Type: "x"}, {Level: "x"}, {Sector: "x"}, {Priority: "rep"}, {QPV: "x"}, {Status: "x"}, {Unknown: "name"},
			{Sort: "uai; DROP"}, {Page: -1}, {Page: 1 << 40}} {
			_, err := s.Schools(public(), filter)
			wantKind(t, err, errs.Invalid)
		}
	})
}

func TestEverySchoolIsOnOnePageWhateverTheOrder(t *testing.T) {
	d := dbtest.SQLite(t, journal.Migrations, Migrations)
	s := newService(t, d, realSchools(t, "schools-02-95.csv"))
	for _, sort := range []SchoolSort{ByName, ByCommune, ByIPS, ByPupils} {
		for _, down := range []bool{false, true} {
			seen := map[UAI]bool{}
			for n := 1; ; n++ {
				page, err := s.Schools(public(), SchoolFilter{Sort: sort, Down: down, Page: n, Size: 37, Status: "all"})
				if err != nil {
					t.Fatal(err)
				}
				for _, uai := range uais(page) {
					if seen[uai] {
						t.Fatalf("%s is on two pages by %s", uai, sort)
					}
					seen[uai] = true
				}
				if len(page.Rows) == 0 {
					break
				}
			}
			if len(seen) != 1628 {
				t.Errorf("%d schools by %s, want 1628", len(seen), sort)
			}
		}
	}
	page, err := s.Schools(public(), SchoolFilter{Search: "aumone"})
	if err != nil || page.Total == 0 {
		t.Errorf("aumone finds %d schools: %v", page.Total, err)
	}
	for _, line := range page.Rows {
		if line.CommuneName != "Saint-Ouen-l'Aumône" {
			t.Errorf("aumone finds %s in %s", line.Name, line.CommuneName)
		}
	}
}

func TestAnExportHasEverySchoolOfTheScopeAndNoOther(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		all, err := s.AllSchools(as(authz.TerritoryLead, authz.Territory("95")), SchoolFilter{Status: "all"})
		if err != nil {
			t.Fatal(err)
		}
		var got []UAI
		for school, err := range all {
			if err != nil {
				t.Fatal(err)
			}
			got = append(got, school.UAI)
		}
		if !slices.Equal(got, []UAI{college, private}) {
			t.Errorf("exported %v", got)
		}
		_, err = s.AllSchools(public(), SchoolFilter{})
		wantKind(t, err, errs.Unauthenticated)
		_, err = s.AllSchools(as(authz.Head, authz.School("02", string(primary))), SchoolFilter{})
		wantKind(t, err, errs.NotFound)
		_, err = s.AllSchools(as(authz.TerritoryLead, authz.Territory("95")), SchoolFilter{Type: "x"})
		wantKind(t, err, errs.Invalid)
	})
}

func TestTwoSourcesThatDisagreeAreBothShown(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		figures, err := s.Figures(public(), "02", primary)
		if err != nil {
			t.Fatal(err)
		}
		list := figures[FigureIPS]
		if len(list) != 2 || list[0].Value != "91.5" || !list[0].Stands || list[1].Stands || list[0].SourceName != "ips.csv" {
			t.Errorf("IPS: %+v", list)
		}
	})
}

func TestACorrectionStandsAndIsKeptOnce(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		lead := as(authz.TerritoryLead, authz.Territory("02"))
		correction := Correction{Name: FigureIPS, Period: "2022-2023", Value: "96,5"}
		for range 2 { // a second click
			if err := s.Correct(lead, "02", primary, correction); err != nil {
				t.Fatal(err)
			}
		}
		school, err := s.School(public(), primary)
		if err != nil || school.IPS == nil || *school.IPS != 96.5 {
			t.Errorf("the IPS is %v: %v", school.IPS, err)
		}
		figures, _ := s.Figures(public(), "02", primary)
		if list := figures[FigureIPS]; len(list) != 3 || list[0].Source != EntrySource {
			t.Errorf("IPS: %+v", list)
		}
		wantFacts(t, s, FactSchoolCorrected, 1)
		if err := s.Correct(lead, "02", primary, Correction{Name: FigureSector, Period: "2026", Value: "private"}); err != nil {
			t.Fatal(err)
		}
		school, _ = s.School(public(), primary)
		if school.Sector != Private || school.Contract != ContractUnknown {
			t.Errorf("sector %s, contract %s", school.Sector, school.Contract)
		}
	})
}

func TestAWrongCorrectionIsRefused(t *testing.T) {
	each(t, func(t *testing.T, s *Service) {
		lead := as(authz.TerritoryLead, authz.Territory("02"))
		for _, c := range []Correction{{FigureIPS, "2022-2023", "low"}, {FigureIPS, "2022-2023", "0"}, {FigurePupils, "2022", "-1"}, {FigurePupils, "2022", "12.5"},
			{FigurePupils, "2022-2024", "12"}, {FigurePupils, "", "12"}, {FigurePriority, "2022", "rep"}, {FigureRural, "2022", "yes"}, {"name", "2022", "x"}} {
			wantKind(t, s.Correct(lead, "02", primary, c), errs.Invalid)
		}
		good := Correction{FigurePupils, "2025", "12"}
		wantKind(t, s.Correct(lead, "02", MakeUAI(20999), good), errs.NotFound)
		wantKind(t, s.Correct(lead, "95", college, good), errs.NotFound)
		wantKind(t, s.Correct(as(authz.Head, authz.School("02", string(primary))), "02", primary, good), errs.NotFound)
		wantKind(t, s.Correct(public(), "02", primary, good), errs.Unauthenticated)
	})
}

func wantFacts(t *testing.T, s *Service, kind string, want int) {
	t.Helper()
	n := 0
	err := s.db.View(system(), func(ctx context.Context, tx *db.Tx) error {
		var err error
		n, err = db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM journal_fact WHERE kind = ?", kind)
		return err
	})
	if err != nil || n != want {
		t.Errorf("%d facts %s, want %d: %v", n, kind, want, err)
	}
}

// realSchools reads a list of real schools: what the import would make of them, near enough for lists.
func realSchools(tb testing.TB, name string) *Dataset {
	tb.Helper()
	file, err := os.Open(filepath.Join(dbtest.Shared(tb), "schools", name))
	if err != nil {
		tb.Fatal(err)
	}
	defer file.Close()
	reader := csv.NewReader(file)
	reader.Comma = ';'
	rows, err := reader.ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[name] = i
	}
	d := &Dataset{Sources: []Source{{ID: "real", Name: name}}}
	seen := map[string]bool{}
	for _, row := range rows[1:] {
		get := func(name string) string {
			if i, ok := column[name]; ok {
				return row[i]
			}
			return ""
		}
		float := func(name string) *float64 {
			if v, err := strconv.ParseFloat(get(name), 64); err == nil {
				return &v
			}
			return nil
		}
		s := School{Territory: TerritoryOf(get("departement")), UAI: UAI(get("uai")), Name: get("nom"), Type: SchoolType(get("type")), Sector: Public, Contract: ContractNone,
			Postcode: get("code_postal"), Commune: get("code_insee"), CommuneName: get("commune"), Latitude: float("latitude"), Longitude: float("longitude"),
			IPS: float("ips_2025"), Status: Open, Source: "real"}
		if v := float("effectif_2022"); v != nil {
			s.Pupils = ptr(int64(*v))
		}
		if !seen[s.Territory] {
			seen[s.Territory] = true
			d.Territories = append(d.Territories, TerritoryRow{Territory: s.Territory, Name: s.Territory})
		}
		d.Schools = append(d.Schools, s)
	}
	return d
}

// benchmarkSchools reads pages one row longer than those that are kept.
func benchmarkSchools(b *testing.B, name string, filter SchoolFilter) {
	filter.Size = schoolsPerPage + 1
	s := newService(b, dbtest.SQLite(b, journal.Migrations, Migrations), realSchools(b, name))
	for b.Loop() {
		if _, err := s.Schools(public(), filter); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkSchoolsOfTwoTerritories(b *testing.B) {
	benchmarkSchools(b, "schools-02-95.csv", SchoolFilter{})
}

func BenchmarkSchoolsOfFrance(b *testing.B) {
	for name, filter := range map[string]SchoolFilter{"first": {}, "last": {Page: 2290}, "ips": {Sort: ByIPS}, "commune": {Sort: ByCommune}, "search": {Search: "aumone"},
		"territory": {Territory: "95", Page: 10}} {
		b.Run(name, func(b *testing.B) { benchmarkSchools(b, "schools-france.csv", filter) })
	}
}
