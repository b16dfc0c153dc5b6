package readiness

import (
	"time"

	"preau/internal/base/i18n"
)

// dayText says a day that is written 2026-11-16.
func dayText(l *i18n.Localizer, day string) string {
	t, err := time.ParseInLocation("2006-01-02", day, i18n.Paris)
	if err != nil {
		return day
	}
	return l.Date(t)
}
