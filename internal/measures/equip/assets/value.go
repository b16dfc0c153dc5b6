package assets

import (
	"time"

	"preau/internal/base/i18n"
)

// Value returns what is left of a cost in cents by straight-line depreciation, as public accounting (M57) counts it: from
// the day of putting into service, by whole months of the expected life, never below 0.
func Value(cents, lifeMonths int64, from, on time.Time) int64 {
	if lifeMonths <= 0 {
		return 0
	}
	months := monthsBetween(from, on)
	if months >= lifeMonths {
		return 0
	}
	lost := (cents*months + lifeMonths/2) / lifeMonths
	return cents - lost
}

// monthsBetween returns how many whole months lie between two days in Paris, 0 when the second is not after the first.
func monthsBetween(from, on time.Time) int64 {
	a, b := from.In(i18n.Paris), on.In(i18n.Paris)
	months := int64(b.Year()-a.Year())*12 + int64(b.Month()-a.Month())
	if b.Day() < a.Day() && !lastOfMonth(b) {
		months-- // the month that runs is not whole; one begun on the 31st is whole on the 30th of a shorter one
	}
	return max(months, 0)
}

func lastOfMonth(t time.Time) bool { return t.AddDate(0, 0, 1).Month() != t.Month() }

// inService returns the day from which the asset loses value: that of its first use, else of its delivery, else of
// its purchase. False: none is known.
func (a *Asset) inService() (time.Time, bool) {
	for _, at := range []int64{a.UsableAt, a.InstalledAt, a.DeliveredAt} {
		if at > 0 {
			return i18n.Millis(at), true
		}
	}
	bought, err := time.ParseInLocation(time.DateOnly, a.BoughtOn, i18n.Paris)
	return bought, err == nil
}
