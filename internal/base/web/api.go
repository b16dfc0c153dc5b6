package web

import (
	"context"
	"encoding/json"
	"net/http"
	"path"
	"reflect"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
)

// openAPI prepares the API: its description is generated from the operations' types (OpenAPI 3.1).
func (s *Server) openAPI() {
	config := huma.DefaultConfig("Préau", s.config.Version)
	config.OpenAPIPath = "/api/openapi"
	config.DocsPath = ""
	config.SchemasPath = "/api/schemas"
	config.CreateHooks = nil // no $schema member in the answers
	config.Components.Schemas = huma.NewMapRegistry("#/components/schemas/", schemaNames())
	config.Components.SecuritySchemes = map[string]*huma.SecurityScheme{
		"token": {Type: "http", Scheme: "bearer", Description: "A personal access token, made on the account page."},
	}
	s.api = humago.New(s.mux, config)
}

// schemaNames returns what names the schema of a type: a type without a name of its own is named after what holds it,
// and two rooms may each have such a holder. The second gets a number.
func schemaNames() func(reflect.Type, string) string {
	taken := map[string]reflect.Type{}
	return func(t reflect.Type, hint string) string {
		name := schemaName(t, hint)
		for t.Kind() == reflect.Pointer {
			t = t.Elem()
		}
		for n, free := 2, name; ; n, free = n+1, name+strconv.Itoa(n) {
			if other, there := taken[free]; !there || other == t {
				taken[free] = t
				return free
			}
		}
	}
}

// schemaName names the schema of a type after its room too: two rooms may each have a Measure.
func schemaName(t reflect.Type, hint string) string {
	name := huma.DefaultSchemaNamer(t, hint)
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Array {
		t = t.Elem()
	}
	room := path.Base(t.PkgPath())
	if t.PkgPath() == "" || t.Name() == "" {
		return name
	}
	return strings.ToUpper(room[:1]) + room[1:] + strings.ToUpper(name[:1]) + name[1:]
}

// API returns the API, on which rooms add their operations with Operation.
func (s *Server) API() *API { return &API{s} }

// API takes operations.
type API struct{ server *Server }

// Spec describes one operation of the API. Permission tells the authorisation matrix which permission the
// service behind it asks for.
type Spec struct {
	ID         string // verb-noun: list-schools
	Method     string
	Path       string // /api/v1/…
	Summary    string
	Tag        string
	Permission authz.Permission
	Public     bool
	MaxBody    int64
	Produces   string // media type of an answer that is no JSON: its body is []byte, and it sets the header Content-Type
}

// Operation adds an operation. Its errors become problems (RFC 9457) in the person's language.
func Operation[I, O any](a *API, spec Spec, handle func(context.Context, *I) (*O, error)) {
	s := a.server
	operation := huma.Operation{OperationID: spec.ID, Method: spec.Method, Path: spec.Path, Summary: spec.Summary, Tags: []string{spec.Tag},
		MaxBodyBytes: spec.MaxBody, Errors: []int{http.StatusUnprocessableEntity, http.StatusInternalServerError}}
	if spec.Produces != "" {
		operation.Responses = map[string]*huma.Response{"200": {Description: http.StatusText(http.StatusOK),
			Content: map[string]*huma.MediaType{spec.Produces: {Schema: &huma.Schema{Type: huma.TypeString}}}}}
	}
	if !spec.Public {
		operation.Security = []map[string][]string{{"token": {}}}
		operation.Errors = append([]int{http.StatusUnauthorized, http.StatusNotFound}, operation.Errors...)
	}
	if !spec.Public {
		operation.Middlewares = huma.Middlewares{s.holders(spec.Permission)}
	}
	huma.Register(s.api, operation, func(ctx context.Context, in *I) (*O, error) {
		ctx, cancel := context.WithTimeout(s.see(ctx, spec.Public), RequestTimeout)
		defer cancel()
		out, err := handle(ctx, in)
		if err == nil && !spec.Public && !authz.Checked(ctx) {
			err = errs.New(errs.Internal, "web.error.internal").Because(errUnchecked)
		}
		if err != nil {
			e := asError(err)
			if e.Kind == errs.Internal {
				s.logOperation(ctx, spec.ID, err)
			}
			return nil, problemOf(ctx, e)
		}
		return out, nil
	})
	s.routes = append(s.routes, Route{Method: spec.Method, Pattern: spec.Path, Permission: spec.Permission, Public: spec.Public, Operation: spec.ID})
}

// holders refuses who holds the permission nowhere before the body is read: what is wrong with it is nobody
// else's business. The service checks the scope.
func (s *Server) holders(perm authz.Permission) func(huma.Context, func(huma.Context)) {
	return func(c huma.Context, next func(huma.Context)) {
		if authz.RoleHolds(c.Context(), perm) {
			next(c)
			return
		}
		err := authz.Check(c.Context(), perm, authz.Nation())
		p := problemOf(c.Context(), asError(err))
		c.SetHeader("Content-Type", p.ContentType(""))
		c.SetStatus(p.Status)
		_ = json.NewEncoder(c.BodyWriter()).Encode(p)
	}
}

// Operations returns the description of the API, for the readable page.
func (s *Server) Operations() *huma.OpenAPI { return s.api.OpenAPI() }

func (s *Server) logOperation(ctx context.Context, id string, err error) {
	s.config.Log.Error("operation failed", "request", RequestID(ctx), "operation", strings.ToLower(id), "error", err)
}
