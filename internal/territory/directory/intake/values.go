package intake

import (
	"math"
	"strconv"
	"strings"
	"time"

	"preau/internal/base/db"
	"preau/internal/territory/directory"
)

// short bounds a value of the file that a message shows.
func short(text string) string {
	if cut := clip(text, 40); cut != text {
		return cut + "…"
	}
	return text
}

// mostText bounds a name or an address of a school.
const mostText = 300

// clip bounds a text that is kept to so many letters.
func clip(text string, most int) string {
	if len(text) <= most {
		return text
	}
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// numbers undoes how the French write numbers: a comma, and spaces between the thousands.
var numbers = strings.NewReplacer(",", ".", " ", "", "\u00a0", "", "\u202f", "")

// oneLine returns the text with one space where a quoted field held several, or went over several lines.
func oneLine(text string) string {
	if !strings.ContainsAny(text, "\n\t") && !strings.Contains(text, "  ") {
		return text
	}
	return strings.Join(strings.Fields(text), " ")
}

// decimal reads a number written with a point or a comma.
func decimal(text string) (float64, bool) {
	v, err := strconv.ParseFloat(numbers.Replace(text), 64)
	return v, err == nil && !math.IsNaN(v) && !math.IsInf(v, 0)
}

// ipsOf returns a social position index as it is kept, "" when there is none. Indices go from about 45 to 185.
func ipsOf(text string) (string, bool) {
	if unavailable(text) {
		return "", true
	}
	v, ok := decimal(text)
	if !ok || v < 30 || v > 220 {
		return "", false
	}
	return strconv.FormatFloat(v, 'f', -1, 64), true
}

// pupilsOf returns a number of pupils as it is kept, "" when there is none: 507.0 → 507.
func pupilsOf(text string) (string, bool) {
	if unavailable(text) {
		return "", true
	}
	v, ok := decimal(text)
	if !ok || v < 0 || v > 20_000 || v != math.Trunc(v) {
		return "", false
	}
	return strconv.FormatInt(int64(v), 10), true
}

// unavailable tells whether the source says that it has no figure: nothing, ND (non disponible), NS (non
// significatif), NC (non communiqué).
func unavailable(text string) bool {
	switch strings.ToUpper(text) {
	case "", "ND", "NS", "NC":
		return true
	}
	return false
}

func priorityOf(text string) (string, bool) {
	switch strings.ReplaceAll(strings.ToUpper(text), " ", "") {
	case "":
		return "", true
	case "REP":
		return string(directory.REP), true
	case "REP+":
		return string(directory.REPPlus), true
	}
	return "", false
}

func qpvOf(text string) (string, bool) {
	switch folded := db.Fold(text); {
	case folded == "":
		return "", true
	case folded == "hors qpv":
		return string(directory.QPVNone), true
	case folded == "dans un qpv", folded == "en qpv":
		return string(directory.QPVIn), true
	case strings.Contains(folded, "300 m"):
		return string(directory.QPVNear), true
	}
	return "", false
}

func readPosition(e *listed, latitude, longitude string) {
	if latitude == "" && longitude == "" {
		return
	}
	lat, ok := decimal(latitude)
	lon, ok2 := decimal(longitude)
	if !ok || !ok2 || math.Abs(lat) > 90 || math.Abs(lon) > 180 || lat == 0 && lon == 0 {
		e.doubt("intake.school.position")
		return
	}
	e.school.Latitude, e.school.Longitude = &lat, &lon
}

func plausibleYear(text string) bool {
	n, err := strconv.Atoi(text)
	return err == nil && len(text) == 4 && n >= 1990 && n <= 2100
}

// schoolYear returns the school year that a day belongs to; it begins on 1 August.
func schoolYear(t time.Time) string {
	year := t.Year()
	if t.Month() < time.August {
		year--
	}
	return strconv.Itoa(year) + "-" + strconv.Itoa(year+1)
}

// schoolYearOfDate returns the school year of a day written 2024-03-19, "" when it is none.
func schoolYearOfDate(text string) string {
	t, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return ""
	}
	return schoolYear(t)
}

// parsePeriod returns a school year, 2022-2023 or 2022/2023, or a year, 2022, in the one way it is kept.
func parsePeriod(text string) (string, bool) {
	text = strings.ReplaceAll(strings.ReplaceAll(text, "/", "-"), " ", "")
	from, to, two := strings.Cut(text, "-")
	if !plausibleYear(from) {
		return "", false
	}
	if !two {
		return from, true
	}
	first, _ := strconv.Atoi(from)
	last, err := strconv.Atoi(to)
	if err != nil || len(to) != 4 || last != first+1 {
		return "", false
	}
	return text, true
}
