package needs

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
)

// Candidate is a nomination in its place.
type Candidate struct {
	Nomination
	Given  []Given
	Total  int
	Rank   int  // from 1; 0 when it is not ranked
	Within bool // the rank is within the school's quota
	tie    string
}

// Ranking is the ranked list of a school in a year.
type Ranking struct {
	Rule       *Rule
	Quota      *Quota // nil: nobody has said
	Candidates []Candidate
	Left       []Candidate // declined and withdrawn
}

// Quota is how many devices a school has to lend in a year.
type Quota struct {
	Quantity int
	Plan     string // the plan that it comes from, "" set by hand
	Reason   string // of one set by hand
}

// draw returns the place of a pupil among those of the same points: it changes each year, and without the
// installation's key nobody can compute it.
func draw(key []byte, year, pupil string) string {
	h := hmac.New(sha256.New, key)
	h.Write([]byte("lend.needs.draw\n" + year + "\n" + pupil))
	return hex.EncodeToString(h.Sum(nil)[:8])
}

// Rank orders the nominations of a school: pupils whose appeal was upheld, then by points, then by draw.
func Rank(rule *Rule, key []byte, list []Nomination, quota *Quota) *Ranking {
	r := &Ranking{Rule: rule, Quota: quota}
	for _, n := range list {
		c := Candidate{Nomination: n, Given: rule.Give(n.Answers), tie: draw(key, n.Year, n.Pupil)}
		c.Total = Total(c.Given)
		if n.State.Ranked() {
			r.Candidates = append(r.Candidates, c)
		} else {
			r.Left = append(r.Left, c)
		}
	}
	slices.SortFunc(r.Candidates, compare)
	slices.SortFunc(r.Left, compare)
	for i := range r.Candidates {
		c := &r.Candidates[i]
		c.Rank, c.Within = i+1, quota != nil && i < quota.Quantity
	}
	return r
}

func compare(a, b Candidate) int {
	if first := (b.Appeal == Upheld) != (a.Appeal == Upheld); first {
		if a.Appeal == Upheld {
			return -1
		}
		return 1
	}
	if a.Total != b.Total {
		return b.Total - a.Total
	}
	return strings.Compare(a.tie, b.tie)
}

// Find returns the candidate of a nomination, or nil.
func (r *Ranking) Find(id string) *Candidate {
	for _, list := range [][]Candidate{r.Candidates, r.Left} {
		for i := range list {
			if list[i].ID == id {
				return &list[i]
			}
		}
	}
	return nil
}

// Served counts the pupils who have or will have a device.
func (r *Ranking) Served() int {
	n := 0
	for _, c := range r.Candidates {
		if c.State.Served() {
			n++
		}
	}
	return n
}

// Free returns how many devices of the quota are not granted yet.
func (r *Ranking) Free() int {
	if r.Quota == nil {
		return 0
	}
	return max(0, r.Quota.Quantity-r.Served())
}

// Before counts the pupils placed higher than the candidate who are not served.
func (r *Ranking) Before(c *Candidate) int {
	n := 0
	for _, o := range r.Candidates {
		if o.Rank < c.Rank && !o.State.Served() {
			n++
		}
	}
	return n
}

// Explanation tells why a pupil is where they are, from their own answers and the cut: nothing about another pupil.
type Explanation struct {
	Candidate *Candidate
	Of        int  // ranked pupils
	Quota     int  // -1 unknown
	Cut       *int // points of the last pupil within the quota, where there is a pupil below
	Next      *int // points of the first pupil below it
	Missing   int  // points that are missing to be within; 0 when within
	Tied      bool // as many points as the other side of the cut: the draw decided
	More      int  // devices that the school lacks for this pupil; 0 when within
	Spare     int  // devices that the school could lose before this pupil is below; 0 when below
	// Answers are the criteria nobody could answer, with the points that yes would add, and whether they would suffice.
	Answers []Change
}

// Change is a criterion whose answer would change the place.
type Change struct {
	Criterion *Criterion
	Points    int
	Suffices  bool
}

// Explain tells a ranked candidate's place.
func (r *Ranking) Explain(c *Candidate) Explanation {
	e := Explanation{Candidate: c, Of: len(r.Candidates), Quota: -1}
	for _, g := range c.Given {
		if more := g.Criterion.Points - g.Points; g.Answer == Unknown && more > 0 {
			e.Answers = append(e.Answers, Change{Criterion: g.Criterion, Points: more})
		}
	}
	if r.Quota == nil || c.Rank == 0 {
		return e
	}
	e.Quota = r.Quota.Quantity
	if e.Quota > 0 && e.Quota < e.Of {
		e.Cut, e.Next = &r.Candidates[e.Quota-1].Total, &r.Candidates[e.Quota].Total
	}
	if c.Within {
		e.Spare = e.Quota - c.Rank
		e.Tied = e.Next != nil && *e.Next == c.Total && (r.Candidates[e.Quota].Appeal == Upheld) == (c.Appeal == Upheld)
		return e
	}
	e.More = c.Rank - e.Quota
	if e.Cut == nil { // no device at all
		return e
	}
	last := r.Candidates[e.Quota-1]
	if last.Appeal == Upheld && c.Appeal != Upheld {
		return e // no number of points comes before
	}
	e.Tied = last.Total == c.Total
	e.Missing = max(0, last.Total-c.Total)
	if e.Missing == 0 || c.tie > last.tie {
		e.Missing++ // at equal points the draw stands
	}
	for i := range e.Answers {
		e.Answers[i].Suffices = e.Answers[i].Points >= e.Missing
	}
	return e
}
