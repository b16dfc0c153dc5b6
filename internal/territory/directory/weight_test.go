package directory

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/journal"
)

// A page after the first one weighs at most 25 KB over the wire.
const laterView = 25_000

func TestPagesOfRealTerritoriesAreLight(t *testing.T) {
	s := newService(t, dbtest.SQLite(t, journal.Migrations, Migrations), withContours(t, realSchools(t, "schools-02-95.csv")))
	wantLight(t, s, "/schools", "/map", "/map?territory=02", "/map?territory=95", "/map?territory=95&type=college", "/map?territory=02&type=ecole",
		"/territories/95", "/schools/0020002S")
}

func TestAMapOfAsManySchoolsAsItShowsOneByOneIsLight(t *testing.T) {
	data := withContours(t, realSchools(t, "schools-02-95.csv"))
	n := 0
	data.Schools = slices.DeleteFunc(data.Schools, func(s School) bool {
		if s.Territory == "95" {
			n++
		}
		return s.Territory == "95" && n > mostPlaces
	})
	wantLight(t, newService(t, dbtest.SQLite(t, journal.Migrations, Migrations), data), "/map?territory=95")
}

// wantLight asks for the pages while every school has a readiness of its own.
func wantLight(t *testing.T, s *Service, paths ...string) {
	t.Helper()
	s.Join(Links{Readiness: func(ctx context.Context, territory string) (map[UAI]Interval, error) {
		known := map[UAI]Interval{}
		err := s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
			list, err := db.All(ctx, tx, db.Value[UAI], "SELECT uai FROM directory_school WHERE territory = ? ORDER BY uai", territory)
			for i, uai := range list {
				total := int64(60 + i*37%400)
				known[uai] = Interval{Sure: total * int64(i%5) / 5, Possible: total * int64(i%5+1) / 5, Total: total}
			}
			return err
		})
		return known, err
	}})
	server := newSite(t, s)
	for _, path := range paths {
		for _, encoding := range []string{"br, gzip", "gzip"} {
			r := httptest.NewRequest(http.MethodGet, path, nil)
			r.Header.Set("Accept-Encoding", encoding)
			w := httptest.NewRecorder()
			server.Serve(w, r)
			t.Logf("%s: %d bytes (%s)", path, w.Body.Len(), encoding)
			if w.Code != http.StatusOK || w.Body.Len() > laterView {
				t.Errorf("%s answers %d and weighs %d bytes over the wire (%s)", path, w.Code, w.Body.Len(), encoding)
			}
		}
	}
}

// withContours adds the real boundaries of the two territories.
func withContours(tb testing.TB, d *Dataset) *Dataset {
	tb.Helper()
	folder := filepath.Join(dbtest.Shared(tb), "geo")
	read := func(name string, into any) {
		text, err := os.ReadFile(filepath.Join(folder, name))
		if err == nil {
			err = json.Unmarshal(text, into)
		}
		if err != nil {
			tb.Fatal(err)
		}
	}
	for i := range d.Territories {
		t := &d.Territories[i]
		var whole struct{ Geometry json.RawMessage }
		read("departement-"+t.Territory+".geojson", &whole)
		t.Contour = string(whole.Geometry)
		var communes struct {
			Features []struct {
				Geometry   json.RawMessage
				Properties struct{ Code, Nom string }
			}
		}
		read("communes-"+t.Territory+".geojson", &communes)
		for _, f := range communes.Features {
			d.Communes = append(d.Communes, Commune{Territory: t.Territory, INSEE: f.Properties.Code, Name: f.Properties.Nom, Contour: string(f.Geometry)})
		}
	}
	return d
}
