// Package web answers HTTP: it knows routes, sessions of log-in, languages, errors and pages as such,
// and nothing of schools.
//
// A room gives routes (Route) and API operations (Operation); a handler returns a response or an error,
// and this package alone turns both into bytes. A success is refused when no authorisation check ran,
// unless the route is public.
package web

import (
	"context"
	"io/fs"
	"log/slog"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/i18n"
	"preau/internal/base/web/ui"
)

// Config is what the server needs from outside.
type Config struct {
	DB      *db.DB
	Catalog *i18n.Catalog
	Policy  authz.Policy
	Log     *slog.Logger
	Version string

	// Authenticate returns who asks: nil for the public. An error refuses the request.
	Authenticate func(*http.Request) (*authz.Principal, error)
	// Menu returns the entries of the main menu for the context's principal.
	Menu func(context.Context) []ui.MenuItem
	// Demo tells whether the installation shows invented data, which every page then says.
	Demo bool
	// Secure tells whether the site is reached by HTTPS, so that cookies are kept to it.
	Secure bool
	// MetricsToken opens /metrics to who sends it; "" closes it.
	MetricsToken string
	// TrustProxy takes the address of the person from X-Forwarded-For.
	TrustProxy bool
}

// Server is the HTTP handler of the whole site.
type Server struct {
	config  Config
	mux     *http.ServeMux
	api     huma.API
	routes  []Route
	cache   *pageCache
	static  *staticFiles
	metrics *metrics
	locals  map[i18n.Lang]*i18n.Localizer
	handler http.Handler
}

// RequestTimeout ends a request whose route sets no other.
const RequestTimeout = 30 * time.Second

// New returns a server without routes, apart from static files, languages, health and metrics.
func New(config Config) (*Server, error) {
	s := &Server{config: config, mux: http.NewServeMux(), cache: newPageCache(), metrics: newMetrics(), locals: map[i18n.Lang]*i18n.Localizer{}}
	for _, lang := range i18n.Langs {
		s.locals[lang] = config.Catalog.In(lang)
	}
	folder, err := fs.Sub(staticFolder, "static")
	if err != nil {
		return nil, err
	}
	if s.static, err = loadStatic(folder); err != nil {
		return nil, err
	}
	s.mux.Handle("GET /static/{name}", s.static)
	s.mux.HandleFunc("GET /favicon.ico", s.favicon)
	s.mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("ok\n")) })
	s.mux.HandleFunc("GET /readyz", s.ready)
	s.mux.HandleFunc("GET /metrics", s.serveMetrics)
	s.mux.HandleFunc("GET /language/{lang}", s.chooseLanguage)
	s.mux.Handle("/", s.handle(Route{Pattern: "/", Public: true, Handle: notFound}))
	s.openAPI()
	s.handler = s.outer(s.mux)
	return s, nil
}

// Add adds routes.
func (s *Server) Add(routes ...Route) {
	for _, r := range routes {
		s.routes = append(s.routes, r)
		s.mux.Handle(r.Method+" "+r.Pattern, s.handle(r))
	}
}

// Routes returns every route that was added, pages and API alike.
func (s *Server) Routes() []Route { return s.routes }

// Asset returns the address of a static file by its plain name.
func (s *Server) Asset(name string) string { return s.static.address(name) }

func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

func (s *Server) favicon(w http.ResponseWriter, r *http.Request) {
	http.Redirect(w, r, s.Asset("favicon.svg"), http.StatusFound)
}

func (s *Server) ready(w http.ResponseWriter, r *http.Request) {
	if err := s.config.DB.Ping(r.Context()); err != nil {
		http.Error(w, "the database does not answer", http.StatusServiceUnavailable)
		return
	}
	_, _ = w.Write([]byte("ready\n"))
}
