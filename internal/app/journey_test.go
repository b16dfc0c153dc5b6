package app_test

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/chromedp"

	"preau/internal/app/demo"
	"preau/internal/base/authz"
	"preau/internal/insight/readiness"
)

// as logs the window in as the demo account of the role.
func (b *tab) as(h *house, role authz.Role) {
	b.t.Helper()
	cookie := h.session(b.t, role)
	if _, err := chromedp.Call(b.ctx, network.SetCookie, network.SetCookieParams{Name: cookie.Name, Value: cookie.Value, URL: b.base}); err != nil {
		b.t.Fatal(err)
	}
}

// speak chooses the language as the link of every page does.
func (b *tab) speak(lang string) {
	b.t.Helper()
	b.open("/language/" + lang + "?back=/accessibility")
}

func TestNoPageHasAnAccessibilityViolationInEitherLanguage(t *testing.T) {
	h := openHouse(t)
	e := h.examples(t)
	school, class := e["{uai}"], e["/classes/{id}"]
	pages := map[authz.Role][]string{
		authz.Public: {"/", "/programme", "/programme/rules", "/programme/people", "/schools", "/schools?q=ecole&type=ecole", "/schools?q=zzzzzz", "/schools/" + school, "/map", "/territories/99",
			"/readiness/schools/" + school, "/plan/schools/" + school, "/login", "/login/sent", "/demo/enter", "/accessibility", "/about-data", "/source", "/sources", "/api", "/nowhere"},
		authz.TerritoryLead: {"/dashboard", "/schools", "/schools/" + school, "/schools/" + school + "/correct", "/readiness", "/census", "/plan", "/plans/" + e["/plans/{id}"],
			"/plans/" + e["/plans/{id}"] + "/adopt", "/drills", "/drills/new", "/drills/" + e["/drills/{id}"], "/imports", "/imports/lists", "/imports/" + e["/imports/{id}"], "/journal", "/accounts", "/accounts/invite",
			"/accounts/" + e["/accounts/{id}"], "/account", "/people-data"},
		authz.Head: {"/my-school", "/census/" + school, "/classes", "/classes/new?school=" + school, "/classes/" + class, "/classes/" + class + "/edit", "/classes/" + class + "/close",
			"/schools/" + school + "/staff", "/imports/roster"},
		authz.Teacher:       {"/my-classes", "/census/" + school, "/classes/" + class},
		authz.NationalPilot: {"/dashboard", "/readiness"},
		authz.Evaluator:     {"/dashboard", "/readiness", "/plan"},
		authz.DPO:           {"/dashboard", "/people-data", "/journal"},
		authz.Admin:         {"/dashboard", "/accounts/" + e["/accounts/{id}"] + "/erase"},
	}
	for role, paths := range pages {
		b := visitor(t, h.URL, true)
		if role != authz.Public {
			b.as(h, role)
		}
		for _, lang := range []string{"fr", "en"} {
			b.speak(lang)
			for _, path := range paths {
				b.open(path)
				for _, found := range b.axe() {
					t.Errorf("%s in %s as %s: %s", path, lang, role, found)
				}
				if strings.Contains(b.text(), "⟦") {
					t.Errorf("%s in %s: a message is missing: %.300s", path, lang, b.text())
				}
			}
		}
	}
}

// bigSchool is the demo head's collège of twelve classes.
func (h *house) bigSchool(t *testing.T) string {
	t.Helper()
	shown, err := h.Accounts.Showcase(inside())
	if err != nil {
		t.Fatal(err)
	}
	for _, account := range shown {
		if len(account.Grants) == 1 && account.Grants[0].Role == authz.Head {
			return account.Grants[0].Scope.School
		}
	}
	t.Fatal("no head")
	return ""
}

func TestAHeadAnswersTheCensusOfTwelveClassesInOnePage(t *testing.T) {
	for _, scripts := range []bool{true, false} {
		t.Run(fmt.Sprintf("scripts=%v", scripts), func(t *testing.T) {
			h := openHouse(t)
			school := h.bigSchool(t)
			b := visitor(t, h.URL, scripts)
			b.speak("fr")
			b.open("/login")
			b.fill("input[name=email]", "direction@demo.preau.example")
			b.fill("input[name=password]", demo.Password)
			b.click("main form button[type=submit]")
			b.open("/my-school")
			b.open("/census/" + school)
			census, err := h.Readiness.Census(inside(), school)
			if err != nil || len(census.Classes) != 12 {
				t.Fatalf("%d classes, %v", len(census.Classes), err)
			}
			before, err := h.Readiness.Report(inside(), readiness.Place{School: school})
			if err != nil {
				t.Fatal(err)
			}
			// Two slips first: nothing that was typed may be lost.
			wrong := fmt.Sprintf("input[name='%s.device']", census.Classes[0].ID)
			b.fill(wrong, "25")
			for _, c := range census.Classes {
				b.fill(fmt.Sprintf("input[name='%s.pupils']", c.ID), "20")
				b.fill(fmt.Sprintf("input[name='%s.reached']", c.ID), "19")
			}
			b.click("main form button.govuk-button[type=submit]:not([name])")
			if kept := b.value(wrong); kept != "25" {
				t.Errorf("the wrong answer was lost: %q", kept)
			}
			if !b.has(".govuk-error-summary") {
				t.Errorf("no error is shown: %.400s", b.text())
			}
			for _, c := range census.Classes {
				for cell, value := range map[string]string{"device": "20", "shared": "0", "video": "20"} {
					b.fill(fmt.Sprintf("input[name='%s.%s']", c.ID, cell), value)
				}
			}
			b.click("main form button.govuk-button[type=submit]:not([name])")
			after, err := h.Readiness.Census(inside(), school)
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range after.Classes {
				if raw := c.Answer.Raw(); raw[0] != "20" || raw[1] != "20" || raw[4] != "19" {
					t.Errorf("%s: %v", c.Name, raw)
				}
			}
			now, err := h.Readiness.Report(inside(), readiness.Place{School: school})
			if err != nil || now.Figures.Pupils != 240 || now.Figures == before.Figures {
				t.Errorf("readiness did not follow: %+v, %v", now.Figures, err)
			}
		})
	}
}

func TestATerritoryLeadGoesFromTheListOfSchoolsToAnAdoptedPlan(t *testing.T) {
	for _, scripts := range []bool{true, false} {
		t.Run(fmt.Sprintf("scripts=%v", scripts), func(t *testing.T) {
			h := openHouse(t)
			b := visitor(t, h.URL, scripts)
			b.speak("fr")
			b.as(h, authz.TerritoryLead)
			b.open("/dashboard")
			b.says("Val-de-Brume", "Les mesures du programme")
			b.open("/schools?q=" + url.QueryEscape("ECOLE elementaire"))
			b.says("École élémentaire")
			b.open("/readiness")
			b.says("Équipement", "Relation", "Formation")
			b.open("/plan")
			b.says("Val-de-Brume", "tirage au sort")
			b.click("form[action='/plans'] button[type=submit]")
			draft := b.where()
			if !strings.HasPrefix(draft, "/plans/") {
				t.Fatalf("the draft is at %s: %.300s", draft, b.text())
			}
			b.open(strings.Split(draft, "?")[0] + "/adopt")
			b.click("main form button.govuk-button[type=submit]:not([name])")
			inForce, err := h.Plan.InForce(inside(), demo.Territory)
			if err != nil || !strings.Contains(draft, inForce.ID) {
				t.Errorf("in force is %+v, %v; adopted was %s", inForce, err, draft)
			}
			school := h.bigSchool(t)
			b.open("/plan/schools/" + school)
			b.says("L. 311-3-1")
		})
	}
}

func TestEveryPageFitsAPhoneAndAnOldTablet(t *testing.T) {
	h := openHouse(t)
	school := h.bigSchool(t)
	for role, paths := range map[authz.Role][]string{
		authz.Public:        {"/", "/programme", "/schools", "/schools/" + school, "/map", "/plan/schools/" + school},
		authz.TerritoryLead: {"/dashboard", "/schools", "/readiness", "/plan", "/journal", "/drills", "/imports", "/accounts"},
		authz.Head:          {"/my-school", "/census/" + school},
	} {
		b := visitor(t, h.URL, true)
		if role != authz.Public {
			b.as(h, role)
		}
		for _, width := range []int64{360, 660, 768} {
			b.do(chromedp.EmulateViewport(width, 740))
			for _, path := range paths {
				b.open(path)
				wide, err := chromedp.Run(b.ctx, chromedp.Evaluate[int]("document.documentElement.scrollWidth - document.documentElement.clientWidth"))
				if err != nil || wide > 0 {
					t.Errorf("%s as %s is %d pixels wider than a window of %d, %v", path, role, wide, width, err)
				}
			}
		}
	}
}

func TestAPageIsLightAndTheNextOneLighter(t *testing.T) {
	h := openHouse(t)
	school := h.bigSchool(t)
	var addresses []string
	for role, paths := range map[authz.Role][]string{
		authz.Public:        {"/", "/programme", "/schools", "/schools/" + school, "/map", "/plan/schools/" + school, "/programme/rules"},
		authz.TerritoryLead: {"/dashboard", "/readiness", "/plan", "/journal", "/census"},
		authz.Head:          {"/my-school", "/census/" + school},
	} {
		for _, path := range paths {
			b := visitor(t, h.URL, true)
			if role != authz.Public {
				b.as(h, role)
			}
			first := b.weigh(path)
			later := b.weigh(path)
			if first > 120<<10 || later > 25<<10 {
				t.Errorf("%s as %s: %d bytes at first, %d later", path, role, first, later)
			}
			addresses = append(addresses, fmt.Sprintf("%s %d %d", path, first, later))
		}
	}
	slices.Sort(addresses)
	t.Log(strings.Join(addresses, "; "))
}
