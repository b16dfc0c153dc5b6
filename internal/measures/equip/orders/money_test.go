package orders

import (
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"preau/internal/base/errs"
)

func TestMoneyFollowsWhatCameAndAnInvoiceBeyondItWarns(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		ctx := inside(t.Context())
		h.ordered()
		o := h.order("hybrid-kits")
		l := o.Lines[0]
		if err := h.service.Change(ctx, o.ID, Input{Version: o.Version, Supplier: "S", Market: "M", Owner: "Commune", Funders: []Funder{{"État", 3333}, {"Région", 3333}, {"Département", 3334}},
			Lines: []LineInput{{Number: 1, Measure: l.Measure, Kit: l.Kit, KitVersion: 1, Quantity: 9, UnitCents: 26201}}}); err != nil {
			t.Fatal(err)
		}
		o = h.place("hybrid-kits")
		h.deliver(o, 5)
		in := InvoiceInput{Line: 1, Reference: "F-1", DatedOn: "2026-11-02", Quantity: 5, Cents: 5 * 26201}
		first, unserved, err := h.service.AddInvoice(ctx, o.ID, in)
		if err != nil || unserved {
			t.Errorf("an invoice for what came: %v, %v", unserved, err)
		}
		_, _, err = h.service.AddInvoice(ctx, o.ID, in)
		want(t, err, errs.Conflict, "orders.invoice.again")
		if _, unserved, err = h.service.AddInvoice(ctx, o.ID, InvoiceInput{Line: 1, Reference: "F-2", DatedOn: "2026-11-03", Quantity: 1, Cents: 26201}); err != nil || !unserved {
			t.Errorf("an invoice beyond what came: %v, %v", unserved, err)
		}
		for range 2 {
			if err := h.service.PayInvoice(ctx, o.ID, first.ID, "2026-11-20"); err != nil {
				t.Error(err)
			}
		}
		want(t, h.service.PayInvoice(ctx, o.ID, "none", ""), errs.NotFound, "")
		lines, err := h.service.Money(ctx, "")
		if err != nil {
			t.Fatal(err)
		}
		for _, line := range lines {
			if line.Measure != "hybrid-kits" {
				continue
			}
			if line.Sum != (Amounts{9 * 26201, 5 * 26201, 6 * 26201, 5 * 26201}) || line.Budget != 450_000_000 || !line.Unserved() || len(line.Rows) != 3 {
				t.Errorf("%+v", line)
			}
			sum := Amounts{}
			for _, row := range line.Rows {
				sum = sum.plus(row.Amounts)
			}
			if sum != line.Sum {
				t.Errorf("the funders give %+v of %+v", sum, line.Sum)
			}
		}
		if n := h.count("SELECT COUNT(*) FROM journal_fact WHERE kind IN (?, ?)", FactInvoiced, FactPaid); n != 3 {
			t.Errorf("%d facts", n)
		}
	})
}

func TestTheLedgerAddsUpToTheCentHoweverTheFundersShare(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var accounts []account
		whole := map[string]Amounts{}
		for range rapid.IntRange(1, 12).Draw(t, "lines") {
			cents := func() int64 { return rapid.Int64Range(0, 900_000_000).Draw(t, "cents") }
			a := account{territory: rapid.SampledFrom([]string{"02", "95"}).Draw(t, "territory"), measure: rapid.SampledFrom([]string{"", "walls", "kits"}).Draw(t, "measure"),
				amounts: Amounts{cents(), cents(), cents(), cents()}}
			left := int64(Whole)
			for i := range rapid.IntRange(0, 4).Draw(t, "funders") {
				share := rapid.Int64Range(1, left-4+int64(i)).Draw(t, "share")
				a.funders, left = append(a.funders, Funder{fmt.Sprint("F", i), share}), left-share
			}
			a.funders = append(a.funders, Funder{"last", left})
			accounts = append(accounts, a)
			whole[a.measure] = whole[a.measure].plus(a.amounts)
		}
		for _, line := range ledger(accounts, []string{"walls"}) {
			sum := Amounts{}
			for _, row := range line.Rows {
				sum = sum.plus(row.Amounts)
			}
			if sum != whole[line.Measure] || line.Sum != sum {
				t.Fatalf("%s: %+v, not %+v", line.Measure, sum, whole[line.Measure])
			}
		}
	})
}
