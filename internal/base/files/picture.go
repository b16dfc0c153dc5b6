package files

import (
	"bytes"
	"encoding/binary"
	"errors"
	"image"
	"image/color"
	_ "image/gif"
	"image/jpeg"
	"image/png"
	"io"

	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp"

	"preau/internal/base/errs"
)

// The bounds of pictures.
const (
	// MaxPicture is the most that a person may hand in, in bytes.
	MaxPicture = 10 << 20
	maxPixels  = 60_000_000 // of the picture handed in: more would fill the memory
	photoSide  = 1600       // of the picture kept
	sheetSide  = 2400       // of a paper, which must stay readable
	drawnSide  = 900        // of a signature
)

// Picture is a picture drawn again, ready to be kept.
type Picture struct {
	Type string // media type
	Data []byte
	Wide int // pixels
	High int
}

// Photo reads a JPEG, PNG, GIF or WebP picture of at most MaxPicture bytes and returns it upright, as a JPEG of at most
// 1600 pixels a side without anything that the camera wrote beside it. It returns Invalid for what is no picture, TooLarge for one that is too big.
func Photo(r io.Reader) (Picture, error) { return redraw(r, photoSide, 80) }

// Sheet is Photo for a paper: larger, so that it stays readable.
func Sheet(r io.Reader) (Picture, error) { return redraw(r, sheetSide, 75) }

// Signature reads a drawing and returns it as a PNG, black on white, of at most 900 pixels a side. It returns Invalid when nothing is drawn.
func Signature(r io.Reader) (Picture, error) {
	drawn, _, err := decode(r)
	if err != nil {
		return Picture{}, err
	}
	flat := flatten(drawn, drawnSide)
	grey := image.NewGray(flat.Bounds())
	draw.Draw(grey, grey.Bounds(), flat, flat.Bounds().Min, draw.Src)
	if blank(grey) {
		return Picture{}, errs.NewInvalid("files.signature.empty")
	}
	var b bytes.Buffer
	if err := png.Encode(&b, grey); err != nil {
		return Picture{}, err
	}
	return Picture{Type: "image/png", Data: b.Bytes(), Wide: grey.Rect.Dx(), High: grey.Rect.Dy()}, nil
}

// inked is how many dark points a signature has at least: a slip of the finger is none.
const inked = 60

func blank(g *image.Gray) bool {
	dark := 0
	for _, v := range g.Pix {
		if v < 128 {
			dark++
		}
	}
	return dark < inked
}

func redraw(r io.Reader, side, quality int) (Picture, error) {
	picture, turn, err := decode(r)
	if err != nil {
		return Picture{}, err
	}
	upright := turned(flatten(picture, side), turn)
	var b bytes.Buffer
	if err := jpeg.Encode(&b, upright, &jpeg.Options{Quality: quality}); err != nil {
		return Picture{}, err
	}
	return Picture{Type: "image/jpeg", Data: b.Bytes(), Wide: upright.Rect.Dx(), High: upright.Rect.Dy()}, nil
}

func decode(r io.Reader) (image.Image, int, error) {
	data, err := io.ReadAll(io.LimitReader(r, MaxPicture+1))
	if err != nil {
		return nil, 0, errs.NewInvalid("files.picture.unread").Because(err)
	}
	if len(data) > MaxPicture {
		return nil, 0, tooBig()
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return nil, 0, errs.NewInvalid("files.picture.invalid").Because(err)
	}
	if size.Width <= 0 || size.Height <= 0 || size.Width > maxPixels/size.Height {
		return nil, 0, tooBig()
	}
	picture, _, err := image.Decode(bytes.NewReader(data))
	if err != nil {
		return nil, 0, errs.NewInvalid("files.picture.invalid").Because(err)
	}
	return picture, orientation(data), nil
}

func tooBig() error {
	return errs.New(errs.TooLarge, "files.picture.too_big", "megabytes", MaxPicture>>20)
}

// flatten draws the picture on white, no side longer than so many pixels.
func flatten(p image.Image, side int) *image.RGBA {
	w, h := p.Bounds().Dx(), p.Bounds().Dy()
	if longest := max(w, h); longest > side {
		w, h = max(1, w*side/longest), max(1, h*side/longest)
	}
	flat := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(flat, flat.Bounds(), image.NewUniform(color.White), image.Point{}, draw.Src)
	draw.CatmullRom.Scale(flat, flat.Bounds(), p, p.Bounds(), draw.Over, nil)
	return flat
}

// turned applies an EXIF orientation (1 to 8) to the picture.
func turned(p *image.RGBA, orientation int) *image.RGBA {
	if orientation < 2 || orientation > 8 {
		return p
	}
	w, h := p.Rect.Dx(), p.Rect.Dy()
	size := image.Rect(0, 0, w, h)
	if orientation >= 5 {
		size = image.Rect(0, 0, h, w)
	}
	out := image.NewRGBA(size)
	for y := range h {
		for x := range w {
			tx, ty := x, y
			switch orientation {
			case 2:
				tx = w - 1 - x
			case 3:
				tx, ty = w-1-x, h-1-y
			case 4:
				ty = h - 1 - y
			case 5:
				tx, ty = y, x
			case 6:
				tx, ty = h-1-y, x
			case 7:
				tx, ty = h-1-y, w-1-x
			case 8:
				tx, ty = y, w-1-x
			}
			out.SetRGBA(tx, ty, p.RGBAAt(x, y))
		}
	}
	return out
}

var errNoOrientation = errors.New("no orientation")

// orientation returns how a camera says that a JPEG is turned (Exif 2.32, tag 0x0112), 1 when it says nothing.
func orientation(data []byte) int {
	if !bytes.HasPrefix(data, []byte{0xFF, 0xD8}) {
		return 1
	}
	for i := 2; i+4 <= len(data) && data[i] == 0xFF; {
		marker, size := data[i+1], int(binary.BigEndian.Uint16(data[i+2:]))
		if marker == 0xDA || size < 2 || i+2+size > len(data) {
			return 1
		}
		segment := data[i+4 : i+2+size]
		if marker == 0xE1 && bytes.HasPrefix(segment, []byte("Exif\x00\x00")) {
			if v, err := tagOrientation(segment[6:]); err == nil {
				return v
			}
			return 1
		}
		i += 2 + size
	}
	return 1
}

func tagOrientation(tiff []byte) (int, error) {
	if len(tiff) < 8 {
		return 0, errNoOrientation
	}
	var order binary.ByteOrder = binary.LittleEndian
	if tiff[0] == 'M' {
		order = binary.BigEndian
	}
	at := int64(order.Uint32(tiff[4:]))
	if at+2 > int64(len(tiff)) {
		return 0, errNoOrientation
	}
	entries := tiff[at+2:]
	for n := order.Uint16(tiff[at:]); n > 0 && len(entries) >= 12; n, entries = n-1, entries[12:] {
		if order.Uint16(entries) == 0x0112 {
			return int(order.Uint16(entries[8:])), nil
		}
	}
	return 0, errNoOrientation
}
