package demo

import (
	"reflect"
	"testing"
)

func TestTheInventedTerritoryIsAlwaysTheSameAndOfTheSizePromised(t *testing.T) {
	w := NewWorld()
	classes, pupils := 0, 0
	holes := map[string]int{}
	codes := map[string]bool{}
	for _, s := range w.Schools {
		if codes[s.UAI] {
			t.Errorf("%s twice", s.UAI)
		}
		codes[s.UAI] = true
		classes += len(s.Classes)
		names := map[string]bool{}
		for _, c := range s.Classes {
			pupils += len(c.Pupils)
			if names[c.Name] {
				t.Errorf("%s has two classes %s", s.Name, c.Name)
			}
			names[c.Name] = true
			if c.Counted == nil {
				holes["class size"]++
			}
		}
		if s.IPS == nil {
			holes["ips"]++
		}
		if s.Pupils == nil {
			holes["pupils"]++
		}
		if s.Sector == "unknown" {
			holes["sector"]++
		}
	}
	t.Logf("%d communes, %d schools, %d classes, %d pupils, %d guardians, holes %v", len(w.Communes), len(w.Schools), classes, pupils, len(w.Guardians), holes)
	if len(w.Schools) != 300 || classes < 2300 || classes > 2700 || pupils < 55_000 || pupils > 66_000 {
		t.Errorf("%d schools, %d classes, %d pupils", len(w.Schools), classes, pupils)
	}
	for _, hole := range []string{"ips", "pupils", "sector", "class size"} {
		if holes[hole] == 0 {
			t.Errorf("no hole in %s", hole)
		}
	}
	if again := NewWorld(); !reflect.DeepEqual(w.Schools[0].Classes, again.Schools[0].Classes) || w.Outline != again.Outline {
		t.Error("another territory the second time")
	}
}
