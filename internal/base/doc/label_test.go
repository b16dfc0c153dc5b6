package doc_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"preau/internal/base/code"
	"preau/internal/base/doc"
	"preau/internal/base/doc/doctest"
)

func labels(n int) []doc.Label {
	list := make([]doc.Label, n)
	for i := range list {
		c := code.Make(code.Asset, "02", uint64(i))
		list[i] = doc.Label{QR: "https://preau.territoire-exemple.fr/m/" + c, Code: c, Lines: []string{"Tablette Ardoise 10 pouces, coque renforcée", "École élémentaire du Cœur-de-Ville"}}
	}
	return list
}

func TestEachLabelOfASheetStandsWhereTheStockHasItAndItsCodeDecodes(t *testing.T) {
	const dpi = 300 // an office printer's
	for _, stock := range doc.Stocks {
		t.Run(stock.Name, func(t *testing.T) {
			first := stock.Columns + 2 // a sheet of which some labels are gone
			list := labels(stock.Each())
			var b bytes.Buffer
			if err := (doc.Sheet{Title: "Étiquettes", Lang: "fr", Stock: stock, First: first, Labels: list, Created: time.Unix(0, 0)}).Write(&b); err != nil {
				t.Fatal(err)
			}
			pages := doctest.Pictures(t, b.Bytes(), dpi)
			if len(pages) != 2 {
				t.Fatalf("%d pages", len(pages))
			}
			for i, label := range list {
				at := first - 1 + i
				x, y := stock.Place(at % stock.Each())
				if read, err := doctest.QR(pages[at/stock.Each()], dpi, x, y, stock.Width, stock.Height); err != nil || read != label.QR {
					t.Errorf("label %d reads %q, want %q: %v", i, read, label.QR, err)
				}
			}
			if read, err := doctest.QR(pages[0], dpi, stock.Left, stock.Top, stock.Width, stock.Height); err == nil {
				t.Errorf("a label that was gone is printed on: %q", read)
			}
			text, err := doctest.Text(b.Bytes())
			if err != nil || !strings.Contains(text, list[len(list)-1].Code) {
				t.Errorf("the readable code is not there: %v", err)
			}
		})
	}
}

func TestEveryStockFitsItsSheet(t *testing.T) {
	for _, s := range doc.Stocks {
		x, y := s.Place(s.Each() - 1)
		if right, bottom := x+s.Width, y+s.Height; right > 210-s.Left+0.3 || bottom > 297-s.Top+0.3 {
			t.Errorf("%s ends at %s", s.Name, fmt.Sprint(right, bottom))
		}
		if found, ok := doc.FindStock(strings.ToLower(s.Name)); !ok || found != s {
			t.Errorf("%s is not found", s.Name)
		}
	}
}
