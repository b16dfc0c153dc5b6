package app_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"preau/internal/app"
	"preau/internal/app/demo"
	"preau/internal/base/authz"
	"preau/internal/base/tabular"
	"preau/internal/base/web"
	"preau/internal/insight/plan"
	"preau/internal/insight/readiness"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
)

// examples are the objects that the routes' wildcards stand for, all inside the scope of every demo account
// whose role could reach them.
type examples map[string]string

func (h *house) examples(t *testing.T) examples {
	t.Helper()
	ctx := inside()
	e := examples{"{code}": demo.Territory, "{territory}": demo.Territory, "{token}": "none", "{grant}": "none", "/account/tokens/{id}": "none", "/tokens/{id}": "none"}
	shown, err := h.Accounts.Showcase(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range shown {
		if g := account.Grants[0]; len(account.Grants) == 1 && g.Role == authz.Teacher {
			e["{uai}"], e["/classes/{id}"], e["/accounts/{id}"] = g.Scope.School, g.Scope.Class, account.ID
		}
	}
	invited, err := h.Accounts.Invite(ctx, "invite@demo.preau.example", authz.Teacher, authz.Class(demo.Territory, e["{uai}"], e["/classes/{id}"]))
	if err != nil {
		t.Fatal(err)
	}
	e["/accounts/invitations/{id}"] = invited.ID
	class, err := h.Directory.Class(ctx, e["/classes/{id}"])
	if err != nil {
		t.Fatal(err)
	}
	e["{person}"] = class.Teacher
	head := authz.With(ctx, app.Policy(), &authz.Principal{Account: "head", Role: authz.Head, Grants: []authz.Grant{{Role: authz.Head, Scope: authz.School(demo.Territory, e["{uai}"])}}})
	if e["/drills/{id}"], err = h.Readiness.PrepareDrill(head, readiness.DrillInput{ID: h.DB.NewID(), Territory: demo.Territory, Scope: readiness.DrillSchool, School: e["{uai}"], Day: "2026-12-01", Name: "exemple"}); err != nil {
		t.Fatal(err)
	}
	kept, err := h.Plan.Keep(ctx, plan.Request{Territories: []string{demo.Territory}})
	if err != nil {
		t.Fatal(err)
	}
	e["/plans/{id}"] = kept.ID
	list := "uai;type;secteur;nom;code_postal;commune;departement;latitude;longitude;ips_2025\n"
	report, err := h.Intake.Import(ctx, intake.Schools, "liste.csv", tabular.File(strings.NewReader(list), int64(len(list))), intake.Options{DryRun: true, Territory: demo.Territory})
	if err != nil {
		t.Fatal(err)
	}
	e["/imports/{id}"] = report.ID
	e.measures(ctx, t, h)
	e.lend(ctx, t, h)
	e.loans(ctx, t, h)
	return e
}

// fill replaces the wildcards of a pattern; it fails for one that has no example.
func (e examples) fill(t *testing.T, pattern string) string {
	t.Helper()
	path := strings.TrimSuffix(pattern, "{$}") + asking[pattern]
	for key, value := range e {
		if at := strings.Index(path, key); at >= 0 && strings.HasPrefix(key, "/") {
			path = path[:at] + strings.Replace(key, "{id}", value, 1) + path[at+len(key):]
		}
	}
	for key, value := range e {
		path = strings.ReplaceAll(path, key, value)
	}
	if strings.Contains(path, "{") {
		t.Errorf("no example for %s", pattern)
	}
	return path
}

// narrower are the routes that give some roles less than their permission seems to say: the example lies in
// a scope that their grant does not cover.
var narrower = map[string][]authz.Role{
	"/api/v1/readiness/territories/{territory}/communes": {authz.Head},
	"/my-school":    {authz.TerritoryLead},                                                                             // has no school of their own
	"/imports/{id}": {authz.Head}, "/imports/{id}/report.csv": {authz.Head}, "/imports/{id}/report.json": {authz.Head}, // of the territory
}

// elsewhere are the routes that send whom they do not concern to a page for everybody.
var elsewhere = map[string]string{"/my-school": "/schools", "/my-classes": "/schools"}

// asking are the routes that need to be told what about.
var asking = map[string]string{"/readiness/schools.csv": "?territory={territory}", "/classes/new": "?school={uai}",
	"/entitlements/new": "?school={uai}", "/incidents/new": "?territory={territory}&asset={incident asset}"}

func TestEveryRouteAnswersEachRoleAsItsPermissionSays(t *testing.T) {
	policy := app.Policy()
	file, e := withExamples(t)
	for _, role := range authz.Roles {
		t.Run(string(role), func(t *testing.T) {
			h := openCopy(t, file)
			for _, route := range ordered(h.Server.Routes()) {
				var cookie *http.Cookie
				if role != authz.Public {
					cookie = h.session(t, role)
				}
				status, to := h.ask(route.Method, e.fill(t, route.Pattern), cookie)
				if status >= 500 {
					t.Errorf("%s %s: %d", route.Method, route.Pattern, status)
					continue
				}
				holders := policy[route.Permission]
				allowed := route.Public || slices.Contains(holders, authz.Public) || slices.Contains(holders, role)
				if allowed && slices.Contains(narrower[route.Pattern], role) {
					allowed = false
				}
				refused := status == http.StatusUnauthorized || status == http.StatusForbidden || status == http.StatusNotFound || strings.HasPrefix(to, "/login?next=") || (to != "" && to == elsewhere[route.Pattern])
				switch {
				case !allowed && !refused:
					t.Errorf("%s %s: %d %s, but %s does not hold %s", route.Method, route.Pattern, status, to, role, route.Permission)
				case allowed && refused && route.Method == http.MethodGet && !strings.Contains(e.fill(t, route.Pattern), "none"):
					t.Errorf("%s %s: %d %s, but %s holds %s", route.Method, route.Pattern, status, to, role, route.Permission)
				}
				if role != authz.Public && status == http.StatusUnauthorized {
					t.Errorf("%s %s: not recognised as logged in", route.Method, route.Pattern)
				}
			}
		})
	}
}

// ordered puts what only reads first, and what ends a session or destroys an example last.
func ordered(routes []web.Route) []web.Route {
	routes = slices.Clone(routes)
	weight := func(r web.Route) int {
		switch {
		case r.Method == http.MethodGet:
			return 0
		case strings.Contains(r.Pattern, "erase"), strings.Contains(r.Pattern, "close"), strings.Contains(r.Pattern, "disable"), strings.Contains(r.Pattern, "logout"):
			return 2
		}
		return 1
	}
	slices.SortStableFunc(routes, func(a, b web.Route) int { return weight(a) - weight(b) })
	return routes
}

// ask sends a request that says nothing and returns the status and where it leads.
func (h *house) ask(method, path string, cookie *http.Cookie) (int, string) {
	body, kind := "", "application/x-www-form-urlencoded"
	if strings.HasPrefix(path, "/api/") {
		body, kind = `{"classes": []}`, "application/json"
	}
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Content-Type", kind)
	if cookie != nil {
		r.AddCookie(cookie)
	}
	w := httptest.NewRecorder()
	h.Server.ServeHTTP(w, r)
	return w.Code, w.Header().Get("Location")
}

func TestTheRoutesOpenToEverybodyAreTheseAndNoOthers(t *testing.T) {
	h := openHouse(t)
	policy := app.Policy()
	var open []string
	for _, r := range h.Server.Routes() {
		if r.Public || slices.Contains(policy[r.Permission], authz.Public) {
			open = append(open, r.Method+" "+r.Pattern)
		}
	}
	slices.Sort(open)
	for _, route := range open {
		if !slices.Contains(publicRoutes, route) {
			t.Errorf("%s is open to everybody and is not in the list", route)
		}
	}
	for _, route := range publicRoutes {
		if !slices.Contains(open, route) {
			t.Errorf("%s is in the list and is not open", route)
		}
	}
}

// publicRoutes is the explicit list of what needs no account.
var publicRoutes = []string{
	"GET /about-data", "GET /accessibility", "GET /api", "GET /demo/enter", "GET /demo/mail", "GET /deliveries/worker.js", "GET /invitations/{token}", "GET /lend/needs/rule", "GET /login",
	"GET /login/link/{token}", "GET /login/sent", "GET /m/{tag}", "GET /map", "GET /plan/schools/{uai}", "GET /programme", "GET /programme/file",
	"GET /programme/people", "GET /programme/rules", "GET /readiness/schools/{uai}", "GET /schools", "GET /schools/{uai}", "GET /source", "GET /sources", "GET /api/v1/territories/{code}/communes",
	"GET /territories/{code}", "GET /{$}", "POST /demo/enter", "POST /invitations/{token}", "POST /login", "POST /login/link/{token}", "POST /logout",
	"POST /api/inventory/{key}", "GET /incidents/new", "POST /incidents", "GET /incidents/told", "GET /api/v1/programme", "GET /api/v1/territories", "GET /api/v1/schools", "GET /api/v1/schools/{uai}", "GET /api/v1/readiness",
	"GET /api/v1/readiness/territories/{territory}", "GET /api/v1/readiness/schools/{uai}", "GET /api/v1/plan/schools/{uai}",
}

func TestAHeadReachesNoOtherSchoolAndATeacherNoOtherClass(t *testing.T) {
	h := openHouse(t)
	e := h.examples(t)
	page, err := h.Directory.Classes(inside(), directory.ClassFilter{Territory: demo.Territory, Size: 200})
	if err != nil {
		t.Fatal(err)
	}
	var other examples
	for _, c := range page.Rows {
		if string(c.School) != e["{uai}"] {
			other = examples{"{uai}": string(c.School), "/classes/{id}": c.ID, "{person}": c.Teacher}
			break
		}
	}
	if other == nil {
		t.Fatal("no other school")
	}
	for _, role := range []authz.Role{authz.Head, authz.Teacher, authz.Guardian, authz.Pupil} {
		cookie := h.session(t, role)
		for _, route := range h.Server.Routes() {
			if !strings.Contains(route.Pattern, "{uai}") && !strings.HasPrefix(route.Pattern, "/classes/{id}") || slices.Contains(publicRoutes, route.Method+" "+route.Pattern) {
				continue
			}
			path := route.Pattern
			for key, value := range e {
				if _, changed := other[key]; !changed && strings.HasPrefix(key, "/") {
					path = strings.Replace(path, key, strings.Replace(key, "{id}", value, 1), 1)
				}
			}
			if status, to := h.ask(route.Method, other.fill(t, path), cookie); status != http.StatusNotFound {
				t.Errorf("%s as %s in another school: %d %s", route.Method+" "+route.Pattern, role, status, to)
			}
		}
	}
}
