package app_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// floors from the ground up: a package may import those of its own floor's rules and of the floors below.
var floors = []string{"base", "territory", "measures", "insight", "app"}

// place returns the floor's number and the room of a package of this project; number -1 is outside the house.
func place(pkg string) (floor int, room string) {
	rest, ok := strings.CutPrefix(pkg, "preau/internal/")
	if !ok {
		return -1, ""
	}
	parts := strings.SplitN(rest, "/", 3)
	for i, name := range floors {
		if parts[0] == name {
			if len(parts) > 1 {
				room = parts[1]
			}
			return i, room
		}
	}
	return len(floors), "" // beside the house: programs that measure or test it
}

// below says which rooms of the same floor a room may import: the directory is what the others of its floor stand on.
func below(floor int, from, to string) bool {
	switch floors[floor] {
	case "base", "app":
		return true
	case "territory":
		return from == to || to == "directory"
	}
	return from == to
}

func TestAnUpperFloorImportsALowerOneAndNeverTheReverse(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}} {{join .Imports " "}}`, "preau/...").Output()
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(out)) {
		names := strings.Fields(line)
		floor, room := place(names[0])
		if floor < 0 || floor >= len(floors) {
			continue
		}
		for _, imported := range names[1:] {
			other, otherRoom := place(imported)
			switch {
			case other < 0:
			case other > floor:
				t.Errorf("%s imports %s, which is above it", names[0], imported)
			case other == floor && !below(floor, room, otherRoom):
				t.Errorf("%s imports %s, a room of the same floor", names[0], imported)
			case floors[floor] == "insight" && floors[other] == "measures":
				t.Errorf("%s imports %s: insight reads facts, not measures", names[0], imported)
			}
		}
	}
}

var tableName = regexp.MustCompile(`(?i)\b(FROM|JOIN|INTO|UPDATE|TABLE)\s+([a-z_][a-z0-9_]*)`)

func TestARoomsSQLTouchesItsOwnTablesAlone(t *testing.T) {
	prefixes := map[string]bool{"base": true, "journal": true}
	rooms, _ := filepath.Glob("../*/*")
	for _, r := range rooms {
		prefixes[filepath.Base(r)] = true
	}
	eachString(t, func(file, text string) {
		parts := strings.Split(filepath.ToSlash(file), "/")
		if len(parts) < 4 || !looksLikeSQL(text) {
			return
		}
		floor, room := parts[1], parts[2]
		for _, m := range tableName.FindAllStringSubmatch(text, -1) {
			owner, _, found := strings.Cut(strings.ToLower(m[2]), "_")
			if !found || !prefixes[owner] {
				continue // a common table expression or a word of prose
			}
			reads := strings.EqualFold(m[1], "FROM") || strings.EqualFold(m[1], "JOIN")
			if owner == room || (floor == "base" && owner == "base") || (floor == "insight" && reads) {
				continue
			}
			t.Errorf("%s: %s %s is the table of another room", file, m[1], m[2])
		}
	})
}

func looksLikeSQL(text string) bool {
	for _, word := range []string{"SELECT ", "INSERT ", "UPDATE ", "DELETE ", "CREATE "} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// eachString calls f with every string literal of the project's hand-written Go files outside tests and app.
func eachString(t *testing.T, f func(file, text string)) {
	t.Helper()
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") ||
			strings.HasSuffix(path, "_templ.go") || strings.HasPrefix(filepath.ToSlash(path), "../app/") {
			return err
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			if lit, ok := n.(*ast.BasicLit); ok && lit.Kind == token.STRING {
				if text, err := strconv.Unquote(lit.Value); err == nil {
					f(path, text)
				}
			}
			return true
		})
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}
