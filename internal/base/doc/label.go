package doc

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"github.com/boombuler/barcode/qr"
)

// Stock is a sheet of labels that shops sell: A4, its measures in millimetres as the maker prints them.
type Stock struct {
	Name          string // the maker's reference
	Columns, Rows int
	Width, Height float64 // of a label
	Left, Top     float64 // of the first label
	Across, Down  float64 // from one label to the next
}

// Stocks are the sheets that labels can be printed on, the largest labels first.
var Stocks = []Stock{
	{Name: "L7160", Columns: 3, Rows: 7, Width: 63.5, Height: 38.1, Left: 7.25, Top: 15.15, Across: 66, Down: 38.1},
	{Name: "L7651", Columns: 5, Rows: 13, Width: 38.1, Height: 21.2, Left: 4.75, Top: 10.7, Across: 40.6, Down: 21.2},
	{Name: "L4731", Columns: 7, Rows: 27, Width: 25.4, Height: 10, Left: 8.6, Top: 13.5, Across: 27.9, Down: 10},
}

// FindStock returns the stock of a name; false when there is none.
func FindStock(name string) (Stock, bool) {
	for _, s := range Stocks {
		if strings.EqualFold(s.Name, name) {
			return s, true
		}
	}
	return Stock{}, false
}

// Each is the number of labels of a sheet.
func (s Stock) Each() int { return s.Columns * s.Rows }

// Place returns the left and the top of the n-th label of a sheet, from 0, row by row.
func (s Stock) Place(n int) (x, y float64) {
	return s.Left + float64(n%s.Columns)*s.Across, s.Top + float64(n/s.Columns)*s.Down
}

// Label is what one label shows: a QR code, its readable twin, and lines of text.
type Label struct {
	QR    string
	Code  string // in bold letters
	Lines []string
}

// Sheet is a number of labels for a stock. First is the position of the first free label, from 1: a sheet that
// was begun is used up.
type Sheet struct {
	Title   string
	Lang    string
	Stock   Stock
	First   int
	Labels  []Label
	Created time.Time
}

// Write writes the sheets as a PDF to be printed at 100 %. It returns an error when the content of a QR code is too long.
func (s Sheet) Write(w io.Writer) error {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.AddUTF8FontFromBytes(family, "", regular)
	pdf.AddUTF8FontFromBytes(family, "B", bold)
	pdf.SetMargins(0, 0, 0)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCellMargin(0)
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(s.Created.UTC())
	pdf.SetModificationDate(s.Created.UTC())
	pdf.SetTitle(s.Title, true)
	pdf.SetCreator("Préau", true)
	pdf.SetLang(s.Lang)
	at := min(max(s.First, 1), s.Stock.Each()) - 1
	if len(s.Labels) == 0 || at > 0 {
		pdf.AddPage()
	}
	for i, label := range s.Labels {
		if at%s.Stock.Each() == 0 {
			pdf.AddPage()
		}
		if err := s.draw(pdf, label, at%s.Stock.Each(), "label"+strconv.Itoa(i)); err != nil {
			return err
		}
		at++
	}
	return pdf.Output(w)
}

// draw sets the QR code at the left of the label and the texts at its right, as many lines as there is room for.
func (s Sheet) draw(pdf *fpdf.Fpdf, label Label, position int, name string) error {
	x, y := s.Stock.Place(position)
	pad := min(2, s.Stock.Height*0.06)
	side := min(s.Stock.Height-2*pad, s.Stock.Width*0.42)
	if err := drawQR(pdf, label.QR, name, x+pad, y+(s.Stock.Height-side)/2, side); err != nil {
		return err
	}
	quiet := side * 0.13 // four modules: what a reader asks for round a code
	left, wide := x+pad+side+quiet, s.Stock.Width-side-quiet-2*pad
	pdf.SetFont(family, "B", 10)
	size := min(12, 10*wide/max(1, pdf.GetStringWidth(label.Code)), s.Stock.Height*0.75)
	line := size * 0.42
	texts := label.Lines[:min(len(label.Lines), max(0, int((s.Stock.Height-2*pad-line)/(line*0.86))))]
	top := y + (s.Stock.Height-line-float64(len(texts))*line*0.86)/2
	pdf.SetFont(family, "B", size)
	pdf.SetXY(left, top)
	pdf.CellFormat(wide, line, clean(label.Code), "", 0, "L", false, 0, "")
	for i, text := range texts {
		pdf.SetFont(family, "", size*0.78)
		pdf.SetXY(left, top+line+float64(i)*line*0.86)
		pdf.CellFormat(wide, line*0.86, shortened(pdf, clean(text), wide), "", 0, "L", false, 0, "")
	}
	return pdf.Error()
}

func drawQR(pdf *fpdf.Fpdf, content, name string, x, y, side float64) error {
	// The low level of correction: a label is flat and clean, and larger modules are read from further away.
	code, err := qr.Encode(content, qr.L, qr.Auto)
	if err != nil {
		return fmt.Errorf("doc: %w", err)
	}
	var b bytes.Buffer
	if err := pixels(&b, code); err != nil {
		return err
	}
	options := fpdf.ImageOptions{ImageType: "PNG"}
	pdf.RegisterImageOptionsReader(name, options, &b)
	pdf.ImageOptions(name, x, y, side, side, false, options, 0, "")
	return pdf.Error()
}

func shortened(pdf *fpdf.Fpdf, text string, width float64) string {
	if pdf.GetStringWidth(text) <= width {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 && pdf.GetStringWidth(string(runes)+"…") > width {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}
