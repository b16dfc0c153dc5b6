package accounts

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/base/mail"
)

// places are two territories with a school each, of one class.
type places struct{}

var placeNames = map[authz.Scope]string{
	authz.Territory("02"): "Aisne", authz.Territory("95"): "Val-d'Oise",
	authz.School("02", "0020002S"): "École des Tilleuls", authz.School("95", "0950001A"): "Collège Zola",
	authz.Class("02", "0020002S", "c1"): "École des Tilleuls – CM1",
}

func (places) PlaceNames(_ context.Context, scopes []authz.Scope) (map[authz.Scope]string, error) {
	found := map[authz.Scope]string{}
	for _, s := range scopes {
		if name, ok := placeNames[s]; ok {
			found[s] = name
		}
	}
	return found, nil
}

func (places) Territories(context.Context) ([]Place, error) {
	return []Place{{"02", "Aisne"}, {"95", "Val-d'Oise"}}, nil
}

func (places) Classes(_ context.Context, territory, school string) ([]Place, error) {
	if territory == "02" && school == "0020002S" {
		return []Place{{"c1", "CM1"}}, nil
	}
	return nil, nil
}

var (
	nation = authz.Grant{Role: authz.NationalPilot}
	admin  = authz.Grant{Role: authz.Admin}
	lead02 = authz.Grant{Role: authz.TerritoryLead, Scope: authz.Territory("02")}
	lead95 = authz.Grant{Role: authz.TerritoryLead, Scope: authz.Territory("95")}
	head02 = authz.Grant{Role: authz.Head, Scope: authz.School("02", "0020002S")}
	head95 = authz.Grant{Role: authz.Head, Scope: authz.School("95", "0950001A")}
	teach  = authz.Grant{Role: authz.Teacher, Scope: authz.Class("02", "0020002S", "c1")}
)

// house is the room over a database, with a clock that the test moves.
type house struct {
	*Service
	d       *db.DB
	journal *journal.Journal
	spool   *mail.Spool
	policy  authz.Policy
	clock   *atomic.Int64
	ctx     context.Context // of the public, in French
}

const goodPassword = "cheval agrafe pile correct"

func catalog(tb testing.TB) *i18n.Catalog {
	tb.Helper()
	const base = "../../base/"
	c, err := i18n.Load(os.DirFS(base+"errs"), os.DirFS(base+"authz"), os.DirFS(base+"web"), os.DirFS(base+"web/ui"), os.DirFS("."))
	if err != nil {
		tb.Fatal(err)
	}
	return c
}

func newHouse(tb testing.TB, address string) *house {
	tb.Helper()
	h := &house{spool: mail.NewSpool(100), policy: authz.Join(Permissions, journal.Permissions), clock: &atomic.Int64{}}
	h.clock.Store(time.Date(2026, 11, 23, 8, 0, 0, 0, time.UTC).UnixMilli())
	var err error
	if h.d, err = db.Open(context.Background(), address, db.WithClock(func() time.Time { return time.UnixMilli(h.clock.Load()) })); err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = h.d.Close() })
	if err := h.d.Migrate(context.Background(), journal.Migrations, Migrations); err != nil {
		tb.Fatal(err)
	}
	messages := catalog(tb)
	h.journal = journal.New(h.d, []byte("key"))
	h.Service = New(Config{DB: h.d, Journal: h.journal, Catalog: messages, Policy: h.policy, Places: places{}, Log: slog.New(slog.DiscardHandler),
		Mail: h.spool, Site: "https://preau.example/", Demo: true})
	h.Service.hasher = newHasher(params{memory: 8, time: 1, threads: 1}, parallelHashes)
	h.ctx = i18n.With(db.Everywhere(authz.With(context.Background(), h.policy, nil)), messages.In(i18n.French))
	return h
}

func sqliteHouse(tb testing.TB) *house {
	tb.Helper()
	return newHouse(tb, "sqlite:"+filepath.Join(tb.TempDir(), "preau.db"))
}

// each runs the test on both databases.
func each(t *testing.T, f func(t *testing.T, h *house)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, sqliteHouse(t)) })
	t.Run("postgres", func(t *testing.T) { f(t, newHouse(t, dbtest.PostgresURL(t))) })
}

func (h *house) pass(d time.Duration) { h.clock.Add(d.Milliseconds()) }

func (h *house) system() context.Context { return db.Everywhere(authz.System(h.ctx)) }

// account makes an account with grants and the good password.
func (h *house) account(tb testing.TB, name string, grants ...authz.Grant) string {
	tb.Helper()
	made, err := h.Create(h.system(), NewAccount{Email: addressOf(name), Name: name, Password: goodPassword, Grants: grants})
	if err != nil {
		tb.Fatal(err)
	}
	return made.ID
}

func addressOf(name string) string { return strings.ReplaceAll(name, " ", ".") + "@ecole.example" }

// as returns the context of an account that acts in a role, in a session of its own.
func (h *house) as(tb testing.TB, name string, role authz.Role) context.Context {
	tb.Helper()
	ctx, _ := h.session(tb, name)
	if authz.From(ctx).Role == role {
		return ctx
	}
	ctx, secret := h.session(tb, name)
	if err := h.SwitchRole(ctx, role); err != nil {
		tb.Fatal(err)
	}
	return h.with(tb, secret)
}

// session logs in and returns the context of the session with its secret.
func (h *house) session(tb testing.TB, name string) (context.Context, string) {
	tb.Helper()
	opened, err := h.LogIn(h.ctx, addressOf(name), goodPassword, Visit{Address: "192.0.2.1", UserAgent: firefox})
	if err != nil {
		tb.Fatal(err)
	}
	return h.with(tb, opened.Secret), opened.Secret
}

const firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"

// with returns the context of a session as the web adapter makes it, of the public when it opens nothing.
func (h *house) with(tb testing.TB, secret string) context.Context {
	tb.Helper()
	p, err := h.recognise(context.Background(), secret, "", h.loadSession)
	if err != nil {
		tb.Fatal(err)
	}
	return h.seeing(p)
}

func (h *house) seeing(p *authz.Principal) context.Context {
	ctx := authz.With(h.ctx, h.policy, p)
	if p == nil || p.Territories() == nil {
		return db.Everywhere(ctx)
	}
	return db.WithTerritories(ctx, p.Territories()...)
}

// letter returns the newest letter's link to the path.
func (h *house) letter(tb testing.TB, path string) string {
	tb.Helper()
	kept := h.spool.Messages()
	if len(kept) == 0 {
		tb.Fatal("no letter was sent")
	}
	for line := range strings.Lines(kept[0].Text) {
		if rest, ok := strings.CutPrefix(strings.TrimSpace(line), "https://preau.example"+path); ok {
			secret, _, _ := strings.Cut(rest, "?")
			return secret
		}
	}
	tb.Fatalf("the letter has no link to %s: %s", path, kept[0].Text)
	return ""
}

// kinds returns the kinds of the facts about a subject, oldest first.
func (h *house) kinds(tb testing.TB, subject string) []string {
	tb.Helper()
	list, err := h.journal.List(h.system(), journal.Filter{Subject: subject, Limit: 100})
	if err != nil {
		tb.Fatal(err)
	}
	var kinds []string
	for i := len(list) - 1; i >= 0; i-- {
		kinds = append(kinds, list[i].Kind)
	}
	return kinds
}

// wants fails unless the error is of the kind, with the key as its own or a field's. Kind 0 and no key want no error.
func wants(tb testing.TB, err error, kind errs.Kind, key string) {
	tb.Helper()
	if key == "" {
		if err != nil {
			tb.Errorf("error %v", err)
		}
		return
	}
	if !errs.Is(err, kind) || !strings.Contains(fmt.Sprint(err), key) {
		tb.Errorf("error %v, want kind %d, %s", err, kind, key)
	}
}
