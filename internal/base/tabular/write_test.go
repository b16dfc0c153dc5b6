package tabular

import (
	"bytes"
	"testing"
)

func TestWhatIsWrittenIsReadBySpreadsheetsAndIsNoFormula(t *testing.T) {
	var out bytes.Buffer
	if err := WriteCSV(&out, [][]string{{"nom", "euros"}, {"=1+1", "-12.50"}, {"École; de l'Orée", ""}}); err != nil {
		t.Fatal(err)
	}
	want := "\ufeffnom;euros\n'=1+1;-12.50\n\"École; de l'Orée\";\n"
	if out.String() != want {
		t.Errorf("%q, want %q", out.String(), want)
	}
}
