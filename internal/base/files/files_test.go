package files_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
	"preau/internal/base/files"
)

func inside() context.Context { return db.Everywhere(authz.System(context.Background())) }

// halves is red above and blue below.
func halves(w, h int) image.Image {
	p := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			p.Set(x, y, color.RGBA{R: uint8(255 * (1 - 2*y/h)), B: uint8(255 * (2 * y / h)), A: 255})
		}
	}
	return p
}

// camera is a JPEG as a telephone writes it: with an orientation, and the place where it was taken.
func camera(t *testing.T, w, h int, orientation uint16) []byte {
	t.Helper()
	var plain bytes.Buffer
	if err := jpeg.Encode(&plain, halves(w, h), nil); err != nil {
		t.Fatal(err)
	}
	var tiff bytes.Buffer
	tiff.WriteString("II*\x00\x08\x00\x00\x00\x01\x00")
	for _, v := range []any{uint16(0x0112), uint16(3), uint32(1), orientation, uint16(0), uint32(0)} {
		_ = binary.Write(&tiff, binary.LittleEndian, v)
	}
	tiff.WriteString("GPSLatitude 49.5641")
	segment := append([]byte("Exif\x00\x00"), tiff.Bytes()...)
	out := append([]byte{0xFF, 0xD8, 0xFF, 0xE1}, byte((len(segment)+2)>>8), byte(len(segment)+2))
	out = append(out, segment...)
	return append(out, plain.Bytes()[2:]...)
}

func TestAPhotoIsKeptUprightBoundedAndWithoutThePlaceWhereItWasTaken(t *testing.T) {
	for orientation, top := range map[uint16]string{1: "red", 3: "blue", 6: "", 8: ""} {
		p, err := files.Photo(bytes.NewReader(camera(t, 2000, 1000, orientation)))
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Contains(p.Data, []byte("Exif")) || bytes.Contains(p.Data, []byte("GPS")) {
			t.Errorf("orientation %d: the place is still in it", orientation)
		}
		wide, high := 1600, 800
		if top == "" {
			wide, high = 800, 1600
		}
		got, err := jpeg.Decode(bytes.NewReader(p.Data))
		if err != nil || got.Bounds().Dx() != wide || got.Bounds().Dy() != high || p.Wide != wide || p.High != high {
			t.Fatalf("orientation %d: %v, %v", orientation, got.Bounds(), err)
		}
		r, _, b, _ := got.At(wide/2, 10).RGBA()
		if (top == "red" && r < b) || (top == "blue" && b < r) {
			t.Errorf("orientation %d: red %d, blue %d at the top", orientation, r, b)
		}
		left, _, _, _ := got.At(10, high/2).RGBA()
		right, _, _, _ := got.At(wide-10, high/2).RGBA()
		if (orientation == 6 && left > right) || (orientation == 8 && left < right) {
			t.Errorf("orientation %d: red %d at the left, %d at the right", orientation, left, right)
		}
	}
}

func TestWhatIsNoPictureOrTooBigIsRefusedWithItsReason(t *testing.T) {
	huge := []byte("GIF89a\x60\xea\x60\xea\x00\x00\x00,") // 60,000 by 60,000, in fourteen bytes
	for name, c := range map[string]struct {
		data []byte
		kind errs.Kind
	}{
		"nothing":          {nil, errs.Invalid},
		"a text":           {[]byte("ceci n'est pas une image"), errs.Invalid},
		"a PDF":            {[]byte("%PDF-1.7\n"), errs.Invalid},
		"half a picture":   {camera(t, 400, 400, 1)[:3000], errs.Invalid},
		"too many bytes":   {append(camera(t, 10, 10, 1), make([]byte, files.MaxPicture)...), errs.TooLarge},
		"too many pixels":  {huge, errs.TooLarge},
		"an odd EXIF only": {[]byte{0xFF, 0xD8, 0xFF, 0xE1, 0, 9, 'E', 'x', 'i', 'f', 0, 0, 0}, errs.Invalid},
	} {
		if _, err := files.Photo(bytes.NewReader(c.data)); !errs.Is(err, c.kind) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestAnEmptySignatureIsNone(t *testing.T) {
	page := image.NewRGBA(image.Rect(0, 0, 600, 200))
	encode := func() *bytes.Buffer {
		var b bytes.Buffer
		_ = png.Encode(&b, page)
		return &b
	}
	if _, err := files.Signature(encode()); !errs.Is(err, errs.Invalid) {
		t.Errorf("nothing drawn: %v", err)
	}
	for x := 50; x < 400; x++ {
		page.Set(x, 100+x%7, color.Black)
	}
	p, err := files.Signature(encode())
	if err != nil || p.Type != "image/png" || p.Wide != 600 {
		t.Errorf("%+v, %v", p.Type, err)
	}
}

func TestAFileIsReadBackByItsRoomAloneAndAnAlteredOneIsFound(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := inside()
		f := files.File{Territory: "02", Room: "lend", Kind: files.KindDocument, Name: "convention.pdf", Type: "application/pdf", Data: []byte("%PDF \x00\xff é")}
		if err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return files.Store(ctx, tx, &f) }); err != nil {
			t.Fatal(err)
		}
		load := func(territory, room string) (got files.File, err error) {
			err = d.View(ctx, func(ctx context.Context, tx *db.Tx) error {
				got, err = files.Load(ctx, tx, territory, room, f.ID)
				return err
			})
			return got, err
		}
		if got, err := load("02", "lend"); err != nil || !bytes.Equal(got.Data, f.Data) || got.SHA256 != f.SHA256 || got.Size != int64(len(f.Data)) {
			t.Errorf("%+v, %v", got, err)
		}
		for _, wrong := range [][2]string{{"95", "lend"}, {"02", "equip"}} {
			if _, err := load(wrong[0], wrong[1]); !errs.Is(err, errs.NotFound) {
				t.Errorf("%v: %v", wrong, err)
			}
		}
		if err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE files_file SET data = ? WHERE id = ?", []byte("another"), f.ID)
			return err
		}); err != nil {
			t.Fatal(err)
		}
		if _, err := load("02", "lend"); err == nil || !strings.Contains(err.Error(), "altered") {
			t.Errorf("an altered file is read: %v", err)
		}
	}, files.Migrations)
}
