package assets

import (
	"context"
	"slices"

	"preau/internal/base/i18n"
	"preau/internal/base/web/ui"
)

func stateText(ctx context.Context, s State) string { return i18n.T(ctx, "assets.is."+string(s)) }

func troubleText(ctx context.Context, t Trouble) string {
	if t == "" {
		return i18n.T(ctx, "assets.trouble.fine")
	}
	return i18n.T(ctx, "assets.trouble."+string(t))
}

func kindText(ctx context.Context, kind string) string { return i18n.T(ctx, "assets.kind."+kind) }

func fieldText(ctx context.Context, field string) string {
	return i18n.T(ctx, "assets.field."+field)
}

// stateColour is that of the tag of an asset.
func stateColour(a *Asset) string {
	switch {
	case a.Trouble != "":
		return "red"
	case a.State == Usable:
		return "green"
	case a.State == Installed, a.State == Delivered:
		return "yellow"
	}
	return "grey"
}

// tagText is the state of an asset, or what is wrong with it.
func tagText(ctx context.Context, a *Asset) string {
	if a.Trouble != "" && a.State != Retired {
		return troubleText(ctx, a.Trouble)
	}
	return stateText(ctx, a.State)
}

func all(ctx context.Context) ui.Option {
	return ui.Option{Text: i18n.T(ctx, "assets.filter.all")}
}

func stateOptions(ctx context.Context) []ui.Option {
	list := []ui.Option{{Text: i18n.T(ctx, "assets.filter.inventory")}}
	for _, s := range States {
		list = append(list, ui.Option{Value: string(s), Text: stateText(ctx, s)})
	}
	return append(list, ui.Option{Value: anyOf, Text: i18n.T(ctx, "assets.filter.retired_too")})
}

func troubleOptions(ctx context.Context) []ui.Option {
	list := []ui.Option{all(ctx), {Value: none, Text: i18n.T(ctx, "assets.trouble.fine")}, {Value: anyOf, Text: i18n.T(ctx, "assets.trouble.any")}}
	for _, t := range Troubles {
		list = append(list, ui.Option{Value: string(t), Text: troubleText(ctx, t)})
	}
	return list
}

func kindOptions(ctx context.Context) []ui.Option {
	list := []ui.Option{all(ctx)}
	for _, k := range Kinds {
		list = append(list, ui.Option{Value: k, Text: kindText(ctx, k)})
	}
	return list
}

func lentOptions(ctx context.Context) []ui.Option {
	return []ui.Option{all(ctx), {Value: anyOf, Text: i18n.T(ctx, "assets.lent.yes")}, {Value: none, Text: i18n.T(ctx, "assets.lent.no")}}
}

// optionsOf lists names by their values, after an option that chooses all.
func optionsOf(all string, names map[string]string) []ui.Option {
	values := make([]string, 0, len(names))
	for value := range names {
		values = append(values, value)
	}
	slices.SortFunc(values, func(a, b string) int {
		if names[a] < names[b] {
			return -1
		}
		return 1
	})
	list := []ui.Option{{Text: all}}
	for _, value := range values {
		list = append(list, ui.Option{Value: value, Text: names[value]})
	}
	return list
}

// eventText tells one event of an asset's history.
func eventText(ctx context.Context, e Event) string {
	switch e.Kind {
	case FactTroubled:
		return troubleText(ctx, Trouble(e.After))
	case FactHanded:
		return i18n.T(ctx, "assets.event.reassigned", "field", fieldText(ctx, e.Field), "before", e.Before, "after", e.After)
	case FactMoved:
		return i18n.T(ctx, "assets.event.moved", "before", e.Before, "after", e.After)
	case FactNamed:
		return i18n.T(ctx, "assets.event.named", "after", e.After)
	case FactSwapped:
		return i18n.T(ctx, "assets.event.swapped", "before", e.Before, "after", e.After)
	case FactCorrected:
		return i18n.T(ctx, "assets.event.corrected", "before", stateText(ctx, State(e.Before)), "after", stateText(ctx, State(e.After)))
	}
	return i18n.T(ctx, "fact."+e.Kind)
}

// reasonText says why something changed: a document's reference, or words of this room.
func reasonText(ctx context.Context, reason string) string {
	if reason == reasonPart {
		return i18n.T(ctx, "assets.reason.part")
	}
	return reason
}
