package needs

import (
	"context"
	"encoding/csv"
	"io"
	"net/http"
	"strconv"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/territory/directory"
)

const section = "lend"

// homeView is where everything about loans begins.
type homeView struct {
	Schools []directory.School
	Classes []directory.ClassLine
	Counts  bool
	Appeals bool
	Doors   []Door // those that the principal may open
}

func (m *Module) homePage(r *http.Request) (web.Response, error) {
	ctx := r.Context()
	if _, err := authz.Scopes(ctx, Enter); err != nil {
		return nil, err
	}
	v := homeView{Counts: authz.Holds(ctx, ReadCounts), Appeals: authz.Holds(ctx, DecideAppeals)}
	if authz.Holds(ctx, ReadOwn) {
		return web.RedirectTo("/lend/own/needs"), nil
	}
	for _, d := range m.Service.links.Doors {
		if authz.Holds(ctx, d.Permission) {
			v.Doors = append(v.Doors, d)
		}
	}
	if authz.Holds(ctx, Nominate) {
		var err error
		if v.Schools, v.Classes, err = m.Service.Places(ctx); err != nil {
			return nil, err
		}
	}
	return web.Page{Title: i18n.T(ctx, "needs.home"), Section: section, Body: homePage(v)}, nil
}

func (m *Module) rulePage(r *http.Request) (web.Response, error) {
	return web.Page{Title: i18n.T(r.Context(), "needs.rule"), Section: section, Body: rulePage(m.Service.Rule())}, nil
}

func (m *Module) classPage(r *http.Request) (web.Response, error) {
	c, err := m.Service.OfClass(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "needs.class", "class", c.Class.Name), Section: section, Body: classPage(m.Service.Rule(), c)}, nil
}

// nominate reads the rows of the class's form: the n-th pupil's answers are named n.criterion.
func (m *Module) nominate(r *http.Request) (web.Response, error) {
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	in := map[string]bool{}
	for _, pupil := range form.All("in") {
		in[pupil] = true
	}
	var entries []Entry
	for i, pupil := range form.All("pupil") {
		e := Entry{Pupil: pupil, In: in[pupil], Answers: map[string]Answer{}}
		for _, c := range m.Service.Rule().Criteria {
			if a := form.Text(strconv.Itoa(i) + "." + c.ID); a != "" {
				e.Answers[c.ID] = Answer(a)
			}
		}
		entries = append(entries, e)
	}
	class := r.PathValue("id")
	saved, err := m.Service.NominateClass(r.Context(), class, entries)
	if err != nil {
		return nil, err
	}
	return web.RedirectWith("/lend/needs/classes/"+class, "needs.saved", "nominated", saved.Nominated, "changed", saved.Changed, "withdrawn", saved.Withdrawn), nil
}

func (m *Module) schoolPage(r *http.Request) (web.Response, error) {
	v, err := m.Service.OfSchool(r.Context(), r.PathValue("uai"))
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "needs.school"), Section: section, Body: schoolPage(v)}, nil
}

func (m *Module) apply(r *http.Request) (web.Response, error) {
	uai := r.PathValue("uai")
	done, err := m.Service.Apply(r.Context(), uai)
	if err != nil {
		return nil, err
	}
	return web.RedirectWith(schoolHref(uai), "needs.applied", "granted", done.Granted, "waiting", done.Waiting), nil
}

// export writes who is served and who waits: no criterion, no point and no appeal.
func (m *Module) export(r *http.Request) (web.Response, error) {
	v, err := m.Service.OfSchool(r.Context(), r.PathValue("uai"))
	if err != nil {
		return nil, err
	}
	l := i18n.From(r.Context())
	ctx := i18n.With(context.Background(), l)
	return web.File{Name: "prets-" + string(v.School.UAI) + "-" + v.Year + ".csv", ContentType: "text/csv; charset=utf-8", Write: func(w io.Writer) error {
		if _, err := io.WriteString(w, "\ufeff"); err != nil {
			return err
		}
		c := csv.NewWriter(w)
		c.Comma = ';'
		_ = c.Write([]string{l.T("needs.rank"), l.T("needs.family_name"), l.T("needs.given_name"), l.T("needs.class.word"), l.T("needs.state")})
		for _, one := range v.Ranking.Candidates {
			name := v.Names[one.Pupil]
			_ = c.Write([]string{strconv.Itoa(one.Rank), plain(name.FamilyName), plain(name.GivenName), plain(name.Class), stateText(ctx, one.State)})
		}
		c.Flush()
		return c.Error()
	}}, nil
}

// plain keeps a spreadsheet from reading a text as a formula.
func plain(text string) string {
	if text != "" && (text[0] == '=' || text[0] == '+' || text[0] == '-' || text[0] == '@') {
		return "'" + text
	}
	return text
}

func (m *Module) explainPage(r *http.Request) (web.Response, error) {
	t, err := m.Service.Explain(r.Context(), r.PathValue("id"))
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "needs.explain"), Section: section, Body: explainPage(t, authz.May(r.Context(), Decide, authz.School(t.Candidate.Territory, t.Candidate.School)))}, nil
}

// decided is a POST that decides about one nomination and goes back to the ranking.
func (m *Module) decided(flash string, f func(ctx context.Context, id, reason string) error) web.Handler {
	return func(r *http.Request) (web.Response, error) {
		form, err := web.Form(r)
		if err != nil {
			return nil, err
		}
		id := r.PathValue("id")
		if err := f(r.Context(), id, form.Text("reason")); err != nil {
			return nil, err
		}
		return web.RedirectWith(web.Local(form.Text("next"), "/lend/needs/nominations/"+id), flash), nil
	}
}

func (m *Module) ownPage(r *http.Request) (web.Response, error) {
	list, err := m.Service.Own(r.Context())
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "needs.own"), Section: section, Body: ownPage(list, m.Service.Rule())}, nil
}

func (m *Module) ask(r *http.Request) (web.Response, error) {
	if err := m.Service.Ask(r.Context(), r.PathValue("id")); err != nil {
		return nil, err
	}
	return web.RedirectWith("/lend/own/needs", "needs.appeal.sent"), nil
}

func (m *Module) appealsPage(r *http.Request) (web.Response, error) {
	list, err := m.Service.Appeals(r.Context())
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "needs.appeals"), Section: section, Body: appealsPage(list)}, nil
}

func (m *Module) answerAppeal(r *http.Request) (web.Response, error) {
	if _, err := authz.Scopes(r.Context(), DecideAppeals); err != nil {
		return nil, err
	}
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	upheld := form.Text("answer") == string(Upheld)
	if !upheld && form.Text("answer") != string(Rejected) {
		return nil, errs.OfFields(errs.Field{Name: "answer", Key: "needs.appeal.answer.missing"})
	}
	if err := m.Service.AnswerAppeal(r.Context(), r.PathValue("id"), upheld, form.Text("reason")); err != nil {
		return nil, err
	}
	return web.RedirectWith("/lend/needs/appeals", "needs.appeal.answered"), nil
}

func (m *Module) countsPage(r *http.Request) (web.Response, error) {
	list, err := m.Service.Counts(r.Context())
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "needs.counts"), Section: section, Body: countsPage(list)}, nil
}

func (m *Module) quotaPage(r *http.Request) (web.Response, error) {
	school, quota, err := m.Service.QuotaOf(r.Context(), r.PathValue("uai"))
	if err != nil {
		return nil, err
	}
	return web.Page{Title: i18n.T(r.Context(), "needs.quota"), Section: section, Body: quotaPage(school, quota)}, nil
}

func (m *Module) setQuota(r *http.Request) (web.Response, error) {
	if _, err := authz.Scopes(r.Context(), EditQuotas); err != nil {
		return nil, err
	}
	form, err := web.Form(r)
	if err != nil {
		return nil, err
	}
	quantity := form.Int("quantity")
	if quantity == nil {
		form.Wrong("quantity", "needs.quota.wrong", "most", mostQuota)
	}
	if err := form.Err(); err != nil {
		return nil, err
	}
	if err := m.Service.SetQuota(r.Context(), r.PathValue("uai"), *quantity, form.Text("reason")); err != nil {
		return nil, err
	}
	return web.RedirectWith("/lend/needs", "needs.quota.saved"), nil
}

func schoolHref(uai string) string { return "/lend/needs/schools/" + uai }
