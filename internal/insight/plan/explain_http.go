package plan

import (
	"net/http"

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
		if value == "" {
			value = l.T("programme.unknown")
		}
		t.Rows = append(t.Rows, []string{fact, value, v.sourceOf(l, figure)})
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
		ips = l.T("plan.told.dated", "value", l.Decimal(float64(s.IPS.Value)/10, 1), "year", s.IPSYear)
	}
	add(programme.FactName(l, programme.FactIPS), ips, "ips")
	pupils := opt(s.Pupils)
	if pupils != "" {
		pupils = l.T("plan.told.dated", "value", pupils, "year", s.PupilsYear)
	}
	add(programme.FactName(l, "pupils"), pupils, "pupils")
	add(programme.FactName(l, "classes"), opt(s.Classes), "")
	add(programme.FactName(l, programme.FactPriority), word(l, programme.FactPriority, s.Priority), "priority")
	add(programme.FactName(l, programme.FactQPV), word(l, programme.FactQPV, s.QPV), "qpv")
	add(programme.FactName(l, programme.FactRural), word(l, programme.FactRural, map[Tri]string{Yes: "yes", No: "no"}[s.Rural]), "rural")
	return t
}

func word(l *i18n.Localizer, fact, value string) string {
	if value == "" {
		return ""
	}
	return programme.WordOf(l, fact, value)
}

// sourceOf names the newest source of a figure.
func (v *toldView) sourceOf(l *i18n.Localizer, figure string) string {
	for _, s := range v.Sources {
		if s.Figure == figure && s.Name != "" {
			return l.T("plan.told.source.value", "name", s.Name, "published", s.Published)
		}
	}
	return l.T("plan.told.source.directory")
}

// parameters says the criteria of a measure for the school.
func (v *toldView) parameters(l *i18n.Localizer, x *Explanatory) ui.DataTable {
	t := ui.DataTable{Caption: l.T("plan.told.parameters", "measure", v.p.Measure(x.ID).Name.Say(l)), Columns: []ui.Column{{Label: l.T("programme.column.criterion")},
		{Label: l.T("plan.told.value")}, {Label: l.T("programme.column.weight"), Numeric: true}, {Label: l.T("plan.column.points"), Numeric: true}}}
	for i := range x.Criteria {
		c := &x.Criteria[i]
		t.Rows = append(t.Rows, []string{programme.FactName(l, c.Fact), c.say(l), l.Number(c.Weight), Points(l, c.Points)})
	}
	t.Foot = []string{l.T("plan.told.total"), "", "100", Points(l, int64(x.Points))}
	return t
}
