package loans

import (
	"context"
	"net/url"
	"slices"

	"preau/internal/base/i18n"
	"preau/internal/base/web/ui"
)

// classID is the class: ID is that of the pair.
func (v handoverView) classID() string { return v.ClassLine.ID }

// describedBy names what describes an input: its hint, and its error if there is one.
func describedBy(name, wrong string) string {
	if wrong != "" {
		return name + "-hint " + name + "-error"
	}
	return name + "-hint"
}

func wrongOf(c Condition) []string {
	list := make([]string, len(c.Wrong))
	for i, w := range c.Wrong {
		list[i] = string(w)
	}
	return list
}

func checkOptions(ctx context.Context) []ui.Option {
	list := make([]ui.Option, len(Checks))
	for i, c := range Checks {
		list[i] = ui.Option{Value: string(c), Text: checkText(ctx, c)}
	}
	return list
}

// scriptWords are what the page's script says while nobody can be asked.
func scriptWords(ctx context.Context) map[string]string {
	return map[string]string{
		"scan": i18n.T(ctx, "loans.script.scan"), "slip": i18n.T(ctx, "loans.script.slip"), "device": i18n.T(ctx, "loans.script.device"),
		"done": i18n.T(ctx, "loans.script.done"), "again": i18n.T(ctx, "loans.script.again"), "queued": i18n.T(ctx, "loans.script.queued"),
		"offline": i18n.T(ctx, "loans.script.offline"), "twice": i18n.T(ctx, "loans.script.twice"), "expired": i18n.T(ctx, "loans.script.expired"),
		"settled": i18n.T(ctx, "loans.script.settled"), "camera": i18n.T(ctx, "loans.script.camera"), "stop": i18n.T(ctx, "loans.script.camera.stop"), "nocamera": i18n.T(ctx, "loans.script.camera.none"),
	}
}

func loanRows(ctx context.Context, l *Line) []ui.SummaryRow {
	rows := []ui.SummaryRow{
		{Key: i18n.T(ctx, "loans.device"), Value: l.Name + ", " + l.Code},
		{Key: i18n.T(ctx, "loans.pupil"), Value: pupilText(ctx, l.PupilName)},
		{Key: i18n.T(ctx, "loans.class"), Value: l.ClassName + ", " + l.SchoolName},
		{Key: i18n.T(ctx, "loans.handed"), Value: i18n.From(ctx).DateTime(i18n.Millis(l.HandedAt))},
		{Key: i18n.T(ctx, "loans.due"), Value: dayText(ctx, l.DueOn)},
		{Key: i18n.T(ctx, "loans.condition.out"), Value: conditionText(ctx, l.Out)},
	}
	if l.ReturnedAt != 0 {
		rows = append(rows, ui.SummaryRow{Key: i18n.T(ctx, "loans.returned_at"), Value: i18n.From(ctx).DateTime(i18n.Millis(l.ReturnedAt))},
			ui.SummaryRow{Key: i18n.T(ctx, "loans.condition.in"), Value: conditionText(ctx, l.In)},
			ui.SummaryRow{Key: i18n.T(ctx, "loans.wiped"), Value: wipedText(ctx, l.Wiped)},
			ui.SummaryRow{Key: i18n.T(ctx, "loans.receipt"), Value: l.Receipt})
	}
	return rows
}

func ownRows(ctx context.Context, l *Line) []ui.SummaryRow {
	rows := []ui.SummaryRow{
		{Key: i18n.T(ctx, "loans.pupil"), Value: l.PupilName},
		{Key: i18n.T(ctx, "loans.code"), Value: l.Code},
		{Key: i18n.T(ctx, "loans.handed"), Value: i18n.From(ctx).Date(i18n.Millis(l.HandedAt))},
	}
	if l.State == Out {
		return append(rows, ui.SummaryRow{Key: i18n.T(ctx, "loans.due"), Value: dayText(ctx, l.DueOn)})
	}
	if l.ReturnedAt != 0 {
		rows = append(rows, ui.SummaryRow{Key: i18n.T(ctx, "loans.returned_at"), Value: i18n.From(ctx).Date(i18n.Millis(l.ReturnedAt))}, ui.SummaryRow{Key: i18n.T(ctx, "loans.receipt"), Value: l.Receipt})
	}
	return rows
}

func listColumns(ctx context.Context, v listView) []ui.Column {
	return []ui.Column{
		{Label: i18n.T(ctx, "loans.device"), Sort: v.sortBy(ByCode)}, {Label: i18n.T(ctx, "loans.pupil")}, {Label: i18n.T(ctx, "loans.class")}, {Label: i18n.T(ctx, "loans.school")},
		{Label: i18n.T(ctx, "loans.state")}, {Label: i18n.T(ctx, "loans.handed"), Sort: v.sortBy(ByHanded)}, {Label: i18n.T(ctx, "loans.due"), Sort: v.sortBy(ByDue)},
	}
}

// keep are the parameters that the filters carry along.
func (v listView) keep() []ui.Hidden {
	var list []ui.Hidden
	for _, name := range []string{"territory", "school", "class", "sort", "down"} {
		if value := v.Address.Get(name); value != "" {
			list = append(list, ui.Hidden{Name: name, Value: value})
		}
	}
	return list
}

func (v listView) csv() string {
	q := url.Values{}
	for key, values := range v.Address {
		q[key] = values
	}
	q.Del("page")
	if len(q) == 0 {
		return "/lend/loans.csv"
	}
	return "/lend/loans.csv?" + q.Encode()
}

// chosen is the state that the filter shows.
func (v listView) chosen() State {
	if v.State == "" {
		return "all"
	}
	return v.State
}

func searchLabel(ctx context.Context, names bool) string {
	if names {
		return i18n.T(ctx, "loans.search.names")
	}
	return i18n.T(ctx, "loans.search")
}

func stateOptions(ctx context.Context) []ui.Option {
	list := []ui.Option{{Value: "all", Text: i18n.T(ctx, "loans.state.all")}}
	for _, s := range States {
		list = append(list, ui.Option{Value: string(s), Text: stateText(ctx, s)})
	}
	return list
}

func ticked(b bool) []string {
	if b {
		return []string{"1"}
	}
	return nil
}

func kindOptions(ctx context.Context) []ui.Option {
	list := make([]ui.Option, len(ClaimKinds))
	for i, k := range ClaimKinds {
		list[i] = ui.Option{Value: string(k), Text: i18n.T(ctx, "loans.claim.kind."+string(k))}
	}
	return list
}

func faultOptions(ctx context.Context) []ui.Option {
	list := make([]ui.Option, len(Faults))
	for i, f := range Faults {
		list[i] = ui.Option{Value: string(f), Text: i18n.T(ctx, "loans.claim.fault."+string(f))}
	}
	return list
}

func claimColour(s ClaimState) string {
	if s == Stated {
		return "yellow"
	}
	return "green"
}

func moneyText(ctx context.Context, cents *int64) string {
	if cents == nil {
		return i18n.T(ctx, "loans.unknown")
	}
	return i18n.From(ctx).Money(*cents)
}

func claimRows(ctx context.Context, v *claimView) []ui.SummaryRow {
	told := i18n.T(ctx, "loans.claim.told.school")
	if v.ToldBy == "family" {
		told = i18n.T(ctx, "loans.claim.told.family")
	}
	rows := []ui.SummaryRow{
		{Key: i18n.T(ctx, "loans.pupil"), Value: pupilText(ctx, v.PupilName)},
		{Key: i18n.T(ctx, "loans.class"), Value: v.ClassName + ", " + v.SchoolName},
		{Key: i18n.T(ctx, "loans.claim.day"), Value: dayText(ctx, v.HappenedOn)},
		{Key: told, Value: v.Statement},
		{Key: i18n.T(ctx, "loans.claim.report"), Value: firstOf(v.Report, i18n.T(ctx, "loans.claim.report.none"))},
		{Key: i18n.T(ctx, "loans.claim.value"), Value: moneyText(ctx, v.ValueCents)},
	}
	if v.Claim.State == Stated {
		return rows
	}
	return append(rows, ui.SummaryRow{Key: i18n.T(ctx, "loans.claim.fault"), Value: i18n.T(ctx, "loans.claim.fault."+string(v.Fault))}, ui.SummaryRow{Key: i18n.T(ctx, "loans.claim.reason"), Value: v.Reason},
		ui.SummaryRow{Key: i18n.T(ctx, "loans.claim.charge"), Value: moneyText(ctx, v.ChargeCents)},
		ui.SummaryRow{Key: i18n.T(ctx, "loans.claim.decided.by"), Value: v.Decider + " " + i18n.From(ctx).Date(i18n.Millis(v.DecidedAt))},
		ui.SummaryRow{Key: i18n.T(ctx, "loans.state"), Value: i18n.T(ctx, "loans.claim.state."+string(v.Claim.State))})
}

func (v holidaysView) codes() []string {
	var list []string
	for code := range v.Territories {
		list = append(list, code)
	}
	slices.Sort(list)
	return list
}

func territoryOptions(codes []string) []ui.Option {
	list := make([]ui.Option, len(codes))
	for i, c := range codes {
		list[i] = ui.Option{Value: c, Text: c}
	}
	return list
}

func zoneOptions(ctx context.Context) []ui.Option {
	return []ui.Option{{Value: "", Text: i18n.T(ctx, "loans.holidays.zone.all")}, {Value: "A", Text: "Zone A"}, {Value: "B", Text: "Zone B"}, {Value: "C", Text: "Zone C"}}
}

func holidayTable(ctx context.Context, list []Holiday) ui.DataTable {
	t := ui.DataTable{Caption: i18n.T(ctx, "loans.holidays"), HideCaption: true, Columns: []ui.Column{{Label: i18n.T(ctx, "loans.holidays.name")}, {Label: i18n.T(ctx, "loans.holidays.first")}, {Label: i18n.T(ctx, "loans.holidays.last")}}}
	for _, h := range list {
		t.Rows = append(t.Rows, []string{h.Name, dayText(ctx, h.First), dayText(ctx, h.Last)})
	}
	return t
}
