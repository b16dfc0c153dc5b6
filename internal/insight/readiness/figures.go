package readiness

import "encoding/json"

// Tally is how many pupils meet a condition, do not, or cannot be said to do either.
type Tally struct {
	Met     int `json:"met"`
	NotMet  int `json:"not_met"`
	Unknown int `json:"unknown"`
}

// Figures are the sums over a set of classes: those of a school, a commune, a territory, the nation.
type Figures struct {
	Schools  int // open schools
	Blank    int // of these, without any class and without a number of pupils: nothing at all can be said of them
	Classes  int // open classes
	Answered int // of these, those of which the census says something
	Unsized  int // of these, those whose number of pupils is unknown: they are in no number of pupils below
	Pupils   int
	Ready    Interval
	// Conditions are in the order of the variable Conditions, Missing in that of Needs.
	Conditions [3]Tally
	Missing    [5]Interval
}

// Add adds other figures to these.
func (f *Figures) Add(g Figures) {
	f.Schools += g.Schools
	f.Blank += g.Blank
	f.Classes += g.Classes
	f.Answered += g.Answered
	f.Unsized += g.Unsized
	f.Pupils += g.Pupils
	f.Ready = f.Ready.Plus(g.Ready)
	for i := range f.Conditions {
		f.Conditions[i].Met += g.Conditions[i].Met
		f.Conditions[i].NotMet += g.Conditions[i].NotMet
		f.Conditions[i].Unknown += g.Conditions[i].Unknown
	}
	for i := range f.Missing {
		f.Missing[i] = f.Missing[i].Plus(g.Missing[i])
	}
}

// Lost returns the pupils who could not go on learning: between … surely, and … possibly.
func (f Figures) Lost() Interval { return f.Ready.Of(f.Pupils) }

// Weakest returns the condition that the most pupils surely do not meet, or "" when nobody is known to lack any.
// Between equals it is the first in the order of Conditions.
func (f Figures) Weakest() Condition {
	most, weakest := 0, Condition("")
	for i, t := range f.Conditions {
		if t.NotMet > most {
			most, weakest = t.NotMet, Conditions[i]
		}
	}
	return weakest
}

// Of returns the figures of one class: of its answer when the census has one, else of the number of pupils that the school's list gives.
func Of(answer Answer, answered bool) Figures {
	f := Figures{Classes: 1}
	if answered {
		f.Answered = 1
	}
	o := Assess(answer)
	if !o.Sized {
		f.Unsized = 1
	}
	f.Pupils, f.Ready, f.Missing = o.Pupils, o.Ready, o.Missing
	for i, c := range o.Conditions {
		f.Conditions[i] = Tally{Met: c.Lo, NotMet: o.Pupils - c.Hi, Unknown: c.Hi - c.Lo}
	}
	return f
}

// ShownTally is a Tally to show: a number that is suppressed is unknown to the reader.
type ShownTally struct{ Met, NotMet, Unknown Count }

// Shown are figures as a reader may see them: whole, or with the numbers suppressed that would tell of fewer than five pupils.
type Shown struct {
	Schools    int
	Blank      int
	Classes    int
	Answered   int
	Unsized    int
	Pupils     int
	Sure       Count
	Possible   Count
	Conditions [3]ShownTally
	Suppressed bool // some number is
	weakest    Condition
}

// ready returns the three numbers of pupils that add up to all: surely ready, undecided, surely lost.
func (f Figures) ready() [3]int {
	return [3]int{f.Ready.Lo, f.Ready.Hi - f.Ready.Lo, f.Pupils - f.Ready.Hi}
}

// details returns the numbers of pupils by condition.
func (f Figures) details() [9]int {
	var d [9]int
	for i, t := range f.Conditions {
		d[3*i], d[3*i+1], d[3*i+2] = t.Met, t.NotMet, t.Unknown
	}
	return d
}

// Show returns the figures with nothing suppressed.
func (f Figures) Show() Shown { return f.Veiled(Veil{}) }

// Veiled returns the figures without what is hidden of them.
func (f Figures) Veiled(v Veil) Shown {
	s := Shown{Schools: f.Schools, Blank: f.Blank, Classes: f.Classes, Answered: f.Answered, Unsized: f.Unsized, Pupils: f.Pupils, Suppressed: v != Veil{}}
	if !v.Ready[0] {
		s.Sure = CountOf(f.Ready.Lo)
	}
	if !v.Ready[2] {
		s.Possible = CountOf(f.Ready.Hi) // the pupils less the lost: the one tells the other
	}
	if v.Details {
		return s
	}
	for i, t := range f.Conditions {
		s.Conditions[i] = ShownTally{CountOf(t.Met), CountOf(t.NotMet), CountOf(t.Unknown)}
	}
	s.weakest = f.Weakest()
	return s
}

// Weakest returns the condition that the most pupils surely do not meet, or "" when nobody is known to lack any or when it is suppressed.
func (s Shown) Weakest() Condition { return s.weakest }

// Share returns the shares of the pupils who surely and possibly could go on, and whether both are known: there are pupils, and nothing is suppressed.
func (s Shown) Share() (sure, possible float64, known bool) {
	lo, known1 := s.Sure.Get()
	hi, known2 := s.Possible.Get()
	if !known1 || !known2 || s.Pupils == 0 {
		return 0, 0, false
	}
	return float64(lo) / float64(s.Pupils), float64(hi) / float64(s.Pupils), true
}

// MarshalJSON writes the figures as the API and the command give them; what is suppressed is null.
func (s Shown) MarshalJSON() ([]byte, error) { return json.Marshal(s.JSON()) }

// TallyJSON is a ShownTally in the API.
type TallyJSON struct {
	Met     *int `json:"met" doc:"Pupils who surely meet the condition; null when suppressed"`
	NotMet  *int `json:"not_met" doc:"Pupils who surely do not; null when suppressed"`
	Unknown *int `json:"unknown" doc:"Pupils of whom it is not known; null when suppressed"`
}

// ConditionsJSON are the three conditions in the API.
type ConditionsJSON struct {
	Equipment    TallyJSON `json:"equipment"`
	Relationship TallyJSON `json:"relationship"`
	Training     TallyJSON `json:"training"`
}

// FiguresJSON are figures in the API and in the command's output.
type FiguresJSON struct {
	Pupils               int            `json:"pupils" doc:"Pupils of the classes whose number is known"`
	Sure                 *int           `json:"sure" doc:"Pupils who surely could go on learning; null when suppressed"`
	Possible             *int           `json:"possible" doc:"Pupils who possibly could; null when suppressed"`
	SureShare            *float64       `json:"sure_share" doc:"Share of the pupils, 0 to 1"`
	PossibleShare        *float64       `json:"possible_share" doc:"Share of the pupils, 0 to 1"`
	Conditions           ConditionsJSON `json:"conditions"`
	Weakest              *string        `json:"weakest" doc:"The condition that the most pupils surely do not meet" enum:"equipment,relationship,training"`
	Schools              int            `json:"schools"`
	SchoolsBlank         int            `json:"schools_unknown" doc:"Schools of which neither classes nor a number of pupils are known"`
	Classes              int            `json:"classes"`
	ClassesAnswered      int            `json:"classes_answered"`
	ClassesWithoutPupils int            `json:"classes_without_pupils" doc:"Classes whose number of pupils is unknown: they are in no number of pupils"`
	Suppressed           bool           `json:"suppressed" doc:"Some number is withheld because it would tell of fewer than five pupils"`
}

// JSON returns the figures as the API gives them.
func (s Shown) JSON() FiguresJSON {
	tally := func(i int) TallyJSON {
		t := s.Conditions[i]
		return TallyJSON{t.Met.pointer(), t.NotMet.pointer(), t.Unknown.pointer()}
	}
	j := FiguresJSON{Pupils: s.Pupils, Sure: s.Sure.pointer(), Possible: s.Possible.pointer(),
		Conditions: ConditionsJSON{tally(0), tally(1), tally(2)},
		Schools:    s.Schools, SchoolsBlank: s.Blank, Classes: s.Classes, ClassesAnswered: s.Answered, ClassesWithoutPupils: s.Unsized,
		Suppressed: s.Suppressed}
	if sure, possible, known := s.Share(); known {
		j.SureShare, j.PossibleShare = &sure, &possible
	}
	if s.weakest != "" {
		weakest := string(s.weakest)
		j.Weakest = &weakest
	}
	return j
}
