package crisis_test

import (
	"context"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/doc/doctest"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
	"preau/internal/base/web/webtest"
	"preau/internal/measures/lend"
	"preau/internal/measures/lend/crisis"
	"preau/internal/territory/directory"
)

const near, far, closing = "0020001R", "0020002S", "0020003T"

// schools are three on a line: the one that closes lies nearest to the first.
type schools struct{}

func (schools) School(_ context.Context, uai directory.UAI) (directory.School, error) {
	lat, ok := map[directory.UAI]float64{near: 49.1, far: 49.5, closing: 49.0}[uai]
	if !ok {
		return directory.School{}, errs.NewNotFound("authz.not_found")
	}
	lon := 3.0
	return directory.School{Territory: "02", UAI: uai, Name: "École " + string(uai), Latitude: &lat, Longitude: &lon}, nil
}

// store keeps how many devices each school has free.
type store map[string]int64

func (s store) Stocks(context.Context, *db.Tx, string) (map[string]int64, error) { return s, nil }

func (s store) FreeDevices(_ context.Context, _ *db.Tx, _, school string, _ int) ([]crisis.Device, error) {
	var list []crisis.Device
	for range s[school] {
		list = append(list, crisis.Device{Code: "M234-5678"})
	}
	return list, nil
}

func (s store) MoveFree(_ context.Context, _ *db.Tx, _, from, to string, most int, _ string) (int, error) {
	n := min(int64(most), s[from])
	s[from], s[to] = s[from]-n, s[to]+n
	return int(n), nil
}

type drill struct{}

func (drill) Closing(_ context.Context, id string) (string, string, string, map[string][2]int64, error) {
	if id != "drill" {
		return "", "", "", nil, errs.NewNotFound("authz.not_found")
	}
	return "02", "Crue", "2026-12-01", map[string][2]int64{closing: {4, 6}}, nil
}

func as(who string) context.Context {
	return db.Everywhere(authz.With(context.Background(), crisis.Permissions, webtest.Principal(who)))
}

func each(t *testing.T, f func(t *testing.T, s *crisis.Service, free store, site *webtest.Site)) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		free := store{near: 3, far: 9, closing: 1}
		s := crisis.New(d, journal.New(d, []byte("0123456789abcdef0123456789abcdef")), schools{}, free, drill{})
		f(t, s, free, webtest.New(t, d, crisis.Permissions, &crisis.Module{Service: s}, crisis.Messages))
	}, journal.Migrations, lend.Migrations)
}

func TestAHandoverIsProposedFromADrillStartedAndMovedOnce(t *testing.T) {
	each(t, func(t *testing.T, s *crisis.Service, free store, _ *webtest.Site) {
		officer, head := as("logistics_officer 02"), as("head 02 "+closing)
		if _, err := s.Propose(head, crisis.Input{Drill: "drill"}); !errs.Is(err, errs.NotFound) {
			t.Errorf("a head: %v", err)
		}
		id, err := s.Propose(officer, crisis.Input{ID: "one", Drill: "drill"})
		if err != nil {
			t.Fatal(err)
		}
		if again, err := s.Propose(officer, crisis.Input{ID: "one", Drill: "drill"}); err != nil || again != id {
			t.Errorf("sent twice: %s, %v", again, err)
		}
		p, err := s.Get(officer, id)
		if err != nil || len(p.Schools) != 1 || p.Schools[0].Here != 1 || p.Schools[0].Comes != 5 || p.Schools[0].Missing() != 0 {
			t.Fatalf("%+v, %v", p, err)
		}
		if len(p.Moves) != 2 || p.Moves[0].Stock != near || p.Moves[0].Quantity != 3 || p.Moves[1].Quantity != 2 {
			t.Errorf("%+v", p.Moves)
		}
		if _, err := s.MoveDevices(officer, id, near, closing); !errs.Is(err, errs.Conflict) {
			t.Errorf("before the start: %v", err)
		}
		if err := s.Start(officer, id); err != nil {
			t.Fatal(err)
		}
		for _, want := range []int{3, 0} {
			if n, err := s.MoveDevices(officer, id, near, closing); err != nil || n != want {
				t.Errorf("%d moved, %v, want %d", n, err, want)
			}
		}
		if free[closing] != 4 {
			t.Errorf("%v", free)
		}
		if p, err := s.Get(head, id); err != nil || p.May || len(p.Schools) != 1 {
			t.Errorf("the head: %+v, %v", p, err)
		}
		if _, err := s.Get(as("head 02 "+near), id); !errs.Is(err, errs.NotFound) {
			t.Errorf("another head: %v", err)
		}
		if err := s.End(officer, id); err != nil {
			t.Fatal(err)
		}
		if err := s.Start(officer, id); !errs.Is(err, errs.Conflict) {
			t.Errorf("started again: %v", err)
		}
	})
}

func TestARealClosingIsWrittenLineByLine(t *testing.T) {
	each(t, func(t *testing.T, _ *crisis.Service, _ store, site *webtest.Site) {
		officer := "logistics_officer 02"
		form := url.Values{"id": {"two"}, "territory": {"02"}, "name": {"Incendie"}, "closes_on": {"2026-12-01"}, "schools": {"0020003T douze"}}
		site.Want(site.Get(officer, "/lend/crises/new"), 200, "Une ligne par")
		site.Want(site.Post(officer, "/lend/crises", form), 422, "0020003T douze")
		form.Set("schools", "0999999Z 3")
		site.Want(site.Post(officer, "/lend/crises", form), 422, "0999999Z")
		form.Set("schools", "0020003t 12-20\n")
		if w := site.Post(officer, "/lend/crises", form); w.Code != http.StatusSeeOther {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		site.Want(site.Get(officer, "/lend/crises"), 200, "Incendie")
		site.Want(site.Get(officer, "/lend/crises/two"), 200, "au moins 12, au plus 20", "11,1")
		site.Want(site.Get("head 02 "+near, "/lend/crises/two"), 404)
		w := site.Get("head 02 "+closing, "/lend/crises/two/sheets.pdf")
		text, err := doctest.Text(w.Body.Bytes())
		if err != nil || w.Code != 200 || !strings.Contains(text, "École 0020003T") || !strings.Contains(text, "M234-5678") {
			t.Errorf("%d %s", w.Code, text)
		}
	})
}
