package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"strings"

	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
)

var errUnchecked = errors.New("web: a success without an authorisation check")

var statuses = map[errs.Kind]int{
	errs.Internal: http.StatusInternalServerError, errs.Invalid: http.StatusUnprocessableEntity,
	errs.Unauthenticated: http.StatusUnauthorized, errs.NotFound: http.StatusNotFound, errs.Forbidden: http.StatusForbidden,
	errs.Conflict: http.StatusConflict, errs.TooLarge: http.StatusRequestEntityTooLarge,
	errs.TooMany: http.StatusTooManyRequests, errs.Unavailable: http.StatusServiceUnavailable,
}

// Status returns the HTTP status of an error.
func Status(err error) int { return statuses[asError(err).Kind] }

// asError returns the error that a person is told of. What has no public message is Internal.
func asError(err error) *errs.Error {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e
	}
	if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
		return errs.New(errs.TooLarge, "web.error.too_large").Because(err)
	}
	switch {
	case errors.Is(err, db.ErrNotFound):
		return errs.NewNotFound("authz.not_found").Because(err)
	case errors.Is(err, context.DeadlineExceeded), db.IsSerialization(err):
		return errs.New(errs.Unavailable, "web.error.unavailable").Because(err)
	}
	return errs.New(errs.Internal, "web.error.internal").Because(err)
}

func notFound(*http.Request) (Response, error) { return nil, errs.NewNotFound("authz.not_found") }

func isAPI(r *http.Request) bool { return strings.HasPrefix(r.URL.Path, "/api/") }

// retryAfter is in seconds: the throttles forget by the minute.
const retryAfter = "60"

// fail answers with the error: a page, a redirect to the log-in, or a problem (RFC 9457) on the API.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	e := asError(err)
	if errors.Is(r.Context().Err(), context.Canceled) {
		return // the person has gone
	}
	if e.Kind == errs.Internal {
		s.logFailure(r, err)
	}
	w.Header().Set("Cache-Control", "no-store")
	if e.Kind == errs.TooMany || e.Kind == errs.Unavailable {
		w.Header().Set("Retry-After", retryAfter)
	}
	status := statuses[e.Kind]
	if isAPI(r) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(problemOf(r.Context(), e))
		return
	}
	if e.Kind == errs.Unauthenticated && (r.Method == http.MethodGet || r.Method == http.MethodHead) {
		http.Redirect(w, r, "/login?next="+url.QueryEscape(r.URL.RequestURI()), http.StatusSeeOther)
		return
	}
	s.failPage(w, r, e)
}

func (s *Server) failPage(w http.ResponseWriter, r *http.Request, e *errs.Error) {
	l := i18n.From(r.Context())
	body := errorBody{title: l.T(errorTitle(e.Kind)), message: l.T(e.Key, e.Args...), requestID: RequestID(r.Context()),
		requestLabel: l.T("web.error.request"), homeLabel: l.T("web.error.home")}
	for _, f := range e.Fields {
		body.details = append(body.details, l.T(f.Key, f.Args...))
	}
	var buffer bytes.Buffer
	h, err := Page{Title: body.title, Body: errorPage(body), Status: statuses[e.Kind]}.render(s, r, &buffer)
	if err != nil {
		http.Error(w, body.title, statuses[e.Kind])
		return
	}
	writeCompressed(w, r, h, buffer.Bytes())
}

func errorTitle(kind errs.Kind) string {
	switch kind {
	case errs.Invalid, errs.TooLarge:
		return "web.error.title.invalid"
	case errs.NotFound, errs.Unauthenticated:
		return "web.error.title.not_found"
	case errs.Forbidden:
		return "web.error.title.forbidden"
	case errs.Conflict:
		return "web.error.title.conflict"
	case errs.TooMany, errs.Unavailable:
		return "web.error.title.later"
	}
	return "web.error.title.internal"
}

// problem is the body of an API error (RFC 9457).
type problem struct {
	Type     string         `json:"type"`
	Title    string         `json:"title"`
	Status   int            `json:"status"`
	Detail   string         `json:"detail"`
	Instance string         `json:"instance,omitempty" doc:"The request's identifier, as the log has it"`
	Errors   []problemField `json:"errors,omitempty"`
}

type problemField struct {
	Location string `json:"location"`
	Message  string `json:"message"`
}

func problemOf(ctx context.Context, e *errs.Error) *problem {
	l := i18n.From(ctx)
	p := &problem{Type: "about:blank", Title: l.T(errorTitle(e.Kind)), Status: statuses[e.Kind], Detail: l.T(e.Key, e.Args...), Instance: RequestID(ctx)}
	for _, f := range e.Fields {
		p.Errors = append(p.Errors, problemField{f.Name, l.T(f.Key, f.Args...)})
	}
	return p
}

// Error, GetStatus and ContentType let the API library send a problem as it is.
func (p *problem) Error() string             { return p.Detail }
func (p *problem) GetStatus() int            { return p.Status }
func (p *problem) ContentType(string) string { return "application/problem+json" }

func (s *Server) logFailure(r *http.Request, err error) {
	s.config.Log.Error("request failed", slog.String("request", RequestID(r.Context())), slog.String("route", r.Pattern), slog.Any("error", err))
}
