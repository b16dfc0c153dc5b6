package accounts

import (
	"context"
	"net/url"
	"strconv"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
	"preau/internal/base/web/ui"
)

// loginAddress is that of the log-in, which then goes on to next.
func loginAddress(next string) string {
	if next == "" || next == "/" {
		return "/login"
	}
	return "/login?next=" + url.QueryEscape(next)
}

func tokenAddress(id string) string { return "/account/tokens/" + url.PathEscape(id) + "/revoke" }

func resetAddress(v peopleView) string {
	if v.Filtered {
		return "/accounts"
	}
	return ""
}

// languageOptions names each language in itself.
func languageOptions() []ui.Option {
	return []ui.Option{{Value: string(i18n.French), Text: "Français"}, {Value: string(i18n.English), Text: "English"}}
}

func roleOptions(ctx context.Context, roles []authz.Role, none string) []ui.Option {
	options := []ui.Option{{Text: none}}
	for _, r := range roles {
		options = append(options, ui.Option{Value: string(r), Text: i18n.T(ctx, "authz.role."+string(r))})
	}
	return options
}

func territoryOptions(list []Place, none string) []ui.Option {
	options := []ui.Option{{Text: none}}
	for _, t := range list {
		options = append(options, ui.Option{Value: t.Code, Text: t.Name})
	}
	return options
}

func schoolOptions(list []SchoolChoice, none string) []ui.Option {
	options := []ui.Option{{Text: none}}
	for _, s := range list {
		options = append(options, ui.Option{Value: placeText(s.Scope), Text: s.Name})
	}
	return options
}

// noTerritory is what an empty choice of territory means to who chooses.
func (f grantForm) noTerritory(ctx context.Context) string {
	if f.National {
		return i18n.T(ctx, "accounts.place.nation")
	}
	return i18n.T(ctx, "accounts.territory.choose")
}

// refused keeps what is wrong with the form; who chooses from a list reads about any part of a place beside it.
func (f *grantForm) refused(wrong ui.Errors) {
	f.Errors = wrong
	if !f.onlySchools() {
		return
	}
	for i, e := range f.Errors {
		if e.Name == "territory" || e.Name == "school" || e.Name == "class" {
			f.Errors[i].Name = "place"
		}
	}
}

func scopeOptions(list []authz.Permission) []ui.Option {
	var options []ui.Option
	for _, p := range list {
		options = append(options, ui.Option{Value: string(p), Text: string(p)})
	}
	return options
}

func lifeOptions(ctx context.Context) []ui.Option {
	var options []ui.Option
	for _, days := range TokenDays {
		options = append(options, ui.Option{Value: strconv.Itoa(days), Text: i18n.T(ctx, "accounts.token.days", "n", days)})
	}
	return options
}

// heldOptions are the roles that a person holds, with where, and what each is for.
func heldOptions(ctx context.Context, roles []roleChoice) []ui.Option {
	var options []ui.Option
	for _, c := range roles {
		hint := strings.Join(c.Places, ", ") + ". " + i18n.T(ctx, "accounts.role.about."+string(c.Role))
		options = append(options, ui.Option{Value: string(c.Role), Text: i18n.T(ctx, "authz.role."+string(c.Role)), Hint: hint})
	}
	return options
}

func tokenUse(ctx context.Context, t Token) string {
	if t.UsedAt == 0 {
		return i18n.T(ctx, "accounts.token.never")
	}
	return when(ctx, t.UsedAt)
}
