package db

import (
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"preau/internal/base/errs"
)

var reboundTexts sync.Map // query → text with $n

func rebound(query string) string {
	if text, ok := reboundTexts.Load(query); ok {
		return text.(string)
	}
	text := Rebind(query)
	reboundTexts.Store(query, text)
	return text
}

// Rebind returns the query with its `?` placeholders as PostgreSQL's $1, $2, …; a question mark inside a
// string, a quoted identifier, a comment or a dollar-quoted body stays.
func Rebind(query string) string {
	if !strings.Contains(query, "?") {
		return query
	}
	var b strings.Builder
	b.Grow(len(query) + 16)
	n := 0
	for i := 0; i < len(query); {
		if end := skip(query, i); end > i {
			b.WriteString(query[i:end])
			i = end
			continue
		}
		if query[i] == '?' {
			n++
			b.WriteByte('$')
			b.WriteString(strconv.Itoa(n))
		} else {
			b.WriteByte(query[i])
		}
		i++
	}
	return b.String()
}

// skip returns the end of the literal or comment that starts at i, or i when none starts there.
func skip(q string, i int) int {
	switch {
	case q[i] == '\'' || q[i] == '"':
		return skipQuoted(q, i)
	case strings.HasPrefix(q[i:], "--"):
		if end := strings.IndexByte(q[i:], '\n'); end >= 0 {
			return i + end + 1
		}
		return len(q)
	case strings.HasPrefix(q[i:], "/*"):
		return skipComment(q, i)
	case q[i] == '$':
		return skipDollar(q, i)
	}
	return i
}

func skipQuoted(q string, i int) int {
	for j := i + 1; j < len(q); j++ {
		if q[j] != q[i] {
			continue
		}
		if j+1 < len(q) && q[j+1] == q[i] {
			j++
			continue
		}
		return j + 1
	}
	return len(q)
}

// skipComment skips a block comment; PostgreSQL's nest.
func skipComment(q string, i int) int {
	depth := 0
	for j := i; j < len(q); j++ {
		switch {
		case strings.HasPrefix(q[j:], "/*"):
			depth++
			j++
		case strings.HasPrefix(q[j:], "*/"):
			depth--
			j++
			if depth == 0 {
				return j + 1
			}
		}
	}
	return len(q)
}

func skipDollar(q string, i int) int {
	end := i + 1
	for end < len(q) && (q[end] == '_' || unicode.IsLetter(rune(q[end])) || unicode.IsDigit(rune(q[end]))) {
		end++
	}
	if end >= len(q) || q[end] != '$' || (end > i+1 && unicode.IsDigit(rune(q[i+1]))) {
		return i
	}
	tag := q[i : end+1]
	if close := strings.Index(q[end+1:], tag); close >= 0 {
		return end + 1 + close + len(tag)
	}
	return len(q)
}

// Marks returns n placeholders: "?, ?, ?".
func Marks(n int) string {
	if n <= 0 {
		return ""
	}
	return strings.Repeat("?, ", n-1) + "?"
}

// Strings returns the values as arguments.
func Strings(values []string) []any {
	args := make([]any, len(values))
	for i, v := range values {
		args[i] = v
	}
	return args
}

// Fold returns the text as search and sorting compare it: lower case, without accents, ligatures opened
// (œ → oe), everything but letters and digits turned into single spaces.
func Fold(s string) string {
	out := make([]byte, 0, len(s))
	space := false
	put := func(r rune) {
		switch {
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			if space && len(out) > 0 {
				out = append(out, ' ')
			}
			space = false
			out = append(out, byte(r))
		case r >= 'A' && r <= 'Z':
			if space && len(out) > 0 {
				out = append(out, ' ')
			}
			space = false
			out = append(out, byte(r+'a'-'A'))
		default:
			space = true
		}
	}
	for _, r := range s {
		if r < 0x80 {
			put(r)
			continue
		}
		foldRune(r, put, func(other rune) {
			if space && len(out) > 0 {
				out = append(out, ' ')
			}
			space = false
			out = append(out, string(other)...)
		})
	}
	return string(out)
}

// foldRune puts the plain letters of r; keep takes a letter of another script as it is.
func foldRune(r rune, put, keep func(rune)) {
	switch r {
	case 'œ', 'Œ':
		put('o')
		put('e')
		return
	case 'æ', 'Æ':
		put('a')
		put('e')
		return
	case 'ß':
		put('s')
		put('s')
		return
	case 'ø', 'Ø':
		put('o')
		return
	case 'ł', 'Ł':
		put('l')
		return
	}
	for _, d := range norm.NFKD.String(string(r)) {
		switch {
		case unicode.Is(unicode.Mn, d):
		case d < 0x80:
			put(d)
		case unicode.IsLetter(d) || unicode.IsDigit(d):
			keep(unicode.ToLower(d))
		default:
			put(' ')
		}
	}
}

// readable returns Invalid for a text that is not UTF-8 or holds a null, wherever it came in: PostgreSQL would fail
// on it, and SQLite would keep it.
func readable(args []any) error {
	for _, a := range args {
		text := ""
		switch v := a.(type) {
		case string:
			text = v
		case *string:
			if v != nil {
				text = *v
			}
		}
		if !utf8.ValidString(text) || strings.IndexByte(text, 0) >= 0 {
			return errs.NewInvalid("errs.text")
		}
	}
	return nil
}
