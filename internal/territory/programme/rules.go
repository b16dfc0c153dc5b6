package programme

// Level says at which level a measure is shared out.
type Level string

// The levels. At none the measure is not shared out, and Why says the reason.
const (
	LevelSchool    Level = "school"
	LevelTerritory Level = "territory"
	LevelNone      Level = "none"
)

// Allocation is the rule by which the plan shares a measure out.
type Allocation struct {
	Level       Level       `yaml:"level" json:"level"`
	Target      int64       `yaml:"target" json:"target,omitempty"`
	Split       Split       `yaml:"split" json:"split"`
	Eligibility Eligibility `yaml:"eligibility" json:"eligibility"`
	Capacity    Capacity    `yaml:"capacity" json:"capacity"`
	// Partial: the school at the cut may get a part of what it could; otherwise it is served whole or
	// not at all, and nobody behind it is served in its place.
	Partial bool   `yaml:"partial" json:"partial"`
	Ranking string `yaml:"ranking" json:"ranking,omitempty"`
	// Raises is the readiness condition that one unit raises in its school: device or kit; "" none.
	Raises string `yaml:"raises" json:"raises,omitempty"`
	Why    *Text  `yaml:"why" json:"why,omitempty"`
}

// SplitBy says how a measure is divided between territories.
type SplitBy string

// The splits. By need there is one ranking for all territories together.
const (
	SplitNeed    SplitBy = "need"
	SplitShares  SplitBy = "shares"
	SplitPupils  SplitBy = "pupils"
	SplitSchools SplitBy = "schools"
	SplitEqual   SplitBy = "equal"
)

// Split divides target and money between the programme's territories.
type Split struct {
	By     SplitBy          `yaml:"by" json:"by,omitempty"`
	Shares map[string]int64 `yaml:"shares" json:"shares,omitempty"`
	Source *Source          `yaml:"source" json:"source,omitempty"`
}

// When the fact that decides is unknown, a school is admitted or refused; the line says which fact it was.
const (
	Admit  = "admit"
	Refuse = "refuse"
)

// Eligibility says which schools may be served. An empty list sets no condition.
type Eligibility struct {
	Types     []string       `yaml:"types" json:"types,omitempty"`         // ecole, college, lycee
	Levels    []string       `yaml:"levels" json:"levels,omitempty"`       // maternelle, elementaire: one of them suffices
	Sectors   []string       `yaml:"sectors" json:"sectors,omitempty"`     // public, private
	Contracts []string       `yaml:"contracts" json:"contracts,omitempty"` // of private schools: under, outside
	Unknown   UnknownLicence `yaml:"unknown" json:"unknown"`
}

// UnknownLicence says admit or refuse for each fact that eligibility asks.
type UnknownLicence struct {
	Levels    string `yaml:"levels" json:"levels,omitempty"`
	Sectors   string `yaml:"sectors" json:"sectors,omitempty"`
	Contracts string `yaml:"contracts" json:"contracts,omitempty"`
}

// What a school's capacity is counted from.
const (
	OfClasses           = "classes"
	OfElementaryClasses = "elementary_classes"
	OfPupilsLacking     = "elementary_pupils_without_device"
)

// Capacity says how many units a school can take.
type Capacity struct {
	Of string `yaml:"of" json:"of,omitempty"`
	// Permille of these is the most that a school takes, what it has already included; rounded up or down.
	Permille int64  `yaml:"permille" json:"permille,omitempty"`
	Round    string `yaml:"round" json:"round,omitempty"` // up, down
	// Deduct what is there and usable: displays, kits; unknown counts as none, and the line says so.
	Deduct string `yaml:"deduct" json:"deduct,omitempty"`
	// WhenUnknown is the share of pupils, per mille, taken to lack a device when the census has not said.
	WhenUnknown int64   `yaml:"permille_when_unknown" json:"permille_when_unknown,omitempty"`
	Source      *Source `yaml:"source" json:"source,omitempty"`
}

// The facts that a criterion may weigh.
const (
	FactIPS               = "ips"
	FactPriority          = "priority"
	FactQPV               = "qpv"
	FactRural             = "rural"
	FactWithoutDevice     = "without_device"
	FactWithoutConnection = "without_connection"
	FactEquipped          = "equipped"
)

// Policy says which value an unknown fact counts as.
type Policy string

// The policies: the lower median of the eligible schools whose fact is known, no point, all points, or
// the school is left out.
const (
	PolicyMedian  Policy = "median"
	PolicyLowest  Policy = "lowest"
	PolicyHighest Policy = "highest"
	PolicyExclude Policy = "exclude"
)

// Ranking is a list of criteria with weights; the weights add up to 100.
type Ranking struct {
	ID       string      `yaml:"id" json:"id"`
	Name     Text        `yaml:"name" json:"name"`
	Text     Text        `yaml:"text" json:"text"`
	Source   Source      `yaml:"source" json:"source"`
	Criteria []Criterion `yaml:"criteria" json:"criteria"`
}

// Criterion gives a school between 0 and 1000 thousandths of its weight.
type Criterion struct {
	Fact    string `yaml:"fact" json:"fact"`
	Weight  int64  `yaml:"weight" json:"weight"`
	Unknown Policy `yaml:"unknown" json:"unknown"`
	// From (no point) and To (all points) are the ends of the scale of ips, in its own unit.
	From int64 `yaml:"from" json:"from,omitempty"`
	To   int64 `yaml:"to" json:"to,omitempty"`
	// Values gives the thousandths of a worded fact: none, REP, REP+; none, near, in; no, yes.
	Values map[string]int64 `yaml:"values" json:"values,omitempty"`
	// Step rounds a share of pupils down, in thousandths, so that points do not tell a small number of pupils.
	Step int64 `yaml:"step" json:"step,omitempty"`
}

// Words lists the values that a worded fact can have, least need first; nil for a fact that is a number.
func Words(fact string) []string {
	switch fact {
	case FactPriority:
		return []string{"none", "REP", "REP+"}
	case FactQPV:
		return []string{"none", "near", "in"}
	case FactRural:
		return []string{"no", "yes"}
	}
	return nil
}

// Kinds lists the kinds of school that an assumption is made for; ecole is one whose levels are unknown.
var Kinds = []string{"maternelle", "elementaire", "primaire", "ecole", "college", "lycee"}

// Assumption stands in for what is unknown about one kind of school: the lines that use it say so.
type Assumption struct {
	Kind           string `yaml:"kind" json:"kind"`
	Pupils         int64  `yaml:"pupils" json:"pupils"`                     // when their number is unknown
	PupilsPerClass int64  `yaml:"pupils_per_class" json:"pupils_per_class"` // when the number of classes is unknown
	Source         Source `yaml:"source" json:"source"`
}

// Ranking returns the ranking of that id, or nil.
func (p *Programme) Ranking(id string) *Ranking {
	for i := range p.Rankings {
		if p.Rankings[i].ID == id {
			return &p.Rankings[i]
		}
	}
	return nil
}

// Assumption returns the assumption for a kind of school; Parse has made sure that there is one.
func (p *Programme) Assumption(kind string) Assumption {
	for _, a := range p.Assumptions {
		if a.Kind == kind {
			return a
		}
	}
	return Assumption{Kind: kind, PupilsPerClass: 1}
}
