package loans

import (
	"slices"
	"time"
)

// Holiday is a time without school: its days are the first, the last and all between them.
type Holiday struct {
	Territory string
	Year      string // 2026-2027
	Name      string
	First     string // 2026-10-17
	Last      string
}

// Long tells whether the holiday ends the school year: summer.
func (h Holiday) Long() bool {
	first, err := time.Parse(time.DateOnly, h.First)
	last, err2 := time.Parse(time.DateOnly, h.Last)
	return err == nil && err2 == nil && last.Sub(first) > 40*24*time.Hour
}

// holds tells whether the day lies in the holiday.
func (h Holiday) holds(day string) bool { return h.First <= day && day <= h.Last }

// closed tells whether there is no school on a day, and in which holiday; a weekend has none.
func closed(day time.Time, holidays []Holiday) (Holiday, bool) {
	text := day.Format(time.DateOnly)
	for _, h := range holidays {
		if h.holds(text) {
			return h, true
		}
	}
	return Holiday{}, day.Weekday() == time.Saturday || day.Weekday() == time.Sunday
}

// DueOn returns the day on which a device is due that was promised for a day: that day, or where there is no school then the
// first school day after it; a day of the summer holidays becomes the last school day before them. A day that cannot be read stays.
func DueOn(promised string, holidays []Holiday) string {
	day, err := time.Parse(time.DateOnly, promised)
	if err != nil {
		return promised
	}
	step := 1
	for range 200 {
		h, none := closed(day, holidays)
		if !none {
			break
		}
		if h.Long() {
			step = -1
		}
		day = day.AddDate(0, 0, step)
	}
	return day.Format(time.DateOnly)
}

// SchoolDay tells whether there is school on a day.
func SchoolDay(day string, holidays []Holiday) bool {
	t, err := time.Parse(time.DateOnly, day)
	if err != nil {
		return false
	}
	_, none := closed(t, holidays)
	return !none
}

// daysUntil returns how many days lie between two days; negative when the second is past.
func daysUntil(today, day string) int {
	a, err := time.Parse(time.DateOnly, today)
	b, err2 := time.Parse(time.DateOnly, day)
	if err != nil || err2 != nil {
		return 0
	}
	return int(b.Sub(a).Hours() / 24)
}

// sorted returns the holidays by their first day.
func sorted(list []Holiday) []Holiday {
	list = slices.Clone(list)
	slices.SortFunc(list, func(a, b Holiday) int {
		switch {
		case a.First < b.First:
			return -1
		case a.First > b.First:
			return 1
		}
		return 0
	})
	return list
}
