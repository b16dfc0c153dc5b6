package tabular

import (
	"fmt"
	"io"

	"github.com/xuri/excelize/v2"

	"preau/internal/base/errs"
)

// Rows is a table in whatever file: a header, then rows.
type Rows interface {
	// Columns returns the header.
	Columns() Header
	// Next returns the following row, or io.EOF.
	Next() (*Row, error)
	// Close ends the reading.
	Close() error
}

// Read inspects a source and opens its table: a CSV or its kin, or the first sheet of an xlsx.
func Read(src Source, limits Limits) (Rows, Inspection, error) {
	in, err := Inspect(src, limits)
	if err != nil {
		return nil, in, err
	}
	if in.Form == Zip {
		s, err := OpenSheet(src, "", limits)
		if err != nil {
			return nil, in, err
		}
		return s, in, nil
	}
	t, err := Open(src, in, limits)
	if err != nil {
		return nil, in, err
	}
	return t, in, nil
}

// Columns returns the header.
func (t *Table) Columns() Header { return t.Header }

// Sheet reads a sheet of a workbook row by row, each cell as it is stored: a number without its format.
type Sheet struct {
	header Header
	book   *excelize.File
	rows   *excelize.Rows
	limits Limits
	row    Row
	number int
	count  int
}

// maxBook bounds an unpacked workbook: unlike the other files, it is held in memory.
const maxBook = 64 << 20

// OpenSheet reads the header of a sheet ("" is the first one) of an xlsx and stands before its first row.
func OpenSheet(src Source, name string, limits Limits) (s *Sheet, err error) {
	limits = limits.orUsual()
	limits.Bytes = min(limits.Bytes, maxBook)
	limits.Entries *= 10
	if _, err := OpenZip(src, limits); err != nil {
		return nil, err
	}
	r, err := src.Open()
	if err != nil {
		return nil, unread(err)
	}
	defer r.Close()
	s = &Sheet{limits: limits}
	defer func() {
		if broken := recover(); broken != nil {
			s, err = nil, brokenBook(broken)
		}
	}()
	s.book, err = excelize.OpenReader(r, excelize.Options{RawCellValue: true, UnzipSizeLimit: limits.Bytes, UnzipXMLSizeLimit: limits.Bytes})
	if err != nil {
		return nil, errs.NewInvalid("tabular.xlsx.broken").Because(err)
	}
	if err := s.begin(name); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// brokenBook is the refusal of a workbook on which its reader stumbled: the reader does not check all
// that a hostile workbook may hold.
func brokenBook(what any) error {
	return errs.NewInvalid("tabular.xlsx.broken").Because(fmt.Errorf("%v", what))
}

func (s *Sheet) begin(name string) error {
	if name == "" {
		if list := s.book.GetSheetList(); len(list) > 0 {
			name = list[0]
		}
	}
	var err error
	if s.rows, err = s.book.Rows(name); err != nil {
		return errs.NewInvalid("tabular.xlsx.sheet", "name", firstOf(name, 40)).Because(err)
	}
	row, err := s.Next()
	if err == io.EOF {
		return errs.NewInvalid("tabular.empty")
	}
	if err != nil {
		return err
	}
	if row.Bad != nil {
		return errs.NewInvalid("tabular.header").Because(row.Bad)
	}
	s.header = newHeader(row.Fields)
	return nil
}

// Columns returns the header.
func (s *Sheet) Columns() Header { return s.header }

// Next returns the following row, or io.EOF. Empty rows are passed over.
func (s *Sheet) Next() (row *Row, err error) {
	defer func() {
		if broken := recover(); broken != nil {
			row, err = nil, brokenBook(broken)
		}
	}()
	for s.rows.Next() {
		s.number++
		fields, err := s.rows.Columns()
		if err != nil {
			return nil, errs.NewInvalid("tabular.xlsx.broken").Because(err)
		}
		if len(fields) == 0 || onlyEmpty(fields) {
			continue
		}
		if s.count++; s.count > s.limits.Rows {
			return nil, errs.New(errs.TooLarge, "tabular.rows", "limit", s.limits.Rows)
		}
		s.row = Row{Line: s.number, Fields: fields, Short: len(fields) < s.header.named}
		names := s.header.Names
		if len(fields) > s.limits.Columns || names != nil && len(fields) > len(names) && !onlyEmpty(fields[len(names):]) {
			s.row.Fields, s.row.Bad = nil, errs.NewInvalid("tabular.row.columns", "want", len(names), "got", len(fields))
		}
		return &s.row, nil
	}
	if err := s.rows.Error(); err != nil {
		return nil, errs.NewInvalid("tabular.xlsx.broken").Because(err)
	}
	return nil, io.EOF
}

func onlyEmpty(fields []string) bool {
	for _, f := range fields {
		if trim(f) != "" {
			return false
		}
	}
	return true
}

// Close frees the workbook.
func (s *Sheet) Close() error {
	if s.rows != nil {
		_ = s.rows.Close()
	}
	return s.book.Close()
}
