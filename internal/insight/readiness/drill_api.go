package readiness

import (
	"bytes"
	"context"
)

// drillJSON is a drill with what a run says.
type drillJSON struct {
	ID        string `json:"id"`
	Territory string `json:"territory"`
	Name      string `json:"name"`
	Day       string `json:"day"`
	Scope     string `json:"scope" enum:"school,commune,territory,list"`
	Place     string `json:"place" doc:"Name of the school, the commune or the territory that it closes, or of which it closes some schools"`
	Run       int    `json:"run"`
	Schools   int    `json:"schools"`
	Classes   int    `json:"classes"`
	Answered  int    `json:"classes_answered"`
	Pupils    int    `json:"pupils"`
	Sure      int    `json:"sure"`
	Possible  int    `json:"possible"`
	LostLeast int    `json:"lost_least" doc:"Pupils who surely could not go on"`
	LostMost  int    `json:"lost_most" doc:"Pupils who possibly could not"`
}

func drillOf(d Drill, run DrillRun) drillJSON {
	f, lost := run.Figures, run.Figures.Lost()
	return drillJSON{d.ID, d.Territory, d.Name, d.Day, string(d.Scope), d.Place, run.Number, f.Schools, f.Classes, f.Answered, f.Pupils, f.Ready.Lo, f.Ready.Hi, lost.Lo, lost.Hi}
}

type drillsOut struct{ Body []drillJSON }

func (m *Module) apiDrills(ctx context.Context, _ *noInput) (*drillsOut, error) {
	list, err := m.Service.Drills(ctx)
	if err != nil {
		return nil, err
	}
	out := &drillsOut{make([]drillJSON, len(list))}
	for i, d := range list {
		out.Body[i] = drillOf(d.Drill, d.Last)
	}
	return out, nil
}

type drillIn struct {
	ID  string `path:"id"`
	Run int    `query:"run" minimum:"0" doc:"Number of the run; the last when 0"`
}

type drillSchoolJSON struct {
	School
	LostLeast int          `json:"lost_least"`
	LostMost  int          `json:"lost_most"`
	Missing   *missingJSON `json:"missing"`
	FiguresJSON
}

type drillOut struct {
	Body struct {
		drillJSON
		Conditions ConditionsJSON    `json:"conditions"`
		Missing    *missingJSON      `json:"missing"`
		BySchool   []drillSchoolJSON `json:"by_school"`
	}
}

func (m *Module) apiDrill(ctx context.Context, in *drillIn) (*drillOut, error) {
	r, err := m.Service.Drill(ctx, in.ID, in.Run, 0)
	if err != nil {
		return nil, err
	}
	out := &drillOut{}
	out.Body.drillJSON = drillOf(r.Drill, r.Run)
	out.Body.Conditions = r.Run.Figures.Show().JSON().Conditions
	out.Body.Missing = missingOf(mendings(r.Run.Figures, nil))
	for _, f := range r.Schools {
		lost := f.Figures.Lost()
		out.Body.BySchool = append(out.Body.BySchool, drillSchoolJSON{f.School, lost.Lo, lost.Hi, missingOf(mendings(f.Figures, nil)), f.Figures.Show().JSON()})
	}
	return out, nil
}

type prepareDrillIn struct {
	Body struct {
		ID        string   `json:"id,omitempty" format:"uuid" doc:"Made by who sends it, so that sending it twice prepares one drill; made here when it is missing"`
		Territory string   `json:"territory" doc:"Code of the département: 02, 95, 2A, 974" example:"02"`
		Name      string   `json:"name" maxLength:"80" example:"Crue de l’Aisne"`
		Day       string   `json:"day" format:"date" doc:"Day of the closure" example:"2026-12-07"`
		Scope     string   `json:"scope" enum:"school,commune,territory,list" doc:"What closes; each but territory needs the member of its name"`
		School    string   `json:"school,omitempty" doc:"UAI, of the scope school" example:"0020001R"`
		Commune   string   `json:"commune,omitempty" doc:"INSEE code, of the scope commune" example:"02408"`
		Schools   []string `json:"schools,omitempty" maxItems:"2000" doc:"UAIs, of the scope list"`
	}
}

// apiPrepareDrill answers with the drill as get-drill does.
func (m *Module) apiPrepareDrill(ctx context.Context, in *prepareDrillIn) (*drillOut, error) {
	b := &in.Body
	id, err := m.Service.PrepareDrill(ctx, DrillInput{ID: b.ID, Territory: b.Territory, Name: b.Name, Day: b.Day, Scope: DrillScope(b.Scope),
		School: b.School, Commune: b.Commune, Schools: b.Schools})
	if err != nil {
		return nil, err
	}
	return m.apiDrill(ctx, &drillIn{ID: id})
}

type runDrillIn struct {
	ID   string `path:"id"`
	Body struct {
		Last int `json:"last" minimum:"0" doc:"Number of the run that you saw last: where there is a later one, nothing is run and that one is returned, so that sending twice runs once"`
	}
}

func (m *Module) apiRunDrill(ctx context.Context, in *runDrillIn) (*drillOut, error) {
	number, err := m.Service.RunDrill(ctx, in.ID, in.Body.Last)
	if err != nil {
		return nil, err
	}
	return m.apiDrill(ctx, &drillIn{ID: in.ID, Run: number})
}

type csvOut struct {
	ContentType string `header:"Content-Type"`
	Body        []byte
}

func (m *Module) apiDrillCSV(ctx context.Context, in *drillIn) (*csvOut, error) {
	_, classes, err := m.Service.DrillClasses(ctx, in.ID, in.Run, "")
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	if err := writeDrill(&b, classes); err != nil {
		return nil, err
	}
	return &csvOut{csvType, b.Bytes()}, nil
}
