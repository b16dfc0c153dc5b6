package intake_test

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"testing"

	"preau/internal/territory/directory/intake"
)

func TestTheSchoolsOfTwoTerritoriesLoad(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.shared(intake.Schools, "schools", "schools-02-95.csv")
		w.counts("first", r, tally(1628, 1628, 0, 0, 0, 0, 0))
		w.expect("592", "SELECT COUNT(*) FROM directory_school WHERE territory = '02'")
		w.expect("1036", "SELECT COUNT(*) FROM directory_school WHERE territory = '95'")
		w.expect("Aisne", "SELECT name FROM directory_territory WHERE territory = '02'")
		w.expect("1110", "SELECT COUNT(*) FROM directory_school WHERE ips IS NOT NULL AND ips_year = '2025'")
		w.expect("1091", "SELECT COUNT(*) FROM directory_school WHERE pupils IS NOT NULL AND pupils_year = '2022'")
		w.expect("84", "SELECT COUNT(*) FROM directory_school WHERE priority = 'REP+'")
		w.expect("1", "SELECT COUNT(*) FROM directory_school WHERE priority IS NULL")
		w.expect("15", "SELECT COUNT(*) FROM directory_school WHERE qpv = 'in'")
		w.expect("1460", "SELECT COUNT(*) FROM directory_school WHERE qpv IS NULL")
		w.expect("2", "SELECT COUNT(*) FROM directory_school WHERE elementaire IS NULL")
		w.expect("379", "SELECT COUNT(*) FROM directory_school WHERE maternelle = 1 AND elementaire = 0")
		if r.Doubtful != 1 || len(r.Rows) != 1 || r.Rows[0].Outcome != intake.Doubtful || r.Rows[0].Subject != "0952381X" || r.Rows[0].Reason != "intake.school.sector" {
			t.Errorf("doubts: %+v", r.Rows)
		}
		w.expect("unknown", "SELECT sector FROM directory_school WHERE uai = '0952381X'")

		again := w.shared(intake.Schools, "schools", "schools-02-95.csv")
		w.counts("second", again, tally(1628, 0, 0, 1628, 0, 0, 0))
		w.expect("1", "SELECT COUNT(*) FROM directory_source")
	})
}

func TestTheRepeatedUAIsOfTheRegisterAreMerged(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		r := w.shared(intake.Schools, "schools", "annuaire-lycees-2024.csv")
		w.counts("first", r, tally(5704, 5665, 0, 0, 39, 0, 0))
		repeated := map[string][]int{}
		for _, row := range r.Rows {
			if row.Outcome == intake.Merged {
				repeated[row.Subject] = append(repeated[row.Subject], row.Line)
			}
		}
		if len(repeated) != 36 || len(repeated["0570279U"]) != 2 {
			t.Errorf("%d repeated, 0570279U on %v", len(repeated), repeated["0570279U"])
		}
		for uai, want := range map[string]string{
			"0570279U": "Lycée professionnel La Providence", // the only row of three that is no annexe
			"0690023A": "Lycée Ampère",
			"0770930T": "Lycée Henri Moissan",
			"0753268V": "Lycée polyvalent Jean Lurçat - Site Patay", // two sites: the first stays
		} {
			w.expect(want, "SELECT name FROM directory_school WHERE uai = ?", uai)
		}
		w.expect("2024-03-19", "SELECT published FROM directory_source")
		w.expect("2023-2024", "SELECT MAX(pupils_year) FROM directory_school")
		w.expect("584", "SELECT COUNT(*) FROM directory_school WHERE contract = 'outside'")
		w.expect("1399", "SELECT COUNT(*) FROM directory_school WHERE contract = 'under'")
		w.expect("5665", "SELECT COUNT(*) FROM directory_school WHERE status = 'open'")
		w.expect("12", "SELECT COUNT(*) FROM directory_school WHERE territory = '2A'")
		w.counts("second", w.shared(intake.Schools, "schools", "annuaire-lycees-2024.csv"), tally(5704, 0, 0, 5665, 39, 0, 0))
	})
}

func TestAllFranceLoads(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		w.shared(intake.Schools, "schools", "schools-02-95.csv")
		r := w.shared(intake.Schools, "schools", "schools-france.csv")
		w.counts("France", r, tally(59591, 57963, 0, 1628, 0, 0, 0))
		if r.Doubtful != 17 {
			t.Errorf("%d doubts", r.Doubtful)
		}
		w.expect("59591", "SELECT COUNT(*) FROM directory_school")
		w.expect("40232", "SELECT COUNT(*) FROM directory_school WHERE ips IS NOT NULL")
		w.expect("170", "SELECT COUNT(*) FROM directory_school WHERE territory = '2B'")
		w.expect("105", "SELECT COUNT(DISTINCT territory) FROM directory_school")
		w.expect("3 rue Jean Zay", "SELECT address FROM directory_school WHERE uai = '0020002S'")
		w.expect("02018", "SELECT commune FROM directory_school WHERE uai = '0020002S'")
	})
}

func TestNothingRicherOrNewerIsLost(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		var lycees [][]byte
		for i, line := range bytes.SplitAfter(sharedFile(t, "schools", "schools-france.csv"), []byte("\n")) {
			if i == 0 || bytes.Contains(line, []byte(";lycee;")) {
				lycees = append(lycees, line)
			}
		}
		short := bytes.Join(lycees, nil)
		w.shared(intake.Schools, "schools", "schools-02-95.csv")
		w.counts("the short list", w.must(intake.Schools, "lycees.csv", short, intake.Options{}), tally(4689, 4573, 0, 116, 0, 0, 0))
		older := w.shared(intake.Schools, "schools", "annuaire-lycees-2024.csv")
		w.counts("the register of 2024", older, tally(5704, 1106, 4559, 0, 39, 0, 0))
		w.expect("0", "SELECT COUNT(*) FROM directory_school WHERE status = 'closed'")
		// The register is older: it fills what is unknown and replaces nothing.
		w.expect("Lycée polyvalent Frédéric Mistral", "SELECT name FROM directory_school WHERE uai = '0941301D' AND address <> ''")

		w.counts("the short list again", w.must(intake.Schools, "lycees.csv", short, intake.Options{}), tally(4689, 0, 0, 4689, 0, 0, 0))
		w.counts("the two again", w.shared(intake.Schools, "schools", "schools-02-95.csv"), tally(1628, 0, 0, 1628, 0, 0, 0))
		w.counts("the register again", w.shared(intake.Schools, "schools", "annuaire-lycees-2024.csv"), tally(5704, 0, 0, 5665, 39, 0, 0))
		w.expect("0", "SELECT COUNT(*) FROM directory_school WHERE status = 'closed'")
	})
}

// list returns a reduced list of schools.
func list(year string, rows ...string) []byte {
	return []byte("uai;type;secteur;nom;departement;ips_" + year + "\n" + strings.Join(rows, "\n") + "\n")
}

// uais are ten valid numbers of Aisne.
var uais = []string{"0020002S", "0020004U", "0020007X", "0020008Y", "0020010A", "0020011B", "0020012C", "0020013D", "0020014E", "0020016G"}

func row(uai, kind, departement string) string {
	return strings.Join([]string{uai, kind, "Public", "École " + uai, departement, "100.5"}, ";")
}

func rows(kind, departement string, numbers ...string) []string {
	var list []string
	for _, u := range numbers {
		list = append(list, row(u, kind, departement))
	}
	return list
}

func TestASchoolThatLeftTheListIsClosedAndReopensWhenItIsBack(t *testing.T) {
	each(t, func(t *testing.T, w *world) {
		all := rows("ecole", "002", uais...)
		w.must(intake.Schools, "1.csv", list("2024", all...), intake.Options{})
		r := w.must(intake.Schools, "2.csv", list("2025", all[1:]...), intake.Options{})
		w.counts("one less", r, tally(9, 0, 9, 0, 0, 1, 0))
		if reasons(r)["closed intake.school.closed"] != 1 || r.Rows[len(r.Rows)-1].Subject != uais[0] {
			t.Errorf("%+v", r.Rows)
		}
		w.expect("closed", "SELECT status FROM directory_school WHERE uai = ? AND closed_at IS NOT NULL", uais[0])
		w.expect("10", "SELECT COUNT(*) FROM directory_school")

		// The older list again changes nothing: what it says is known to be past.
		w.counts("the older again", w.must(intake.Schools, "1.csv", list("2024", all...), intake.Options{}), tally(10, 0, 0, 10, 0, 0, 0))
		w.expect("closed", "SELECT status FROM directory_school WHERE uai = ?", uais[0])

		r = w.must(intake.Schools, "3.csv", list("2026", all...), intake.Options{})
		if reasons(r)["reopened intake.school.reopened"] != 1 {
			t.Errorf("%+v", r.Rows)
		}
		w.expect("10", "SELECT COUNT(*) FROM directory_school WHERE status = 'open' AND closed_at IS NULL")
	})
}

func TestAListClosesOnlyWhatItIsCompleteFor(t *testing.T) {
	w := onSQLite(t)
	w.must(intake.Schools, "all", list("2024", slices.Concat(rows("ecole", "002", uais...), rows("college", "002", "0020018J"), rows("ecole", "095", "0950006R"))...), intake.Options{})
	// Neither another type, nor another territory, nor another layout.
	w.counts("collèges alone", w.must(intake.Schools, "c", list("2025", row("0020019K", "college", "002"), row("0020018J", "college", "002")), intake.Options{}),
		tally(2, 1, 1, 0, 0, 0, 0))
	w.counts("another territory alone", w.must(intake.Schools, "95", list("2025", row("0950006R", "ecole", "095")), intake.Options{}), tally(1, 0, 1, 0, 0, 0, 0))
	detailed := []byte("uai;type;secteur;nom;departement;adresse;code_insee\n" + row(uais[0], "ecole", "002") + ";1 rue;02018\n")
	if r := w.must(intake.Schools, "detailed", detailed, intake.Options{}); r.Closed != 0 {
		t.Errorf("another layout closed %+v", r.Rows)
	}
	w.expect("13", "SELECT COUNT(*) FROM directory_school WHERE status = 'open'")
}

func TestASchoolWhoseRowIsRejectedIsNotMissing(t *testing.T) {
	w := onSQLite(t)
	all := rows("ecole", "002", uais...)
	w.must(intake.Schools, "1.csv", list("2024", all...), intake.Options{})
	all[0] = strings.Replace(all[0], "S;", "T;", 1)           // another check letter
	all[1] = strings.Replace(all[1], "École", "\"École", 1)   // a quote never closed
	all[2] = strings.Replace(all[2], "ecole", "CIO", 1)       // another type
	all[3] = strings.Replace(all[3], "École "+uais[3], "", 1) // no name
	all[4] = uais[4] + ";ecole"                               // cut
	all[5] = strings.Replace(all[5], ";002;", ";999;", 1)     // no such département
	w.counts("dirt", w.must(intake.Schools, "2.csv", list("2025", all[:9]...), intake.Options{}), tally(9, 0, 3, 0, 0, 1, 6))
	w.expect("closed", "SELECT status FROM directory_school WHERE uai = ?", uais[9])
}

func TestAListThatIsCutIsRefused(t *testing.T) {
	w := onSQLite(t)
	many := make([]string, 0, 40)
	for _, u := range manyUAIs(40) {
		many = append(many, row(u, "ecole", "002"))
	}
	w.must(intake.Schools, "40", list("2024", many...), intake.Options{})
	if _, err := w.try(intake.Schools, "20", list("2025", many[:20]...), intake.Options{}); keyOf(err) != "intake.closing" {
		t.Errorf("%v", err)
	}
	w.expect("40", "SELECT COUNT(*) FROM directory_school WHERE status = 'open'")
	w.counts("a fifth", w.must(intake.Schools, "32", list("2025", many[:32]...), intake.Options{}), tally(32, 0, 32, 0, 0, 8, 0))
	w.counts("allowed", w.must(intake.Schools, "10", list("2026", many[:10]...), intake.Options{AllowClosing: true}), tally(10, 0, 10, 0, 0, 22, 0))
}

func manyUAIs(n int) []string {
	const letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
	var list []string
	for i := range n {
		number := 20_100 + i
		list = append(list, fmt.Sprintf("%07d%c", number, letters[number%23]))
	}
	return list
}

func TestABadRowRejectsItselfAlone(t *testing.T) {
	w := onSQLite(t)
	text := "uai;type;secteur;nom;departement;latitude;longitude;ips_2025\n" +
		"0020002S;college;Public;Bon;002;49.5;3.4;100\n" +
		"0020004A;college;Public;Lettre;002;;;\n" +
		"12;college;Public;Forme;002;;;\n" +
		";college;Public;Sans;002;;;\n" +
		"0020007X;CIO;Public;Type;002;;;\n" +
		"0020008Y;college;Public;;002;;;\n" +
		"0020010A;college;Public;Territoire;999;;;\n" +
		"0020011B;college;Public;Coupée\n" +
		"0020012C;college;Public;\"Guillemet;002;;;\n" +
		"0020013D;college;Public;De trop;002;;;;x\n" +
		"0020014E;college;privé;Doutes;002;0;0;1000\n"
	r := w.must(intake.Schools, "f", []byte(text), intake.Options{})
	w.counts("dirt", r, tally(11, 2, 0, 0, 0, 0, 9))
	got := map[int]string{}
	for _, row := range r.Rows {
		got[row.Line] += string(row.Outcome) + " " + row.Reason + " "
	}
	for line, want := range map[int]string{3: "intake.uai.letter", 4: "intake.uai.form", 5: "intake.uai.missing", 6: "intake.school.type",
		7: "intake.school.name", 8: "intake.school.territory", 9: "intake.row.short", 10: "tabular.row.quote", 11: "tabular.row.columns",
		12: "doubtful intake.school.position doubtful intake.value"} {
		if !strings.Contains(got[line], want) {
			t.Errorf("line %d: %s, want %s", line, got[line], want)
		}
	}
	w.expect("1", "SELECT COUNT(*) FROM directory_school WHERE ips IS NULL AND latitude IS NULL AND sector = 'private' AND contract = 'unknown'")
}

func TestFiguresAreReadAsTheFrenchWriteThem(t *testing.T) {
	for text, want := range map[string]string{
		"101,5;1 234": "101.5 1234", "101.50;1\u202f234": "101.5 1234", "NS;ND": "none none", "ns;nd": "none none", " 99.5 ;NC": "99.5 none", "NaN;12.5": "none none", ";": "none none",
	} {
		w := onSQLite(t)
		w.must(intake.Schools, "f", []byte("uai;type;secteur;nom;departement;ips_2025;effectif_2022\n"+uais[0]+";ecole;Public;École;002;"+text+"\n"), intake.Options{})
		w.expect(want, "SELECT COALESCE(CAST(ips AS TEXT), 'none') || ' ' || COALESCE(CAST(pupils AS TEXT), 'none') FROM directory_school")
	}
	w := onSQLite(t)
	w.must(intake.Schools, "f", []byte("uai;type;secteur;nom;departement\n"+uais[0]+";ecole;Public;\"École\n des  Tilleuls\";002\n"), intake.Options{})
	w.expect("École des Tilleuls", "SELECT name FROM directory_school")
}

func TestTwoSourcesThatDisagreeAreBothKept(t *testing.T) {
	w := onSQLite(t)
	a := list("2025", row(uais[0], "ecole", "002"))
	b := bytes.Replace(a, []byte("100.5"), []byte("101,5"), 1)
	w.must(intake.Schools, "a", a, intake.Options{})
	r := w.must(intake.Schools, "b", b, intake.Options{})
	if reasons(r)["doubtful intake.differs.ips"] != 1 || r.Updated != 1 {
		t.Errorf("%+v %+v", r.Tally, r.Rows)
	}
	w.expect("2", "SELECT COUNT(*) FROM directory_figure WHERE name = 'ips' AND period = '2025'")
	w.expect("101.5", "SELECT ips FROM directory_school")
	w.counts("the first again", w.must(intake.Schools, "a", a, intake.Options{}), tally(1, 0, 0, 1, 0, 0, 0))
	w.expect("101.5", "SELECT ips FROM directory_school")

	older := list("2023", row(uais[0], "ecole", "002"))
	w.counts("an older period", w.must(intake.Schools, "c", older, intake.Options{}), tally(1, 0, 1, 0, 0, 0, 0))
	w.expect("101.5", "SELECT ips FROM directory_school")
	w.expect("3", "SELECT COUNT(*) FROM directory_figure")
}

func TestTheRegisterIsReadInEveryEncoding(t *testing.T) {
	w := onSQLite(t)
	text := "\ufeffuai;type;secteur;nom;departement\r\n0020002S;lycée;Privé;Cœur sacré;2\r\n"
	w.must(intake.Schools, "f", []byte(text), intake.Options{})
	w.expect("Cœur sacré", "SELECT name FROM directory_school WHERE territory = '02' AND sector = 'private' AND type = 'lycee'")
}
