package readiness

import (
	"bytes"
	"context"
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"preau/internal/base/i18n"
)

// The columns of a census file besides Cells. In a workbook the first three are hidden: they tell which class a row is of, and
// which answer it was filled from.
const (
	columnSchool  = "uai"
	columnClass   = "class_id"
	columnVersion = "version"
	columnName    = "class"
)

// CensusWorkbook writes the census of a school as a workbook (xlsx) to fill in and send back, prefilled with what is known.
// Only the cells to answer can be changed; the second sheet explains them.
func (s *Service) CensusWorkbook(ctx context.Context, uai string, to io.Writer) error {
	census, err := s.Census(ctx, uai)
	if err != nil {
		return err
	}
	return census.workbook(i18n.From(ctx), to)
}

// sheet builds one workbook; the first error stays.
type sheet struct {
	f    *excelize.File
	name string
	l    *i18n.Localizer
	err  error
}

func (s *sheet) do(err error) {
	if s.err == nil {
		s.err = err
	}
}

func (s *sheet) style(style excelize.Style) int {
	id, err := s.f.NewStyle(&style)
	s.do(err)
	return id
}

const lastColumn = "O" // of 4 columns of the class and 11 cells

func (c Census) workbook(l *i18n.Localizer, to io.Writer) error {
	s := &sheet{f: excelize.NewFile(), name: l.T("readiness.xlsx.sheet"), l: l}
	defer s.f.Close()
	s.do(s.f.SetSheetName("Sheet1", s.name))
	s.rows(c)
	s.look(len(c.Classes))
	s.rules(len(c.Classes))
	s.help(c)
	s.do(s.f.ProtectSheet(s.name, &excelize.SheetProtectionOptions{SelectLockedCells: true, SelectUnlockedCells: true, FormatColumns: true}))
	s.do(s.f.SetDocProps(&excelize.DocProperties{Title: l.T("readiness.census.title", "school", c.School.Name), Creator: "Préau", Language: string(l.Lang)}))
	if s.err != nil {
		return fmt.Errorf("readiness: %w", s.err)
	}
	// The library leaves its zip open on a writer that fails: the bytes are made first.
	var b bytes.Buffer
	if err := s.f.Write(&b); err != nil {
		return fmt.Errorf("readiness: %w", err)
	}
	_, err := b.WriteTo(to)
	return err
}

func (s *sheet) rows(c Census) {
	header := []any{columnSchool, columnClass, columnVersion, s.l.T("readiness.column.class")}
	for _, name := range Cells {
		header = append(header, columnLabel(s.l, name))
	}
	s.do(s.f.SetSheetRow(s.name, "A1", &header))
	for i, class := range c.Classes {
		row := []any{c.School.UAI, class.ID, class.Version, class.Name}
		for j, text := range class.Answer.Raw() {
			row = append(row, s.value(j, text, class.Answer))
		}
		s.do(s.f.SetSheetRow(s.name, fmt.Sprintf("A%d", i+2), &row))
	}
}

// value returns what the workbook holds for a cell: numbers as numbers, words in the person's language, nothing when unknown.
func (s *sheet) value(i int, text string, a Answer) any {
	if i < 5 {
		if n, known := [5]Count{a.Pupils, a.Device, a.Shared, a.Video, a.Reached}[i].Get(); known {
			return n
		}
		return nil
	}
	if text == "" {
		return nil
	}
	if i == 5 {
		return channelWord(s.l, a.Channel)
	}
	return ternaryWord(s.l, [5]Ternary{a.Display, a.Laptop, a.Kit, a.Connection, a.Trained}[i-6])
}

func (s *sheet) look(classes int) {
	head := s.style(excelize.Style{Font: &excelize.Font{Bold: true}, Fill: excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{"EEEEEA"}},
		Alignment: &excelize.Alignment{WrapText: true, Vertical: "center"}, Protection: &excelize.Protection{Locked: true}})
	line := []excelize.Border{{Type: "bottom", Style: 1, Color: "999999"}, {Type: "right", Style: 1, Color: "CCCCCC"}}
	open := s.style(excelize.Style{Border: line, Alignment: &excelize.Alignment{Horizontal: "center"}, Protection: &excelize.Protection{Locked: false}})
	s.do(s.f.SetCellStyle(s.name, "A1", lastColumn+"1", head))
	if classes > 0 {
		s.do(s.f.SetCellStyle(s.name, "E2", fmt.Sprintf("%s%d", lastColumn, classes+1), open))
	}
	s.do(s.f.SetRowHeight(s.name, 1, 64))
	s.do(s.f.SetColWidth(s.name, "D", "D", 22))
	s.do(s.f.SetColWidth(s.name, "E", lastColumn, 14))
	s.do(s.f.SetColVisible(s.name, "A:C", false))
	s.do(s.f.SetPanes(s.name, &excelize.Panes{Freeze: true, XSplit: 4, YSplit: 1, TopLeftCell: "E2", ActivePane: "bottomRight"}))
}

// rules makes the program that fills the workbook in refuse what the import would reject, and show each question beside its cell.
func (s *sheet) rules(classes int) {
	if classes == 0 {
		return
	}
	rule := func(i int, limit func(*excelize.DataValidation) error) {
		column, err := excelize.ColumnNumberToName(5 + i)
		s.do(err)
		v := excelize.NewDataValidation(true)
		v.Sqref = fmt.Sprintf("%s2:%s%d", column, column, classes+1)
		s.do(limit(v))
		v.SetInput(columnLabel(s.l, Cells[i]), questionHint(s.l, Cells[i]))
		v.SetError(excelize.DataValidationErrorStyleStop, columnLabel(s.l, Cells[i]), s.l.T("readiness.xlsx.refused", "max", maxPupils))
		s.do(s.f.AddDataValidation(s.name, v))
	}
	for i := range 5 {
		rule(i, func(v *excelize.DataValidation) error {
			return v.SetRange(0, maxPupils, excelize.DataValidationTypeWhole, excelize.DataValidationOperatorBetween)
		})
	}
	words := make([]string, 0, 5)
	for _, c := range Channels {
		words = append(words, channelWord(s.l, c))
	}
	rule(5, func(v *excelize.DataValidation) error { return v.SetDropList(append(words, "?")) })
	for i := 6; i < len(Cells); i++ {
		rule(i, func(v *excelize.DataValidation) error {
			return v.SetDropList([]string{ternaryWord(s.l, Yes), ternaryWord(s.l, No), "?"})
		})
	}
}

// help writes the second sheet.
func (s *sheet) help(c Census) {
	name := s.l.T("readiness.xlsx.help")
	_, err := s.f.NewSheet(name)
	s.do(err)
	lines := []string{s.l.T("readiness.census.title", "school", c.School.Name), s.l.T("readiness.xlsx.help.how"), s.l.T("readiness.census.unknown.hint"), s.l.T("readiness.xlsx.help.back"), ""}
	for _, cell := range Cells {
		lines = append(lines, columnLabel(s.l, cell)+s.l.T("readiness.colon")+questionHint(s.l, cell))
	}
	wrap := s.style(excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top"}})
	for i, text := range lines {
		at := fmt.Sprintf("A%d", i+1)
		s.do(s.f.SetCellStr(name, at, text))
		s.do(s.f.SetCellStyle(name, at, at, wrap))
	}
	s.do(s.f.SetColWidth(name, "A", "A", 100))
}

// columnLabel is the short title of a cell's column.
func columnLabel(l *i18n.Localizer, cell string) string { return l.T("readiness.column." + cell) }

// questionHint explains a cell's question in one sentence.
func questionHint(l *i18n.Localizer, cell string) string { return l.T("readiness.hint." + cell) }

func ternaryWord(l *i18n.Localizer, t Ternary) string {
	switch t {
	case Yes:
		return l.T("readiness.yes")
	case No:
		return l.T("readiness.no")
	}
	return ""
}

// channelWord is the word that stands for a channel in a file.
func channelWord(l *i18n.Localizer, c Channel) string {
	switch c {
	case ChannelApp:
		return l.T("readiness.word.app")
	case ChannelSMS:
		return l.T("readiness.word.sms")
	case ChannelPhone:
		return l.T("readiness.word.phone")
	case ChannelPaper:
		return l.T("readiness.word.paper")
	}
	return ""
}
