package plan

import (
	"net/http"
	"slices"

	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
	"preau/internal/territory/programme"
)

// adoptedSchool is the public page that explains what the plan in force gives to a school.
func (m *Module) adoptedSchool(r *http.Request) (web.Response, error) {
	told, err := m.Service.ExplainAdopted(r.Context(), r.PathValue("uai"))
	if err != nil {
		return nil, err
	}
	return m.told(r, told)
}

// keptSchool is the same page for a kept plan, drafts too.
func (m *Module) keptSchool(r *http.Request) (web.Response, error) {
	told, err := m.Service.ExplainKept(r.Context(), r.PathValue("id"), r.PathValue("uai"))
	if err != nil {
		return nil, err
	}
	return m.told(r, told)
}

func (m *Module) told(r *http.Request, told *Told) (web.Response, error) {
	ctx := r.Context()
	v := toldView{Told: told, p: told.Version.Programme}
	return web.Page{Title: i18n.T(ctx, "plan.told.title", "name", told.School.Name, "uai", told.UAI), Section: "plan", Body: toldBody(v)}, nil
}

// toldView is the page of an explanation.
type toldView struct {
	*Told
	p *programme.Programme
}

// status says what stands behind the page: the plan in force, or one that is not.
func (v *toldView) status(l *i18n.Localizer) string {
	h := v.Head
	switch h.State {
	case Adopted:
		return l.T("plan.told.adopted", "when", l.Date(i18n.Millis(h.DecidedAt)))
	case Superseded:
		return l.T("plan.told.superseded", "when", l.Date(i18n.Millis(h.SupersededAt)))
	}
	return l.T("plan.told.draft")
}

// data lists the facts of the school that the rules read, as the plan took them.
func (v *toldView) data(l *i18n.Localizer) ui.DataTable {
	s := &v.School
	t := ui.DataTable{Caption: l.T("plan.told.data"), HideCaption: true, Columns: []ui.Column{{Label: l.T("plan.told.fact")}, {Label: l.T("plan.told.value")}, {Label: l.T("plan.told.source")}}}
	add := func(fact, value, figure string) {
		source := v.sourceOf(l, figure)
		if value == "" {
			value, source = l.T("programme.unknown"), ""
		}
		t.Rows = append(t.Rows, []string{fact, value, source})
	}
	opt := func(o Opt) string {
		if !o.Known {
			return ""
		}
		return l.Number(int64(o.Value))
	}
	add(l.T("plan.told.kind"), l.T("programme.kind."+s.Kind()), "")
	add(l.T("plan.told.sector"), l.T("plan.sector."+s.Sector), "")
	if s.Sector != "public" {
		add(l.T("programme.fact.contract"), l.T("plan.contract."+s.Contract), "")
	}
	ips := ""
	if s.IPS.Known {
		ips = v.dated(l, programme.FactIPS, l.Decimal(float64(s.IPS.Value)/10, 1))
	}
	add(programme.FactName(l, programme.FactIPS), ips, programme.FactIPS)
	add(programme.FactName(l, "pupils"), v.dated(l, "pupils", opt(s.Pupils)), "pupils")
	add(programme.FactName(l, "classes"), opt(s.Classes), "classes")
	for _, fact := range []string{programme.FactPriority, programme.FactQPV, programme.FactRural} {
		add(programme.FactName(l, fact), v.dated(l, fact, word(l, fact, factValue(fact, s, Tally{}).Word)), fact)
	}
	return t
}

func word(l *i18n.Localizer, fact, value string) string {
	if value == "" {
		return ""
	}
	return programme.WordOf(l, fact, value)
}

// yearOf is the year of a figure that the plan took with its year, "" for the others.
func (v *toldView) yearOf(fact string) string {
	return map[string]string{programme.FactIPS: v.School.IPSYear, "pupils": v.School.PupilsYear}[fact]
}

// figure returns the source of the value that the plan took, or nil when none gives it.
func (v *toldView) figure(fact string) *Source {
	s, year := &v.School, v.yearOf(fact)
	taken := map[string]string{programme.FactPriority: s.Priority, programme.FactQPV: s.QPV, programme.FactRural: map[Tri]string{Yes: "1", No: "0"}[s.Rural]}
	for i := range v.Sources {
		if o := &v.Sources[i]; o.Figure == fact && (o.Value == taken[fact] || (year != "" && o.Period == year)) {
			return o
		}
	}
	return nil
}

// dated says a value with the year that it holds for, where that is known; "" stays "".
func (v *toldView) dated(l *i18n.Localizer, fact, value string) string {
	year := v.yearOf(fact)
	if o := v.figure(fact); o != nil && year == "" {
		year = o.Period
	}
	if value == "" || year == "" {
		return value
	}
	return l.T("plan.told.dated", "value", value, "year", year)
}

// sourceOf names the source of a figure, or the list of schools that says it.
func (v *toldView) sourceOf(l *i18n.Localizer, fact string) string {
	o := v.figure(fact)
	if o == nil && fact != "classes" {
		if i := slices.IndexFunc(v.Sources, func(o Source) bool { return o.Figure == "" }); i >= 0 {
			o = &v.Sources[i]
		}
	}
	switch {
	case o == nil || o.Name == "":
		return l.T("plan.told.source.directory")
	case o.Published == "":
		return o.Name
	}
	return l.T("plan.told.source.value", "name", o.Name, "published", o.Published)
}

// parameters says the criteria of a measure for the school.
func (v *toldView) parameters(l *i18n.Localizer, x *Explanatory) ui.DataTable {
	t := ui.DataTable{Caption: l.T("plan.told.parameters", "measure", v.p.Measure(x.ID).Name.Say(l)), Columns: []ui.Column{{Label: l.T("programme.column.criterion")},
		{Label: l.T("plan.told.value")}, {Label: l.T("programme.column.weight"), Numeric: true}, {Label: l.T("plan.column.points"), Numeric: true}}}
	for i := range x.Criteria {
		c := &x.Criteria[i]
		value := c.say(l)
		if !c.Unknown {
			value = v.dated(l, c.Fact, value)
		}
		t.Rows = append(t.Rows, []string{programme.FactName(l, c.Fact), value, l.Number(c.Weight), Points(l, c.Points)})
	}
	t.Foot = []string{l.T("plan.told.total"), "", "100", Points(l, int64(x.Points))}
	return t
}
