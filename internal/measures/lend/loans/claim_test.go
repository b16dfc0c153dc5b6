package loans_test

import (
	"context"
	"testing"

	"pgregory.net/rapid"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/tabular"
	"preau/internal/base/web/webtest"
	"preau/internal/measures/lend/loans"

	"bytes"
	"strings"
)

func handed(t *testing.T, h *house, i int) loans.Loan {
	t.Helper()
	got, err := h.Handover(teacher, h.pair(i))
	if err != nil {
		t.Fatal(err)
	}
	return got.Loan
}

// guardian is the guardian of one pupil.
func guardian(i int) context.Context {
	p := webtest.Principal("guardian 02 " + uai + " a")
	p.Person = "g" + pupil(i)
	return db.Everywhere(authz.With(context.Background(), policy, p))
}

func TestAChargeIsNeverMoreThanTheScaleAndNothingWithoutAFault(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(loans.ClaimKinds).Draw(t, "kind")
		fault := rapid.SampledFrom(loans.Faults).Draw(t, "fault")
		value := rapid.Int64Range(0, 100_000).Draw(t, "value")
		repair := rapid.Int64Range(0, 100_000).Draw(t, "repair")
		got := loans.Charge(kind, fault, "", &value, repair)
		switch {
		case got > value, kind == loans.Breakage && got > repair, fault == loans.NoFault && got != 0:
			t.Fatalf("%s, %s: %d", kind, fault, got)
		}
		if loans.Charge(loans.Theft, fault, "PV 12", &value, 0) != 0 || loans.Charge(kind, fault, "", nil, repair) != 0 {
			t.Fatal("a reported theft or an unknown value is charged")
		}
	})
}

func TestABreakageLowersTheCountAtOnceAndASwapBringsItBack(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		l := handed(t, h, 0)
		in := loans.Statement{ID: "claim", Loan: l.ID, Family: true, Kind: loans.Breakage, HappenedOn: "2026-11-23", Text: "tombée"}
		if _, err := h.State(guardian(1), in); !errs.Is(err, errs.NotFound) {
			t.Errorf("another family: %v", err)
		}
		for range 2 {
			if c, err := h.State(guardian(0), in); err != nil || c.ToldBy != "family" {
				t.Fatalf("%+v, %v", c, err)
			}
		}
		if devices, quantity := h.uses(); devices != 0 || quantity != 1 {
			t.Errorf("%d devices at home, %d counted", devices, quantity)
		}
		if _, err := h.Decide(teacher, "claim", loans.Decision{Fault: loans.NoFault}); !errs.Is(err, errs.NotFound) {
			t.Errorf("a teacher decides: %v", err)
		}
		_, err := h.Decide(head, "claim", loans.Decision{Fault: loans.Deliberate})
		want(t, err, errs.Invalid, "loans.claim.reason.missing")
		if _, err := h.Swap(teacher, "claim", h.devices[0]); !errs.Is(err, errs.Conflict) {
			t.Errorf("for itself: %v", err)
		}
		other, err := h.Swap(teacher, "claim", h.devices[9])
		if err != nil || other.Pupil != l.Pupil || other.Agreement != l.Agreement {
			t.Fatalf("%+v, %v", other, err)
		}
		if again, err := h.Swap(teacher, "claim", h.devices[10]); err != nil || again.ID != other.ID {
			t.Errorf("twice: %+v, %v", again, err)
		}
		if devices, quantity := h.uses(); devices != 1 || quantity != 1 {
			t.Errorf("%d devices at home, %d counted", devices, quantity)
		}
		if _, err := h.Return(teacher, loans.Back{Device: h.devices[9]}); err != nil {
			t.Errorf("the other device does not come back: %v", err)
		}
	})
}

func TestAStolenDeviceWithAReportCostsNothingAndALossByTheScaleAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.update(func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "UPDATE lend_item SET value_cents = 48000 WHERE kind = 'device'")
			return err
		})
		for i, c := range []struct {
			kind   loans.ClaimKind
			report string
			fault  loans.Fault
			cents  int64
			state  loans.State
		}{
			{loans.Theft, "PV 2026/12", loans.GrossNegligence, 0, loans.Stolen},
			{loans.Loss, "", loans.NoFault, 0, loans.Lost},
			{loans.Loss, "", loans.GrossNegligence, 45000, loans.Lost}, // three months were begun of forty-eight
		} {
			l := handed(t, h, i)
			claim, err := h.State(head, loans.Statement{Loan: l.ID, Kind: c.kind, HappenedOn: "2026-11-23", Text: "plus là", Report: c.report})
			if err != nil {
				t.Fatal(err)
			}
			decided, err := h.Decide(head, claim.ID, loans.Decision{Fault: c.fault, Reason: "entendu le 23"})
			if err != nil || *decided.ChargeCents != c.cents || decided.DecidedBy == "" {
				t.Errorf("%s: %+v, %v", c.kind, decided, err)
			}
			if got, err := h.Loan(head, l.ID); err != nil || got.State != c.state {
				t.Errorf("%s: the loan is %s, %v", c.kind, got.State, err)
			}
			_, err = h.Decide(head, claim.ID, loans.Decision{Fault: loans.NoFault})
			want(t, err, errs.Conflict, "loans.claim.decided.already")
			if c.cents == 0 {
				want(t, h.Settle(head, claim.ID, true), errs.Conflict, "loans.claim.nothing")
			} else if err := h.Settle(head, claim.ID, true); err != nil {
				t.Error(err)
			}
		}
		// What was lost and is found comes back by a scan.
		if got, err := h.Return(head, loans.Back{Device: h.devices[1]}); err != nil || got.Loan.State != loans.Returned {
			t.Errorf("found: %+v, %v", got, err)
		}
		if devices, _ := h.uses(); devices != 0 {
			t.Errorf("%d devices at home", devices)
		}
	})
}

func TestAPersonsLoansAreExportedAndErased(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		p := h.pair(0)
		p.Condition.Note = "rayure"
		if _, err := h.Handover(teacher, p); err != nil {
			t.Fatal(err)
		}
		h.update(func(ctx context.Context, tx *db.Tx) error {
			k := loans.Keeper{}
			if kept, err := k.ExportPerson(ctx, tx, territory, pupil(0)); err != nil || kept == nil {
				t.Errorf("%v, %v", kept, err)
			}
			if err := k.ErasePerson(ctx, tx, territory, pupil(0)); err != nil {
				return err
			}
			if none, err := k.ExportPerson(ctx, tx, territory, "nobody"); err != nil || none != nil {
				t.Errorf("%v, %v", none, err)
			}
			return nil
		})
		if n := h.count("SELECT COUNT(*) FROM lend_loan WHERE condition_out LIKE '%rayure%'"); n != 0 {
			t.Error("the note is still there")
		}
	})
}

const calendar = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//essai//FR\r\n" +
	"BEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Vacances de Noël - Zones A\\, B et C\r\nDTSTART;VALUE=DATE:20261219\r\nDTEND;VALUE=DATE:20270104\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:2\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Vacances d'hiver - Zone B\r\nDTSTART;VALUE=DATE:20270220\r\nDTEND;VALUE=DATE:20270308\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:3\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Vacances d'hiver - Zone A\r\nDTSTART;VALUE=DATE:20270206\r\nDTEND;VALUE=DATE:20270222\r\nEND:VEVENT\r\n" +
	"BEGIN:VEVENT\r\nUID:4\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:Vacances d'été\r\nDTSTART;VALUE=DATE:20270703\r\nDTEND;VALUE=DATE:20270901\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"

func file(text string) tabular.Source {
	return tabular.File(bytes.NewReader([]byte(text)), int64(len(text)))
}

func TestACalendarIsReadAndNothingIsDueInTheHolidays(t *testing.T) {
	list, err := loans.ReadCalendar(file(calendar), "Zone B")
	if err != nil || len(list) != 3 || list[0].First != "2026-12-19" || list[0].Last != "2027-01-03" || list[1].First != "2027-02-20" || list[2].Year != "2026-2027" {
		t.Fatalf("%+v, %v", list, err)
	}
	table := "Description;Population;Date de début;Date de fin;Zones;annee_scolaire\nVacances de Noël;-;2026-12-18T23:00:00+00:00;2027-01-03T23:00:00+00:00;Zone B;2026-2027\n"
	if same, err := loans.ReadCalendar(file(table), "B"); err != nil || len(same) != 1 || same[0].First != "2026-12-19" || same[0].Last != "2027-01-03" {
		t.Errorf("%+v, %v", same, err)
	}
	for promised, due := range map[string]string{
		"2026-12-24": "2027-01-04", // the first school day after
		"2027-02-28": "2027-03-08",
		"2027-07-10": "2027-07-02", // summer: the last school day before
		"2027-05-15": "2027-05-17", // a Saturday
		"2027-05-18": "2027-05-18",
	} {
		if got := loans.DueOn(promised, list); got != due {
			t.Errorf("%s is due on %s, want %s", promised, got, due)
		}
	}
	for _, text := range []string{"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "a;b\n1;2\n", "Description;Date de début;Date de fin\nNoël;hier;demain\n"} {
		if _, err := loans.ReadCalendar(file(text), ""); !errs.Is(err, errs.Invalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

func TestAFamilyGetsOneDigestADayByItsChannelAndNoneInTheHolidays(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		for _, i := range []int{0, 2, 3} {
			handed(t, h, i)
		}
		remind := func(wanted int) {
			t.Helper()
			if n, err := h.RemindAll(context.Background()); err != nil || n != wanted {
				t.Errorf("%d families, %v, want %d", n, err, wanted)
			}
		}
		remind(0)                             // nothing is due
		*h.clock = h.clock.AddDate(0, 0, 217) // 2027-06-28, a Monday; due on Friday
		remind(2)
		remind(0)
		if letters := h.letters.Messages(); len(letters) != 1 || letters[0].To != "g"+pupil(0)+"@example.org" || strings.Contains(letters[0].Text, "Zoé") {
			t.Errorf("%+v", letters)
		}
		list, err := h.Reminders(head)
		if err != nil || len(list) != 1 || list[0].Channel != loans.Phone || list[0].Number != 2 || list[0].Phone == "" {
			t.Fatalf("%+v, %v", list, err)
		}
		if _, err := h.Reminders(stranger); err != nil {
			t.Error(err)
		}
		want(t, h.Reminded(stranger, list[0].Territory, list[0].Guardian, list[0].Day), errs.NotFound)
		if err := h.Reminded(head, list[0].Territory, list[0].Guardian, list[0].Day); err != nil {
			t.Error(err)
		}
		*h.clock = h.clock.AddDate(0, 0, 1)
		remind(0) // once a week
		if _, err := h.Return(teacher, loans.Back{Device: h.devices[0]}); err != nil {
			t.Fatal(err)
		}
		*h.clock = h.clock.AddDate(0, 0, 2) // the eve, for those that are still out
		remind(1)
		if _, _, err := h.ImportHolidays(officer, territory, file(calendar), "B"); err != nil {
			t.Fatal(err)
		}
		*h.clock = h.clock.AddDate(0, 0, 14) // summer
		remind(0)
		if page, err := h.List(head, loans.Filter{Late: true}); err != nil || page.Total != 2 {
			t.Errorf("%d late, %v", page.Total, err)
		}
	})
}

func TestALoanFollowsItsPupilWithinTheTerritoryAndIsAskedBackBeyond(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		moved, left := handed(t, h, 0), handed(t, h, 1)
		h.update(func(ctx context.Context, tx *db.Tx) error {
			if _, err := tx.Exec(ctx, "UPDATE directory_affiliation SET school = ?, class = 'c' WHERE person = ?", other, moved.Pupil); err != nil {
				return err
			}
			_, err := tx.Exec(ctx, "UPDATE directory_affiliation SET end_date = '2026-11-20' WHERE person = ?", left.Pupil)
			return err
		})
		for _, wanted := range []loans.Followed{{Moved: 1, Asked: 1}, {}} {
			if got, err := h.Follow(context.Background()); err != nil || got != wanted {
				t.Errorf("%+v, %v, want %+v", got, err, wanted)
			}
		}
		if devices, quantity := h.uses(); devices != 2 || quantity != 2 {
			t.Errorf("%d devices at home, %d counted", devices, quantity)
		}
		if _, err := h.Loan(stranger, moved.ID); err != nil {
			t.Errorf("the new school does not see it: %v", err)
		}
		if n := h.count("SELECT COUNT(*) FROM equip_asset WHERE code = ? AND school = ?", moved.Code, other); n != 1 {
			t.Error("the device stayed")
		}
		if page, err := h.List(head, loans.Filter{Asked: true}); err != nil || page.Total != 1 {
			t.Errorf("%d asked back, %v", page.Total, err)
		}
		if n, err := h.RemindAll(context.Background()); err != nil || n != 1 {
			t.Errorf("%d families are asked, %v", n, err)
		}
	})
}
