package directory

import (
	"strings"

	"preau/internal/base/db"
)

// SchoolColumns lists the columns of a whole school in the order of Values and ScanSchool.
var SchoolColumns = []string{"territory", "uai", "name", "folded", "type", "maternelle", "elementaire", "sector", "contract",
	"address", "postcode", "commune", "commune_name", "commune_folded", "latitude", "longitude", "circonscription",
	"ips", "ips_year", "pupils", "pupils_year", "priority", "qpv", "rural", "status", "closed_at", "source", "updated_at"}

// schoolColumns is the same list for a query.
var schoolColumns = strings.Join(SchoolColumns, ", ")

// Values returns the school as the values of SchoolColumns, to be inserted.
func (s *School) Values() []any {
	return []any{s.Territory, string(s.UAI), s.Name, s.Folded(), string(s.Type), s.Maternelle, s.Elementaire, string(s.Sector), string(s.Contract),
		s.Address, s.Postcode, s.Commune, s.CommuneName, db.Fold(s.CommuneName), s.Latitude, s.Longitude, s.Circonscription,
		s.IPS, s.IPSYear, s.Pupils, s.PupilsYear, orNull(string(s.Priority)), orNull(string(s.QPV)), s.Rural, string(s.Status), s.ClosedAt, s.Source, s.UpdatedAt}
}

// ScanSchool reads a row of SchoolColumns.
func ScanSchool(row db.Scanner) (School, error) {
	var s School
	var folded, communeFolded string
	var priority, qpv *string
	err := row.Scan(&s.Territory, &s.UAI, &s.Name, &folded, &s.Type, &s.Maternelle, &s.Elementaire, &s.Sector, &s.Contract,
		&s.Address, &s.Postcode, &s.Commune, &s.CommuneName, &communeFolded, &s.Latitude, &s.Longitude, &s.Circonscription,
		&s.IPS, &s.IPSYear, &s.Pupils, &s.PupilsYear, &priority, &qpv, &s.Rural, &s.Status, &s.ClosedAt, &s.Source, &s.UpdatedAt)
	if priority != nil {
		s.Priority = Priority(*priority)
	}
	if qpv != nil {
		s.QPV = QPV(*qpv)
	}
	return s, err
}

// orNull returns the text as an argument, NULL when it is "".
func orNull(text string) any {
	if text == "" {
		return nil
	}
	return text
}
