package plan

import (
	"encoding/csv"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"testing"

	"pgregory.net/rapid"

	"preau/internal/base/dbtest"
	"preau/internal/territory/programme"
)

// together is the rule of the readiness room, which the application hands over.
func together(n int64, conditions []Range) Range {
	sure, possible := n, n
	for _, c := range conditions {
		sure -= n - max(0, min(n, c.Sure))
		possible = min(possible, max(0, c.Possible))
	}
	return Range{max(0, sure), possible}
}

var pressKit = sync.OnceValues(func() ([]byte, error) {
	f, err := os.Open(filepath.Join("..", "..", "..", "programmes", "tne-2020.yaml"))
	if err != nil {
		return nil, err
	}
	defer f.Close()
	p, err := programme.Parse(f)
	if err != nil {
		return nil, err
	}
	return json.Marshal(p)
})

// tne returns the programme of the press kit, a copy of its own for each test.
func tne(tb rapid.TB) *programme.Programme {
	tb.Helper()
	text, err := pressKit()
	if err != nil {
		tb.Fatal(err)
	}
	p := &programme.Programme{}
	if err := json.Unmarshal(text, p); err != nil {
		tb.Fatal(err)
	}
	return p
}

// publicList returns the schools of one of the public lists.
func publicList(tb testing.TB, name string) []School {
	tb.Helper()
	f, err := os.Open(filepath.Join(dbtest.Shared(tb), "schools", name))
	if err != nil {
		tb.Fatal(err)
	}
	defer f.Close()
	r := csv.NewReader(f)
	r.Comma = ';'
	rows, err := r.ReadAll()
	if err != nil {
		tb.Fatal(err)
	}
	column := map[string]int{}
	for i, name := range rows[0] {
		column[strings.TrimPrefix(name, "\ufeff")] = i
	}
	schools := make([]School, 0, len(rows))
	for _, row := range rows[1:] {
		get := func(name string) string {
			if i, ok := column[name]; ok {
				return row[i]
			}
			return ""
		}
		schools = append(schools, realSchool(get))
	}
	return schools
}

func realSchool(get func(string) string) School {
	s := School{UAI: get("uai"), Name: get("nom"), Commune: get("commune"), Type: get("type"), Contract: "unknown", Sector: "unknown"}
	s.Territory = get("departement")
	if !strings.HasPrefix(s.Territory, "97") && !strings.HasPrefix(s.Territory, "98") {
		s.Territory = strings.TrimPrefix(s.Territory, "0")
	}
	switch get("secteur") {
	case "Public":
		s.Sector, s.Contract = "public", "none"
	case "Privé":
		s.Sector = "private"
	}
	if s.Type == "ecole" {
		switch name := strings.ToLower(s.Name); {
		case strings.Contains(name, "maternelle"):
			s.Maternelle, s.Elementary = Yes, No
		case strings.Contains(name, "primaire"):
			s.Maternelle, s.Elementary = Yes, Yes
		case strings.Contains(name, "élémentaire"):
			s.Maternelle, s.Elementary = No, Yes
		}
	}
	if v, err := strconv.ParseFloat(get("ips_2025"), 64); err == nil {
		s.IPS, s.IPSYear = Known(int32(math.Round(v*10))), "2025"
	}
	if v, err := strconv.ParseFloat(get("effectif_2022"), 64); err == nil {
		s.Pupils, s.PupilsYear = Known(int32(v)), "2022"
	}
	s.Priority = get("education_prioritaire_2022")
	switch get("situation_qpv") {
	case "hors QPV":
		s.QPV = "none"
	case "dans un QPV":
		s.QPV = "in"
	case "à moins de 300 m d'un QPV":
		s.QPV = "near"
	}
	return s
}
