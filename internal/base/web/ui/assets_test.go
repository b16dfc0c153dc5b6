package ui

import (
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"testing"

	"preau/internal/base/i18n"
)

// The first view of a page weighs at most 120 KB, of which a page's own HTML may take 40.
const sharedBudget = 80_000

func TestAssetsStayLight(t *testing.T) {
	const built = "../static"
	text, err := os.ReadFile(filepath.Join(built, "manifest.json"))
	if err != nil {
		t.Fatalf("the assets are not built (npm ci && npm run build in assets): %v", err)
	}
	var manifest map[string]string
	if err := json.Unmarshal(text, &manifest); err != nil {
		t.Fatal(err)
	}
	sent := int64(0)
	for _, name := range []string{"app.css", "app.js", "atkinson.woff2", "favicon.svg", "mark.svg", "yard.svg"} {
		path := filepath.Join(built, manifest[name])
		if filepath.Ext(name) != ".woff2" {
			path += ".gz"
		}
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		sent += info.Size()
	}
	if sent > sharedBudget {
		t.Errorf("style, script, font and pictures weigh %d bytes over the wire, more than %d", sent, sharedBudget)
	}
}

func TestLayoutIsLight(t *testing.T) {
	if n := len(render(t, i18n.French, Layout(frame(i18n.French), Heading("x", "")))); n > 8000 {
		t.Errorf("the frame of a page takes %d bytes before compression", n)
	}
}

// Text needs 4.5:1 (WCAG 1.4.3), shapes and the borders of controls 3:1 (WCAG 1.4.11).
func TestThemeKeepsItsContrast(t *testing.T) {
	text, err := os.ReadFile("../../../../assets/theme.scss")
	if err != nil {
		t.Fatal(err)
	}
	colours := map[string]string{}
	for _, m := range regexp.MustCompile(`(?m)^\$([\w-]+): #([0-9a-f]{6});`).FindAllStringSubmatch(string(text), -1) {
		colours[m[1]] = m[2]
	}
	for _, c := range []struct {
		front string
		on    []string
		least float64
	}{
		{"ink", []string{"paper", "sheet", "shade", "sun", "slate-pale", "leaf-pale", "brick-pale", "ochre-pale"}, 4.5},
		{"ink-soft", []string{"paper", "sheet", "shade"}, 4.5},
		{"slate", []string{"paper", "sheet", "shade", "slate-pale"}, 4.5},
		{"plum", []string{"paper", "sheet", "shade"}, 4.5},
		{"brick", []string{"paper", "sheet", "brick-pale"}, 4.5},
		{"leaf", []string{"paper", "leaf-pale"}, 4.5},
		{"paper", []string{"slate", "slate-deep", "brick", "leaf"}, 4.5},
		{"ochre", []string{"paper", "sheet", "shade"}, 3},
	} {
		for _, ground := range c.on {
			if got := contrast(colours[c.front], colours[ground]); !(got >= c.least) {
				t.Errorf("$%s on $%s: %.2f, less than %.1f", c.front, ground, got, c.least)
			}
		}
	}
}

func contrast(a, b string) float64 {
	x, y := luminance(a), luminance(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

func luminance(hex string) float64 {
	n, err := strconv.ParseUint(hex, 16, 32)
	if err != nil {
		return math.NaN()
	}
	linear := func(shift uint) float64 {
		c := float64(n>>shift&255) / 255
		if c <= 0.04045 {
			return c / 12.92
		}
		return math.Pow((c+0.055)/1.055, 2.4)
	}
	return 0.2126*linear(16) + 0.7152*linear(8) + 0.0722*linear(0)
}
