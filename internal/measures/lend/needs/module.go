package needs

import (
	"context"
	"embed"

	"preau/internal/base/web"
)

// Messages holds the words of needs.
//
//go:embed messages.yaml
var Messages embed.FS

// Module is what needs give to the site.
type Module struct{ Service *Service }

// Routes returns the pages.
func (m *Module) Routes() []web.Route {
	one := "/lend/needs/nominations/{id}"
	return []web.Route{
		{Method: "GET", Pattern: "/lend", Permission: Enter, Handle: m.homePage},
		{Method: "GET", Pattern: "/lend/needs", Permission: ReadCounts, Handle: m.countsPage},
		{Method: "GET", Pattern: "/lend/needs/rule", Public: true, Handle: m.rulePage},
		{Method: "GET", Pattern: "/lend/needs/appeals", Permission: DecideAppeals, Handle: m.appealsPage},
		{Method: "GET", Pattern: "/lend/needs/classes/{id}", Permission: Nominate, Handle: m.classPage},
		{Method: "POST", Pattern: "/lend/needs/classes/{id}", Permission: Nominate, Handle: m.nominate},
		{Method: "GET", Pattern: "/lend/needs/schools/{uai}", Permission: Decide, Handle: m.schoolPage},
		{Method: "POST", Pattern: "/lend/needs/schools/{uai}/apply", Permission: Decide, Handle: m.apply},
		{Method: "GET", Pattern: "/lend/needs/schools/{uai}/export.csv", Permission: Decide, Handle: m.export},
		{Method: "GET", Pattern: "/lend/needs/schools/{uai}/quota", Permission: EditQuotas, Handle: m.quotaPage},
		{Method: "POST", Pattern: "/lend/needs/schools/{uai}/quota", Permission: EditQuotas, Handle: m.setQuota},
		{Method: "GET", Pattern: one, Permission: Nominate, Handle: m.explainPage},
		{Method: "POST", Pattern: one + "/grant", Permission: Decide, Handle: m.decided("needs.granted.done", m.Service.Grant)},
		{Method: "POST", Pattern: one + "/release", Permission: Decide, Handle: m.decided("needs.released", func(ctx context.Context, id, _ string) error { return m.Service.Release(ctx, id) })},
		{Method: "POST", Pattern: one + "/decline", Permission: Decide, Handle: m.decided("needs.declined.done", m.Service.Decline)},
		{Method: "POST", Pattern: one + "/answer", Permission: DecideAppeals, Handle: m.answerAppeal},
		{Method: "GET", Pattern: "/lend/own/needs", Permission: ReadOwn, Handle: m.ownPage},
		{Method: "POST", Pattern: "/lend/own/needs/{id}/appeal", Permission: AskAppeal, Handle: m.ask},
	}
}
