package site

import (
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
	"preau/internal/territory/directory"
)

const journalPageSize = 50

// journalFilter reads what a person asks of the journal from the address.
func journalFilter(q *web.Values) journal.Filter {
	f := journal.Filter{Territory: q.Text("territory"), School: strings.ToUpper(q.Text("school")), Kind: q.Text("kind"), Account: q.Text("account"),
		Before: q.Text("before"), Limit: journalPageSize}
	if day, err := time.ParseInLocation(time.DateOnly, q.Text("from"), i18n.Paris); err == nil {
		f.From = day.UnixMilli()
	}
	if day, err := time.ParseInLocation(time.DateOnly, q.Text("until"), i18n.Paris); err == nil {
		f.Until = day.AddDate(0, 0, 1).UnixMilli()
	}
	return f
}

type journalView struct {
	Filter             journal.Filter
	Kinds              []string
	From, Until        string
	Entries            []journal.Entry
	People             map[string]string // names of accounts that the person may see
	Schools            map[string]string // names of schools
	Older, Newest, CSV string            // addresses, "" when there is none
	All                string            // the journal of everybody, "" unless it is that of one account
}

func (m *Module) journalPage(r *http.Request) (web.Response, error) {
	q := web.Query(r)
	v := journalView{Filter: journalFilter(q), Kinds: m.kinds, From: q.Text("from"), Until: q.Text("until")}
	var err error
	if v.Entries, err = m.journal.List(r.Context(), v.Filter); err != nil {
		return nil, err
	}
	if err := m.fillNames(r.Context(), &v); err != nil {
		return nil, err
	}
	values := r.URL.Query()
	if len(v.Entries) == journalPageSize {
		values.Set("before", v.Entries[len(v.Entries)-1].ID)
		v.Older = "/journal?" + values.Encode()
	}
	values.Del("before")
	if v.Filter.Before != "" {
		v.Newest = "/journal?" + values.Encode()
	}
	v.CSV = "/journal.csv?" + values.Encode()
	if v.Filter.Account != "" {
		values.Del("account")
		v.All = "/journal?" + values.Encode()
	}
	return web.Page{Title: i18n.T(r.Context(), "site.journal.title"), Section: "journal", Body: journalPage(v)}, nil
}

// fillNames names the accounts and the schools of the facts.
func (m *Module) fillNames(ctx context.Context, v *journalView) error {
	accounts := []string{}
	if v.Filter.Account != "" {
		accounts = append(accounts, v.Filter.Account)
	}
	schools := []string{}
	for _, e := range v.Entries {
		if e.Account != "" {
			accounts = append(accounts, e.Account)
		}
		schools = append(schools, e.School)
	}
	var err error
	if v.People, err = m.Accounts.Names(ctx, accounts); err != nil {
		return err
	}
	v.Schools, err = m.schoolNames(ctx, schools)
	return err
}

// schoolNames returns the names of the schools that are known, by UAI.
func (m *Module) schoolNames(ctx context.Context, uais []string) (map[string]string, error) {
	names := map[string]string{}
	for _, uai := range uais {
		if _, done := names[uai]; done || uai == "" {
			continue
		}
		school, err := m.Directory.School(ctx, directory.UAI(uai))
		switch {
		case errs.Is(err, errs.NotFound):
			names[uai] = uai
		case err != nil:
			return nil, err
		default:
			names[uai] = school.Name
		}
	}
	return names, nil
}

// who names the author of a fact: a person, else their role, else the platform itself.
func (v journalView) who(ctx context.Context, e journal.Entry) string {
	if e.Account == "" {
		return i18n.T(ctx, "site.journal.itself")
	}
	if name := v.People[e.Account]; name != "" {
		return name
	}
	return i18n.T(ctx, "site.journal.somebody")
}

// keep are the parts of the filter that have no field of their own.
func (v journalView) keep() []ui.Hidden {
	var list []ui.Hidden
	for _, h := range []ui.Hidden{{Name: "territory", Value: v.Filter.Territory}, {Name: "account", Value: v.Filter.Account}} {
		if h.Value != "" {
			list = append(list, h)
		}
	}
	return list
}

// reset leads to the whole journal, "" where that is what is shown.
func (v journalView) reset() string {
	f := v.Filter
	f.Limit = 0
	if f == (journal.Filter{}) {
		return ""
	}
	return "/journal"
}

func accountHref(account string) string { return "/journal?account=" + url.QueryEscape(account) }

// exportedFacts bounds an export; older facts are had by a filter on the date.
const exportedFacts = 100_000

func (m *Module) journalCSV(r *http.Request) (web.Response, error) {
	f := journalFilter(web.Query(r))
	f.Before, f.Limit = "", 1000
	ctx := r.Context()
	first, err := m.journal.List(ctx, f)
	if err != nil {
		return nil, err
	}
	return web.File{Name: "journal.csv", ContentType: "text/csv; charset=utf-8", Write: func(w io.Writer) error {
		return m.writeJournal(ctx, w, f, first)
	}}, nil
}

func (m *Module) writeJournal(ctx context.Context, w io.Writer, f journal.Filter, page []journal.Entry) error {
	out := csv.NewWriter(w)
	out.Comma = ';'
	if err := out.Write([]string{"id", "at", "territory", "school", "class", "kind", "subject", "account", "role", "data"}); err != nil {
		return err
	}
	for written := 0; len(page) > 0 && written < exportedFacts; written += len(page) {
		for _, e := range page {
			if err := out.Write([]string{e.ID, i18n.Millis(e.At).Format(time.RFC3339), e.Territory, e.School, e.Class, e.Kind, e.Subject, e.Account, e.Role, string(e.Data)}); err != nil {
				return err
			}
		}
		f.Before = page[len(page)-1].ID
		var err error
		if page, err = m.journal.List(ctx, f); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func roleLabel(ctx context.Context, role string) string {
	if role == "" {
		return ""
	}
	return i18n.T(ctx, "authz.role."+role)
}

func schoolHref(uai string) string { return "/schools/" + url.PathEscape(uai) }

type factOut struct {
	ID        string `json:"id"`
	At        string `json:"at" format:"date-time"`
	Territory string `json:"territory"`
	School    string `json:"school,omitempty"`
	Class     string `json:"class,omitempty"`
	Kind      string `json:"kind"`
	Subject   string `json:"subject,omitempty"`
	Account   string `json:"account,omitempty"`
	Role      string `json:"role,omitempty"`
	Data      any    `json:"data"`
}

type listFactsIn struct {
	Territory string `query:"territory"`
	School    string `query:"school"`
	Kind      string `query:"kind" doc:"A kind of fact, or its beginning up to a point"`
	Account   string `query:"account" doc:"Who, as the identifier of an account"`
	Before    string `query:"before" doc:"The identifier that the page before ended with"`
	Limit     int    `query:"limit" minimum:"1" maximum:"1000" default:"100"`
}

type listFactsOut struct {
	Body struct {
		Facts []factOut `json:"facts"`
	}
}

func (m *Module) listFacts(ctx context.Context, in *listFactsIn) (*listFactsOut, error) {
	list, err := m.journal.List(ctx, journal.Filter{Territory: in.Territory, School: in.School, Kind: in.Kind, Account: in.Account, Before: in.Before, Limit: in.Limit})
	if err != nil {
		return nil, err
	}
	out := &listFactsOut{}
	out.Body.Facts = make([]factOut, 0, len(list))
	for _, e := range list {
		out.Body.Facts = append(out.Body.Facts, factOut{e.ID, i18n.Millis(e.At).Format(time.RFC3339), e.Territory, e.School, e.Class, e.Kind, e.Subject, e.Account, e.Role, e.Data})
	}
	return out, nil
}
