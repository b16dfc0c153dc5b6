package app_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"

	"preau/internal/base/authz"
)

// send presses the button of the page's main form.
const send = "main form button.govuk-button[type=submit]:not([name])"

func TestALeadRehearsesTheClosureOfASchoolThatTheyKnowByName(t *testing.T) {
	for _, scripts := range []bool{true, false} {
		t.Run(fmt.Sprintf("scripts=%v", scripts), func(t *testing.T) {
			h := openHouse(t)
			school, err := h.Readiness.Census(inside(), h.bigSchool(t))
			if err != nil {
				t.Fatal(err)
			}
			b := visitor(t, h.URL, scripts)
			b.phone()
			b.speak("fr")
			b.as(h, authz.TerritoryLead)
			b.open("/drills/new")
			b.fill("input[name=name]", "Panne de chauffage")
			b.do(chromedp.Click(chromedp.CSS("input[name=scope][value=school]")))
			b.fill("input[name=school]", school.School.Name+" "+school.School.CommuneName)
			b.click(send)
			b.says("Panne de chauffage", "Fermé ce jour-là : "+school.School.Name, "Classe par classe", school.Classes[0].Name)
			if !strings.HasPrefix(b.where(), "/drills/") {
				t.Errorf("the drill is at %s", b.where())
			}
			b.click("form[action$='/runs'] button")
			b.says("Le passage 2 comparé au passage 1")
			b.open("/drills")
			b.says("Panne de chauffage", school.School.Name)
		})
	}
}

func TestAHeadIsAskedAboutASlipOfTheKeyboardAndConfirmsIt(t *testing.T) {
	for _, scripts := range []bool{true, false} {
		t.Run(fmt.Sprintf("scripts=%v", scripts), func(t *testing.T) {
			h := openHouse(t)
			uai := h.bigSchool(t)
			b := visitor(t, h.URL, scripts)
			b.phone()
			b.speak("fr")
			b.as(h, authz.Head)
			b.open("/census/" + uai)
			census, err := h.Readiness.Census(inside(), uai)
			if err != nil {
				t.Fatal(err)
			}
			first := census.Classes[0]
			known, _ := first.Listed.Get()
			pupils := fmt.Sprintf("input[name='%s.pupils']", first.ID)
			b.fill(pupils, "99")
			b.click(send)
			b.says("À vérifier", fmt.Sprintf("%s : 99 élèves, alors que l'on en connaît %d", first.Name, known), "Confirmer et enregistrer")
			b.click(send)
			b.says("Réponses enregistrées pour une classe")
			if kept := b.value(pupils); kept != "99" {
				t.Errorf("%q pupils were kept", kept)
			}
		})
	}
}
