package doc

// Align is the side on which a column's text is set.
type Align string

// The sides of a column.
const (
	Left   Align = "L"
	Right  Align = "R"
	Centre Align = "C"
)

// Column is a column of a table.
type Column struct {
	Title string
	Width float64 // share of the table's width; only its proportion to the others counts
	Align Align   // Left when empty
}

// Cell is a cell of a table: text, or boxes to tick, each with its label. An empty one is room to write by hand.
type Cell struct {
	Text  string
	Boxes []string
	Bold  bool
}

// Row is a row of a table. Its cells are those of the columns, in their order; the missing ones are empty.
type Row []Cell

// Table is a table whose titles are repeated at the top of every page it runs over.
type Table struct {
	Columns []Column
	Rows    []Row
	Size    float64 // of the type, in points; 9 when 0
	Height  float64 // least height of a row, in mm: more room to write by hand
	Grid    bool    // lines round each cell, for forms; else a line under each row
}

// Texts returns the row of these texts.
func Texts(texts ...string) Row {
	row := make(Row, len(texts))
	for i, t := range texts {
		row[i].Text = t
	}
	return row
}

const cellPad = 1.2

// Table draws a table. A row is never cut by the end of a page.
func (d *Document) Table(t Table) {
	d.begin()
	if d.pdf.PageNo() == d.codePage && d.pdf.GetY() < d.codeBottom {
		d.pdf.SetY(d.codeBottom + 2)
	}
	if t.Size == 0 {
		t.Size = 9
	}
	margin := d.pdf.GetCellMargin()
	d.pdf.SetCellMargin(0) // cells keep their own distance
	defer d.pdf.SetCellMargin(margin)
	widths := d.columnWidths(t.Columns)
	head := make(Row, len(t.Columns))
	for i, c := range t.Columns {
		head[i] = Cell{Text: c.Title, Bold: true}
	}
	first := t.Height
	if len(t.Rows) > 0 {
		first = d.rowHeight(t, widths, t.Rows[0], t.Height)
	}
	if d.left() < d.rowHeight(t, widths, head, 0)+first {
		d.pdf.AddPage()
	}
	d.drawRow(t, widths, head, 0, true)
	for _, row := range t.Rows {
		if d.left() < d.rowHeight(t, widths, row, t.Height) {
			d.pdf.AddPage()
			d.drawRow(t, widths, head, 0, true)
		}
		d.drawRow(t, widths, row, t.Height, false)
	}
	d.Space(2)
}

func (d *Document) columnWidths(columns []Column) []float64 {
	total := 0.0
	for _, c := range columns {
		total += c.Width
	}
	widths := make([]float64, len(columns))
	for i, c := range columns {
		if total > 0 {
			widths[i] = c.Width / total * d.width()
		} else {
			widths[i] = d.width() / float64(len(columns))
		}
	}
	return widths
}

func (t Table) line() float64 { return t.Size * 0.45 }

// rowHeight returns the height that the row's longest cell needs.
func (d *Document) rowHeight(t Table, widths []float64, row Row, least float64) float64 {
	lines := 1
	for i, cell := range row[:min(len(row), len(widths))] {
		d.cellFont(t, cell)
		lines = max(lines, len(d.pdf.SplitText(clean(cell.Text), widths[i]-2*cellPad)), boxLines(cell))
	}
	return max(least, float64(lines)*t.line()+2*cellPad)
}

func boxLines(c Cell) int {
	if len(c.Boxes) > 0 {
		return 1
	}
	return 0
}

func (d *Document) cellFont(t Table, cell Cell) {
	if cell.Bold {
		d.font("B", t.Size)
		return
	}
	d.font("", t.Size)
}

func (d *Document) drawRow(t Table, widths []float64, row Row, least float64, head bool) {
	height := d.rowHeight(t, widths, row, least)
	x, y := margin, d.pdf.GetY()
	d.pdf.SetDrawColor(120, 120, 120)
	d.pdf.SetLineWidth(0.2)
	if head {
		d.pdf.SetFillColor(238, 238, 234)
		d.pdf.Rect(margin, y, d.width(), height, "F")
	}
	for i, width := range widths {
		if t.Grid {
			d.pdf.Rect(x, y, width, height, "D")
		}
		if i < len(row) {
			d.drawCell(t, row[i], t.Columns[i].Align, x, y, width, height, head)
		}
		x += width
	}
	if !t.Grid {
		d.pdf.Line(margin, y+height, margin+d.width(), y+height)
	}
	d.pdf.SetXY(margin, y+height)
}

func (d *Document) drawCell(t Table, cell Cell, align Align, x, y, width, height float64, head bool) {
	d.cellFont(t, cell)
	if len(cell.Boxes) > 0 {
		d.drawBoxes(t, cell.Boxes, x, y, width, height)
		return
	}
	if align == "" {
		align = Left
	}
	lines := d.pdf.SplitText(clean(cell.Text), width-2*cellPad)
	top := y + cellPad
	if !head && t.Height > 0 {
		top = y + (height-float64(len(lines))*t.line())/2
	}
	for i, line := range lines {
		d.pdf.SetXY(x+cellPad, top+float64(i)*t.line())
		d.pdf.CellFormat(width-2*cellPad, t.line(), line, "", 0, string(align), false, 0, "")
	}
}

// drawBoxes draws a box and its label for each choice, with equal spaces between them.
func (d *Document) drawBoxes(t Table, labels []string, x, y, width, height float64) {
	side := t.Size * 0.33
	const near = 0.7 // between a box and its label
	space := width - 2*cellPad
	for _, label := range labels {
		space -= side + near + d.pdf.GetStringWidth(clean(label))
	}
	gap := max(0, space/float64(len(labels)))
	left := x + cellPad
	for _, label := range labels {
		text := clean(label)
		d.pdf.Rect(left, y+(height-side)/2, side, side, "D")
		d.pdf.SetXY(left+side+near, y+(height-t.line())/2)
		wide := d.pdf.GetStringWidth(text)
		d.pdf.CellFormat(wide, t.line(), text, "", 0, "L", false, 0, "")
		left += side + near + wide + gap
	}
}
