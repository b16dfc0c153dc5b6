package demo

import (
	"fmt"
	"math"
)

// How many schools of each kind the territory has: 300.
var kinds = []struct {
	kind  string
	count int
}{{"maternelle", 62}, {"elementaire", 78}, {"primaire", 92}, {"college", 48}, {"lycee", 20}}

func (w *World) makeSchools() {
	weights := 0
	for _, c := range w.Communes {
		weights += c.size
	}
	number := 0
	for _, k := range kinds {
		for range k.count {
			number++
			commune := w.communeAt(w.random.IntN(weights))
			if k.kind == "lycee" || k.kind == "college" {
				commune = w.communeAt(w.random.IntN(weights)) // the larger of two draws: they stand in towns
				if other := w.communeAt(w.random.IntN(weights)); other.size > commune.size {
					commune = other
				}
			}
			w.Schools = append(w.Schools, w.school(k.kind, number, commune))
		}
	}
}

func (w *World) communeAt(weight int) *Commune {
	for _, c := range w.Communes {
		if weight -= c.size; weight < 0 {
			return c
		}
	}
	return w.Communes[len(w.Communes)-1]
}

// uai returns the register number of the n-th school, with its check letter.
func uai(n int) string {
	number := 990000 + n*7
	const letters = "ABCDEFGHJKLMNPRSTUVWXYZ"
	return fmt.Sprintf("%07d%c", number, letters[number%23])
}

func (w *World) school(kind string, number int, commune *Commune) *School {
	s := &School{UAI: uai(number), Commune: commune, Sector: "public", Contract: "none",
		Address: fmt.Sprintf("%d %s", 1+w.random.IntN(90), pick(w.random, streets)), Postcode: "99" + commune.INSEE[2:]}
	s.Longitude = commune.X + (w.random.Float64()-0.5)*cellWide*0.6
	s.Latitude = commune.Y + (w.random.Float64()-0.5)*cellUp*0.6
	w.nameSchool(s, kind)
	if w.random.Float64() < 0.11 {
		s.Sector, s.Contract = "private", "under"
		if w.random.Float64() < 0.15 {
			s.Contract = "unknown"
		}
	}
	if number == 241 { // one school of which the source says nothing
		s.Sector, s.Contract = "unknown", "unknown"
	}
	ips := math.Round(10*min(155, max(58, commune.affluence+11*w.random.NormFloat64()))) / 10
	if kind != "maternelle" && w.random.Float64() < 0.93 {
		s.IPS = &ips
	}
	s.Priority, s.QPV = w.priority(s, ips)
	s.answering = 1
	switch r := w.random.Float64(); {
	case r < 0.18:
		s.answering = 0
	case r < 0.30:
		s.answering = 0.5
	}
	return s
}

func (w *World) priority(s *School, ips float64) (priority, qpv *string) {
	none, rep, more := "none", "REP", "REP+"
	priority = &none
	if s.Sector == "public" && s.Type != "lycee" {
		if ips < 76 {
			priority = &more
		} else if ips < 86 {
			priority = &rep
		}
	}
	if s.Type != "ecole" { // the source gives it for secondary schools alone
		far, near, in := "none", "near", "in"
		qpv = &far
		if ips < 80 {
			qpv = &in
		} else if ips < 90 {
			qpv = &near
		}
	}
	return priority, qpv
}

func (w *World) nameSchool(s *School, kind string) {
	yes, no := true, false
	after := pick(w.random, patrons)
	switch kind {
	case "maternelle":
		s.Type, s.Maternelle, s.Elementaire = "ecole", &yes, &no
		s.Name = "École maternelle " + after
	case "elementaire":
		s.Type, s.Maternelle, s.Elementaire = "ecole", &no, &yes
		s.Name = "École élémentaire " + after
	case "primaire":
		s.Type, s.Maternelle, s.Elementaire = "ecole", &yes, &yes
		s.Name = "École primaire " + after
		if w.random.Float64() < 0.06 { // a name that says nothing of its levels
			s.Name, s.Maternelle, s.Elementaire = "École "+after, nil, nil
		}
	case "college":
		s.Type, s.Maternelle, s.Elementaire = "college", &no, &no
		s.Name = "Collège " + after
	case "lycee":
		s.Type, s.Maternelle, s.Elementaire = "lycee", &no, &no
		s.Name = "Lycée " + after
	}
}

// levels are those of a school by its kind; the flag tells an elementary level.
func levels(s *School) []struct {
	name       string
	elementary bool
} {
	type level = struct {
		name       string
		elementary bool
	}
	young := []level{{"PS", false}, {"MS", false}, {"GS", false}}
	middle := []level{{"CP", true}, {"CE1", true}, {"CE2", true}, {"CM1", true}, {"CM2", true}}
	switch {
	case s.Type == "college":
		return []level{{"6e", false}, {"5e", false}, {"4e", false}, {"3e", false}}
	case s.Type == "lycee":
		return []level{{"2de", false}, {"1re", false}, {"Tle", false}}
	case s.Elementaire != nil && !*s.Elementaire:
		return young
	case s.Maternelle != nil && !*s.Maternelle:
		return middle
	}
	return append(young, middle...)
}

// sections is how many classes of each level a school has.
func (w *World) sections(s *School) float64 {
	switch s.Type {
	case "college":
		return 3.0 + 1.5*w.random.Float64()
	case "lycee":
		return 5.5 + 4.5*w.random.Float64()
	}
	if s.Commune.size <= 2 {
		return 0.45 + 0.4*w.random.Float64() // several levels in one class
	}
	return 0.9 + 0.55*w.random.Float64()
}
