// Package errs names the few kinds of error that Préau tells a person about.
//
// An error carries a message key and its arguments, so that the one place that answers (the web adapter,
// the command) says it in the person's language; the private cause goes to the log alone.
package errs

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what a caller can do about an error.
type Kind int

// The kinds, each with its HTTP status (RFC 9110) in the web adapter.
const (
	Internal        Kind = iota // 500: ours to mend; the person sees only the request id
	Invalid                     // 422: the input is wrong, and the message says how
	Unauthenticated             // 401: nobody is logged in
	NotFound                    // 404: it is not there, or this person may not know that it is
	Forbidden                   // 403: seen, but not to be changed by this person now
	Conflict                    // 409: somebody else was first, or the state does not allow it
	TooLarge                    // 413: more than the route accepts
	TooMany                     // 429: slow down
	Unavailable                 // 503: try again later
)

// Field is an error of one input of a form or one member of a JSON body.
type Field struct {
	Name string // the input's name
	Key  string // message key
	Args []any  // alternating names and values for the message
}

// Error is an error with a public message (Key, Args), the fields at fault and a private cause.
type Error struct {
	Kind   Kind
	Key    string
	Args   []any
	Fields []Field
	Cause  error
}

func (e *Error) Error() string {
	var b strings.Builder
	b.WriteString(e.Key)
	for i := 0; i+1 < len(e.Args); i += 2 {
		fmt.Fprintf(&b, " %v=%v", e.Args[i], e.Args[i+1])
	}
	for _, f := range e.Fields {
		fmt.Fprintf(&b, " [%s: %s]", f.Name, f.Key)
	}
	if e.Cause != nil {
		b.WriteString(": ")
		b.WriteString(e.Cause.Error())
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.Cause }

// Because returns the error with its private cause.
func (e *Error) Because(cause error) *Error { e.Cause = cause; return e }

// New returns an error of a kind; args alternate names and values for the message.
func New(kind Kind, key string, args ...any) *Error { return &Error{Kind: kind, Key: key, Args: args} }

// NewInvalid returns an error about the input.
func NewInvalid(key string, args ...any) *Error { return New(Invalid, key, args...) }

// NewNotFound returns an error about something that is not there for this person.
func NewNotFound(key string, args ...any) *Error { return New(NotFound, key, args...) }

// NewConflict returns an error about a state that does not allow the change.
func NewConflict(key string, args ...any) *Error { return New(Conflict, key, args...) }

// NewForbidden returns an error about a change that this person may not make now.
func NewForbidden(key string, args ...any) *Error { return New(Forbidden, key, args...) }

// OfFields returns an Invalid error for the fields, or nil when there are none.
func OfFields(fields ...Field) error {
	if len(fields) == 0 {
		return nil
	}
	return &Error{Kind: Invalid, Key: "errs.fields", Args: []any{"n", len(fields)}, Fields: fields}
}

// KindOf returns the kind of err; an error of no kind is Internal.
func KindOf(err error) Kind {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Kind
	}
	return Internal
}

// Is tells whether err is of the kind.
func Is(err error, kind Kind) bool { return err != nil && KindOf(err) == kind }
