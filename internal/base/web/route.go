package web

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"sync"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
)

// Handler answers a request with a response or an error.
type Handler func(r *http.Request) (Response, error)

// Route is one address. Permission tells the authorisation matrix which permission the service behind it
// asks for; Public marks the few routes that need none.
type Route struct {
	Method     string
	Pattern    string
	Permission authz.Permission
	Public     bool
	Handle     Handler
	MaxBody    int64         // bytes; 1 MiB unless told
	Timeout    time.Duration // RequestTimeout unless told
	// Cached keeps the page, per person, language and address, until the data changes. The page must
	// depend on nothing else: not on the clock, not on the headers.
	Cached bool
	// Operation names the API operation, for routes of the API.
	Operation string
}

const defaultMaxBody = 1 << 20

// exchange is what one request carries through the layers.
type exchange struct {
	id      string
	started time.Time
	flash   string
	// generation is that of the data when the request came: before it was known who asks, so that a page is
	// never kept as newer than the rights that it was rendered with.
	generation uint64
}

type exchangeKey struct{}

// RequestID returns the identifier that the log and the error page of this request show.
func RequestID(ctx context.Context) string {
	if e, ok := ctx.Value(exchangeKey{}).(*exchange); ok {
		return e.id
	}
	return ""
}

func (s *Server) handle(route Route) http.Handler {
	if route.MaxBody == 0 {
		route.MaxBody = defaultMaxBody
	}
	if route.Timeout == 0 {
		route.Timeout = RequestTimeout
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		key, generation := "", exchangeOf(r).generation
		if route.Cached {
			key = s.cacheKey(r)
		}
		if key != "" {
			if page := s.cache.find(key, generation); page != nil {
				page.send(w, r)
				return
			}
		}
		ctx, cancel := context.WithTimeout(r.Context(), route.Timeout)
		defer cancel()
		r = r.WithContext(s.see(ctx, route.Public))
		if r.Body != nil && r.Body != http.NoBody {
			r.Body = http.MaxBytesReader(w, r.Body, route.MaxBody)
		}
		response, err := route.Handle(r)
		if r.MultipartForm != nil {
			defer func() { _ = r.MultipartForm.RemoveAll() }()
		}
		if err == nil && !route.Public && !authz.Checked(r.Context()) {
			err = errs.New(errs.Internal, "web.error.internal").Because(errUnchecked)
		}
		if err != nil {
			s.fail(w, r, err)
			return
		}
		s.respond(w, r, response, key, generation)
	})
}

// see sets the territories that the request's transactions may see (row-level security).
func (s *Server) see(ctx context.Context, public bool) context.Context {
	codes := authz.From(ctx).Territories()
	if public || codes == nil {
		return db.Everywhere(ctx)
	}
	return db.WithTerritories(ctx, codes...)
}

var buffers = sync.Pool{New: func() any { return new(bytes.Buffer) }}

// respond sends the response, and keeps it under the key unless that is "".
func (s *Server) respond(w http.ResponseWriter, r *http.Request, response Response, key string, generation uint64) {
	buffer := buffers.Get().(*bytes.Buffer)
	buffer.Reset()
	defer buffers.Put(buffer)
	kind, ok := response.(buffered)
	if !ok {
		if err := response.write(s, w, r); err != nil {
			s.logFailure(r, err)
		}
		return
	}
	head, err := kind.render(s, r, buffer)
	if err != nil {
		s.fail(w, r, err)
		return
	}
	if key != "" && head.status == http.StatusOK {
		s.cache.keep(key, generation, head, buffer.Bytes()).send(w, r)
		return
	}
	writeCompressed(w, r, head, buffer.Bytes())
}

func exchangeOf(r *http.Request) *exchange {
	if e, ok := r.Context().Value(exchangeKey{}).(*exchange); ok {
		return e
	}
	return &exchange{}
}

// Response is what a handler answers with: Page, Fragment, Redirect, File.
type Response interface {
	write(s *Server, w http.ResponseWriter, r *http.Request) error
}

// buffered is a response that is rendered whole before a byte is sent, so that a failure is still told.
type buffered interface {
	render(s *Server, r *http.Request, to io.Writer) (head, error)
}

type head struct {
	status      int
	contentType string
}
