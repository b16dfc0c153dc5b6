package tabular_test

import (
	"archive/zip"
	"bytes"
	"encoding/binary"
	"encoding/xml"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"golang.org/x/text/encoding/charmap"

	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/tabular"
)

type entry struct {
	name string
	body []byte
}

func zipped(t testing.TB, entries ...entry) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for _, e := range entries {
		f, err := w.Create(e.name)
		if err == nil {
			_, err = f.Write(e.body)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// announcing returns the zip with another unpacked size in its directory.
func announcing(b []byte, size uint32) []byte {
	b = append([]byte{}, b...)
	i := bytes.LastIndex(b, []byte("PK\x01\x02"))
	binary.LittleEndian.PutUint32(b[i+24:], size)
	return b
}

// readAll reads every entry of a zip.
func readAll(b []byte, limits tabular.Limits) error {
	a, err := tabular.OpenZip(source(b), limits)
	if err != nil {
		return err
	}
	for _, n := range a.Names() {
		e, ok := a.Entry(filepath.Base(n))
		if !ok {
			continue
		}
		r, err := e.Open()
		if err != nil {
			return err
		}
		_, err = io.Copy(io.Discard, r)
		if err != nil {
			return err
		}
		if err := r.Close(); err != nil {
			return err
		}
	}
	return nil
}

func TestAHostileZipIsRefused(t *testing.T) {
	limits := tabular.Limits{Bytes: 8 << 20, Entries: 10}
	many := make([]entry, 11)
	for i := range many {
		many[i] = entry{name: fmt.Sprint(i)}
	}
	long := make([]entry, 30_000)
	for i := range long {
		long[i] = entry{name: fmt.Sprintf("%060d", i)}
	}
	text := entry{"users.csv", bytes.Repeat([]byte("abcdefgh\n"), 100)}
	for name, c := range map[string]struct {
		zip []byte
		key string
	}{
		"a bomb by its ratio":          {zipped(t, entry{"a", make([]byte, 4<<20)}), "tabular.zip.bomb"},
		"a bomb by its size":           {announcing(zipped(t, text), 9<<20), "tabular.zip.bomb"},
		"more than it announces":       {announcing(zipped(t, text), 10), "tabular.zip.broken"},
		"less than it announces":       {announcing(zipped(t, text), 1000), "tabular.zip.broken"},
		"many entries":                 {zipped(t, many...), "tabular.zip.entries"},
		"an endless list of entries":   {zipped(t, long...), "tabular.zip.entries"},
		"a path out of it":             {zipped(t, entry{"../users.csv", nil}), "tabular.zip.name"},
		"a path out of it, further in": {zipped(t, entry{"a/../../users.csv", nil}), "tabular.zip.name"},
		"an absolute path":             {zipped(t, entry{"/etc/passwd", nil}), "tabular.zip.name"},
		"a path of Windows":            {zipped(t, entry{`..\users.csv`, nil}), "tabular.zip.name"},
		"a drive":                      {zipped(t, entry{"c:users.csv", nil}), "tabular.zip.name"},
		"one name twice":               {zipped(t, text, text), "tabular.zip.twice"},
		"cut":                          {zipped(t, text)[:60], "tabular.zip.broken"},
		"no zip":                       {[]byte("a;b\n"), "tabular.zip.broken"},
	} {
		if err := readAll(c.zip, limits); keyOf(err) != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

func TestAnEntryIsFoundInAFolderAndReadTwice(t *testing.T) {
	a, err := tabular.OpenZip(source(zipped(t, entry{"__MACOSX/users.csv", []byte("no")}, entry{"export/Users.csv", []byte("a;b\n1;2\n")})), tabular.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	e, ok := a.Entry("users.csv")
	if !ok {
		t.Fatal("not found")
	}
	for range 2 {
		rows, in, err := tabular.Read(e, tabular.Limits{})
		if err != nil {
			t.Fatal(err)
		}
		r, err := rows.Next()
		if err != nil || r.Get(1) != "2" || in.SHA256 == "" {
			t.Errorf("%+v %v", r, err)
		}
		rows.Close()
	}
	if _, ok := a.Entry("orgs.csv"); ok {
		t.Error("an entry that is not there was found")
	}
}

// elements reads an XML whole and returns the texts of its <a>.
func elements(b []byte, limits tabular.Limits) ([]string, error) {
	in, err := tabular.Inspect(source(b), limits)
	if err != nil {
		return nil, err
	}
	x, err := tabular.OpenXML(source(b), in, limits)
	if err != nil {
		return nil, err
	}
	defer x.Close()
	var texts []string
	for {
		token, err := x.Token()
		if err == io.EOF {
			return texts, nil
		}
		if err != nil {
			return texts, err
		}
		if start, ok := token.(xml.StartElement); ok && start.Name.Local == "a" {
			s, err := x.Text()
			if err != nil {
				return texts, err
			}
			texts = append(texts, s)
		} else if ok && start.Name.Local == "skip" {
			if err := x.Skip(); err != nil {
				return texts, err
			}
		}
	}
}

func TestXMLIsReadInItsEncoding(t *testing.T) {
	body := "<r><skip><a>no</a></skip>\n<a> Cœur <b>x</b>d'été </a></r>"
	latin := encoded(t, charmap.ISO8859_15.NewEncoder(), body)
	cp1252 := encoded(t, charmap.Windows1252.NewEncoder(), body)
	for name, b := range map[string][]byte{
		"no declaration":                []byte(body),
		"UTF-8 with BOM":                []byte("\ufeff<?xml version=\"1.0\" encoding=\"UTF-8\"?>" + body),
		"ISO-8859-15":                   append([]byte(`<?xml version="1.0" encoding="ISO-8859-15"?>`), latin...),
		"Windows-1252":                  append([]byte(`<?xml version="1.0" encoding="windows-1252"?>`), cp1252...),
		"UTF-8 that says ISO-8859-15":   []byte(`<?xml version="1.0" encoding="ISO-8859-15"?>` + body),
		"ISO-8859-1 that means more":    append([]byte(`<?xml version="1.0" encoding="ISO-8859-1"?>`), cp1252...),
		"spaces before (no first line)": []byte("\n " + body),
	} {
		texts, err := elements(b, tabular.Limits{})
		if err != nil || fmt.Sprintf("%q", texts) != `["Cœur d'été"]` {
			t.Errorf("%s: %q %v", name, texts, err)
		}
	}
}

func TestHostileXMLIsRefused(t *testing.T) {
	laughs := `<!DOCTYPE r [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><r><a>&b;</a></r>`
	for name, c := range map[string]struct{ xml, key string }{
		"an external entity":  {`<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r><a>&x;</a></r>`, "tabular.xml.dtd"},
		"an external DTD":     {`<?xml version="1.0"?><!DOCTYPE r SYSTEM "http://example.org/r.dtd"><r/>`, "tabular.xml.dtd"},
		"a billion laughs":    {laughs, "tabular.xml.dtd"},
		"an unknown entity":   {`<r><a>&x;</a></r>`, "tabular.xml.broken"},
		"too deep":            {strings.Repeat("<b>", 100), "tabular.xml.depth"},
		"an endless text":     {"<r><a>" + strings.Repeat("x", 200_000) + "</a></r>", "tabular.xml.record"},
		"an endless tag":      {"<r " + strings.Repeat("x='1' ", 50_000) + "/>", "tabular.xml.record"},
		"an endless comment":  {"<r><!--" + strings.Repeat("x", 200_000) + "--></r>", "tabular.xml.record"},
		"cut":                 {"<r><a>", "tabular.xml.broken"},
		"cut while skipping":  {"<r><skip><a>", "tabular.xml.broken"},
		"crossed":             {"<r><a></r></a>", "tabular.xml.broken"},
		"an unknown encoding": {`<?xml version="1.0" encoding="UTF-7"?><r/>`, "tabular.xml.charset"},
		"a wrong encoding":    {`<?xml version="1.0" encoding="UTF-8"?><r>` + "\xe9t\xe9</r>", "tabular.xml.broken"},
		"a table":             {"a;b\n", "tabular.xml.not"},
	} {
		if _, err := elements([]byte(c.xml), tabular.Limits{Record: 100_000}); keyOf(err) != c.key {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
}

func workbook(t testing.TB, rows ...[]any) []byte {
	t.Helper()
	f := excelize.NewFile()
	for i, r := range rows {
		if err := f.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &r); err != nil {
			t.Fatal(err)
		}
	}
	b, err := f.WriteToBuffer()
	if err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func TestASheetIsReadLikeATable(t *testing.T) {
	b := workbook(t, []any{"Classe", " Élèves"}, []any{"CE1", 24}, nil, []any{"CE2", 0.5, "de trop"})
	rows, in, err := tabular.Read(source(b), tabular.Limits{})
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	if in.Form != tabular.Zip || rows.Columns().Column("eleves") != 1 {
		t.Errorf("%+v %+v", in, rows.Columns())
	}
	first, err := rows.Next()
	if err != nil || first.Line != 2 || first.Get(1) != "24" {
		t.Errorf("%+v %v", first, err)
	}
	second, err := rows.Next()
	if err != nil || second.Line != 4 || second.Bad == nil {
		t.Errorf("%+v %v", second, err)
	}
	if _, err := rows.Next(); err != io.EOF {
		t.Error(err)
	}
}

func TestWhatIsNoWorkbookIsRefused(t *testing.T) {
	for name, c := range map[string]struct {
		b   []byte
		key string
	}{
		"an empty sheet": {workbook(t), "tabular.empty"},
		"another zip":    {zipped(t, entry{"a.csv", []byte("a;b")}), "tabular.xlsx."},
		"a bomb":         {zipped(t, entry{"xl/workbook.xml", make([]byte, 8<<20)}), "tabular.zip.bomb"},
	} {
		if _, err := tabular.OpenSheet(source(c.b), "", tabular.Limits{}); !strings.HasPrefix(keyOf(err), c.key) {
			t.Errorf("%s: %v, want %s", name, err, c.key)
		}
	}
	if _, err := tabular.OpenSheet(source(workbook(t, []any{"a"})), "absente", tabular.Limits{}); keyOf(err) != "tabular.xlsx.sheet" {
		t.Error(err)
	}
}

func FuzzZip(f *testing.F) {
	paths, _ := filepath.Glob(filepath.Join(dbtest.Shared(f), "rosters", "oneroster", "*.zip"))
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add(zipped(f, entry{"a", make([]byte, 1000)}))
	f.Fuzz(func(t *testing.T, b []byte) {
		if err := readAll(b, tabular.Limits{Bytes: 1 << 20}); err != nil && errs.KindOf(err) == errs.Internal {
			t.Errorf("not a refusal: %v", err)
		}
	})
}

func FuzzXML(f *testing.F) {
	paths, _ := filepath.Glob(filepath.Join(dbtest.Shared(f), "rosters", "*", "*.xml"))
	for _, p := range paths {
		b, err := os.ReadFile(p)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(b)
	}
	f.Add([]byte(`<!DOCTYPE r [<!ENTITY a "ha">]><r><a>&a;</a></r>`))
	f.Fuzz(func(t *testing.T, b []byte) {
		if _, err := elements(b, tabular.Limits{Bytes: 1 << 20, Record: 1 << 12}); err != nil && errs.KindOf(err) == errs.Internal {
			t.Errorf("not a refusal: %v", err)
		}
	})
}

func FuzzSheet(f *testing.F) {
	f.Add(workbook(f, []any{"a", "b"}, []any{1, "x"}))
	f.Fuzz(func(t *testing.T, b []byte) {
		s, err := tabular.OpenSheet(source(b), "", tabular.Limits{Bytes: 1 << 20, Rows: 1000})
		for err == nil {
			_, err = s.Next()
		}
		if err != io.EOF && errs.KindOf(err) == errs.Internal {
			t.Errorf("not a refusal: %v", err)
		}
	})
}
