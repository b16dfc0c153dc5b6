package accounts

import (
	"context"
	"encoding/json"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/journal"
	"preau/internal/base/mail"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
	"preau/internal/base/web/webtest"
)

// site is the room behind the web adapter; its log is kept.
type site struct {
	*house
	server *web.Server
	web    *webtest.Site
	log    *strings.Builder
}

func newSite(t *testing.T, h *house) *site {
	t.Helper()
	s := &site{house: h, log: &strings.Builder{}}
	server, err := web.New(web.Config{DB: h.d, Catalog: h.catalog, Policy: h.policy, Log: slog.New(slog.NewTextHandler(s.log, nil)), Version: "test",
		Authenticate: h.Authenticate, Menu: func(context.Context) []ui.MenuItem { return nil }, Demo: h.demo})
	if err != nil {
		t.Fatal(err)
	}
	m := NewModule(h.Service, server.Address, h.spool)
	server.Add(m.Routes()...)
	m.API(server.API())
	s.server, s.web = server, webtest.Of(t, server)
	return s
}

// browser returns a browser of somebody who reads French.
func (s *site) browser() *webtest.Browser {
	b := s.web.Browser(firefox)
	b.Cookies["preau_lang"] = "fr"
	return b
}

// login returns the browser of somebody who has just logged in.
func (s *site) login(name string) *webtest.Browser { return login(s.browser(), name) }

// login logs somebody in with a browser, and returns it.
func login(b *webtest.Browser, name string) *webtest.Browser {
	b.Post("/login", "email", addressOf(name), "password", goodPassword, "how", "password").Wants(http.StatusSeeOther)
	return b
}

func TestTheLogInPageKeepsTheAddressAndNeverThePassword(t *testing.T) {
	s := newSite(t, sqliteHouse(t))
	s.account(t, "zoe", head02)
	b := s.browser()
	b.Get("/login?next=/census").Wants(200, `name="next" value="/census"`, "Recevoir un lien par courriel", `href="/demo/enter"`)
	a := b.Post("/login", "email", "zoe@ecole.example", "password", "faux secret", "next", "/census", "how", "password").
		Wants(422, `value="zoe@ecole.example"`, `href="#email"`, `id="email-error"`, "ne vont pas ensemble", `value="/census"`)
	if strings.Contains(a.Body, "faux secret") {
		t.Error("the password comes back")
	}
	b.Post("/login", "email", "", "password", "", "how", "password").Wants(422, `id="email-error"`, `id="password-error"`)
	b.Post("/login", "email", "zoe@ecole.example", "password", goodPassword, "next", "/census", "how", "password").Wants(303, "/census")
	if b.Cookies[sessionCookie] == "" || s.browser().Post("/login", "email", "zoe@ecole.example", "password", goodPassword, "next", "https://evil.example/").Wants(303, "/dashboard").To != "/dashboard" {
		t.Error("no cookie, or it leads elsewhere")
	}
	b.Get("/login?next=/account").Wants(303, "/account")
	b.Get("/account").Wants(200, "zoe@ecole.example", "Firefox sous Windows", "Ici")
	b.Post("/logout").Wants(303, "/")
	if b.Cookies[sessionCookie] != "" {
		t.Error("the cookie stays")
	}
	b.Get("/account").Wants(303, "/login?next=%2Faccount")
	for range 5 {
		b.Post("/login", "email", "zoe@ecole.example", "password", "faux", "how", "password")
	}
	b.Post("/login", "email", "zoe@ecole.example", "password", "faux", "how", "password").Wants(429, "Réessayez dans 15 secondes.", `value="zoe@ecole.example"`)
	if strings.Contains(s.log.String(), "zoe") || strings.Contains(s.log.String(), "faux") {
		t.Errorf("the log tells of a person: %s", s.log)
	}
}

func TestALinkIsConfirmedByHandAndASecondClickSaysSo(t *testing.T) {
	s := newSite(t, sqliteHouse(t))
	s.account(t, "zoe", head02)
	b := s.browser()
	b.Post("/login", "email", "zoe@ecole.example", "how", "link", "next", "/census").Wants(303, "/login/sent")
	b.Post("/login", "email", "nobody@ecole.example", "how", "link").Wants(303, "/login/sent")
	b.Get("/login/sent").Wants(200, "Si un compte existe", "15 minutes")
	page := "/login/link/" + s.letter(t, "/login/link/")
	for range 2 {
		b.Get(page+"?next=%2Fcensus").Wants(200, "Bonjour zoe", `action="`+page+`"`, `value="/census"`)
	}
	if b.Cookies[sessionCookie] != "" {
		t.Fatal("looking logs in")
	}
	b.Get("/demo/mail").Wants(200, "zoe@ecole.example", page)
	b.Post(page, "next", "/census").Wants(303, "/census")
	for range 2 {
		s.browser().Post(page).Wants(http.StatusGone, "Ce lien a déjà servi", "Demander un autre lien")
	}
	b.Get(page).Wants(http.StatusGone, "Ce lien a déjà servi")
	b.Get("/login/link/forged").Wants(404, "Ce lien n&#39;est pas valable", `href="/login"`)
	if strings.Contains(s.log.String(), s.letter(t, "/login/link/")) {
		t.Error("the log holds a link")
	}
}

func TestACookieFromBeforeIsReplacedAtLogIn(t *testing.T) {
	s := newSite(t, sqliteHouse(t))
	s.account(t, "zoe", head02)
	b := s.browser()
	planted, _ := newSecret("")
	b.Cookies[sessionCookie] = planted
	login(b, "zoe")
	if b.Cookies[sessionCookie] == planted {
		t.Fatal("the planted cookie is the session")
	}
	first := b.Cookies[sessionCookie]
	login(b, "zoe")
	thief := s.browser()
	thief.Cookies[sessionCookie] = first
	thief.Get("/account").Wants(303, "/login?next=%2Faccount")
	thief.Cookies[sessionCookie] = planted
	thief.Get("/account").Wants(303, "/login?next=%2Faccount")
}

func TestAnotherSiteCannotPostAForm(t *testing.T) {
	s := newSite(t, sqliteHouse(t))
	s.account(t, "zoe", head02)
	b := s.login("zoe")
	r := httptest.NewRequest("POST", "/logout", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	b.Do(r).Wants(403, "vient d&#39;un autre site")
	b.Get("/account").Wants(200)
}

func TestOnesOwnAccountIsKeptByHand(t *testing.T) {
	s := newSite(t, sqliteHouse(t))
	s.account(t, "zoe", lead02, head95)
	b, other := s.login("zoe"), s.login("zoe")
	b.Post("/account", "name", "", "language", "en").Wants(422, `id="name-error"`, `href="#name"`)
	b.Post("/account", "name", "Zoé", "language", "en").Wants(303, "/account")
	b.Get("/account").Wants(200, "My account", "Zoé", "Territory lead")
	b.Cookies["preau_lang"] = "fr"

	b.Post("/account/password", "current_password", "faux", "new_password", "tilleul citerne agrafe").Wants(422, `id="current_password-error"`)
	b.Post("/account/tokens", "token_name", "", "token_which", "some", "token_days", "7", "token_scopes", "x").
		Wants(422, `id="token_name-error"`, `id="token_scopes-error"`, `id="token_days-error"`, "<details class=\"govuk-details\" open")
	made := b.Post("/account/tokens", "token_name", "export", "token_which", "some", "token_days", "30", "token_scopes", string(Self), "token_scopes", string(ReadAccounts)).Wants(200, "ne sera plus jamais montré")
	secret := regexp.MustCompile(`preau_[\w-]{43}`).FindString(made.Body)
	if made.Header.Get("Cache-Control") != "private, no-store" || secret == "" {
		t.Error("the secret is kept by a cache, or not shown")
	}
	if page := b.Get("/account").Wants(200, "export", "2 droits"); strings.Contains(page.Body, secret) {
		t.Error("the secret is shown twice")
	}

	b.Get("/account/role?next=/plan").Wants(200, "Direction d&#39;école", "Collège Zola", `value="/plan"`)
	b.Post("/account/role", "role", "admin", "next", "/plan").Wants(422, `id="role-error"`, `value="/plan"`)
	b.Post("/account/role", "role", "head", "next", "/plan").Wants(303, "/plan")
	b.Get("/account").Wants(200, "Changer de rôle")

	page := other.Get("/account").Wants(200, "Déconnecter tous les autres")
	id := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(page.Body)[1]
	other.Post("/account/sessions/revoke", "id", id).Wants(303, "/account")
	b.Get("/account").Wants(303, "/login?next=%2Faccount")
	login(b, "zoe")
	other.Post("/account/sessions/revoke").Wants(303, "/account")
	b.Get("/account").Wants(303, "/login?next=%2Faccount")

	var e Export
	file := other.Get("/account/export").Wants(200)
	if err := json.Unmarshal([]byte(file.Body), &e); err != nil || e.Account.Name != "Zoé" || !strings.Contains(file.Header.Get("Content-Disposition"), "attachment") {
		t.Error("the export is no file of the account", err)
	}
	other.Post("/account/password", "current_password", goodPassword, "new_password", "tilleul citerne agrafe").Wants(303, "/account")
	other.Get("/account").Wants(200, "Votre mot de passe est changé")
}

func TestPeopleAreInvitedAndGivenRolesByHand(t *testing.T) {
	for name, open := range map[string]func(*testing.T) *house{"sqlite": func(t *testing.T) *house { return sqliteHouse(t) }, "postgres": postgresHouse} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, open(t))
			s.account(t, "lead", lead02)
			b := s.login("lead")
			b.Get("/accounts/invite").Wants(200, "Aisne", "Direction d&#39;école")
			b.Post("/accounts/invite", "email", "neuf@ecole", "role", "", "territory", "").Wants(422, `value="neuf@ecole"`, `id="role-error"`, `id="territory-error"`)
			b.Post("/accounts/invite", "email", "neuf@ecole", "role", "head", "territory", "02", "school", "002 0002s").Wants(422, `id="email-error"`, `value="0020002S"`)
			b.Post("/accounts/invite", "email", "neuf@ecole.example", "role", "head", "territory", "02").Wants(422, `id="school-error"`, "écrivez son code UAI")
			b.Post("/accounts/invite", "email", "neuf@ecole.example", "role", "head", "territory", "95", "school", "0950001A").Wants(404)
			b.Post("/accounts/invite", "email", "neuf@ecole.example", "role", "national_pilot", "territory", "02").Wants(403, "pas de ceux que vous pouvez confier", `value="neuf@ecole.example"`)
			b.Post("/accounts/invite", "email", "neuf@ecole.example", "role", "head", "territory", "02", "school", "0020002s").Wants(303, "/accounts")
			b.Get("/accounts").Wants(200, "L&#39;invitation est partie", "neuf@ecole.example", "Renvoyer")

			page := "/invitations/" + s.letter(t, "/invitations/")
			b.Get(page).Wants(200, "adressée à quelqu&#39;un d&#39;autre", `action="/logout"`)
			b.Post(page, "name", "X", "password", goodPassword).Wants(403)
			guest := s.browser()
			guest.Get(page).Wants(200, "neuf@ecole.example", "École des Tilleuls", `action="`+page+`"`)
			guest.Post(page, "name", "Nadia Neuf", "password", "court").Wants(422, `value="Nadia Neuf"`, `id="password-error"`)
			guest.Post(page, "name", "Nadia Neuf", "password", goodPassword).Wants(303, "/")
			guest.Get("/account").Wants(200, "Bienvenue", "École des Tilleuls")
			guest.Get(page).Wants(http.StatusGone, "déjà été acceptée")
			s.browser().Post(page, "name", "Y", "password", goodPassword).Wants(http.StatusGone, "déjà été acceptée")
			guest.Get("/invitations/forged").Wants(404, "n&#39;existe pas")

			person := regexp.MustCompile(`href="(/accounts/[0-9a-f-]+)">Nadia Neuf`).FindStringSubmatch(b.Get("/accounts?q=nadia").Wants(200).Body)[1]
			b.Get(person).Wants(200, "Nadia Neuf", "Direction d&#39;école", "Désactiver le compte")
			b.Post(person+"/grants", "role", "", "territory", "02").Wants(422, `id="role-error"`)
			b.Post(person+"/grants", "role", "trainer", "territory", "02", "school", "0020002S").Wants(422, `id="school-error"`, `value="0020002S"`)
			b.Post(person+"/grants", "role", "trainer", "territory", "02").Wants(303, person)
			remove := regexp.MustCompile(`action="([^"]+/remove)"`).FindAllStringSubmatch(b.Get(person).Wants(200, "Formateur").Body, -1)
			b.Post(person+"/disable").Wants(303, person)
			guest.Get("/account").Wants(303)
			b.Get(person).Wants(200, "Réactiver le compte")
			b.Post(person+"/enable").Wants(303, person)
			b.Get(person + "/erase").Wants(404)
			b.Post(person + "/erase").Wants(404)
			b.Get(person + "/export").Wants(404)
			if len(remove) != 2 {
				t.Fatalf("%d roles can be taken away", len(remove))
			}
			b.Post(remove[0][1]).Wants(303, person)
			b.Post(remove[1][1]).Wants(303, "/accounts")
			b.Get(person).Wants(404)
		})
	}
}

func postgresHouse(t *testing.T) *house { return newHouse(t, dbtest.PostgresURL(t)) }

func TestAHeadChoosesAmongTheirSchoolAndItsClasses(t *testing.T) {
	s := newSite(t, sqliteHouse(t))
	s.account(t, "head", head02)
	b := s.login("head")
	b.Get("/accounts/invite").Wants(200, `value="02/0020002S/"`, `value="02/0020002S/c1"`, "École des Tilleuls – CM1")
	b.Post("/accounts/invite", "email", "x@ecole.example", "role", "teacher").Wants(422, `id="place-error"`)
	b.Post("/accounts/invite", "email", "x@ecole.example", "role", "teacher", "place", "95/0950001A/").Wants(404)
	b.Post("/accounts/invite", "email", "x@ecole.example", "role", "territory_lead", "place", "02/0020002S/").Wants(403)
	b.Post("/accounts/invite", "email", "x@ecole.example", "role", "teacher", "place", "02/0020002S/nope").Wants(422, `id="place-error"`)
	b.Post("/accounts/invite", "email", "x@ecole.example", "role", "teacher", "place", "02/0020002S/c1").Wants(303, "/accounts")
	page := b.Get("/accounts").Body
	cancel := regexp.MustCompile(`action="([^"]+/cancel)"`).FindStringSubmatch(page)[1]
	resend := regexp.MustCompile(`action="([^"]+/resend)"`).FindStringSubmatch(page)[1]
	b.Post(resend).Wants(303, "/accounts")
	b.Post(cancel).Wants(303, "/accounts")
	b.Post(cancel).Wants(303, "/accounts")
	b.Post(resend).Wants(409)
}

func TestThePersonWhoProtectsDataExportsAndErases(t *testing.T) {
	s := newSite(t, sqliteHouse(t))
	id := s.account(t, "zoe", head02)
	s.account(t, "dpo", authz.Grant{Role: authz.DPO, Scope: authz.Territory("02")})
	b := s.login("dpo")
	page := b.Get("/accounts/"+id).Wants(200, "Effacer la personne", "Télécharger les données")
	if strings.Contains(page.Body, "Désactiver") || strings.Contains(page.Body, "/grants") {
		t.Error("more is offered than may be done")
	}
	b.Get("/accounts/"+id+"/export").Wants(200, `"email": "zoe@ecole.example"`)
	b.Get("/accounts/"+id+"/erase").Wants(200, "Effacer pour toujours", "zoe@ecole.example")
	b.Post("/accounts/"+id+"/erase").Wants(303, "/accounts")
	b.Post("/accounts/" + id + "/erase").Wants(404)
	b.Get("/accounts").Wants(200, "La personne est effacée")
}

func TestTheDemonstrationIsEnteredInARoleAndNowhereElse(t *testing.T) {
	h := sqliteHouse(t)
	s := newSite(t, h)
	h.seed(t, []SeedAccount{{Email: "claire@demo.example", Name: "Claire", Grants: []authz.Grant{lead02}, Showcase: 1}})
	b := s.browser()
	delete(b.Cookies, "preau_lang")
	r := httptest.NewRequest("GET", "/demo/enter", nil)
	r.Header.Set("Accept-Language", "en")
	page := b.Do(r).Wants(200, "Claire", "Territory lead", "Leads the programme")
	id := regexp.MustCompile(`name="account" value="([^"]+)"`).FindStringSubmatch(page.Body)[1]
	b.Cookies["preau_lang"] = "en"
	b.Post("/demo/enter", "account", id, "next", "/plan").Wants(303, "/plan")
	b.Get("/account").Wants(200, "My account", "Aisne")
	b.Post("/demo/enter", "account", "nobody").Wants(404)

	if err := h.spool.Send(context.Background(), mail.Message{To: "visiteur@ac-amiens.fr", Subject: "Invitation", Text: "x"}); err != nil {
		t.Fatal(err)
	}
	if mails := b.Get("/demo/mail").Wants(200, "No mail"); strings.Contains(mails.Body, "visiteur") {
		t.Error("a visitor's own address is shown to everybody")
	}

	h2 := sqliteHouse(t)
	h2.demo = false
	real := newSite(t, h2).browser()
	for _, path := range []string{"/demo/enter", "/demo/mail"} {
		real.Get(path).Wants(404)
	}
	real.Post("/demo/enter", "account", id).Wants(404)
	if page := real.Get("/login").Wants(200); strings.Contains(page.Body, "/demo/") {
		t.Error("the entrance is offered")
	}
}

func TestTheAPITellsATokenWhoItIs(t *testing.T) {
	s := newSite(t, sqliteHouse(t))
	s.account(t, "zoe", lead02)
	ctx := s.as(t, "zoe", authz.TerritoryLead)
	_, narrow, err := s.CreateToken(ctx, NewToken{Name: "narrow", Scopes: []authz.Permission{journal.Read}, Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	token, wide, err := s.CreateToken(ctx, NewToken{Name: "wide", Scopes: []authz.Permission{Self}, Days: 30})
	if err != nil {
		t.Fatal(err)
	}
	call := func(method, path, token string) webtest.Answer {
		r := httptest.NewRequest(method, path, nil)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		return s.browser().Do(r)
	}
	call("GET", "/api/v1/me", narrow).Wants(200, `"name":"zoe"`, `"role":"territory_lead"`, `"territory":"02"`, `"limit":["journal.read"]`)
	call("GET", "/api/v1/tokens", narrow).Wants(404)
	call("GET", "/api/v1/me", "").Wants(401, `"status":401`)
	call("GET", "/api/v1/me", "preau_faux").Wants(401, "Ce jeton n'est pas valable")
	list := call("GET", "/api/v1/tokens", wide).Wants(200, `"name":"narrow"`, `"expires_at":"2026-12-23T08:00:00Z"`)
	if strings.Contains(list.Body, wide) || strings.Contains(list.Body, "hash") {
		t.Error("the list tells a secret")
	}
	call("DELETE", "/api/v1/tokens/"+token.ID, wide).Wants(204)
	call("GET", "/api/v1/me", wide).Wants(401)
}

func TestEveryPageSpeaksBothLanguages(t *testing.T) {
	h := sqliteHouse(t)
	s := newSite(t, h)
	s.account(t, "root", admin, authz.Grant{Role: authz.TerritoryLead, Scope: authz.Territory("95")})
	id := s.account(t, "zoe", head02)
	h.seed(t, []SeedAccount{{Email: "claire@demo.example", Name: "Claire", Grants: []authz.Grant{lead02}, Showcase: 1}})
	if _, err := h.Invite(h.system(), "a@ecole.example", authz.Head, head02.Scope); err != nil {
		t.Fatal(err)
	}
	invitation := h.letter(t, "/invitations/")
	if err := h.RequestLink(h.ctx, "zoe@ecole.example", "", Visit{}); err != nil {
		t.Fatal(err)
	}
	link := h.letter(t, "/login/link/")
	public := s.browser()
	logged := s.login("root")
	logged.Post("/account/role", "role", "admin").Wants(303, "/")
	logged.Post("/account/tokens", "token_name", "x", "token_which", "read", "token_days", "30").Wants(200)
	for _, lang := range []string{"fr", "en"} {
		public.Cookies["preau_lang"], logged.Cookies["preau_lang"] = lang, lang
		for _, path := range []string{"/login", "/login/sent", "/login/link/" + link, "/invitations/" + invitation, "/demo/enter", "/demo/mail"} {
			checkPage(t, path, lang, public.Get(path))
		}
		for _, path := range []string{"/account", "/account/role", "/accounts", "/accounts?q=xyz", "/accounts/invite", "/accounts/" + id, "/accounts/" + id + "/erase"} {
			checkPage(t, path, lang, logged.Get(path))
		}
	}
}

var (
	labelled = regexp.MustCompile(`<input[^>]*?id="([^"]+)"`)
	anyID    = regexp.MustCompile(`\sid="([^"]+)"`)
)

// checkPage looks for what can be seen in the markup alone: the language, one heading, labels, ids used once,
// nothing that the content policy forbids.
func checkPage(t *testing.T, path, lang string, a webtest.Answer) {
	t.Helper()
	a.Wants(200, `lang="`+lang+`"`)
	if n := strings.Count(a.Body, "<h1"); n != 1 {
		t.Errorf("%s: %d headings", path, n)
	}
	for _, m := range labelled.FindAllStringSubmatch(a.Body, -1) {
		if !strings.Contains(a.Body, `for="`+m[1]+`"`) {
			t.Errorf("%s: the input %s has no label", path, m[1])
		}
	}
	seen := map[string]bool{}
	for _, m := range anyID.FindAllStringSubmatch(a.Body, -1) {
		if seen[m[1]] {
			t.Errorf("%s: the id %s is used twice", path, m[1])
		}
		seen[m[1]] = true
	}
	for _, bad := range []string{" style=", "<script>", " onclick=", `action=""`} {
		if strings.Contains(a.Body, bad) {
			t.Errorf("%s has %s", path, bad)
		}
	}
}

func TestEveryRouteChecksWhoAsks(t *testing.T) {
	h := sqliteHouse(t)
	s := newSite(t, h)
	id := s.account(t, "zoe", head02)
	s.account(t, "prof", teach)
	teacher := s.login("prof")
	for _, r := range s.server.Routes() {
		if r.Public || !strings.HasPrefix(r.Pattern, "/account") {
			continue
		}
		path := strings.NewReplacer("{id}", id, "{grant}", "x").Replace(r.Pattern)
		call := func(b *webtest.Browser) webtest.Answer {
			if r.Method == "GET" {
				return b.Get(path)
			}
			return b.Post(path)
		}
		if a := call(s.browser()); a.Status != 401 && a.Status != 303 || (a.Status == 303 && !strings.HasPrefix(a.To, "/login?")) {
			t.Errorf("%s %s answers the public with %d %s", r.Method, path, a.Status, a.To)
		}
		if a := call(teacher); r.Permission != Self && a.Status != 404 {
			t.Errorf("%s %s answers a teacher with %d", r.Method, path, a.Status)
		}
	}
	if s.log.Len() > 0 && strings.Contains(s.log.String(), "without an authorisation check") {
		t.Error(s.log)
	}
}

func TestALoggedInPageStaysCheapWhileNothingChanges(t *testing.T) {
	h := sqliteHouse(t)
	h.account(t, "zoe", head02)
	_, secret := h.session(t, "zoe")
	h.with(t, secret)
	looked := 0
	load := func(ctx context.Context, tx *db.Tx, hash string) (*credential, error) {
		looked++
		return h.loadSession(ctx, tx, hash)
	}
	for range 1000 {
		h.pass(time.Second)
		if p, err := h.recognise(context.Background(), secret, "", load); p == nil || err != nil {
			t.Fatal(err)
		}
	}
	if looked != 0 {
		t.Errorf("the database was asked %d times", looked)
	}
	h.account(t, "ali", head02)
	for range 10 {
		if p, err := h.recognise(context.Background(), secret, "", load); p == nil || err != nil {
			t.Fatal(err)
		}
	}
	if looked != 1 {
		t.Errorf("after a change the database was asked %d times", looked)
	}
}
