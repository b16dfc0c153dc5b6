package readiness

import (
	"context"
	"net/http"

	"preau/internal/base/web"
)

// API adds the room's operations.
func (m *Module) API(a *web.API) {
	const tag, censusTag, drillTag = "Readiness", "Census", "Drills"
	web.Operation(a, web.Spec{ID: "get-readiness", Method: http.MethodGet, Path: "/api/v1/readiness", Tag: tag, Public: true, Permission: ReadPublished,
		Summary: "Who could go on learning if schools closed tonight: the nation and each territory"}, m.apiNation)
	web.Operation(a, web.Spec{ID: "get-territory-readiness", Method: http.MethodGet, Path: "/api/v1/readiness/territories/{territory}", Tag: tag, Public: true, Permission: ReadPublished,
		Summary: "The readiness of a territory"}, m.apiTerritory)
	web.Operation(a, web.Spec{ID: "list-territory-readiness", Method: http.MethodGet, Path: "/api/v1/readiness/territories/{territory}/schools", Tag: tag, Permission: ReadTerritory,
		Summary: "The readiness of each school of a territory, by name"}, m.apiSchools)
	web.Operation(a, web.Spec{ID: "list-commune-readiness", Method: http.MethodGet, Path: "/api/v1/readiness/territories/{territory}/communes", Tag: tag, Permission: ReadWhole,
		Summary: "The readiness of each commune of a territory, by name"}, m.apiCommunes)
	web.Operation(a, web.Spec{ID: "get-school-readiness", Method: http.MethodGet, Path: "/api/v1/readiness/schools/{uai}", Tag: tag, Public: true, Permission: ReadPublished,
		Summary: "The readiness of a school; with its classes for those who may see them"}, m.apiSchool)
	web.Operation(a, web.Spec{ID: "get-census", Method: http.MethodGet, Path: "/api/v1/census/{uai}", Tag: censusTag, Permission: AnswerCensus,
		Summary: "What the census says of each class of a school"}, m.apiCensus)
	web.Operation(a, web.Spec{ID: "answer-census", Method: http.MethodPut, Path: "/api/v1/census/{uai}", Tag: censusTag, Permission: AnswerCensus,
		Summary: "Answer for some classes of a school, all or none"}, m.apiAnswer)
	web.Operation(a, web.Spec{ID: "list-drills", Method: http.MethodGet, Path: "/api/v1/readiness/drills", Tag: drillTag, Permission: ReadDrills,
		Summary: "The last drills, each with its last run"}, m.apiDrills)
	web.Operation(a, web.Spec{ID: "get-drill", Method: http.MethodGet, Path: "/api/v1/readiness/drills/{id}", Tag: drillTag, Permission: ReadDrills,
		Summary: "A drill: who would be lost and what would be missing, school by school"}, m.apiDrill)
	web.Operation(a, web.Spec{ID: "prepare-drill", Method: http.MethodPost, Path: "/api/v1/readiness/drills", Tag: drillTag, Permission: RunDrills,
		Summary: "Prepare a drill and run it for the first time; no school is closed by it"}, m.apiPrepareDrill)
	web.Operation(a, web.Spec{ID: "run-drill", Method: http.MethodPost, Path: "/api/v1/readiness/drills/{id}/runs", Tag: drillTag, Permission: RunDrills,
		Summary: "Run a drill again with what is known now"}, m.apiRunDrill)
	web.Operation(a, web.Spec{ID: "get-drill-csv", Method: http.MethodGet, Path: "/api/v1/readiness/drills/{id}/drill.csv", Tag: drillTag, Permission: ReadDrills,
		Summary: "A drill class by class, as CSV (semicolons, UTF-8 with a byte order mark)", Produces: "text/csv"}, m.apiDrillCSV)
}

type noInput struct{}

type placeJSON struct {
	Territory string `json:"territory"`
	Name      string `json:"name"`
	FiguresJSON
}

type nationOut struct {
	Body struct {
		FiguresJSON
		Territories []placeJSON `json:"territories"`
	}
}

func (m *Module) apiNation(ctx context.Context, _ *noInput) (*nationOut, error) {
	total, list, err := m.Service.Nation(ctx)
	if err != nil {
		return nil, err
	}
	out := &nationOut{}
	out.Body.FiguresJSON = total.JSON()
	out.Body.Territories = make([]placeJSON, len(list))
	for i, t := range list {
		out.Body.Territories[i] = placeJSON{t.Code, t.Name, t.JSON()}
	}
	return out, nil
}

type territoryIn struct {
	Territory string `path:"territory" doc:"Code of the département: 02, 95, 2A, 974" example:"02"`
}

type reportOut struct{ Body ReportJSON }

func (m *Module) apiTerritory(ctx context.Context, in *territoryIn) (*reportOut, error) {
	return m.apiReport(ctx, Place{Territory: in.Territory})
}

func (m *Module) apiReport(ctx context.Context, p Place) (*reportOut, error) {
	r, err := m.Service.Report(ctx, p)
	if err != nil {
		return nil, err
	}
	return &reportOut{r.JSON()}, nil
}

type communeJSON struct {
	Commune string `json:"commune" doc:"INSEE code; empty where the school's is unknown"`
	Name    string `json:"name"`
	FiguresJSON
}

type communesOut struct{ Body []communeJSON }

func (m *Module) apiCommunes(ctx context.Context, in *territoryIn) (*communesOut, error) {
	list, err := m.Service.Communes(ctx, in.Territory)
	if err != nil {
		return nil, err
	}
	out := &communesOut{make([]communeJSON, len(list))}
	for i, c := range list {
		out.Body[i] = communeJSON{c.Code, c.Name, c.JSON()}
	}
	return out, nil
}

type schoolIn struct {
	UAI string `path:"uai" doc:"Number of the school in the national register" example:"0020001R"`
}

func (m *Module) apiSchool(ctx context.Context, in *schoolIn) (*reportOut, error) {
	return m.apiReport(ctx, Place{School: in.UAI})
}

type schoolRowJSON struct {
	School
	FiguresJSON
}

type schoolsOut struct{ Body []schoolRowJSON }

func (m *Module) apiSchools(ctx context.Context, in *territoryIn) (*schoolsOut, error) {
	list, err := m.Service.Schools(ctx, in.Territory, Search{})
	if err != nil {
		return nil, err
	}
	out := &schoolsOut{make([]schoolRowJSON, len(list.Rows))}
	for i, r := range list.Rows {
		out.Body[i] = schoolRowJSON{r.School, r.JSON()}
	}
	return out, nil
}

// answerJSON is the answer of a class in the API; null is unknown.
type answerJSON struct {
	Pupils     *int   `json:"pupils" minimum:"0" doc:"Pupils of the class; null is unknown"`
	Device     *int   `json:"device" minimum:"0" doc:"Of these, with a device at home on which they can study"`
	Shared     *int   `json:"shared" minimum:"0" doc:"Of those with a device, who share it with more than one other child"`
	Video      *int   `json:"video" minimum:"0" doc:"With a connection at home that carries video"`
	Reached    *int   `json:"reached" minimum:"0" doc:"Whose family can be reached"`
	Channel    string `json:"channel" enum:",app,sms,phone,paper" doc:"How most families are reached; empty is unknown"`
	Display    *bool  `json:"display" doc:"The classroom has a screen or a projector that works"`
	Laptop     *bool  `json:"laptop" doc:"The teacher has a laptop for work"`
	Kit        *bool  `json:"kit" doc:"A hybrid kit is usable today"`
	Connection *bool  `json:"connection" doc:"The classroom's connection carries video"`
	Trained    *bool  `json:"trained" doc:"The teacher is trained in hybrid teaching"`
}

type classCensusJSON struct {
	ID      string     `json:"id"`
	Name    string     `json:"name,omitempty"`
	Version int        `json:"version" minimum:"0" doc:"Number of answers so far; send back the one that your answer was made from"`
	Answer  answerJSON `json:"answer"`
}

type censusOut struct {
	Body struct {
		School  School            `json:"school"`
		Classes []classCensusJSON `json:"classes"`
	}
}

func (m *Module) apiCensus(ctx context.Context, in *schoolIn) (*censusOut, error) {
	census, err := m.Service.Census(ctx, in.UAI)
	if err != nil {
		return nil, err
	}
	out := &censusOut{}
	out.Body.School = census.School
	out.Body.Classes = make([]classCensusJSON, len(census.Classes))
	for i, c := range census.Classes {
		out.Body.Classes[i] = classCensusJSON{c.ID, c.Name, c.Version, c.Answer.json()}
	}
	return out, nil
}

type answerIn struct {
	UAI  string `path:"uai" doc:"Number of the school in the national register" example:"0020001R"`
	Body struct {
		Classes []classCensusJSON `json:"classes" maxItems:"500"`
	}
}

type doubtJSON struct {
	Class  string `json:"class" doc:"Identifier of the class"`
	Pupils int    `json:"pupils" doc:"As answered"`
	Known  int    `json:"known" doc:"By the school's list, or by the answer before"`
}

type savedOut struct {
	Body struct {
		Changed   int         `json:"changed"`
		Unchanged int         `json:"unchanged"`
		Doubts    []doubtJSON `json:"doubts" doc:"Numbers of pupils far from those that were known: saved, but to be checked"`
	}
}

func (m *Module) apiAnswer(ctx context.Context, in *answerIn) (*savedOut, error) {
	submitted := make([]Submitted, len(in.Body.Classes))
	for i, c := range in.Body.Classes {
		submitted[i] = Submitted{c.ID, c.Version, c.Answer.raw()}
	}
	saved, err := m.Service.Answer(ctx, in.UAI, submitted)
	if err != nil {
		return nil, err
	}
	out := &savedOut{}
	out.Body.Changed, out.Body.Unchanged, out.Body.Doubts = saved.Changed, saved.Unchanged, []doubtJSON{}
	for _, d := range saved.Doubts {
		out.Body.Doubts = append(out.Body.Doubts, doubtJSON{d.Class, d.Pupils, d.Known})
	}
	return out, nil
}

func (a Answer) json() answerJSON {
	return answerJSON{a.Pupils.pointer(), a.Device.pointer(), a.Shared.pointer(), a.Video.pointer(), a.Reached.pointer(), string(a.Channel),
		a.Display.pointer(), a.Laptop.pointer(), a.Kit.pointer(), a.Connection.pointer(), a.Trained.pointer()}
}

// raw returns the answer as it would be typed, so that it is checked as every other.
func (j answerJSON) raw() Raw {
	count := func(n *int) string {
		if n == nil {
			return ""
		}
		return CountOf(*n).String()
	}
	ternary := func(b *bool) string {
		switch {
		case b == nil:
			return Unknown.String()
		case *b:
			return Yes.String()
		}
		return No.String()
	}
	return Raw{count(j.Pupils), count(j.Device), count(j.Shared), count(j.Video), count(j.Reached), j.Channel,
		ternary(j.Display), ternary(j.Laptop), ternary(j.Kit), ternary(j.Connection), ternary(j.Trained)}
}
