package doc

import (
	"bytes"
	"strconv"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// Picture draws a PNG or JPEG picture at the present place, no wider and no higher than so many millimetres, and goes
// below it. It returns an error for what is no picture.
func (d *Document) Picture(data []byte, mediaType string, width, height float64) error {
	d.begin()
	d.under()
	d.images++
	name := "picture" + strconv.Itoa(d.images)
	options := fpdf.ImageOptions{ImageType: strings.ToUpper(strings.TrimPrefix(mediaType, "image/"))}
	info := d.pdf.RegisterImageOptionsReader(name, options, bytes.NewReader(data))
	if err := d.pdf.Error(); err != nil {
		return err
	}
	scale := min(width/info.Width(), height/info.Height())
	wide, high := info.Width()*scale, info.Height()*scale
	if d.left() < high {
		d.pdf.AddPage()
	}
	y := d.pdf.GetY()
	d.pdf.ImageOptions(name, margin, y, wide, high, false, options, 0, "")
	d.pdf.SetXY(margin, y+high)
	d.Space(1)
	return d.pdf.Error()
}
