package tabular

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"testing"
)

func cells(rows ...[]any) Cells {
	return func(yield func([]any, error) bool) {
		for _, row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}
}

func TestAnExportIsReadBackAsItWas(t *testing.T) {
	header := []string{"nom", "nombre", "rural"}
	rows := cells([]any{"=HYPERLINK(\"x\")", 12.5, true}, []any{"École; de l'Orée", int64(-3), nil}, []any{"", 7, false})
	var text bytes.Buffer
	if err := ExportCSV(&text, header, rows); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffnom;nombre;rural\n\"'=HYPERLINK(\"\"x\"\")\";12.5;1\n\"École; de l'Orée\";-3;\n;7;0\n"
	if text.String() != want {
		t.Errorf("%q, want %q", text.String(), want)
	}
	var book bytes.Buffer
	if err := ExportXLSX(&book, header, rows); err != nil {
		t.Fatal(err)
	}
	s, err := OpenSheet(File(bytes.NewReader(book.Bytes()), int64(book.Len())), "", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if !slices.Equal(s.Columns().Names, header) {
		t.Errorf("titles %v", s.Columns().Names)
	}
	if row, err := s.Next(); err != nil || row.Get(0) != "=HYPERLINK(\"x\")" || row.Get(1) != "12.5" {
		t.Errorf("%+v %v", row, err)
	}
}

func TestAnExportThatFailsHalfwaySaysSo(t *testing.T) {
	failed := errors.New("the database went away")
	rows := func(yield func([]any, error) bool) { _ = yield([]any{"a"}, nil) && yield(nil, failed) }
	for _, write := range []func(io.Writer, []string, Cells) error{ExportCSV, ExportXLSX} {
		if err := write(io.Discard, []string{"a"}, rows); !errors.Is(err, failed) {
			t.Errorf("%v", err)
		}
	}
}
