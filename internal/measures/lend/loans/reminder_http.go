package loans

import (
	"net/http"

	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/tabular"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

func (m *Module) remindersPage(r *http.Request) (web.Response, error) {
	list, err := m.Service.Reminders(r.Context())
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "loans.reminders"), Section: section, Body: remindersPage(list)}, nil
}

// letters prints one page a family that is written to.
func (m *Module) letters(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	list, err := m.Service.Reminders(ctx)
	if err != nil {
		return nil, err
	}
	d := m.Service.newDocument(ctx, i18n.T(ctx, "loans.reminders"))
	printed := 0
	for _, one := range list {
		if one.Channel != Paper {
			continue
		}
		if printed++; printed > 1 {
			d.NewPage()
		}
		name := one.Name
		if name == "" {
			name = i18n.T(ctx, "loans.reminder.family")
		}
		d.Text(name)
		for i, h := range one.Homes {
			if i == 0 {
				d.Text(h.Address)
				d.Text(h.Postcode + " " + h.Commune)
			}
		}
		d.Space(20)
		d.Title(i18n.T(ctx, "loans.reminder.subject"))
		for _, text := range m.Service.digestText(ctx, Digest{Territory: one.Territory, Loans: one.Loans}) {
			d.Text(text)
		}
	}
	if printed == 0 {
		d.Text(i18n.T(ctx, "loans.reminders.none"))
	}
	body, err := d.Bytes()
	return web.File{Name: "rappels.pdf", ContentType: "application/pdf", Inline: true, Body: body}, err
}

func (m *Module) reminderDone(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	if err := m.Service.Reminded(r.Context(), form.Text("territory"), form.Text("guardian"), form.Text("day")); err != nil {
		return nil, err
	}
	return web.RedirectWith("/lend/reminders", "loans.reminder.noted"), nil
}

// holidaysView is the page of the school holidays.
type holidaysView struct {
	Territories map[string][]Holiday
	Errors      ui.Errors
}

func (m *Module) holidaysPage(r *http.Request) (web.Response, error) {
	return m.holidaysAnswer(r, nil)
}

func (m *Module) holidaysAnswer(r *http.Request, list ui.Errors) (web.Response, error) {
	ctx := r.Context()
	v := holidaysView{Errors: list}
	var err error
	if v.Territories, err = m.Service.Holidays(ctx); err != nil {
		return nil, err
	}
	status := http.StatusOK
	if len(list) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return web.Page{Title: i18n.T(ctx, "loans.holidays"), Section: section, Body: holidaysPage(v), Status: status}, nil
}

func (m *Module) importHolidays(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	f, _, err := web.Upload(r, "file")
	var holidays, moved int
	if err == nil {
		defer func() { _ = f.Close() }()
		var size int64
		if size, err = f.Seek(0, 2); err == nil {
			holidays, moved, err = m.Service.ImportHolidays(ctx, form.Text("territory"), tabular.File(f, size), form.Text("zone"))
		}
	}
	if err != nil {
		list, ok := said(ctx, err)
		if !ok || errs.Is(err, errs.NotFound) {
			return nil, err
		}
		for i := range list {
			list[i].Name = "file"
		}
		return m.holidaysAnswer(r, list)
	}
	return web.RedirectWith("/lend/holidays", "loans.holidays.imported", "n", holidays, "moved", moved), nil
}
