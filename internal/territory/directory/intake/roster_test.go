package intake_test

import (
	"archive/zip"
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"

	"preau/internal/base/db"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
)

const (
	ecole  = directory.UAI("0020004U")
	lycee  = directory.UAI("0020031Y")
	header = "Nom élève;Nom d'usage élève;Prénom élève;Date naissance;Sexe;INE;Adresse1;Cp1;Commune1;Pays1;Adresse2;Cp2;Commune2;Pays2; Cycle;Niveau;Libellé classe;Identifiant classe\n"
)

// school is a world with the two schools of the rosters.
func (w *world) schools() *world {
	w.t.Helper()
	w.must(intake.Schools, "schools.csv", list("2025", row(string(ecole), "ecole", "002"), row(string(lycee), "lycee", "002"), row("0020002S", "ecole", "002")), intake.Options{})
	return w
}

func TestOndePupilsEnterWithTheirClassesAndTwoHomes(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.schools()
		b := sharedFile(t, "rosters", "onde", "onde_eleves_exemple_eole-ci.csv")
		w.counts("first", w.must(intake.Roster, "onde.csv", b, intake.Options{School: ecole}), tally(2, 2, 0, 0, 0, 0, 0))
		w.expect("2", "SELECT COUNT(*) FROM directory_class WHERE school = '0020004U' AND pupils = 1 AND status = 'open'")
		w.expect("CE2", "SELECT level FROM directory_class WHERE code = '99999' AND elementary = 1")
		w.expect("Classe de M Truc", "SELECT name FROM directory_class WHERE code = '99998'")
		w.expect(directory.SchoolYear(time.Now()), "SELECT MAX(year) FROM directory_class")
		w.expect("2001-01-01", "SELECT MAX(birth_date) FROM directory_identity")
		w.expect("2", "SELECT COUNT(*) FROM directory_home WHERE commune = 'Dijon'")
		w.expect("2", "SELECT COUNT(*) FROM directory_affiliation WHERE role = 'pupil' AND end_date IS NULL AND class IS NOT NULL")
		w.expect("2", "SELECT COUNT(*) FROM directory_identity WHERE LENGTH(ine_hash) = 64")
		w.counts("second", w.must(intake.Roster, "onde.csv", b, intake.Options{School: ecole}), tally(2, 0, 0, 2, 0, 0, 0))

		// The INE matches where the name was put right; another class is a new affiliation; a second home is kept.
		text := header + "MARTINS;;Martin;01/01/2001;M;1111111111A;1 rue de Test;21000;Dijon;FRANCE;2 rue;75001;Paris;FRANCE;CYCLE II;CE1;Classe de M Truc;99998\n" +
			"MARTIN;;Martine;01/01/2001;M;1111111112A;1 rue de Test;21000;Dijon;FRANCE;;;;;CYCLE II;CE1;Classe de M Truc;99998\n"
		r := w.must(intake.Roster, "onde.csv", []byte(text), intake.Options{School: ecole})
		w.counts("changes", r, tally(2, 0, 1, 1, 0, 1, 0))
		w.expect("MARTINS", "SELECT family_name FROM directory_identity WHERE given_name = 'Martin'")
		w.expect("2", "SELECT COUNT(*) FROM directory_home h JOIN directory_identity i ON i.person = h.person WHERE i.given_name = 'Martin'")
		w.expect("3", "SELECT COUNT(*) FROM directory_affiliation")
		w.expect("2", "SELECT pupils FROM directory_class WHERE code = '99998'")
		w.expect("closed", "SELECT status FROM directory_class WHERE code = '99999'")
	})
}

func TestTheINEIsKeptNowhere(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.schools()
		text := header + strings.Repeat("MARTIN;;Martin;01/01/2001;M;1111111111A;;;;;;;;;C;CE2;A;1\n", 2) +
			"MARTIN;;Malo;01/01/2001;M;123ABC;;;;;;;;;C;CE2;A;1\nMARTIN;;;01/01/2001;M;2222222222B;;;;;;;;;C;CE2;A;1\n"
		r := w.must(intake.Roster, "onde.csv", []byte(text), intake.Options{School: ecole})
		w.counts("roster", r, tally(4, 2, 0, 0, 1, 0, 1))
		for _, table := range []string{"directory_identity", "directory_import", "directory_import_row", "journal_fact", "directory_source"} {
			for _, needle := range []string{"1111111111A", "123ABC", "2222222222B"} {
				w.expect("0", "SELECT COUNT(*) FROM "+table+" WHERE "+wholeRow(table)+" LIKE '%"+needle+"%'")
			}
		}
		for _, needle := range []string{"MARTIN", "Martin", "Malo"} {
			w.expect("0", "SELECT COUNT(*) FROM directory_import_row WHERE subject || reason || args LIKE '%"+needle+"%'")
		}
	})
}

// wholeRow returns an SQL text of all that a table says.
func wholeRow(table string) string {
	return map[string]string{
		"directory_identity":   "family_name || usage_name || given_name || birth_date || email || phone || ine_hash || external_id || folded",
		"directory_import":     "file || layout || message || args",
		"directory_import_row": "subject || reason || args",
		"journal_fact":         "subject || data",
		"directory_source":     "name || sha256",
	}[table]
}

func onde(rows ...string) []byte { return []byte(header + strings.Join(rows, "\n") + "\n") }

func pupil(family, given, class string) string {
	return family + ";;" + given + ";02/03/2016;F;;1 rue;02000;Laon;FRANCE;;;;;C;CE1;" + class + ";"
}

func TestPupilsWhoLeftTheFileLeaveTheSchool(t *testing.T) {
	w := onSQLite(t).schools()
	var many []string
	for i := range 30 {
		many = append(many, pupil(fmt.Sprintf("NOM %02d", i), "Prénom", "A"))
	}
	w.must(intake.Roster, "30", onde(many...), intake.Options{School: ecole})
	r := w.must(intake.Roster, "27", onde(many[3:]...), intake.Options{School: ecole})
	w.counts("three less", r, tally(27, 0, 0, 27, 0, 3, 0))
	w.expect("27", "SELECT COUNT(*) FROM directory_affiliation WHERE end_date IS NULL")
	w.expect("27", "SELECT pupils FROM directory_class")
	if _, err := w.try(intake.Roster, "10", onde(many[20:]...), intake.Options{School: ecole}); keyOf(err) != "intake.roster.closing" {
		t.Error(err)
	}
	w.counts("allowed", w.must(intake.Roster, "10", onde(many[20:]...), intake.Options{School: ecole, AllowClosing: true}), tally(10, 0, 0, 10, 0, 17, 0))
	w.counts("a header alone", w.must(intake.Roster, "0", []byte(header), intake.Options{School: ecole}), tally(0, 0, 0, 0, 0, 0, 0))
	w.expect("10", "SELECT COUNT(*) FROM directory_affiliation WHERE end_date IS NULL")
	w.counts("one is back", w.must(intake.Roster, "11", onde(many[19:]...), intake.Options{School: ecole}), tally(11, 0, 1, 10, 0, 0, 0))
}

func TestAPupilWhoseRowIsRejectedHasNotLeft(t *testing.T) {
	w := onSQLite(t).schools()
	w.must(intake.Roster, "3", onde(pupil("UN", "A", "X"), pupil("DEUX", "B", "X"), pupil("TROIS", "C", "X")), intake.Options{School: ecole})
	b := onde(pupil("UN", "A", "X"), strings.Replace(pupil("DEUX", "B", "X"), "2016", "2116", 1))
	w.counts("a birth date to come", w.must(intake.Roster, "2", b, intake.Options{School: ecole}), tally(2, 0, 0, 1, 0, 1, 1))
	w.expect("2", "SELECT COUNT(*) FROM directory_affiliation WHERE end_date IS NULL")
	r := w.must(intake.Roster, "2", onde(pupil("UN", "A", "X"), "\"DEUX;;B"), intake.Options{School: ecole})
	w.counts("a row that cannot be read", r, tally(2, 0, 0, 1, 0, 0, 1))
	if reasons(r)["doubtful intake.roster.unsure"] != 1 {
		t.Errorf("%+v", r.Rows)
	}
	w.expect("2", "SELECT COUNT(*) FROM directory_affiliation WHERE end_date IS NULL")
}

func TestANewYearBringsNewClasses(t *testing.T) {
	now := time.Date(2026, 6, 15, 12, 0, 0, 0, time.UTC)
	d, err := db.Open(context.Background(), "sqlite:"+t.TempDir()+"/preau.db", db.WithClock(func() time.Time { return now }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = d.Close() })
	if err := d.Migrate(context.Background(), journal.Migrations, directory.Migrations); err != nil {
		t.Fatal(err)
	}
	w := newWorld(t, d).schools()
	b := onde(pupil("UN", "A", "CE1 A"), pupil("DEUX", "B", "CE1 A"))
	w.must(intake.Roster, "june", b, intake.Options{School: ecole})
	now = time.Date(2026, 9, 20, 12, 0, 0, 0, time.UTC)
	w.counts("september", w.must(intake.Roster, "september", onde(pupil("UN", "A", "CE1 A")), intake.Options{School: ecole}), tally(1, 0, 1, 0, 0, 1, 0))
	w.expect("2", "SELECT COUNT(*) FROM directory_class WHERE name = 'CE1 A'")
	w.expect("1", "SELECT COUNT(*) FROM directory_affiliation WHERE end_date IS NULL AND start_date = '2026-09-01'")
	w.expect("2026-09-01", "SELECT MIN(end_date) FROM directory_affiliation")
	w.expect("1", "SELECT pupils FROM directory_class WHERE year = '2026-2027'")
	w.expect("2", "SELECT pupils FROM directory_class WHERE year = '2025-2026'")
}

func TestTheOlderHeaderWithoutINEIsRead(t *testing.T) {
	w := onSQLite(t).schools()
	b := sharedFile(t, "rosters", "onde", "be1d-header-only.csv")
	w.counts("the header alone", w.must(intake.Roster, "be1d.csv", b, intake.Options{School: ecole}), tally(0, 0, 0, 0, 0, 0, 0))
	b = append(b, "\"DURÉ\";\"\";\"Léa\";\"09/03/2015\";\"F\";\"1 rue\";\"02000\";\"Laon\";\"\";\"\";\"\";\"\";\"\";\"III\";\"CM1\";\"CM1-CM2\";;;;\r\n"...)
	b, err := charmap.ISO8859_15.NewEncoder().Bytes(b)
	if err != nil {
		t.Fatal(err)
	}
	w.counts("a pupil", w.must(intake.Roster, "be1d.csv", b, intake.Options{School: ecole}), tally(1, 1, 0, 0, 0, 0, 0))
	w.expect("DURÉ", "SELECT family_name FROM directory_identity WHERE given_name = 'Léa' AND birth_date = '2015-03-09' AND ine_hash = ''")
	w.expect("CM1", "SELECT level FROM directory_class WHERE name = 'CM1-CM2' AND pupils = 1")
}

func TestGuardiansAreTiedToTheirChildren(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.schools()
		guardians := sharedFile(t, "rosters", "onde", "onde_responsables_exemple_eole-ci.csv")
		r := w.must(intake.Roster, "responsables.csv", guardians, intake.Options{School: ecole})
		w.counts("before the pupils", r, tally(3, 0, 0, 0, 0, 0, 3))
		w.must(intake.Roster, "eleves.csv", sharedFile(t, "rosters", "onde", "onde_eleves_exemple_eole-ci.csv"), intake.Options{School: ecole})
		w.counts("after", w.must(intake.Roster, "responsables.csv", guardians, intake.Options{School: ecole}), tally(3, 3, 0, 0, 0, 0, 0))
		w.expect("4", "SELECT COUNT(*) FROM directory_guardianship")
		w.expect("2", "SELECT COUNT(*) FROM directory_guardianship g JOIN directory_identity i ON i.person = g.guardian WHERE i.given_name = 'Jean'")
		w.counts("again", w.must(intake.Roster, "responsables.csv", guardians, intake.Options{School: ecole}), tally(3, 0, 0, 3, 0, 0, 0))
		w.expect("4", "SELECT COUNT(*) FROM directory_guardianship")
	})
}

const guardianHeader = "Civilité Responsable;Nom usage responsable;Nom responsable;Prénom responsable;Adresse responsable;CP responsable;Commune responsable;Pays;" +
	"Courriel;Téléphone domicile;Téléphone travail;Téléphone portable;Nom d'usage enfant;Nom de famille enfant;Prénom enfant;Classes enfants\n"

func TestGuardiansOfOneNameAreMergedOnlyWhenSomethingAgrees(t *testing.T) {
	w := onSQLite(t).schools()
	w.must(intake.Roster, "p", onde(pupil("UN", "A", "X"), pupil("DEUX", "B", "X"), pupil("TROIS", "C", "X"), pupil("TROIS", "C", "Y")[:0]+"TROIS;;C;05/06/2017;F;;;;;;;;;;C;CP;Y;"), intake.Options{School: ecole})
	text := guardianHeader +
		"M.;;DUPONT;Paul;1 rue Haute;02000;Laon;FRANCE;;;;06 01 02 03 04;;UN;A;X\n" + // 2
		"M.;;DUPONT;Paul;1, RUE HAUTE;02000;LAON;FRANCE;;;;;;DEUX;B;X\n" + // 3: the same address
		"M.;;DUPONT;Paul;;;;;;+33 6 01 02 03 04;;;;DEUX;B;X\n" + // 4: the same number
		"M.;;DUPONT;Paul;9 rue Basse;75001;Paris;FRANCE;p@example.org;;;;;DEUX;B;X\n" + // 5: a namesake
		"MME;;SEUL;Lou;;;;;;;;;;INCONNU;Z;X\n" + // 6: no child of the school
		"MME;;DEUXC;Eva;;;;;;;;;;TROIS;C;Z\n" + // 7: two pupils of that name
		"MME;;DEUXC;Eva;;;;;;;;;;TROIS;C;Y\n" // 8: told by the class
	r := w.must(intake.Roster, "g", []byte(text), intake.Options{School: ecole})
	w.counts("guardians", r, tally(7, 3, 0, 0, 2, 0, 2))
	got := reasons(r)
	for want, n := range map[string]int{"merged intake.roster.same_guardian": 2, "doubtful intake.roster.namesake": 1, "rejected intake.roster.no_child": 2,
		"doubtful intake.roster.child_unknown": 1, "doubtful intake.roster.child_ambiguous": 1} {
		if got[want] != n {
			t.Errorf("%s: %d, want %d", want, got[want], n)
		}
	}
	w.expect("2", "SELECT COUNT(*) FROM directory_identity WHERE family_name = 'DUPONT'")
	again := w.must(intake.Roster, "g", []byte(text), intake.Options{School: ecole})
	w.counts("again", again, tally(7, 0, 0, 3, 2, 0, 2))

	// Who is no longer given for a child is no longer tied to them.
	less := guardianHeader + "M.;;DUPONT;Paul;9 rue Basse;75001;Paris;FRANCE;p@example.org;;;;;DEUX;B;X\n"
	w.counts("less", w.must(intake.Roster, "g", []byte(less), intake.Options{School: ecole}), tally(1, 0, 0, 1, 0, 1, 0))
}

func TestAGuardianOfPupilsInTwoSchoolsIsOnePerson(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.schools()
		const other = directory.UAI("0020002S")
		w.must(intake.Roster, "p", onde(pupil("UN", "A", "X")), intake.Options{School: ecole})
		w.must(intake.Roster, "p", onde(pupil("UN", "B", "X"), pupil("UN", "C", "X")), intake.Options{School: other})
		guardian := func(address, phone, child string) string {
			return "M.;;UN;Paul;" + address + ";02000;Laon;;;;;" + phone + ";;UN;" + child + ";X\n"
		}
		first := []byte(guardianHeader + guardian("1 rue Haute", "", "A"))
		w.must(intake.Roster, "g", first, intake.Options{School: ecole})
		second := []byte(guardianHeader + guardian("1 rue Haute", "06 01 02 03 04", "B") + guardian("9 rue Basse", "", "C"))
		w.counts("the other school", w.must(intake.Roster, "g", second, intake.Options{School: other}), tally(2, 1, 1, 0, 0, 0, 0))
		w.expect("2", "SELECT COUNT(*) FROM directory_identity WHERE given_name = 'Paul'")
		w.expect("2", "SELECT COUNT(*) FROM directory_guardianship t JOIN directory_identity i ON i.person = t.guardian WHERE i.phone <> ''")
		w.counts("again", w.must(intake.Roster, "g", second, intake.Options{School: other}), tally(2, 0, 0, 2, 0, 0, 0))
		w.counts("the first again", w.must(intake.Roster, "g", first, intake.Options{School: ecole}), tally(1, 0, 0, 1, 0, 0, 0))
	})
}

func TestSiecleIsReadInBothItsForms(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.schools()
		b := sharedFile(t, "rosters", "siecle", "siecle-with-two-valid-students-and-school-year.xml")
		r := w.must(intake.Roster, "siecle.xml", b, intake.Options{School: lycee})
		w.counts("XML", r, tally(2, 2, 0, 0, 0, 0, 0))
		if got := reasons(r); got["doubtful intake.roster.uaj"] != 1 || got["doubtful intake.roster.past"] != 1 {
			t.Errorf("%v", got)
		}
		w.expect("2", "SELECT pupils FROM directory_class WHERE name = '4A' AND year = '2016-2017'")
		w.expect("1", "SELECT COUNT(*) FROM directory_class")
		w.expect("2", "SELECT COUNT(*) FROM directory_affiliation WHERE start_date = '2016-09-01' AND end_date = '2017-07-31'")
		w.expect("COJAUNE", "SELECT usage_name FROM directory_identity WHERE family_name = 'COVERT'")
		w.counts("XML again", w.must(intake.Roster, "siecle.xml", b, intake.Options{School: lycee}), tally(2, 0, 0, 2, 0, 0, 0))

		c := sharedFile(t, "rosters", "siecle", "siecle-csv-with-two-valid-students.csv")
		w.counts("CSV", w.must(intake.Roster, "siecle.csv", c, intake.Options{School: lycee}), tally(2, 2, 0, 0, 0, 0, 0))
		w.expect("Léa", "SELECT i.given_name FROM directory_identity i JOIN directory_affiliation a ON a.person = i.person JOIN directory_class c ON c.id = a.class WHERE c.name = 'Division 2'")
		w.counts("CSV again", w.must(intake.Roster, "siecle.csv", c, intake.Options{School: lycee}), tally(2, 0, 0, 2, 0, 0, 0))
	})
}

// siecleFile returns a SIECLE file of the present year.
func siecleFile(uaj string, pupils ...[4]string) []byte {
	eleves, structures := "", ""
	for _, p := range pupils {
		out := ""
		if p[2] != "" {
			out = "<DATE_SORTIE>" + p[2] + "</DATE_SORTIE>"
		}
		eleves += fmt.Sprintf("<ELEVE ELEVE_ID=%q><NOM_DE_FAMILLE>%s</NOM_DE_FAMILLE><PRENOM>P</PRENOM><DATE_NAISS>01/02/2010</DATE_NAISS>%s</ELEVE>", p[0], p[1], out)
		structures += fmt.Sprintf("<STRUCTURES_ELEVE ELEVE_ID=%q><STRUCTURE><CODE_STRUCTURE>G1</CODE_STRUCTURE><TYPE_STRUCTURE>G</TYPE_STRUCTURE></STRUCTURE>"+
			"<STRUCTURE><CODE_STRUCTURE>%s</CODE_STRUCTURE><TYPE_STRUCTURE>D</TYPE_STRUCTURE></STRUCTURE></STRUCTURES_ELEVE>", p[0], p[3])
	}
	year := directory.SchoolYear(time.Now())[:4]
	return []byte("<BEE_ELEVES><PARAMETRES><UAJ>" + uaj + "</UAJ><ANNEE_SCOLAIRE>" + year + "</ANNEE_SCOLAIRE></PARAMETRES><DONNEES><ELEVES>" + eleves +
		"</ELEVES><STRUCTURES>" + structures + "</STRUCTURES></DONNEES></BEE_ELEVES>")
}

func TestSiecleLeaversAreNotActive(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.schools()
		first := siecleFile(string(lycee), [4]string{"1", "UN", "", "4A"}, [4]string{"2", "DEUX", "", "4A"}, [4]string{"3", "TROIS", "", "4A"},
			[4]string{"4", "PARTI", "01/01/2020", "4A"}, [4]string{"5", "INACTIF", "", "INACTIFS"}, [4]string{"6", "FUTUR", "01/01/2199", "4A"})
		r := w.must(intake.Roster, "s.xml", first, intake.Options{})
		w.counts("first", r, tally(6, 4, 0, 0, 0, 0, 2))
		w.expect("4", "SELECT pupils FROM directory_class")
		second := siecleFile(string(lycee), [4]string{"1", "UN", "", "4A"}, [4]string{"2", "DEUX", "02/10/2026", "4A"}, [4]string{"3", "TROIS", "", "Inactifs"},
			[4]string{"6", "FUTUR", "01/01/2199", "4A"})
		r = w.must(intake.Roster, "s.xml", second, intake.Options{})
		w.counts("second", r, tally(4, 0, 2, 2, 0, 2, 0))
		w.expect("2", "SELECT COUNT(*) FROM directory_affiliation WHERE end_date IS NULL")
		w.expect("2", "SELECT pupils FROM directory_class")
		w.counts("again", w.must(intake.Roster, "s.xml", second, intake.Options{}), tally(4, 0, 0, 4, 0, 0, 0))
		if _, err := w.try(intake.Roster, "s.xml", second, intake.Options{School: ecole}); keyOf(err) != "intake.roster.other" {
			t.Error(err)
		}
		if _, err := w.try(intake.Roster, "s.xml", second, intake.Options{Year: "2019"}); keyOf(err) != "intake.roster.year" {
			t.Error(err)
		}
	})
}

func TestAPupilWhoMovesIsTheSamePersonAndIsReported(t *testing.T) {
	w := onSQLite(t).schools()
	text := header + "MARTIN;;Martin;01/01/2001;M;1111111111A;;;;;;;;;C;CE2;A;1\n"
	w.must(intake.Roster, "a", []byte(text), intake.Options{School: ecole})
	r := w.must(intake.Roster, "b", []byte(text), intake.Options{School: "0020002S"})
	if reasons(r)["doubtful intake.roster.elsewhere"] != 1 {
		t.Errorf("%+v", r.Rows)
	}
	w.expect("1", "SELECT COUNT(*) FROM directory_person")
	w.expect("2", "SELECT COUNT(*) FROM directory_affiliation WHERE end_date IS NULL")
}

func TestOneRosterIsReadInBothItsVersions(t *testing.T) {
	// 1.2 has a teacher who is the guardian of two pupils too; 1.1 knows one role a person.
	for file, ties := range map[string]string{"Test_full_data_set.zip": "1", "v1p2_full_dataset.zip": "2"} {
		t.Run(file, func(t *testing.T) {
			each(t, func(t *testing.T, w *world) {
				w.schools()
				b := sharedFile(t, "rosters", "oneroster", file)
				r := w.must(intake.Roster, file, b, intake.Options{School: lycee})
				w.counts("first", r, tally(6, 6, 0, 0, 0, 0, 0))
				if got := reasons(r); got["doubtful intake.oneroster.role"] != 2 || got["doubtful intake.roster.past"] != 1 || got["doubtful intake.oneroster.agent"] == 0 {
					t.Errorf("%v", got)
				}
				// The class that is to be deleted does not enter; of the two students of the other one is a teacher.
				w.expect("1", "SELECT COUNT(*) FROM directory_class WHERE code = 'cls-222-123456' AND year = '2022-2023' AND pupils = 1")
				w.expect("1", "SELECT COUNT(*) FROM directory_class WHERE teacher IS NOT NULL")
				w.expect("3", "SELECT COUNT(*) FROM directory_affiliation WHERE role = 'pupil' AND end_date = '2023-07-31'")
				w.expect("1", "SELECT COUNT(*) FROM directory_guardianship g JOIN directory_identity i ON i.person = g.child WHERE i.given_name = 'Mary'")
				w.expect("0", "SELECT COUNT(*) FROM directory_identity WHERE family_name || given_name || email || phone || external_id LIKE '%Password%'")
				w.counts("again", w.must(intake.Roster, file, b, intake.Options{School: lycee}), tally(6, 0, 0, 6, 0, 0, 0))
				w.expect(ties, "SELECT COUNT(*) FROM directory_guardianship")
			})
		})
	}
}

// oneRosterSet returns the zip of a set.
func oneRosterSet(t testing.TB, files map[string]string) []byte {
	t.Helper()
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		f, err := z.Create(name)
		if err == nil {
			_, err = f.Write([]byte(files[name]))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAOneRosterSetThatCannotBeTrustedIsRefused(t *testing.T) {
	year := func(in int) string { return directory.SchoolYear(time.Now().AddDate(in, 0, 0))[5:] }
	whole := map[string]string{
		"manifest.csv":         "propertyName,value\noneroster.version,1.2\nfile.users,bulk\nfile.results,delta\n",
		"orgs.csv":             "sourcedId,status,name,type,identifier\no1,,École,school,0020004U\no2,tobedeleted,Lycée,school,0020031Y\n",
		"academicSessions.csv": "sourcedId,schoolYear\ns1," + year(0) + "\ns2," + year(1) + "\n",
		"classes.csv":          "sourcedId,title,classType,schoolSourcedId,termSourcedIds\nh1,CP,homeroom,o1,s1\nh2,CE1,homeroom,o1,s2\n",
		"users.csv":            "sourcedId,role,givenName,familyName,orgSourcedIds\np1,student,Ana,A,o1\np2,student,Bob,B,o2\n",
		"enrollments.csv":      "sourcedId,classSourcedId,userSourcedId,role\ne1,h1,p1,student\ne2,h2,p1,student\n",
	}
	w := onSQLite(t).schools()
	w.counts("the whole set", w.must(intake.Roster, "set.zip", oneRosterSet(t, whole), intake.Options{DryRun: true}), tally(2, 1, 0, 0, 0, 0, 1))
	for name, c := range map[string]struct{ file, text, want string }{
		"changes alone":        {"manifest.csv", "propertyName,value\nfile.enrollments,delta\n", "intake.oneroster.delta"},
		"another version":      {"manifest.csv", "propertyName,value\noneroster.version,2.0\n", "intake.oneroster.version"},
		"no titles":            {"manifest.csv", "a,b\n", "intake.oneroster.header"},
		"an empty file":        {"users.csv", "", "intake.oneroster.broken"},
		"a binary file":        {"classes.csv", "a\x00b", "intake.oneroster.broken"},
		"a year to come alone": {"academicSessions.csv", "sourcedId,schoolYear\ns1," + year(1) + "\ns2," + year(2) + "\n", "intake.roster.early"},
	} {
		set := maps.Clone(whole)
		set[c.file] = c.text
		if _, err := w.try(intake.Roster, "set.zip", oneRosterSet(t, set), intake.Options{School: ecole}); keyOf(err) != c.want {
			t.Errorf("%s: %v, want %s", name, err, c.want)
		}
	}
	w.expect("0", "SELECT COUNT(*) FROM directory_person")
	w.must(intake.Roster, "set.zip", oneRosterSet(t, whole), intake.Options{})
	w.expect("CP", "SELECT name FROM directory_class")
}

func TestARosterOfAYearToComeIsRefused(t *testing.T) {
	w := onSQLite(t).schools()
	next := directory.SchoolYear(time.Now().AddDate(1, 0, 0))
	if _, err := w.try(intake.Roster, "f", onde(pupil("UN", "A", "CE1 A")), intake.Options{School: ecole, Year: next}); keyOf(err) != "intake.roster.early" {
		t.Errorf("%v", err)
	}
}

func TestAOneRosterSetIsFollowedThroughTheYear(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.schools()
		set := func(users, enrolments string) []byte {
			return oneRosterSet(t, map[string]string{
				"orgs.csv":             "sourcedId,name,type,identifier\no1,Lycée,school,0020031Y\no2,École,school,0020004U\no3,Inconnue,school,0010002X\no4,Service,department,\n",
				"academicSessions.csv": "sourcedId,schoolYear\ns1," + directory.SchoolYear(time.Now())[5:] + "\n",
				"classes.csv":          "sourcedId,title,classType,schoolSourcedId,termSourcedIds,grades\nh1,2de A,homeroom,o1,s1,2de\nk1,Physique,scheduled,o1,s1,\nh2,CP,homeroom,o2,s1,CP\n",
				"users.csv":            "sourcedId,status,role,givenName,familyName,agentSourcedIds,orgSourcedIds,password\n" + users,
				"enrollments.csv":      "sourcedId,status,classSourcedId,userSourcedId,role,endDate\n" + enrolments,
			})
		}
		first := set("p1,,student,Ana,A,g1,o1,x\np2,,student,Bob,B,,o2,x\nt1,,teacher,Cy,C,,o1,x\ng1,,parent,Di,D,,o1,x\ng2,,parent,Eve,E,,o1,x\nn1,,student,No,N,,o4,x\nm1,,mascot,Mo,M,,o1,x\n",
			"e1,,k1,p1,student,\ne2,,h1,p1,student,\ne3,,h2,p2,student,\ne4,,h1,t1,teacher,\ne5,,zz,p1,student,\n")
		r := w.must(intake.Roster, "set.zip", first, intake.Options{})
		w.counts("first", r, tally(7, 4, 0, 0, 0, 0, 3))
		for want, n := range map[string]int{"rejected intake.roster.no_child": 1, "rejected intake.oneroster.org": 1, "rejected intake.oneroster.user_role": 1,
			"doubtful intake.roster.school": 1, "doubtful intake.oneroster.class": 1} {
			if got := reasons(r)[want]; got != n {
				t.Errorf("%s: %d, want %d", want, got, n)
			}
		}
		w.expect("2de A", "SELECT c.name FROM directory_affiliation a JOIN directory_class c ON c.id = a.class WHERE a.school = '0020031Y' AND a.role = 'pupil'")
		w.expect("1", "SELECT COUNT(*) FROM directory_class WHERE name = '2de A' AND teacher IS NOT NULL AND pupils = 1 AND level = '2de'")
		w.expect("1", "SELECT COUNT(*) FROM directory_class WHERE school = '0020004U' AND name = 'CP' AND elementary = 1")
		w.expect("1", "SELECT COUNT(*) FROM directory_guardianship")
		w.counts("again", w.must(intake.Roster, "set.zip", first, intake.Options{}), tally(7, 0, 0, 4, 0, 0, 3))

		// The guardian is no longer given, one pupil is to be deleted, the other is no longer named.
		second := set("p1,tobedeleted,student,Ana,A,,o1,x\np3,,student,Zoé,Z,,o1,x\nt1,,teacher,Cy,C,,o1,x\n", "e3,,h1,p3,student,\ne4,,h1,t1,teacher,\n")
		r = w.must(intake.Roster, "set.zip", second, intake.Options{})
		w.counts("second", r, tally(3, 1, 1, 1, 0, 2, 0))
		w.expect("0", "SELECT COUNT(*) FROM directory_guardianship")
		w.expect("2", "SELECT COUNT(*) FROM directory_affiliation WHERE role = 'pupil' AND end_date IS NULL")
	})
}
