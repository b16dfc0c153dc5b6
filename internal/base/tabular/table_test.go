package tabular_test

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/tabular"
)

func source(b []byte) tabular.Source { return tabular.File(bytes.NewReader(b), int64(len(b))) }

// table returns the header and the rows as "line: a|b|c", a bad row as "line! key".
func table(b []byte, limits tabular.Limits) (string, []string, error) {
	in, err := tabular.Inspect(source(b), limits)
	if err != nil {
		return "", nil, err
	}
	tb, err := tabular.Open(source(b), in, limits)
	if err != nil {
		return "", nil, err
	}
	defer tb.Close()
	var rows []string
	for {
		r, err := tb.Next()
		if err == io.EOF {
			return strings.Join(tb.Header.Names, "|"), rows, nil
		}
		if err != nil {
			return "", rows, err
		}
		if r.Bad != nil {
			rows = append(rows, fmt.Sprintf("%d! %s", r.Line, r.Bad.Key))
		} else {
			rows = append(rows, fmt.Sprintf("%d: %s", r.Line, strings.Join(r.Fields, "|")))
		}
	}
}

func keyOf(err error) string {
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e.Key
	}
	return fmt.Sprint(err)
}

func encoded(t *testing.T, e interface{ Bytes([]byte) ([]byte, error) }, s string) []byte {
	t.Helper()
	b, err := e.Bytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestATableIsReadHoweverItIsWritten(t *testing.T) {
	const text = "Nom;Prénom\nLœuf;Zoë\nŸ;€\n"
	want := []string{"2: Lœuf|Zoë", "3: Ÿ|€"}
	utf16 := func(e unicode.Endianness) []byte {
		return encoded(t, unicode.UTF16(e, unicode.UseBOM).NewEncoder(), text)
	}
	for name, b := range map[string][]byte{
		"UTF-8":            []byte(text),
		"UTF-8 with BOM":   []byte("\ufeff" + text),
		"UTF-16LE":         utf16(unicode.LittleEndian),
		"UTF-16BE":         utf16(unicode.BigEndian),
		"ISO-8859-15":      encoded(t, charmap.ISO8859_15.NewEncoder(), text),
		"Windows-1252":     encoded(t, charmap.Windows1252.NewEncoder(), text),
		"CRLF":             []byte(strings.ReplaceAll(text, "\n", "\r\n")),
		"CR":               []byte(strings.ReplaceAll(text, "\n", "\r")),
		"comma":            []byte(strings.ReplaceAll(text, ";", ",")),
		"tab":              []byte(strings.ReplaceAll(text, ";", "\t")),
		"bar":              []byte(strings.ReplaceAll(text, ";", "|")),
		"no last line end": []byte(strings.TrimSpace(text)),
		"quoted header":    []byte("\"Nom\";\"Prénom\"\n" + strings.SplitN(text, "\n", 2)[1]),
	} {
		header, rows, err := table(b, tabular.Limits{})
		if err != nil || header != "Nom|Prénom" || fmt.Sprint(rows) != fmt.Sprint(want) {
			t.Errorf("%s: %q %q %v", name, header, rows, err)
		}
	}
}

func TestRowsAreCutAsTheyWereMeant(t *testing.T) {
	for name, c := range map[string]struct {
		text string
		rows []string
	}{
		"RFC 4180":                        {"a;b\n\"x;\"\"y\"\"\";z\n", []string{"2: x;\"y\"|z"}},
		"a field over two lines":          {"a;b\n\"x\ny\";z\n1;2\n", []string{"2: x\ny|z", "4: 1|2"}},
		"quotes inside an unquoted field": {"a;b\nÉcole \"Les Lilas\";z\n", []string{"2: École \"Les Lilas\"|z"}},
		"a lone quote inside quotes":      {"a;b\n\"École \"Les Lilas\" nord\";z\n", []string{"2: École \"Les Lilas\" nord|z"}},
		"spaces around the quotes":        {"a;b\n \"x;y\" ;z\n", []string{"2: x;y|z"}},
		"a quote never closed":            {"a;b\n1;\"2\n3;4\n5;6\n", []string{"2! tabular.row.quote", "3: 3|4", "4: 5|6"}},
		"empty lines":                     {"\n\na;b\n\n1;2\n;\n", []string{"5: 1|2"}},
		"too many fields":                 {"a;b\n1;2;3\n1;2;;\n", []string{"2! tabular.row.columns", "3: 1|2||"}},
		"control characters":              {"a;b\nx\x0by;z\n" + strings.Repeat("1;2\n", 50), append([]string{"2: x y|z"}, repeated(50)...)},
		"Excel's first line":              {"sep=,\na,b;c\n1,2\n", []string{"3: 1|2"}},
		"one column":                      {"a\n1\n2\n", []string{"2: 1", "3: 2"}},
		"a comma inside a name":           {"Date;Nom, prénom;Sexe\n1;2;3\n", []string{"2: 1|2|3"}},
		"a wrongly encoded row":           {"é;è\né;à\nx;\xe9\nï;ô\n", []string{"2: é|à", "3! tabular.row.encoding", "4: ï|ô"}},
	} {
		_, rows, err := table([]byte(c.text), tabular.Limits{})
		if err != nil || fmt.Sprint(rows) != fmt.Sprint(c.rows) {
			t.Errorf("%s: %q, want %q (%v)", name, rows, c.rows, err)
		}
	}
}

func repeated(n int) []string {
	var rows []string
	for i := range n {
		rows = append(rows, fmt.Sprintf("%d: 1|2", i+3))
	}
	return rows
}

func TestWhatIsNoTableIsRefusedWhole(t *testing.T) {
	for name, c := range map[string]struct {
		bytes string
		key   string
	}{
		"nothing":             {"", "tabular.empty"},
		"spaces":              {" \r\n \n", "tabular.empty"},
		"a byte order mark":   {"\ufeff", "tabular.empty"},
		"a null byte":         {"a;b\n1;\x00\n", "tabular.binary"},
		"UTF-16 without mark": {"a\x00;\x00b\x00", "tabular.binary"},
		"control characters":  {"a;b\n\x01\x02\x03\x04\x05", "tabular.binary"},
		"PDF":                 {"%PDF-1.7\n…", "tabular.format"},
		"old Excel":           {"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "tabular.format"},
		"zip":                 {"PK\x05\x06" + strings.Repeat("\x00", 18), "tabular.format"},
		"too large":           {strings.Repeat("a;b\n", 400_000), "tabular.too_large"},
		"too many rows":       {strings.Repeat("a;b\n", 2000), "tabular.rows"},
		"an endless header":   {strings.Repeat("a", 300_000), "tabular.header"},
	} {
		_, _, err := table([]byte(c.bytes), tabular.Limits{Bytes: 1 << 20, Rows: 1000, Record: 1 << 17})
		if keyOf(err) != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

func TestALineThatIsTooLongIsBadAndThoseAfterAreRead(t *testing.T) {
	text := "a;b\n1;2\n" + strings.Repeat("x", 200_000) + "\n3;4\n"
	_, rows, err := table([]byte(text), tabular.Limits{Record: 100_000})
	if want := "[2: 1|2 3! tabular.row.long 4: 3|4]"; err != nil || fmt.Sprint(rows) != want {
		t.Errorf("%q %v, want %s", rows, err, want)
	}
}

func TestQuotesNeverClosedStayCheap(t *testing.T) {
	text := "a;b\n" + strings.Repeat("1;\"2\n", 100_000)
	start := time.Now()
	_, rows, err := table([]byte(text), tabular.Limits{})
	if err != nil || len(rows) != 100_000 {
		t.Fatalf("%d rows, %v", len(rows), err)
	}
	if took := time.Since(start); took > 15*time.Second {
		t.Errorf("took %v", took)
	}
}

func TestColumnsAreFoundByName(t *testing.T) {
	b := []byte("\"Nom Elève\"; Cycle;Prénom enfant;PRÉNOM ENFANT;Date (jj/mm/aaaa)*\n")
	in, err := tabular.Inspect(source(b), tabular.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	tb, err := tabular.Open(source(b), in, tabular.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	h := tb.Header
	if h.Column("nom élève") != 0 || h.Column("cycle") != 1 || h.Column("absent", "Date jj mm aaaa") != 4 || h.Column("absent") != -1 {
		t.Errorf("%+v", h)
	}
	if got := h.Columns("prenom enfant"); fmt.Sprint(got) != "[2 3]" {
		t.Errorf("repeated: %v", got)
	}
	if !h.Has("Cycle", "nom eleve") || h.Has("Cycle", "absent") {
		t.Error("Has")
	}
}

func TestMemoryDoesNotGrowWithTheFile(t *testing.T) {
	peak := func(rows int) uint64 {
		b := []byte("a;b;c\n" + strings.Repeat("un;\"deux\";trois cents lettres et quelques\n", rows))
		runtime.GC()
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		in, err := tabular.Inspect(source(b), tabular.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		tb, err := tabular.Open(source(b), in, tabular.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		for err == nil {
			_, err = tb.Next()
		}
		runtime.GC()
		runtime.ReadMemStats(&after)
		runtime.KeepAlive(b)
		runtime.KeepAlive(tb)
		return after.HeapAlloc - min(after.HeapAlloc, before.HeapAlloc)
	}
	if small, large := peak(1000), peak(300_000); large > small+1<<20 {
		t.Errorf("%d bytes are held after 1,000 rows, %d after 300,000", small, large)
	}
}

func TestEveryRefusalIsSaidInBothLanguages(t *testing.T) {
	if _, err := i18n.Load(tabular.Messages); err != nil {
		t.Fatal(err)
	}
}

func FuzzTable(f *testing.F) {
	shared := dbtest.Shared(f)
	for _, pattern := range []string{"schools/*.csv", "rosters/onde/*.csv", "rosters/siecle/*.csv"} {
		paths, _ := filepath.Glob(filepath.Join(shared, pattern))
		for _, p := range paths {
			b, err := os.ReadFile(p)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(b[:min(len(b), 2000)])
		}
	}
	f.Add([]byte("a;b\n1;\"2\n3;4\n\"\n\""))
	f.Add([]byte("\xff\xfea\x00;\x00b\x00\n\x00"))
	f.Add([]byte("a,b\rc,\xe9\r"))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, rows, err := table(b, tabular.Limits{Bytes: 1 << 20, Rows: 10_000, Record: 1 << 12})
		if len(rows) > len(b)+1 {
			t.Errorf("%d rows of %d bytes", len(rows), len(b))
		}
		if err != nil && errs.KindOf(err) == errs.Internal {
			t.Errorf("not a refusal: %v", err)
		}
	})
}

func BenchmarkTable(b *testing.B) {
	data, err := os.ReadFile(filepath.Join(dbtest.Shared(b), "schools", "schools-france.csv"))
	if err != nil {
		b.Fatal(err)
	}
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		in, err := tabular.Inspect(source(data), tabular.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		t, err := tabular.Open(source(data), in, tabular.Limits{})
		if err != nil {
			b.Fatal(err)
		}
		n := 0
		for _, err = t.Next(); err == nil; _, err = t.Next() {
			n++
		}
		if n != 59_591 {
			b.Fatal(n)
		}
	}
}
