package plan

import (
	"slices"

	"preau/internal/territory/programme"
)

// Full is the value of a criterion that gives all its points, in thousandths.
const Full = 1000

// atLeast is the smallest number of pupils that a share may tell of, and of those whom it leaves out.
const atLeast = 5

// value returns what a fact of a school counts for under a criterion, in thousandths of its weight;
// known is false when the fact is unknown. More need never counts for less.
func value(c *programme.Criterion, s *School, t Tally) (thousandths int64, known bool) {
	switch c.Fact {
	case programme.FactIPS:
		if !s.IPS.Known {
			return 0, false
		}
		return clamp((int64(s.IPS.Value) - 10*c.From) * Full / (10 * (c.To - c.From))), true
	case programme.FactPriority:
		return c.Values[s.Priority], s.Priority != ""
	case programme.FactQPV:
		return c.Values[s.QPV], s.QPV != ""
	case programme.FactRural:
		if s.Rural == Yes {
			return c.Values["yes"], true
		}
		return c.Values["no"], s.Rural == No
	case programme.FactWithoutDevice:
		return share(s.Census.WithoutDevice, s.Census.DeviceOf, c.Step), s.Census.DeviceOf > 0
	case programme.FactWithoutConnection:
		return share(s.Census.WithoutConnection, s.Census.ConnectionOf, c.Step), s.Census.ConnectionOf > 0
	case programme.FactEquipped:
		if t.Yes+t.No == 0 {
			return 0, false
		}
		return int64(t.No) * Full / int64(t.Yes+t.No), true
	}
	return 0, false
}

func clamp(v int64) int64 { return max(0, min(Full, v)) }

// share returns k of n in thousandths, rounded down to the step. Fewer than five count as none, and all
// but fewer than five as all, so that points never tell a smaller number of pupils.
func share(k, n int32, step int64) int64 {
	switch {
	case k < atLeast:
		return 0
	case n-k < atLeast:
		return Full
	}
	v := int64(k) * Full / int64(n)
	return v - v%step
}

// scores holds, for one measure, the values of every eligible school by criterion, and what an unknown
// fact counts as.
type scores struct {
	criteria []programme.Criterion
	values   []int16 // of school i under criterion k at i*len(criteria)+k; unknownValue
	stand    []int64 // by criterion: what unknown counts as; -1 the school is left out
}

const unknownValue = -1

// score fills the values of the candidates and resolves each criterion's policy for the unknown.
func score(criteria []programme.Criterion, schools []School, candidates []int32, deduct string) *scores {
	k := len(criteria)
	sc := &scores{criteria: criteria, values: make([]int16, len(candidates)*k), stand: make([]int64, k)}
	var counts [Full + 1]int32
	for j := range criteria {
		c := &criteria[j]
		clear(counts[:])
		known := int32(0)
		for i, index := range candidates {
			s := &schools[index]
			v, ok := value(c, s, s.tally(deduct))
			if !ok {
				sc.values[i*k+j] = unknownValue
				continue
			}
			sc.values[i*k+j] = int16(v)
			counts[v]++
			known++
		}
		sc.stand[j] = standIn(c.Unknown, &counts, known)
	}
	return sc
}

// tally returns the equipment that a measure looks at.
func (s *School) tally(deduct string) Tally {
	if deduct == "kits" {
		return s.Kits
	}
	return s.Displays
}

// standIn returns the value that an unknown fact counts as. The median is the lower one of the known
// values; when none is known it is 0, the same for all.
func standIn(policy programme.Policy, counts *[Full + 1]int32, known int32) int64 {
	switch policy {
	case programme.PolicyHighest:
		return Full
	case programme.PolicyExclude:
		return -1
	case programme.PolicyMedian:
		seen := int32(0)
		for v, n := range counts {
			if seen += n; n > 0 && 2*seen >= known {
				return int64(v)
			}
		}
	}
	return 0
}

// points returns the thousandths of a point of candidate i (100,000 at most), and the facts that were
// unknown; ok is false when one of these leaves the school out.
func (sc *scores) points(i int) (points int32, unknown missing, ok bool) {
	k := len(sc.criteria)
	sum := int64(0)
	for j := range sc.criteria {
		v := int64(sc.values[i*k+j])
		if v == unknownValue {
			unknown |= missOf(sc.criteria[j].Fact)
			if v = sc.stand[j]; v < 0 {
				return 0, unknown, false
			}
		}
		sum += v * sc.criteria[j].Weight
	}
	return int32(sum), unknown, true
}

// Reason says why a school gets nothing of a measure.
type Reason string

// The reasons.
const (
	ReasonType             Reason = "type"
	ReasonLevel            Reason = "level"
	ReasonLevelUnknown     Reason = "level_unknown"
	ReasonSector           Reason = "sector"
	ReasonSectorUnknown    Reason = "sector_unknown"
	ReasonContract         Reason = "contract"
	ReasonContractUnknown  Reason = "contract_unknown"
	ReasonCriterionUnknown Reason = "criterion_unknown" // a criterion leaves out whoever it is unknown for
	ReasonProvided         Reason = "provided"          // nothing is lacking there
	ReasonTarget           Reason = "target"            // the target was reached before its turn
	ReasonBudget           Reason = "budget"            // the money was spent before its turn
	ReasonWhole            Reason = "whole"             // what was left did not serve it whole
)

// Reasons lists every reason.
var Reasons = []Reason{ReasonType, ReasonLevel, ReasonLevelUnknown, ReasonSector, ReasonSectorUnknown, ReasonContract,
	ReasonContractUnknown, ReasonCriterionUnknown, ReasonProvided, ReasonTarget, ReasonBudget, ReasonWhole}

// eligible returns "" when the rule lets the school be served, or the reason why not; and the facts that
// were unknown where the rule admits the unknown.
func eligible(e *programme.Eligibility, s *School) (Reason, missing) {
	if len(e.Types) > 0 && !slices.Contains(e.Types, s.Type) {
		return ReasonType, 0
	}
	if len(e.Sectors) > 0 && !slices.Contains(e.Sectors, s.Sector) {
		if s.Sector != "unknown" {
			return ReasonSector, 0
		}
		if e.Unknown.Sectors == programme.Refuse {
			return ReasonSectorUnknown, 0
		}
	}
	unknown := missing(0)
	if reason := levels(e, s); reason == ReasonLevelUnknown && e.Unknown.Levels == programme.Admit {
		unknown |= missLevels
	} else if reason != "" {
		return reason, 0
	}
	if len(e.Contracts) > 0 && s.Sector != "public" {
		switch {
		case s.Contract == "unknown" && e.Unknown.Contracts == programme.Refuse:
			return ReasonContractUnknown, 0
		case s.Contract == "unknown":
			unknown |= missContract
		case !slices.Contains(e.Contracts, s.Contract):
			return ReasonContract, 0
		}
	}
	return "", unknown
}

func levels(e *programme.Eligibility, s *School) Reason {
	if len(e.Levels) == 0 {
		return ""
	}
	reason := ReasonLevel
	for _, level := range e.Levels {
		has := s.Elementary
		if level == "maternelle" {
			has = s.Maternelle
		}
		switch has {
		case Yes:
			return ""
		case Unknown:
			reason = ReasonLevelUnknown
		}
	}
	return reason
}

// capacity returns how many units the school can take, and the facts that were unknown.
func (r *rule) capacity(s *School) (int32, missing) {
	k := &r.measure.Allocation.Capacity
	if k.Of == programme.OfPupilsLacking {
		n, unknown := r.lacking(s)
		return part(n, k.Permille, k.Round), unknown
	}
	n, unknown := r.classes(s, k.Of)
	most := part(n, k.Permille, k.Round)
	if k.Deduct != "" {
		t := s.tally(k.Deduct)
		if t.Yes+t.No < n || unknown&missClasses != 0 {
			unknown |= missEquipped
		}
		most -= t.Yes
	}
	return max(0, most), unknown
}

// part returns so many thousandths of n, rounded as told.
func part(n int32, permille int64, round string) int32 {
	v := int64(n) * permille
	if round == "up" {
		v += 999
	}
	return int32(v / 1000)
}

// assumptions are what the programme takes for granted about each kind of school.
type assumptions map[string]programme.Assumption

// pupils returns the number of pupils, or the assumption of the programme when it is unknown.
func (a assumptions) pupils(s *School) (int32, missing) {
	if s.Pupils.Known {
		return s.Pupils.Value, 0
	}
	return int32(a[s.Kind()].Pupils), missPupils
}

// classes returns the number of classes, elementary ones only where the rule asks so; when it is unknown
// it is worked out from the pupils, at least one, and when their levels are unknown all of them count.
func (a assumptions) classes(s *School, of string) (int32, missing) {
	unknown := missing(0)
	if of == programme.OfElementaryClasses {
		if s.ElementaryClasses.Known {
			return s.ElementaryClasses.Value, 0
		}
		unknown = mixed(s)
	}
	if s.Classes.Known {
		return s.Classes.Value, unknown
	}
	pupils, more := a.pupils(s)
	per := int32(a[s.Kind()].PupilsPerClass)
	return max(1, (pupils+per/2)/per), unknown | more | missClasses
}

// mixed tells that figures of the whole school stand for its elementary classes, which are not all of it.
func mixed(s *School) missing {
	if s.Maternelle == No {
		return 0
	}
	return missLevels
}

// lacking returns how many pupils of elementary classes have no device of their own: what the census
// counted, and for the pupils whom it did not count the share that the programme assumes.
func (r *rule) lacking(s *School) (int32, missing) {
	if s.Census.Complete {
		return s.Census.WithoutDevice, 0
	}
	pupils, unknown := r.pupils(s)
	uncounted := max(0, pupils-s.Census.DeviceOf)
	assumed := int64(uncounted) * r.measure.Allocation.Capacity.WhenUnknown / 1000
	return s.Census.WithoutDevice + int32(assumed), unknown | mixed(s) | missDevice
}
