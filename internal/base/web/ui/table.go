package ui

// Directions of a sorted column, as aria-sort says them.
const (
	Ascending  = "ascending"
	Descending = "descending"
)

// SortHeader makes a column's heading a link that sorts by it. Label is the Column's when empty.
type SortHeader struct {
	Label     string
	Href      string // sorts by this column, the other way when it already does
	Direction string // Ascending, Descending or "" when another column sorts
}

// Column is a column of a table.
type Column struct {
	Label   string
	Numeric bool
	Hidden  bool // the heading is for screen readers only, such as above a column of buttons
	Sort    *SortHeader
}

// Head is what stands above the rows of a Table.
type Head struct {
	Caption     string // every table has one
	HideCaption bool   // for screen readers only, where a heading says the same
	Columns     []Column
}

func (c Column) label() string {
	if c.Sort != nil && c.Sort.Label != "" {
		return c.Sort.Label
	}
	return c.Label
}

func (c Column) sorted() string {
	if c.Sort == nil {
		return ""
	}
	return c.Sort.Direction
}

// DataTable is a table of plain texts, such as the figures beneath a chart. The first cell of a row is its heading.
type DataTable struct {
	Caption     string
	HideCaption bool
	Columns     []Column
	Rows        [][]string
	Foot        []string // sums; none when nil
}

func (d DataTable) head() Head {
	return Head{Caption: d.Caption, HideCaption: d.HideCaption, Columns: d.Columns}
}

// column returns the i-th column, or an empty one for a row that is longer than the head.
func (d DataTable) column(i int) Column {
	if i < len(d.Columns) {
		return d.Columns[i]
	}
	return Column{}
}
