package i18n

import (
	"math"
	"strconv"
	"strings"
	"time"
)

// Paris is the time zone of the dates that are shown.
var Paris = loadParis()

func loadParis() *time.Location {
	loc, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		return time.UTC
	}
	return loc
}

const (
	narrowSpace = "\u202f" // U+202F, between groups of three digits in French
	fixedSpace  = "\u00a0" // U+00A0, before a unit
)

// Number returns a whole number with groups of three digits: "1 628", "1,628".
func (l *Localizer) Number(n int64) string {
	return string(l.appendNumber(make([]byte, 0, 32), n))
}

func (l *Localizer) appendNumber(to []byte, n int64) []byte {
	var room [20]byte
	digits := strconv.AppendInt(room[:0], n, 10)
	if n < 0 {
		to, digits = append(to, '-'), digits[1:]
	}
	sep := ","
	if l.Lang == French {
		sep = narrowSpace
	}
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			to = append(to, sep...)
		}
		to = append(to, digit)
	}
	return to
}

// Decimal returns a number with the given decimals: "97,7", "97.7".
func (l *Localizer) Decimal(v float64, decimals int) string {
	text := strconv.FormatFloat(math.Abs(v), 'f', decimals, 64)
	whole, frac, _ := strings.Cut(text, ".")
	n, _ := strconv.ParseInt(whole, 10, 64)
	out := l.Number(n)
	if frac != "" {
		out += l.point() + frac
	}
	if v < 0 && strings.Trim(text, "0.") != "" {
		out = "-" + out
	}
	return out
}

func (l *Localizer) point() string {
	if l.Lang == French {
		return ","
	}
	return "."
}

// Percent returns a share between 0 and 1 as a whole percentage: "63 %", "63%".
func (l *Localizer) Percent(share float64) string {
	p := l.Number(int64(math.Round(share * 100)))
	if l.Lang == French {
		return p + fixedSpace + "%"
	}
	return p + "%"
}

// Money returns cents of euro: "1 234,50 €", "€1,234.50"; whole euros are shown without cents.
func (l *Localizer) Money(cents int64) string {
	sign, abs := "", cents
	if cents < 0 {
		sign, abs = "-", -cents
	}
	text := l.Number(abs / 100)
	if rest := abs % 100; rest != 0 {
		text += l.point() + strconv.FormatInt(100+rest, 10)[1:]
	}
	if l.Lang == French {
		return sign + text + fixedSpace + "€"
	}
	return sign + "€" + text
}

var months = map[Lang][12]string{
	French:  {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"},
	English: {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
}

// Date returns the day in Paris: "1er octobre 2026", "1 October 2026".
func (l *Localizer) Date(t time.Time) string {
	t = t.In(Paris)
	day := strconv.Itoa(t.Day())
	if t.Day() == 1 && l.Lang == French {
		day = "1er"
	}
	lang := l.Lang
	if _, ok := months[lang]; !ok {
		lang = French
	}
	return day + " " + months[lang][t.Month()-1] + " " + strconv.Itoa(t.Year())
}

// DateTime returns the day and the minute in Paris: "1er octobre 2026 à 14 h 05", "1 October 2026 at 14:05".
func (l *Localizer) DateTime(t time.Time) string {
	t = t.In(Paris)
	if l.Lang == French {
		return l.Date(t) + " à " + t.Format("15") + fixedSpace + "h" + fixedSpace + t.Format("04")
	}
	return l.Date(t) + " at " + t.Format("15:04")
}

// Millis returns the time of a database instant (milliseconds since 1970, UTC).
func Millis(ms int64) time.Time { return time.UnixMilli(ms).UTC() }
