package app_test

import (
	"html"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"preau/internal/base/authz"
)

var kindOption = regexp.MustCompile(`<option value="([a-z_]+\.[a-z_.]+)"[^>]*>\s*([^<]*)<`)

func TestTheJournalTellsWhatEveryRoomRecordsInWords(t *testing.T) {
	h := openHouse(t)
	for _, lang := range []string{"fr", "en"} {
		r := httptest.NewRequest("GET", "/journal", nil)
		r.AddCookie(h.session(t, authz.TerritoryLead))
		r.Header.Set("Accept-Language", lang)
		w := httptest.NewRecorder()
		h.Server.ServeHTTP(w, r)
		page := html.UnescapeString(w.Body.String())
		options := kindOption.FindAllStringSubmatch(page, -1)
		if len(options) < 25 {
			t.Fatalf("%d kinds to choose from: %.500s", len(options), page)
		}
		for _, o := range options {
			if strings.TrimSpace(o[2]) == o[1] {
				t.Errorf("%s has no name in %s", o[1], lang)
			}
			for _, key := range []string{"fact." + o[1] + ".said", "fact." + o[1] + ".day"} {
				if !h.Catalog.Has(key) {
					t.Errorf("%s is missing", key)
				}
			}
		}
		if strings.Contains(page, "⟦") {
			t.Errorf("a message is missing in %s", lang)
		}
	}
}
