// Package tabular reads files that strangers send: tables (CSV and its kin, xlsx), XML, and zips of them.
//
// It finds out by itself how a table is written (encoding, separator, line ends, quotes) and reads row by
// row, so that memory does not grow with the file. It bounds whatever a hostile file could make large, and
// never opens anything that the file names. A file that cannot be read is refused whole with an errs.Error;
// a row that cannot be read says so itself and the rows after it are still read.
package tabular

import (
	"embed"
	"errors"
	"io"

	"preau/internal/base/errs"
)

// Messages holds the refusals in both languages.
//
//go:embed messages.yaml
var Messages embed.FS

// Source is a file that can be read from its start as often as needed.
type Source interface {
	// Size returns the length in bytes.
	Size() int64
	// Open returns a reader at the start.
	Open() (io.ReadCloser, error)
}

// File returns the source of size bytes at r: an open file, an upload or bytes in memory.
func File(r io.ReaderAt, size int64) Source { return fileSource{r, size} }

type fileSource struct {
	r    io.ReaderAt
	size int64
}

func (f fileSource) Size() int64 { return f.size }

func (f fileSource) Open() (io.ReadCloser, error) {
	return io.NopCloser(io.NewSectionReader(f.r, 0, f.size)), nil
}

// Limits bounds what is read. A zero member means the usual limit.
type Limits struct {
	Bytes   int64 // of a file, unpacked
	Rows    int   // of a table
	Columns int   // of a row
	Record  int   // bytes of a row, of a text or of a tag
	Depth   int   // of nested elements
	Entries int   // of a zip
	Ratio   int64 // of a zip: unpacked size over packed size, beyond the first megabyte
}

func (l Limits) orUsual() Limits {
	usual := Limits{Bytes: 256 << 20, Rows: 2_000_000, Columns: 1000, Record: 1 << 20, Depth: 64, Entries: 100, Ratio: 200}
	if l.Bytes == 0 {
		l.Bytes = usual.Bytes
	}
	if l.Rows == 0 {
		l.Rows = usual.Rows
	}
	if l.Columns == 0 {
		l.Columns = usual.Columns
	}
	if l.Record == 0 {
		l.Record = usual.Record
	}
	if l.Depth == 0 {
		l.Depth = usual.Depth
	}
	if l.Entries == 0 {
		l.Entries = usual.Entries
	}
	if l.Ratio == 0 {
		l.Ratio = usual.Ratio
	}
	return l
}

func tooLarge(limit int64) *errs.Error {
	return errs.New(errs.TooLarge, "tabular.too_large", "limit", megabytes(limit))
}

func megabytes(n int64) int64 { return max(n>>20, 1) }

// unread wraps an error of the machine (a disk that fails), which is no fault of the file; a refusal
// passes as it is.
func unread(err error) error {
	if err == nil || err == io.EOF {
		return err
	}
	if _, ok := errors.AsType[*errs.Error](err); ok {
		return err
	}
	return errs.New(errs.Unavailable, "tabular.unread").Because(err)
}
