package site

import (
	"context"
	"net/http"
	"slices"
	"sort"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"preau/internal/base/db"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
	"preau/internal/base/web/ui"
)

func journalColumns(ctx context.Context) []ui.Column {
	return []ui.Column{{Label: i18n.T(ctx, "site.journal.at")}, {Label: i18n.T(ctx, "site.journal.what")}, {Label: i18n.T(ctx, "site.journal.where")},
		{Label: i18n.T(ctx, "site.journal.who")}}
}

func kindOptions(ctx context.Context, kinds []string) []ui.Option {
	options := []ui.Option{{Value: "", Text: i18n.T(ctx, "site.journal.every_kind")}}
	for _, k := range kinds {
		options = append(options, ui.Option{Value: k, Text: factName(ctx, k)})
	}
	slices.SortFunc(options[1:], func(a, b ui.Option) int { return strings.Compare(db.Fold(a.Text), db.Fold(b.Text)) })
	return options
}

func (m *Module) accessibilityPage(r *http.Request) (web.Response, error) {
	return web.Page{Title: i18n.T(r.Context(), "site.accessibility.title"), Body: textPage("site.accessibility.", 6)}, nil
}

func (m *Module) dataPage(r *http.Request) (web.Response, error) {
	return web.Page{Title: i18n.T(r.Context(), "site.data.title"), Body: textPage("site.data.", 6)}, nil
}

func (m *Module) sourcePage(r *http.Request) (web.Response, error) {
	return web.Page{Title: i18n.T(r.Context(), "site.source.title"), Body: sourcePage(m.Source)}, nil
}

// operationView is one line of the readable page of the API.
type operationView struct{ Method, Path, Summary, ID string }

type operationGroup struct {
	Tag        string
	Operations []operationView
}

func (m *Module) apiPage(r *http.Request) (web.Response, error) {
	byTag := map[string][]operationView{}
	for path, item := range m.server.Operations().Paths {
		for method, o := range map[string]*huma.Operation{"GET": item.Get, "POST": item.Post, "PUT": item.Put, "PATCH": item.Patch, "DELETE": item.Delete} {
			if o != nil {
				byTag[strings.Join(o.Tags, " ")] = append(byTag[strings.Join(o.Tags, " ")], operationView{method, path, o.Summary, o.OperationID})
			}
		}
	}
	var groups []operationGroup
	for tag, list := range byTag {
		sort.Slice(list, func(i, j int) bool {
			return list[i].Path+list[i].Method < list[j].Path+list[j].Method
		})
		groups = append(groups, operationGroup{tag, list})
	}
	sort.Slice(groups, func(i, j int) bool { return groups[i].Tag < groups[j].Tag })
	return web.Page{Title: i18n.T(r.Context(), "site.api.title"), Body: apiPage(groups)}, nil
}

func apiColumns(ctx context.Context) []ui.Column {
	return []ui.Column{{Label: i18n.T(ctx, "site.api.operation")}, {Label: i18n.T(ctx, "site.api.summary")}}
}
