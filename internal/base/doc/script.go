package doc

import (
	_ "embed"
	"slices"
	"strings"
	"unicode"
)

//go:embed fonts/world.ttf
var world []byte

//go:embed fonts/world-bold.ttf
var worldBold []byte

const worldFamily = "dejavu"

// Languages that the house's own font cannot write: those in Cyrillic and Arabic letters.
var otherLetters = []string{"ar", "bg", "ru", "uk"}

// RightToLeft tells whether the language is written from right to left.
func RightToLeft(lang string) bool { return lang == "ar" }

// fontOf makes the font that can write the language the present one.
func (d *Document) fontOf(lang, style string, size float64) {
	if !slices.Contains(otherLetters, lang) {
		d.font(style, size)
		return
	}
	if !d.worldly { // a document of Latin letters alone stays without it
		d.pdf.AddUTF8FontFromBytes(worldFamily, "", world)
		d.pdf.AddUTF8FontFromBytes(worldFamily, "B", worldBold)
		d.worldly = true
	}
	d.pdf.SetFont(worldFamily, style, size*0.9) // its letters are larger
}

// lines breaks a text of a language into lines of the present font that hold in a width, as they are drawn.
func (d *Document) lines(text, lang string, width float64) []string {
	if !RightToLeft(lang) {
		return d.pdf.SplitText(clean(text), width)
	}
	var list []string
	for _, paragraph := range strings.Split(clean(text), "\n") {
		line := ""
		for _, word := range strings.Fields(paragraph) {
			longer := strings.TrimSpace(line + " " + word)
			if line != "" && d.pdf.GetStringWidth(joined(longer)) > width-2*d.pdf.GetCellMargin() {
				list = append(list, visual(joined(line)))
				longer = word
			}
			line = longer
		}
		list = append(list, visual(joined(line)))
	}
	return list
}

// visual returns a line written from right to left in the order in which it is drawn, from left to right. What is
// written from left to right within it, numbers and Latin words, keeps its order.
func visual(line string) string {
	runes := []rune(line)
	slices.Reverse(runes)
	for from := 0; from < len(runes); {
		if !leftToRight(runes[from]) {
			if m, ok := mirrored[runes[from]]; ok {
				runes[from] = m
			}
			from++
			continue
		}
		last := from
		for i := from + 1; i < len(runes) && !unicode.Is(unicode.Arabic, runes[i]); i++ {
			if leftToRight(runes[i]) {
				last = i
			}
		}
		slices.Reverse(runes[from : last+1])
		from = last + 1
	}
	return string(runes)
}

var mirrored = map[rune]rune{'(': ')', ')': '(', '[': ']', ']': '[', '«': '»', '»': '«'}

func leftToRight(r rune) bool {
	return (unicode.IsLetter(r) && !unicode.Is(unicode.Arabic, r)) || unicode.IsDigit(r) || r == '%' || r == '€'
}

// letters gives the first of the presentation forms of each Arabic letter (Unicode 15, block FE70): isolated, final
// and, for those that join on both sides, initial and medial, in this order.
var letters = map[rune]struct {
	first rune
	both  bool
}{
	'ء': {0xFE80, false}, 'آ': {0xFE81, false}, 'أ': {0xFE83, false}, 'ؤ': {0xFE85, false}, 'إ': {0xFE87, false}, 'ئ': {0xFE89, true},
	'ا': {0xFE8D, false}, 'ب': {0xFE8F, true}, 'ة': {0xFE93, false}, 'ت': {0xFE95, true}, 'ث': {0xFE99, true}, 'ج': {0xFE9D, true},
	'ح': {0xFEA1, true}, 'خ': {0xFEA5, true}, 'د': {0xFEA9, false}, 'ذ': {0xFEAB, false}, 'ر': {0xFEAD, false}, 'ز': {0xFEAF, false},
	'س': {0xFEB1, true}, 'ش': {0xFEB5, true}, 'ص': {0xFEB9, true}, 'ض': {0xFEBD, true}, 'ط': {0xFEC1, true}, 'ظ': {0xFEC5, true},
	'ع': {0xFEC9, true}, 'غ': {0xFECD, true}, 'ف': {0xFED1, true}, 'ق': {0xFED5, true}, 'ك': {0xFED9, true}, 'ل': {0xFEDD, true},
	'م': {0xFEE1, true}, 'ن': {0xFEE5, true}, 'ه': {0xFEE9, true}, 'و': {0xFEED, false}, 'ى': {0xFEEF, false}, 'ي': {0xFEF1, true},
}

// lamAlef gives the isolated form of lam and the alef after it, which are written as one sign; the final form follows.
var lamAlef = map[rune]rune{'آ': 0xFEF5, 'أ': 0xFEF7, 'إ': 0xFEF9, 'ا': 0xFEFB}

const tatweel = 'ـ'

// joined writes each Arabic letter in the form that its neighbours ask for. The order stays that of reading.
func joined(text string) string {
	in := []rune(text)
	out := make([]rune, 0, len(in))
	before := false // the letter before reaches on
	for i := 0; i < len(in); i++ {
		letter, arabic := letters[in[i]]
		if !arabic {
			out = append(out, in[i])
			before = in[i] == tatweel || (before && unicode.Is(unicode.Mn, in[i]))
			continue
		}
		if in[i] == 'ل' && i+1 < len(in) {
			if form, ok := lamAlef[in[i+1]]; ok {
				out = append(out, form+one(before))
				before = false
				i++
				continue
			}
		}
		if in[i] == 'ء' { // joins to nothing
			out, before = append(out, letter.first), false
			continue
		}
		after := letter.both && i+1 < len(in) && joins(in[i+1])
		form := letter.first + one(before)
		if after {
			form += 2
		}
		out, before = append(out, form), after
	}
	return string(out)
}

// joins tells whether a letter joins to the one before it.
func joins(r rune) bool {
	_, arabic := letters[r]
	return r == tatweel || (arabic && r != 'ء')
}

func one(yes bool) rune {
	if yes {
		return 1
	}
	return 0
}
