package readiness

// The rule: from what is known of a class to the number of its pupils who could go on learning.
// The reasons are in docs/decisions/0010-readiness-rule.md.

// Interval is a number of which only a lower and an upper bound are known.
type Interval struct {
	Lo int `json:"sure"`
	Hi int `json:"possible"`
}

// Plus returns the interval of the sum.
func (i Interval) Plus(j Interval) Interval { return Interval{i.Lo + j.Lo, i.Hi + j.Hi} }

// Of returns the interval of what is left of n: n minus the number.
func (i Interval) Of(n int) Interval { return Interval{n - i.Hi, n - i.Lo} }

// within returns the interval cut to the numbers that a class of n pupils allows.
func (i Interval) within(n int) Interval {
	return Interval{min(max(i.Lo, 0), n), max(0, min(i.Hi, n))}
}

// AllOf returns the number of pupils, in a class of n, who meet every condition, knowing for each condition between how many and how many
// pupils meet it, and for each condition of the class or its teacher whether it is met (Fréchet's bounds).
// Both bounds are attained. A condition of the class that is not met gives 0; one that is unknown leaves only the upper bound.
func AllOf(n int, counts []Interval, facts ...Ternary) Interval {
	sure, possible := n, n
	for _, c := range counts {
		c = c.within(n)
		sure -= n - c.Lo
		possible = min(possible, c.Hi)
	}
	class := Yes
	for _, f := range facts {
		class = class.And(f)
	}
	switch class {
	case No:
		return Interval{}
	case Unknown:
		sure = 0
	}
	return Interval{max(0, sure), possible}
}

// Condition is one of the three that the programme's press kit names for teaching to go on.
type Condition string

// The conditions, in the order in which they are shown.
const (
	Equipment    Condition = "equipment"
	Relationship Condition = "relationship"
	Training     Condition = "training"
)

// Conditions lists the conditions in their order.
var Conditions = [3]Condition{Equipment, Relationship, Training}

// Need is something that can be missing and mended.
type Need string

// The needs, in the order in which they are shown. A device, a connection and a family are counted by pupil, the rest by class.
const (
	NeedDevice   Need = "device"   // a device of the pupil's own at home, or shared with one child at most
	NeedVideo    Need = "video"    // a connection at home that carries video
	NeedTeaching Need = "teaching" // a laptop for the teacher, or a hybrid kit in a connected classroom
	NeedFamily   Need = "family"   // a family that can be reached
	NeedTraining Need = "training" // a teacher trained in hybrid teaching
)

// Needs lists the needs in their order.
var Needs = [5]Need{NeedDevice, NeedVideo, NeedTeaching, NeedFamily, NeedTraining}

// Outcome is what a class's answers imply. Without a number of pupils (Sized false) nothing is said of pupils: Ready and Conditions are zero.
type Outcome struct {
	Sized      bool
	Pupils     int
	Ready      Interval    // pupils who meet the three conditions
	Conditions [3]Interval // pupils who meet each, in the order of Conditions
	Missing    [5]Interval // in the order of Needs
}

// Assess returns what the answers of a class imply.
func Assess(a Answer) Outcome {
	var o Outcome
	teaching := a.Laptop.Or(a.Kit.And(a.Connection))
	o.Missing[2] = missing(teaching)
	o.Missing[4] = missing(a.Trained)
	n, sized := a.Pupils.Get()
	if !sized {
		return o
	}
	o.Sized, o.Pupils = true, n
	device := usable(n, a.Device, a.Shared, a.Lent)
	video := between(n, a.Video).atLeast(a.LentVideo)
	family := between(n, a.Reached)
	o.Ready = AllOf(n, []Interval{device, video, family}, teaching, a.Trained)
	o.Conditions = [3]Interval{
		AllOf(n, []Interval{device, video}, teaching),
		AllOf(n, []Interval{family}),
		AllOf(n, nil, a.Trained),
	}
	o.Missing[0], o.Missing[1], o.Missing[3] = device.Of(n), video.Of(n), family.Of(n)
	return o
}

// between returns the interval of a count that may be unknown.
func between(n int, c Count) Interval {
	if v, known := c.Get(); known {
		return Interval{v, v}.within(n)
	}
	return Interval{0, n}
}

// atLeast returns the interval with a lower bound that is known from elsewhere, as far as the upper one allows.
func (i Interval) atLeast(n int) Interval { return Interval{max(i.Lo, min(n, i.Hi)), i.Hi} }

// usable returns how many pupils have a device that is not shared with more than one other child:
// those with a device less those who share it so, who are among them. A device that was lent is shared with nobody.
func usable(n int, device, shared Count, lent int) Interval {
	d := between(n, device)
	s, known := shared.Get()
	if !known {
		return Interval{0, d.Hi}.atLeast(lent)
	}
	if !device.Known() {
		return Interval{0, n - s}.within(n).atLeast(lent)
	}
	return Interval{d.Lo - s, d.Hi - s}.within(n)
}

// missing returns how many of a class's one place is to be mended.
func missing(t Ternary) Interval {
	switch t {
	case Yes:
		return Interval{0, 0}
	case No:
		return Interval{1, 1}
	}
	return Interval{0, 1}
}
