package readiness

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory/intake"
)

func source(text []byte) tabular.Source { return tabular.File(bytes.NewReader(text), int64(len(text))) }

const censusFile = `uai;classe;effectif;appareil;partagé;connexion vidéo;joignables;moyen;écran;ordinateur;kit;connexion en classe;formé
0020001R;Classe 01;24;22;3;20;23;appli;oui;oui;non;oui;oui
0020001r;classe 02;24;tous;aucun;?;;téléphone;;;;;non
0020001R;Classe 99;24;1;;;;;;;;;
0020002S;Petits;20;21;;;;;;;;;
0950001K;Unique;18;;;;;;;;;;oui
0020009X;Petits;20;;;;;;;;;;
0020001R;Classe 01;24;22;3;20;23;appli;oui;oui;non;oui;oui
0020001R;Classe 01;24;2;0;20;23;appli;oui;oui;non;oui;oui
`

func TestACensusFileIsImportedOnceWhateverItsEncodingAndSeparator(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		latin, err := charmap.ISO8859_15.NewEncoder().Bytes([]byte(strings.ReplaceAll(censusFile, "\n", "\r\n")))
		if err != nil {
			t.Fatal(err)
		}
		want := intake.Tally{Read: 8, Created: 2, Merged: 1, Rejected: 5}
		dry, err := h.service.ImportCensus(lead(), source(latin), ImportOptions{DryRun: true})
		if err != nil || dry.Tally != want || h.count(t, "SELECT COUNT(*) FROM journal_fact") != 0 {
			t.Fatalf("dry run: %+v, %v", dry.Tally, err)
		}
		report, err := h.service.ImportCensus(lead(), source(latin), ImportOptions{Name: "census.csv"})
		if err != nil || report.Tally != want {
			t.Fatalf("%+v, %v", report, err)
		}
		reasons := map[int]string{}
		for _, r := range report.Rows {
			reasons[r.Line] = r.Reason
		}
		for line, reason := range map[int]string{4: "readiness.import.reason.class", 5: "readiness.census.error.morethanpupils", 6: "readiness.import.reason.school",
			7: "readiness.import.reason.school", 8: "readiness.import.reason.same", 9: "readiness.import.reason.twice"} {
			if reasons[line] != reason {
				t.Errorf("line %d: %q, want %q", line, reasons[line], reason)
			}
		}
		again, err := h.service.ImportCensus(lead(), source([]byte(strings.ReplaceAll(censusFile, ";", ","))), ImportOptions{})
		if err != nil || again.Created+again.Updated != 0 || again.Unchanged != 2 {
			t.Errorf("again: %+v, %v", again.Tally, err)
		}
		census, err := h.service.Census(head(big), big)
		if err != nil {
			t.Fatal(err)
		}
		second := census.Classes[1].Answer
		if second.Device != CountOf(24) || second.Shared != CountOf(0) || second.Video.Known() || second.Channel != ChannelPhone || second.Trained != No {
			t.Errorf("%+v", second)
		}
	})
}

func TestAColumnThatIsMissingLeavesWhatWasAnswered(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.answer(t, head(village), village, Submitted{"v1", 0, Raw{0: "20", 1: "18", 10: "non"}})
		report, err := h.service.ImportCensus(head(village), source([]byte("class;trained\nPetits;oui\n")), ImportOptions{School: village})
		if err != nil || report.Updated != 1 {
			t.Fatalf("%+v, %v", report, err)
		}
		census, _ := h.service.Census(head(village), village)
		for _, c := range census.Classes {
			if c.ID == "v1" && (c.Answer.Device != CountOf(18) || c.Answer.Trained != Yes) {
				t.Errorf("%+v", c.Answer)
			}
		}
	})
}

func TestACensusImportIsListedWithTheOthersAndItsReportKeptWithoutNames(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		all := intake.New(h.d, h.journal, []byte("secret"))
		may := func(ctx context.Context, p *authz.Principal) context.Context {
			return authz.With(ctx, authz.Join(Permissions, intake.Permissions), p)
		}
		person := &authz.Principal{Account: "lead", Role: authz.TerritoryLead, Grants: []authz.Grant{{Role: authz.TerritoryLead, Scope: authz.Territory("02")}, {Role: authz.TerritoryLead, Scope: authz.Territory("95")}}}
		ctx := may(db.WithTerritories(context.Background(), "02", "95"), person)
		file := "uai;classe;pupils\n0020001R;Classe 01;99\n0020001R;Classe Zéro;20\n0020001R;Classe 02;vingt\n"
		report, err := h.service.ImportCensus(ctx, source([]byte(file)), ImportOptions{Name: "recensement.csv"})
		if err != nil || report.Rows[1].Subject != big+" Classe Zéro" || report.Rows[2].Subject != big+" Classe 02 · élèves" {
			t.Fatalf("%+v, %v", report, err)
		}
		kept, err := all.Get(ctx, report.ID)
		if err != nil || kept.Kind != KindCensus || kept.State != intake.Done || kept.Territory != "02" || kept.File != "recensement.csv" || kept.Tally != report.Tally || kept.SHA256 != report.SHA256 || len(kept.Rows) != 3 {
			t.Fatalf("%+v, %v", kept, err)
		}
		if kept.Rows[0].Subject != big || kept.Rows[1].Subject != big || kept.Rows[2].Subject != big+" · élèves" || kept.Rows[0].Line != 2 {
			t.Errorf("%+v", kept.Rows)
		}
		if text := kept.Rows[0].Say(i18n.From(in(t, ctx, i18n.French))); text != "99 élèves, alors que l'on en connaît 24 : importé, mais à vérifier." {
			t.Errorf("kept, a reason says %q", text)
		}
		if n := h.count(t, "SELECT COUNT(*) FROM journal_fact WHERE kind = ? AND subject = ?", FactImported, report.ID); n != 1 {
			t.Errorf("%d facts of the import", n)
		}
		// A trial and a failure are listed too; several territories are seen by who imported them.
		if _, err := h.service.ImportCensus(ctx, source([]byte(file)), ImportOptions{Name: "essai.csv", DryRun: true}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.service.ImportCensus(ctx, source([]byte("ips;rep\n1;2\n")), ImportOptions{Name: "autre.csv"}); !errs.Is(err, errs.Invalid) {
			t.Error(err)
		}
		both := "uai;classe;pupils\n0020001R;Classe 03;24\n0950001K;Unique;19\n"
		if _, err := h.service.ImportCensus(ctx, source([]byte(both)), ImportOptions{Name: "deux.csv"}); err != nil {
			t.Fatal(err)
		}
		list, err := all.List(ctx, 10)
		if err != nil || len(list) != 4 || list[0].Territory != "" || list[1].State != intake.Failed || list[1].Message != "readiness.import.header" || !list[2].DryRun || list[2].Territory != "02" {
			t.Errorf("%+v, %v", list, err)
		}
		head := may(db.WithTerritories(context.Background(), "02"), &authz.Principal{Account: "head", Role: authz.Head, Grants: []authz.Grant{{Role: authz.Head, Scope: authz.School("02", village)}}})
		if list, err := all.List(head, 10); err != nil || len(list) != 0 {
			t.Errorf("the head of a school sees %+v, %v", list, err)
		}
		own, err := h.service.ImportCensus(head, source([]byte("classe;pupils\nPetits;20\n")), ImportOptions{Name: "école.csv", School: village})
		if err != nil {
			t.Fatal(err)
		}
		if kept, err := all.Get(head, own.ID); err != nil || kept.School != village || kept.Territory != "02" {
			t.Errorf("%+v, %v", kept, err)
		}
	})
}

func TestARowFarFromTheKnownNumberIsImportedAndReported(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		report, err := h.service.ImportCensus(lead(), source([]byte("uai;classe;pupils\n0020001R;Classe 01;99\n0020001R;Classe 02;25\n")), ImportOptions{Name: "c.csv"})
		if err != nil || report.Created != 2 || report.Doubtful != 1 || len(report.Rows) != 1 || report.Rows[0].Outcome != intake.Doubtful || report.Rows[0].Line != 2 {
			t.Errorf("%+v, %v", report, err)
		}
	})
}

func TestWhatIsNoCensusAndWhoMayNotImportAreRefusedWhole(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for name, text := range map[string]string{"another header": "uai;ips\n0020001R;98\n", "binary": "\x00\x01\x02\x03;\x00", "empty": "", "no column to answer": "uai;classe\n0020001R;Classe 01\n"} {
			if _, err := h.service.ImportCensus(lead(), source([]byte(text)), ImportOptions{}); !errs.Is(err, errs.Invalid) {
				t.Errorf("%s: %v", name, err)
			}
		}
		for name, c := range map[string]struct {
			ctx  context.Context
			o    ImportOptions
			kind errs.Kind
		}{
			"the public":                 {public(), ImportOptions{}, errs.Unauthenticated},
			"a head, for all":            {head(big), ImportOptions{}, errs.NotFound},
			"a head, for another school": {head(big), ImportOptions{School: village}, errs.NotFound},
			"a teacher, for the school":  {as(authz.Teacher, authz.Class("02", big, "c01")), ImportOptions{School: big}, errs.NotFound},
			"an evaluator":               {as(authz.Evaluator, authz.Territory("02")), ImportOptions{}, errs.NotFound},
		} {
			if _, err := h.service.ImportCensus(c.ctx, source([]byte(censusFile)), c.o); !errs.Is(err, c.kind) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if n := h.count(t, "SELECT COUNT(*) FROM journal_fact"); n != 0 {
			t.Errorf("%d facts", n)
		}
		report, err := h.service.ImportCensus(head(big), source([]byte(censusFile)), ImportOptions{School: big})
		if err != nil || report.Created != 2 || report.Rejected != 5 {
			t.Errorf("a head, for their school: %+v, %v", report.Tally, err)
		}
	})
}

func TestTheWorkbookGoesOutPrefilledAndComesBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.answer(t, head(big), big, Submitted{"c01", 0, wholeAnswer})
		for _, lang := range i18n.Langs {
			var b bytes.Buffer
			if err := h.service.CensusWorkbook(in(t, head(big), lang), big, &b); err != nil {
				t.Fatal(err)
			}
			same, err := h.service.ImportCensus(head(big), source(b.Bytes()), ImportOptions{School: big})
			if err != nil || same.Unchanged != 12 || same.Read != 12 {
				t.Fatalf("%s, sent back as it is: %+v, %v", lang, same, err)
			}
		}
		var b bytes.Buffer
		if err := h.service.CensusWorkbook(in(t, head(big), i18n.French), big, &b); err != nil {
			t.Fatal(err)
		}
		filled := edit(t, b.Bytes(), map[string]any{"F3": 20, "O3": "oui", "F4": 99})
		report, err := h.service.ImportCensus(head(big), source(filled), ImportOptions{School: big})
		if err != nil || report.Created != 1 || report.Rejected != 1 || report.Rows[0].Line != 4 {
			t.Fatalf("%+v, %v", report, err)
		}
		// The same workbook, changed once more, was filled from an answer that is no longer the last.
		late := edit(t, filled, map[string]any{"F3": 5, "F4": nil})
		report, err = h.service.ImportCensus(head(big), source(late), ImportOptions{School: big})
		if err != nil || report.Rejected != 1 || report.Rows[0].Reason != "readiness.import.reason.changed" {
			t.Errorf("%+v, %v", report, err)
		}
	})
}

// edit changes cells of a workbook's first sheet.
func edit(t *testing.T, book []byte, cells map[string]any) []byte {
	t.Helper()
	f, err := excelize.OpenReader(bytes.NewReader(book))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	for at, v := range cells {
		if err := f.SetCellValue(f.GetSheetName(0), at, v); err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestTheWorkbooksTitlesAreThoseThatTheImportKnows(t *testing.T) {
	for _, lang := range i18n.Langs {
		l := i18n.From(in(t, context.Background(), lang))
		header := columnSchool + ";" + columnClass + ";" + columnVersion + ";" + columnLabel(l, columnName)
		for _, cell := range Cells {
			header += ";" + columnLabel(l, cell)
		}
		rows, _, err := tabular.Read(source([]byte(header+"\n")), tabular.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		found, err := layoutOf(rows.Columns(), false)
		if err != nil || found.name != 3 {
			t.Fatalf("%s: %+v, %v", lang, found, err)
		}
		for i, column := range found.cells {
			if column != 4+i {
				t.Errorf("%s: the column %s is not recognised", lang, Cells[i])
			}
		}
	}
}

func FuzzImportCensus(f *testing.F) {
	for _, seed := range []string{censusFile, "uai,class,pupils\n0020001R,Classe 01,\"24\"\n", "uai;class_id;version;pupils\n0020001R;c01;0;tous\n"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		rows, _, err := tabular.Read(source(text), tabular.Limits{Bytes: 1 << 20})
		if err != nil {
			return
		}
		defer rows.Close()
		l, err := layoutOf(rows.Columns(), true)
		if err != nil {
			return
		}
		for {
			row, err := rows.Next()
			if err != nil {
				return
			}
			var raw Raw
			for i, column := range l.cells {
				raw[i] = row.Get(column)
			}
			answer, faults := raw.Parse()
			if len(faults) > 0 {
				continue
			}
			if again, faults := answer.Raw().Parse(); len(faults) > 0 || again != answer {
				t.Fatalf("%+v is written %v and read %+v (%v)", answer, answer.Raw(), again, faults)
			}
			if o := Assess(answer); o.Sized && (o.Ready.Lo < 0 || o.Ready.Lo > o.Ready.Hi || o.Ready.Hi > o.Pupils) {
				t.Fatal(fmt.Sprint(answer, o))
			}
		}
	})
}
