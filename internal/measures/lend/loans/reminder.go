package loans

import (
	"maps"
	"slices"

	"preau/internal/territory/directory"
)

// Channel is how a family is reached.
type Channel string

// The channels: what has an e-mail address gets a letter by itself; the others are called, or get a paper.
const (
	Email Channel = "email"
	Phone Channel = "phone"
	Paper Channel = "paper"
)

// channel returns how a guardian is reached.
func channel(g directory.Guardian) Channel {
	switch {
	case g.Email != "":
		return Email
	case g.Phone != "":
		return Phone
	}
	return Paper
}

// Between two reminders of a family lie so many days, but the eve of a due date is always told.
const (
	remindEvery  = 7
	remindBefore = 7
)

// remindable tells whether a family is reminded today of a loan that is due on a day: from a week before on, once a week, and
// on its eve. last is the day of the family's last reminder, "" none.
func remindable(dueOn, today, last string) bool {
	if last == today {
		return false
	}
	left := daysUntil(today, dueOn)
	if left > remindBefore {
		return false
	}
	return last == "" || daysUntil(last, today) >= remindEvery || left == 1
}

// Digest is what one family is told on one day, whatever the number of its loans.
type Digest struct {
	Territory string
	Guardian  directory.Guardian // its Person is the pupil where no guardian is known
	Unknown   bool               // no guardian is known
	Channel   Channel
	School    string
	Pupil     string // of the first loan
	Language  string
	Loans     []Loan
}

// digests gathers loans by guardian, in an order that does not change.
func digests(list []Loan, families map[string][]directory.Guardian) []Digest {
	byGuardian := map[string]*Digest{}
	for _, l := range list {
		guardians := families[l.Pupil]
		unknown := len(guardians) == 0
		if unknown {
			guardians = []directory.Guardian{{Person: l.Pupil}}
		}
		for _, g := range guardians {
			d := byGuardian[l.Territory+" "+g.Person]
			if d == nil {
				d = &Digest{Territory: l.Territory, Guardian: g, Unknown: unknown, Channel: channel(g), School: l.School, Pupil: l.Pupil}
				byGuardian[l.Territory+" "+g.Person] = d
			}
			d.Loans = append(d.Loans, l)
		}
	}
	keys := slices.Sorted(maps.Keys(byGuardian))
	out := make([]Digest, len(keys))
	for i, key := range keys {
		out[i] = *byGuardian[key]
	}
	return out
}
