// Package ui holds the components of Préau's pages: govuk-frontend markup in Préau's own dress.
//
// A page is a templ component given to Layout by the web adapter; rooms write only its body:
//
//	templ schoolPage(v SchoolView) {
//		@ui.Breadcrumbs(ui.Link{Text: i18n.T(ctx, "directory.schools"), Href: "/schools"})
//		@ui.Heading(v.Name, v.UAI)
//		@ui.Interval(ui.Range{Label: …, Sure: v.Sure, Possible: v.Possible, Total: v.Pupils})
//		@ui.Table(ui.Head{Caption: …, Columns: cols}) {
//			for _, c := range v.Classes {
//				@ui.Row() {
//					@ui.RowHeader() { <a href={ "/classes/" + c.ID }>{ c.Name }</a> }
//					@ui.Num(cols[1], c.Pupils)
//				}
//			}
//		}
//	}
//
// Plain elements without a class are dressed inside <main>: h1–h4, p, a, ul, ol, code.
//
// # Text
//
//	Hero(title, lead)          opens the public front page, with the schoolyard and what to do as children
//	Heading(text, caption)     the page's only h1; caption may be ""
//	Lead(text)                 an opening sentence
//	Breadcrumbs(links...)      the way here, without the page itself; stands above the heading
//	Tabs(label, tabs)          the pages of one object, as links
//	Inset, Details(summary), Warning(text), Banner(kind, title), Panel(title, text), Card, Grid, Toolbar
//
// # Forms
//
// Form(FormTo) wraps the inputs; each input is a Field: Name is sent, ID is the Name unless set, Error comes
// from Errors.For(name). ErrorSummary(errors) stands above the heading and its links lead to the inputs.
//
//	Input, Password, Textarea, Select, Radios, Checkboxes, FileUpload, DateInput, Button, LinkButton, ButtonGroup
//	SearchBox, Filters         GET forms; Filters sends itself on a choice where scripts run
//	Confirm                    the whole body of a page that asks before something is destroyed
//
// # Data
//
//	Table, Row, RowHeader, Cell, Text, Num, Data   tables that become lists on a phone; columns may sort
//	Count, Pagination, SummaryList, Stat, Progress, Empty, Tag, Chip, Chips, Live
//	Interval                   of n pupils, how many surely and how many possibly: Préau's own figure
//
// # Classes
//
// For what needs no component: app-muted, app-small, app-nowrap, app-numeric, app-narrow (forms),
// app-no-print, app-page-break (starts a sheet of paper), govuk-visually-hidden.
//
// Texts come translated from the caller; the package's own words are in messages.yaml (ui.…).
// No component writes a style attribute or a script: the content security policy forbids both.
package ui
