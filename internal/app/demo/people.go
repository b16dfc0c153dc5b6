package demo

import (
	"fmt"
	"math/rand/v2"
	"strings"

	"preau/internal/base/db"
)

func pick[T any](r *rand.Rand, list []T) T { return list[r.IntN(len(list))] }

// makeClasses fills a school with classes, teachers, pupils and guardians.
func (w *World) makeClasses(s *School) {
	s.Head = w.adult(1964, 1990)
	s.Head.Email = mail(s.Head, "ecole-inventee.example")
	all := levels(s)
	count := max(1, int(w.sections(s)*float64(len(all))+0.5))
	total := 0
	for i := range count {
		level := all[i*len(all)/count]
		c := &Class{School: s, Level: level.name, Elementary: level.elementary, Name: className(s, all, level.name, i, count), Teacher: w.adult(1964, 2001)}
		c.Teacher.Email = mail(c.Teacher, "ecole-inventee.example")
		size := w.classSize(s)
		for range size {
			c.Pupils = append(c.Pupils, w.pupil(s, level.name))
		}
		total += size
		if w.random.Float64() < 0.94 {
			c.Counted = &size
		}
		s.Classes = append(s.Classes, c)
	}
	if w.random.Float64() < 0.9 {
		s.Pupils = &total
	}
}

// className is unique in its school: "CE1 A", or "CE1-CE2 B" where levels share a class.
func className(s *School, all []struct {
	name       string
	elementary bool
}, level string, i, count int) string {
	if count >= len(all) {
		first := 0
		for first < count && all[first*len(all)/count].name != level {
			first++
		}
		letter := string(rune('A' + (i - first)))
		if s.Type == "ecole" {
			return level + " " + letter
		}
		return level + " " + fmt.Sprint(i-first+1)
	}
	last := min(len(all)-1, (i+1)*len(all)/count-1)
	if all[last].name == level {
		return level
	}
	return level + "-" + all[last].name
}

func (w *World) classSize(s *School) int {
	mean := map[string]float64{"ecole": 22.5, "college": 25, "lycee": 29}[s.Type]
	if s.Commune.size <= 2 {
		mean -= 2
	}
	return max(11, min(35, int(mean+3*w.random.NormFloat64())))
}

var ages = map[string]int{"PS": 3, "MS": 4, "GS": 5, "CP": 6, "CE1": 7, "CE2": 8, "CM1": 9, "CM2": 10, "6e": 11, "5e": 12, "4e": 13, "3e": 14, "2de": 15, "1re": 16, "Tle": 17}

// schoolYear is the year in which the demo's school year begins.
const schoolYear = 2026

func (w *World) pupil(s *School, level string) *Person {
	p := w.person()
	p.Given = pick(w.random, givenNames)
	p.Birth = fmt.Sprintf("%d-%02d-%02d", schoolYear-ages[level], 1+w.random.IntN(12), 1+w.random.IntN(28))
	// A family may have several children in the school.
	if n := len(w.Guardians); n > 0 && w.random.Float64() < 0.22 {
		first := w.Guardians[n-1]
		if first.Town == s.Commune.Name {
			p.Family, p.Guardians = first.Family, []*Person{first}
			p.Address, p.Postcode, p.Town = first.Address, first.Postcode, first.Town
			return p
		}
	}
	p.Family = pick(w.random, familyNames)
	p.Address, p.Postcode, p.Town = fmt.Sprintf("%d %s", 1+w.random.IntN(120), pick(w.random, streets)), s.Postcode, s.Commune.Name
	for i := range 1 + w.random.IntN(10)/6 {
		g := w.adult(1970, 2002)
		g.Family = p.Family
		if i == 1 && w.random.Float64() < 0.4 {
			g.Family = pick(w.random, familyNames)
		}
		g.Address, g.Postcode, g.Town = p.Address, p.Postcode, p.Town
		if i == 1 && w.random.Float64() < 0.28 { // parents who live apart
			p.SecondHome = true
			other := pick(w.random, w.Communes)
			g.Address, g.Postcode, g.Town = fmt.Sprintf("%d %s", 1+w.random.IntN(120), pick(w.random, streets)), "99"+other.INSEE[2:], other.Name
		}
		if w.random.Float64() < 0.62 {
			g.Email = mail(g, "famille-inventee.example")
		}
		if w.random.Float64() < 0.85 {
			// Numbers that the French regulator keeps for fiction.
			g.Phone = fmt.Sprintf("06 39 98 %02d %02d", w.random.IntN(100), w.random.IntN(100))
		}
		p.Guardians = append(p.Guardians, g)
		w.Guardians = append(w.Guardians, g)
	}
	return p
}

func (w *World) person() *Person {
	w.id++
	// An identifier of the form of a UUID version 7, the same at each run.
	return &Person{ID: fmt.Sprintf("01990000-%04x-7%03x-8000-%012x", w.id>>16, w.id&0xfff, w.id)}
}

func (w *World) adult(from, until int) *Person {
	p := w.person()
	p.Family, p.Given = pick(w.random, familyNames), pick(w.random, givenNames)
	p.Birth = fmt.Sprintf("%d-%02d-%02d", from+w.random.IntN(until-from), 1+w.random.IntN(12), 1+w.random.IntN(28))
	return p
}

func mail(p *Person, domain string) string {
	local := strings.ReplaceAll(db.Fold(p.Given), " ", "-") + "." + strings.ReplaceAll(db.Fold(p.Family), " ", "-")
	return local + "." + p.ID[len(p.ID)-5:] + "@" + domain
}
