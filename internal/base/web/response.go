package web

import (
	"io"
	"mime"
	"net/http"
	"strconv"
	"strings"

	"github.com/a-h/templ"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
	"preau/internal/base/web/ui"
)

const htmlType = "text/html; charset=utf-8"

// Page is a page in the layout. Status is 200 unless told.
type Page struct {
	Title   string
	Section string // the menu entry that is marked
	Body    templ.Component
	Status  int
}

func (p Page) write(*Server, http.ResponseWriter, *http.Request) error { return nil }

func (p Page) render(s *Server, r *http.Request, to io.Writer) (head, error) {
	h := head{status: p.Status, contentType: htmlType}
	if h.status == 0 {
		h.status = http.StatusOK
	}
	return h, ui.Layout(s.frame(r, p.Title, p.Section), p.Body).Render(r.Context(), to)
}

func (s *Server) frame(r *http.Request, title, section string) ui.Frame {
	ctx := r.Context()
	f := ui.Frame{Title: title, Section: section, Lang: i18n.From(ctx).Lang, Path: r.URL.RequestURI(), Demo: s.config.Demo,
		Menu: s.config.Menu(ctx), Assets: s.Asset, Flash: readFlash(ctx, exchangeOf(r).flash)}
	if p := authz.From(ctx); !p.Anonymous() {
		f.Account = &ui.Account{Name: p.Name, Role: string(p.Role), RoleLabel: i18n.T(ctx, "authz.role."+string(p.Role)), CanSwitch: len(p.Roles) > 1}
	}
	return f
}

// Fragment is a piece of a page, for what refreshes itself.
type Fragment struct{ Body templ.Component }

func (f Fragment) write(*Server, http.ResponseWriter, *http.Request) error { return nil }

func (f Fragment) render(_ *Server, r *http.Request, to io.Writer) (head, error) {
	return head{http.StatusOK, htmlType}, f.Body.Render(r.Context(), to)
}

// File is a download, or a document shown in place when Inline. It is Body, or what Write writes: a file
// that Write begins is cut off when it fails, which the person's browser reports.
type File struct {
	Name        string
	ContentType string
	Inline      bool
	Body        []byte
	Write       func(io.Writer) error
}

func (f File) write(_ *Server, w http.ResponseWriter, r *http.Request) error {
	disposition := "attachment"
	if f.Inline {
		disposition = "inline"
	}
	w.Header().Set("Content-Type", f.ContentType)
	w.Header().Set("Content-Disposition", mime.FormatMediaType(disposition, map[string]string{"filename": f.Name}))
	if f.Write == nil {
		w.Header().Set("Content-Length", strconv.Itoa(len(f.Body)))
		_, err := w.Write(f.Body)
		return err
	}
	if r.Method == http.MethodHead {
		return nil
	}
	if err := f.Write(w); err != nil {
		panic(http.ErrAbortHandler)
	}
	return nil
}

// Redirect sends the person elsewhere after a change (303). Flash, if any, is the key of a message that the
// next page shows once.
type Redirect struct {
	To    string
	Flash string
	Args  []any // names and values for the message: words and numbers
	Kind  string
}

// RedirectTo returns a redirect without a message.
func RedirectTo(to string) Redirect { return Redirect{To: to} }

// RedirectWith returns a redirect whose page says the message.
func RedirectWith(to, flash string, args ...any) Redirect {
	return Redirect{To: to, Flash: flash, Args: args}
}

func (d Redirect) write(s *Server, w http.ResponseWriter, r *http.Request) error {
	if d.Flash != "" {
		s.setFlash(w, d)
	}
	http.Redirect(w, r, d.To, http.StatusSeeOther)
	return nil
}

// Local returns the address when it is a path of this site, and the fallback otherwise: a form's "next" must
// lead nowhere else.
func Local(address, fallback string) string {
	if strings.HasPrefix(address, "/") && !strings.HasPrefix(address, "//") && !strings.ContainsAny(address, "\\\n\r\t") {
		return address
	}
	return fallback
}

// Cookie sets cookies beside a redirect.
type Cookie struct {
	Redirect
	Cookies []*http.Cookie
}

func (c Cookie) write(s *Server, w http.ResponseWriter, r *http.Request) error {
	for _, cookie := range c.Cookies {
		s.setCookie(w, cookie)
	}
	return c.Redirect.write(s, w, r)
}

// setCookie sets a cookie that scripts cannot read and other sites cannot send along.
func (s *Server) setCookie(w http.ResponseWriter, c *http.Cookie) {
	c.Path, c.HttpOnly, c.Secure = "/", true, s.config.Secure
	if c.SameSite == 0 {
		c.SameSite = http.SameSiteLaxMode
	}
	http.SetCookie(w, c)
}
