package assets

import (
	"context"
	"strconv"

	"preau/internal/base/i18n"
	"preau/internal/base/web/ui"
	"preau/internal/territory/directory"
)

// stateRows are the states that an asset has reached, with their dates.
func stateRows(ctx context.Context, a *Asset) [][]string {
	var rows [][]string
	for _, s := range States {
		if at := *a.dateOf(s); at > 0 {
			rows = append(rows, []string{stateText(ctx, s), whenText(i18n.From(ctx), at)})
		}
	}
	return rows
}

// aboutRows tell the rest of what is known of an asset.
func aboutRows(ctx context.Context, v *oneView) []ui.SummaryRow {
	l := i18n.From(ctx)
	var rows []ui.SummaryRow
	add := func(key, value string) {
		if value != "" {
			rows = append(rows, ui.SummaryRow{Key: key, Value: value})
		}
	}
	add(i18n.T(ctx, "assets.column.kind"), kindText(ctx, v.Kind))
	add(i18n.T(ctx, "assets.model"), v.ModelTitle)
	add(i18n.T(ctx, "assets.column.serial"), v.Serial)
	add(i18n.T(ctx, "assets.part_of"), v.KitCode)
	add(i18n.T(ctx, "assets.column.measure"), v.MeasureName)
	if v.CostCents != nil {
		add(i18n.T(ctx, "assets.column.cost"), l.Money(*v.CostCents))
	}
	if v.ValueCents != nil {
		add(i18n.T(ctx, "assets.value"), i18n.T(ctx, "assets.value.text", "value", l.Money(*v.ValueCents), "n", v.LifeMonths))
	}
	if v.BoughtOn != "" {
		add(i18n.T(ctx, "assets.bought"), dayText(l, v.BoughtOn))
	}
	if v.SeenAt > 0 {
		add(i18n.T(ctx, "assets.seen"), l.DateTime(i18n.Millis(v.SeenAt)))
	} else {
		add(i18n.T(ctx, "assets.seen"), i18n.T(ctx, "assets.seen.never"))
	}
	if v.Loss != nil {
		add(i18n.T(ctx, "assets.loss"), i18n.T(ctx, "assets.loss.text", "what", troubleText(ctx, v.Loss.Trouble), "day", dayText(l, v.Loss.HappenedOn), "statement", v.Loss.Statement))
		add(i18n.T(ctx, "assets.loss.reference"), v.Loss.Reference)
	}
	if v.HolderHref != "" {
		rows = append(rows, ui.SummaryRow{Key: i18n.T(ctx, "assets.column.lent"), Value: i18n.T(ctx, "assets.lent.yes"),
			Actions: []ui.Action{{Text: i18n.T(ctx, "assets.lent.open"), Href: v.HolderHref}}})
	}
	return rows
}

func sinceText(ctx context.Context, a Answer) string {
	when := whenText(i18n.From(ctx), a.Since)
	if a.Who == "" {
		return i18n.T(ctx, "assets.since", "when", when)
	}
	return i18n.T(ctx, "assets.since.by", "when", when, "who", a.Who)
}

// thenText tells what one of the four answers was before a day.
func thenText(ctx context.Context, e Event) string {
	before := e.Before
	if before == "" {
		before = i18n.T(ctx, "assets.unknown")
	}
	text := i18n.T(ctx, "assets.until", "when", whenText(i18n.From(ctx), e.At), "what", before)
	if e.Reason != "" {
		text += " (" + reasonText(ctx, e.Reason) + ")"
	}
	return text
}

func whoText(ctx context.Context, e Event) string {
	if e.Who == "" {
		return i18n.T(ctx, "assets.event.itself")
	}
	return e.Who
}

func classOptions(ctx context.Context, classes []directory.ClassLine) []ui.Option {
	list := []ui.Option{{Text: i18n.T(ctx, "assets.move.no_class")}}
	for _, c := range classes {
		list = append(list, ui.Option{Value: c.ID, Text: c.Name})
	}
	return list
}

// troubleNow is the answer that is chosen to begin with.
func troubleNow(t Trouble) string {
	if t == "" {
		return ""
	}
	return string(t)
}

func tellable(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, t := range Tellable {
		list = append(list, ui.Option{Value: string(t), Text: troubleText(ctx, t)})
	}
	return append(list, ui.Option{Value: fine, Text: i18n.T(ctx, "assets.trouble.fine"), Or: true})
}

func fieldOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, f := range Fields {
		list = append(list, ui.Option{Value: string(f), Text: fieldText(ctx, string(f)), Hint: i18n.T(ctx, "assets.field.hint."+string(f))})
	}
	return list
}

func orCustodian(field string) string {
	if field == "" {
		return string(FieldCustodian)
	}
	return field
}

func retireOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, r := range RetireReasons {
		list = append(list, ui.Option{Value: r, Text: i18n.T(ctx, "assets.retire.reason."+r)})
	}
	return list
}

func wipeOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, w := range Wipes {
		list = append(list, ui.Option{Value: w, Text: i18n.T(ctx, "assets.retire.wipe."+w)})
	}
	return list
}

func receiverOptions(ctx context.Context) []ui.Option {
	var list []ui.Option
	for _, k := range Receivers {
		list = append(list, ui.Option{Value: k, Text: i18n.T(ctx, "assets.receiver."+k)})
	}
	return list
}

func codeOptions(codes []string) []ui.Option {
	var list []ui.Option
	for _, c := range codes {
		list = append(list, ui.Option{Value: c, Text: c})
	}
	return list
}

func rejectedTable(ctx context.Context, rows []RejectedRow) ui.DataTable {
	t := ui.DataTable{Caption: i18n.T(ctx, "assets.serials.rejected"), Columns: []ui.Column{{Label: i18n.T(ctx, "assets.serials.line")}, {Label: i18n.T(ctx, "assets.column.code")},
		{Label: i18n.T(ctx, "assets.column.serial")}, {Label: i18n.T(ctx, "assets.serials.why")}}}
	for _, r := range rows {
		t.Rows = append(t.Rows, []string{strconv.Itoa(r.Line), r.Code, r.Serial, i18n.T(ctx, r.Err.Key, r.Err.Args...)})
	}
	return t
}

func deedColour(s DeedState) string {
	switch s {
	case DeedCountersigned:
		return "green"
	case DeedCancelled:
		return "grey"
	}
	return "yellow"
}

// deedRows tell what a deed says, who signed it and its sums.
func deedRows(ctx context.Context, d *Deed) []ui.SummaryRow {
	l := i18n.From(ctx)
	rows := []ui.SummaryRow{{Key: i18n.T(ctx, "assets.deed.from"), Value: d.From}, {Key: i18n.T(ctx, "assets.deed.to"), Value: d.To + " (" + i18n.T(ctx, "assets.receiver."+d.ToKind) + ")"},
		{Key: i18n.T(ctx, "assets.deed.deliberation"), Value: i18n.T(ctx, "assets.deed.of", "reference", d.Deliberation, "day", dayText(l, d.DeliberatedOn))},
		{Key: i18n.T(ctx, "assets.deed.sha256"), Value: d.SHA256}}
	if d.SignedAt > 0 {
		rows = append(rows, ui.SummaryRow{Key: i18n.T(ctx, "assets.deed.signed_by"), Value: i18n.T(ctx, "assets.deed.signed", "as", d.SignedAs, "when", l.DateTime(i18n.Millis(d.SignedAt)))})
	}
	if d.CountersignedAt > 0 {
		rows = append(rows, ui.SummaryRow{Key: i18n.T(ctx, "assets.deed.countersigned_by"), Value: i18n.T(ctx, "assets.deed.signed", "as", d.CountersignedAs, "when", l.DateTime(i18n.Millis(d.CountersignedAt)))},
			ui.SummaryRow{Key: i18n.T(ctx, "assets.deed.document_sha256"), Value: d.DocumentSHA256})
	}
	return rows
}

// signer is whose turn it is.
func (v *deedView) signer() string {
	if v.State == DeedSigned {
		return v.To
	}
	return v.From
}
