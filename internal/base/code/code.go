// Package code makes the short codes that stand on labels, delivery notes and agreements: a letter for the kind
// of thing, six characters and a check character, none of which is read for another.
package code

import (
	"hash/fnv"
	"strings"
)

// Kind is the first letter of a code: what it names.
type Kind byte

// The kinds, by their French word.
const (
	Asset     Kind = 'M' // matériel
	Delivery  Kind = 'B' // bon de livraison
	Agreement Kind = 'C' // convention
	Deed      Kind = 'T' // transfert
	Receipt   Kind = 'R' // reçu
	Sheet     Kind = 'F' // feuille d'émargement
)

// alphabet leaves out 0 and O, 1, I and L. Its length is a prime, so that the check finds each wrong character
// and each exchange of two neighbours.
const alphabet = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"

const (
	base = uint64(len(alphabet))
	// Many is how many codes of a kind a territory has.
	Many = base * base * base * base * base * base
	step = 618_970_019 // no multiple of the base: n ↦ n·step is one to one
)

// Make returns the code of the n-th thing of a kind in a territory, as XXXX-XXXX. Different n below Many give
// different codes, and neighbours do not look alike.
func Make(kind Kind, territory string, n uint64) string {
	h := fnv.New64a()
	_, _ = h.Write([]byte(territory))
	v := ((n%Many)*(step%Many) + h.Sum64()%Many) % Many
	var b [7]byte
	b[0] = byte(kind)
	for i := 6; i > 0; i-- {
		b[i] = alphabet[v%base]
		v /= base
	}
	body := string(b[:])
	return body[:4] + "-" + body[4:] + string(check(body))
}

func check(body string) byte {
	sum := uint64(0)
	for i := range len(body) {
		sum += uint64(i+1) * value(body[i])
	}
	return alphabet[sum%base]
}

func value(c byte) uint64 {
	if i := strings.IndexByte(alphabet, c); i >= 0 {
		return uint64(i)
	}
	return uint64(c) % base
}

// Parse returns the code in what was read or typed: in lower case, with spaces or without its hyphen, or as the end
// of the address that a label's QR holds. False: this is no code, or it was misread.
func Parse(read string) (kind Kind, canonical string, ok bool) {
	if i := strings.LastIndexByte(read, '/'); i >= 0 {
		read = read[i+1:]
	}
	var b strings.Builder
	for _, c := range strings.ToUpper(read) {
		switch {
		case c == '-' || c == ' ' || c == '\u00a0' || c == '\r' || c == '\n' || c == '\t':
		case c < 0x80 && strings.ContainsRune(alphabet, c):
			b.WriteRune(c)
		default:
			return 0, "", false
		}
	}
	s := b.String()
	if len(s) != 8 || check(s[:7]) != s[7] {
		return 0, "", false
	}
	return Kind(s[0]), s[:4] + "-" + s[4:], true
}
