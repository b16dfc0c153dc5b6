package tabular

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"

	"preau/internal/base/errs"
)

// Encoding is how a text is written in bytes.
type Encoding string

// The encodings that are recognised.
const (
	UTF8        Encoding = "UTF-8"
	UTF16LE     Encoding = "UTF-16LE" // told by its byte order mark
	UTF16BE     Encoding = "UTF-16BE"
	Latin9      Encoding = "ISO-8859-15"
	Windows1252 Encoding = "Windows-1252"
)

// Form is what a file looks like from its first bytes.
type Form string

// The forms of file.
const (
	Text Form = "text" // a table, as far as is known
	XML  Form = "xml"
	JSON Form = "json"
	Zip  Form = "zip" // also xlsx
)

// Inspection is what one pass over a file tells about it.
type Inspection struct {
	Size     int64
	SHA256   string // of the bytes as they came, hexadecimal
	Form     Form
	Encoding Encoding // of a text

	bom   int  // length of the byte order mark
	dirty bool // UTF-8 with a few wrong bytes: the rows that hold them are bad
	cr    bool // lines end with CR alone
	multi bool // UTF-8 with at least one letter beyond ASCII
}

// Inspect reads the source once and returns what it is. It refuses a file that is empty, too large or
// binary (a null byte is enough).
func Inspect(src Source, limits Limits) (Inspection, error) {
	limits = limits.orUsual()
	in := Inspection{Size: src.Size()}
	if in.Size > limits.Bytes {
		return in, tooLarge(limits.Bytes)
	}
	r, err := src.Open()
	if err != nil {
		return in, unread(err)
	}
	defer r.Close()
	hash := sha256.New()
	body := io.TeeReader(&capped{r: r, left: limits.Bytes, limit: limits.Bytes}, hash)
	head := make([]byte, 512)
	n, err := io.ReadFull(body, head)
	if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
		return in, unread(err)
	}
	head = head[:n]
	if n == 0 {
		return in, errs.NewInvalid("tabular.empty")
	}
	if err := in.recognise(head); err != nil {
		return in, err
	}
	if in.Form == Zip {
		if _, err := io.Copy(io.Discard, body); err != nil {
			return in, unread(err)
		}
	} else if err := in.weigh(head, body); err != nil {
		return in, err
	}
	in.SHA256 = hex.EncodeToString(hash.Sum(nil))
	return in, nil
}

// magics are the first bytes of files that are no text.
var magics = []struct{ bytes, name string }{
	{"%PDF-", "PDF"}, {"\x89PNG", "PNG"}, {"\xff\xd8\xff", "JPEG"}, {"GIF8", "GIF"}, {"\x1f\x8b", "gzip"}, {"7z\xbc\xaf", "7z"},
	{"Rar!", "RAR"}, {"\xd0\xcf\x11\xe0", "XLS"}, {"SQLite format 3", "SQLite"}, {"\x7fELF", "ELF"}, {"BZh", "bzip2"}, {"PAR1", "Parquet"},
}

func (in *Inspection) recognise(head []byte) error {
	text := string(head)
	has := func(prefix string) bool { return len(text) >= len(prefix) && text[:len(prefix)] == prefix }
	for _, m := range magics {
		if has(m.bytes) {
			return errs.NewInvalid("tabular.format", "format", m.name)
		}
	}
	in.Form, in.Encoding = Text, UTF8
	switch {
	case has("PK\x03\x04"), has("PK\x05\x06"):
		in.Form = Zip
		return nil
	case has("\xef\xbb\xbf"):
		in.bom = 3
	case has("\xff\xfe"):
		in.Encoding, in.bom = UTF16LE, 2
	case has("\xfe\xff"):
		in.Encoding, in.bom = UTF16BE, 2
	}
	if first := bytes.TrimLeft(head[in.bom:], "\x00 \t\r\n"); len(first) > 0 {
		switch first[0] {
		case '<':
			in.Form = XML
		case '{', '[':
			in.Form = JSON
		}
	}
	return nil
}

// weigh counts the bytes that tell the encoding and the line ends, and refuses what is no text.
func (in *Inspection) weigh(head []byte, rest io.Reader) error {
	r := io.MultiReader(bytes.NewReader(head[in.bom:]), rest)
	if in.Encoding != UTF8 {
		r = decoder(in.Encoding).NewDecoder().Reader(r)
	}
	var c census
	buf := make([]byte, 64<<10)
	for {
		n, err := r.Read(buf)
		c.add(buf[:n])
		if err == io.EOF {
			break
		}
		if err != nil {
			return unread(err)
		}
	}
	c.end()
	if c.nul {
		return errs.NewInvalid("tabular.binary")
	}
	if c.controls*100 > c.total {
		return errs.NewInvalid("tabular.binary")
	}
	if c.blank == c.total {
		return errs.NewInvalid("tabular.empty")
	}
	in.cr = c.cr > 0 && c.lf == 0
	in.multi = c.valid > 0
	switch {
	case c.invalid == 0:
	case in.Encoding != UTF8 || in.bom > 0 || c.invalid < c.valid:
		in.dirty = true
	case c.c1:
		in.Encoding = Windows1252
	default:
		in.Encoding = Latin9
	}
	return nil
}

// census counts bytes. A sequence that a read cut in two is finished by the next one.
type census struct {
	total, blank, controls, cr, lf, valid, invalid int64
	nul, c1                                        bool
	held                                           []byte
}

func (c *census) add(p []byte) {
	if len(c.held) > 0 {
		p = append(append([]byte{}, c.held...), p...)
		c.held = nil
	}
	for i := 0; i < len(p); {
		b := p[i]
		if b > ' ' && b < 0x7f {
			c.total++
			i++
			continue
		}
		if b < utf8.RuneSelf {
			c.ascii(b)
			i++
			continue
		}
		if !utf8.FullRune(p[i:]) {
			c.held = append([]byte{}, p[i:]...)
			return
		}
		r, n := utf8.DecodeRune(p[i:])
		c.high(p[i:i+n], r)
		i += n
	}
}

func (c *census) ascii(b byte) {
	c.total++
	switch {
	case b == ' ', b == '\t':
		c.blank++
	case b == '\n':
		c.blank++
		c.lf++
	case b == '\r':
		c.blank++
		c.cr++
	case b == 0:
		c.nul = true
	default:
		c.controls++
	}
}

func (c *census) high(p []byte, r rune) {
	c.total += int64(len(p))
	if r == utf8.RuneError && len(p) == 1 {
		c.invalid++
	} else {
		c.valid++
	}
	for _, b := range p {
		c.c1 = c.c1 || b < 0xa0
	}
}

func (c *census) end() {
	for _, b := range c.held {
		c.high([]byte{b}, utf8.RuneError)
	}
	c.held = nil
}

func decoder(e Encoding) encoding.Encoding {
	switch e {
	case UTF16LE:
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case UTF16BE:
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case Latin9:
		return charmap.ISO8859_15
	case Windows1252:
		return charmap.Windows1252
	}
	return encoding.Nop
}

// text opens the source as UTF-8 without its byte order mark, and counts the bytes read of the file.
func (in Inspection) text(src Source, limits Limits) (io.Reader, *counted, error) {
	r, err := src.Open()
	if err != nil {
		return nil, nil, unread(err)
	}
	c := &counted{r: &capped{r: r, left: limits.Bytes, limit: limits.Bytes}, c: r}
	if _, err := io.CopyN(io.Discard, c, int64(in.bom)); err != nil {
		return nil, nil, unread(err)
	}
	if in.Encoding == UTF8 {
		return c, c, nil
	}
	return decoder(in.Encoding).NewDecoder().Reader(c), c, nil
}

// capped refuses to read beyond a limit.
type capped struct {
	r           io.Reader
	left, limit int64
}

func (c *capped) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	if c.left -= int64(n); c.left < 0 {
		return 0, tooLarge(c.limit)
	}
	return n, err
}

// counted counts the bytes read.
type counted struct {
	r io.Reader
	c io.Closer
	n int64
}

func (c *counted) Read(p []byte) (int, error) {
	n, err := c.r.Read(p)
	c.n += int64(n)
	return n, err
}

func (c *counted) Close() error { return c.c.Close() }

// Reader returns the text of the source in UTF-8, without its byte order mark, and how many bytes of the
// file were read so far.
func (in Inspection) Reader(src Source, limits Limits) (io.ReadCloser, func() int64, error) {
	r, c, err := in.text(src, limits.orUsual())
	if err != nil {
		return nil, nil, err
	}
	return readCloser{r, c}, func() int64 { return c.n }, nil
}

type readCloser struct {
	io.Reader
	io.Closer
}
