package assets

import (
	"encoding/csv"
	"io"
	"iter"
	"strconv"
	"strings"
	"time"

	"github.com/xuri/excelize/v2"

	"preau/internal/base/i18n"
)

const xlsxType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

// exportHeader names the columns of an export.
var exportHeader = []string{"code", "serie", "nature", "nom", "mesure", "proprietaire", "financeur", "responsable", "uai", "ecole", "salle", "etat", "probleme", "prete",
	"verrouille", "attribue_le", "commande_le", "livre_le", "installe_le", "utilisable_le", "sorti_le", "cout_euros", "achete_le", "vu_le", "territoire"}

func exportRow(a *Line) []any {
	var cost any
	if a.CostCents != nil {
		cost = float64(*a.CostCents) / 100
	}
	return []any{a.Code, a.Serial, a.Kind, a.Name, a.Measure, a.Owner, a.Funder, a.Custodian, a.School, a.SchoolName, a.Room, string(a.State), string(a.Trouble), flag(a.Holder != ""),
		flag(a.Locked), exportDay(a.AwardedAt), exportDay(a.OrderedAt), exportDay(a.DeliveredAt), exportDay(a.InstalledAt), exportDay(a.UsableAt), exportDay(a.RetiredAt),
		cost, a.BoughtOn, exportDay(a.SeenAt), a.Territory}
}

func exportDay(at int64) string {
	if at == 0 {
		return ""
	}
	return i18n.Millis(at).In(i18n.Paris).Format(time.DateOnly)
}

// writeCSV writes the assets as French spreadsheets read them: semicolons, UTF-8 with its mark.
func writeCSV(w io.Writer, assets iter.Seq2[*Line, error]) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = ';'
	if err := out.Write(exportHeader); err != nil {
		return err
	}
	record := make([]string, len(exportHeader))
	for a, err := range assets {
		if err != nil {
			return err
		}
		for i, cell := range exportRow(a) {
			record[i] = cellText(cell)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

func cellText(cell any) string {
	switch v := cell.(type) {
	case string:
		return harmless(v)
	case int:
		return strconv.Itoa(v)
	case float64:
		return strconv.FormatFloat(v, 'f', 2, 64)
	}
	return ""
}

// harmless keeps a spreadsheet from taking a text for a formula.
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r", rune(text[0])) {
		return "'" + text
	}
	return text
}

// writeXLSX writes the assets as a workbook of one sheet.
func writeXLSX(w io.Writer, assets iter.Seq2[*Line, error]) error {
	book := excelize.NewFile()
	defer book.Close()
	out, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	header := make([]any, len(exportHeader))
	for i, name := range exportHeader {
		header[i] = name
	}
	if err := out.SetRow("A1", header); err != nil {
		return err
	}
	at := 1
	for a, err := range assets {
		if err != nil {
			return err
		}
		at++
		if err := out.SetRow("A"+strconv.Itoa(at), exportRow(a)); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err = book.WriteTo(w)
	return err
}
