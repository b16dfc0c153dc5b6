package app_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"preau/internal/base/i18n"
)

// catalog loads every messages.yaml of the house.
func catalog(t *testing.T) *i18n.Catalog {
	t.Helper()
	var rooms []fs.FS
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err == nil && entry.Name() == "messages.yaml" {
			rooms = append(rooms, os.DirFS(filepath.Dir(path)))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	c, err := i18n.Load(rooms...)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// asked finds the literals given to the functions that take a key.
var asked = regexp.MustCompile(`(?:\bT\(\s*ctx,\s*|\.T\(|\bNew(?:Invalid|NotFound|Conflict|Forbidden)\(|errs\.New\([a-zA-Z.]+,\s*|\bKey:\s*|RedirectWith\([^"]*(?:"[^"]*")?[^",]*,\s*|Wrong\([^,]+,\s*)"([^"]+)"`)

func TestEveryMessageThatIsAskedForExistsInBothLanguages(t *testing.T) {
	c := catalog(t)
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, "_test.go") || strings.HasSuffix(path, "_templ.go") ||
			(!strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".templ")) {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		for _, m := range asked.FindAllStringSubmatch(string(text), -1) {
			if key := m[1]; strings.Contains(key, ".") && !strings.HasSuffix(key, ".") && !strings.HasPrefix(key, "/") && !c.Has(key) {
				t.Errorf("%s asks for %s, which messages.yaml does not have", path, key)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestEveryMessageIsAskedForSomewhere(t *testing.T) {
	var all strings.Builder
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(path, "_templ.go") || (!strings.HasSuffix(path, ".go") && !strings.HasSuffix(path, ".templ")) {
			return err
		}
		text, err := os.ReadFile(path)
		all.Write(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	source := all.String()
	for _, key := range catalog(t).Keys() {
		if strings.Contains(source, `"`+key+`"`) {
			continue
		}
		built := false // a key may be a fixed beginning and a value: "room.state." + state
		for i := range key {
			if key[i] == '.' && strings.Contains(source, `"`+key[:i+1]+`"`) {
				built = true
			}
		}
		if !built {
			t.Errorf("nobody says %s", key)
		}
	}
}
