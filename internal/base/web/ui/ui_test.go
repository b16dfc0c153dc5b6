package ui

import (
	"context"
	"io"
	"strings"
	"testing"

	"preau/internal/base/i18n"

	"github.com/a-h/templ"
	"golang.org/x/net/html"
)

func in(t *testing.T, lang i18n.Lang) context.Context {
	t.Helper()
	catalog, err := i18n.Load(Messages)
	if err != nil {
		t.Fatal(err)
	}
	return i18n.With(context.Background(), catalog.In(lang))
}

func render(t *testing.T, lang i18n.Lang, c templ.Component) string {
	t.Helper()
	var b strings.Builder
	if err := c.Render(in(t, lang), &b); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// all stands for several components one after the other.
func all(components ...templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		for _, c := range components {
			if err := c.Render(ctx, w); err != nil {
				return err
			}
		}
		return nil
	})
}

// within gives a component its children.
func within(c, children templ.Component) templ.Component {
	return templ.ComponentFunc(func(ctx context.Context, w io.Writer) error {
		return c.Render(templ.WithChildren(ctx, children), w)
	})
}

// elements returns every element of the markup in order.
func elements(t *testing.T, markup string) []*html.Node {
	t.Helper()
	root, err := html.Parse(strings.NewReader(markup))
	if err != nil {
		t.Fatal(err)
	}
	var out []*html.Node
	for n := range root.Descendants() {
		if n.Type == html.ElementNode {
			out = append(out, n)
		}
	}
	return out
}

func attr(n *html.Node, key string) (string, bool) {
	for _, a := range n.Attr {
		if a.Key == key {
			return a.Val, true
		}
	}
	return "", false
}

func byID(t *testing.T, markup string) map[string]*html.Node {
	t.Helper()
	ids := map[string]*html.Node{}
	for _, n := range elements(t, markup) {
		if id, ok := attr(n, "id"); ok {
			if ids[id] != nil {
				t.Errorf("the id %s stands twice in the page", id)
			}
			ids[id] = n
		}
	}
	return ids
}

func frame(lang i18n.Lang) Frame {
	return Frame{
		Title: "Écoles", Section: "schools", Lang: lang, Path: "/schools?q=a&b=é", Demo: true,
		Menu: []MenuItem{{Label: "Accueil", Href: "/", Section: "home"}, {Label: "Territoire", Href: "/schools", Section: "schools",
			Within: []MenuItem{{Label: "Écoles", Href: "/schools", Section: "schools"}, {Label: "Carte", Href: "/map", Section: "map"}}}},
		Account: &Account{Name: "Camille <b>", RoleLabel: "Pilote", CanSwitch: true},
		Flash:   &Flash{Kind: KindSuccess, Text: "Fait"},
		Assets:  func(name string) string { return "/static/" + name },
	}
}

// page holds every component with all that it can show.
func page(lang i18n.Lang) templ.Component {
	cols := []Column{{Label: "Nom", Sort: &SortHeader{Href: "?s", Direction: Ascending}}, {Label: "n", Numeric: true}, {Label: "Actions", Hidden: true}}
	text := templ.Raw("texte")
	body := all(
		ErrorSummary(mistakes), Breadcrumbs(Link{"Accueil", "/"}), Heading("Titre", "Sur-titre"), Lead("Ouverture"),
		Tabs("Pages", []Tab{{"A", "/a", true}, {"B", "/b", false}}), within(Inset(), text), within(Details("Plus"), text),
		Warning("Attention"), within(Banner("", ""), text), within(Card(), text), within(Grid(true), text), within(Toolbar(), PrintButton()),
		within(Form(FormTo{Action: "/f", Upload: true}), all(questions(), Button(Action{Text: "Envoyer"}), LinkButton(Action{Text: "Voir", Href: "/"}))),
		within(Filters(FilterTo{Action: "/", Label: "Filtrer", Reset: "/", Keep: []Hidden{{"a", "b"}}}), SearchField(Search{Label: "Chercher"})),
		SearchBox(Search{Action: "/", Name: "s", Label: "Chercher"}),
		within(Table(Head{Caption: "Écoles", Columns: cols}), within(Row(), all(within(RowHeader(), text), Num(cols[1], 1628), within(Cell(cols[2]), text)))),
		Data(DataTable{Caption: "Chiffres", Columns: cols, Rows: [][]string{{"a", "1", ""}}, Foot: []string{"Total", "1", ""}}),
		Count(Pages{Page: 2, Size: 50, Total: 1628}), Pagination(Pages{Page: 2, Size: 50, Total: 1628, Href: func(int) string { return "/p" }}),
		SummaryList(SummaryRow{Key: "a", Value: "b", Actions: []Action{{Text: "Modifier", Hidden: " a", Href: "/"}, {Text: "Retirer", Href: "/"}}}, SummaryRow{Key: "c", Body: text}),
		Stat(Figure{Figure: "3", Label: "écoles", Note: "n", Href: "/"}), Progress(ProgressOf{Label: "Import", Value: 3, Max: 4, Text: "3 sur 4"}),
		Interval(Range{Label: "Prêts", Sure: 12, Possible: 19, Total: 24, Big: true, Legend: true}),
		Chips(Condition{Label: "Équipement", State: Met}, Condition{Label: "Relation", State: NotMet}, Condition{Label: "Formation", State: Unknown}),
		Tag("Adopté", "green"), Empty(Nothing{Title: "Rien", Hint: "Essayez", Action: &Action{Text: "Tout", Href: "/"}}), within(Live("live", "/imports/1"), text),
	)
	return Layout(frame(lang), body)
}

var mistakes = Errors{
	{"name", "Donnez un nom"}, {"secret", "x"}, {"note", "x"}, {"level", "x"}, {"kind", "x"}, {"how", "x"}, {"file", "x"}, {"when", "x"},
}

func questions() templ.Component {
	field := func(name string) Field {
		return Field{Name: name, Label: name, Hint: "Aide", Error: mistakes.For(name)}
	}
	options := []Option{{Value: "a", Text: "A", Hint: "h"}, {Value: "b", Text: "B", Or: true, Reveal: templ.Raw("plus")}}
	return all(Input(field("name")), Password(field("secret")), Textarea(field("note")), Select(field("level"), options),
		Radios(field("kind"), options), Checkboxes(field("how"), options), FileUpload(field("file")), DateInput(field("when"), Date{Day: "1"}))
}

func TestPagesObeyTheContentSecurityPolicy(t *testing.T) {
	for _, lang := range i18n.Langs {
		markup := render(t, lang, page(lang))
		if strings.Contains(markup, "⟦") {
			t.Errorf("%s: a message is missing: %s", lang, markup[strings.Index(markup, "⟦"):][:60])
		}
		byID(t, markup)
		for _, n := range elements(t, markup) {
			for _, a := range n.Attr {
				if a.Key == "style" || strings.HasPrefix(a.Key, "on") {
					t.Errorf("<%s %s=%q> is an inline style or script", n.Data, a.Key, a.Val)
				}
			}
			if _, outside := attr(n, "src"); (n.Data == "script" && !outside) || n.Data == "style" {
				t.Errorf("<%s> stands inline", n.Data)
			}
		}
	}
}

func TestReferencesLeadSomewhere(t *testing.T) {
	markup := render(t, i18n.French, page(i18n.French))
	ids := byID(t, markup)
	for _, n := range elements(t, markup) {
		for _, key := range []string{"aria-describedby", "aria-labelledby", "for", "aria-controls", "data-aria-controls"} {
			value, _ := attr(n, key)
			for _, id := range strings.Fields(value) {
				if ids[id] == nil {
					t.Errorf("%s=%q of <%s> names nothing", key, id, n.Data)
				}
			}
		}
		if href, _ := attr(n, "href"); strings.HasPrefix(href, "#") && ids[href[1:]] == nil {
			t.Errorf("the link %s leads nowhere", href)
		}
	}
}

func TestErrorsLeadToAnInputThatSaysThem(t *testing.T) {
	ids := byID(t, render(t, i18n.French, all(ErrorSummary(mistakes), questions())))
	for _, e := range mistakes {
		n := ids[e.Name]
		if n == nil {
			t.Errorf("%s: no element of that id", e.Name)
			continue
		}
		if n.Data != "input" && n.Data != "select" && n.Data != "textarea" {
			t.Errorf("%s: the error leads to <%s>, which takes no focus", e.Name, n.Data)
		}
		if ids[e.Name+"-error"] == nil || ids[e.Name+"-hint"] == nil {
			t.Errorf("%s: the hint or the error has no id", e.Name)
		}
	}
}

func TestTextIsEscaped(t *testing.T) {
	const bad = `"><script>alert(1)</script>`
	f := Field{Name: "n", Label: bad, Hint: bad, Value: bad, Error: bad, Prefix: bad}
	options := []Option{{Value: bad, Text: bad, Hint: bad}}
	markup := render(t, i18n.French, all(Input(f), Textarea(f), Radios(Field{Name: "r", Label: bad}, options), Select(Field{Name: "s", Label: bad}, options),
		Heading(bad, bad), Tag(bad, ""), Chip(Condition{Label: bad, State: Met}), Data(DataTable{Caption: bad, Columns: []Column{{Label: bad}, {Label: bad}}, Rows: [][]string{{bad, bad}}})))
	if strings.Contains(markup, "<script") {
		t.Error("a text became a script")
	}
}

func TestLinksRunNoScript(t *testing.T) {
	markup := render(t, i18n.French, all(Breadcrumbs(Link{"x", "javascript:alert(1)"}), LinkButton(Action{Text: "x", Href: "javascript:alert(1)"})))
	if strings.Contains(markup, "javascript:") {
		t.Error("a link holds a script")
	}
}

func TestLayoutSaysWhereThePageStands(t *testing.T) {
	markup := render(t, i18n.French, Layout(frame(i18n.French), templ.Raw("corps")))
	for _, want := range []string{
		`lang="fr"`, `<title>Écoles – Préau</title>`, `href="#main"`, `id="main"`, `inventés`, `Camille &lt;b&gt;`,
		`href="/language/en?back=%2Fschools%3Fq%3Da%26b%3D%C3%A9"`, `action="/logout"`, `method="post"`, `href="/account/role"`, `aria-current="true"`,
		`<nav class="app-within" aria-label="Territoire">`, `<a href="/map">Carte</a>`,
	} {
		if !strings.Contains(markup, want) {
			t.Errorf("the page has no %s", want)
		}
	}
	public := frame(i18n.English)
	public.Account, public.Demo, public.Flash = nil, false, nil
	markup = render(t, i18n.English, Layout(public, templ.Raw("body")))
	if !strings.Contains(markup, `href="/login"`) || strings.Contains(markup, "/logout") || strings.Contains(markup, "invented") {
		t.Error("the public page has no log-in, a log-out or the demo's banner")
	}
}

func TestPaginationNamesTheEdgesAndTheMiddle(t *testing.T) {
	for _, c := range []struct {
		page, total int
		want        []int
	}{
		{1, 0, []int{1}},
		{1, 50, []int{1}},
		{1, 250, []int{1, 2, 0, 5}},
		{3, 250, []int{1, 2, 3, 4, 5}},
		{4, 1628, []int{1, 2, 3, 4, 5, 0, 33}},
		{6, 1628, []int{1, 0, 5, 6, 7, 0, 33}},
		{30, 1628, []int{1, 0, 29, 30, 31, 32, 33}},
		{33, 1628, []int{1, 0, 32, 33}},
	} {
		got := Pages{Page: c.page, Size: 50, Total: c.total}.window()
		if len(got) != len(c.want) {
			t.Errorf("page %d of %d: %v, not %v", c.page, c.total, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("page %d of %d: %v, not %v", c.page, c.total, got, c.want)
				break
			}
		}
	}
}

func TestIntervalSaysItsBoundsInWords(t *testing.T) {
	for _, c := range []struct {
		sure, possible, total int64
		french, english       string
	}{
		{12, 19, 24, "entre 12 et 19 élèves sur 24", "between 12 and 19 pupils out of 24"},
		{19, 19, 24, "19 élèves sur 24", "19 pupils out of 24"},
		{0, 1, 24, "entre 0 et 1 élève sur 24", "between 0 and 1 pupil out of 24"},
		{0, 0, 24, "0 élève sur 24", "0 pupils out of 24"},
		{0, 0, 0, "aucun élève connu", "no pupils known"},
	} {
		if got := IntervalText(in(t, i18n.French), c.sure, c.possible, c.total); got != c.french {
			t.Errorf("%q, not %q", got, c.french)
		}
		if got := IntervalText(in(t, i18n.English), c.sure, c.possible, c.total); got != c.english {
			t.Errorf("%q, not %q", got, c.english)
		}
	}
}

func TestIntervalNeverDrawsBeyondItsBar(t *testing.T) {
	markup := render(t, i18n.French, Interval(Range{Sure: -3, Possible: 40, Total: 24, Text: "x"}))
	if !strings.Contains(markup, `width="0.00%"`) || !strings.Contains(markup, `width="100.00%"`) {
		t.Error(markup)
	}
}
