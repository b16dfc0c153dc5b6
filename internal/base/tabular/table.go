package tabular

import (
	"bufio"
	"bytes"
	"io"
	"strings"
	"unicode/utf8"

	"preau/internal/base/errs"
)

// Row is a row of a table. It holds until the next call of Next; its strings hold for ever.
type Row struct {
	Line   int         // in the file, of its first line; the first line is 1
	Fields []string    // as written, without quotes and control characters
	Short  bool        // fewer fields than the header has names
	Bad    *errs.Error // why the row cannot be read; Fields is then empty
	Raw    string      // the beginning of a row that cannot be read, where it is not too long
}

// Get returns the field of a column without the spaces around it, or "" when the row or the table lacks it.
func (r *Row) Get(column int) string {
	if column < 0 || column >= len(r.Fields) {
		return ""
	}
	return trim(r.Fields[column])
}

// Table reads a CSV file and its kin row by row.
type Table struct {
	Header    Header
	Separator byte

	in     Inspection
	limits Limits
	c      *counted
	lines  lineReader
	row    Row
	rows   int
	text   []byte // of the row being read, unquoted
	ends   []int  // of its fields in text
}

// Open reads the header of the text that Inspect recognised and stands before the first row. It refuses
// a file without a header.
func Open(src Source, in Inspection, limits Limits) (*Table, error) {
	limits = limits.orUsual()
	if in.Form == Zip {
		return nil, errs.NewInvalid("tabular.format", "format", "ZIP")
	}
	body, c, err := in.text(src, limits)
	if err != nil {
		return nil, err
	}
	t := &Table{in: in, limits: limits, c: c, lines: newLineReader(body, in.cr, limits.Record)}
	if err := t.readHeader(); err != nil {
		c.Close()
		return nil, err
	}
	return t, nil
}

// Close ends the reading.
func (t *Table) Close() error { return t.c.Close() }

// Offset returns how many bytes of the file were read.
func (t *Table) Offset() int64 { return t.c.n }

func (t *Table) readHeader() error {
	line, err := t.lines.next()
	for err == nil && !line.long && len(bytes.TrimSpace(line.text)) == 0 {
		line, err = t.lines.next()
	}
	if err == nil && !line.long && len(line.text) == 5 && bytes.HasPrefix(bytes.ToLower(line.text), []byte("sep=")) {
		t.Separator = line.text[4] // what Excel writes for itself
		line, err = t.lines.next()
	}
	if err == io.EOF {
		return errs.NewInvalid("tabular.empty")
	}
	if err != nil {
		return unread(err)
	}
	if line.long {
		return errs.NewInvalid("tabular.header")
	}
	if t.Separator == 0 {
		t.Separator = separatorOf(line.text)
	}
	t.parse(line)
	if t.row.Bad != nil {
		return errs.NewInvalid("tabular.header").Because(t.row.Bad)
	}
	t.Header = newHeader(t.row.Fields)
	return nil
}

// separatorOf returns the separator that cuts the header into most fields; between equals the semicolon
// comes first, for a comma may stand inside a name.
func separatorOf(header []byte) byte {
	var counts [256]int
	quoted := false
	for _, b := range header {
		if b == '"' {
			quoted = !quoted
		} else if !quoted {
			counts[b]++
		}
	}
	best := byte(';')
	for _, b := range []byte("\t|,") {
		if counts[b] > counts[best] {
			best = b
		}
	}
	return best
}

// Next returns the following row, or io.EOF. Empty lines are passed over. Another error ends the table.
func (t *Table) Next() (*Row, error) {
	for {
		line, err := t.lines.next()
		if err != nil {
			return nil, unread(err)
		}
		t.parse(line)
		if t.row.Bad == nil && onlyEmpty(t.row.Fields) {
			continue
		}
		if t.rows++; t.rows > t.limits.Rows {
			return nil, errs.New(errs.TooLarge, "tabular.rows", "limit", t.limits.Rows)
		}
		return &t.row, nil
	}
}

// parse reads the row that begins with the line, and more lines when a quoted field goes over them.
func (t *Table) parse(line textLine) {
	t.row = Row{Line: line.number, Fields: t.row.Fields[:0]}
	switch {
	case line.long:
		t.bad("tabular.row.long")
		return
	case t.in.dirty && !utf8.Valid(line.text):
		t.bad("tabular.row.encoding")
		t.keepRaw(line)
		return
	}
	if bytes.IndexByte(line.text, '"') < 0 {
		clean(line.text)
		t.cut(string(line.text))
	} else {
		t.parseQuoted(line)
	}
	switch n := len(t.row.Fields); {
	case t.row.Bad != nil:
	case n > t.limits.Columns, t.Header.Names != nil && n > len(t.Header.Names) && !onlyEmpty(t.row.Fields[len(t.Header.Names):]):
		t.bad("tabular.row.columns", "want", len(t.Header.Names), "got", n)
	default:
		t.row.Short = n < t.Header.named
	}
	if t.row.Bad != nil {
		t.keepRaw(line)
	}
}

// keepRaw keeps the beginning of a bad row, for whoever looks for an identifier in it.
func (t *Table) keepRaw(line textLine) {
	const most = 4 << 10
	t.row.Raw = strings.ToValidUTF8(string(line.text[:min(len(line.text), most)]), " ")
}

func (t *Table) bad(key string, args ...any) {
	t.row.Fields = t.row.Fields[:0]
	t.row.Bad = errs.NewInvalid(key, args...)
}

func (t *Table) cut(s string) {
	start := 0
	for i := 0; i < len(s); i++ {
		if s[i] == t.Separator {
			t.row.Fields = append(t.row.Fields, s[start:i])
			start = i + 1
		}
	}
	t.row.Fields = append(t.row.Fields, s[start:])
}

// clean turns control characters into spaces.
func clean(line []byte) {
	for i, b := range line {
		if b < ' ' && b != '\t' && b != '\n' || b == 0x7f {
			line[i] = ' '
		}
	}
}

// maxLines is how many lines a quoted field may go over. Beyond it, the quote that opened it is taken for
// a mistake of its row alone, and the rows after it are read.
const maxLines = 20

// parseQuoted reads a row that holds a quote. RFC 4180 rules; a quote inside an unquoted field, and a lone
// quote inside a quoted one, stand for themselves.
func (t *Table) parseQuoted(line textLine) {
	t.text, t.ends = t.text[:0], t.ends[:0]
	var more []textLine
	quoted, fresh := false, true
	for {
		quoted, fresh = t.scan(line.text, quoted, fresh)
		if !quoted {
			break
		}
		next, err := t.lines.next()
		if err == nil {
			next.text = append([]byte{}, next.text...)
			more = append(more, next)
		}
		if err != nil || next.long || len(more) == maxLines || len(t.text) > t.limits.Record || (t.in.dirty && !utf8.Valid(next.text)) {
			t.lines.push(more)
			t.bad("tabular.row.quote")
			return
		}
		t.text = append(t.text, '\n')
		line = next
	}
	t.ends = append(t.ends, len(t.text))
	clean(t.text)
	s, start := string(t.text), 0
	for _, end := range t.ends {
		t.row.Fields = append(t.row.Fields, s[start:end])
		start = end
	}
}

// scan adds a line to the row. It tells whether a quoted field is still open at its end, and whether a
// field has just begun.
func (t *Table) scan(line []byte, quoted, fresh bool) (bool, bool) {
	for i := 0; i < len(line); i++ {
		b := line[i]
		switch {
		case quoted && b == '"' && i+1 < len(line) && line[i+1] == '"':
			t.text = append(t.text, '"')
			i++
		case quoted && b == '"':
			if end := t.closes(line, i+1); end >= 0 {
				quoted, i = false, end-1
			} else {
				t.text = append(t.text, '"')
			}
		case quoted:
			t.text = append(t.text, b)
		case b == t.Separator:
			t.ends = append(t.ends, len(t.text))
			fresh = true
			continue
		case b == '"' && fresh:
			quoted = true
		case b == ' ' && fresh:
			continue
		default:
			t.text = append(t.text, b)
		}
		fresh = false
	}
	return quoted, fresh
}

// closes returns where the separator or the end of the line stands after the quote that ends at i, or -1
// when something else follows but spaces.
func (t *Table) closes(line []byte, i int) int {
	for ; i < len(line); i++ {
		if line[i] == t.Separator {
			return i
		}
		if line[i] != ' ' {
			return -1
		}
	}
	return i
}

// textLine is a line without its end.
type textLine struct {
	text   []byte // holds until the next line is read
	number int
	long   bool // longer than the limit: text is empty
}

// lineReader cuts a text into lines that end with LF, CRLF or, when asked, CR alone.
type lineReader struct {
	r      *bufio.Reader
	end    byte
	limit  int
	number int
	long   []byte
	pushed []textLine
}

func newLineReader(r io.Reader, cr bool, limit int) lineReader {
	l := lineReader{r: bufio.NewReaderSize(r, 64<<10), end: '\n', limit: limit}
	if cr {
		l.end = '\r'
	}
	return l
}

// push gives lines back, to be read again.
func (l *lineReader) push(lines []textLine) {
	l.pushed = append(append([]textLine{}, lines...), l.pushed...)
}

func (l *lineReader) next() (textLine, error) {
	if len(l.pushed) > 0 {
		line := l.pushed[0]
		l.pushed = l.pushed[1:]
		return line, nil
	}
	part, err := l.r.ReadSlice(l.end)
	if err == io.EOF && len(part) == 0 {
		return textLine{}, io.EOF
	}
	l.number++
	line := textLine{number: l.number}
	if err == bufio.ErrBufferFull {
		part, line.long, err = l.longLine(part)
	}
	if err != nil && err != io.EOF {
		return textLine{}, err
	}
	if n := len(part); n > 0 && part[n-1] == l.end {
		part = part[:n-1]
	}
	if n := len(part); n > 0 && part[n-1] == '\r' {
		part = part[:n-1]
	}
	line.text = part
	return line, nil
}

// longLine reads on a line that the buffer does not hold, and past it when it is longer than the limit.
func (l *lineReader) longLine(part []byte) ([]byte, bool, error) {
	l.long = append(l.long[:0], part...)
	tooLong := false
	for {
		part, err := l.r.ReadSlice(l.end)
		if tooLong = tooLong || len(l.long)+len(part) > l.limit; tooLong {
			l.long = l.long[:0]
		} else {
			l.long = append(l.long, part...)
		}
		if err != bufio.ErrBufferFull {
			return l.long, tooLong, err
		}
	}
}
