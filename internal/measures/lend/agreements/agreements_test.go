package agreements_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"mime/multipart"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/doc/doctest"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/journal"
	"preau/internal/base/web/webtest"
	"preau/internal/measures/lend"
	"preau/internal/measures/lend/agreements"
	"preau/internal/territory/directory"
)

const uai = "0020001R"

// school has one class of thirty pupils; p0's parents live apart.
type school struct{}

func (school) School(_ context.Context, id directory.UAI) (directory.School, error) {
	return directory.School{Territory: "02", UAI: id, Name: "École Jean Moulin", Address: "3 rue de l’Église", Postcode: "02000", CommuneName: "Laon"}, nil
}

func (school) Class(_ context.Context, id string) (directory.ClassLine, error) {
	if id != "a" {
		return directory.ClassLine{}, errs.NewNotFound("authz.not_found")
	}
	return directory.ClassLine{Class: directory.Class{Territory: "02", ID: id, School: uai, Year: "2026-2027", Name: "CM2 B"}, SchoolName: "École Jean Moulin"}, nil
}

func pupil(i int) directory.Pupil {
	return directory.Pupil{Person: fmt.Sprintf("p%d", i), GivenName: "Zoé", FamilyName: fmt.Sprintf("Élève%d", i)}
}

func (school) Pupils(context.Context, directory.Class) ([]directory.Pupil, error) {
	var list []directory.Pupil
	for i := range 30 {
		list = append(list, pupil(i))
	}
	return list, nil
}

func (school) PupilsByID(_ context.Context, _ string, persons []string) (map[string]directory.PupilPlace, error) {
	found := map[string]directory.PupilPlace{}
	for i := range 30 {
		found[pupil(i).Person] = directory.PupilPlace{Pupil: pupil(i), School: uai, Class: "a", ClassName: "CM2 B"}
	}
	return found, nil
}

func (school) Family(_ context.Context, _, child string) ([]directory.Home, []directory.Guardian, error) {
	first := directory.Home{Number: 1, Address: "12 rue des Œillets", Postcode: "02000", Commune: "Laon"}
	mother := directory.Guardian{Person: "mother", GivenName: "Ana", FamilyName: "Lefèvre", Homes: []directory.Home{first}}
	if child != "p0" {
		return []directory.Home{first}, []directory.Guardian{mother}, nil
	}
	second := directory.Home{Number: 2, Address: "4 place du Marché", Postcode: "02200", Commune: "Soissons"}
	father := directory.Guardian{Person: "father", GivenName: "Karim", FamilyName: "Benali", Homes: []directory.Home{second}}
	return []directory.Home{first, second}, []directory.Guardian{father, mother}, nil
}

func (school) OwnPupils(ctx context.Context, perm authz.Permission) ([]directory.OwnPupil, error) {
	_, err := authz.Scopes(ctx, perm)
	return []directory.OwnPupil{{Territory: "02", Pupil: pupil(1), School: uai, Class: "a"}}, err
}

func as(who string) context.Context {
	return db.Everywhere(authz.With(context.Background(), agreements.Permissions, webtest.Principal(who)))
}

var head, teacher, stranger, parent = as("head 02 " + uai), as("teacher 02 " + uai + " a"), as("head 02 0020002S"), as("guardian 02 " + uai + " a")

var terms = agreements.Terms{Start: "2026-11-23", Due: "2027-06-30", Items: []agreements.Item{
	{Kind: agreements.KindDevice, Name: "Tablette 11 pouces", ValueCents: 39900}, {Kind: agreements.KindCharger, Name: "Chargeur"}, {Kind: agreements.KindHotspot, Name: "Borne 4G", DataPlan: "20 Go par mois"}}}

func each(t *testing.T, f func(t *testing.T, d *db.DB, s *agreements.Service)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		db.WithClock(func() time.Time { return time.Date(2026, 11, 23, 10, 0, 0, 0, time.UTC) })(d)
		s := agreements.New(d, journal.New(d, []byte("0123456789abcdef0123456789abcdef")), school{}, "https://preau.example")
		s.Join(agreements.Links{
			Granted: func(context.Context, string, string, string) ([]string, error) { return []string{"p0", "p1"}, nil },
			Device: func(_ context.Context, _, school, read string) (agreements.Device, error) {
				if read != "M234-5678" || school != uai {
					return agreements.Device{}, errs.NewNotFound("agreements.not_found")
				}
				return agreements.Device{Asset: "asset", Code: read, Name: "Tablette Samsung A9", ValueCents: 25000, Measure: "tablets"}, nil
			}})
		f(t, d, s)
	}, journal.Migrations, files.Migrations, lend.Migrations)
}

func prepared(t *testing.T, s *agreements.Service, wanted ...agreements.Wanted) []*agreements.Agreement {
	t.Helper()
	made, err := s.Prepare(teacher, "a", wanted, terms)
	if err != nil || len(made) != len(wanted) {
		t.Fatalf("%d, %v", len(made), err)
	}
	return made
}

func want(t *testing.T, err error, kind errs.Kind) {
	t.Helper()
	if !errs.Is(err, kind) {
		t.Errorf("%v, want kind %d", err, kind)
	}
}

// drawing is the signature of one or another hand, or 0 an empty sheet.
func drawing(t *testing.T, hand int) []byte {
	t.Helper()
	p := image.NewRGBA(image.Rect(0, 0, 900, 300))
	for x := 100; hand > 0 && x < 700; x++ {
		for y := range 4 {
			p.Set(x, 150+y+(x/hand)%40, color.Black)
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, p); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestAnAgreementIsPreparedForEachPupilOnce(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, s *agreements.Service) {
		made := prepared(t, s, agreements.Wanted{Pupil: "p0", Language: "ar", Device: "M234-5678"}, agreements.Wanted{Pupil: "p1"})
		if made[0].Homes != 2 || made[1].Homes != 1 || made[1].Language != "fr" || made[0].Code == made[1].Code || made[0].Items[0].Code != "M234-5678" || made[0].Measure != "tablets" {
			t.Fatalf("%+v, %+v", made[0], made[1])
		}
		again, err := s.Prepare(head, "a", []agreements.Wanted{{Pupil: "p0"}, {Pupil: "p2"}}, terms)
		if err != nil || len(again) != 1 || again[0].Pupil != "p2" {
			t.Errorf("%v, %v", again, err)
		}
		for name, c := range map[string]struct {
			ctx    context.Context
			class  string
			wanted agreements.Wanted
			terms  agreements.Terms
			kind   errs.Kind
		}{
			"a pupil of another school":  {head, "a", agreements.Wanted{Pupil: "elsewhere"}, terms, errs.Invalid},
			"a class of another school":  {stranger, "a", agreements.Wanted{Pupil: "p3"}, terms, errs.NotFound},
			"no such class":              {head, "b", agreements.Wanted{Pupil: "p3"}, terms, errs.NotFound},
			"no such language":           {head, "a", agreements.Wanted{Pupil: "p3", Language: "tlh"}, terms, errs.Invalid},
			"a device of another school": {head, "a", agreements.Wanted{Pupil: "p3", Device: "M999-9999"}, terms, errs.NotFound},
			"nothing to lend":            {head, "a", agreements.Wanted{Pupil: "p3"}, agreements.Terms{Start: terms.Start, Due: terms.Due}, errs.Invalid},
			"a family":                   {parent, "a", agreements.Wanted{Pupil: "p1"}, terms, errs.NotFound},
			"somebody who is not known":  {as(""), "a", agreements.Wanted{Pupil: "p1"}, terms, errs.Unauthenticated},
		} {
			t.Log(name)
			_, err := s.Prepare(c.ctx, c.class, []agreements.Wanted{c.wanted}, c.terms)
			want(t, err, c.kind)
		}
		if lines, err := s.List(head, agreements.Filter{}); err != nil || len(lines) != 3 || lines[0].Pupil.FamilyName == "" {
			t.Errorf("%+v, %v", lines, err)
		}
	})
}

func TestASignatureFreezesTextAndDrawingTogether(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, s *agreements.Service) {
		a := prepared(t, s, agreements.Wanted{Pupil: "p0", Language: "uk"})[0]
		_, before, err := s.Document(head, a.ID)
		if err != nil {
			t.Fatal(err)
		}
		_, err = s.SignOnScreen(head, a.ID, []agreements.Signer{{Guardian: "mother", Drawing: drawing(t, 0)}})
		want(t, err, errs.Invalid) // nothing is drawn
		_, err = s.SignOnScreen(head, a.ID, []agreements.Signer{{Guardian: "somebody's mother", Drawing: drawing(t, 1)}})
		want(t, err, errs.Invalid)
		_, err = s.SignOnScreen(head, a.ID, []agreements.Signer{{Drawing: drawing(t, 1)}})
		want(t, err, errs.Invalid) // no name
		_, err = s.SignOnScreen(head, a.ID, []agreements.Signer{{Guardian: "mother", Drawing: []byte("<svg>")}})
		want(t, err, errs.Invalid)
		_, err = s.SignOnScreen(stranger, a.ID, []agreements.Signer{{Guardian: "mother", Drawing: drawing(t, 1)}})
		want(t, err, errs.NotFound)
		signed, err := s.SignOnScreen(teacher, a.ID, []agreements.Signer{{Guardian: "mother", Drawing: drawing(t, 1)}, {Guardian: "father", Drawing: drawing(t, 2)}})
		if err != nil || signed.State != agreements.Signed || signed.Second == "" || signed.SHA256 == "" {
			t.Fatalf("%+v, %v", signed, err)
		}
		_, pdf, err := s.Document(head, a.ID)
		if err != nil || bytes.Equal(pdf, before) || files.Sum(pdf) != signed.SHA256 {
			t.Fatalf("%v", err)
		}
		text, err := doctest.Text(pdf)
		if err != nil {
			t.Fatal(err)
		}
		text = strings.Join(strings.Fields(text), " ")
		for _, part := range []string{"Ana Lefèvre", "Karim Benali", "12 rue des Œillets", "4 place du Marché", "Signé sur l'écran de l'école, le 23/11/2026", "Підписано на екрані", "20 Go par mois"} {
			if !strings.Contains(text, part) {
				t.Errorf("the document lacks %q", part)
			}
		}
		if n := bytes.Count(pdf, []byte("/Subtype /Image")); n < 3 {
			t.Errorf("%d pictures: the QR code and two drawings are three", n)
		}
		if v, err := s.See(head, a.ID); err != nil || v.Verified != agreements.Unchanged {
			t.Errorf("%v, %v", v, err)
		}
		if same, err := s.Verify(head, a.ID, bytes.NewReader(pdf)); err != nil || !same {
			t.Errorf("%v, %v", same, err)
		}
		if same, _ := s.Verify(head, a.ID, bytes.NewReader(before)); same {
			t.Error("another document is called the same")
		}

		// Signed is signed: a second signature, other terms and giving up are refused, and change nothing.
		_, err = s.SignOnScreen(head, a.ID, []agreements.Signer{{Guardian: "father", Drawing: drawing(t, 1)}})
		want(t, err, errs.Conflict)
		_, err = s.SignOnPaper(head, a.Code, bytes.NewReader(drawing(t, 1)))
		want(t, err, errs.Conflict)
		want(t, s.Change(head, a.ID, "fr", terms), errs.Conflict)
		want(t, s.Cancel(head, a.ID), errs.Conflict)
		if _, after, err := s.Document(head, a.ID); err != nil || !bytes.Equal(after, pdf) {
			t.Errorf("the document changed: %v", err)
		}

		// Whoever alters it in the database is found.
		if err := d.Update(head, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE files_file SET data = ? WHERE id = ?", []byte("%PDF-1.7 another"), signed.Document)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if v, err := s.See(head, a.ID); err != nil || v.Verified != agreements.Altered {
			t.Errorf("%v, %v", v, err)
		}
	})
}

func TestASignedPaperComesBackByItsCode(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, s *agreements.Service) {
		made := prepared(t, s, agreements.Wanted{Pupil: "p0", Language: "tr"}, agreements.Wanted{Pupil: "p1"})
		a := made[0]
		for name, c := range map[string]struct {
			ctx   context.Context
			read  string
			sheet []byte
			kind  errs.Kind
		}{
			"no code":                 {head, "hello", drawing(t, 1), errs.Invalid},
			"the code of a device":    {head, "M234-5678", drawing(t, 1), errs.Invalid},
			"an agreement of another": {stranger, a.Code, drawing(t, 1), errs.NotFound},
			"no picture":              {head, a.Code, []byte("PK\x03\x04 a document"), errs.Invalid},
			"too big a picture":       {head, a.Code, append(drawing(t, 1), make([]byte, files.MaxPicture)...), errs.TooLarge},
			"too big a PDF":           {head, a.Code, append([]byte("%PDF-1.7"), make([]byte, files.MaxPicture)...), errs.TooLarge},
		} {
			t.Log(name)
			_, err := s.SignOnPaper(c.ctx, c.read, bytes.NewReader(c.sheet))
			want(t, err, c.kind)
		}
		signed, err := s.SignOnPaper(teacher, " https://preau.example/c/"+strings.ToLower(a.Code)+"\r\n", bytes.NewReader(drawing(t, 1)))
		if err != nil || signed.State != agreements.Signed || signed.SignedHow != agreements.OnPaper {
			t.Fatalf("%+v, %v", signed, err)
		}
		if f, err := s.Returned(head, a.ID); err != nil || f.Type != "image/jpeg" {
			t.Errorf("%s, %v", f.Type, err)
		}
		_, pdf, err := s.Document(head, a.ID)
		if err != nil || !bytes.Contains(pdf, []byte("/Filter /DCTDecode")) {
			t.Errorf("the paper is not in the document: %v", err)
		}
		signed, err = s.SignOnPaper(head, made[1].Code, strings.NewReader("%PDF-1.7 scanned at the town hall"))
		if err != nil {
			t.Fatal(err)
		}
		_, pdf, err = s.Document(head, signed.ID)
		if err != nil {
			t.Fatal(err)
		}
		if text, _ := doctest.Text(pdf); !strings.Contains(text, files.Sum([]byte("%PDF-1.7 scanned at the town hall"))) {
			t.Error("the document does not bear the sum of the paper")
		}
	})
}

func TestOnlyAPreparedAgreementIsChangedAndAFamilyReadsItsOwnAlone(t *testing.T) {
	each(t, func(t *testing.T, _ *db.DB, s *agreements.Service) {
		made := prepared(t, s, agreements.Wanted{Pupil: "p0"}, agreements.Wanted{Pupil: "p1"})
		other := terms
		other.Due = "2027-03-01"
		other.Items = terms.Items[:1]
		if err := s.Change(teacher, made[1].ID, "es", other); err != nil {
			t.Fatal(err)
		}
		own, err := s.Own(parent)
		if err != nil || len(own) != 1 || own[0].Language != "es" || own[0].DueOn != "2027-03-01" {
			t.Fatalf("%+v, %v", own, err)
		}
		_, pdf, err := s.OwnDocument(parent, made[1].ID)
		if err != nil {
			t.Fatal(err)
		}
		if text, _ := doctest.Text(pdf); !strings.Contains(text, "Convenio de préstamo") || strings.Contains(text, "20 Go") {
			t.Error(text)
		}
		_, _, err = s.OwnDocument(parent, made[0].ID)
		want(t, err, errs.NotFound)
		if err := s.Cancel(head, made[0].ID); err != nil {
			t.Fatal(err)
		}
		_, err = s.SignOnScreen(head, made[0].ID, []agreements.Signer{{Guardian: "mother", Drawing: drawing(t, 1)}})
		want(t, err, errs.Conflict)
		if again, err := s.Prepare(head, "a", []agreements.Wanted{{Pupil: "p0"}}, terms); err != nil || len(again) != 1 {
			t.Errorf("after the cancelled one: %v, %v", again, err)
		}
	})
}

func TestAClassOfThirtyIsPreparedAndPrintedInOneClickEach(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, s *agreements.Service) {
		site := webtest.New(t, d, agreements.Permissions, &agreements.Module{Service: s}, agreements.Messages, files.Messages)
		who := "teacher 02 " + uai + " a"
		page := site.Want(site.Get(who, "/lend/agreements/classes/a/prepare"), 200, "Élève29", "accordé", "العربية", "2027-06-30")
		if n := strings.Count(page, " checked"); n != 4 { // two pupils, charger and case
			t.Errorf("%d boxes are ticked", n)
		}
		form := url.Values{"start": {"2026-11-23"}, "due": {"2027-06-30"}, "device_name": {"Tablette"}, "device_value": {"399,50"}, "with": {"charger", "hotspot"}, "hotspot_plan": {"20 Go"}}
		for i := range 30 {
			form.Add("pupil", pupil(i).Person)
			form.Add("in", pupil(i).Person)
			form.Set(fmt.Sprintf("language%d", i), []string{"fr", "ar", "uk"}[i%3])
		}
		if w := site.Post(who, "/lend/agreements/classes/a/prepare", form); w.Code != 303 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		site.Want(site.Get(who, "/lend/agreements?class=a&state=prepared"), 200, "Élève29 Zoé", "Українська")
		w := site.Get(who, "/lend/agreements/classes/a/agreements.pdf")
		if n := doctest.Pages(w.Body.Bytes()); w.Code != 200 || n < 60 {
			t.Errorf("%d, %d pages", w.Code, n)
		}
		w = site.Get(who, "/lend/agreements/classes/a/slips.pdf")
		text, err := doctest.Text(w.Body.Bytes())
		if err != nil || !strings.Contains(text, "Élève29") || doctest.Pages(w.Body.Bytes()) != 2 {
			t.Errorf("%v: %s", err, text)
		}
		site.Want(site.Get("head 02 0020002S", "/lend/agreements/classes/a/slips.pdf"), 404)
	})
}

func TestThePagesSignOnTheScreenAndTakeThePaperBack(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, s *agreements.Service) {
		site := webtest.New(t, d, agreements.Permissions, &agreements.Module{Service: s}, agreements.Messages, files.Messages)
		who := "head 02 " + uai
		made := prepared(t, s, agreements.Wanted{Pupil: "p0", Language: "ar"}, agreements.Wanted{Pupil: "p1"})
		one := "/lend/agreements/" + made[0].ID
		site.Want(site.Get(who, one), 200, "Second domicile", "n&#39;est pas encore validée", "Signer sur l&#39;écran")
		site.Want(site.Get(who, one+"/sign"), 200, `dir="rtl"`, "Karim Benali", "drawing2", "قرأت هذه الاتفاقية", "Ou sur papier")
		site.Want(site.Get(who, one+"/edit"), 200, "Tablette 11 pouces", "399,00")
		site.Want(site.Get(who, one+"/cancel"), 200, "ne pourra plus être signée")
		if w := site.Get(who, "/c/"+made[0].Code); w.Code != 303 || w.Header().Get("Location") != one {
			t.Errorf("%d %s", w.Code, w.Header().Get("Location"))
		}
		drawn := "data:image/png;base64," + base64.StdEncoding.EncodeToString(drawing(t, 1))
		site.Want(site.Post(who, one+"/sign", url.Values{"drawing1": {drawn}, "signer1": {"mother"}}), 422, "Cochez la case")
		site.Want(site.Post(who, one+"/sign", url.Values{"accept": {"yes"}, "signer1": {"mother"}}), 422, "Signez dans la zone")
		if w := site.Post(who, one+"/sign", url.Values{"accept": {"yes"}, "drawing1": {drawn}, "signer1": {"other"}, "name1": {"Grand-mère Lucie"}}); w.Code != 303 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		site.Want(site.Get(who, one), 200, "Le document n&#39;a pas changé depuis sa signature", "sur l&#39;écran")
		site.Want(site.Get(who, one+"/sign"), 409, "a été signée le 23/11/2026")
		if w := site.Post(who, one+"/edit", url.Values{"language": {"fr"}, "start": {"2026-11-23"}, "due": {"2027-06-30"}, "device_name": {"Tablette"}}); w.Code != 409 {
			t.Errorf("a signed agreement is changed: %d", w.Code)
		}
		site.Want(site.Get(who, "/lend/agreements/scan?code="+made[1].Code), 200, made[1].Code)
		site.Want(upload(t, site, who, "/lend/agreements/scan", "sheet", []byte("no picture"), made[1].Code), 422, "image")
		if w := upload(t, site, who, "/lend/agreements/scan", "sheet", drawing(t, 1), made[1].Code); w.Code != 303 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		if w := upload(t, site, who, "/lend/agreements/"+made[1].ID+"/verify", "copy", []byte("%PDF"), ""); w.Code != 303 {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		site.Want(site.Get("guardian 02 "+uai+" a", "/lend/own/agreements"), 200, made[1].Code)
		if w := site.Get("guardian 02 "+uai+" a", "/lend/own/agreements/"+made[1].ID); w.Code != 200 || w.Header().Get("Content-Type") != "application/pdf" {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		site.Want(site.Get("guardian 02 "+uai+" a", one), 404)
		body := `{"pupils": [{"pupil": "p4", "language": "pt"}], "items": [{"kind": "device", "name": "Tablette", "value_cents": 30000}]}`
		site.Want(site.Do(who, "POST", "/api/v1/lend/classes/a/agreements", "application/json", strings.NewReader(body)), 200, `"state":"prepared"`, `"due":"2027-06-30"`)
		lines, err := s.List(head, agreements.Filter{Pupil: "p4"})
		if err != nil || len(lines) != 1 {
			t.Fatal(err)
		}
		body = `{"signers": [{"guardian": "mother", "drawing": "` + base64.StdEncoding.EncodeToString(drawing(t, 1)) + `"}]}`
		site.Want(site.Do(who, "POST", "/api/v1/lend/agreements/"+lines[0].ID+"/signature", "application/json", strings.NewReader(body)), 200, `"state":"signed"`, `"sha256":`)
		site.Want(site.Do(who, "GET", "/api/v1/lend/agreements?state=signed", "", nil), 200, lines[0].Code)
	})
}

// upload sends a file with a code.
func upload(t *testing.T, site *webtest.Site, who, path, name string, data []byte, code string) *httptest.ResponseRecorder {
	t.Helper()
	var b bytes.Buffer
	form := multipart.NewWriter(&b)
	if err := form.WriteField("code", code); err != nil {
		t.Fatal(err)
	}
	part, err := form.CreateFormFile(name, "papier.png")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := part.Write(data); err != nil {
		t.Fatal(err)
	}
	if err := form.Close(); err != nil {
		t.Fatal(err)
	}
	return site.Do(who, "POST", path, form.FormDataContentType(), &b)
}

func TestAnErasedPupilLeavesNoDocumentAndNoDrawing(t *testing.T) {
	each(t, func(t *testing.T, d *db.DB, s *agreements.Service) {
		a := prepared(t, s, agreements.Wanted{Pupil: "p0"})[0]
		if _, err := s.SignOnScreen(head, a.ID, []agreements.Signer{{Guardian: "mother", Drawing: drawing(t, 1)}}); err != nil {
			t.Fatal(err)
		}
		left := 0
		if err := d.Update(head, func(ctx context.Context, tx *db.Tx) error {
			k := agreements.Keeper{}
			for _, person := range []string{"p0", "mother"} {
				if kept, err := k.ExportPerson(ctx, tx, "02", person); err != nil || kept == nil {
					t.Errorf("%s: %v, %v", person, kept, err)
				}
			}
			if kept, err := k.ExportPerson(ctx, tx, "02", "p1"); err != nil || kept != nil {
				t.Errorf("%v, %v", kept, err)
			}
			if err := k.ErasePerson(ctx, tx, "02", "p0"); err != nil {
				return err
			}
			var err error
			left, err = db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM files_file")
			return err
		}); err != nil || left != 0 {
			t.Errorf("%d files are left, %v", left, err)
		}
		lines, err := s.List(head, agreements.Filter{})
		if err != nil || len(lines) != 1 || lines[0].State != agreements.Signed || lines[0].SHA256 == "" || lines[0].SignedBy != "" {
			t.Errorf("%+v, %v", lines, err)
		}
		if v, err := s.See(head, a.ID); err != nil || v.Verified != agreements.Unsigned {
			t.Errorf("%v, %v", v.Verified, err)
		}
	})
}
