package doctest

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strconv"
	"testing"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
)

// Pictures returns the pages of a document as a printer would draw them, at so many dots an inch. It fails the test
// when pdftoppm is missing (Debian: poppler-utils).
func Pictures(t testing.TB, pdf []byte, dpi int) []image.Image {
	t.Helper()
	dir := t.TempDir()
	cmd := exec.Command("pdftoppm", "-png", "-gray", "-r", strconv.Itoa(dpi), "-", filepath.Join(dir, "page"))
	cmd.Stdin = bytes.NewReader(pdf)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("pdftoppm is needed (Debian: apt-get install poppler-utils): %v: %s", err, out)
	}
	names, _ := filepath.Glob(filepath.Join(dir, "page*.png"))
	sort.Strings(names)
	pages := make([]image.Image, len(names))
	for i, name := range names {
		data, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if pages[i], err = png.Decode(bytes.NewReader(data)); err != nil {
			t.Fatal(err)
		}
	}
	return pages
}

// QR returns what the QR code in a part of a page says; the part is given in millimetres. Like a hand that holds a
// phone it looks several times, each time a little more askew: a code that no look reads is an error.
func QR(page image.Image, dpi int, x, y, width, height float64) (read string, err error) {
	for _, degrees := range []float64{0, 6, 14, -9} {
		if read, err = look(page, dpi, x, y, width, height, degrees); err == nil {
			return read, nil
		}
	}
	return "", err
}

func look(page image.Image, dpi int, x, y, width, height, degrees float64) (string, error) {
	dot := float64(dpi) / 25.4
	wide, high := width*dot, height*dot
	sin, cos := math.Sincos(degrees * math.Pi / 180)
	seen := image.NewGray(image.Rect(0, 0, int(wide*cos+high*math.Abs(sin)), int(high*cos+wide*math.Abs(sin))))
	for py := range seen.Rect.Dy() {
		for px := range seen.Rect.Dx() {
			fromX, fromY := float64(px)-float64(seen.Rect.Dx())/2, float64(py)-float64(seen.Rect.Dy())/2
			sx, sy := fromX*cos-fromY*sin+wide/2, fromX*sin+fromY*cos+high/2
			seen.SetGray(px, py, color.Gray{255})
			if sx >= 0 && sy >= 0 && sx < wide && sy < high {
				seen.Set(px, py, page.At(int(x*dot+sx), int(y*dot+sy)))
			}
		}
	}
	bitmap, err := gozxing.NewBinaryBitmapFromImage(seen)
	if err != nil {
		return "", fmt.Errorf("doctest: %w", err)
	}
	read, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
	if err != nil {
		return "", fmt.Errorf("doctest: %w", err)
	}
	return read.GetText(), nil
}
