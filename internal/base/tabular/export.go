package tabular

import (
	"encoding/csv"
	"fmt"
	"io"
	"iter"
	"strconv"

	"github.com/xuri/excelize/v2"
)

// Cells are the rows of a table to be written, one at a time. A cell is a text, a number, a yes or no, or nil
// for what is unknown; an error ends the table.
type Cells = iter.Seq2[[]any, error]

// XLSXType and CSVType are the media types of the two forms of table.
const (
	XLSXType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	CSVType  = "text/csv; charset=utf-8"
)

// ExportCSV writes a table as French spreadsheets read it: semicolons, UTF-8 with its mark. Numbers keep their
// point and a yes is 1, as in the public files; a text that a spreadsheet would take for a formula is quoted.
func ExportCSV(w io.Writer, header []string, rows Cells) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return err
	}
	out := csv.NewWriter(w)
	out.Comma = ';'
	if err := out.Write(header); err != nil {
		return err
	}
	record := make([]string, 0, len(header))
	for row, err := range rows {
		if err != nil {
			return err
		}
		record = record[:0]
		for _, cell := range row {
			record = append(record, cellText(cell))
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
	case nil:
		return ""
	case string:
		return harmless(v)
	case float64:
		return strconv.FormatFloat(v, 'f', -1, 64)
	case bool:
		if v {
			return "1"
		}
		return "0"
	}
	return fmt.Sprint(cell)
}

// ExportXLSX writes a table as a workbook of one sheet.
func ExportXLSX(w io.Writer, header []string, rows Cells) error {
	book := excelize.NewFile()
	defer book.Close()
	out, err := book.NewStreamWriter("Sheet1")
	if err != nil {
		return err
	}
	titles := make([]any, len(header))
	for i, title := range header {
		titles[i] = title
	}
	if err := out.SetRow("A1", titles); err != nil {
		return err
	}
	line := 1
	for row, err := range rows {
		if err != nil {
			return err
		}
		line++
		if err := out.SetRow("A"+strconv.Itoa(line), row); err != nil {
			return err
		}
	}
	if err := out.Flush(); err != nil {
		return err
	}
	_, err = book.WriteTo(w)
	return err
}
