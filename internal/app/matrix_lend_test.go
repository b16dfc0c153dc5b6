package app_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"testing"

	"preau/internal/app"
	"preau/internal/app/demo"
	"preau/internal/base/authz"
	"preau/internal/measures/lend/agreements"
	"preau/internal/measures/lend/needs"
)

// lend adds a nomination and two agreements: the first, signed on paper, is that of the pupil who is shown.
func (e examples) lend(ctx context.Context, t *testing.T, h *house) {
	t.Helper()
	shown, err := h.Accounts.Showcase(ctx)
	if err != nil {
		t.Fatal(err)
	}
	head := authz.With(ctx, app.Policy(), &authz.Principal{Account: "head", Role: authz.Head, Grants: []authz.Grant{{Role: authz.Head, Scope: authz.School(demo.Territory, e["{uai}"])}}})
	class := e["/classes/{id}"]
	line, pupils, err := h.Lend.Agreements.ClassPupils(head, class)
	if err != nil {
		t.Fatal(err)
	}
	pupil := ""
	for _, account := range shown {
		for _, p := range pupils {
			if account.Grants[0].Role == authz.Pupil && account.Name == p.GivenName+" "+p.FamilyName {
				pupil = p.Person
			}
		}
	}
	if _, err := h.Lend.Needs.NominateClass(head, class, []needs.Entry{{Pupil: pupil, In: true}}); err != nil {
		t.Fatal(err)
	}
	school, err := h.Lend.Needs.OfSchool(head, e["{uai}"])
	if err != nil {
		t.Fatal(err)
	}
	nomination := ""
	for _, c := range school.Ranking.Candidates {
		if c.Pupil == pupil {
			nomination = c.ID
		}
	}
	e["/lend/needs/nominations/{id}"], e["/lend/own/needs/{id}"] = nomination, nomination
	wanted := []agreements.Wanted{{Pupil: pupil, Language: "ar"}}
	for _, p := range pupils {
		if p.Person != pupil && p.Code == "" && len(wanted) < 2 {
			wanted = append(wanted, agreements.Wanted{Pupil: p.Person})
		}
	}
	terms := agreements.Terms{Start: "2026-11-23", Due: agreements.EndOfYear(line.Year), Items: []agreements.Item{{Kind: agreements.KindDevice, Name: "Tablette"}}}
	made, err := h.Lend.Agreements.Prepare(head, class, wanted, terms)
	if err != nil || len(made) != 2 {
		t.Fatalf("%d agreements, %v", len(made), err)
	}
	var sheet bytes.Buffer
	if err := png.Encode(&sheet, image.NewRGBA(image.Rect(0, 0, 40, 60))); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Lend.Agreements.SignOnPaper(head, made[0].Code, &sheet); err != nil {
		t.Fatal(err)
	}
	e["/lend/agreements/{id}"], e["/lend/own/agreements/{id}"] = made[0].ID, made[0].ID
}
