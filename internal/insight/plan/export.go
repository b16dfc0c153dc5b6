package plan

import (
	"encoding/csv"
	"io"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"preau/internal/base/i18n"
	"preau/internal/territory/programme"
)

// exportHeader names the columns of an export.
var exportHeader = []string{"measure", "territory", "school", "name", "commune", "quantity", "cost_cents", "rank", "points", "reason", "reason_text", "unknown"}

// exportRow returns the cells of a line; points are whole points with their decimals.
func exportRow(l *i18n.Localizer, r *LineRow) []any {
	reason := ""
	if r.Reason != "" {
		reason = r.Reason.Label(l)
	}
	return []any{r.Measure, r.Territory, r.School, r.Name, r.Commune, r.Quantity, r.CostCents, int64(r.Rank), float64(r.Points) / 1000,
		string(r.Reason), reason, facts(l, r.Unknown)}
}

// WriteCSV writes the lines of a plan, and those whom it leaves out, as a table with semicolons.
func WriteCSV(w io.Writer, l *i18n.Localizer, p *Plan) error {
	return writeCSV(w, l, rowsOf(p))
}

// rowsOf returns the lines of a plan that has not been kept: without names.
func rowsOf(p *Plan) []LineRow {
	rows := make([]LineRow, 0, len(p.Lines)+len(p.LeftOut))
	for _, line := range p.Lines {
		rows = append(rows, LineRow{Line: line})
	}
	for _, o := range p.LeftOut {
		rows = append(rows, LineRow{Line: Line{Measure: o.Measure, Territory: o.Territory, School: o.School, Rank: o.Rank, Points: o.Points, Unknown: o.Unknown}, Reason: o.Reason})
	}
	return rows
}

func writeCSV(w io.Writer, l *i18n.Localizer, rows []LineRow) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = ';'
	if err := out.Write(exportHeader); err != nil {
		return err
	}
	record := make([]string, len(exportHeader))
	for i := range rows {
		for j, cell := range exportRow(l, &rows[i]) {
			record[j] = cellText(cell)
		}
		if err := out.Write(record); err != nil {
			return err
		}
	}
	out.Flush()
	return out.Error()
}

// cellText writes a cell; a text that a spreadsheet would take for a formula is quoted.
func cellText(cell any) string {
	switch v := cell.(type) {
	case int64:
		return strconv.FormatInt(v, 10)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case string:
		if v != "" && strings.ContainsRune("=+-@\t\r", rune(v[0])) {
			return "'" + v
		}
		return v
	}
	return ""
}

func writeXLSX(w io.Writer, l *i18n.Localizer, rows []LineRow) error {
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
	for i := range rows {
		if err := out.SetRow("A"+strconv.Itoa(i+2), exportRow(l, &rows[i])); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err = book.WriteTo(w)
	return err
}

// seedText writes the number of a lottery.
func seedText(seed uint64) string { return strconv.FormatUint(seed, 10) }

// territoryNames says the names of territories.
func territoryNames(p *programme.Programme, codes []string) string {
	names := make([]string, len(codes))
	for i, code := range codes {
		names[i] = code
		for _, t := range p.Territories {
			if t.Code == code {
				names[i] = t.Name + " (" + code + ")"
			}
		}
	}
	return strings.Join(names, ", ")
}
