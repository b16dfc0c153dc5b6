package catalogue

import (
	"context"
	"time"

	"preau/internal/base/i18n"
)

// dayText says a day that is kept as 2026-10-01.
func dayText(ctx context.Context, day string) string {
	t, err := time.ParseInLocation(time.DateOnly, day, i18n.Paris)
	if err != nil {
		return day
	}
	return i18n.From(ctx).Date(t)
}
