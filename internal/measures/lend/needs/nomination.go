package needs

import (
	"slices"
	"strings"

	"preau/internal/base/errs"
)

// State is how far a nomination has come.
type State string

// The states. A pupil who is withdrawn or declined can be nominated again.
const (
	Nominated State = "nominated"
	Granted   State = "granted"
	Waiting   State = "waiting"
	Lent      State = "lent"
	Declined  State = "declined"
	Withdrawn State = "withdrawn"
)

// Ranked tells whether a nomination of this state has a place in the ranking.
func (s State) Ranked() bool { return s != Declined && s != Withdrawn }

// Served tells whether the pupil has or will have a device of the school's quota.
func (s State) Served() bool { return s == Granted || s == Lent }

// Appeal is what became of a family's appeal.
type Appeal string

// The appeals.
const (
	NoAppeal Appeal = ""
	Asked    Appeal = "asked"
	Upheld   Appeal = "upheld"
	Rejected Appeal = "rejected"
)

// Reasons are words of a fixed list, so that none can tell why a pupil needs a device.
var (
	// DeclineReasons say why a nominated pupil gets none.
	DeclineReasons = []string{"equipped", "left", "family"}
	// OrderReasons say why a pupil is granted before others who are placed higher.
	OrderReasons = []string{"unreached", "continued", "upheld"}
	// UpheldReasons and RejectedReasons say what an appeal was decided on.
	UpheldReasons   = []string{"answers_corrected", "error"}
	RejectedReasons = []string{"answers_right", "already_lent"}
)

// Nomination is a pupil who was nominated for a loan in a school year.
type Nomination struct {
	Territory  string
	ID         string
	School     string
	Class      string
	Pupil      string // opaque person
	Year       string // 2026-2027
	Answers    map[string]Answer
	State      State
	Reason     string // of the last decision, one of the reasons
	Appeal     Appeal
	AppealedAt int64 // ms UTC, 0 never
	DecidedAt  int64 // ms UTC, 0 not yet
	DecidedBy  string
	Version    int64
	CreatedAt  int64
	CreatedBy  string
}

// ids returns the criteria with the answer, as the table keeps them.
func (n *Nomination) ids(answer Answer) string {
	var list []string
	for id, a := range n.Answers {
		if a == answer {
			list = append(list, id)
		}
	}
	slices.Sort(list)
	return strings.Join(list, ",")
}

// answersOf reads what ids wrote: a criterion of the rule that is named in neither list was answered with no.
func answersOf(rule *Rule, yes, unknown string) map[string]Answer {
	answers := map[string]Answer{}
	for _, c := range rule.Criteria {
		answers[c.ID] = No
	}
	for _, part := range []struct {
		ids    string
		answer Answer
	}{{yes, Yes}, {unknown, Unknown}} {
		for id := range strings.SplitSeq(part.ids, ",") {
			if id != "" {
				answers[id] = part.answer
			}
		}
	}
	return answers
}

// decide moves the nomination on, or returns Conflict when its state does not allow it.
func (n *Nomination) decide(to State, reason string) error {
	allowed := map[State][]State{
		Granted:  {Nominated, Waiting},
		Waiting:  {Nominated, Granted},
		Declined: {Nominated, Waiting, Granted},
	}
	if !slices.Contains(allowed[to], n.State) {
		return errs.NewConflict("needs.state.wrong")
	}
	n.State, n.Reason = to, reason
	return nil
}

// ask records a family's appeal: it may be made against a decision, once.
func (n *Nomination) ask(now int64) error {
	switch {
	case n.Appeal != NoAppeal:
		return errs.NewConflict("needs.appeal.twice")
	case n.State != Waiting && n.State != Declined:
		return errs.NewConflict("needs.appeal.early")
	}
	n.Appeal, n.AppealedAt = Asked, now
	return nil
}

// answer decides an appeal. An upheld one puts the pupil back among those who wait, in front.
func (n *Nomination) answer(upheld bool, reason string) error {
	if n.Appeal != Asked {
		return errs.NewConflict("needs.appeal.none")
	}
	reasons := RejectedReasons
	if upheld {
		reasons = UpheldReasons
	}
	if !slices.Contains(reasons, reason) {
		return errs.OfFields(errs.Field{Name: "reason", Key: "needs.reason.missing"})
	}
	n.Appeal, n.Reason = Rejected, reason
	if upheld {
		n.Appeal = Upheld
		if n.State == Declined {
			n.State = Waiting
		}
	}
	return nil
}
