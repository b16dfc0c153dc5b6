// Package doc makes printable documents (PDF): titles, paragraphs, tables that run over pages, boxes to tick or to
// fill in by hand, QR and Code 128 symbols, page numbers.
//
// Every document embeds Atkinson Hyperlegible Next (SIL Open Font License, fonts/OFL.txt), which covers the
// languages written in Latin letters; one with Cyrillic or Arabic letters embeds DejaVu Sans too (fonts/DEJAVU.txt). The same calls with the same Options.Created give the same bytes.
package doc

import (
	"bytes"
	_ "embed"
	"io"
	"strconv"
	"strings"
	"time"

	"codeberg.org/go-pdf/fpdf"
)

//go:embed fonts/regular.ttf
var regular []byte

//go:embed fonts/bold.ttf
var bold []byte

const (
	family   = "atkinson"
	margin   = 15.0 // mm, left, right and top
	foot     = 16.0 // mm kept free at the bottom for the page number
	bodySize = 10.5 // points
	lineMM   = 5.0  // height of a line of body text
	pagesTag = "{pages}"
)

// Options are fixed for the whole document.
type Options struct {
	Title     string    // in the file's properties
	Lang      string    // fr, en: a screen reader pronounces accordingly
	Footer    string    // at the left of every page's foot
	Page      string    // the page number's text, "Page {page} sur {pages}"
	Landscape bool      // A4 on its long side
	Created   time.Time // written in the file's properties
}

// Document is a PDF being written, from top to bottom. It is not safe for use by several goroutines.
type Document struct {
	pdf     *fpdf.Fpdf
	footer  string
	page    string
	images  int
	worldly bool // the font of other letters is there

	codePage             int // where the last QR code is: texts beside it are set narrower
	codeLeft, codeBottom float64
}

// New returns an empty document. Its first page begins with the first thing written.
func New(o Options) *Document {
	orientation := "P"
	if o.Landscape {
		orientation = "L"
	}
	pdf := fpdf.New(orientation, "mm", "A4", "")
	pdf.AddUTF8FontFromBytes(family, "", regular)
	pdf.AddUTF8FontFromBytes(family, "B", bold)
	pdf.SetMargins(margin, margin, margin)
	pdf.SetAutoPageBreak(true, foot)
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(o.Created.UTC())
	pdf.SetModificationDate(o.Created.UTC())
	pdf.SetTitle(o.Title, true)
	pdf.SetCreator("Préau", true)
	pdf.SetLang(o.Lang)
	pdf.AliasNbPages(pagesTag)
	d := &Document{pdf: pdf, footer: clean(o.Footer), page: clean(o.Page)}
	pdf.SetFooterFunc(d.drawFooter)
	return d
}

func (d *Document) drawFooter() {
	d.pdf.SetY(-foot + 5)
	d.font("", 8.5)
	d.ink(90)
	width := d.width()
	d.pdf.CellFormat(width*0.75, 5, d.fit(d.footer, width*0.75), "", 0, "L", false, 0, "")
	number := strings.ReplaceAll(d.page, "{page}", strconv.Itoa(d.pdf.PageNo()))
	// The number of pages is known only at the end, and its mark is wider than it: the text starts at the
	// same place on each page instead of being set against the right margin.
	d.pdf.CellFormat(width*0.25, 5, number, "", 0, "L", false, 0, "")
	d.ink(0)
}

// NewPage goes to the top of a new page.
func (d *Document) NewPage() { d.pdf.AddPage() }

// Title writes the document's title, or that of one of its parts: it starts a new page when less than 40 mm are left.
func (d *Document) Title(text string) { d.heading(text, 20, 9, 2, 40) }

// Heading writes the title of a section, never alone at the foot of a page.
func (d *Document) Heading(text string) { d.heading(text, 13.5, 6.5, 1.5, 25) }

func (d *Document) heading(text string, size, line, after, room float64) {
	d.begin()
	if d.left() < room {
		d.pdf.AddPage()
	} else if d.pdf.GetY() > margin+1 {
		d.Space(after)
	}
	d.font("B", size)
	d.pdf.MultiCell(d.textWidth(), line, clean(text), "", "L", false)
	d.Space(after)
}

// Text writes a paragraph.
func (d *Document) Text(text string) { d.paragraph(text, "", bodySize, lineMM) }

// Strong writes a paragraph in bold.
func (d *Document) Strong(text string) { d.paragraph(text, "B", bodySize, lineMM) }

// Note writes a paragraph in small type.
func (d *Document) Note(text string) { d.paragraph(text, "", 8.5, 4.1) }

func (d *Document) paragraph(text, style string, size, line float64) {
	d.begin()
	d.font(style, size)
	d.pdf.MultiCell(d.textWidth(), line, clean(text), "", "L", false)
	d.Space(1.2)
}

// List writes one paragraph an item, each after its number.
func (d *Document) List(items []string) {
	d.begin()
	for i, item := range items {
		d.font("", bodySize)
		d.pdf.CellFormat(7, lineMM, strconv.Itoa(i+1)+".", "", 0, "L", false, 0, "")
		d.pdf.SetLeftMargin(margin + 7)
		d.pdf.MultiCell(d.textWidth()-7, lineMM, clean(item), "", "L", false)
		d.pdf.SetLeftMargin(margin)
		d.pdf.SetX(margin)
		d.Space(0.6)
	}
}

// Blank draws a labelled line to write on by hand, such as "Date". A width of 0 goes to the right margin.
func (d *Document) Blank(label string, width float64) {
	d.begin()
	d.font("", bodySize)
	label = clean(label)
	start := d.pdf.GetX()
	labelWidth := d.pdf.GetStringWidth(label) + 3
	if width == 0 {
		width = margin + d.textWidth() - start
	}
	y := d.pdf.GetY()
	d.pdf.CellFormat(labelWidth, 8, label, "", 0, "L", false, 0, "")
	d.pdf.Line(start+labelWidth, y+7, start+width-4, y+7)
	d.pdf.SetXY(start+width, y)
}

// EndLine goes to the start of the next line, after Blank.
func (d *Document) EndLine() { d.pdf.Ln(9) }

// Space leaves a vertical space of so many millimetres.
func (d *Document) Space(mm float64) {
	d.begin()
	d.pdf.SetY(d.pdf.GetY() + mm)
}

// Write ends the document and writes it.
func (d *Document) Write(w io.Writer) error {
	d.begin()
	return d.pdf.Output(w)
}

// Bytes ends the document and returns it.
func (d *Document) Bytes() ([]byte, error) {
	var b bytes.Buffer
	err := d.Write(&b)
	return b.Bytes(), err
}

// begin opens the first page.
func (d *Document) begin() {
	if d.pdf.PageNo() == 0 {
		d.pdf.AddPage()
		d.ink(0)
	}
}

// width is that between the margins.
func (d *Document) width() float64 {
	w, _ := d.pdf.GetPageSize()
	return w - 2*margin
}

// textWidth is that of a paragraph: narrower beside a QR code.
func (d *Document) textWidth() float64 {
	if d.pdf.PageNo() == d.codePage && d.pdf.GetY() < d.codeBottom {
		return d.codeLeft - margin - 4
	}
	return d.width()
}

// left is the height still free on the page.
func (d *Document) left() float64 {
	_, h := d.pdf.GetPageSize()
	return h - foot - d.pdf.GetY()
}

func (d *Document) font(style string, size float64) { d.pdf.SetFont(family, style, size) }

func (d *Document) ink(grey int) { d.pdf.SetTextColor(grey, grey, grey) }

// fit cuts the text with an ellipsis so that it holds in a width.
func (d *Document) fit(text string, width float64) string {
	if d.pdf.GetStringWidth(text) <= width-2 {
		return text
	}
	runes := []rune(text)
	for len(runes) > 0 && d.pdf.GetStringWidth(string(runes)+"…") > width-2 {
		runes = runes[:len(runes)-1]
	}
	return string(runes) + "…"
}

var replacer = strings.NewReplacer("\u202f", "\u00a0", "\u2011", "-", "→", "›", "←", "‹", "\r\n", "\n", "\t", " ")

// clean replaces the few characters that the font lacks by their nearest.
func clean(text string) string { return replacer.Replace(text) }
