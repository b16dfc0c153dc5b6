package intake_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
)

// fuzz imports whatever it is given, dry, beginning with the starts of real files. An import must end soon,
// in a report that adds up or in a refusal that can be said.
func fuzz(f *testing.F, kind intake.Kind, o intake.Options, seeds ...[]byte) {
	w := onSQLite(f)
	w.must(intake.Schools, "schools.csv", list("2025", row(string(ecole), "ecole", "002"), row(string(lycee), "lycee", "002")), intake.Options{})
	if kind == intake.Roster {
		w.must(intake.Roster, "onde.csv", sharedFile(f, "rosters", "onde", "onde_eleves_exemple_eole-ci.csv"), intake.Options{School: ecole})
	}
	for _, s := range seeds {
		f.Add(s)
	}
	o.DryRun = true
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 1<<16 {
			return
		}
		start := time.Now()
		r, err := w.try(kind, "fuzz-2022", b, o)
		if took := time.Since(start); took > 5*time.Second {
			t.Errorf("%d bytes took %v", len(b), took)
		}
		if err != nil && errs.KindOf(err) == errs.Internal {
			t.Errorf("not a refusal: %v", err)
		}
		if r.Created+r.Updated+r.Unchanged+r.Merged+r.Rejected != r.Read || len(r.Rows) > len(b)+100 {
			t.Errorf("the report does not add up: %+v, %d rows", r.Tally, len(r.Rows))
		}
		for _, line := range r.Rows {
			if strings.Contains(line.Reason, "MARTIN") || strings.Contains(line.Subject, "MARTIN") {
				t.Errorf("a report names somebody: %+v", line)
			}
		}
	})
}

// starts returns the first lines of the real files that the pattern finds.
func starts(f *testing.F, pattern ...string) [][]byte {
	f.Helper()
	paths, err := filepath.Glob(filepath.Join(append([]string{dbtest.Shared(f)}, pattern...)...))
	if err != nil || len(paths) == 0 {
		f.Fatalf("no seed: %v", err)
	}
	var seeds [][]byte
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		if filepath.Ext(p) == ".csv" {
			lines := bytes.SplitAfterN(b, []byte("\n"), 6)
			b = bytes.Join(lines[:min(len(lines), 5)], nil)
		}
		seeds = append(seeds, b)
	}
	return seeds
}

func FuzzSchools(f *testing.F) {
	fuzz(f, intake.Schools, intake.Options{}, append(append(starts(f, "schools", "schools-*.csv"), starts(f, "schools", "annuaire-*.csv")...),
		list("2025", row(string(ecole), "ecole", "002"), row(string(ecole), "ecole", "002")))...)
}

func FuzzIPS(f *testing.F) {
	fuzz(f, intake.IPS, intake.Options{}, append(starts(f, "schools", "ips-*.csv"),
		[]byte("rentree_scolaire;uai;effectifs;ips;secteur\n2022-2023;0020004U;12;100.5;public\n"))...)
}

func FuzzREP(f *testing.F) {
	fuzz(f, intake.REP, intake.Options{}, append(starts(f, "schools", "rep-*.csv"), []byte("N°Département;NUMERO;EP\n2;0020004U;REP+\n"))...)
}

func FuzzOnde(f *testing.F) {
	fuzz(f, intake.Roster, intake.Options{School: ecole}, append(starts(f, "rosters", "onde", "*.csv"),
		onde(pupil("UN", "A", "X"), pupil("DEUX", "B", "Y")))...)
}

func FuzzSiecle(f *testing.F) {
	fuzz(f, intake.Roster, intake.Options{School: lycee}, append(append(starts(f, "rosters", "siecle", "*.csv"), starts(f, "rosters", "siecle", "*.xml")...),
		siecleFile(string(lycee), [4]string{"1", "UN", "", "4A"}, [4]string{"2", "DEUX", "01/01/2020", "Inactifs"}))...)
}

func FuzzOneRoster(f *testing.F) {
	fuzz(f, intake.Roster, intake.Options{School: lycee}, starts(f, "rosters", "oneroster", "*.zip")...)
}

// FuzzOneRosterTables changes the tables of a set rather than the bytes of its zip.
func FuzzOneRosterTables(f *testing.F) {
	w := onSQLite(f)
	w.must(intake.Schools, "schools.csv", list("2025", row(string(lycee), "lycee", "002")), intake.Options{})
	f.Add("sourcedId,status,role,givenName,familyName,agentSourcedIds,orgSourcedIds\nu1,active,student,A,B,u2,o1\nu2,,parent,C,D,,o1\n",
		"sourcedId,title,schoolSourcedId,termSourcedIds,grades\nc1,CE1,o1,s1,CE1\n", "classSourcedId,userSourcedId,role,endDate\nc1,u1,student,1/05/2030\n",
		"userSourcedId,role,orgSourcedId\nu2,guardian,o1\n")
	f.Fuzz(func(t *testing.T, users, classes, enrolments, roles string) {
		b := oneRosterSet(t, map[string]string{"users.csv": users, "classes.csv": classes, "enrollments.csv": enrolments, "roles.csv": roles,
			"orgs.csv": "sourcedId,name,type\no1,Lycée,school\n", "academicSessions.csv": "sourcedId,schoolYear\ns1," + directory.SchoolYear(time.Now())[5:] + "\n"})
		if _, err := w.try(intake.Roster, "fuzz", b, intake.Options{School: lycee, DryRun: true}); err != nil && errs.KindOf(err) == errs.Internal {
			t.Errorf("not a refusal: %v", err)
		}
	})
}

func FuzzGeoJSON(f *testing.F) {
	seeds := [][]byte{
		[]byte(`{"type":"FeatureCollection","features":[{"type":"Feature","geometry":{"type":"Polygon","coordinates":[[[2,49],[3,49],[3,50],[2,49]]]},"properties":{"code":"02001","nom":"N"}}]}`),
		[]byte(`{"type":"Feature","geometry":{"type":"MultiPolygon","coordinates":[[[[2,49],[3,49],[3,50],[2,49]]]]},"properties":{"code":"02","nom":"Aisne"}}`),
	}
	for _, b := range starts(f, "geo", "departement-*.geojson") {
		seeds = append(seeds, b[:min(len(b), 1<<14)])
	}
	fuzz(f, intake.Contours, intake.Options{}, seeds...)
}
