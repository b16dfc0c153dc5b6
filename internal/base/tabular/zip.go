package tabular

import (
	"archive/zip"
	"errors"
	"io"
	"path"
	"strings"

	"preau/internal/base/errs"
)

// Archive is a zip whose entries are read one at a time, without writing anything.
type Archive struct {
	entries map[string]*zip.File // by name
	names   []string
	limits  Limits
}

// maxDirectory bounds the list of entries, which the reader holds in memory before it can be counted.
const maxDirectory = 1 << 20

// OpenZip reads the list of entries. It refuses a zip with too many entries, with more unpacked bytes than
// the limit, with an entry that is packed too well to be honest, encrypted or twice there, or with a name
// that leaves the zip (absolute, or with "..").
func OpenZip(src Source, limits Limits) (*Archive, error) {
	limits = limits.orUsual()
	file, ok := src.(fileSource)
	if !ok {
		return nil, errs.NewInvalid("tabular.zip.nested")
	}
	guard := &directoryGuard{r: file.r, left: maxDirectory}
	r, err := zip.NewReader(guard, file.size)
	if guard.left < 0 {
		return nil, errs.NewInvalid("tabular.zip.entries", "limit", limits.Entries)
	}
	if err != nil {
		return nil, errs.NewInvalid("tabular.zip.broken").Because(err)
	}
	guard.open = true
	if len(r.File) > limits.Entries {
		return nil, errs.NewInvalid("tabular.zip.entries", "limit", limits.Entries)
	}
	a := &Archive{entries: map[string]*zip.File{}, limits: limits}
	left := uint64(limits.Bytes)
	for _, f := range r.File {
		if strings.HasSuffix(f.Name, "/") {
			continue
		}
		if err := checkEntry(f, file.size, limits.Ratio); err != nil {
			return nil, err
		}
		if f.UncompressedSize64 > left {
			return nil, errs.NewInvalid("tabular.zip.bomb", "limit", megabytes(limits.Bytes))
		}
		left -= f.UncompressedSize64
		if a.entries[f.Name] != nil {
			return nil, errs.NewInvalid("tabular.zip.twice", "name", f.Name)
		}
		a.entries[f.Name] = f
		a.names = append(a.names, f.Name)
	}
	return a, nil
}

func checkEntry(f *zip.File, size int64, ratio int64) error {
	const encrypted = 1
	clean := path.Clean(f.Name)
	switch {
	case f.Name == "", clean != f.Name, strings.HasPrefix(f.Name, "/"), strings.HasPrefix(clean, ".."),
		strings.ContainsAny(f.Name, "\\:\x00"):
		return errs.NewInvalid("tabular.zip.name")
	case f.Flags&encrypted != 0:
		return errs.NewInvalid("tabular.zip.encrypted")
	case f.CompressedSize64 > uint64(size):
		return errs.NewInvalid("tabular.zip.broken")
	case f.UncompressedSize64 > 1<<20 && f.UncompressedSize64/uint64(ratio) > f.CompressedSize64:
		return errs.NewInvalid("tabular.zip.bomb", "limit", megabytes(1<<20))
	}
	return nil
}

// Names returns the names of the entries, in the order of the zip.
func (a *Archive) Names() []string { return a.names }

// Entry returns the entry of that file name, in whatever folder of the zip and whatever the case, as a
// source. It tells whether there is one; folders that systems add for themselves are passed over.
func (a *Archive) Entry(name string) (Source, bool) {
	for _, n := range a.names {
		if strings.EqualFold(path.Base(n), name) && !strings.HasPrefix(n, "__MACOSX/") {
			return zipSource{a.entries[n]}, true
		}
	}
	return nil, false
}

type zipSource struct{ f *zip.File }

func (z zipSource) Size() int64 { return int64(z.f.UncompressedSize64) }

func (z zipSource) Open() (io.ReadCloser, error) {
	r, err := z.f.Open()
	if err != nil {
		return nil, errs.NewInvalid("tabular.zip.broken").Because(err)
	}
	return &zipReader{r, z.Size()}, nil
}

// zipReader refuses an entry that unpacks to more than it announced, and one that is damaged.
type zipReader struct {
	r    io.ReadCloser
	left int64
}

func (z *zipReader) Read(p []byte) (int, error) {
	n, err := z.r.Read(p)
	if z.left -= int64(n); z.left < 0 {
		return 0, errs.NewInvalid("tabular.zip.broken")
	}
	if err != nil && err != io.EOF {
		err = errs.NewInvalid("tabular.zip.broken").Because(err)
	}
	return n, err
}

func (z *zipReader) Close() error { return z.r.Close() }

// directoryGuard bounds what may be read before the zip is open.
type directoryGuard struct {
	r    io.ReaderAt
	left int64
	open bool
}

func (g *directoryGuard) ReadAt(p []byte, off int64) (int, error) {
	if !g.open {
		if g.left -= int64(len(p)); g.left < 0 {
			return 0, errors.New("tabular: the directory of the zip is too long")
		}
	}
	return g.r.ReadAt(p, off)
}
