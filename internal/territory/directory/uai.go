package directory

import (
	"strings"
)

// UAI is the number of a school in the national register (formerly RNE): seven digits and a check letter.
type UAI string

// checkLetters gives the check letter: the one at position number mod 23. I, O and Q are not used.
const checkLetters = "ABCDEFGHJKLMNPRSTUVWXYZ"

// ParseUAI returns the UAI written in the text, without spaces around and in capitals. It returns false when
// the text is not seven digits followed by their check letter.
func ParseUAI(text string) (UAI, bool) {
	text = strings.ToUpper(strings.TrimSpace(text))
	if len(text) != 8 {
		return "", false
	}
	number := 0
	for i := range 7 {
		if text[i] < '0' || text[i] > '9' {
			return "", false
		}
		number = number*10 + int(text[i]-'0')
	}
	if text[7] != checkLetters[number%len(checkLetters)] {
		return "", false
	}
	return UAI(text), true
}

// MakeUAI returns the UAI of a number of at most seven digits, with its check letter.
func MakeUAI(number int) UAI {
	var text [8]byte
	rest := number
	for i := 6; i >= 0; i-- {
		text[i] = byte('0' + rest%10)
		rest /= 10
	}
	text[7] = checkLetters[number%len(checkLetters)]
	return UAI(text[:])
}

// Territory returns the territory of the school by the first three digits of its number; the two of Corsica
// are numbered 620 and 720 there. An address may lie elsewhere, so a département that the source gives wins.
func (u UAI) Territory() string {
	if len(u) < 3 {
		return ""
	}
	switch prefix := string(u[:3]); prefix {
	case "620":
		return "2A"
	case "720":
		return "2B"
	default:
		return TerritoryOf(prefix)
	}
}

// TerritoryOf returns the territory's code for a département as the sources write it, with or without
// leading zeros: "002" → "02", "2" → "02", "02A" → "2A", "974" → "974". Anything else gives "".
func TerritoryOf(departement string) string {
	code := strings.TrimLeft(strings.ToUpper(strings.TrimSpace(departement)), "0")
	switch len(code) {
	case 1:
		code = "0" + code
	case 2, 3:
	default:
		return ""
	}
	if code == "2A" || code == "2B" {
		return code
	}
	for i := range len(code) {
		if code[i] < '0' || code[i] > '9' {
			return ""
		}
	}
	if len(code) == 3 && (code[0] != '9' || code[1] < '7') {
		return ""
	}
	return code
}
