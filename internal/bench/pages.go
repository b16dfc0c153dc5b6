package main

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
	"preau/internal/territory/accounts"
)

const (
	leads        = 100 // accounts, each with a session of its own
	manySchools  = 100 // whose pages are asked for in turn
	localClasses = 8_000
	password     = "quatre-vingts murs"
	rounds       = 3
	roundLasts   = 2 * time.Second
	mostCPU      = 0.5 // ms a request
)

// leadAccounts returns accounts that lead both territories.
func leadAccounts(n int) []accounts.SeedAccount {
	list := make([]accounts.SeedAccount, n)
	for i := range list {
		list[i] = accounts.SeedAccount{Email: leadEmail(i), Name: fmt.Sprintf("Pilote %d", i+1), Language: i18n.French, Password: password,
			Grants: []authz.Grant{{Role: authz.TerritoryLead, Scope: authz.Territory("02")}, {Role: authz.TerritoryLead, Scope: authz.Territory("95")}}}
	}
	return list
}

func leadEmail(i int) string { return fmt.Sprintf("lead%d@bench.example", i) }

// page is a page of the site that is asked for by many people, or at many addresses.
type page struct {
	name     string
	goal     float64 // of the ratio, 0 for none
	requests []request
}

func requestsOf(uris, cookies []string) []request {
	list := make([]request, max(len(uris), len(cookies)))
	for i := range list {
		list[i] = newRequest(uris[i%len(uris)], cookies[i%len(cookies)])
	}
	return list
}

// pages measures pages per second and processor time per request of the site against the bare handler. Both
// get the same load in turn, so that a machine that slows down slows both.
func (b *bench) pages(ctx context.Context) error {
	address, err := b.need(ctx, local)
	if err != nil {
		return err
	}
	if err := b.fill(ctx, address, localClasses, leads); err != nil {
		return err
	}
	d, err := openBare(b.path(local))
	if err != nil {
		return err
	}
	schools, err := column(ctx, d, "SELECT '/schools/' || uai FROM directory_school WHERE status = 'open' ORDER BY folded LIMIT ?", manySchools)
	if err = errors.Join(err, d.Close()); err != nil {
		return err
	}
	site, err := b.site(ctx, "serve", address)
	if err != nil {
		return err
	}
	defer site.stop()
	sessions, err := logInAll(ctx, site.address)
	if err != nil {
		return err
	}
	nobody := []string{""}
	list := []page{
		{"public home", 0.5, requestsOf([]string{"/"}, nobody)},
		{fmt.Sprintf("page of a school, %d schools", manySchools), 0.5, requestsOf(schools, nobody)},
		{"list of 1,628 schools", 0.5, requestsOf([]string{"/schools"}, nobody)},
		{fmt.Sprintf("list of 1,628 schools, %d sessions", leads), 0.25, requestsOf([]string{"/schools"}, sessions)},
		{fmt.Sprintf("dashboard, %d sessions", leads), 0.25, requestsOf([]string{"/dashboard"}, sessions)},
	}
	for _, p := range list {
		if err := b.page(ctx, site, p, sessions[0]); err != nil {
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	held, err := site.resident()
	if err != nil {
		return err
	}
	b.add(alone("memory of the server after the pages", held, "MB resident"))
	return nil
}

// tally is what one server did under load.
type tally struct {
	answered  int64
	took, cpu time.Duration
}

func (t *tally) rate() float64 { return float64(t.answered) / t.took.Seconds() }

// each is the processor time of a request in ms.
func (t *tally) each() float64 { return milliseconds(t.cpu) / float64(t.answered) }

// load asks a server for the requests for a while and adds up what it did.
func (t *tally) load(ctx context.Context, s *server, requests []request, lasts time.Duration) error {
	before, err := s.cpu()
	if err != nil {
		return err
	}
	answered, took, err := burst(ctx, s.address, requests, lasts)
	if err != nil {
		return err
	}
	after, err := s.cpu()
	t.answered, t.took, t.cpu = t.answered+answered, t.took+took, t.cpu+after-before
	return err
}

// page measures one page three ways: as it is, kept ready mostly; with a writer's session, while that person
// saves something five times a second, each time of which every page is out of date; and rendered anew for
// each request.
func (b *bench) page(ctx context.Context, site *server, p page, writer string) error {
	answers, size, err := captureAll(ctx, site.address, p.requests)
	if err != nil {
		return err
	}
	bare, err := startBare(ctx, answers)
	if err != nil {
		return err
	}
	defer bare.stop()
	var ours, limit tally
	for range rounds {
		if err := errors.Join(ours.load(ctx, site, p.requests, roundLasts), limit.load(ctx, bare, p.requests, roundLasts)); err != nil {
			return err
		}
	}
	name := fmt.Sprintf("%s (%.1f KB)", p.name, size/1e3)
	first := len(b.rows)
	b.addPage(name, ours, limit)
	if p.goal > 0 {
		b.rows[first] = b.rows[first].aimed(ratioAtLeast, p.goal)
		b.rows[first+1] = b.rows[first+1].aimed(valueAtMost, mostCPU)
	}
	if writer != "" {
		var written tally
		stop := writeOften(ctx, site.address, writer)
		err := written.load(ctx, site, p.requests, roundLasts)
		if err = errors.Join(err, stop()); err != nil {
			return err
		}
		b.addPage("  with five writes a second", written, limit)
	}
	fresh := make([]request, len(p.requests))
	for i, r := range p.requests {
		fresh[i] = r.renewed()
	}
	var renewed tally
	if err := renewed.load(ctx, site, fresh, roundLasts); err != nil {
		return err
	}
	b.addPage("  rendered for each request", renewed, limit)
	return nil
}

// addPage adds the two rows of what a site did and what the bare handler did.
func (b *bench) addPage(name string, ours, limit tally) {
	b.add(rate(name, ours.rate(), "pages/s", limit.rate()), cost(name, ours.each(), "ms CPU a request", limit.each()))
}

// captureAll returns the answer to each request and the mean size of the bodies in bytes.
func captureAll(ctx context.Context, address string, requests []request) ([]answer, float64, error) {
	c, err := dial(ctx, address)
	if err != nil {
		return nil, 0, err
	}
	defer c.close()
	answers := make([]answer, len(requests))
	total := 0
	for i := range requests {
		if answers[i], err = c.capture(&requests[i]); err != nil {
			return nil, 0, err
		}
		total += len(answers[i].Body)
	}
	return answers, float64(total) / float64(len(requests)), nil
}

// logInAll logs every lead in by the form and returns their cookies.
func logInAll(ctx context.Context, address string) ([]string, error) {
	browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
	defer browser.CloseIdleConnections()
	cookies := make([]string, leads)
	for i := range cookies {
		got, err := post(ctx, &browser, "http://"+address+"/login", "", url.Values{"email": {leadEmail(i)}, "password": {password}})
		if err != nil {
			return nil, err
		}
		var pairs []string
		for _, c := range got.Cookies() {
			if c.MaxAge >= 0 {
				pairs = append(pairs, c.Name+"="+c.Value)
			}
		}
		if got.StatusCode != http.StatusSeeOther || len(pairs) == 0 {
			return nil, fmt.Errorf("the log-in was refused: %s", got.Status)
		}
		cookies[i] = strings.Join(pairs, "; ")
	}
	return cookies, nil
}

func post(ctx context.Context, browser *http.Client, to, cookie string, form url.Values) (*http.Response, error) {
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, to, strings.NewReader(form.Encode()))
	if err != nil {
		return nil, err
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if cookie != "" {
		r.Header.Set("Cookie", cookie)
	}
	got, err := browser.Do(r)
	if err == nil {
		err = got.Body.Close()
	}
	return got, err
}

// writeOften saves a person's profile five times a second until it is stopped: each write changes the data,
// and with them what every page was kept for.
func writeOften(ctx context.Context, address, cookie string) (stop func() error) {
	ctx, cancel := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() {
		browser := http.Client{CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }}
		defer browser.CloseIdleConnections()
		tick := time.NewTicker(time.Second / 5)
		defer tick.Stop()
		for n := 0; ; n++ {
			select {
			case <-ctx.Done():
				ended <- nil
				return
			case <-tick.C:
			}
			got, err := post(context.WithoutCancel(ctx), &browser, "http://"+address+"/account", cookie,
				url.Values{"name": {fmt.Sprintf("Pilote %d", n)}, "language": {"fr"}})
			if err == nil && got.StatusCode != http.StatusSeeOther {
				err = fmt.Errorf("a profile was not saved: %s", got.Status)
			}
			if err != nil {
				ended <- err
				return
			}
		}
	}()
	return func() error { cancel(); return <-ended }
}
