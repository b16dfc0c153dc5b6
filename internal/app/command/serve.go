package command

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"runtime/debug"
	"strings"
	"time"

	"golang.org/x/crypto/acme/autocert"

	"preau/internal/app"
	"preau/internal/app/demo"
	"preau/internal/base/db"
	"preau/internal/base/jobs"
	"preau/internal/base/mail"
	"preau/internal/base/web"
	"preau/programmes"
)

// site is what the options of serve and demo say of the site.
type site struct {
	listen, address, domain, cert, certKey string
	smtp, from, metricsToken, source       string
	trustProxy                             bool
}

func (f *flags) site() *site {
	s := &site{}
	f.StringVar(&s.listen, "listen", env("PREAU_LISTEN", "localhost:8080"), f.env.T("command.serve.listen"))
	f.StringVar(&s.address, "site", env("PREAU_SITE", ""), f.env.T("command.serve.site"))
	f.StringVar(&s.domain, "acme", env("PREAU_ACME", ""), f.env.T("command.serve.acme"))
	f.StringVar(&s.cert, "tls-cert", env("PREAU_TLS_CERT", ""), f.env.T("command.serve.cert"))
	f.StringVar(&s.certKey, "tls-key", env("PREAU_TLS_KEY", ""), f.env.T("command.serve.key"))
	f.StringVar(&s.smtp, "smtp", env("PREAU_SMTP", ""), f.env.T("command.serve.smtp"))
	f.StringVar(&s.from, "mail-from", env("PREAU_MAIL_FROM", ""), f.env.T("command.serve.from"))
	f.StringVar(&s.source, "source", env("PREAU_SOURCE", ""), f.env.T("command.serve.source"))
	f.BoolVar(&s.trustProxy, "trust-proxy", env("PREAU_TRUST_PROXY", "") != "", f.env.T("command.serve.proxy"))
	s.metricsToken = os.Getenv("PREAU_METRICS_TOKEN")
	return s
}

func env(name, fallback string) string {
	if v := os.Getenv(name); v != "" {
		return v
	}
	return fallback
}

// secure tells whether people reach the site by HTTPS.
func (s *site) secure() bool {
	return s.domain != "" || s.cert != "" || strings.HasPrefix(s.address, "https://")
}

// url is the site's address, for letters and for the terminal.
func (s *site) url() string {
	switch {
	case s.address != "":
		return s.address
	case s.domain != "":
		return "https://" + s.domain
	case s.cert != "":
		return "https://" + s.listen
	}
	return "http://" + s.listen
}

func (s *site) config(log *slog.Logger) app.Config {
	return app.Config{Log: log, Site: s.url(), Secure: s.secure(), TrustProxy: s.trustProxy, MetricsToken: s.metricsToken, Source: s.source}
}

// serve runs the site until it is asked to stop.
func serve(ctx context.Context, e *Env) error {
	f := e.flags("serve")
	s := f.site()
	if words, err := f.parse(); err != nil || len(words) > 0 {
		return usageOr(err)
	}
	log := slog.New(slog.NewJSONHandler(e.Stderr, nil))
	config := s.config(log)
	if s.smtp != "" {
		sender, err := mail.Open(s.smtp, s.from)
		if err != nil {
			return err
		}
		queue := mail.NewQueue(log, sender, 10_000)
		defer func() {
			grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
			defer cancel()
			_ = queue.Close(grace)
		}()
		config.Mail = queue
	}
	a, err := f.open(ctx, config)
	if err != nil {
		return err
	}
	return e.run(ctx, a, s, log, func() { e.say("command.serve.ready", "address", s.url()) })
}

// demoSite makes the invented territory when it is not there, and runs the site over it.
func demoSite(ctx context.Context, e *Env) error {
	f := e.flags("demo")
	s := f.site()
	if words, err := f.parse(); err != nil || len(words) > 0 {
		return usageOr(err)
	}
	if err := f.seed(ctx); err != nil {
		return err
	}
	log := slog.New(slog.NewTextHandler(e.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	config := s.config(log)
	config.Demo = true
	config.Mail = mail.NewSpool(100)
	a, err := f.open(ctx, config)
	if err != nil {
		return err
	}
	return e.run(ctx, a, s, log, func() {
		e.say("command.demo.ready", "address", s.url())
		for _, account := range demo.Shown {
			fmt.Fprintf(e.Stdout, "  %-36s %s\n", account.Email, e.T("authz.role."+string(account.Role)))
		}
		e.say("command.demo.password", "password", demo.Password, "address", s.url())
	}, jobs.Job{Name: "demo.families", Run: func(ctx context.Context) error {
		defer debug.FreeOSMemory() // what it was made from is not needed again
		return demo.Families(ctx, demoRooms(a))
	}})
}

// seed makes the demonstration under a clock that stands in its school year.
func (f *flags) seed(ctx context.Context) error {
	clock := demo.NewClock()
	a, err := f.open(ctx, app.Config{Options: []db.Option{db.WithClock(clock.Now)}})
	if err != nil {
		return err
	}
	there, err := demo.Seeded(ctx, a.Directory)
	if err == nil && !there {
		f.env.say("command.demo.making")
		err = demo.Seed(ctx, demoRooms(a), programmes.Demo, clock)
	}
	return errors.Join(err, a.Close())
}

func demoRooms(a *app.App) demo.Rooms {
	return demo.Rooms{DB: a.DB, Journal: a.Journal, Accounts: a.Accounts, Programme: a.Programme, Readiness: a.Readiness, Plan: a.Plan}
}

// run serves until the context ends, then seals the journal and closes the database.
func (e *Env) run(ctx context.Context, a *app.App, s *site, log *slog.Logger, ready func(), more ...jobs.Job) error {
	listener, err := net.Listen("tcp", s.listen)
	if err != nil {
		return errors.Join(errUsage{key: "command.serve.busy", args: []any{"listen", s.listen}}, a.Close())
	}
	if listener, err = s.secured(listener, log); err != nil {
		return errors.Join(err, a.Close())
	}
	runner := jobs.Start(ctx, log, append(a.Jobs(), more...)...)
	ready()
	err = web.Serve(ctx, listener, a.Server)
	grace, cancel := context.WithTimeout(context.WithoutCancel(ctx), 20*time.Second)
	defer cancel()
	runner.Stop(grace)
	return errors.Join(err, a.Close())
}

// secured wraps the listener in TLS when the options ask for it.
func (s *site) secured(listener net.Listener, log *slog.Logger) (net.Listener, error) {
	config := &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"h2", "http/1.1"}}
	switch {
	case s.domain != "":
		manager := &autocert.Manager{Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(s.domain), Cache: autocert.DirCache(filepath.Join("var", "acme"))}
		config = manager.TLSConfig()
		go func() { // the authority's question comes by HTTP; everybody else is sent to HTTPS
			server := &http.Server{Addr: ":80", Handler: manager.HTTPHandler(nil), ReadHeaderTimeout: 10 * time.Second}
			if err := server.ListenAndServe(); err != nil {
				log.Error("port 80", slog.Any("error", err))
			}
		}()
	case s.cert != "":
		pair, err := tls.LoadX509KeyPair(s.cert, s.certKey)
		if err != nil {
			return nil, err
		}
		config.Certificates = []tls.Certificate{pair}
	default:
		return listener, nil
	}
	return tls.NewListener(listener, config), nil
}
