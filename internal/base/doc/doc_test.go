package doc

import (
	"bytes"
	"strconv"
	"strings"
	"testing"
	"time"

	"preau/internal/base/doc/doctest"
)

func sample(t *testing.T) []byte {
	t.Helper()
	d := New(Options{Title: "Essai", Lang: "fr", Footer: "École de l’Œuvre", Page: "Page {page} sur {pages}", Created: time.Unix(1790000000, 0)})
	if err := d.QR("preau:census:0020002S:2", 28); err != nil {
		t.Fatal(err)
	}
	d.Title("Recensement de l’école « Cœur-de-Ville »")
	d.Text("Un texte avec des accents : é, è, ê, ç, œ, Ÿ, 12\u202f500 €.")
	d.List([]string{"Premier point.", "Second point."})
	d.Blank("Date", 60)
	d.Blank("Nom", 0)
	d.EndLine()
	rows := []Row{}
	for i := range 80 {
		rows = append(rows, Row{{Text: "Classe " + strconv.Itoa(i)}, {Boxes: []string{"oui", "non", "?"}}, {Text: strconv.Itoa(i)}})
	}
	d.Heading("Les classes")
	d.Table(Table{Columns: []Column{{"Classe", 2, Left}, {"Ordinateur de l’enseignant", 2, Left}, {"Élèves", 1, Right}}, Rows: rows, Height: 8, Grid: true})
	if err := d.Code128("0020002S-2", 60, 12); err != nil {
		t.Fatal(err)
	}
	b, err := d.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestSameCallsGiveSameBytes(t *testing.T) {
	if !bytes.Equal(sample(t), sample(t)) {
		t.Error("two documents of the same calls differ")
	}
}

func TestTextIsReadBackWithItsAccents(t *testing.T) {
	pdf := sample(t)
	text, err := doctest.Text(pdf)
	if err != nil {
		t.Fatal(err)
	}
	if n := doctest.Pages(pdf); n != 3 {
		t.Errorf("%d pages, want 3", n)
	}
	for _, want := range []string{"Recensement de l’école « Cœur-de-Ville »", "œ, Ÿ, 12 500 €", "Classe 79", "Page 1 sur 3", "Page 3 sur 3", "École de l’Œuvre", "0020002S-2"} {
		if !strings.Contains(text, want) {
			t.Errorf("the document lacks %q", want)
		}
	}
	if n := strings.Count(text, "Ordinateur de"); n != 3 {
		t.Errorf("the table's titles are on %d pages, want 3", n)
	}
}

func TestTooLongACodeIsAnError(t *testing.T) {
	if New(Options{}).QR(strings.Repeat("x", 5000), 30) == nil {
		t.Error("a QR code of 5,000 characters was drawn")
	}
	if New(Options{}).Code128("école œ", 30, 10) == nil {
		t.Error("a Code 128 with œ was drawn")
	}
}
