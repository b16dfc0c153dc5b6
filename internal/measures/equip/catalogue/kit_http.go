package catalogue

import (
	"net/http"
	"strconv"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

// kitView is the page of a kit.
type kitView struct {
	kit      Kit
	editions []Edition
	edit     bool
}

func (m *Module) kit(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	kit, editions, err := m.Service.Kit(ctx, r.PathValue("kit"))
	if err != nil {
		return nil, err
	}
	return web.Page{Title: kit.Name, Section: "catalogue", Body: kitPage(kitView{kit, editions, authz.Holds(ctx, EditCatalogue)})}, nil
}

func (m *Module) retireKit(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	id, retired := r.PathValue("kit"), form.Text("retired") != "no"
	if err := m.Service.RetireKit(r.Context(), id, retired); err != nil {
		return nil, err
	}
	if retired {
		return web.RedirectWith("/catalogue/kits/"+id, "catalogue.flash.retired"), nil
	}
	return web.RedirectWith("/catalogue/kits/"+id, "catalogue.flash.back"), nil
}

// spareRows is how many empty rows the form of a kit offers beside its parts.
const spareRows = 4

// kitRow is a row of the form: a model and how many.
type kitRow struct{ model, quantity string }

// kitForm is a kit as a person writes it.
type kitForm struct {
	id      string // "" a new one
	version int64
	name    string
	serves  string
	lend    bool
	rows    []kitRow
	models  []Model // in service, to choose from
	errors  ui.Errors
}

func (m *Module) newKit(r *http.Request) (web.Response, error) {
	return m.kitForm(r, kitForm{})
}

func (m *Module) editKit(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	if _, err := authz.Scopes(ctx, EditCatalogue); err != nil {
		return nil, err
	}
	kit, editions, err := m.Service.Kit(ctx, r.PathValue("kit"))
	if err != nil {
		return nil, err
	}
	f := kitForm{id: kit.ID, version: kit.Latest, name: kit.Name, serves: kit.Serves, lend: kit.Lendable}
	for _, part := range editions[0].Parts {
		f.rows = append(f.rows, kitRow{part.Model.ID, strconv.FormatInt(part.Quantity, 10)})
	}
	return m.kitForm(r, f)
}

func (m *Module) kitForm(r *http.Request, f kitForm) (web.Response, error) {
	ctx := r.Context()
	if _, err := authz.Scopes(ctx, EditCatalogue); err != nil {
		return nil, err
	}
	var err error
	if f.models, _, err = m.Service.Models(ctx, ModelFilter{Size: -1}); err != nil {
		return nil, err
	}
	for range spareRows {
		f.rows = append(f.rows, kitRow{})
	}
	title := i18n.T(ctx, "catalogue.kit.new")
	if f.id != "" {
		title = i18n.T(ctx, "catalogue.kit.edit")
	}
	page := web.Page{Title: title, Section: "catalogue", Body: kitFormPage(title, f)}
	if f.errors != nil {
		page.Status = http.StatusUnprocessableEntity
	}
	return page, nil
}

// read reads the form of a request; rows without a model are left out.
func (f *kitForm) read(v *web.Values) (KitInput, error) {
	f.name, f.serves, f.lend, f.rows = v.Text("name"), v.Text("serves"), v.Has("lendable"), nil
	in := KitInput{Name: f.name, Serves: f.serves, Lendable: f.lend}
	for i := range mostParts + spareRows {
		row := strconv.Itoa(i + 1)
		if !v.Has("model-" + row) {
			continue
		}
		part := PartInput{Model: v.Text("model-" + row), Quantity: 1}
		if n := v.Int("quantity-" + row); n != nil {
			part.Quantity = int64(*n)
		}
		f.rows = append(f.rows, kitRow{part.Model, v.Text("quantity-" + row)})
		in.Parts = append(in.Parts, part)
	}
	if n := v.Int("version"); n != nil {
		f.version = int64(*n)
	}
	return in, v.Err()
}

func (m *Module) addKit(r *http.Request) (web.Response, error) {
	return m.saveKit(r, kitForm{}, func(f *kitForm, in KitInput) (string, error) { return m.Service.AddKit(r.Context(), in) }, "catalogue.flash.added")
}

func (m *Module) changeKit(r *http.Request) (web.Response, error) {
	return m.saveKit(r, kitForm{id: r.PathValue("kit")}, func(f *kitForm, in KitInput) (string, error) {
		_, err := m.Service.ChangeKit(r.Context(), f.id, f.version, in)
		return f.id, err
	}, "catalogue.flash.versioned")
}

// saveKit reads the form and saves the kit, or shows the form again with what is wrong.
func (m *Module) saveKit(r *http.Request, f kitForm, save func(*kitForm, KitInput) (string, error), flash string) (web.Response, error) {
	ctx := r.Context()
	if _, err := authz.Scopes(ctx, EditCatalogue); err != nil {
		return nil, err
	}
	v, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	in, err := f.read(v)
	id := ""
	if err == nil {
		id, err = save(&f, in)
	}
	if list, ok := web.FormErrors(ctx, err, errs.Invalid, errs.Conflict); ok {
		f.errors = list
		return m.kitForm(r, f)
	}
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/catalogue/kits/"+id, flash), nil
}
