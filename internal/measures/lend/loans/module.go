package loans

import (
	"embed"

	"preau/internal/base/web"
)

// Messages holds the words of loans.
//
//go:embed messages.yaml
var Messages embed.FS

// Module is what loans give to the site.
type Module struct{ Service *Service }

// Routes returns the pages.
func (m *Module) Routes() []web.Route {
	class, one, claim := "/lend/handover/classes/{id}", "/lend/loans/{id}", "/lend/claims/{id}"
	return []web.Route{
		{Method: "GET", Pattern: "/lend/handover", Permission: HandLoans, Handle: m.handoversPage},
		{Method: "GET", Pattern: class, Permission: HandLoans, Handle: m.classPage},
		{Method: "POST", Pattern: class, Permission: HandLoans, Handle: m.handOver, MaxBody: mostBody},
		{Method: "GET", Pattern: class + "/slips.pdf", Permission: HandLoans, Handle: m.slips},
		{Method: "GET", Pattern: "/lend/return", Permission: HandLoans, Handle: m.returnPage},
		{Method: "POST", Pattern: "/lend/return", Permission: HandLoans, Handle: m.takeBack, MaxBody: mostBody},
		{Method: "GET", Pattern: "/lend/loans", Permission: ReadLoans, Handle: m.listPage},
		{Method: "GET", Pattern: "/lend/loans.csv", Permission: ReadLoans, Handle: m.listCSV},
		{Method: "GET", Pattern: one, Permission: ReadLoans, Handle: m.loanPage},
		{Method: "GET", Pattern: one + "/receipt.pdf", Permission: ReadLoans, Handle: m.receipt},
		{Method: "GET", Pattern: one + "/photo/{which}", Permission: ReadLoans, Handle: m.loanPhoto},
		{Method: "POST", Pattern: one + "/cancel", Permission: HandLoans, Handle: m.cancel},
		{Method: "GET", Pattern: one + "/claim", Permission: HandLoans, Handle: m.statementPage(false)},
		{Method: "POST", Pattern: one + "/claim", Permission: HandLoans, Handle: m.state(false), MaxBody: mostBody},
		{Method: "GET", Pattern: one + "/claim.pdf", Permission: ReadLoans, Handle: m.statementPaper},
		{Method: "GET", Pattern: "/lend/claims", Permission: DecideClaims, Handle: m.claimsPage},
		{Method: "GET", Pattern: claim, Permission: DecideClaims, Handle: m.claimPage},
		{Method: "POST", Pattern: claim + "/decide", Permission: DecideClaims, Handle: m.decide},
		{Method: "POST", Pattern: claim + "/settle", Permission: DecideClaims, Handle: m.settle},
		{Method: "POST", Pattern: claim + "/swap", Permission: HandLoans, Handle: m.swap},
		{Method: "GET", Pattern: "/lend/mine", Permission: ReadOwn, Handle: m.ownPage},
		{Method: "GET", Pattern: "/lend/mine/{id}/claim", Permission: StateOwn, Handle: m.statementPage(true)},
		{Method: "POST", Pattern: "/lend/mine/{id}/claim", Permission: StateOwn, Handle: m.state(true), MaxBody: mostBody},
		{Method: "GET", Pattern: "/lend/holidays", Permission: EditHolidays, Handle: m.holidaysPage},
		{Method: "POST", Pattern: "/lend/holidays", Permission: EditHolidays, Handle: m.importHolidays, MaxBody: 2 << 20},
		{Method: "GET", Pattern: "/lend/reminders", Permission: Remind, Handle: m.remindersPage},
		{Method: "GET", Pattern: "/lend/reminders/letters.pdf", Permission: Remind, Handle: m.letters},
		{Method: "POST", Pattern: "/lend/reminders/done", Permission: Remind, Handle: m.reminderDone},
	}
}
