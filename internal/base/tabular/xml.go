package tabular

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"

	"golang.org/x/text/encoding/charmap"

	"preau/internal/base/errs"
)

// XMLReader reads XML token by token. It refuses any DTD, and with it every entity but the five of XML.
type XMLReader struct {
	d      *xml.Decoder
	c      *counted
	guard  *tokenGuard
	limits Limits
	depth  int
}

// OpenXML stands before the first token of the XML that Inspect recognised. The encoding is the declared
// one, except that a file whose bytes are UTF-8 or UTF-16 is read as such whatever it declares.
func OpenXML(src Source, in Inspection, limits Limits) (*XMLReader, error) {
	limits = limits.orUsual()
	if in.Form != XML {
		return nil, errs.NewInvalid("tabular.xml.not")
	}
	eight := in.Encoding == Latin9 || in.Encoding == Windows1252
	if eight {
		in.Encoding = UTF8 // as it is: the declaration says how to read it
	}
	body, c, err := in.text(src, limits)
	if err != nil {
		return nil, err
	}
	x := &XMLReader{c: c, limits: limits, guard: &tokenGuard{r: body, limit: limits.Record, left: limits.Record}}
	x.d = xml.NewDecoder(x.guard)
	x.d.CharsetReader = func(name string, input io.Reader) (io.Reader, error) {
		switch strings.ToLower(name) {
		case "iso-8859-15", "latin-9", "latin9", "l9":
			if eight {
				return charmap.ISO8859_15.NewDecoder().Reader(input), nil
			}
		case "iso-8859-1", "latin-1", "latin1", "l1", "windows-1252", "cp1252", "us-ascii", "ascii":
			if eight {
				return charmap.Windows1252.NewDecoder().Reader(input), nil
			}
		case "utf-16", "utf-16le", "utf-16be", "utf8":
			if eight {
				return nil, errs.NewInvalid("tabular.xml.charset", "name", name)
			}
		default:
			return nil, errs.NewInvalid("tabular.xml.charset", "name", firstOf(name, 40))
		}
		return input, nil
	}
	return x, nil
}

// Close ends the reading.
func (x *XMLReader) Close() error { return x.c.Close() }

// Offset returns how many bytes of the file were read.
func (x *XMLReader) Offset() int64 { return x.c.n }

// Line returns the line that the last token ends on.
func (x *XMLReader) Line() int {
	line, _ := x.d.InputPos()
	return line
}

// Token returns the following token, or io.EOF after the last element. It holds until the next call.
func (x *XMLReader) Token() (xml.Token, error) {
	x.guard.left = x.limits.Record
	t, err := x.d.Token()
	if err == io.EOF {
		return nil, err
	}
	if err != nil {
		return nil, x.refusal(err)
	}
	switch t.(type) {
	case xml.StartElement:
		if x.depth++; x.depth > x.limits.Depth {
			return nil, errs.NewInvalid("tabular.xml.depth", "limit", x.limits.Depth)
		}
	case xml.EndElement:
		x.depth--
	case xml.Directive:
		return nil, errs.NewInvalid("tabular.xml.dtd")
	}
	return t, nil
}

func (x *XMLReader) refusal(err error) error {
	if syntax, ok := errors.AsType[*xml.SyntaxError](err); ok {
		return errs.NewInvalid("tabular.xml.broken", "line", syntax.Line).Because(err)
	}
	if e, ok := errors.AsType[*errs.Error](err); ok {
		return e
	}
	return errs.NewInvalid("tabular.xml.broken", "line", x.Line()).Because(err)
}

// Text returns the text of the element whose start was just read, without the spaces around it, and reads
// its end. What lies in elements inside it is passed over.
func (x *XMLReader) Text() (string, error) {
	var b strings.Builder
	for depth := x.depth; ; {
		t, err := x.Token()
		if err == io.EOF {
			err = errs.NewInvalid("tabular.xml.broken", "line", x.Line())
		}
		if err != nil {
			return "", err
		}
		switch t := t.(type) {
		case xml.CharData:
			if x.depth == depth {
				b.Write(t)
			}
			if b.Len() > x.limits.Record {
				return "", errs.NewInvalid("tabular.xml.record")
			}
		case xml.EndElement:
			if x.depth < depth {
				return trim(b.String()), nil
			}
		}
	}
}

// Skip passes over the rest of the element whose start was just read.
func (x *XMLReader) Skip() error {
	for depth := x.depth; x.depth >= depth; {
		if _, err := x.Token(); err == io.EOF {
			return errs.NewInvalid("tabular.xml.broken", "line", x.Line())
		} else if err != nil {
			return err
		}
	}
	return nil
}

// tokenGuard bounds the bytes of one token, which the decoder holds in memory.
type tokenGuard struct {
	r           io.Reader
	limit, left int
}

func (g *tokenGuard) Read(p []byte) (int, error) {
	if g.left < 0 {
		return 0, errs.NewInvalid("tabular.xml.record")
	}
	n, err := g.r.Read(p)
	g.left -= n
	return n, unread(err)
}

func firstOf(s string, n int) string {
	if len(s) > n {
		return strings.ToValidUTF8(s[:n], "") + "…"
	}
	return s
}
