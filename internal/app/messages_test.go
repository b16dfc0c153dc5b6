package app_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

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

func TestTheCataloguesAreReadAsTheYAMLThatTheyAre(t *testing.T) {
	c := catalog(t)
	read := 0
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.Name() != "messages.yaml" {
			return err
		}
		text, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		var entries map[string]map[i18n.Lang]any
		if err := yaml.Unmarshal(text, &entries); err != nil {
			return err
		}
		for key, byLang := range entries {
			for lang, said := range byLang {
				if forms, plural := said.(map[string]any); plural {
					said = forms["other"]
				}
				if got := c.In(lang).T(key); got != said {
					t.Errorf("%s in %s is read %q, is %q", key, lang, got, said)
				}
				read++
			}
		}
		return nil
	})
	if err != nil || read != 2*len(c.Keys()) {
		t.Errorf("%d texts of %d keys, %v", read, len(c.Keys()), err)
	}
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
