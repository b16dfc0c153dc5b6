package web

import (
	"context"
	"encoding/base64"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web/ui"
)

// Values are what a person sent with a form. Reading a wrong number collects an error for its field; Err
// returns them all.
type Values struct {
	values map[string][]string
	fields []errs.Field
}

// memoryForUploads is how much of a form with files stays in memory; the rest goes to temporary files.
const memoryForUploads = 4 << 20

// Form returns the values of a request's form, of its body and its address.
func Form(r *http.Request) (*Values, error) {
	var err error
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		err = r.ParseMultipartForm(memoryForUploads)
	} else {
		err = r.ParseForm()
	}
	if err != nil {
		if _, ok := errors.AsType[*http.MaxBytesError](err); ok {
			return nil, err
		}
		return nil, errs.NewInvalid("web.error.form").Because(err)
	}
	return &Values{values: r.Form}, nil
}

// Query returns the values of the address alone.
func Query(r *http.Request) *Values { return &Values{values: r.URL.Query()} }

// Text returns a value without the spaces around it, or "".
func (v *Values) Text(name string) string {
	if list := v.values[name]; len(list) > 0 {
		return strings.TrimSpace(list[0])
	}
	return ""
}

// All returns every value of the name.
func (v *Values) All(name string) []string { return v.values[name] }

// Has tells whether the name was sent with a value.
func (v *Values) Has(name string) bool { return v.Text(name) != "" }

// Int returns a whole number, or nil when nothing was sent; what is no number is an error of the field.
func (v *Values) Int(name string) *int {
	text := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "").Replace(v.Text(name))
	if text == "" {
		return nil
	}
	n, err := strconv.Atoi(text)
	if err != nil {
		v.Wrong(name, "web.form.number")
		return nil
	}
	return &n
}

// Float returns a number written with a comma or a point, or nil when nothing was sent.
func (v *Values) Float(name string) *float64 {
	text := strings.NewReplacer(" ", "", "\u00a0", "", "\u202f", "", ",", ".").Replace(v.Text(name))
	if text == "" {
		return nil
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil {
		v.Wrong(name, "web.form.number")
		return nil
	}
	return &n
}

// Wrong adds an error of a field.
func (v *Values) Wrong(name, key string, args ...any) {
	v.fields = append(v.fields, errs.Field{Name: name, Key: key, Args: args})
}

// Err returns the errors of the fields as one, or nil.
func (v *Values) Err() error { return errs.OfFields(v.fields...) }

// Upload returns a file of the form and its name; the caller closes it. An absent file is Invalid.
func Upload(r *http.Request, name string) (multipart.File, string, error) {
	if _, err := Form(r); err != nil {
		return nil, "", err
	}
	file, header, err := r.FormFile(name)
	if errors.Is(err, http.ErrMissingFile) || errors.Is(err, http.ErrNotMultipart) {
		return nil, "", &errs.Error{Kind: errs.Invalid, Key: "web.error.file_missing", Fields: []errs.Field{{Name: name, Key: "web.error.file_missing"}}}
	}
	if err != nil {
		return nil, "", errs.NewInvalid("web.error.form").Because(err)
	}
	return file, header.Filename, nil
}

// FieldErrors returns what is wrong with the fields of a form, in the person's language; nil when the error names none.
func FieldErrors(ctx context.Context, err error) ui.Errors {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok {
		return nil
	}
	var list ui.Errors
	for _, f := range e.Fields {
		list = append(list, ui.FieldError{Name: f.Name, Text: i18n.T(ctx, f.Key, f.Args...)})
	}
	return list
}

// FormErrors returns what is wrong with a form, in the person's language, when the error is of one of the kinds: its
// fields, else the error itself. False: the form cannot show it.
func FormErrors(ctx context.Context, err error, kinds ...errs.Kind) (ui.Errors, bool) {
	e, ok := errors.AsType[*errs.Error](err)
	if !ok || !slices.Contains(kinds, e.Kind) {
		return nil, false
	}
	if list := FieldErrors(ctx, err); list != nil {
		return list, true
	}
	return ui.Errors{{Text: i18n.T(ctx, e.Key, e.Args...)}}, true
}

// HandedIn returns what a person signed with: the drawing of the canvas (the field drawing), or the photo of the paper
// (the file sheet), limit bytes and one more at the most; nothing when neither was sent.
func HandedIn(r *http.Request, form *Values, limit int64) ([]byte, error) {
	if drawing, ok := strings.CutPrefix(form.Text("drawing"), "data:image/png;base64,"); ok {
		data, err := base64.StdEncoding.DecodeString(drawing)
		if err != nil {
			return nil, errs.NewInvalid("files.picture.invalid").Because(err)
		}
		return data, nil
	}
	file, _, err := Upload(r, "sheet")
	if errs.Is(err, errs.Invalid) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	defer file.Close()
	return io.ReadAll(io.LimitReader(file, limit+1))
}
