package site

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"time"

	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
)

// A room names each kind of fact that it records in three messages: fact.KIND is its name, fact.KIND.said tells
// one fact from its data, fact.KIND.day tells how many there were on a day.

// factName names a kind of fact; a kind that no room of this version records is shown as it is.
func factName(ctx context.Context, kind string) string {
	if name := i18n.T(ctx, "fact."+kind); !strings.HasPrefix(name, "⟦") {
		return name
	}
	return kind
}

// factText tells one fact in words. A fact whose data lacks what the words need, such as one that an earlier
// version recorded, is told by its name alone.
func factText(ctx context.Context, e journal.Entry) string {
	text := i18n.T(ctx, "fact."+e.Kind+".said", factArgs(ctx, e)...)
	if strings.HasPrefix(text, "⟦") || strings.Contains(text, "{") {
		return factName(ctx, e.Kind)
	}
	return text
}

// factArgs returns the data of a fact as the arguments of its message. A list of objects gives their number
// under its own name, and the sum of their amounts of money under theirs.
func factArgs(ctx context.Context, e journal.Entry) []any {
	data := map[string]any{}
	decoder := json.NewDecoder(bytes.NewReader(e.Data))
	decoder.UseNumber()
	if err := decoder.Decode(&data); err != nil {
		return nil
	}
	var args []any
	for name, value := range data {
		if list, ok := value.([]any); ok {
			for column, cents := range moneyOf(list) {
				args = append(args, column, i18n.From(ctx).Money(cents))
			}
		}
		args = append(args, name, factWord(ctx, e.Kind, data, name))
	}
	return args
}

// moneyOf adds up the members of the list's objects that are amounts of money.
func moneyOf(list []any) map[string]int64 {
	sums := map[string]int64{}
	for _, item := range list {
		object, _ := item.(map[string]any)
		for name, value := range object {
			if n, ok := value.(json.Number); ok && strings.HasSuffix(name, "_cents") {
				cents, _ := n.Int64()
				sums[name] += cents
			}
		}
	}
	return sums
}

// wordsOf are the beginnings of the messages that say a member whose values are an enumeration.
var wordsOf = map[string]string{
	"accounts.role":     "authz.role.",
	"directory.kind":    "intake.kind.",
	"directory.name":    "directory.figure.",
	"directory.reason":  "fact.directory.person.erased.reason.",
	"directory.role":    "directory.role.",
	"equip.round_state": "deliveries.round.state.",
	"plan.scenario":     "plan.scenario.",
	"readiness.scope":   "readiness.drill.scope.",
}

// factWord says one member of a fact's data.
func factWord(ctx context.Context, kind string, data map[string]any, name string) any {
	switch value := data[name].(type) {
	case nil:
		return i18n.T(ctx, "site.journal.unknown")
	case bool:
		if value {
			return i18n.T(ctx, "directory.yes")
		}
		return i18n.T(ctx, "directory.no")
	case json.Number:
		if n, err := value.Int64(); err == nil {
			return n
		}
		return value.String()
	case []any:
		return len(value)
	case string:
		return factString(ctx, kind, data, name, value)
	}
	return ""
}

func factString(ctx context.Context, kind string, data map[string]any, name, value string) string {
	if value == "" {
		return i18n.T(ctx, "site.journal.unknown")
	}
	room, _, _ := strings.Cut(kind, ".")
	if prefix, has := wordsOf[room+"."+name]; has {
		if text := i18n.T(ctx, prefix+value); !strings.HasPrefix(text, "⟦") {
			return text
		}
	}
	if figure, _ := data["name"].(string); kind == directory.FactSchoolCorrected && name == "value" {
		return directory.Figure{Name: directory.FigureName(figure), Value: value}.Say(ctx)
	}
	if day, err := time.ParseInLocation(time.DateOnly, value, i18n.Paris); err == nil {
		return i18n.From(ctx).Date(day)
	}
	return value
}

// tallyText tells how often one kind of fact happened on a day, and in how many schools unless it was one, which
// the page names, or none.
func tallyText(ctx context.Context, t journal.Tally) string {
	text := i18n.T(ctx, "fact."+t.Kind+".day", "n", t.Subjects)
	if strings.HasPrefix(text, "⟦") {
		text = factName(ctx, t.Kind)
	}
	if t.Schools < 2 {
		return text
	}
	return i18n.T(ctx, "site.dashboard.in_schools", "what", text, "n", t.Schools)
}
