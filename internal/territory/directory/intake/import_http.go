package intake

import (
	"context"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"os"
	"slices"
	"strings"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/tabular"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
	"preau/internal/territory/directory"
)

// shownImports is how many imports the list shows, and shownRows how many rows a report's page does: the
// downloads have them all.
const (
	shownImports = 50
	shownRows    = 200
)

func (m *Module) importsPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	list, err := m.Service.List(ctx, shownImports)
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(ctx, "intake.page.title"), Section: "imports", Body: importsPage(list)}, nil
}

// form is the form of an import.
type form struct {
	Kind        Kind
	Lists       bool // kinds to choose from, without a school
	Territories []ui.Option
	Territory   string
	Schools     []ui.Option // of the person; none: the UAI is asked for
	School      string
	Year        string
	DryRun      bool
	Closing     bool
	Errors      ui.Errors
}

func (m *Module) listsPage(r *http.Request) (web.Response, error) {
	f, err := m.listForm(r.Context())
	if err != nil {
		return nil, err
	}
	if kind := Kind(web.Query(r).Text("kind")); slices.Contains(Kinds, kind) && kind != Roster {
		f.Kind = kind
	}
	return f.answer(r.Context())
}

func (m *Module) rosterPage(r *http.Request) (web.Response, error) {
	f, err := m.rosterForm(r.Context())
	if err != nil {
		return nil, err
	}
	return f.answer(r.Context())
}

func (m *Module) listForm(ctx context.Context) (form, error) {
	f := form{Kind: Schools, Lists: true}
	territories, err := m.Service.Territories(ctx, ImportLists)
	if err != nil {
		return f, err
	}
	f.territories(ctx, territories)
	return f, nil
}

func (m *Module) rosterForm(ctx context.Context) (form, error) {
	f := form{Kind: Roster}
	scopes, err := authz.Scopes(ctx, ImportRosters)
	if err != nil {
		return f, err
	}
	if schools := ownSchools(scopes); len(schools) > 0 {
		f.Schools, err = m.Service.schoolOptions(ctx, schools)
		if len(f.Schools) > 0 {
			f.School = f.Schools[0].Value
		}
		return f, err
	}
	territories, err := m.Service.Territories(ctx, ImportRosters)
	f.territories(ctx, territories)
	return f, err
}

func ownSchools(scopes []authz.Scope) []authz.Scope {
	return slices.DeleteFunc(slices.Clone(scopes), func(s authz.Scope) bool { return s.School == "" })
}

func (f *form) territories(ctx context.Context, list []Territory) {
	for _, t := range list {
		name := t.Name
		if t.Code == "" {
			name = i18n.T(ctx, "intake.page.everywhere")
		}
		f.Territories = append(f.Territories, ui.Option{Value: t.Code, Text: name})
	}
	if len(f.Territories) > 0 {
		f.Territory = f.Territories[0].Value
	}
}

func (f form) answer(ctx context.Context) (web.Response, error) {
	title, status := i18n.T(ctx, "intake.page.lists"), http.StatusOK
	if !f.Lists {
		title = i18n.T(ctx, "intake.page.roster")
	}
	if len(f.Errors) > 0 {
		status = http.StatusUnprocessableEntity
	}
	return web.Page{Title: title, Section: "imports", Body: formPage(f, title), Status: status}, nil
}

func (m *Module) importList(r *http.Request) (web.Response, error) {
	f, err := m.listForm(r.Context())
	if err != nil {
		return nil, err
	}
	return m.receive(r, f)
}

func (m *Module) importRoster(r *http.Request) (web.Response, error) {
	f, err := m.rosterForm(r.Context())
	if err != nil {
		return nil, err
	}
	return m.receive(r, f)
}

// receive takes the file, begins the import and shows how far it is.
func (m *Module) receive(r *http.Request, f form) (web.Response, error) {
	ctx := r.Context()
	file, name, err := web.Upload(r, "file")
	if e, ok := errors.AsType[*errs.Error](err); ok && e.Kind == errs.Invalid {
		f.Errors = append(f.Errors, ui.FieldError{Name: "file", Text: i18n.T(ctx, e.Key, e.Args...)})
	} else if err != nil {
		return nil, err
	}
	if file != nil {
		defer file.Close()
	}
	values, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	f.read(ctx, values)
	if len(f.Errors) > 0 {
		return f.answer(ctx)
	}
	id, err := m.start(ctx, f, name, file)
	if err != nil {
		return nil, err
	}
	return web.RedirectTo("/imports/" + id), nil
}

// read fills the form with what the person sent.
func (f *form) read(ctx context.Context, values *web.Values) {
	if f.Lists {
		f.Kind = Kind(values.Text("kind"))
		if !slices.Contains(Kinds, f.Kind) || f.Kind == Roster {
			f.Errors = append(f.Errors, ui.FieldError{Name: "kind", Text: i18n.T(ctx, "intake.page.kind.wrong")})
		}
	}
	f.Territory, f.Year = values.Text("territory"), values.Text("year")
	f.DryRun, f.Closing = values.Has("dry_run"), values.Has("closing")
	f.School = strings.ToUpper(values.Text("school"))
	if f.School == "" {
		return
	}
	if _, wrong := parseUAI(f.School); wrong != nil {
		f.Errors = append(f.Errors, ui.FieldError{Name: "school", Text: i18n.T(ctx, wrong.reason, wrong.args...)})
	}
}

// shortWait is how long the answer waits for a small file, so that its report comes at once.
const shortWait = 1500 * time.Millisecond

// start runs the import beside the request, over a copy of the file, which goes with the request.
func (m *Module) start(ctx context.Context, f form, name string, file multipart.File) (string, error) {
	o := Options{DryRun: f.DryRun, Territory: f.Territory, School: directory.UAI(f.School), Year: f.Year, AllowClosing: f.Closing}
	if o.School != "" && len(f.Schools) > 0 {
		o.Territory = "" // the school's own
	}
	kept, size, err := keepCopy(file)
	if err != nil {
		return "", err
	}
	ticket, err := m.Service.Begin(ctx, f.Kind, name, o)
	if err != nil {
		discard(kept)
		return "", err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		defer discard(kept)
		// The report tells of a failure; the person has gone to its page.
		_, _ = ticket.Run(context.WithoutCancel(ctx), tabular.File(kept, size))
	}()
	select {
	case <-done:
	case <-time.After(shortWait):
	}
	return ticket.ID, nil
}

// keepCopy copies an upload to a file of our own that only this process reads. It may name pupils: where the system
// lets an open file lose its name, nothing is left of it even when the program is killed.
func keepCopy(file io.Reader) (*os.File, int64, error) {
	kept, err := os.CreateTemp("", "preau-import-*")
	if err != nil {
		return nil, 0, err
	}
	_ = os.Remove(kept.Name())
	size, err := io.Copy(kept, file)
	if err != nil {
		discard(kept)
		return nil, 0, err
	}
	return kept, size, nil
}

// discard removes a copy.
func discard(file *os.File) {
	_ = file.Close()
	_ = os.Remove(file.Name())
}

// importView is the page of one import.
type importView struct {
	Record   Record
	Progress Progress
	Shown    []Row
	Hidden   int // rows that the page leaves out
}

func (m *Module) importPage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	record, err := m.Service.Get(ctx, r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	v := importView{Record: record, Shown: record.Rows[:min(len(record.Rows), shownRows)]}
	v.Hidden = len(record.Rows) - len(v.Shown) + record.More
	if record.State == Running {
		v.Progress, _ = m.Service.Follow(record.ID)
	}
	return web.Page{Title: i18n.T(ctx, "intake.page.one"), Section: "imports", Body: importPage(v)}, nil
}

func (m *Module) reportJSON(r *http.Request) (web.Response, error) {
	record, err := m.Service.Get(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	body, err := record.JSON(i18n.From(r.Context()))
	if err != nil {
		return nil, err
	}
	return web.File{Name: "import-" + record.ID + ".json", ContentType: "application/json", Body: body}, nil
}

func (m *Module) reportCSV(r *http.Request) (web.Response, error) {
	record, err := m.Service.Get(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	l := i18n.From(r.Context())
	header := []string{l.T("intake.page.line"), l.T("intake.page.outcome"), l.T("intake.page.subject"), l.T("intake.page.reason")}
	rows := func(yield func([]any, error) bool) {
		for _, row := range record.Rows {
			if !yield([]any{row.Line, row.Outcome.Label(l), row.Subject, row.Say(l)}, nil) {
				return
			}
		}
	}
	return web.File{Name: "import-" + record.ID + ".csv", ContentType: tabular.CSVType, Write: func(w io.Writer) error {
		return tabular.ExportCSV(w, header, rows)
	}}, nil
}
