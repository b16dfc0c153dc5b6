package doc

// Passage is a text in a language.
type Passage struct {
	Text string
	Lang string // fr, en, ar …
	Bold bool
}

const between = 6.0 // mm between the columns of a pair

// Pair writes a text and its translation side by side, never cut by the end of a page.
func (d *Document) Pair(left, right Passage) {
	d.begin()
	d.under()
	wide := (d.width() - between) / 2
	size, line := 9.5, 4.6
	a := d.passage(left, wide, size)
	b := d.passage(right, wide, size)
	height := float64(max(len(a), len(b))) * line
	if d.left() < height {
		d.pdf.AddPage()
	}
	y := d.pdf.GetY()
	d.column(left, a, margin, y, wide, size, line)
	d.column(right, b, margin+wide+between, y, wide, size, line)
	d.pdf.SetXY(margin, y+height)
	d.Space(1.6)
}

// In writes a paragraph in a language.
func (d *Document) In(p Passage) {
	d.begin()
	wide := d.textWidth()
	lines := d.passage(p, wide, bodySize)
	if height := float64(len(lines)) * lineMM; d.left() < height {
		d.pdf.AddPage()
	}
	y := d.pdf.GetY()
	d.column(p, lines, margin, y, wide, bodySize, lineMM)
	d.pdf.SetXY(margin, y+float64(len(lines))*lineMM)
	d.Space(1.2)
}

// under goes below a QR code that stands beside.
func (d *Document) under() {
	if d.pdf.PageNo() == d.codePage && d.pdf.GetY() < d.codeBottom {
		d.pdf.SetY(d.codeBottom + 2)
	}
}

func (p Passage) style() string {
	if p.Bold {
		return "B"
	}
	return ""
}

func (d *Document) passage(p Passage, wide, size float64) []string {
	d.fontOf(p.Lang, p.style(), size)
	return d.lines(p.Text, p.Lang, wide)
}

func (d *Document) column(p Passage, lines []string, x, y, wide, size, line float64) {
	align := "L"
	if RightToLeft(p.Lang) {
		align = "R"
	}
	d.fontOf(p.Lang, p.style(), size)
	for i, text := range lines {
		d.pdf.SetXY(x, y+float64(i)*line)
		d.pdf.CellFormat(wide, line, text, "", 0, align, false, 0, "")
	}
}

// Keep goes to a new page unless so many millimetres are left on this one.
func (d *Document) Keep(mm float64) {
	d.begin()
	if d.left() < mm {
		d.pdf.AddPage()
	}
}
