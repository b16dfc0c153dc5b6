package catalogue

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/journal"
	"preau/internal/base/web/webtest"
)

var migrations = db.Migrations{Room: "equip", FS: equipFS}

const pilot, officer, teacher = "national_pilot", "logistics_officer 02", "teacher 02 0020001K"

func open(d *db.DB) *Service { return New(d, journal.New(d, []byte("key"))) }

func system(t *testing.T) context.Context { return db.Everywhere(authz.System(t.Context())) }

// find returns the model of a reference.
func find(t *testing.T, s *Service, reference string) Model {
	t.Helper()
	list, _, err := s.Models(system(t), ModelFilter{Search: reference})
	for _, m := range list {
		if m.Reference == reference {
			return m
		}
	}
	t.Fatalf("%s: %v", reference, err)
	return Model{}
}

func TestAKitThatChangesIsANewVersionAndTheOldOneStays(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := open(d), system(t)
		if err := s.AddStarter(ctx); err != nil {
			t.Fatal(err)
		}
		if err := s.AddStarter(ctx); !errs.Is(err, errs.Conflict) {
			t.Errorf("a second start: %v", err)
		}
		camera, tablet := find(t, s, "LUC-GA1"), find(t, s, "BRU-10")
		id, err := s.AddKit(ctx, KitInput{Name: "Essai", Serves: "kit", Parts: []PartInput{{camera.ID, 1}}})
		if err != nil {
			t.Fatal(err)
		}
		in := KitInput{Name: "Essai", Serves: "kit", Parts: []PartInput{{camera.ID, 2}, {tablet.ID, 1}}}
		if n, err := s.ChangeKit(ctx, id, 1, in); err != nil || n != 2 {
			t.Fatalf("version %d, %v", n, err)
		}
		if n, err := s.ChangeKit(ctx, id, 2, in); err != nil || n != 2 {
			t.Errorf("the same again: version %d, %v", n, err)
		}
		if _, err := s.ChangeKit(ctx, id, 1, in); !errs.Is(err, errs.Conflict) {
			t.Errorf("a change of an old version: %v", err)
		}
		_, editions, err := s.Kit(ctx, id)
		if err != nil || len(editions) != 2 || editions[0].Parts.Tracked() != 3 || editions[1].Parts.Tracked() != 1 || editions[1].Parts[0].Quantity != 1 {
			t.Errorf("%+v, %v", editions, err)
		}
		if cents, known := editions[0].Parts.PriceCents(); !known || cents != 2*11900+28900 {
			t.Errorf("price %d %v", cents, known)
		}
		if err := s.RetireModel(ctx, tablet.ID, true); !errs.Is(err, errs.Conflict) {
			t.Errorf("a model of a kit retired: %v", err)
		}
		if _, err := s.AddKit(ctx, KitInput{Name: "Essai", Parts: []PartInput{{camera.ID, 1}}}); !errs.Is(err, errs.Conflict) {
			t.Errorf("a second kit of the name: %v", err)
		}
		if _, err := s.AddKit(ctx, KitInput{Name: "Autre", Parts: []PartInput{{"none", 1}, {camera.ID, 0}}}); !errs.Is(err, errs.Invalid) {
			t.Errorf("a kit of nothing: %v", err)
		}
	}, journal.Migrations, files.Migrations, migrations)
}

func TestAModelIsSavedWholeOrRefused(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		s, ctx := open(d), system(t)
		m := Model{Kind: "robot", Maker: "Petit  Pas", Name: "Robot", Reference: "R1", Tracked: true, LifeMonths: 60, WarrantyMonths: ptr(24), PriceCents: ptr(8999), PricedOn: "2026-09-01", Energy: "B", Repairability: ptr(71), Serves: "class"}
		id, err := s.AddModel(ctx, m)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := s.Model(ctx, id)
		if err != nil || got.Maker != "Petit Pas" || *got.PriceCents != 8999 || *got.Repairability != 71 || !got.Tracked || got.Energy != "B" || got.Version != 1 {
			t.Errorf("%+v, %v", got, err)
		}
		if _, err := s.AddModel(ctx, m); !errs.Is(err, errs.Conflict) {
			t.Errorf("the same reference: %v", err)
		}
		got.PriceCents = nil
		if err := s.ChangeModel(ctx, got); err != nil {
			t.Error(err)
		}
		if err := s.ChangeModel(ctx, got); !errs.Is(err, errs.Conflict) {
			t.Errorf("changed twice from one version: %v", err)
		}
		bad := Model{Kind: "car", Serves: "wings", LifeMonths: 0, PriceCents: ptr(-1), PricedOn: "hier", Energy: "Z", Repairability: ptr(200), WarrantyMonths: ptr(999), Lendable: true}
		_, err = s.AddModel(ctx, bad)
		if e, ok := err.(*errs.Error); !ok || len(e.Fields) != 12 {
			t.Errorf("%+v", err)
		}
		if err := s.RetireModel(ctx, id, true); err != nil {
			t.Error(err)
		}
		if list, n, _ := s.Models(ctx, ModelFilter{}); n != 0 || len(list) != 0 {
			t.Errorf("%d models after retirement", n)
		}
		if list, n, _ := s.Models(ctx, ModelFilter{Retired: true, Kind: "robot", Sort: ByPrice, Down: true}); n != 1 || !list[0].Retired {
			t.Errorf("%d retired models", n)
		}
	}, journal.Migrations, files.Migrations, migrations)
}

// picture is a small PNG.
func picture(t *testing.T) []byte {
	t.Helper()
	img := image.NewRGBA(image.Rect(0, 0, 8, 8))
	img.Set(1, 1, color.Black)
	var out bytes.Buffer
	if err := png.Encode(&out, img); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func upload(site *webtest.Site, as, path string, data []byte) int {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, _ := w.CreateFormFile("photo", "photo.png")
	_, _ = part.Write(data)
	_ = w.Close()
	return site.Do(as, "POST", path, w.FormDataContentType(), &body).Code
}

func TestThePagesOfTheCatalogue(t *testing.T) {
	d := dbtest.SQLite(t, journal.Migrations, files.Migrations, migrations)
	s := open(d)
	site := webtest.New(t, d, Permissions, &Module{s}, Messages, files.Messages)
	site.Want(site.Get(pilot, "/catalogue"), http.StatusOK, "Le catalogue est vide")
	site.Want(site.Post(pilot, "/catalogue/starter", nil), http.StatusSeeOther)
	site.Want(site.Get(officer, "/catalogue?q=tablette+brume&sort=price&order=down"), http.StatusOK, "Tablette 10 pouces", "289", "Kit robotique")
	site.Want(site.Get(teacher, "/catalogue"), http.StatusNotFound)
	site.Want(site.Get(officer, "/catalogue/models/new"), http.StatusNotFound)
	site.Want(site.Get(officer, "/catalogue/models.csv"), http.StatusOK, "laptop;Alizé;Portable 14 pouces;ALZ-14P;1;;0;36;60;649;2026-09-01;;7.7;0")
	form := url.Values{"kind": {"tablet"}, "maker": {"Brume"}, "name": {"Tablette 12 pouces"}, "reference": {"BRU-12"}, "tracked": {"yes"}, "lendable": {"yes"}, "life_months": {"48"}, "price": {"349,90"}, "repairability": {"7,2"}}
	to := site.Post(pilot, "/catalogue/models", form).Header().Get("Location")
	site.Want(site.Get(pilot, to), http.StatusOK, "349,90", "7,2", "BRU-12")
	form.Set("life_months", "vingt")
	site.Want(site.Post(pilot, "/catalogue/models", form), http.StatusUnprocessableEntity, "vingt", "349,90")
	if code := upload(site, pilot, to+"/photo", []byte("no picture")); code != http.StatusUnprocessableEntity {
		t.Errorf("what is no picture: %d", code)
	}
	if code := upload(site, pilot, to+"/photo", picture(t)); code != http.StatusSeeOther {
		t.Errorf("a photo: %d", code)
	}
	site.Want(site.Get(officer, to), http.StatusOK, to+"/photo?")
	if w := site.Get(officer, to+"/photo"); w.Code != http.StatusOK || w.Header().Get("Content-Type") != "image/jpeg" {
		t.Errorf("photo: %d %s", w.Code, w.Header().Get("Content-Type"))
	}
	site.Want(site.Post(pilot, to+"/retire", url.Values{"retired": {"yes"}}), http.StatusSeeOther)
	site.Want(site.Get(pilot, "/catalogue?show=retired"), http.StatusOK, "Tablette 12 pouces")
	site.Want(site.Get(pilot, to+"/edit"), http.StatusOK, "BRU-12")
}

func TestAKitIsMadeAndChangedOnItsPage(t *testing.T) {
	d := dbtest.SQLite(t, journal.Migrations, files.Migrations, migrations)
	s := open(d)
	if err := s.AddStarter(system(t)); err != nil {
		t.Fatal(err)
	}
	site := webtest.New(t, d, Permissions, &Module{s}, Messages, files.Messages)
	tablet, robot := find(t, s, "BRU-10"), find(t, s, "PTP-RS3")
	site.Want(site.Get(pilot, "/catalogue/kits/new"), http.StatusOK, "Modèle 4")
	form := url.Values{"name": {"Essai"}, "model-1": {tablet.ID}, "quantity-1": {"2"}, "model-3": {robot.ID}, "version": {"1"}}
	to := site.Post(pilot, "/catalogue/kits", form).Header().Get("Location")
	site.Want(site.Get(pilot, to), http.StatusOK, "Tablette 10 pouces", "667", "Version 1")
	form.Set("quantity-1", "3")
	site.Want(site.Post(pilot, to, form), http.StatusSeeOther)
	site.Want(site.Get(pilot, to), http.StatusOK, "Version 2", "Version ancienne", "956")
	site.Want(site.Get(pilot, to+"/edit"), http.StatusOK, `value="3"`, "Modèle 6")
	form.Set("model-3", tablet.ID)
	form.Set("version", "2")
	site.Want(site.Post(pilot, to, form), http.StatusUnprocessableEntity, "déjà dans la liste")
	site.Want(site.Post(pilot, to+"/retire", nil), http.StatusSeeOther)
	answer := site.Do(pilot, "GET", "/api/v1/catalogue/kits", "", nil)
	if body := site.Want(answer, http.StatusOK, `"lendable":true`); strings.Contains(body, "Essai") {
		t.Error("a retired kit is offered")
	}
	site.Want(site.Do(pilot, "POST", "/api/v1/catalogue/models", "application/json", strings.NewReader(`{"kind":"sim","maker":"Brume","name":"Carte","reference":"S-1","tracked":false,"life_months":12}`)), http.StatusOK, `"id"`)
}
