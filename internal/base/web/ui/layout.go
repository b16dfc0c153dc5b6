package ui

import (
	"embed"
	"net/url"
	"slices"

	"preau/internal/base/i18n"
)

// Messages holds the words of the components.
//
//go:embed messages.yaml
var Messages embed.FS

// Frame is what surrounds the body of a page.
type Frame struct {
	Title   string    // of the page, without the name of the product
	Section string    // the menu entry to mark
	Lang    i18n.Lang // of the page
	Path    string    // path and query of the page, to come back to after a change of language
	Demo    bool      // the territory is invented: said on every page
	Menu    []MenuItem
	Account *Account // nil for the public
	Flash   *Flash   // what the person's last action did
	Assets  func(name string) string
}

// MenuItem is an entry of the main menu. One that gathers several shows them in a second line while the person is
// at one of them.
type MenuItem struct {
	Label   string
	Href    string
	Section string
	Within  []MenuItem
}

// at tells whether the section is the entry's, or that of one within.
func (m MenuItem) at(section string) bool {
	return m.Section == section || slices.ContainsFunc(m.Within, func(in MenuItem) bool { return in.Section == section })
}

// Account is the person who is logged in.
type Account struct {
	Name      string
	Role      string
	RoleLabel string // as the person reads it, with its scope
	CanSwitch bool   // the person holds other roles
}

// Flash is a message shown once; Kind is one of the Kind constants.
type Flash struct {
	Kind string
	Text string
}

// The kinds of a flash or a banner.
const (
	KindInfo    = "info"
	KindSuccess = "success"
	KindError   = "error"
)

// Link leads somewhere.
type Link struct {
	Text string
	Href string
}

func (f Frame) languageHref(lang i18n.Lang) string {
	return "/language/" + string(lang) + "?back=" + url.QueryEscape(f.Path)
}

func (f Frame) languages() []i18n.Lang { return i18n.Langs }

func languageName(lang i18n.Lang) string {
	if lang == i18n.English {
		return "English"
	}
	return "Français"
}
