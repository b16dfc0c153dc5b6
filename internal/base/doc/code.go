package doc

import (
	"bytes"
	"fmt"
	"image/png"
	"strconv"

	"codeberg.org/go-pdf/fpdf"
	"github.com/boombuler/barcode"
	"github.com/boombuler/barcode/code128"
	"github.com/boombuler/barcode/qr"
)

// QR draws a QR code (error correction M) of the content at the right margin, at the present height, on a square of so many
// millimetres; the text goes on at its left from the same height. It returns an error when the content is too long.
func (d *Document) QR(content string, side float64) error {
	code, err := qr.Encode(content, qr.M, qr.Auto)
	if err != nil {
		return fmt.Errorf("doc: %w", err)
	}
	d.begin()
	d.codePage, d.codeLeft, d.codeBottom = d.pdf.PageNo(), margin+d.width()-side, d.pdf.GetY()+side
	return d.image(code, d.codeLeft, d.pdf.GetY(), side, side)
}

// Code128 draws a Code 128 symbol of the content at the present place, its content in small letters under it.
// It returns an error when the content holds a character that the symbology lacks.
func (d *Document) Code128(content string, width, height float64) error {
	code, err := code128.Encode(content)
	if err != nil {
		return fmt.Errorf("doc: %w", err)
	}
	d.begin()
	if d.left() < height+6 {
		d.pdf.AddPage()
	}
	y := d.pdf.GetY()
	if err := d.image(code, margin, y, width, height); err != nil {
		return err
	}
	d.pdf.SetXY(margin, y+height)
	d.font("", 8)
	d.pdf.CellFormat(width, 4.5, clean(content), "", 1, "C", false, 0, "")
	return nil
}

// image draws a symbol whose modules are whole pixels, so that no printer blurs them.
func (d *Document) image(code barcode.Barcode, x, y, width, height float64) error {
	var b bytes.Buffer
	if err := pixels(&b, code); err != nil {
		return err
	}
	d.images++
	name := "code" + strconv.Itoa(d.images)
	options := fpdf.ImageOptions{ImageType: "PNG"}
	d.pdf.RegisterImageOptionsReader(name, options, &b)
	d.pdf.ImageOptions(name, x, y, width, height, false, options, 0, "")
	return d.pdf.Error()
}

// pixels writes a symbol as a PNG with four pixels a module.
func pixels(to *bytes.Buffer, code barcode.Barcode) error {
	const each = 4
	size := code.Bounds()
	rows := size.Dy() * each
	if size.Dy() == 1 {
		rows = 40
	}
	scaled, err := barcode.Scale(code, size.Dx()*each, rows)
	if err != nil {
		return fmt.Errorf("doc: %w", err)
	}
	if err := png.Encode(to, scaled); err != nil {
		return fmt.Errorf("doc: %w", err)
	}
	return nil
}
