package intake_test

import (
	"strings"
	"testing"

	"preau/internal/territory/directory/intake"
)

func TestTheFiguresOf2022JoinTheSchools(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.shared(intake.Schools, "schools", "schools-02-95.csv")
		for _, c := range []struct {
			kind     intake.Kind
			file     string
			read     int
			known    int
			rejected string
		}{
			{intake.IPS, "ips-ecoles-2022.csv", 30059, 784, "intake.school.unknown"},
			{intake.IPS, "ips-colleges-2022.csv", 6973, 207, "intake.school.unknown"},
			{intake.IPS, "ips-lycees-2022.csv", 3598, 100, "intake.school.unknown"},
		} {
			r := w.shared(c.kind, "schools", c.file)
			w.counts(c.file, r, tally(c.read, 0, c.known, 0, 0, 0, c.read-c.known))
			again := w.shared(c.kind, "schools", c.file)
			w.counts(c.file+" again", again, tally(c.read, 0, 0, c.known, 0, 0, c.read-c.known))
		}
		// 358 of the list are there and known; 11 of its rows have no UAI.
		rep := w.shared(intake.REP, "schools", "rep-2022.csv")
		w.counts("rep", rep, tally(7719, 0, 0, 358, 0, 0, 7361))
		if n := reasons(rep)["rejected intake.uai.missing"]; n != 11 {
			t.Errorf("%d rows without a UAI", n)
		}
		// The newer index stands, the older one is kept beside it; the numbers of pupils agree and are kept once.
		w.expect("2025", "SELECT ips_year FROM directory_school WHERE uai = '0020002S'")
		w.expect("2", "SELECT COUNT(*) FROM directory_figure WHERE school = '0020002S' AND name = 'ips'")
		w.expect("1091", "SELECT COUNT(*) FROM directory_figure WHERE name = 'pupils'")
		// What the indices say beside: the contract of the private schools.
		w.expect("0", "SELECT COUNT(*) FROM directory_school WHERE sector = 'private' AND contract = 'none'")
		w.expect("109", "SELECT COUNT(*) FROM directory_school WHERE contract = 'under'")
	})
}

func TestACompleteListTellsOfThoseItLeavesOut(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.must(intake.Schools, "f", list("2025", rows("ecole", "002", uais...)...), intake.Options{})
		text := "N°Département;NUMERO;EP\n2;" + strings.ToLower(uais[0]) + ";REP+\n2;;REP\n2;0020004A;REP\n2;" + uais[0] + ";REP\n"
		r := w.must(intake.REP, "liste.csv", []byte(text), intake.Options{Year: "2022"})
		w.counts("rep", r, tally(4, 0, 1, 0, 1, 0, 2))
		if r.Inferred != 8 { // the wrong letter is that of a school of the list
			t.Errorf("%d inferred", r.Inferred)
		}
		w.expect("8", "SELECT COUNT(*) FROM directory_figure WHERE name = 'priority' AND value = 'none' AND period = '2022'")
		again := w.must(intake.REP, "liste.csv", []byte(text), intake.Options{Year: "2022"})
		w.counts("again", again, tally(4, 0, 0, 1, 1, 0, 2))
		if again.Inferred != 0 {
			t.Errorf("%d inferred again", again.Inferred)
		}
	})
}

func TestASchoolWhoseRowCannotBeReadIsNotLeftOut(t *testing.T) {
	w := onSQLite(t)
	w.must(intake.Schools, "f", []byte("uai;type;secteur;nom;departement\n"+uais[0]+";ecole;Public;A;002\n"+uais[1]+";ecole;Public;B;002\n"), intake.Options{})
	for name, c := range map[string]struct {
		row      string
		inferred int
	}{
		"a value that makes no sense": {"2;" + uais[1] + ";REPP\n", 0},
		"a wrong letter":              {"2;" + uais[1][:7] + "A;REP\n", 0},
		"a row that cannot be read":   {"2;\"" + uais[1] + ";REP\n", 0},
		"another school":              {"2;" + uais[2] + ";REP\n", 1},
	} {
		text := "N°Département;NUMERO;EP\n2;" + uais[0] + ";REP\n" + c.row
		if r := w.must(intake.REP, "f", []byte(text), intake.Options{Year: "2022", DryRun: true}); r.Inferred != c.inferred {
			t.Errorf("%s: %d inferred, want %d", name, r.Inferred, c.inferred)
		}
	}
}

func TestContoursLoad(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.shared(intake.Schools, "schools", "schools-02-95.csv")
		for file, want := range map[string]intake.Tally{
			"communes-02.geojson":    tally(804, 804, 0, 0, 0, 0, 0),
			"communes-95.geojson":    tally(184, 184, 0, 0, 0, 0, 0),
			"departement-02.geojson": tally(1, 0, 1, 0, 0, 0, 0),
			"departement-95.geojson": tally(1, 0, 1, 0, 0, 0, 0),
		} {
			w.counts(file, w.shared(intake.Contours, "geo", file), want)
			w.counts(file+" again", w.shared(intake.Contours, "geo", file), tally(want.Read, 0, 0, want.Read, 0, 0, 0))
		}
		w.expect("804", "SELECT COUNT(*) FROM directory_commune WHERE territory = '02' AND contour <> ''")
		w.expect("Aisne", "SELECT name FROM directory_territory WHERE territory = '02' AND contour <> ''")
	})
}

func TestABadContourRejectsItselfAlone(t *testing.T) {
	w := onSQLite(t)
	square := `"geometry": {"type": "Polygon", "coordinates": [[[2, 49], [3, 49], [3, 50], [2, 49]]]}`
	feature := func(code, geometry string) string {
		return `{"type": "Feature", "properties": {"code": "` + code + `", "nom": "Nom"}, ` + geometry + `}`
	}
	text := `{"crs": {"x": [1]}, "features": [` + strings.Join([]string{
		feature("02001", square), feature("2A004", square), feature("97411", square), feature("976", square),
		feature("99999", square), feature("", square),
		feature("02002", `"geometry": null`),
		feature("02003", `"geometry": {"type": "Point", "coordinates": [2, 49]}`),
		feature("02004", `"geometry": {"type": "Polygon", "coordinates": [[[2, 49], [3, 49], [3, 50], [2, 50]]]}`),
		feature("02005", `"geometry": {"type": "Polygon", "coordinates": [[[200, 49], [3, 49], [3, 50], [200, 49]]]}`),
		feature("02006", `"geometry": {"type": "MultiPolygon", "coordinates": []}`),
		`{"type": 3}`, `7`,
	}, ",") + `], "type": "FeatureCollection"}`
	r := w.must(intake.Contours, "f", []byte(text), intake.Options{})
	w.counts("contours", r, tally(13, 4, 0, 0, 0, 0, 9))
	w.expect("974", "SELECT territory FROM directory_commune WHERE insee = '97411'")
	w.expect("Nom", "SELECT name FROM directory_territory WHERE territory = '976'")
	w.expect(`{"type":"Polygon","coordinates":[[[2,49],[3,49],[3,50],[2,49]]]}`, "SELECT contour FROM directory_commune WHERE insee = '02001'")
}

func TestAContourLiesWhereItsTerritoryIsAndIsGivenOnce(t *testing.T) {
	w := onSQLite(t)
	feature := func(properties, ring string) string {
		return `{"type": "Feature", "properties": {` + properties + `}, "geometry": {"type": "Polygon", "coordinates": [[` + ring + `]]}}`
	}
	const (
		ring    = "[3, 49], [4, 49], [4, 50], [3, 49]"
		swapped = "[49, 3], [49, 4], [50, 4], [49, 3]"
		lambert = "[7e5, 69e5], [8e5, 69e5], [8e5, 7e6], [7e5, 69e5]"
		holed   = "[3, null], [4, 49], [4, 50], [3, null]"
		beyond  = "[55, -21], [56, -21], [56, -20], [55, -21]"
	)
	text := `{"type": "FeatureCollection", "features": [` + strings.Join([]string{
		feature(`"code": "02001", "nom": "Un"`, ring), feature(`"code": "02001", "nom": "Autre"`, ring),
		feature(`"code": "02002", "nom": "Deux"`, swapped), feature(`"code": "02003", "nom": "Trois"`, lambert),
		feature(`"code": "02004", "nom": "Quatre"`, holed), feature(`"INSEE_COM": "02005", "NOM_COM": "Cinq"`, ring),
		feature(`"code": "97411", "nom": "Six"`, beyond), feature(`"code": "99999", "nom": "Sept"`, ring),
	}, ",") + `]}`
	r := w.must(intake.Contours, "f", []byte(text), intake.Options{})
	w.counts("contours", r, tally(8, 3, 0, 0, 1, 0, 4))
	w.expect("Un", "SELECT name FROM directory_commune WHERE insee = '02001'")
	if last := r.Rows[len(r.Rows)-1]; last.Subject != "99999" || len(last.Args) != 2 || last.Args[1] != "99999" {
		t.Errorf("the report does not name the code that is none: %+v", last)
	}
	w.counts("again", w.must(intake.Contours, "f", []byte(text), intake.Options{}), tally(8, 0, 0, 3, 1, 0, 4))
	if _, err := w.try(intake.Contours, "f", []byte(text+"{}"), intake.Options{}); keyOf(err) != "intake.contour.broken" {
		t.Errorf("something follows the collection: %v", err)
	}
}
