package needs

import (
	"slices"
	"strconv"
	"testing"

	"pgregory.net/rapid"
)

var key = []byte("0123456789abcdef0123456789abcdef")

func rule(t testing.TB) *Rule {
	t.Helper()
	r, err := DefaultRule()
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func nominee(id string, answers map[string]Answer) Nomination {
	return Nomination{ID: id, Pupil: "pupil-" + id, Year: "2026-2027", State: Nominated, Answers: answers}
}

func TestARuleThatIsWrongIsRefused(t *testing.T) {
	for name, text := range map[string]string{
		"empty":           "",
		"no criteria":     "id: a",
		"twice":           "{id: a, criteria: [{id: x, points: 1, unknown: none}, {id: x, points: 2, unknown: none}]}",
		"no points":       "{id: a, criteria: [{id: x, unknown: none}]}",
		"no such share":   "{id: a, criteria: [{id: x, points: 1, unknown: maybe}]}",
		"a misspelt word": "{id: a, critères: []}",
	} {
		if _, err := ParseRule([]byte(text)); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}

func TestUnknownCountsAsTheRuleDeclares(t *testing.T) {
	r := rule(t)
	given := r.Give(map[string]Answer{"none": Unknown, "shared": Unknown, "connection": Unknown, "far": No, "exam": No, "sibling": Yes})
	if got := Total(given); got != 20+0+7-20 {
		t.Errorf("%d points", got)
	}
	if got := Total(r.Give(nil)); got != 27 {
		t.Errorf("nothing answered: %d points", got)
	}
	if r.Most() != 100 {
		t.Errorf("the most is %d", r.Most())
	}
}

func TestTheRankFollowsThePointsThenTheDrawAndNeverTheNameOrTheOrderOfEntry(t *testing.T) {
	r := rule(t)
	rapid.Check(t, func(t *rapid.T) {
		var list []Nomination
		for i := range rapid.IntRange(1, 25).Draw(t, "pupils") {
			answers := map[string]Answer{}
			for _, c := range r.Criteria {
				answers[c.ID] = rapid.SampledFrom([]Answer{Yes, No, Unknown}).Draw(t, c.ID)
			}
			n := nominee(strconv.Itoa(i), answers)
			n.Appeal = rapid.SampledFrom([]Appeal{NoAppeal, NoAppeal, Upheld}).Draw(t, "appeal")
			list = append(list, n)
		}
		quota := &Quota{Quantity: rapid.IntRange(0, 30).Draw(t, "quota")}
		one := Rank(r, key, list, quota)
		two := Rank(r, key, rapid.Permutation(list).Draw(t, "order"), quota)
		for i, c := range one.Candidates {
			if two.Candidates[i].ID != c.ID || c.Rank != i+1 || c.Within != (i < quota.Quantity) {
				t.Fatalf("place %d: %+v and %+v", i, c, two.Candidates[i])
			}
			if i > 0 && one.Candidates[i-1].Appeal == c.Appeal && one.Candidates[i-1].Total < c.Total {
				t.Fatalf("place %d has more points than the one before", i)
			}
			honest(t, r, list, quota, one.Explain(&one.Candidates[i]))
		}
	})
}

// honest checks an explanation: the answers said to suffice bring the pupil within the quota, the others do not.
func honest(t *rapid.T, r *Rule, list []Nomination, quota *Quota, e Explanation) {
	if e.Candidate.Within {
		if e.Missing != 0 || e.More != 0 || e.Spare != quota.Quantity-e.Candidate.Rank {
			t.Fatalf("%+v", e)
		}
		return
	}
	for _, change := range e.Answers {
		changed := slices.Clone(list)
		for i := range changed {
			if changed[i].ID == e.Candidate.ID {
				answers := map[string]Answer{change.Criterion.ID: Yes}
				for id, a := range changed[i].Answers {
					if id != change.Criterion.ID {
						answers[id] = a
					}
				}
				changed[i].Answers = answers
			}
		}
		if got := Rank(r, key, changed, quota).Find(e.Candidate.ID).Within; got != change.Suffices {
			t.Fatalf("%s said %v, is %v: %+v", change.Criterion.ID, change.Suffices, got, e)
		}
	}
	more := Rank(r, key, list, &Quota{Quantity: quota.Quantity + e.More}).Find(e.Candidate.ID)
	if !more.Within || Rank(r, key, list, &Quota{Quantity: quota.Quantity + e.More - 1}).Find(e.Candidate.ID).Within {
		t.Fatalf("%d more devices: %+v", e.More, more)
	}
}

func TestTheDrawIsAnotherEachYearAndNeedsTheKey(t *testing.T) {
	if draw(key, "2026-2027", "p") == draw(key, "2027-2028", "p") || draw(key, "2026-2027", "p") == draw([]byte("another"), "2026-2027", "p") {
		t.Error("the same draw")
	}
}

func TestADecisionNeedsAStateThatAllowsItAndAnAppealADecision(t *testing.T) {
	n := nominee("a", nil)
	if n.ask(1) == nil {
		t.Error("an appeal before any decision")
	}
	if err := n.decide(Waiting, ""); err != nil {
		t.Fatal(err)
	}
	if err := n.ask(1); err != nil {
		t.Fatal(err)
	}
	if n.ask(2) == nil {
		t.Error("a second appeal")
	}
	if n.answer(true, "answers_right") == nil {
		t.Error("a reason of the other list")
	}
	if err := n.answer(true, "error"); err != nil || n.Appeal != Upheld || n.State != Waiting {
		t.Errorf("%+v, %v", n, err)
	}
	if err := n.decide(Granted, ""); err != nil {
		t.Error(err)
	}
	n.State = Lent
	if n.decide(Declined, "left") == nil {
		t.Error("a pupil who has the device is declined")
	}
}
