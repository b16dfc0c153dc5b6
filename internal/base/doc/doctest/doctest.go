// Package doctest reads back the documents that package doc makes, for tests.
package doctest

import (
	"bytes"
	"compress/zlib"
	"fmt"
	"io"
	"regexp"
	"strings"
	"unicode/utf16"
)

var (
	streams = regexp.MustCompile(`(?s)/Length (\d+)>>\s*stream\r?\n`)
	shown   = regexp.MustCompile(`(?s)\(((?:\\.|[^\\()])*)\)\s*Tj`)
	pages   = regexp.MustCompile(`/Type /Page\b[^s]`)
)

// Pages returns the number of pages of a document.
func Pages(pdf []byte) int { return len(pages.FindAll(pdf, -1)) }

// Text returns the texts of a document, one a line, in the order in which they were drawn.
// Narrow and fixed spaces come back as plain ones.
func Text(pdf []byte) (string, error) {
	var out strings.Builder
	for _, at := range streams.FindAllIndex(pdf, -1) {
		r, err := zlib.NewReader(bytes.NewReader(pdf[at[1]:]))
		if err != nil {
			continue // a font or an image, not a page
		}
		content, err := io.ReadAll(r)
		if err != nil {
			return "", fmt.Errorf("doctest: %w", err)
		}
		for _, m := range shown.FindAllSubmatch(content, -1) {
			out.WriteString(decode(m[1]))
			out.WriteByte('\n')
		}
	}
	return strings.ReplaceAll(out.String(), "\u00a0", " "), nil
}

// decode undoes the escapes of a PDF string of UTF-16.
func decode(b []byte) string {
	var raw []byte
	for i := 0; i < len(b); i++ {
		if b[i] == '\\' && i+1 < len(b) {
			i++
			switch b[i] {
			case 'r':
				raw = append(raw, '\r')
			case 'n':
				raw = append(raw, '\n')
			default:
				raw = append(raw, b[i])
			}
			continue
		}
		raw = append(raw, b[i])
	}
	units := make([]uint16, len(raw)/2)
	for i := range units {
		units[i] = uint16(raw[2*i])<<8 | uint16(raw[2*i+1])
	}
	return string(utf16.Decode(units))
}
