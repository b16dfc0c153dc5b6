package loans_test

import (
	"context"
	"encoding/json"
	"errors"
	"strings"
	"sync"
	"testing"

	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
	"preau/internal/measures/lend/loans"
)

func asError(err error, target **errs.Error) bool { return errors.As(err, target) }

func useOf(t testing.TB, e journal.Entry) loans.Use {
	t.Helper()
	var u loans.Use
	if err := json.Unmarshal(e.Data, &u); err != nil {
		t.Fatal(err)
	}
	return u
}

func (h *house) pair(i int) loans.Pair {
	return loans.Pair{ID: "scan-" + pupil(i), Slip: h.slips[i], Device: h.devices[i]}
}

func TestAClassOfThirtyIsHandedOverInOneCallAndAgainChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		var pairs []loans.Pair
		for i := range 30 {
			pairs = append(pairs, h.pair(i))
		}
		for round := range 2 {
			all, err := h.HandoverAll(teacher, pairs)
			if err != nil {
				t.Fatal(err)
			}
			for i, one := range all {
				if one.Err != nil || one.Again != (round == 1) || one.Loan.Code != h.devices[i] || one.Loan.Pupil != pupil(i) || one.Loan.DueOn != "2027-07-02" {
					t.Fatalf("round %d, pair %d: %+v", round, i, one)
				}
			}
		}
		if devices, quantity := h.uses(); devices != 30 || quantity != 30 {
			t.Errorf("%d devices at home, %d counted for the measure", devices, quantity)
		}
		if n := h.count("SELECT COUNT(*) FROM equip_asset WHERE holder <> '' AND state = 'usable'"); n != 30 {
			t.Errorf("%d devices are out", n)
		}
	})
}

func TestTheOrderOfTheTwoScansDoesNotMatter(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.pair(0)
		p.Slip, p.Device = strings.ToLower(p.Device), "https://preau.example/c/"+p.Slip
		got, err := h.Handover(teacher, p)
		if err != nil || got.Loan.Pupil != pupil(0) {
			t.Fatalf("%+v, %v", got, err)
		}
		for _, c := range []struct {
			slip, device, key string
		}{
			{h.slips[1], h.slips[2], "loans.pair.slips"},
			{h.devices[1], h.devices[2], "loans.pair.labels"},
			{h.slips[1], h.slips[1], "loans.pair.same"},
			{h.slips[1], "", "loans.pair.device.missing"},
			{"", h.devices[1], "loans.pair.slip.missing"},
			{"", "", "loans.pair.empty"},
			{"C234-5678", h.devices[1], "loans.slip.misread"},
		} {
			_, err := h.Handover(teacher, loans.Pair{Slip: c.slip, Device: c.device})
			want(t, err, errs.Invalid, c.key)
		}
	})
}

func TestTwoPeopleCannotLendTheSameDeviceAndTheSecondSeesWhoWasFirst(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		first, second := h.pair(0), h.pair(30)
		second.Device = first.Device
		results := make([]error, 2)
		var wait sync.WaitGroup
		for i, f := range []func() error{
			func() error { _, err := h.Handover(teacher, first); return err },
			func() error { _, err := h.Handover(teacherB, second); return err },
		} {
			wait.Go(func() { results[i] = f() })
		}
		wait.Wait()
		if (results[0] == nil) == (results[1] == nil) {
			t.Fatalf("both or neither: %v", results)
		}
		lost := results[0]
		if lost == nil {
			lost = results[1]
		}
		want(t, lost, errs.Conflict, "loans.device.lent")
		if n := h.count("SELECT COUNT(*) FROM lend_loan"); n != 1 {
			t.Errorf("%d loans", n)
		}
		// The head sees the pupil's name too.
		var e *errs.Error
		third := h.pair(5)
		third.Device = first.Device
		_, err := h.Handover(head, third)
		want(t, err, errs.Conflict, "loans.device.lent.to")
		if asError(err, &e); !strings.Contains(e.Error(), "Élève") && !hasArg(e, "Zoé Élève00") && !hasArg(e, "Zoé Élève30") {
			t.Errorf("no name: %v", e.Args)
		}
	})
}

func hasArg(e *errs.Error, value any) bool {
	for _, a := range e.Args {
		if a == value {
			return true
		}
	}
	return false
}

func TestADoubleClickIsOneLoan(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.pair(0)
		var wait sync.WaitGroup
		for range 2 {
			wait.Go(func() {
				if got, err := h.Handover(teacher, p); err != nil || got.Loan.Pupil != pupil(0) {
					t.Errorf("%+v, %v", got, err)
				}
			})
		}
		wait.Wait()
		if n := h.count("SELECT COUNT(*) FROM lend_loan"); n != 1 {
			t.Errorf("%d loans", n)
		}
		p.ID = ""
		if got, err := h.Handover(teacher, p); err != nil || !got.Again {
			t.Errorf("without an identifier: %+v, %v", got, err)
		}
		p = h.pair(1)
		p.ID = "scan-" + pupil(0)
		_, err := h.Handover(teacher, p)
		want(t, err, errs.Conflict, "loans.pair.reused")
	})
}

func TestWhatCannotBeHandedOverSaysWhyAndChangesNothing(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		elsewhere := h.text("SELECT code FROM equip_asset WHERE school = ? ORDER BY code LIMIT 1", other)
		set := func(query string, args ...any) {
			h.update(func(ctx ctxt, tx tx) error { _, err := tx.Exec(ctx, query, args...); return err })
		}
		set("UPDATE lend_agreement SET state = 'prepared' WHERE code = ?", h.slips[1])
		set("UPDATE lend_agreement SET state = 'cancelled' WHERE code = ?", h.slips[2])
		set("UPDATE lend_agreement SET state = 'ended' WHERE code = ?", h.slips[3])
		set("UPDATE equip_asset SET trouble = 'broken' WHERE code = ?", h.devices[4])
		set("UPDATE equip_asset SET state = 'ordered' WHERE code = ?", h.devices[5])
		set("UPDATE equip_asset SET lendable = 0 WHERE code = ?", h.devices[6])
		set("UPDATE equip_asset SET state = 'retired' WHERE code = ?", h.devices[7])
		set("UPDATE equip_asset SET holder = 'entitlement' WHERE code = ?", h.devices[8])
		set("DELETE FROM lend_item WHERE agreement = 'agreement-09'")
		set("UPDATE lend_item SET asset = 'x', code = 'M' WHERE agreement = 'agreement-10' AND kind = 'device'")
		if _, err := h.Handover(head, h.pair(11)); err != nil {
			t.Fatal(err)
		}
		for i, c := range []struct {
			pair loans.Pair
			as   ctxt
			kind errs.Kind
			key  string
		}{
			{h.pair(1), teacher, errs.Conflict, "loans.agreement.unsigned"},
			{h.pair(2), teacher, errs.Conflict, "loans.agreement.cancelled"},
			{h.pair(3), teacher, errs.Conflict, "loans.agreement.ended"},
			{h.pair(4), teacher, errs.Conflict, "loans.device.troubled"},
			{h.pair(5), teacher, errs.Conflict, "loans.device.undelivered"},
			{h.pair(6), teacher, errs.Conflict, "loans.device.kept"},
			{h.pair(7), teacher, errs.Conflict, "loans.device.retired"},
			{h.pair(8), teacher, errs.Conflict, "loans.device.held"},
			{h.pair(9), teacher, errs.Conflict, "loans.item.none"},
			{h.pair(10), teacher, errs.Conflict, "loans.item.named"},
			{loans.Pair{Slip: h.slips[11], Device: h.devices[12]}, teacher, errs.Conflict, "loans.pupil.has"},
			{loans.Pair{Slip: h.slips[13], Device: elsewhere}, teacher, errs.Conflict, "loans.device.elsewhere"},
			{loans.Pair{Slip: h.slips[13], Device: "SN-UNKNOWN-1"}, teacher, errs.NotFound, "assets.tag.unknown"},
			{loans.Pair{Slip: code.Make(code.Agreement, territory, 999), Device: h.devices[13]}, teacher, errs.NotFound, "loans.slip.unknown"},
			{h.pair(31), teacher, errs.NotFound, "loans.slip.unknown"},
			{h.pair(13), stranger, errs.NotFound, "loans.slip.unknown"},
			{loans.Pair{Slip: h.slips[13], Device: h.devices[13], Condition: loans.Condition{Wrong: []loans.Check{"motive"}}}, teacher, errs.Invalid, "loans.condition.unknown"},
			{loans.Pair{Slip: h.slips[13], Device: h.devices[13], Photo: []byte("no picture")}, teacher, errs.Invalid, "files.picture.invalid"},
		} {
			_, err := h.Handover(c.as, c.pair)
			if e := (*errs.Error)(nil); !asError(err, &e) {
				t.Errorf("%d: %v", i, err)
			}
			want(t, err, c.kind, c.key)
		}
		if n := h.count("SELECT COUNT(*) FROM lend_loan"); n != 1 {
			t.Errorf("%d loans", n)
		}
		if _, err := h.HandoverAll(as("evaluator 02"), []loans.Pair{h.pair(0)}); !errs.Is(err, errs.NotFound) {
			t.Errorf("an evaluator: %v", err)
		}
	})
}

func TestInABatchThoseThatAreRefusedSayWhyAndTheOthersAreKept(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		pairs := []loans.Pair{h.pair(0), {ID: "x", Slip: h.slips[1], Device: h.devices[0]}, h.pair(2), {ID: "y"}}
		all, err := h.HandoverAll(teacher, pairs)
		if err != nil {
			t.Fatal(err)
		}
		want(t, all[1].Err, errs.Conflict, "loans.device.lent.to")
		want(t, all[3].Err, errs.Invalid, "loans.pair.empty")
		if all[0].Err != nil || all[2].Err != nil || h.count("SELECT COUNT(*) FROM lend_loan") != 2 {
			t.Errorf("%+v", all)
		}
		if _, err := h.HandoverAll(teacher, make([]loans.Pair, loans.MostPairs+1)); !errs.Is(err, errs.Invalid) {
			t.Errorf("too many: %v", err)
		}
	})
}

func TestADeviceComesBackWithWhatIsDifferentAndAReceipt(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.pair(0)
		p.Condition.Wrong = []loans.Check{loans.Case, loans.Body}
		if _, err := h.Handover(teacher, p); err != nil {
			t.Fatal(err)
		}
		yes := true
		b := loans.Back{ID: "back", Device: h.devices[0], Condition: loans.Condition{Wrong: []loans.Check{loans.Screen, loans.Body}, Note: "coin"}, Wiped: &yes, Repair: true}
		_, err := h.Return(stranger, b)
		want(t, err, errs.NotFound)
		got, err := h.Return(teacher, b)
		if err != nil || got.Again || got.Loan.State != loans.Returned || got.Loan.Wiped == nil || !*got.Loan.Wiped {
			t.Fatalf("%+v, %v", got, err)
		}
		if kind, _, ok := code.Parse(got.Loan.Receipt); !ok || kind != code.Receipt {
			t.Errorf("receipt %q", got.Loan.Receipt)
		}
		diff := loans.Compare(got.Loan.Out, got.Loan.In)
		if len(diff) != 3 || !diff[0].New() || diff[1].New() || diff[2].Check != loans.Case || diff[2].In {
			t.Errorf("%+v", diff)
		}
		if again, err := h.Return(teacher, b); err != nil || !again.Again {
			t.Errorf("sent twice: %+v, %v", again, err)
		}
		b.ID = "another"
		_, err = h.Return(teacher, b)
		want(t, err, errs.Conflict, "loans.return.twice")
		_, err = h.Return(teacher, loans.Back{Device: h.devices[1]})
		want(t, err, errs.Conflict, "loans.return.never")
		_, err = h.Return(teacher, loans.Back{Device: "nothing"})
		want(t, err, errs.NotFound)
		if devices, quantity := h.uses(); devices != 0 || quantity != 1 {
			t.Errorf("%d devices at home, %d counted for the measure", devices, quantity)
		}
		if n := h.count("SELECT COUNT(*) FROM equip_asset WHERE code = ? AND holder = '' AND trouble = 'broken'", h.devices[0]); n != 1 {
			t.Error("the device is not kept for repair")
		}
		if n := h.count("SELECT COUNT(*) FROM lend_agreement WHERE state = 'ended'"); n != 1 {
			t.Errorf("%d agreements ended", n)
		}
	})
}

func TestAHandoverWrittenByMistakeIsUndoneTheSameDayAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		got, err := h.Handover(teacher, h.pair(0))
		if err != nil {
			t.Fatal(err)
		}
		want(t, h.Cancel(stranger, got.Loan.ID), errs.NotFound)
		for range 2 {
			if err := h.Cancel(teacher, got.Loan.ID); err != nil {
				t.Fatal(err)
			}
		}
		if devices, quantity := h.uses(); devices != 0 || quantity != 0 {
			t.Errorf("%d devices at home, %d counted", devices, quantity)
		}
		if got, err = h.Handover(teacher, loans.Pair{Slip: h.slips[0], Device: h.devices[1]}); err != nil {
			t.Fatal(err)
		}
		*h.clock = h.clock.AddDate(0, 0, 1)
		want(t, h.Cancel(teacher, got.Loan.ID), errs.Conflict, "loans.cancel.late")
	})
}

type (
	ctxt = context.Context
	tx   = *db.Tx
)

func (h *house) text(query string, args ...any) string {
	h.t.Helper()
	out := ""
	if err := h.d.View(inside, func(ctx context.Context, tx *db.Tx) error {
		var err error
		out, err = db.One(ctx, tx, db.Value[string], query, args...)
		return err
	}); err != nil {
		h.t.Fatal(err)
	}
	return out
}
