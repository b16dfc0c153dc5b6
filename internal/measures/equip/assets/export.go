package assets

import (
	"iter"
	"time"

	"preau/internal/base/i18n"
	"preau/internal/base/tabular"
)

// exportHeader names the columns of an export.
var exportHeader = []string{"code", "serie", "nature", "nom", "mesure", "proprietaire", "financeur", "responsable", "uai", "ecole", "salle", "etat", "probleme", "prete",
	"verrouille", "attribue_le", "commande_le", "livre_le", "installe_le", "utilisable_le", "sorti_le", "cout_euros", "achete_le", "vu_le", "territoire"}

func exportRow(a *Line) []any {
	var cost any
	if a.CostCents != nil {
		cost = float64(*a.CostCents) / 100
	}
	return []any{a.Code, a.Serial, a.Kind, a.Name, a.Measure, a.Owner, a.Funder, a.Custodian, a.School, a.SchoolName, a.Room, string(a.State), string(a.Trouble), a.Holder != "",
		a.Locked, exportDay(a.AwardedAt), exportDay(a.OrderedAt), exportDay(a.DeliveredAt), exportDay(a.InstalledAt), exportDay(a.UsableAt), exportDay(a.RetiredAt),
		cost, a.BoughtOn, exportDay(a.SeenAt), a.Territory}
}

func exportDay(at int64) string {
	if at == 0 {
		return ""
	}
	return i18n.Millis(at).In(i18n.Paris).Format(time.DateOnly)
}

// cells are the rows of an export.
func cells(assets iter.Seq2[*Line, error]) tabular.Cells {
	return func(yield func([]any, error) bool) {
		for a, err := range assets {
			if err != nil {
				yield(nil, err)
				return
			}
			if !yield(exportRow(a), nil) {
				return
			}
		}
	}
}
