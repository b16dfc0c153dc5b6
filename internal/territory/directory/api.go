package directory

import (
	"context"
	"net/http"

	"preau/internal/base/web"
)

// API adds the directory's operations.
func (m *Module) API(api *web.API) {
	web.Operation(api, web.Spec{ID: "list-territories", Method: http.MethodGet, Path: "/api/v1/territories", Tag: "Directory",
		Permission: ReadSchools, Public: true, Summary: "Lists the territories with what is known of their schools"}, m.apiTerritories)
	web.Operation(api, web.Spec{ID: "list-communes", Method: http.MethodGet, Path: "/api/v1/territories/{code}/communes", Tag: "Directory",
		Permission: ReadSchools, Public: true, Summary: "Lists the communes of a territory that have schools"}, m.apiCommunes)
	web.Operation(api, web.Spec{ID: "list-schools", Method: http.MethodGet, Path: "/api/v1/schools", Tag: "Directory",
		Permission: ReadSchools, Public: true, Summary: "Lists schools, a page at a time"}, m.apiSchools)
	web.Operation(api, web.Spec{ID: "get-school", Method: http.MethodGet, Path: "/api/v1/schools/{uai}", Tag: "Directory",
		Permission: ReadSchools, Public: true, Summary: "Returns a school with its figures, each with its source"}, m.apiSchool)
	web.Operation(api, web.Spec{ID: "list-classes", Method: http.MethodGet, Path: "/api/v1/schools/{uai}/classes", Tag: "Directory",
		Permission: ReadClasses, Summary: "Lists the classes of a school"}, m.apiClasses)
}

// jsonTerritory is a territory in the API.
type jsonTerritory struct {
	Code     string `json:"code" doc:"Département code: 02, 2A, 974"`
	Name     string `json:"name"`
	Academie string `json:"academie"`
	Invented bool   `json:"invented" doc:"True for the demonstration"`
	Schools  int    `json:"schools" doc:"Open schools"`
	Ecoles   int    `json:"ecoles"`
	Colleges int    `json:"colleges"`
	Lycees   int    `json:"lycees"`
	Pupils   int64  `json:"pupils" doc:"Of the schools whose number of pupils is known"`
	PupilsOf int    `json:"pupils_known_schools" doc:"Schools whose number of pupils is known"`
	IPSOf    int    `json:"ips_known_schools" doc:"Schools whose IPS is known"`
	Classes  int    `json:"classes" doc:"Open classes"`
}

type territoriesOut struct {
	Body struct {
		Territories []jsonTerritory `json:"territories"`
	}
}

func (m *Module) apiTerritories(ctx context.Context, _ *struct{}) (*territoriesOut, error) {
	overview, err := m.Service.Overview(ctx)
	if err != nil {
		return nil, err
	}
	out := &territoriesOut{}
	out.Body.Territories = make([]jsonTerritory, 0, len(overview.Territories))
	for _, t := range overview.Territories {
		out.Body.Territories = append(out.Body.Territories, jsonTerritory{t.Territory, t.Name, t.Academie, t.Invented, t.Schools, t.Ecoles, t.Colleges,
			t.Lycees, t.Pupils, t.PupilsOf, t.IPSOf, t.Classes})
	}
	return out, nil
}

type communesIn struct {
	Code string `path:"code" maxLength:"3"`
}

type jsonCommune struct {
	INSEE   string `json:"insee"`
	Name    string `json:"name"`
	Schools int    `json:"schools" doc:"Open schools"`
}

type communesOut struct {
	Body struct {
		Communes []jsonCommune `json:"communes"`
	}
}

func (m *Module) apiCommunes(ctx context.Context, in *communesIn) (*communesOut, error) {
	if _, err := m.Service.Territory(ctx, in.Code); err != nil {
		return nil, err
	}
	list, err := m.Service.Communes(ctx, in.Code)
	if err != nil {
		return nil, err
	}
	out := &communesOut{}
	out.Body.Communes = make([]jsonCommune, 0, len(list))
	for _, c := range list {
		out.Body.Communes = append(out.Body.Communes, jsonCommune(c))
	}
	return out, nil
}

type schoolsIn struct {
	Territory string `query:"territory" doc:"Département code"`
	Search    string `query:"q" maxLength:"200" doc:"Words of the name, commune, postcode or UAI"`
	Type      string `query:"type" enum:"ecole,college,lycee"`
	Level     string `query:"level" enum:"maternelle,elementaire"`
	Sector    string `query:"sector" enum:"public,private,unknown"`
	Priority  string `query:"priority" enum:"REP+,REP,none,unknown"`
	QPV       string `query:"qpv" enum:"in,near,none,unknown"`
	Commune   string `query:"commune" doc:"INSEE code"`
	Status    string `query:"status" enum:"open,closed,all"`
	Unknown   string `query:"unknown" enum:"ips,pupils,priority,qpv,rural,sector,position,classes" doc:"Schools where this is unknown"`
	Sort      string `query:"sort" enum:"name,commune,ips,pupils"`
	Order     string `query:"order" enum:"up,down"`
	Page      int    `query:"page" minimum:"1" default:"1"`
	Size      int    `query:"size" minimum:"1" maximum:"200" default:"50"`
}

func (in *schoolsIn) filter() SchoolFilter {
	return SchoolFilter{Territory: in.Territory, Search: in.Search, Type: in.Type, Level: in.Level, Sector: in.Sector, Priority: in.Priority, QPV: in.QPV,
		Commune: in.Commune, Status: in.Status, Unknown: in.Unknown, Sort: SchoolSort(in.Sort), Down: in.Order == "down", Page: in.Page, Size: in.Size}
}

// jsonSchool is a school in the API; null is unknown.
type jsonSchool struct {
	Territory   string     `json:"territory"`
	UAI         UAI        `json:"uai"`
	Name        string     `json:"name"`
	Type        SchoolType `json:"type"`
	Maternelle  *bool      `json:"maternelle"`
	Elementaire *bool      `json:"elementaire"`
	Sector      Sector     `json:"sector"`
	CommuneName string     `json:"commune_name"`
	IPS         *float64   `json:"ips"`
	Pupils      *int64     `json:"pupils"`
	Priority    *string    `json:"priority"`
	QPV         *string    `json:"qpv"`
	Status      Status     `json:"status"`
}

func jsonOf(s SchoolLine) jsonSchool {
	return jsonSchool{s.Territory, s.UAI, s.Name, s.Type, s.Maternelle.Bool(), s.Elementaire.Bool(), s.Sector, s.CommuneName, s.IPS, s.Pupils,
		orNil(string(s.Priority)), orNil(string(s.QPV)), s.Status}
}

type schoolsOut struct {
	Body struct {
		Total   int          `json:"total" doc:"Of all pages"`
		Page    int          `json:"page"`
		Size    int          `json:"size"`
		Schools []jsonSchool `json:"schools"`
	}
}

func (m *Module) apiSchools(ctx context.Context, in *schoolsIn) (*schoolsOut, error) {
	page, err := m.Service.Schools(ctx, in.filter())
	if err != nil {
		return nil, err
	}
	out := &schoolsOut{}
	out.Body.Total, out.Body.Page, out.Body.Size = page.Total, page.Page, page.Size
	out.Body.Schools = make([]jsonSchool, 0, len(page.Rows))
	for _, s := range page.Rows {
		out.Body.Schools = append(out.Body.Schools, jsonOf(s))
	}
	return out, nil
}

// jsonFigure is a dated figure with its source.
type jsonFigure struct {
	Name      FigureName `json:"name"`
	Period    string     `json:"period"`
	Value     string     `json:"value"`
	Source    string     `json:"source"`
	Published string     `json:"published"`
	Stands    bool       `json:"stands" doc:"The one that lists show"`
}

type schoolAt struct {
	UAI string `path:"uai" pattern:"^[0-9]{7}[A-Z]$"`
}

type schoolOut struct {
	Body struct {
		jsonSchool
		Contract        Contract     `json:"contract"`
		Address         string       `json:"address"`
		Postcode        string       `json:"postcode"`
		Commune         string       `json:"commune" doc:"INSEE code"`
		Latitude        *float64     `json:"latitude"`
		Longitude       *float64     `json:"longitude"`
		Circonscription string       `json:"circonscription"`
		IPSYear         string       `json:"ips_year"`
		PupilsYear      string       `json:"pupils_year"`
		Rural           *bool        `json:"rural"`
		Figures         []jsonFigure `json:"figures"`
	}
}

func (m *Module) apiSchool(ctx context.Context, in *schoolAt) (*schoolOut, error) {
	s, err := m.Service.School(ctx, UAI(in.UAI))
	if err != nil {
		return nil, err
	}
	figures, err := m.Service.Figures(ctx, s.Territory, s.UAI)
	if err != nil {
		return nil, err
	}
	out := &schoolOut{}
	b := &out.Body
	b.jsonSchool = jsonOf(SchoolLine{s.Territory, s.UAI, s.Name, s.Type, s.Maternelle, s.Elementaire, s.Sector, s.CommuneName, s.IPS, s.Pupils, s.Priority,
		s.QPV, s.Status})
	b.Contract, b.Address, b.Postcode, b.Commune, b.Latitude, b.Longitude = s.Contract, s.Address, s.Postcode, s.Commune, s.Latitude, s.Longitude
	b.Circonscription, b.IPSYear, b.PupilsYear, b.Rural = s.Circonscription, s.IPSYear, s.PupilsYear, s.Rural.Bool()
	b.Figures = []jsonFigure{}
	for _, name := range FigureNames {
		for _, f := range figures[name] {
			b.Figures = append(b.Figures, jsonFigure{f.Name, f.Period, f.Value, f.SourceName, f.Published, f.Stands})
		}
	}
	return out, nil
}

// jsonClass is a class in the API; the teacher is an opaque person.
type jsonClass struct {
	ID         string `json:"id"`
	Year       string `json:"year"`
	Name       string `json:"name"`
	Level      string `json:"level" doc:"One level, or several joined by -; empty is unknown"`
	Elementary *bool  `json:"elementary"`
	Pupils     *int64 `json:"pupils"`
}

type classesOut struct {
	Body struct {
		Classes []jsonClass `json:"classes"`
	}
}

func (m *Module) apiClasses(ctx context.Context, in *schoolAt) (*classesOut, error) {
	school, err := m.Service.School(ctx, UAI(in.UAI))
	if err != nil {
		return nil, err
	}
	page, err := m.Service.Classes(ctx, ClassFilter{Territory: school.Territory, School: school.UAI, Size: maxPerPage})
	if err != nil {
		return nil, err
	}
	out := &classesOut{}
	out.Body.Classes = make([]jsonClass, 0, len(page.Rows))
	for _, c := range page.Rows {
		out.Body.Classes = append(out.Body.Classes, jsonClass{c.ID, c.Year, c.Name, c.Level, c.Elementary.Bool(), c.Pupils})
	}
	return out, nil
}

// orNil returns the text, or nil for an unknown one.
func orNil(text string) *string {
	if text == "" {
		return nil
	}
	return &text
}
