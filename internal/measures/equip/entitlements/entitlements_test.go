package entitlements_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/journal"
	"preau/internal/base/web/webtest"
	"preau/internal/measures/equip"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/equip/entitlements"
	"preau/internal/territory/directory"
)

const (
	here   = "0990001N"
	there  = "0990002P"
	pack   = "pack-1"
	head   = "head 99 " + here
	other  = "head 99 " + there
	lead   = "territory_lead 99"
	nobody = "teacher 99 " + here
)

// places is a directory of two schools.
type places struct{}

func (places) School(_ context.Context, uai directory.UAI) (directory.School, error) {
	if uai != here && uai != there {
		return directory.School{}, errs.NewNotFound("entitlements.school")
	}
	return directory.School{Territory: "99", UAI: uai, Name: "École " + string(uai)}, nil
}

// house is the part with two new teachers, a head and a pack in the first school.
type house struct {
	*webtest.Site
	db      *db.DB
	journal *journal.Journal
	service *entitlements.Service
	kit     assets.Asset
}

func inside() context.Context { return db.Everywhere(authz.System(context.Background())) }

func open(t *testing.T, d *db.DB) *house {
	t.Helper()
	h := &house{db: d, journal: journal.New(d, make([]byte, 32))}
	h.service = entitlements.New(d, h.journal, places{})
	h.service.Join(entitlements.Links{
		Packs: func(context.Context) ([]entitlements.Pack, error) {
			return []entitlements.Pack{{ID: pack, Name: "Ordinateur"}}, nil
		},
		Staff: func(_ context.Context, _, school string) ([]directory.Member, error) {
			if school == there {
				return nil, nil
			}
			return []directory.Member{{Person: "p1", Name: "Zoé Noël", Role: directory.RoleTeacher}, {Person: "p2", Name: "Ana Diop", Role: directory.RoleTeacher},
				{Person: "p3", Name: "Ana Diop", Role: directory.RoleTeacher}, {Person: "h", Name: "Une Directrice", Role: directory.RoleHead}}, nil
		},
		Names: func(context.Context, string, []string) (map[string]string, error) {
			return map[string]string{"p1": "Zoé Noël"}, nil
		},
		Measure: func(context.Context, string) (string, error) { return "new-teachers", nil },
	})
	h.Site = webtest.New(t, d, entitlements.Permissions, &entitlements.Module{Service: h.service}, entitlements.Messages, assets.Messages, files.Messages, directory.Messages)
	a := &assets.Asset{Kind: "kit", Name: "Ordinateur", Kit: pack, KitVersion: 1, Owner: "Commune", Funder: "f", Custodian: "c", School: here, State: assets.Delivered}
	h.update(t, func(ctx context.Context, tx *db.Tx) error { return assets.Add(ctx, tx, "99", []*assets.Asset{a}) })
	h.kit = *a
	return h
}

func (h *house) update(t *testing.T, f func(context.Context, *db.Tx) error) {
	t.Helper()
	if err := h.db.Update(inside(), f); err != nil {
		t.Fatal(err)
	}
}

// declared returns the address of the entitlement of a teacher that the head declares.
func (h *house) declared(t *testing.T, person string) string {
	t.Helper()
	w := h.Post(head, "/entitlements", url.Values{"school": {here}, "person": {person}})
	h.Want(w, 303)
	path, _, _ := strings.Cut(w.Header().Get("Location"), "?")
	return path
}

// drawing is a signature as the page sends it.
func drawing() string {
	p := image.NewRGBA(image.Rect(0, 0, 300, 100))
	for x := 20; x < 200; x++ {
		p.Set(x, 50+x%9, color.Black)
	}
	var b bytes.Buffer
	_ = png.Encode(&b, p)
	return "data:image/png;base64," + base64.StdEncoding.EncodeToString(b.Bytes())
}

func (h *house) facts(t *testing.T, kind string) int {
	t.Helper()
	list, err := h.journal.List(inside(), journal.Filter{Territory: "99", Kind: kind})
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func each(t *testing.T, f func(t *testing.T, h *house)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) { f(t, open(t, d)) }, journal.Migrations, files.Migrations, equip.Migrations)
}

func TestANewTeacherChoosesSignsLeavesAndTheNextOneGetsThePack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Want(h.Get(head, "/entitlements"), 200, "Personne pour le moment", "/entitlements/new?school="+here)
		h.Want(h.Get(head, "/entitlements/new?school="+here), 200, "Zoé Noël", "Ana Diop")
		one := h.declared(t, "p1")
		h.Want(h.Get(head, one), 200, "Zoé Noël", "Déclaré")
		if page := h.Want(h.Get(head, "/entitlements/new?school="+here), 200); strings.Contains(page, "Zoé") || strings.Contains(page, "Directrice") {
			t.Error("who is declared, or no teacher, may be declared")
		}
		h.Want(h.Post(head, one+"/pack", url.Values{"pack": {pack}}), 303)
		h.Want(h.Post(head, one+"/handover", url.Values{"tag": {h.kit.Code}, "drawing": {drawing()}}), 303)
		h.Want(h.Get(head, one), 200, "Remis", h.kit.Code)
		if w := h.Get(head, one+"/receipt.pdf"); w.Code != 200 || !bytes.HasPrefix(w.Body.Bytes(), []byte("%PDF")) {
			t.Errorf("the receipt: %d", w.Code)
		}
		if h.facts(t, entitlements.FactHandedOver) != 1 || h.facts(t, assets.FactUsable) != 1 {
			t.Error("the handover is not in the journal")
		}
		two := h.declared(t, "p2")
		h.Want(h.Post(head, two+"/handover", url.Values{"tag": {h.kit.Code}, "drawing": {drawing()}}), 409, "déjà prêté")
		h.Want(h.Post(head, one+"/leave", url.Values{"day": {"2027-07-05"}}), 303)
		h.Want(h.Post(head, one+"/end", url.Values{"as": {"returned"}}), 303)
		h.Want(h.Post(head, two+"/handover", url.Values{"tag": {h.kit.Code}, "drawing": {drawing()}}), 303)
		h.Want(h.Get(lead, "/entitlements?state=handed_over"), 200, "1 professeur")
		h.Want(h.Get(lead, "/entitlements.csv"), 200, "Zoé Noël", here)
	})
}

func TestWhatIsMissingOrWrongIsSaidAndChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.Want(h.Post(head, "/entitlements", url.Values{"school": {here}}), 422, "Choisissez un professeur")
		h.Want(h.Post(head, "/entitlements", url.Values{"school": {here}, "person": {"h"}}), 422)
		one := h.declared(t, "p1")
		h.Want(h.Post(head, "/entitlements", url.Values{"school": {here}, "person": {"p1"}}), 409, "déjà déclaré")
		for name, c := range map[string]struct {
			path   string
			form   url.Values
			status int
		}{
			"another pack":           {"/pack", url.Values{"pack": {"x"}}, 422},
			"no tag":                 {"/handover", url.Values{"drawing": {drawing()}}, 422},
			"no signature":           {"/handover", url.Values{"tag": {h.kit.Code}}, 422},
			"a drawing that is none": {"/handover", url.Values{"tag": {h.kit.Code}, "drawing": {"data:image/png;base64,!"}}, 422},
			"an unknown tag":         {"/handover", url.Values{"tag": {"XYZ"}, "drawing": {drawing()}}, 404},
			"leaving too early":      {"/leave", url.Values{"day": {"2027-07-05"}}, 409},
			"a day that is none":     {"/leave", url.Values{"day": {"hier"}}, 422},
			"returning too early":    {"/end", url.Values{"as": {"returned"}}, 409},
			"a school that is none":  {"/move", url.Values{"school": {"0000000X"}}, 422},
		} {
			if w := h.Post(head, one+c.path, c.form); w.Code != c.status {
				t.Errorf("%s: %d", name, w.Code)
			}
		}
		h.Want(h.Get(head, one), 200, "Déclaré")
		if h.facts(t, "equip.asset") != 0 {
			t.Error("an asset changed")
		}
		h.Want(h.Post(head, one+"/end", url.Values{"as": {"withdrawn"}}), 303)
		h.Want(h.Post(head, one+"/end", url.Values{"as": {"withdrawn"}}), 409)
	})
}

func TestNobodySeesAnotherSchoolsTeachersAndATeacherOnlyThemselves(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		one := h.declared(t, "p1")
		for _, as := range []string{other, nobody, "pupil 99 " + here, "territory_lead 98"} {
			h.Want(h.Get(as, one), 404)
			h.Want(h.Post(as, one+"/handover", url.Values{"tag": {h.kit.Code}, "drawing": {drawing()}}), 404)
		}
		h.Want(h.Get(other, "/entitlements/new?school="+here), 404)
		h.Want(h.Post(lead, one+"/handover", url.Values{"tag": {h.kit.Code}, "drawing": {drawing()}}), 404)
		h.Want(h.Get(nobody, "/entitlements/mine"), 200, "Aucun équipement")
		id := regexp.MustCompile(`[0-9a-f-]{36}$`).FindString(one)
		mine := authz.With(db.Everywhere(context.Background()), entitlements.Permissions, &authz.Principal{Account: "a", Person: "p1", Role: authz.Teacher, Grants: []authz.Grant{{Role: authz.Teacher, Scope: authz.School("99", here)}}})
		if e, err := h.service.Own(mine); err != nil || e.ID != id {
			t.Errorf("%+v, %v", e, err)
		}
		if err := h.service.Choose(mine, entitlements.ReadOwn, id, pack); err != nil {
			t.Error(err)
		}
		theirs := authz.With(db.Everywhere(context.Background()), entitlements.Permissions, &authz.Principal{Account: "b", Person: "p2", Role: authz.Teacher, Grants: []authz.Grant{{Role: authz.Teacher, Scope: authz.School("99", here)}}})
		if err := h.service.Choose(theirs, entitlements.ReadOwn, id, pack); !errs.Is(err, errs.NotFound) {
			t.Errorf("somebody else chose: %v", err)
		}
	})
}

func TestAListDeclaresWhomTheSchoolKnowsAndSaysWhomItDoesNot(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		send := func(text string) string {
			var b bytes.Buffer
			w := multipart.NewWriter(&b)
			part, _ := w.CreateFormFile("file", "liste.csv")
			_, _ = part.Write([]byte(text))
			_ = w.Close()
			return h.Want(h.Do(lead, "POST", "/entitlements/import", w.FormDataContentType(), &b), 200)
		}
		text := "UAI;Nom;Prénom\r\n" + here + ";NOEL;Zoe\r\n" + here + ";Diop;Ana\r\n" + here + ";Personne;Jean\r\n" + there + ";Noël;Zoé\r\n0000000X;A;B\r\n"
		page := send(text)
		for _, part := range []string{"5 lignes lues", "1 déclarés", "4 refusées", "Ligne 3", "plusieurs professeurs", "Ligne 4", "personne de ce nom", "Ligne 6"} {
			if !strings.Contains(page, part) {
				t.Errorf("the report lacks %q", part)
			}
		}
		if page := send(text); !strings.Contains(page, "0 déclarés, 1 déjà connus") {
			t.Error("the second time it declares again")
		}
		if h.facts(t, entitlements.FactDeclared) != 1 {
			t.Errorf("%d facts", h.facts(t, entitlements.FactDeclared))
		}
	})
}

func TestATeacherWhoMovesTakesThePackAlongAndAnErasedOneLeavesNoSignature(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		one := h.declared(t, "p1")
		h.Want(h.Post(head, one+"/handover", url.Values{"tag": {h.kit.Code}, "drawing": {drawing()}}), 303)
		h.Want(h.Post(head, one+"/move", url.Values{"school": {there}}), 303)
		h.Want(h.Get(head, one), 404)
		h.Want(h.Get(other, one), 200, "Remis")
		h.update(t, func(ctx context.Context, tx *db.Tx) error {
			a, err := assets.ByID(ctx, tx, "99", h.kit.ID)
			if err != nil || a.School != there {
				t.Errorf("the pack is in %s, %v", a.School, err)
			}
			if kept, err := (entitlements.Keeper{}).ExportPerson(ctx, tx, "99", "p1"); err != nil || kept == nil {
				t.Errorf("%v, %v", kept, err)
			}
			return entitlements.Keeper{}.ErasePerson(ctx, tx, "99", "p1")
		})
		h.Want(h.Get(other, one+"/receipt.pdf"), 404)
	})
}
