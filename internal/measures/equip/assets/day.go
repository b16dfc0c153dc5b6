package assets

import (
	"time"

	"preau/internal/base/i18n"
)

// dayStart returns when a day that is kept as 2026-10-01 begins in Paris, in ms; 0 for what is no day.
func dayStart(day string) int64 {
	t, err := time.ParseInLocation(time.DateOnly, day, i18n.Paris)
	if err != nil {
		return 0
	}
	return t.UnixMilli()
}

// dayText says a day that is kept as 2026-10-01.
func dayText(l *i18n.Localizer, day string) string {
	if dayStart(day) == 0 {
		return day
	}
	return l.Date(i18n.Millis(dayStart(day)))
}

// whenText says the day of an instant in ms, "" for none.
func whenText(l *i18n.Localizer, at int64) string {
	if at == 0 {
		return ""
	}
	return l.Date(i18n.Millis(at))
}

// today is the day in Paris, as it is kept.
func (s *Service) today() string { return s.db.Time().In(i18n.Paris).Format(time.DateOnly) }
