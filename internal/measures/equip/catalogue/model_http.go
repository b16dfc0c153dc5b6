package catalogue

import (
	"math"
	"net/http"
	"strconv"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// modelView is the page of a model.
type modelView struct {
	model Model
	kits  []Kit
	edit  bool
	error ui.Errors // of the photo
}

func (m *Module) model(r *http.Request) (web.Response, error) {
	return m.modelPage(r, nil)
}

func (m *Module) modelPage(r *http.Request, wrong ui.Errors) (web.Response, error) {
	ctx := r.Context()
	model, kits, err := m.Service.Model(ctx, r.PathValue("model"))
	if err != nil {
		return nil, err
	}
	page := web.Page{Title: model.Title(), Section: "catalogue", Body: modelPage(modelView{model, kits, authz.Holds(ctx, EditCatalogue), wrong})}
	if wrong != nil {
		page.Status = http.StatusUnprocessableEntity
	}
	return page, nil
}

func (m *Module) photo(r *http.Request) (web.Response, error) {
	f, err := m.Service.Photo(r.Context(), r.PathValue("model"))
	return web.File{Name: f.Name, ContentType: f.Type, Inline: true, Body: f.Data}, err
}

func (m *Module) setPhoto(r *http.Request) (web.Response, error) {
	ctx, id := r.Context(), r.PathValue("model")
	if _, err := authz.Scopes(ctx, EditCatalogue); err != nil {
		return nil, err // before the file is looked at
	}
	file, _, err := web.Upload(r, "photo")
	if err == nil {
		defer file.Close()
		err = m.Service.SetPhoto(ctx, id, file)
	}
	if list, ok := web.FormErrors(ctx, err, errs.Invalid, errs.Conflict); ok {
		for i := range list {
			list[i].Name = "photo"
		}
		return m.modelPage(r, list)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/catalogue/models/"+id, "catalogue.flash.photo"), nil
}

func (m *Module) retireModel(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	id, retired := r.PathValue("model"), form.Text("retired") != "no"
	if err := m.Service.RetireModel(r.Context(), id, retired); err != nil {
		return nil, err
	}
	if retired {
		return web.RedirectWith("/catalogue/models/"+id, "catalogue.flash.retired"), nil
	}
	return web.RedirectWith("/catalogue/models/"+id, "catalogue.flash.back"), nil
}

// modelForm is a model as a person writes it.
type modelForm struct {
	id      string // "" a new one
	version int64
	values  map[string]string
	tracked bool
	lend    bool
	errors  ui.Errors
}

// modelFields are the inputs of the form that hold text.
var modelFields = []string{"kind", "maker", "name", "reference", "serves", "warranty_months", "life_months", "price", "priced_on", "energy", "repairability"}

func formOf(m *Model) modelForm {
	f := modelForm{id: m.ID, version: m.Version, tracked: m.Tracked, lend: m.Lendable}
	text := func(n *int64, of int64) string { return number(n, of) }
	f.values = map[string]string{"kind": m.Kind, "maker": m.Maker, "name": m.Name, "reference": m.Reference, "serves": m.Serves, "warranty_months": text(m.WarrantyMonths, 1),
		"life_months": strconv.FormatInt(m.LifeMonths, 10), "price": text(m.PriceCents, 100), "priced_on": m.PricedOn, "energy": m.Energy, "repairability": text(m.Repairability, 10)}
	return f
}

// field returns an input of the form.
func (f *modelForm) field(name string, field ui.Field) ui.Field {
	field.Name, field.Value, field.Error = name, f.values[name], f.errors.For(name)
	return field
}

// read reads the form of a request.
func (f *modelForm) read(v *web.Values) (Model, error) {
	f.values = map[string]string{}
	for _, name := range modelFields {
		f.values[name] = v.Text(name)
	}
	f.tracked, f.lend = v.Text("tracked") == "yes", v.Has("lendable")
	whole := func(name string) *int64 {
		n := v.Int(name)
		if n == nil {
			return nil
		}
		wide := int64(*n)
		return &wide
	}
	scaled := func(name string, of float64) *int64 {
		n := v.Float(name)
		if n == nil || math.Abs(*n) > 1e9 {
			return nil
		}
		value := int64(math.Round(*n * of))
		return &value
	}
	m := Model{ID: f.id, Kind: f.values["kind"], Maker: f.values["maker"], Name: f.values["name"], Reference: f.values["reference"], Tracked: f.tracked,
		Serves: f.values["serves"], Lendable: f.lend, WarrantyMonths: whole("warranty_months"), PriceCents: scaled("price", 100), PricedOn: f.values["priced_on"],
		Energy: f.values["energy"], Repairability: scaled("repairability", 10)}
	if life := whole("life_months"); life != nil {
		m.LifeMonths = *life
	}
	if n := v.Int("version"); n != nil {
		f.version = int64(*n)
		m.Version = f.version
	}
	return m, v.Err()
}

func (m *Module) newModel(r *http.Request) (web.Response, error) {
	if _, err := authz.Scopes(r.Context(), EditCatalogue); err != nil {
		return nil, err
	}
	return m.modelForm(r, formOf(&Model{Tracked: true, LifeMonths: 60}))
}

func (m *Module) editModel(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	if _, err := authz.Scopes(ctx, EditCatalogue); err != nil {
		return nil, err
	}
	model, _, err := m.Service.Model(ctx, r.PathValue("model"))
	if err != nil {
		return nil, err
	}
	return m.modelForm(r, formOf(&model))
}

func (m *Module) modelForm(r *http.Request, f modelForm) (web.Response, error) {
	title := i18n.T(r.Context(), "catalogue.model.new")
	if f.id != "" {
		title = i18n.T(r.Context(), "catalogue.model.edit")
	}
	page := web.Page{Title: title, Section: "catalogue", Body: modelFormPage(title, f)}
	if f.errors != nil {
		page.Status = http.StatusUnprocessableEntity
	}
	return page, nil
}

func (m *Module) addModel(r *http.Request) (web.Response, error) {
	return m.saveModel(r, modelForm{}, func(model Model) (string, error) { return m.Service.AddModel(r.Context(), model) }, "catalogue.flash.added")
}

func (m *Module) changeModel(r *http.Request) (web.Response, error) {
	return m.saveModel(r, modelForm{id: r.PathValue("model")}, func(model Model) (string, error) { return model.ID, m.Service.ChangeModel(r.Context(), model) }, "catalogue.flash.changed")
}

// saveModel reads the form and saves the model, or shows the form again with what is wrong.
func (m *Module) saveModel(r *http.Request, f modelForm, save func(Model) (string, error), flash string) (web.Response, error) {
	ctx := r.Context()
	if _, err := authz.Scopes(ctx, EditCatalogue); err != nil {
		return nil, err
	}
	v, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	model, err := f.read(v)
	id := ""
	if err == nil {
		id, err = save(model)
	}
	if list, ok := web.FormErrors(ctx, err, errs.Invalid, errs.Conflict); ok {
		f.errors = list
		return m.modelForm(r, f)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/catalogue/models/"+id, flash), nil
}
