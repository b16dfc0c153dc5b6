package directory

import (
	"iter"

	"preau/internal/base/tabular"
)

// exportHeader names the columns of an export, in the words of the public files.
var exportHeader = []string{"uai", "type", "secteur", "contrat", "nom", "adresse", "code_postal", "commune", "code_insee", "departement",
	"latitude", "longitude", "ips", "ips_annee", "effectif", "effectif_annee", "education_prioritaire", "situation_qpv", "rural", "etat"}

// exportRow returns the cells of a school: texts and numbers; nil is unknown.
func exportRow(s *School) []any {
	return []any{string(s.UAI), string(s.Type), string(s.Sector), string(s.Contract), s.Name, s.Address, s.Postcode, s.CommuneName, s.Commune, s.Territory,
		optional(s.Latitude), optional(s.Longitude), optional(s.IPS), s.IPSYear, optional(s.Pupils), s.PupilsYear, string(s.Priority), string(s.QPV),
		optional(s.Rural.Bool()), string(s.Status)}
}

// optional returns the value, or nil for an unknown one.
func optional[T any](v *T) any {
	if v == nil {
		return nil
	}
	return *v
}

// exportCells gives the rows of an export one at a time.
func exportCells(schools iter.Seq2[*School, error]) tabular.Cells {
	return func(yield func([]any, error) bool) {
		for school, err := range schools {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(exportRow(school), nil) {
				return
			}
		}
	}
}
