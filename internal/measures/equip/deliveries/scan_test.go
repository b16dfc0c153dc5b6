package deliveries

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/measures/equip/assets"
)

func TestAScanCountsOnceHoweverOftenItIsSent(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		codes := h.tablets("d1", hub, 3)
		for i, want := range []Outcome{OutcomeCounted, OutcomeAgain, OutcomeAgain} {
			if got := h.scan(head(hub), "d1", Scan{ID: "s1", Code: "https://preau.example/m/" + codes[0]}); got[0] != want {
				t.Errorf("time %d: %s, want %s", i, got[0], want)
			}
		}
		if got := h.scan(officer(), "d1", Scan{ID: "s2", Code: codes[0]}); got[0] != OutcomeAgain {
			t.Errorf("the same said by another: %s", got[0])
		}
		if n := h.count("SELECT COUNT(*) FROM journal_fact WHERE kind = ?", assets.FactDelivered); n != 1 {
			t.Errorf("%d facts", n)
		}
		if a := h.asset(codes[0]); a.State != assets.Delivered || a.Trouble != "" {
			t.Errorf("%+v", a)
		}
		c := h.delivery("d1")
		if c.State != Partial || c.RoundState != RoundUnderWay || c.Tally.Received != 1 || c.Tally.Open() != 2 {
			t.Errorf("%s, round %s, %+v", c.State, c.RoundState, c.Tally)
		}
		h.scan(head(hub), "d1", Scan{ID: "s3", Code: codes[1]}, Scan{ID: "s4", Code: codes[2]}, Scan{ID: "s4", Code: codes[2]})
		if c := h.delivery("d1"); c.State != Received || c.ReceivedAt == 0 {
			t.Errorf("%s", c.State)
		}
		if n := h.count("SELECT COUNT(*) FROM journal_fact WHERE kind = ?", FactReceived); n != 1 {
			t.Errorf("%d receptions", n)
		}
	})
}

func TestOneScanOfAKitIsThatOfItsParts(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		kits := h.kits("d1", hub, 2)
		// A part that is looked at apart keeps what was said of it, whichever comes first.
		got := h.scan(head(hub), "d1", Scan{ID: "a", Code: kits[0][2], Says: SaysDamaged}, Scan{ID: "b", Code: kits[0][0]}, Scan{ID: "c", Code: kits[1][0], Says: SaysMissing})
		if !slices.Equal(got, []Outcome{OutcomeCounted, OutcomeCounted, OutcomeCounted}) {
			t.Fatal(got)
		}
		for read, want := range map[string]string{kits[0][0]: "delivered ", kits[0][1]: "delivered ", kits[0][2]: "delivered broken", kits[1][0]: "ordered missing", kits[1][1]: "ordered missing"} {
			if a := h.asset(read); string(a.State)+" "+string(a.Trouble) != want {
				t.Errorf("%s is %s %s, want %s", a.Name, a.State, a.Trouble, want)
			}
		}
		if c := h.delivery("d1"); c.State != Received || c.Tally != (Tally{Items: 2, Received: 1, Missing: 1}) {
			t.Errorf("%s %+v", c.State, c.Tally)
		}
		c := h.delivery("d1")
		if got := h.scan(head(hub), "d1", Scan{ID: "d", Code: kits[1][0], Replaces: itemOf(c, kits[1][0]).Scan}); got[0] != OutcomeCounted {
			t.Errorf("found after all: %s", got[0])
		}
		if a := h.asset(kits[1][1]); a.State != assets.Delivered || a.Trouble != "" {
			t.Errorf("its part is %s %s", a.State, a.Trouble)
		}
	})
}

func itemOf(c *Content, read string) *Item {
	item, _ := indexOf(c).find(read)
	return item
}

func TestAContradictionStandsUntilSomebodyDecides(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		codes := h.tablets("d1", hub, 1)
		h.scan(head(hub), "d1", Scan{ID: "first", Code: codes[0]})
		got := h.scan(officer(), "d1", Scan{ID: "second", Code: codes[0], Says: SaysDamaged}, Scan{ID: "third", Code: codes[0], Says: SaysDamaged})
		if !slices.Equal(got, []Outcome{OutcomeConflict, OutcomeAgain}) {
			t.Fatal(got)
		}
		c := h.delivery("d1")
		if c.State != Partial || c.Tally.Conflicts != 1 || h.asset(codes[0]).Trouble != "" {
			t.Errorf("%s %+v", c.State, c.Tally)
		}
		if _, err := h.service.Sign(head(hub), "d1", screen(t)); !errs.Is(err, errs.Conflict) {
			t.Errorf("signed over a contradiction: %v", err)
		}
		if got := h.scan(officer(), "d1", Scan{ID: "second", Code: codes[0], Says: SaysDamaged}); got[0] != OutcomeConflict {
			t.Errorf("sent again it is %s", got[0])
		}
		if _, err := h.service.Settle(head(village), "d1", c.Items[0].ID, SaysDamaged); !errs.Is(err, errs.NotFound) {
			t.Errorf("another school decides: %v", err)
		}
		if _, err := h.service.Settle(head(hub), "d1", c.Items[0].ID, SaysDamaged); err != nil {
			t.Fatal(err)
		}
		if a := h.asset(codes[0]); a.Trouble != assets.Broken || a.State != assets.Delivered {
			t.Errorf("%s %s", a.State, a.Trouble)
		}
		if c := h.delivery("d1"); c.State != Received || c.Tally != (Tally{Items: 1, Damaged: 1}) {
			t.Errorf("%s %+v", c.State, c.Tally)
		}
		if _, err := h.service.Settle(head(hub), "d1", c.Items[0].ID, SaysReceived); !errs.Is(err, errs.NotFound) {
			t.Errorf("settled twice: %v", err)
		}
	})
}

func TestWhoCorrectsThemselvesContradictsNobody(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		codes := h.tablets("d1", hub, 1)
		h.scan(head(hub), "d1", Scan{ID: "one", Code: codes[0]})
		if got := h.scan(head(hub), "d1", Scan{ID: "two", Code: codes[0], Says: SaysWrong, Replaces: "one"}); got[0] != OutcomeCounted {
			t.Fatal(got)
		}
		// What was seen is no longer what stands: that is a contradiction.
		if got := h.scan(officer(), "d1", Scan{ID: "three", Code: codes[0], Says: SaysDamaged, Replaces: "one"}); got[0] != OutcomeConflict {
			t.Error(got)
		}
		if c := h.delivery("d1"); c.Items[0].Says != SaysWrong || c.Items[0].Scan != "two" {
			t.Errorf("%+v", c.Items[0])
		}
	})
}

func TestWhatIsNotExpectedIsKeptOrRefusedAndNeverTold(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		h.tablets("d1", hub, 1)
		theirs := h.tablets("d2", village, 1)
		stock := h.tablets("", "", 1)
		scans := []Scan{
			{ID: "unknown", Code: " sn-4711 "}, {ID: "unknown2", Code: "SN-4711"}, {ID: "theirs", Code: theirs[0]}, {ID: "stock", Code: stock[0]},
			{ID: "note", Code: noteCode(1)}, {ID: "gone", Code: "nothing", Says: SaysMissing}, {ID: "empty"}, {ID: "bad id", Code: "x"}, {ID: "bad", Code: "x", Says: "burnt"},
		}
		want := []Outcome{OutcomeSurplus, OutcomeAgain, OutcomeRefused, OutcomeSurplus, OutcomeRefused, OutcomeRefused, OutcomeRefused, OutcomeRefused, OutcomeRefused}
		if got := h.scan(head(hub), "d1", scans...); !slices.Equal(got, want) {
			t.Errorf("%v\nwant %v", got, want)
		}
		if a := h.asset(theirs[0]); a.State != assets.Ordered {
			t.Errorf("the other school's item is %s", a.State)
		}
		if n := h.count("SELECT COUNT(*) FROM equip_scan WHERE id = 'theirs' AND asset = ''"); n != 1 {
			t.Error("a refused scan tells whose the item is, or is not kept")
		}
		if c := h.delivery("d1"); len(c.Surplus) != 2 || c.Surplus[0].Code != "sn-4711" || len(c.Refused) != 3 {
			t.Errorf("%d surplus, %d refused", len(c.Surplus), len(c.Refused))
		}
		_, answers, err := h.service.Scan(head(hub), "d1", []Scan{{ID: "theirs2", Code: theirs[0]}})
		if err != nil || answers[0].Key != "deliveries.scan.elsewhere" || len(answers[0].Args) > 0 {
			t.Errorf("%+v, %v", answers, err)
		}
		// An identifier that another delivery has used says nothing of that one.
		if _, answers, err := h.service.Scan(head(village), "d2", []Scan{{ID: "unknown", Code: theirs[0]}}); err != nil || answers[0].Outcome != OutcomeRefused || answers[0].Asset != "" {
			t.Errorf("%+v, %v", answers, err)
		}
	})
}

func TestSerialNumbersComeWithTheScanAndAreNeverTwice(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		codes := h.tablets("d1", hub, 2)
		got := h.scan(head(hub), "d1", Scan{ID: "1", Code: codes[0], Serial: "ab 12"}, Scan{ID: "2", Code: codes[1], Serial: "AB12"}, Scan{ID: "3", Code: "ab12"})
		if !slices.Equal(got, []Outcome{OutcomeCounted, OutcomeRefused, OutcomeAgain}) {
			t.Fatal(got)
		}
		if a := h.asset(codes[1]); a.State != assets.Ordered || a.Serial != "" {
			t.Errorf("refused, and yet %s %q", a.State, a.Serial)
		}
		if got := h.scan(head(hub), "d1", Scan{ID: "4", Code: codes[1]}, Scan{ID: "5", Code: codes[1], Serial: "CD34"}); !slices.Equal(got, []Outcome{OutcomeCounted, OutcomeCounted}) {
			t.Error(got)
		}
		if a := h.asset("CD34"); a.Code != codes[1] || a.State != assets.Delivered {
			t.Errorf("%+v", a)
		}
	})
}

var errBusy = errors.New("not sent yet")

func TestTwoPhonesReceiveTheSameRoundTogether(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		codes := h.tablets("d1", hub, 24)
		var wg sync.WaitGroup
		for phone, ctx := range []context.Context{head(hub), officer()} {
			wg.Go(func() {
				for i := range 16 { // the eight in the middle are scanned by both
					at := i
					if phone == 1 {
						at = 23 - i
					}
					err := errBusy
					for db.IsSerialization(err) || err == errBusy { // 503: the page sends it again
						_, _, err = h.service.Scan(ctx, "d1", []Scan{{ID: fmt.Sprintf("p%d-%d", phone, at), Code: codes[at]}})
					}
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if c := h.delivery("d1"); c.State != Received || c.Tally != (Tally{Items: 24, Received: 24}) {
			t.Errorf("%s %+v", c.State, c.Tally)
		}
		if n := h.count("SELECT COUNT(*) FROM journal_fact WHERE kind = ?", assets.FactDelivered); n != 24 {
			t.Errorf("%d facts", n)
		}
	})
}

func TestAHeadReceivesAtTheirOwnSchoolAlone(t *testing.T) {
	each(t, func(t *testing.T, h *house) {
		codes := h.tablets("d1", hub, 1)
		for name, ctx := range map[string]context.Context{"another head": head(village), "a lead": as(authz.TerritoryLead, authz.Territory("02")), "a teacher": as(authz.Teacher, authz.Class("02", hub, "c"))} {
			if _, _, err := h.service.Scan(ctx, "d1", []Scan{{ID: "x", Code: codes[0]}}); !errs.Is(err, errs.NotFound) {
				t.Errorf("%s: %v", name, err)
			}
		}
		list, total, err := h.service.Deliveries(head(village), Filter{Page: 1, Size: 10})
		if err != nil || total != 1 || list[0].ID != "d2" || list[0].SchoolName != "École du Village" {
			t.Errorf("%d: %+v, %v", total, list, err)
		}
		many := make([]Scan, MostScans+1)
		if _, _, err := h.service.Scan(head(hub), "d1", many); !errs.Is(err, errs.Invalid) {
			t.Errorf("too many: %v", err)
		}
	})
}
