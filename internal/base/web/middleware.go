package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"log/slog"
	"net"
	"net/http"
	"runtime/debug"
	"strings"
	"time"

	"golang.org/x/text/language"

	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
)

const languageCookie = "preau_lang"

// contentPolicy allows what the site itself serves and nothing else: no inline script or style, no other site.
const contentPolicy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; " +
	"connect-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'; manifest-src 'self'"

// securityHeaders are the same on every answer; sharing the slices saves an allocation each.
var securityHeaders = map[string][]string{
	"Content-Security-Policy":      {contentPolicy},
	"X-Content-Type-Options":       {"nosniff"},
	"Referrer-Policy":              {"same-origin"},
	"Cross-Origin-Opener-Policy":   {"same-origin"},
	"Cross-Origin-Resource-Policy": {"same-origin"},
	"Permissions-Policy":           {"camera=(self), geolocation=(), microphone=(), payment=()"},
}

var strictTransport = []string{"max-age=31536000"}

// outer wraps the routes: headers, request id, who asks, language, cross-origin protection, log, metrics.
func (s *Server) outer(next http.Handler) http.Handler {
	protection := http.NewCrossOriginProtection()
	protection.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.fail(w, r, errs.NewForbidden("web.error.cross_origin"))
	}))
	inner := protection.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		e := &exchange{id: newRequestID(), started: time.Now(), generation: s.config.DB.Generation()}
		h := w.Header()
		for name, value := range securityHeaders {
			h[name] = value
		}
		if s.config.Secure {
			h["Strict-Transport-Security"] = strictTransport
		}
		watched := &watchedWriter{ResponseWriter: w}
		ctx := context.WithValue(r.Context(), exchangeKey{}, e)
		ctx = i18n.With(ctx, s.locals[chosenLanguage(r)])
		if c, err := r.Cookie(flashCookie); err == nil && r.Method == http.MethodGet && !strings.HasPrefix(r.URL.Path, "/static/") {
			e.flash = c.Value
			s.setCookie(watched, &http.Cookie{Name: flashCookie, MaxAge: -1})
		}
		r = r.WithContext(ctx)
		defer s.finish(watched, &r, e)
		principal, err := s.config.Authenticate(r)
		r = r.WithContext(authz.With(ctx, s.config.Policy, principal))
		if err != nil {
			s.fail(watched, r, err)
			return
		}
		inner.ServeHTTP(watched, r)
	})
}

// finish recovers from a panic, then logs and counts the request. The log names the route, never the
// address, which may hold what a person searched for.
func (s *Server) finish(w *watchedWriter, request **http.Request, e *exchange) {
	r := *request
	if v := recover(); v != nil {
		if v == http.ErrAbortHandler {
			panic(v)
		}
		s.config.Log.Error("panic", slog.String("request", e.id), slog.String("route", r.Pattern), slog.Any("panic", v), slog.String("stack", string(debug.Stack())))
		if w.status == 0 {
			s.fail(w, r, errs.New(errs.Internal, "web.error.internal"))
		}
	}
	took := time.Since(e.started)
	s.metrics.observe(r.Pattern, w.status, took)
	if s.config.Log.Enabled(r.Context(), slog.LevelInfo) {
		s.config.Log.LogAttrs(r.Context(), slog.LevelInfo, "request", slog.String("request", e.id), slog.String("method", r.Method),
			slog.String("route", r.Pattern), slog.Int("status", w.status), slog.Int64("bytes", w.bytes), slog.Duration("took", took))
	}
}

func newRequestID() string {
	var b [8]byte
	_, _ = rand.Read(b[:])
	return hex.EncodeToString(b[:])
}

// watchedWriter remembers the status and the size of the answer.
type watchedWriter struct {
	http.ResponseWriter
	status int
	bytes  int64
}

func (w *watchedWriter) WriteHeader(status int) {
	if w.status == 0 {
		w.status = status
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *watchedWriter) Write(p []byte) (int, error) {
	if w.status == 0 {
		w.status = http.StatusOK
	}
	n, err := w.ResponseWriter.Write(p)
	w.bytes += int64(n)
	return n, err
}

// Unwrap lets http.ResponseController reach the connection.
func (w *watchedWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

var languages = language.NewMatcher([]language.Tag{language.French, language.English})

// chosenLanguage is the person's choice, else the best of Accept-Language, else French.
func chosenLanguage(r *http.Request) i18n.Lang {
	if c, err := r.Cookie(languageCookie); err == nil {
		for _, l := range i18n.Langs {
			if c.Value == string(l) {
				return l
			}
		}
	}
	header := r.Header.Get("Accept-Language")
	if header == "" || strings.HasPrefix(header, "fr") {
		return i18n.French
	}
	tags, _, err := language.ParseAcceptLanguage(header)
	if err != nil || len(tags) == 0 {
		return i18n.French
	}
	_, index, confidence := languages.Match(tags...)
	if confidence == language.No {
		return i18n.French
	}
	return i18n.Langs[index]
}

// chooseLanguage keeps the person's choice for a year and goes back to the page.
func (s *Server) chooseLanguage(w http.ResponseWriter, r *http.Request) {
	for _, l := range i18n.Langs {
		if r.PathValue("lang") == string(l) {
			s.setCookie(w, &http.Cookie{Name: languageCookie, Value: string(l), MaxAge: 365 * 24 * 3600})
		}
	}
	http.Redirect(w, r, Local(r.URL.Query().Get("back"), "/"), http.StatusSeeOther)
}

// Address returns the network address of the person, for throttling; it is not logged.
func (s *Server) Address(r *http.Request) string {
	if s.config.TrustProxy {
		// The last one is what our own proxy added: a line of its own, or behind those that the client made up.
		if lines := r.Header.Values("X-Forwarded-For"); len(lines) > 0 {
			parts := strings.Split(lines[len(lines)-1], ",")
			return strings.TrimSpace(parts[len(parts)-1])
		}
	}
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}
