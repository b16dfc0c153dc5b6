package agreements

import (
	"context"
	"strconv"
	"strings"
	"time"

	"preau/internal/base/i18n"
	"preau/internal/base/web/ui"
)

func stateText(ctx context.Context, s State) string {
	return i18n.T(ctx, "agreements.state."+string(s))
}

func kindText(ctx context.Context, k Kind) string { return i18n.T(ctx, "agreements.kind."+string(k)) }

func stateColour(s State) string {
	switch s {
	case Signed:
		return "green"
	case Prepared:
		return "blue"
	}
	return "grey"
}

func stateOptions(ctx context.Context) []ui.Option {
	list := []ui.Option{{Text: i18n.T(ctx, "agreements.state.all")}}
	for _, s := range States {
		list = append(list, ui.Option{Value: string(s), Text: stateText(ctx, s)})
	}
	return list
}

func listColumns(ctx context.Context) []ui.Column {
	return []ui.Column{{Label: i18n.T(ctx, "agreements.code")}, {Label: i18n.T(ctx, "agreements.pupil")}, {Label: i18n.T(ctx, "agreements.class")},
		{Label: i18n.T(ctx, "agreements.language")}, {Label: i18n.T(ctx, "agreements.due")}, {Label: i18n.T(ctx, "agreements.state")}}
}

func pupilColumns(ctx context.Context) []ui.Column {
	return []ui.Column{{Label: i18n.T(ctx, "agreements.pupil")}, {Label: i18n.T(ctx, "agreements.in")}, {Label: i18n.T(ctx, "agreements.need")}, {Label: i18n.T(ctx, "agreements.language")}}
}

func pupilText(ctx context.Context, l Line) string {
	if l.Pupil.Person == "" {
		return i18n.T(ctx, "agreements.pupil.left")
	}
	return l.Pupil.FamilyName + " " + l.Pupil.GivenName
}

func grantedText(ctx context.Context, p ClassPupil) string {
	if p.Granted {
		return i18n.T(ctx, "agreements.granted")
	}
	return ""
}

// languageText names a language in itself.
func languageText(code string) string {
	all, err := Languages()
	if err != nil || all[code] == nil {
		return code
	}
	return all[code].Name
}

func languageOptions(languages []*Text) []ui.Option {
	list := make([]ui.Option, len(languages))
	for i, t := range languages {
		list[i] = ui.Option{Value: t.Lang, Text: t.Name}
	}
	return list
}

func dayText(ctx context.Context, day string) string {
	t, err := time.ParseInLocation(time.DateOnly, day, i18n.Paris)
	if err != nil {
		return day
	}
	return i18n.From(ctx).Date(t)
}

func itemOf(items []Item, kind Kind) Item {
	for _, i := range items {
		if i.Kind == kind {
			return i
		}
	}
	return Item{}
}

func kindsOf(items []Item) []string {
	if items == nil {
		return []string{string(KindCharger), string(KindCase)}
	}
	var list []string
	for _, i := range items {
		list = append(list, string(i.Kind))
	}
	return list
}

func valueText(i Item) string {
	if i.ValueCents == 0 {
		return ""
	}
	return strings.ReplaceAll(strconv.FormatFloat(float64(i.ValueCents)/100, 'f', 2, 64), ".", ",")
}

func links(ctx context.Context, v *Seen) []ui.Link {
	return []ui.Link{{Text: i18n.T(ctx, "agreements.list"), Href: "/lend/agreements?class=" + v.Agreement.Class}, {Text: v.Agreement.Code, Href: "/lend/agreements/" + v.Agreement.ID}}
}

func summary(ctx context.Context, v *Seen) []ui.SummaryRow {
	a := v.Agreement
	row := func(key, value string) ui.SummaryRow { return ui.SummaryRow{Key: key, Value: value} }
	rows := []ui.SummaryRow{row(i18n.T(ctx, "agreements.language"), languageText(a.Language)), row(i18n.T(ctx, "agreements.start"), dayText(ctx, a.StartOn)), row(i18n.T(ctx, "agreements.due"), dayText(ctx, a.DueOn))}
	for _, item := range a.Items {
		text := item.Name
		for _, more := range []string{item.Code, item.DataPlan} {
			if more != "" {
				text += ", " + more
			}
		}
		if item.ValueCents > 0 {
			text += ", " + i18n.From(ctx).Money(item.ValueCents)
		}
		rows = append(rows, row(kindText(ctx, item.Kind), text))
	}
	for i, h := range v.Homes {
		key := i18n.T(ctx, "agreements.home.first")
		if i > 0 {
			key = i18n.T(ctx, "agreements.home.second")
		}
		rows = append(rows, row(key, strings.TrimSpace(strings.Join(h.Address, ", ")+" "+guardianNames(h))))
	}
	if a.SignedAt > 0 {
		how := i18n.T(ctx, "agreements.signed.how."+string(a.SignedHow), "when", i18n.From(ctx).DateTime(i18n.Millis(a.SignedAt)))
		rows = append(rows, row(i18n.T(ctx, "agreements.signature"), how))
	}
	return rows
}

func guardianNames(h Home) string {
	names := make([]string, len(h.Guardians))
	for i, g := range h.Guardians {
		names[i] = g.Name
	}
	if len(names) == 0 {
		return ""
	}
	return "(" + strings.Join(names, ", ") + ")"
}

func homeLabel(t *Text, i int) string {
	if i > 0 {
		return t.Labels.SecondHome
	}
	return t.Labels.Home
}

func itemText(t *Text, item Item) string {
	text := t.Kinds[item.Kind] + " : " + item.Name
	if item.Code != "" {
		text += ", " + item.Code
	}
	if item.DataPlan != "" {
		text += ", " + t.Labels.Plan + " : " + item.DataPlan
	}
	if item.ValueCents > 0 {
		text += ", " + t.Labels.Value + " : " + euros(item.ValueCents)
	}
	return text
}

// articlesOf returns the articles of an agreement, numbered and filled in.
func articlesOf(a *Agreement, t *Text) []Article {
	fill := strings.NewReplacer("{from}", dayOf(a.StartOn), "{until}", dayOf(a.DueOn))
	var list []Article
	for _, one := range t.Articles {
		if one.ID == internetArticle && !a.Connected() {
			continue
		}
		list = append(list, Article{ID: one.ID, Title: strconv.Itoa(len(list)+1) + ". " + one.Title, Text: fill.Replace(one.Text)})
	}
	return list
}

func acceptText(french, other *Text) string {
	if other == nil || other == french {
		return french.Labels.Read
	}
	return french.Labels.Read + " " + other.Labels.Read
}

// signerOptions are the guardians, those of the home first whose block it is, and somebody else.
func signerOptions(ctx context.Context, v *Seen, n int) []ui.Option {
	var list []ui.Option
	for i := range v.Homes {
		for _, g := range v.Homes[(i+n-1)%len(v.Homes)].Guardians {
			list = append(list, ui.Option{Value: g.ID, Text: g.Name})
		}
	}
	return append(list, ui.Option{Value: otherSigner, Text: i18n.T(ctx, "agreements.signer.other"), Reveal: otherName(n)})
}

// likelySigner is chosen before: the only guardian of the home, where there is one.
func likelySigner(v *Seen, n int) string {
	if n <= len(v.Homes) && len(v.Homes[n-1].Guardians) == 1 {
		return v.Homes[n-1].Guardians[0].ID
	}
	return ""
}
