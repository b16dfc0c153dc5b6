package needs_test

import (
	"context"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
	"preau/internal/base/web/webtest"
	"preau/internal/measures/lend"
	"preau/internal/measures/lend/needs"
	"preau/internal/territory/directory"
)

const uai = "0020001R"

// school has one class of eight pupils; its second class has none.
type school struct{ own []directory.OwnPupil }

func (school) School(_ context.Context, id directory.UAI) (directory.School, error) {
	if id != uai && id != "0020002S" {
		return directory.School{}, errs.NewNotFound("authz.not_found")
	}
	return directory.School{Territory: "02", UAI: id, Name: "École Jean Moulin"}, nil
}

func class(id string) directory.ClassLine {
	return directory.ClassLine{Class: directory.Class{Territory: "02", ID: id, School: uai, Year: "2026-2027", Name: "CM1 " + id}, SchoolName: "École Jean Moulin"}
}

func (school) Class(_ context.Context, id string) (directory.ClassLine, error) {
	if id != "a" && id != "b" {
		return directory.ClassLine{}, errs.NewNotFound("authz.not_found")
	}
	return class(id), nil
}

func (school) Classes(context.Context, directory.ClassFilter) (directory.Page[directory.ClassLine], error) {
	return directory.Page[directory.ClassLine]{Rows: []directory.ClassLine{class("a"), class("b")}}, nil
}

func (school) Pupils(_ context.Context, c directory.Class) ([]directory.Pupil, error) {
	var list []directory.Pupil
	for i := range 8 {
		if c.ID == "a" {
			list = append(list, directory.Pupil{Person: "p" + strconv.Itoa(i), GivenName: "Zoé", FamilyName: "Élève" + strconv.Itoa(i)})
		}
	}
	return list, nil
}

func (s school) OwnPupils(ctx context.Context, perm authz.Permission) ([]directory.OwnPupil, error) {
	_, err := authz.Scopes(ctx, perm)
	return s.own, err
}

var key = []byte("0123456789abcdef0123456789abcdef")

func child(person string) directory.OwnPupil {
	return directory.OwnPupil{Territory: "02", Pupil: directory.Pupil{Person: person, GivenName: "Zoé"}, School: uai, SchoolName: "École Jean Moulin", Class: "a", ClassName: "CM1 a"}
}

func as(who string) context.Context {
	return db.Everywhere(authz.With(context.Background(), needs.Permissions, webtest.Principal(who)))
}

var head, teacher, lead, parent = as("head 02 " + uai), as("teacher 02 " + uai + " a"), as("territory_lead 02"), as("guardian 02 " + uai + " a")

// each runs the test on both databases; the plan gives the school three devices.
func each(t *testing.T, f func(t *testing.T, d *db.DB, s *needs.Service)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		db.WithClock(today)(d)
		rule, err := needs.DefaultRule()
		if err != nil {
			t.Fatal(err)
		}
		s := needs.New(d, journal.New(d, key), school{[]directory.OwnPupil{child("p1")}}, rule, key)
		s.Join(needs.Links{Planned: func(context.Context, string, string) (int, string, bool, error) { return 3, "plan", true, nil }})
		f(t, d, s)
	}, journal.Migrations, lend.Migrations)
}

// today is a day of the school year that the classes are of.
func today() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC) }

// entries nominates the first n pupils, the first with the most points.
func entries(n int) []needs.Entry {
	var list []needs.Entry
	for i := range n {
		e := needs.Entry{Pupil: "p" + strconv.Itoa(i), In: true, Answers: map[string]needs.Answer{"none": needs.No, "shared": needs.No, "connection": needs.No, "far": needs.No, "exam": needs.No, "sibling": needs.No}}
		for j, c := range []string{"none", "shared", "connection", "far", "exam"} {
			if j >= i {
				e.Answers[c] = needs.Yes
			}
		}
		list = append(list, e)
	}
	return list
}

func want(t *testing.T, err error, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Errorf("%v, want kind %d", err, kind)
	}
}

func nominated(t *testing.T, s *needs.Service, n int) *needs.SchoolNeeds {
	t.Helper()
	if _, err := s.NominateClass(teacher, "a", entries(n)); err != nil {
		t.Fatal(err)
	}
	v, err := s.OfSchool(head, uai)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestPupilsAreNominatedFromTheClassListAlone(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, s *needs.Service) {
		saved, err := s.NominateClass(teacher, "a", entries(5))
		if err != nil || saved != (needs.Saved{Nominated: 5}) {
			t.Fatalf("%+v, %v", saved, err)
		}
		if saved, err = s.NominateClass(teacher, "a", entries(5)); err != nil || saved != (needs.Saved{}) {
			t.Errorf("the same again: %+v, %v", saved, err)
		}
		list := entries(5)
		list[4].In, list[3].Answers["none"] = false, needs.Unknown
		if saved, err = s.NominateClass(head, "a", list); err != nil || saved != (needs.Saved{Changed: 1, Withdrawn: 1}) {
			t.Errorf("%+v, %v", saved, err)
		}
		_, err = s.NominateClass(teacher, "a", []needs.Entry{{Pupil: "of another class", In: true}})
		want(t, err, errs.Invalid)
		_, err = s.NominateClass(teacher, "a", []needs.Entry{{Pupil: "p0", In: true, Answers: map[string]needs.Answer{"none": "perhaps"}}})
		want(t, err, errs.Invalid)
		for _, who := range []context.Context{as("teacher 02 " + uai + " b"), as("head 02 0020002S"), lead, parent, as("evaluator")} {
			_, err = s.NominateClass(who, "a", entries(1))
			want(t, err, errs.NotFound)
		}
		_, err = s.NominateClass(as(""), "a", entries(1))
		want(t, err, errs.Unauthenticated)
		_, err = s.OfClass(head, "none such")
		want(t, err, errs.NotFound)
	})
}

func TestTheRuleGrantsTheQuotaAndTheHeadDecidesWithinIt(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, s *needs.Service) {
		v := nominated(t, s, 5)
		list := v.Ranking.Candidates
		if len(list) != 5 || list[0].Pupil != "p0" || list[0].Total != 100 || !list[2].Within || list[3].Within {
			t.Fatalf("%+v", list)
		}
		done, err := s.Apply(head, uai)
		if err != nil || done != (needs.Applied{Granted: 3, Waiting: 2}) {
			t.Fatalf("%+v, %v", done, err)
		}
		want(t, s.Grant(head, list[3].ID, ""), errs.Conflict) // nothing is left
		if err := s.Release(head, list[2].ID); err != nil {
			t.Fatal(err)
		}
		want(t, s.Grant(head, list[3].ID, ""), errs.Invalid) // p2 is before
		if err := s.Grant(head, list[3].ID, "unreached"); err != nil {
			t.Fatal(err)
		}
		want(t, s.Decline(head, list[4].ID, "because"), errs.Invalid)
		if err := s.Decline(head, list[4].ID, "family"); err != nil {
			t.Fatal(err)
		}
		want(t, s.Decline(head, list[4].ID, "family"), errs.Conflict)
		want(t, s.Grant(teacher, list[2].ID, ""), errs.NotFound)
		_, err = s.NominateClass(teacher, "a", entries(1))
		want(t, err, errs.Conflict) // p0 is granted
		granted, err := s.GrantedIn(head, "02", "a", v.Year)
		if err != nil || len(granted) != 3 || !slices.Contains(granted, "p3") {
			t.Errorf("%v, %v", granted, err)
		}
	})
}

func TestAFamilySeesItsOwnChildAloneAndMayAppealOnce(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, s *needs.Service) {
		list := entries(5)
		list[1].Answers = map[string]needs.Answer{"none": needs.No, "shared": needs.No, "connection": needs.No, "exam": needs.No, "far": needs.Unknown} // sibling is not answered
		if _, err := s.NominateClass(teacher, "a", list); err != nil {
			t.Fatal(err)
		}
		own, err := s.Own(parent)
		if err != nil || len(own) != 1 || own[0].Told == nil || own[0].Told.Candidate.Pupil != "p1" || own[0].Told.Candidate.Rank != 5 || own[0].Told.More != 2 {
			t.Fatalf("%+v, %v", own, err)
		}
		id := own[0].Told.Candidate.ID
		want(t, s.Ask(parent, id), errs.Conflict) // nothing is decided
		if _, err := s.Apply(head, uai); err != nil {
			t.Fatal(err)
		}
		v, err := s.OfSchool(head, uai)
		if err != nil {
			t.Fatal(err)
		}
		want(t, s.Ask(parent, v.Ranking.Candidates[3].ID), errs.NotFound) // another's child
		if err := s.Ask(parent, id); err != nil {
			t.Fatal(err)
		}
		want(t, s.Ask(parent, id), errs.Conflict)
		appeals, err := s.Appeals(lead)
		if err != nil || len(appeals) != 1 || appeals[0].Pupil.GivenName != "" {
			t.Fatalf("the lead sees %+v, %v", appeals, err)
		}
		if appeals, err = s.Appeals(head); err != nil || appeals[0].Pupil.GivenName != "Zoé" {
			t.Errorf("the head sees %+v, %v", appeals, err)
		}
		if err := s.SetQuota(lead, uai, 4, "  stock   de la commune "); err != nil {
			t.Fatal(err)
		}
		want(t, s.AnswerAppeal(lead, id, true, "answers_right"), errs.Invalid)
		if err := s.AnswerAppeal(lead, id, true, "answers_corrected"); err != nil {
			t.Fatal(err)
		}
		want(t, s.AnswerAppeal(head, id, false, "answers_right"), errs.Conflict)
		own, err = s.Own(parent)
		if c := own[0].Told.Candidate; err != nil || c.State != needs.Granted || c.Rank != 1 || c.Appeal != needs.Upheld {
			t.Errorf("%+v, %v", c, err)
		}
		want(t, s.SetQuota(lead, uai, 3, "moins"), errs.Conflict) // four are granted
		want(t, s.SetQuota(lead, uai, -1, ""), errs.Invalid)
		want(t, s.SetQuota(head, uai, 9, "plus"), errs.NotFound)
		counts, err := s.Counts(lead)
		if err != nil || len(counts) != 1 || counts[0].Granted != 4 || counts[0].Waiting != 1 || counts[0].Quota.Reason != "stock de la commune" {
			t.Errorf("%+v, %v", counts, err)
		}
	})
}

func TestAHandoverMarksTheNominationAsLent(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, s *needs.Service) {
		v := nominated(t, s, 2)
		if err := d.Update(head, func(ctx context.Context, tx *db.Tx) error { return s.MarkLent(ctx, tx, "02", "p1", v.Year) }); err != nil {
			t.Fatal(err)
		}
		v, err := s.OfSchool(head, uai)
		if err != nil || v.Ranking.Candidates[1].State != needs.Lent || v.Ranking.Served() != 1 {
			t.Errorf("%+v, %v", v.Ranking.Candidates, err)
		}
	})
}

func TestThePagesSayWhatTheServiceKnowsAndTheExportHoldsNoCriterion(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, s *needs.Service) {
		site := webtest.New(t, d, needs.Permissions, &needs.Module{Service: s}, needs.Messages)
		who := "head 02 " + uai
		site.Want(site.Get("", "/lend/needs/rule"), 200, "Aucun appareil à la maison", "100 au plus")
		site.Want(site.Get(who, "/lend"), 200, "École Jean Moulin", "CM1 a")
		site.Want(site.Get(who, "/lend/needs/classes/a"), 200, "Élève7", "0.none", "7.sibling")
		form := url.Values{"pupil": {"p0", "p1", "p2"}, "in": {"p0", "p2"}, "0.none": {"yes"}, "2.shared": {"yes"}, "1.none": {"yes"}}
		if w := site.Post("teacher 02 "+uai+" a", "/lend/needs/classes/a", form); w.Code != 303 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		page := site.Want(site.Get(who, "/lend/needs/schools/"+uai), 200, "Élève0 Zoé", "Élève2 Zoé", "3 appareils, selon le plan adopté", "Appliquer la règle : accorder 2 appareils")
		if strings.Contains(page, "Élève1 ") {
			t.Error("a pupil who is not ticked is ranked")
		}
		if w := site.Post(who, "/lend/needs/schools/"+uai+"/apply", nil); w.Code != 303 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		v, err := s.OfSchool(head, uai)
		if err != nil {
			t.Fatal(err)
		}
		one := "/lend/needs/nominations/" + v.Ranking.Candidates[0].ID
		site.Want(site.Get(who, one), 200, "Rang 1 sur 2 élèves proposés", "Remettre en attente", "Appareil partagé")
		site.Want(site.Post(who, one+"/decline", nil), 422, "Choisissez une raison")
		export := site.Want(site.Get(who, "/lend/needs/schools/"+uai+"/export.csv"), 200, ";Élève0;Zoé;CM1 a;Accordé")
		for _, word := range []string{"appareil", "Points", "oui"} {
			if strings.Contains(export, word) {
				t.Errorf("the export holds %q: %s", word, export)
			}
		}
		site.Want(site.Get("guardian 02 "+uai+" a", "/lend/own/needs"), 200, "Aucun prêt n&#39;est proposé")
		site.Want(site.Get("territory_lead 02", "/lend/needs"), 200, "École Jean Moulin")
		site.Want(site.Get("territory_lead 02", "/lend/needs/schools/"+uai+"/quota"), 200, "Nombre d&#39;appareils")
		site.Want(site.Get("territory_lead 02", "/lend/needs/appeals"), 200, "Aucune demande")
		site.Want(site.Get("territory_lead 02", one), 404)
		site.Want(site.Get("head 02 0020002S", one), 404)
		body := `{"pupils": [{"pupil": "p4", "nominated": true, "answers": {"none": "yes"}}]}`
		site.Want(site.Do(who, "PUT", "/api/v1/lend/classes/a/nominations", "application/json", strings.NewReader(body)), 200, `"nominated":1`)
		site.Want(site.Do(who, "GET", "/api/v1/lend/schools/"+uai+"/ranking", "", nil), 200, `"quota":3`, `"state":"granted"`)
	})
}

func TestAnErasedPupilIsNominatedNowhere(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, s *needs.Service) {
		nominated(t, s, 2)
		if err := d.Update(head, func(ctx context.Context, tx *db.Tx) error {
			k := needs.Keeper{Rule: s.Rule()}
			if kept, err := k.ExportPerson(ctx, tx, "02", "p1"); err != nil || kept == nil {
				t.Errorf("%v, %v", kept, err)
			}
			return k.ErasePerson(ctx, tx, "02", "p1")
		}); err != nil {
			t.Fatal(err)
		}
		if v, err := s.OfSchool(head, uai); err != nil || len(v.Ranking.Candidates) != 1 {
			t.Errorf("%+v, %v", v.Ranking.Candidates, err)
		}
	})
}
