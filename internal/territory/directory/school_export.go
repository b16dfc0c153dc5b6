package directory

import (
	"encoding/csv"
	"io"
	"iter"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"
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

// writeCSV writes the schools as French spreadsheets read them: semicolons, UTF-8 with its mark. Numbers keep
// their point, as in the public files.
func writeCSV(w io.Writer, schools iter.Seq2[*School, error]) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = ';'
	if err := out.Write(exportHeader); err != nil {
		return err
	}
	record := make([]string, len(exportHeader))
	for school, err := range schools {
		if err != nil {
			return err
		}
		for i, cell := range exportRow(school) {
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
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case int64:
		return strconv.FormatInt(v, 10)
	case bool:
		return strconv.Itoa(number(v))
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

// writeXLSX writes the schools as a workbook of one sheet.
func writeXLSX(w io.Writer, schools iter.Seq2[*School, error]) error {
	book := excelize.NewFile()
	defer book.Close()
	const sheet = "Sheet1"
	out, err := book.NewStreamWriter(sheet)
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
	line := 1
	for school, err := range schools {
		if err != nil {
			return err
		}
		line++
		if err := out.SetRow("A"+strconv.Itoa(line), exportRow(school)); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err = book.WriteTo(w)
	return err
}
