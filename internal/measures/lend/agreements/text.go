// Package agreements makes the convention between a school and a family: what is lent, until when, who does what, in the
// family's language beside French, for each of the two homes where parents live apart. It is signed on the school's
// screen or on paper, and kept as it was signed. Why the pupil borrows is nowhere in it.
package agreements

import (
	"bytes"
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
)

// Text is the agreement in one language. Between braces stand what each agreement fills in.
type Text struct {
	Lang      string          `yaml:"lang"`
	Name      string          `yaml:"name"`      // of the language, in itself
	Validated bool            `yaml:"validated"` // by a translator; the note says so where it is not
	Title     string          `yaml:"title"`
	Between   string          `yaml:"between"`
	Note      string          `yaml:"note"`
	Labels    Labels          `yaml:"labels"`
	Kinds     map[Kind]string `yaml:"kinds"`
	Articles  []Article       `yaml:"articles"`
}

// Article is one article; internet is there only where a connection is lent.
type Article struct {
	ID    string `yaml:"id"`
	Title string `yaml:"title"`
	Text  string `yaml:"text"`
}

const internetArticle = "internet"

// Labels are the words around the articles.
type Labels struct {
	School       string `yaml:"school"`
	Pupil        string `yaml:"pupil"`
	Class        string `yaml:"class"`
	Home         string `yaml:"home"`
	SecondHome   string `yaml:"second_home"`
	Guardians    string `yaml:"guardians"`
	Lent         string `yaml:"lent"`
	Number       string `yaml:"number"`
	Later        string `yaml:"later"`
	Value        string `yaml:"value"`
	Plan         string `yaml:"plan"`
	From         string `yaml:"from"`
	Until        string `yaml:"until"`
	Scale        string `yaml:"scale"`
	Age          string `yaml:"age"`
	Most         string `yaml:"most"`
	Months       string `yaml:"months"`
	Signature    string `yaml:"signature"`
	Signatures   string `yaml:"signatures"`
	Read         string `yaml:"read"`
	Name         string `yaml:"name"`
	Date         string `yaml:"date"`
	ForSchool    string `yaml:"for_school"`
	SignedScreen string `yaml:"signed_screen"`
	SignedPaper  string `yaml:"signed_paper"`
	Code         string `yaml:"code"`
}

//go:embed texts/*.yaml
var texts embed.FS

// French is the language that binds.
const French = "fr"

// Languages returns the text in every language by its code; an error is one of the files'. They are read once.
var Languages = sync.OnceValues(func() (map[string]*Text, error) {
	entries, err := texts.ReadDir("texts")
	if err != nil {
		return nil, err
	}
	all := map[string]*Text{}
	for _, entry := range entries {
		content, err := texts.ReadFile(path.Join("texts", entry.Name()))
		if err != nil {
			return nil, err
		}
		var t Text
		if err := yaml.NewDecoder(bytes.NewReader(content), yaml.DisallowUnknownField()).Decode(&t); err != nil {
			return nil, fmt.Errorf("agreements: %s: %w", entry.Name(), err)
		}
		all[t.Lang] = &t
	}
	return all, nil
})

// languageCodes lists the languages, French first, the others by their code.
func languageCodes() ([]*Text, error) {
	all, err := Languages()
	if err != nil {
		return nil, err
	}
	var list []*Text
	for _, t := range all {
		list = append(list, t)
	}
	slices.SortFunc(list, func(a, b *Text) int {
		if (a.Lang == French) != (b.Lang == French) {
			if a.Lang == French {
				return -1
			}
			return 1
		}
		return strings.Compare(a.Lang, b.Lang)
	})
	return list, nil
}
