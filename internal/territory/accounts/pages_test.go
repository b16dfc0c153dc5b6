package accounts

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
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
)

// site is the room behind the web adapter; its log is kept.
type site struct {
	*house
	server *web.Server
	log    *strings.Builder
}

func newSite(t *testing.T, h *house) *site {
	t.Helper()
	s := &site{house: h, log: &strings.Builder{}}
	var err error
	s.server, err = web.New(web.Config{DB: h.d, Catalog: h.catalog, Policy: h.policy, Log: slog.New(slog.NewTextHandler(s.log, nil)), Version: "test",
		Authenticate: h.Authenticate, Menu: func(context.Context) []ui.MenuItem { return nil }, Demo: h.demo})
	if err != nil {
		t.Fatal(err)
	}
	m := NewModule(h.Service, s.server.Address, h.spool)
	s.server.Add(m.Routes()...)
	m.API(s.server.API())
	return s
}

// browser keeps cookies, follows no redirect and takes no compression.
type browser struct {
	t       *testing.T
	site    *site
	cookies map[string]string
}

func (s *site) browser(t *testing.T) *browser {
	return &browser{t: t, site: s, cookies: map[string]string{"preau_lang": "fr"}}
}

type answer struct {
	status int
	to     string // of a redirect
	body   string
	header http.Header
}

func (b *browser) do(r *http.Request) answer {
	b.t.Helper()
	for name, value := range b.cookies {
		r.AddCookie(&http.Cookie{Name: name, Value: value})
	}
	r.Header.Set("User-Agent", firefox)
	w := httptest.NewRecorder()
	b.site.server.ServeHTTP(w, r)
	for _, c := range w.Result().Cookies() {
		if c.MaxAge < 0 {
			delete(b.cookies, c.Name)
			continue
		}
		if !c.HttpOnly || c.SameSite != http.SameSiteLaxMode {
			b.t.Errorf("the cookie %s is open", c.Name)
		}
		b.cookies[c.Name] = c.Value
	}
	body, _ := io.ReadAll(w.Result().Body)
	return answer{w.Code, w.Header().Get("Location"), string(body), w.Header()}
}

func (b *browser) get(path string) answer {
	b.t.Helper()
	a := b.do(httptest.NewRequest("GET", path, nil))
	if strings.Contains(a.body, "⟦") {
		b.t.Errorf("%s: a text is missing: %s", path, regexp.MustCompile("⟦[^⟧]*⟧").FindString(a.body))
	}
	return a
}

func (b *browser) post(path string, values ...string) answer {
	b.t.Helper()
	form := url.Values{}
	for i := 0; i+1 < len(values); i += 2 {
		form.Add(values[i], values[i+1])
	}
	r := httptest.NewRequest("POST", path, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return b.do(r)
}

// wants fails unless the answer has the status (or redirects to the path) and its body every text.
func (a answer) wants(t *testing.T, status int, texts ...string) answer {
	t.Helper()
	if a.status != status {
		t.Errorf("status %d, want %d: %s", a.status, status, a.body)
	}
	for _, text := range texts {
		if status == http.StatusSeeOther {
			if a.to != text {
				t.Errorf("goes to %s, want %s", a.to, text)
			}
		} else if !strings.Contains(a.body, text) {
			t.Errorf("the page lacks %q: %s", text, a.body)
		}
	}
	return a
}

func (b *browser) login(name string) *browser {
	b.t.Helper()
	b.post("/login", "email", addressOf(name), "password", goodPassword, "how", "password").wants(b.t, 303)
	return b
}

func TestTheLogInPageKeepsTheAddressAndNeverThePassword(t *testing.T) {
	s := newSite(t, sqliteHouse(t))
	s.account(t, "zoe", head02)
	b := s.browser(t)
	b.get("/login?next=/census").wants(t, 200, `name="next" value="/census"`, "Recevoir un lien par courriel", `href="/demo/enter"`)
	a := b.post("/login", "email", "zoe@ecole.example", "password", "faux secret", "next", "/census", "how", "password").
		wants(t, 422, `value="zoe@ecole.example"`, `href="#email"`, `id="email-error"`, "ne vont pas ensemble", `value="/census"`)
	if strings.Contains(a.body, "faux secret") {
		t.Error("the password comes back")
	}
	b.post("/login", "email", "", "password", "", "how", "password").wants(t, 422, `id="email-error"`, `id="password-error"`)
	b.post("/login", "email", "zoe@ecole.example", "password", goodPassword, "next", "/census", "how", "password").wants(t, 303, "/census")
	if b.cookies[sessionCookie] == "" || s.browser(t).post("/login", "email", "zoe@ecole.example", "password", goodPassword, "next", "https://evil.example/").wants(t, 303, "/dashboard").to != "/dashboard" {
		t.Error("no cookie, or it leads elsewhere")
	}
	b.get("/login?next=/account").wants(t, 303, "/account")
	b.get("/account").wants(t, 200, "zoe@ecole.example", "Firefox sous Windows", "Ici")
	b.post("/logout").wants(t, 303, "/")
	if b.cookies[sessionCookie] != "" {
		t.Error("the cookie stays")
	}
	b.get("/account").wants(t, 303, "/login?next=%2Faccount")
	for range 5 {
		b.post("/login", "email", "zoe@ecole.example", "password", "faux", "how", "password")
	}
	b.post("/login", "email", "zoe@ecole.example", "password", "faux", "how", "password").wants(t, 429, "Réessayez dans 15 secondes.", `value="zoe@ecole.example"`)
	if strings.Contains(s.log.String(), "zoe") || strings.Contains(s.log.String(), "faux") {
		t.Errorf("the log tells of a person: %s", s.log)
	}
}

func TestALinkIsConfirmedByHandAndASecondClickSaysSo(t *testing.T) {
	s := newSite(t, sqliteHouse(t))
	s.account(t, "zoe", head02)
	b := s.browser(t)
	b.post("/login", "email", "zoe@ecole.example", "how", "link", "next", "/census").wants(t, 303, "/login/sent")
	b.post("/login", "email", "nobody@ecole.example", "how", "link").wants(t, 303, "/login/sent")
	b.get("/login/sent").wants(t, 200, "Si un compte existe", "15 minutes")
	page := "/login/link/" + s.letter(t, "/login/link/")
	for range 2 {
		b.get(page+"?next=%2Fcensus").wants(t, 200, "Bonjour zoe", `action="`+page+`"`, `value="/census"`)
	}
	if b.cookies[sessionCookie] != "" {
		t.Fatal("looking logs in")
	}
	b.get("/demo/mail").wants(t, 200, "zoe@ecole.example", page)
	b.post(page, "next", "/census").wants(t, 303, "/census")
	for range 2 {
		s.browser(t).post(page).wants(t, http.StatusGone, "Ce lien a déjà servi", "Demander un autre lien")
	}
	b.get(page).wants(t, http.StatusGone, "Ce lien a déjà servi")
	b.get("/login/link/forged").wants(t, 404, "Ce lien n&#39;est pas valable", `href="/login"`)
	if strings.Contains(s.log.String(), s.letter(t, "/login/link/")) {
		t.Error("the log holds a link")
	}
}

func TestACookieFromBeforeIsReplacedAtLogIn(t *testing.T) {
	s := newSite(t, sqliteHouse(t))
	s.account(t, "zoe", head02)
	b := s.browser(t)
	planted, _ := newSecret("")
	b.cookies[sessionCookie] = planted
	b.login("zoe")
	if b.cookies[sessionCookie] == planted {
		t.Fatal("the planted cookie is the session")
	}
	first := b.cookies[sessionCookie]
	b.login("zoe")
	thief := s.browser(t)
	thief.cookies[sessionCookie] = first
	thief.get("/account").wants(t, 303, "/login?next=%2Faccount")
	thief.cookies[sessionCookie] = planted
	thief.get("/account").wants(t, 303, "/login?next=%2Faccount")
}

func TestAnotherSiteCannotPostAForm(t *testing.T) {
	s := newSite(t, sqliteHouse(t))
	s.account(t, "zoe", head02)
	b := s.browser(t).login("zoe")
	r := httptest.NewRequest("POST", "/logout", nil)
	r.Header.Set("Sec-Fetch-Site", "cross-site")
	b.do(r).wants(t, 403, "vient d&#39;un autre site")
	b.get("/account").wants(t, 200)
}

func TestOnesOwnAccountIsKeptByHand(t *testing.T) {
	s := newSite(t, sqliteHouse(t))
	s.account(t, "zoe", lead02, head95)
	b, other := s.browser(t).login("zoe"), s.browser(t).login("zoe")
	b.post("/account", "name", "", "language", "en").wants(t, 422, `id="name-error"`, `href="#name"`)
	b.post("/account", "name", "Zoé", "language", "en").wants(t, 303, "/account")
	b.get("/account").wants(t, 200, "My account", "Zoé", "Territory lead")
	b.cookies["preau_lang"] = "fr"

	b.post("/account/password", "current_password", "faux", "new_password", "tilleul citerne agrafe").wants(t, 422, `id="current_password-error"`)
	b.post("/account/tokens", "token_name", "", "token_which", "some", "token_days", "7", "token_scopes", "x").
		wants(t, 422, `id="token_name-error"`, `id="token_scopes-error"`, `id="token_days-error"`, "<details class=\"govuk-details\" open")
	made := b.post("/account/tokens", "token_name", "export", "token_which", "some", "token_days", "30", "token_scopes", string(Self), "token_scopes", string(ReadAccounts)).wants(t, 200, "ne sera plus jamais montré")
	secret := regexp.MustCompile(`preau_[\w-]{43}`).FindString(made.body)
	if made.header.Get("Cache-Control") != "private, no-store" || secret == "" {
		t.Error("the secret is kept by a cache, or not shown")
	}
	if page := b.get("/account").wants(t, 200, "export", "2 droits"); strings.Contains(page.body, secret) {
		t.Error("the secret is shown twice")
	}

	b.get("/account/role?next=/plan").wants(t, 200, "Direction d&#39;école", "Collège Zola", `value="/plan"`)
	b.post("/account/role", "role", "admin", "next", "/plan").wants(t, 422, `id="role-error"`, `value="/plan"`)
	b.post("/account/role", "role", "head", "next", "/plan").wants(t, 303, "/plan")
	b.get("/account").wants(t, 200, "Changer de rôle")

	page := other.get("/account").wants(t, 200, "Déconnecter tous les autres")
	id := regexp.MustCompile(`name="id" value="([^"]+)"`).FindStringSubmatch(page.body)[1]
	other.post("/account/sessions/revoke", "id", id).wants(t, 303, "/account")
	b.get("/account").wants(t, 303, "/login?next=%2Faccount")
	b.login("zoe")
	other.post("/account/sessions/revoke").wants(t, 303, "/account")
	b.get("/account").wants(t, 303, "/login?next=%2Faccount")

	var e Export
	file := other.get("/account/export").wants(t, 200)
	if err := json.Unmarshal([]byte(file.body), &e); err != nil || e.Account.Name != "Zoé" || !strings.Contains(file.header.Get("Content-Disposition"), "attachment") {
		t.Error("the export is no file of the account", err)
	}
	other.post("/account/password", "current_password", goodPassword, "new_password", "tilleul citerne agrafe").wants(t, 303, "/account")
	other.get("/account").wants(t, 200, "Votre mot de passe est changé")
}

func TestPeopleAreInvitedAndGivenRolesByHand(t *testing.T) {
	for name, open := range map[string]func(*testing.T) *house{"sqlite": func(t *testing.T) *house { return sqliteHouse(t) }, "postgres": postgresHouse} {
		t.Run(name, func(t *testing.T) {
			s := newSite(t, open(t))
			s.account(t, "lead", lead02)
			b := s.browser(t).login("lead")
			b.get("/accounts/invite").wants(t, 200, "Aisne", "Direction d&#39;école")
			b.post("/accounts/invite", "email", "neuf@ecole", "role", "", "territory", "").wants(t, 422, `value="neuf@ecole"`, `id="role-error"`, `id="territory-error"`)
			b.post("/accounts/invite", "email", "neuf@ecole", "role", "head", "territory", "02", "school", "002 0002s").wants(t, 422, `id="email-error"`, `value="0020002S"`)
			b.post("/accounts/invite", "email", "neuf@ecole.example", "role", "head", "territory", "02").wants(t, 422, `id="school-error"`, "écrivez son code UAI")
			b.post("/accounts/invite", "email", "neuf@ecole.example", "role", "head", "territory", "95", "school", "0950001A").wants(t, 404)
			b.post("/accounts/invite", "email", "neuf@ecole.example", "role", "national_pilot", "territory", "02").wants(t, 403, "pas de ceux que vous pouvez confier", `value="neuf@ecole.example"`)
			b.post("/accounts/invite", "email", "neuf@ecole.example", "role", "head", "territory", "02", "school", "0020002s").wants(t, 303, "/accounts")
			b.get("/accounts").wants(t, 200, "L&#39;invitation est partie", "neuf@ecole.example", "Renvoyer")

			page := "/invitations/" + s.letter(t, "/invitations/")
			b.get(page).wants(t, 200, "adressée à quelqu&#39;un d&#39;autre", `action="/logout"`)
			b.post(page, "name", "X", "password", goodPassword).wants(t, 403)
			guest := s.browser(t)
			guest.get(page).wants(t, 200, "neuf@ecole.example", "École des Tilleuls", `action="`+page+`"`)
			guest.post(page, "name", "Nadia Neuf", "password", "court").wants(t, 422, `value="Nadia Neuf"`, `id="password-error"`)
			guest.post(page, "name", "Nadia Neuf", "password", goodPassword).wants(t, 303, "/")
			guest.get("/account").wants(t, 200, "Bienvenue", "École des Tilleuls")
			guest.get(page).wants(t, http.StatusGone, "déjà été acceptée")
			s.browser(t).post(page, "name", "Y", "password", goodPassword).wants(t, http.StatusGone, "déjà été acceptée")
			guest.get("/invitations/forged").wants(t, 404, "n&#39;existe pas")

			person := regexp.MustCompile(`href="(/accounts/[0-9a-f-]+)">Nadia Neuf`).FindStringSubmatch(b.get("/accounts?q=nadia").wants(t, 200).body)[1]
			b.get(person).wants(t, 200, "Nadia Neuf", "Direction d&#39;école", "Désactiver le compte")
			b.post(person+"/grants", "role", "", "territory", "02").wants(t, 422, `id="role-error"`)
			b.post(person+"/grants", "role", "trainer", "territory", "02", "school", "0020002S").wants(t, 422, `id="school-error"`, `value="0020002S"`)
			b.post(person+"/grants", "role", "trainer", "territory", "02").wants(t, 303, person)
			remove := regexp.MustCompile(`action="([^"]+/remove)"`).FindAllStringSubmatch(b.get(person).wants(t, 200, "Formateur").body, -1)
			b.post(person+"/disable").wants(t, 303, person)
			guest.get("/account").wants(t, 303)
			b.get(person).wants(t, 200, "Réactiver le compte")
			b.post(person+"/enable").wants(t, 303, person)
			b.get(person+"/erase").wants(t, 404)
			b.post(person+"/erase").wants(t, 404)
			b.get(person+"/export").wants(t, 404)
			if len(remove) != 2 {
				t.Fatalf("%d roles can be taken away", len(remove))
			}
			b.post(remove[0][1]).wants(t, 303, person)
			b.post(remove[1][1]).wants(t, 303, "/accounts")
			b.get(person).wants(t, 404)
		})
	}
}

func postgresHouse(t *testing.T) *house { return newHouse(t, dbtest.PostgresURL(t)) }

func TestAHeadChoosesAmongTheirSchoolAndItsClasses(t *testing.T) {
	s := newSite(t, sqliteHouse(t))
	s.account(t, "head", head02)
	b := s.browser(t).login("head")
	b.get("/accounts/invite").wants(t, 200, `value="02/0020002S/"`, `value="02/0020002S/c1"`, "École des Tilleuls – CM1")
	b.post("/accounts/invite", "email", "x@ecole.example", "role", "teacher").wants(t, 422, `id="place-error"`)
	b.post("/accounts/invite", "email", "x@ecole.example", "role", "teacher", "place", "95/0950001A/").wants(t, 404)
	b.post("/accounts/invite", "email", "x@ecole.example", "role", "territory_lead", "place", "02/0020002S/").wants(t, 403)
	b.post("/accounts/invite", "email", "x@ecole.example", "role", "teacher", "place", "02/0020002S/nope").wants(t, 422, `id="place-error"`)
	b.post("/accounts/invite", "email", "x@ecole.example", "role", "teacher", "place", "02/0020002S/c1").wants(t, 303, "/accounts")
	page := b.get("/accounts").body
	cancel := regexp.MustCompile(`action="([^"]+/cancel)"`).FindStringSubmatch(page)[1]
	resend := regexp.MustCompile(`action="([^"]+/resend)"`).FindStringSubmatch(page)[1]
	b.post(resend).wants(t, 303, "/accounts")
	b.post(cancel).wants(t, 303, "/accounts")
	b.post(cancel).wants(t, 303, "/accounts")
	b.post(resend).wants(t, 409)
}

func TestThePersonWhoProtectsDataExportsAndErases(t *testing.T) {
	s := newSite(t, sqliteHouse(t))
	id := s.account(t, "zoe", head02)
	s.account(t, "dpo", authz.Grant{Role: authz.DPO, Scope: authz.Territory("02")})
	b := s.browser(t).login("dpo")
	page := b.get("/accounts/"+id).wants(t, 200, "Effacer la personne", "Télécharger les données")
	if strings.Contains(page.body, "Désactiver") || strings.Contains(page.body, "/grants") {
		t.Error("more is offered than may be done")
	}
	b.get("/accounts/"+id+"/export").wants(t, 200, `"email": "zoe@ecole.example"`)
	b.get("/accounts/"+id+"/erase").wants(t, 200, "Effacer pour toujours", "zoe@ecole.example")
	b.post("/accounts/"+id+"/erase").wants(t, 303, "/accounts")
	b.post("/accounts/"+id+"/erase").wants(t, 404)
	b.get("/accounts").wants(t, 200, "La personne est effacée")
}

func TestTheDemonstrationIsEnteredInARoleAndNowhereElse(t *testing.T) {
	h := sqliteHouse(t)
	s := newSite(t, h)
	h.seed(t, []SeedAccount{{Email: "claire@demo.example", Name: "Claire", Grants: []authz.Grant{lead02}, Showcase: 1}})
	b := s.browser(t)
	delete(b.cookies, "preau_lang")
	r := httptest.NewRequest("GET", "/demo/enter", nil)
	r.Header.Set("Accept-Language", "en")
	page := b.do(r).wants(t, 200, "Claire", "Territory lead", "Leads the programme")
	id := regexp.MustCompile(`name="account" value="([^"]+)"`).FindStringSubmatch(page.body)[1]
	b.cookies["preau_lang"] = "en"
	b.post("/demo/enter", "account", id, "next", "/plan").wants(t, 303, "/plan")
	b.get("/account").wants(t, 200, "My account", "Aisne")
	b.post("/demo/enter", "account", "nobody").wants(t, 404)

	if err := h.spool.Send(context.Background(), mail.Message{To: "visiteur@ac-amiens.fr", Subject: "Invitation", Text: "x"}); err != nil {
		t.Fatal(err)
	}
	if mails := b.get("/demo/mail").wants(t, 200, "No mail"); strings.Contains(mails.body, "visiteur") {
		t.Error("a visitor's own address is shown to everybody")
	}

	h2 := sqliteHouse(t)
	h2.demo = false
	real := newSite(t, h2).browser(t)
	for _, path := range []string{"/demo/enter", "/demo/mail"} {
		real.get(path).wants(t, 404)
	}
	real.post("/demo/enter", "account", id).wants(t, 404)
	if page := real.get("/login").wants(t, 200); strings.Contains(page.body, "/demo/") {
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
	call := func(method, path, token string) answer {
		r := httptest.NewRequest(method, path, nil)
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		return s.browser(t).do(r)
	}
	call("GET", "/api/v1/me", narrow).wants(t, 200, `"name":"zoe"`, `"role":"territory_lead"`, `"territory":"02"`, `"limit":["journal.read"]`)
	call("GET", "/api/v1/tokens", narrow).wants(t, 404)
	call("GET", "/api/v1/me", "").wants(t, 401, `"status":401`)
	call("GET", "/api/v1/me", "preau_faux").wants(t, 401, "Ce jeton n'est pas valable")
	list := call("GET", "/api/v1/tokens", wide).wants(t, 200, `"name":"narrow"`, `"expires_at":"2026-12-23T08:00:00Z"`)
	if strings.Contains(list.body, wide) || strings.Contains(list.body, "hash") {
		t.Error("the list tells a secret")
	}
	call("DELETE", "/api/v1/tokens/"+token.ID, wide).wants(t, 204)
	call("GET", "/api/v1/me", wide).wants(t, 401)
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
	public := s.browser(t)
	logged := s.browser(t).login("root")
	logged.post("/account/role", "role", "admin").wants(t, 303, "/")
	logged.post("/account/tokens", "token_name", "x", "token_which", "read", "token_days", "30").wants(t, 200)
	for _, lang := range []string{"fr", "en"} {
		public.cookies["preau_lang"], logged.cookies["preau_lang"] = lang, lang
		for _, path := range []string{"/login", "/login/sent", "/login/link/" + link, "/invitations/" + invitation, "/demo/enter", "/demo/mail"} {
			checkPage(t, path, lang, public.get(path))
		}
		for _, path := range []string{"/account", "/account/role", "/accounts", "/accounts?q=xyz", "/accounts/invite", "/accounts/" + id, "/accounts/" + id + "/erase"} {
			checkPage(t, path, lang, logged.get(path))
		}
	}
}

var (
	labelled = regexp.MustCompile(`<input[^>]*?id="([^"]+)"`)
	anyID    = regexp.MustCompile(`\sid="([^"]+)"`)
)

// checkPage looks for what can be seen in the markup alone: the language, one heading, labels, ids used once,
// nothing that the content policy forbids.
func checkPage(t *testing.T, path, lang string, a answer) {
	t.Helper()
	a.wants(t, 200, `lang="`+lang+`"`)
	if n := strings.Count(a.body, "<h1"); n != 1 {
		t.Errorf("%s: %d headings", path, n)
	}
	for _, m := range labelled.FindAllStringSubmatch(a.body, -1) {
		if !strings.Contains(a.body, `for="`+m[1]+`"`) {
			t.Errorf("%s: the input %s has no label", path, m[1])
		}
	}
	seen := map[string]bool{}
	for _, m := range anyID.FindAllStringSubmatch(a.body, -1) {
		if seen[m[1]] {
			t.Errorf("%s: the id %s is used twice", path, m[1])
		}
		seen[m[1]] = true
	}
	for _, bad := range []string{" style=", "<script>", " onclick=", `action=""`} {
		if strings.Contains(a.body, bad) {
			t.Errorf("%s has %s", path, bad)
		}
	}
}

func TestEveryRouteChecksWhoAsks(t *testing.T) {
	h := sqliteHouse(t)
	s := newSite(t, h)
	id := s.account(t, "zoe", head02)
	s.account(t, "prof", teach)
	teacher := s.browser(t).login("prof")
	for _, r := range s.server.Routes() {
		if r.Public || !strings.HasPrefix(r.Pattern, "/account") {
			continue
		}
		path := strings.NewReplacer("{id}", id, "{grant}", "x").Replace(r.Pattern)
		call := func(b *browser) answer {
			if r.Method == "GET" {
				return b.get(path)
			}
			return b.post(path)
		}
		if a := call(s.browser(t)); a.status != 401 && a.status != 303 || (a.status == 303 && !strings.HasPrefix(a.to, "/login?")) {
			t.Errorf("%s %s answers the public with %d %s", r.Method, path, a.status, a.to)
		}
		if a := call(teacher); r.Permission != Self && a.status != 404 {
			t.Errorf("%s %s answers a teacher with %d", r.Method, path, a.status)
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
