package ui

import (
	"strconv"
	"strings"

	"github.com/a-h/templ"
)

// FieldError is what is wrong with one input, in the person's language.
type FieldError struct {
	Name string // the input's name
	Text string
}

// Errors are what is wrong with a form.
type Errors []FieldError

// For returns the text for the input of that name, or "".
func (e Errors) For(name string) string {
	for _, f := range e {
		if f.Name == name {
			return f.Text
		}
	}
	return ""
}

// Field describes one question of a form.
type Field struct {
	Name         string
	ID           string // Name when empty; errors lead to it
	Label        string // the question; the legend of radios, checkboxes and dates
	LabelSize    string // "", or s, m, l: as a heading of that size
	HideLabel    bool   // for screen readers only
	Hint         string
	Value        string
	Values       []string // Checkboxes: the values that are ticked
	Error        string
	Type         string // Input: text when empty
	Width        int    // Input: 2, 3, 4, 5, 10, 20 or 30 characters; 0 is the full width
	Autocomplete string // see WCAG 1.3.5: every input about the person has one
	Inputmode    string
	Prefix       string
	Suffix       string
	Min          string
	Max          string
	Rows         int    // Textarea: 5 when 0
	Accept       string // FileUpload: the kinds of file
	Multiple     bool   // FileUpload
	Inline       bool   // Radios, Checkboxes: side by side
	Small        bool   // Radios, Checkboxes: for lists of filters
	Optional     bool   // says so beside the label
	Required     bool   // the browser asks for it before it sends
	Disabled     bool
}

func (f Field) id() string {
	if f.ID != "" {
		return f.ID
	}
	return f.Name
}

func (f Field) describedBy() string {
	var ids []string
	if f.Hint != "" {
		ids = append(ids, f.id()+"-hint")
	}
	if f.Error != "" {
		ids = append(ids, f.id()+"-error")
	}
	return strings.Join(ids, " ")
}

func (f Field) inputType() string {
	if f.Type == "" {
		return "text"
	}
	return f.Type
}

func (f Field) widthClass() string {
	switch f.Width {
	case 2:
		return "govuk-input--width-2"
	case 3:
		return "govuk-input--width-3"
	case 4:
		return "govuk-input--width-4"
	case 5:
		return "govuk-input--width-5"
	case 10:
		return "govuk-input--width-10"
	case 20:
		return "govuk-input--width-20"
	case 30:
		return "govuk-input--width-30"
	}
	return ""
}

func (f Field) rows() int {
	if f.Rows == 0 {
		return 5
	}
	return f.Rows
}

func (f Field) ticked(value string) bool {
	for _, v := range f.Values {
		if v == value {
			return true
		}
	}
	return false
}

// Option is one answer of a Select, Radios or Checkboxes.
type Option struct {
	Value    string
	Text     string
	Hint     string
	Or       bool // stands after a line that says "or"
	Alone    bool // Checkboxes: unticks all others, such as "none of these"
	Disabled bool
	// Reveal is shown once the option is chosen; without scripts it is always there.
	Reveal templ.Component
}

// The first option bears the field's own id, so that an error can lead to it.
func (f Field) optionID(i int) string {
	if i == 0 {
		return f.id()
	}
	return f.id() + "-" + strconv.Itoa(i+1)
}

// Date is what a person wrote into a DateInput.
type Date struct{ Day, Month, Year string }

// The kinds of a button.
const (
	Primary   = ""
	Secondary = "secondary"
	Danger    = "warning"
	Quiet     = "quiet" // small, for toolbars and rows
)

// Action is a button or a link that looks like one.
type Action struct {
	Text     string
	Hidden   string // more words for screen readers, where several buttons of a page bear the same Text
	Kind     string
	Href     string // LinkButton
	Name     string // Button: sent when it was this one
	Value    string
	Form     string // Button: the id of a form that it does not stand in
	Disabled bool
}

func (a Action) class() string {
	switch a.Kind {
	case Secondary:
		return "govuk-button govuk-button--secondary"
	case Danger:
		return "govuk-button govuk-button--warning"
	case Quiet:
		return "govuk-button govuk-button--secondary govuk-button--quiet"
	}
	return "govuk-button"
}

// FormTo says where and how a form is sent.
type FormTo struct {
	Action string
	Method string // post when empty
	Upload bool   // holds a file
	ID     string
}

func (f FormTo) method() string {
	if f.Method == "" {
		return "post"
	}
	return f.Method
}

// Search is a form with one input.
type Search struct {
	Action string
	Name   string // q when empty
	Value  string
	Label  string
	Keep   []Hidden // other parameters of the page that stay
}

func (s Search) name() string {
	if s.Name == "" {
		return "q"
	}
	return s.Name
}

// Hidden is a parameter that a form carries along.
type Hidden struct{ Name, Value string }

// FilterTo describes a form of filters: its fields are its children.
type FilterTo struct {
	Action string
	Label  string // names the form for screen readers
	Reset  string // address without any filter; "" when none is set
	Keep   []Hidden
}

// Confirmation asks before something that cannot be undone.
type Confirmation struct {
	Title  string
	Text   string
	Action string // POST
	Button string
	Cancel Link
	Hidden []Hidden
}
