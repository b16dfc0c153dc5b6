package orders

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"preau/internal/base/dbtest"
	"preau/internal/base/files"
	"preau/internal/base/tabular"
	"preau/internal/base/web/webtest"
	"preau/internal/measures/equip/catalogue"
	"preau/internal/territory/directory"
	"preau/internal/territory/programme"
)

const lead, officer, elsewhere, pilot = "territory_lead 02", "logistics_officer 02", "territory_lead 95", "national_pilot"

func site(t *testing.T) (*house, *webtest.Site) {
	t.Helper()
	h := furnish(t, dbtest.SQLite(t, rooms...))
	return h, webtest.New(t, h.d, policy, &Module{h.service}, Messages, catalogue.Messages, directory.Messages, programme.Messages, files.Messages, tabular.Messages)
}

// to returns where a form led, and fails when it was refused.
func to(t *testing.T, w *httptest.ResponseRecorder) string {
	t.Helper()
	if w.Code != http.StatusSeeOther {
		t.Fatalf("%d: %.2000s", w.Code, w.Body.String())
	}
	return w.Header().Get("Location")
}

func TestTheJourneyFromThePlanToAPlacedOrder(t *testing.T) {
	h, s := site(t)
	s.Want(s.Get(lead, "/orders"), http.StatusOK, "Commander ce que le plan prévoit", "Aucune commande")
	s.Want(s.Get(pilot, "/orders/from-plan?territory=95"), http.StatusOK, "Aucun plan n&#39;est en vigueur ici")
	s.Want(s.Get(elsewhere, "/orders/from-plan?territory=02"), http.StatusNotFound)
	body := s.Want(s.Get(lead, "/orders/from-plan"), http.StatusOK, "Mur pédagogique", "Reste 6 unités", "Tablette avec chargeur et housse", "Réseau Canopé")
	if strings.Count(body, "<fieldset") != 5 {
		t.Error("a fieldset a measure, and one for the funders")
	}
	kit := h.order0(t, "Mur pédagogique")
	form := url.Values{"territory": {"02"}, "measure": {"walls", "hybrid-kits", "pupil-loans", "new-teachers"}, "item-walls": {"kit:" + kit}, "supplier-walls": {"Comptoir"}, "market-walls": {"M-1"},
		"price-walls": {"3 200,50"}, "owner": {"Commune"}, "funder-1": {"État"}, "share-1": {"60"}, "funder-2": {"Région"}, "share-2": {"30"}}
	s.Want(s.Post(lead, "/orders/from-plan", form), http.StatusUnprocessableEntity, "Elles doivent faire 100", `value="Région"`, "3 200,50")
	form.Set("share-2", "40")
	form.Set("price-walls", "cher")
	s.Want(s.Post(lead, "/orders/from-plan", form), http.StatusUnprocessableEntity, "Un montant en euros")
	form.Set("price-walls", "3 200,50")
	s.Want(s.Post(elsewhere, "/orders/from-plan", form), http.StatusNotFound)
	list := to(t, s.Post(lead, "/orders/from-plan", form))
	s.Want(s.Get(lead, list), http.StatusOK, "Comptoir", "19\u202f203", "Brouillon")
	o := h.order("walls")
	at := "/orders/" + o.ID
	s.Want(s.Get(lead, at), http.StatusOK, "État (60 %), Région (40 %)", "Plan adopté le", "version 1")
	s.Want(s.Get(elsewhere, at), http.StatusNotFound)
	s.Want(s.Get(lead, at+"/awards?q=hirson"), http.StatusOK, "École d&#39;Hirson", "1 à 1 sur 1")
	s.Want(s.Post(lead, at+"/awards", url.Values{"line": {"1"}, "school": {laon2}, "quantity": {"1"}}), http.StatusUnprocessableEntity, "Il ne reste que 0")
	s.Want(s.Get(lead, at+"/awards.csv"), http.StatusOK, hirson, "École d'Hirson;Hirson;1;3")
	s.Want(s.Get(lead, at+"/rounds"), http.StatusOK, "Hirson", "Laon")
	s.Want(s.Get(lead, at+"/place"), http.StatusOK, "6 unités, 19\u202f203")
	s.Want(s.Post(lead, at+"/place", url.Values{"version": {"99"}}), http.StatusConflict)
	to(t, s.Post(officer, at+"/place", url.Values{"version": {"1"}}))
	s.Want(s.Get(lead, at), http.StatusOK, "Passée", "Service fait et argent")
	s.Want(s.Get(lead, at+"/edit"), http.StatusOK, "seuls le marché")
	s.Want(s.Get(lead, "/orders/export.csv"), http.StatusOK, "02;"+o.Reference+";placed;walls;Comptoir;M-1;6;0;19203.00")
	s.Want(s.Get(lead, "/orders?q=comptoir&state=placed&measure=walls&sort=cost&order=down"), http.StatusOK, o.Reference)
}

// order0 returns the kit of a name.
func (h *house) order0(t *testing.T, name string) string {
	t.Helper()
	kits, err := h.stock.Kits(inside(t.Context()), false)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range kits {
		if k.Name == name {
			return k.ID
		}
	}
	t.Fatal(name)
	return ""
}

func TestAnOrderIsWrittenByHandAndItsInvoicesAreFollowed(t *testing.T) {
	h, s := site(t)
	kit := h.order0(t, "Kit robotique")
	s.Want(s.Get(officer, "/orders/new"), http.StatusOK, "Kit robotique", "Ligne 2")
	form := url.Values{"territory": {"02"}, "supplier": {"Petit Pas"}, "item-1": {"kit:" + kit}, "quantity-1": {"3"}, "price-1": {"638"}}
	at := to(t, s.Post(officer, "/orders", form))
	s.Want(s.Get(officer, at+"/place"), http.StatusOK, "Il manque la référence du marché", "Il manque les financeurs")
	s.Want(s.Post(officer, at+"/place", url.Values{"version": {"1"}}), http.StatusUnprocessableEntity, "Complétez d&#39;abord la commande")
	form = url.Values{"version": {"1"}, "supplier": {"Petit Pas"}, "market": {"M-2"}, "owner": {"EPLE"}, "number-1": {"1"}, "item-1": {"kit:" + kit}, "quantity-1": {"3"}, "price-1": {"638,10"}, "funder-1": {"Région"}, "share-1": {"100"}}
	to(t, s.Post(officer, at+"/edit", form))
	s.Want(s.Get(officer, at+"/edit"), http.StatusOK, `value="638.10"`, "Petit Pas")
	to(t, s.Post(officer, at+"/awards", url.Values{"line": {"1"}, "school": {laon}, "quantity": {"2"}}))
	o, err := h.service.Order(inside(t.Context()), strings.TrimPrefix(at, "/orders/"))
	if err != nil {
		t.Fatal(err)
	}
	to(t, s.Post(officer, at+"/place", url.Values{"version": {whole(o.Version)}}))
	s.Want(s.Get(officer, at+"/awards"), http.StatusOK, "Réserve du territoire", "Cœur-de-Ville")
	h.deliver(o, 1)
	invoice := url.Values{"line": {"1"}, "reference": {"F-9"}, "dated_on": {"2026-11-01"}, "quantity": {"2"}, "cents": {"1276,20"}}
	to(t, s.Post(officer, at+"/invoices", invoice))
	s.Want(s.Post(officer, at+"/invoices", invoice), http.StatusUnprocessableEntity, "déjà notée")
	body := s.Want(s.Get(officer, at+"/invoices"), http.StatusOK, "2 unités facturées pour 1 reçues", "Facturé au-delà du reçu", "F-9")
	pay := body[strings.Index(body, at+"/invoices/"):]
	to(t, s.Post(officer, pay[:strings.Index(pay, `"`)], nil))
	s.Want(s.Get(officer, "/money"), http.StatusOK, "Hors mesure", "1\u202f914,30", "638,10", "1\u202f276,20", "Région", "Kits d&#39;enseignement hybride")
	s.Want(s.Get(officer, "/money/export.csv?territory=02"), http.StatusOK, ";02;Région;1914.30;638.10;1276.20;1276.20")
	s.Want(s.Get(elsewhere, "/money?territory=02"), http.StatusNotFound)
	s.Want(s.Get(officer, at+"/close"), http.StatusOK, "2 unités ne sont pas arrivées")
	s.Want(s.Post(officer, at+"/close", nil), http.StatusConflict)
	to(t, s.Post(officer, at+"/close", url.Values{"without": {"yes"}}))
	s.Want(s.Get(officer, at+"/cancel"), http.StatusConflict, "est close")
	s.Want(s.Get(officer, "/orders/rounds?territory=02"), http.StatusOK, "Arrêts par tournée")
	s.Want(s.Post(officer, "/orders/rounds", url.Values{"territory": {"02"}, "stops": {"0"}, "units": {"5"}, "kilometres": {"9"}}), http.StatusUnprocessableEntity)
}

func TestTheSameGoesThroughTheProgrammingInterface(t *testing.T) {
	h, s := site(t)
	do := func(method, path, body string, status int, parts ...string) {
		t.Helper()
		s.Want(s.Do(lead, method, path, "application/json", strings.NewReader(body)), status, parts...)
	}
	do("POST", "/api/v1/orders/from-plan", `{"choices":[{"measure":"walls","supplier":"S","market":"M"}]}`, http.StatusOK, `"units":32`, `"schools":4`)
	do("POST", "/api/v1/orders/from-plan", `{"territory":"02"}`, http.StatusConflict)
	do("POST", "/api/v1/orders/from-plan", `{"territory":"95"}`, http.StatusNotFound)
	o := h.order("walls")
	at := "/api/v1/orders/" + o.ID
	do("GET", at, "", http.StatusOK, `"awarded":6`, `"share":10000`)
	do("PUT", at+"/awards", `{"line":1,"school":"`+hirson+`","quantity":0}`, http.StatusNoContent)
	do("GET", at+"/awards", "", http.StatusOK, `"round_name"`)
	do("POST", at+"/place", `{"version":2}`, http.StatusOK, `"assets":6`)
	do("POST", at+"/invoices", `{"line":1,"reference":"F","dated_on":"2026-11-01","quantity":1,"cents":1000}`, http.StatusOK, `"unserved":true`)
	do("GET", at+"/invoices", "", http.StatusOK, `"received":0`)
	do("POST", at+"/cancel", "", http.StatusConflict)
	do("POST", "/api/v1/orders/rounds", `{"territory":"02"}`, http.StatusOK, `"rounds"`)
	do("GET", "/api/v1/money", "", http.StatusOK, `"measure":"walls"`, `"ordered_cents":1911000`)
	do("GET", "/api/v1/orders?state=draft", "", http.StatusOK, `"total":3`)
}
