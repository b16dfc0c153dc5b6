package app_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"preau/internal/app"
	"preau/internal/app/demo"
	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/mail"
	"preau/internal/territory/accounts"
	"preau/programmes"
)

var key = []byte("0123456789abcdef0123456789abcdef")

// made is the demonstration's database, made once for all tests of the package.
var made struct {
	once sync.Once
	file string
	err  error
}

func makeDemo() {
	folder, err := os.MkdirTemp("", "preau-demo")
	if err != nil {
		made.err = err
		return
	}
	made.file = filepath.Join(folder, "demo.db")
	made.err = seedInto("sqlite:" + made.file)
}

func seedInto(address string) error {
	clock := demo.NewClock()
	ctx := inside()
	a, err := app.New(ctx, app.Config{Database: address, Key: key, Options: []db.Option{db.WithClock(clock.Now)}})
	if err != nil {
		return err
	}
	if err := demo.Seed(ctx, rooms(a), programmes.Demo, clock); err != nil {
		return err
	}
	if err := demo.Families(ctx, rooms(a)); err != nil {
		return err
	}
	return a.Close()
}

func rooms(a *app.App) demo.Rooms {
	return demo.Rooms{DB: a.DB, Journal: a.Journal, Accounts: a.Accounts, Programme: a.Programme, Readiness: a.Readiness, Plan: a.Plan}
}

// inside is the context of the house itself.
func inside() context.Context { return db.Everywhere(authz.System(context.Background())) }

func TestMain(m *testing.M) {
	status := m.Run()
	if chromium.cancel != nil {
		chromium.cancel()
	}
	if made.file != "" {
		_ = os.RemoveAll(filepath.Dir(made.file))
	}
	os.Exit(status)
}

// house is the whole site over the demonstration, with a database of its own.
type house struct {
	*app.App
	URL string
}

func openHouse(t *testing.T) *house {
	t.Helper()
	made.once.Do(makeDemo)
	if made.err != nil {
		t.Fatal(made.err)
	}
	return openCopy(t, made.file)
}

// openCopy opens a copy of a database.
func openCopy(t *testing.T, of string) *house {
	t.Helper()
	file := filepath.Join(t.TempDir(), "preau.db")
	copyFile(t, of, file)
	return serveHouse(t, "sqlite:"+file)
}

// withExamples returns a database that holds the examples, to be copied, and the examples.
func withExamples(t *testing.T) (file string, e examples) {
	t.Helper()
	made.once.Do(makeDemo)
	if made.err != nil {
		t.Fatal(made.err)
	}
	file = filepath.Join(t.TempDir(), "examples.db")
	copyFile(t, made.file, file)
	a := newApp(t, "sqlite:"+file)
	e = (&house{App: a}).examples(t)
	if err := a.Close(); err != nil {
		t.Fatal(err)
	}
	return file, e
}

func newApp(t *testing.T, address string) *app.App {
	t.Helper()
	log := slog.New(slog.NewTextHandler(&testWriter{t}, &slog.HandlerOptions{Level: slog.LevelError}))
	a, err := app.New(inside(), app.Config{Database: address, Key: key, Version: "test", Log: log, Demo: true, Mail: mail.NewSpool(10), Site: "http://localhost"})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func serveHouse(t *testing.T, address string) *house {
	t.Helper()
	a := newApp(t, address)
	server := httptest.NewServer(a.Server)
	t.Cleanup(func() {
		server.Close()
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	})
	return &house{a, server.URL}
}

// testWriter shows the errors of the site in the test's log.
type testWriter struct{ t *testing.T }

func (w *testWriter) Write(p []byte) (int, error) {
	w.t.Logf("%s", p)
	return len(p), nil
}

func copyFile(t *testing.T, from, to string) {
	t.Helper()
	in, err := os.Open(from)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	out, err := os.Create(to)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.Copy(out, in); err != nil {
		t.Fatal(err)
	}
	if err := out.Close(); err != nil {
		t.Fatal(err)
	}
}

// session returns the cookie of a new session of the demo account that is shown with this role.
func (h *house) session(t *testing.T, role authz.Role) *http.Cookie {
	t.Helper()
	shown, err := h.Accounts.Showcase(inside())
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range shown {
		if len(account.Grants) != 1 || account.Grants[0].Role != role {
			continue
		}
		opened, err := h.Accounts.Enter(inside(), account.ID, accounts.Visit{Address: "127.0.0.1"})
		if err != nil {
			t.Fatal(err)
		}
		return &http.Cookie{Name: "preau_session", Value: opened.Secret}
	}
	t.Fatalf("no demo account is %s", role)
	return nil
}
