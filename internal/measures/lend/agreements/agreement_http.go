package agreements

import (
	"context"
	"encoding/base64"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/files"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/territory/directory"
)

const section = "lend"

// maxSheet leaves room for the form around a scanned paper.
const maxSheet = files.MaxPicture + 1<<20

// listView is the list of agreements.
type listView struct {
	Filter Filter
	Lines  []Line
	Class  directory.ClassLine // when the list is of one class
}

func (m *Module) listPage(r *http.Request) (web.Response, error) {
	q := web.Query(r)
	v := listView{Filter: Filter{School: q.Text("school"), Class: q.Text("class"), State: State(q.Text("state"))}}
	if v.Filter.State != "" && !slices.Contains(States, v.Filter.State) {
		v.Filter.State = ""
	}
	var err error
	if v.Lines, err = m.Service.List(r.Context(), v.Filter); err != nil {
		return nil, err
	}
	if v.Filter.Class != "" {
		if v.Class, err = m.Service.class(r.Context(), ReadAgreements, v.Filter.Class); err != nil {
			return nil, err
		}
	}
	return web.Page{Title: i18n.T(r.Context(), "agreements.list"), Section: section, Body: listPage(v)}, nil
}

// prepareView is the form that prepares agreements for a class.
type prepareView struct {
	Class     directory.ClassLine
	Pupils    []ClassPupil
	Languages []*Text
	Start     string
	Due       string
}

func (m *Module) preparePage(r *http.Request) (web.Response, error) {
	v := prepareView{Start: m.Service.today()}
	var err error
	if v.Class, v.Pupils, err = m.Service.ClassPupils(r.Context(), r.PathValue("id")); err != nil {
		return nil, err
	}
	v.Due = EndOfYear(v.Class.Year)
	if v.Languages, err = languageCodes(); err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "agreements.prepare"), Section: section, Body: preparePage(v)}, nil
}

// terms reads what is lent, and until when, from a form.
func (m *Module) terms(ctx context.Context, form *web.Values) (Terms, error) {
	t := Terms{Start: form.Text("start"), Due: form.Text("due")}
	for _, kind := range Kinds {
		name := string(kind)
		if kind != KindDevice && !slices.Contains(form.All("with"), name) {
			continue
		}
		item := Item{Kind: kind, Name: form.Text(name + "_name"), DataPlan: form.Text(name + "_plan")}
		if item.Name == "" && kind != KindDevice {
			item.Name = kindText(ctx, kind)
		}
		if value := form.Float(name + "_value"); value != nil {
			item.ValueCents = int64(*value*100 + 0.5)
		}
		t.Items = append(t.Items, item)
	}
	return t, form.Err()
}

func (m *Module) prepare(r *http.Request) (web.Response, error) {
	class := r.PathValue("id")
	if _, err := m.Service.class(r.Context(), EditAgreements, class); err != nil {
		return nil, err
	}
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	terms, err := m.terms(r.Context(), form)
	if err != nil {
		return nil, err
	}
	var wanted []Wanted
	for i, pupil := range form.All("pupil") {
		if slices.Contains(form.All("in"), pupil) {
			wanted = append(wanted, Wanted{Pupil: pupil, Language: form.Text("language" + strconv.Itoa(i))})
		}
	}
	if len(wanted) == 0 {
		return nil, errs.NewInvalid("agreements.pupil.none")
	}
	made, err := m.Service.Prepare(r.Context(), class, wanted, terms)
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/lend/agreements?class="+class, "agreements.prepared", "n", len(made)), nil
}

func (m *Module) agreementPage(r *http.Request) (web.Response, error) {
	v, err := m.Service.See(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "agreements.one", "code", v.Agreement.Code), Section: section, Body: agreementPage(v, mayEdit(r.Context(), v.Agreement))}, nil
}

// byCode follows the QR code of an agreement.
func (m *Module) byCode(r *http.Request) (web.Response, error) {
	a, err := m.Service.ByCode(r.Context(), ReadAgreements, r.PathValue("code"))
	if err != nil {
		return nil, err
	}
	return web.RedirectTo("/lend/agreements/" + a.ID), nil
}

func (m *Module) pdf(r *http.Request) (web.Response, error) {
	a, pdf, err := m.Service.Document(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return pdfFile(a.Code, pdf), nil
}

func pdfFile(name string, pdf []byte) web.File {
	return web.File{Name: name + ".pdf", ContentType: "application/pdf", Inline: true, Body: pdf}
}

func (m *Module) returned(r *http.Request) (web.Response, error) {
	f, err := m.Service.Returned(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return web.File{Name: f.Name, ContentType: f.Type, Body: f.Data}, nil
}

// batch prints the agreements of a class, or their slips.
func (m *Module) batch(name string, cards bool) web.Handler {
	return func(r *http.Request) (web.Response, error) {
		pdf, err := m.Service.Batch(r.Context(), r.PathValue("id"), cards)
		if err != nil {
			return nil, err
		}
		return pdfFile(name, pdf), nil
	}
}

func (m *Module) changePage(r *http.Request) (web.Response, error) {
	v, err := m.Service.See(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if err := authz.Check(r.Context(), EditAgreements, authz.Class(v.Agreement.Territory, v.Agreement.School, v.Agreement.Class)); err != nil {
		return nil, err
	}
	if err := v.Agreement.open(); err != nil {
		return nil, err
	}
	languages, err := languageCodes()
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "agreements.change"), Section: section, Body: changePage(v, languages)}, nil
}

func (m *Module) change(r *http.Request) (web.Response, error) {
	if _, err := authz.Scopes(r.Context(), EditAgreements); err != nil {
		return nil, err
	}
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	terms, err := m.terms(r.Context(), form)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	if err := m.Service.Change(r.Context(), id, form.Text("language"), terms); err != nil {
		return nil, err
	}
	return web.RedirectWith("/lend/agreements/"+id, "agreements.changed"), nil
}

func (m *Module) cancelPage(r *http.Request) (web.Response, error) {
	v, err := m.Service.See(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "agreements.cancel"), Section: section, Body: cancelPage(v)}, nil
}

func (m *Module) cancel(r *http.Request) (web.Response, error) {
	id := r.PathValue("id")
	if err := m.Service.Cancel(r.Context(), id); err != nil {
		return nil, err
	}
	return web.RedirectWith("/lend/agreements/"+id, "agreements.cancelled.done"), nil
}

func (m *Module) signPage(r *http.Request) (web.Response, error) {
	v, err := m.Service.See(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	if err := v.Agreement.open(); err != nil {
		return nil, err
	}
	all, err := Languages()
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "agreements.sign"), Section: section, Body: signPage(v, all[French])}, nil
}

// sign reads one or two signatures: the signer, the drawing and, for somebody who is no guardian, the name.
func (m *Module) sign(r *http.Request) (web.Response, error) {
	if _, err := authz.Scopes(r.Context(), EditAgreements); err != nil {
		return nil, err
	}
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	if form.Text("accept") != "yes" {
		form.Wrong("accept", "agreements.accept.missing")
	}
	var signers []Signer
	for _, n := range []string{"1", "2"} {
		drawn := form.Text("drawing" + n)
		if drawn == "" {
			continue
		}
		data, err := base64.StdEncoding.DecodeString(strings.TrimPrefix(drawn, "data:image/png;base64,"))
		if err != nil {
			return nil, errs.NewInvalid("files.picture.invalid").Because(err)
		}
		signer := Signer{Guardian: form.Text("signer" + n), Name: form.Text("name" + n), Drawing: data}
		if signer.Guardian == otherSigner {
			signer.Guardian = ""
		}
		signers = append(signers, signer)
	}
	if err := form.Err(); err != nil {
		return nil, err
	}
	if _, err := m.Service.SignOnScreen(r.Context(), id, signers); err != nil {
		return nil, err
	}
	return web.RedirectWith("/lend/agreements/"+id, "agreements.signed.done"), nil
}

// otherSigner is the choice of somebody who is no guardian of the directory.
const otherSigner = "other"

func (m *Module) scanPage(r *http.Request) (web.Response, error) {
	if _, err := authz.Scopes(r.Context(), EditAgreements); err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "agreements.scan"), Section: section, Body: scanPage(web.Query(r).Text("code"))}, nil
}

func (m *Module) scan(r *http.Request) (web.Response, error) {
	if _, err := authz.Scopes(r.Context(), EditAgreements); err != nil {
		return nil, err
	}
	file, _, err := web.Upload(r, "sheet")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	a, err := m.Service.SignOnPaper(r.Context(), r.FormValue("code"), file)
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/lend/agreements/"+a.ID, "agreements.signed.done"), nil
}

func (m *Module) verify(r *http.Request) (web.Response, error) {
	if _, err := authz.Scopes(r.Context(), ReadAgreements); err != nil {
		return nil, err
	}
	file, _, err := web.Upload(r, "copy")
	if err != nil {
		return nil, err
	}
	defer file.Close()
	id := r.PathValue("id")
	same, err := m.Service.Verify(r.Context(), id, file)
	if err != nil {
		return nil, err
	}
	if !same {
		return web.Redirect{To: "/lend/agreements/" + id, Flash: "agreements.copy.other", Kind: "error"}, nil
	}
	return web.RedirectWith("/lend/agreements/"+id, "agreements.copy.same"), nil
}

func (m *Module) ownPage(r *http.Request) (web.Response, error) {
	lines, err := m.Service.Own(r.Context())
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "agreements.own"), Section: section, Body: ownPage(lines)}, nil
}

func (m *Module) ownPDF(r *http.Request) (web.Response, error) {
	a, pdf, err := m.Service.OwnDocument(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return pdfFile(a.Code, pdf), nil
}

func mayEdit(ctx context.Context, a *Agreement) bool {
	return a.State == Prepared && authz.May(ctx, EditAgreements, authz.Class(a.Territory, a.School, a.Class))
}
