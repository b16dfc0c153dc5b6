package loans

import (
	"io"
	"strings"
	"time"

	ics "github.com/arran4/golang-ical"

	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory"
)

// mostHolidays bounds a calendar: an official one of all zones and ten years has some hundreds.
const mostHolidays = 2000

// ReadCalendar reads school holidays from an iCalendar file (RFC 5545) or from a table with the columns of the ministry's open data
// (Description, Date de début, Date de fin, Zones, Année scolaire). With a zone ("Zone B", "B") those of other zones are left out. It
// returns Invalid for a file that holds none.
func ReadCalendar(src tabular.Source, zone string) ([]Holiday, error) {
	in, err := tabular.Inspect(src, tabular.Limits{Bytes: 2 << 20})
	if err != nil {
		return nil, err
	}
	r, _, err := in.Reader(src, tabular.Limits{Bytes: 2 << 20})
	if err != nil {
		return nil, err
	}
	start := make([]byte, 64)
	n, _ := io.ReadFull(r, start)
	_ = r.Close()
	var list []Holiday
	if strings.Contains(strings.ToUpper(string(start[:n])), "BEGIN:VCALENDAR") {
		list, err = readICS(src, in, zone)
	} else {
		list, err = readTable(src, in, zone)
	}
	if err == nil && len(list) == 0 {
		err = errs.NewInvalid("loans.holidays.none")
	}
	return sorted(list), err
}

func readICS(src tabular.Source, in tabular.Inspection, zone string) ([]Holiday, error) {
	r, _, err := in.Reader(src, tabular.Limits{Bytes: 2 << 20})
	if err != nil {
		return nil, err
	}
	defer func() { _ = r.Close() }()
	calendar, err := ics.ParseCalendar(r)
	if err != nil {
		return nil, errs.NewInvalid("loans.holidays.unread").Because(err)
	}
	var list []Holiday
	for _, e := range calendar.Events() {
		first, err := e.GetAllDayStartAt()
		if err != nil {
			if first, err = e.GetStartAt(); err != nil {
				continue
			}
		}
		last, err := e.GetAllDayEndAt()
		if err != nil {
			if last, err = e.GetEndAt(); err != nil {
				last = first.AddDate(0, 0, 1) // a day alone
			}
		}
		h := Holiday{Name: property(e, ics.ComponentPropertySummary), First: first.In(i18n.Paris).Format(time.DateOnly), Last: last.In(i18n.Paris).AddDate(0, 0, -1).Format(time.DateOnly)}
		if first.Location() == time.UTC && first.Hour() == 0 { // a date without a time
			h.First, h.Last = first.Format(time.DateOnly), last.AddDate(0, 0, -1).Format(time.DateOnly)
		}
		if !zoned(zone, property(e, ics.ComponentPropertySummary)+" "+property(e, ics.ComponentPropertyLocation)+" "+property(e, ics.ComponentPropertyDescription)) {
			continue
		}
		if list, err = add(list, h); err != nil {
			return nil, err
		}
	}
	return list, nil
}

func property(e *ics.VEvent, name ics.ComponentProperty) string {
	if p := e.GetProperty(name); p != nil {
		return strings.TrimSpace(p.Value)
	}
	return ""
}

// zoned tells whether a text that may name zones ("Zone A", "Zones A et B") is about the zone; one that names none is about all.
func zoned(zone, text string) bool {
	zone = strings.TrimSpace(strings.TrimPrefix(strings.ToLower(strings.TrimSpace(zone)), "zone"))
	at := strings.Index(strings.ToLower(text), "zone")
	if zone == "" || at < 0 {
		return true
	}
	for _, word := range strings.FieldsFunc(strings.ToLower(text[at:]), func(r rune) bool { return !(r >= 'a' && r <= 'z') }) {
		if word == zone {
			return true
		}
	}
	return false
}

func add(list []Holiday, h Holiday) ([]Holiday, error) {
	first, err := time.Parse(time.DateOnly, h.First)
	last, err2 := time.Parse(time.DateOnly, h.Last)
	if err != nil || err2 != nil || last.Before(first) || last.Sub(first) > 120*24*time.Hour {
		return nil, errs.NewInvalid("loans.holidays.dates", "name", h.Name)
	}
	if len(list) >= mostHolidays {
		return nil, errs.NewInvalid("loans.holidays.many", "most", mostHolidays)
	}
	for _, other := range list {
		if other.First == h.First && other.Last == h.Last {
			return list, nil // the same for another population
		}
	}
	h.Year = directory.SchoolYear(first.Add(12 * time.Hour))
	if h.Long() { // summer belongs to the year that it ends
		h.Year = directory.SchoolYear(first.AddDate(0, -1, 0))
	}
	return append(list, h), nil
}

func readTable(src tabular.Source, in tabular.Inspection, zone string) ([]Holiday, error) {
	rows, err := tabular.Open(src, in, tabular.Limits{Rows: mostHolidays * 10})
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	h := rows.Columns()
	name, first, last := h.Column("description", "name", "nom"), h.Column("date de début", "start_date", "first_day", "début"), h.Column("date de fin", "end_date", "last_day", "fin")
	zones, population := h.Column("zones", "zone"), h.Column("population")
	if name < 0 || first < 0 || last < 0 {
		return nil, errs.NewInvalid("loans.holidays.columns")
	}
	var list []Holiday
	for {
		row, err := rows.Next()
		if err == io.EOF {
			return list, nil
		}
		if err != nil {
			return nil, err
		}
		if row.Bad != nil {
			return nil, row.Bad
		}
		if population >= 0 && strings.Contains(strings.ToLower(row.Get(population)), "enseignant") {
			continue
		}
		if text := row.Get(zones); zones >= 0 && !zoned(zone, text) {
			continue
		}
		from, ok := dayIn(row.Get(first), false)
		to, ok2 := dayIn(row.Get(last), true)
		if !ok || !ok2 {
			return nil, errs.NewInvalid("loans.holidays.line", "line", row.Line)
		}
		if list, err = add(list, Holiday{Name: row.Get(name), First: from, Last: to}); err != nil {
			return nil, err
		}
	}
}

// dayIn reads a day, or an instant as the open data write it: the evening before the first day of a holiday, the morning on which school begins again.
func dayIn(text string, end bool) (string, bool) {
	for _, layout := range []string{time.DateOnly, "02/01/2006"} {
		if t, err := time.Parse(layout, text); err == nil {
			return t.Format(time.DateOnly), true
		}
	}
	t, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return "", false
	}
	t = t.In(i18n.Paris)
	if end {
		t = t.AddDate(0, 0, -1) // the day on which school begins again is none of it
	}
	return t.Format(time.DateOnly), true
}
