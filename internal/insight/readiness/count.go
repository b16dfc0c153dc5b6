package readiness

import (
	"database/sql/driver"
	"encoding/json"
	"fmt"
	"strconv"
)

// Count is a number of pupils, or unknown (the zero value). Two counts may be compared with ==.
type Count struct {
	n     int
	known bool
}

// CountOf returns a known count.
func CountOf(n int) Count { return Count{n, true} }

// Get returns the number, and whether it is known.
func (c Count) Get() (int, bool) { return c.n, c.known }

// Known tells whether the number is known.
func (c Count) Known() bool { return c.known }

func (c Count) pointer() *int {
	if !c.known {
		return nil
	}
	return &c.n
}

// String returns the number, "" when it is unknown.
func (c Count) String() string {
	if !c.known {
		return ""
	}
	return strconv.Itoa(c.n)
}

// MarshalJSON writes the number, null when it is unknown.
func (c Count) MarshalJSON() ([]byte, error) {
	if !c.known {
		return []byte("null"), nil
	}
	return strconv.AppendInt(nil, int64(c.n), 10), nil
}

// UnmarshalJSON reads a number or null.
func (c *Count) UnmarshalJSON(b []byte) error {
	var n *int
	if err := json.Unmarshal(b, &n); err != nil {
		return err
	}
	*c = Count{}
	if n != nil {
		*c = CountOf(*n)
	}
	return nil
}

// Value stores the number, NULL when it is unknown.
func (c Count) Value() (driver.Value, error) {
	if !c.known {
		return nil, nil
	}
	return int64(c.n), nil
}

// Scan reads a number or NULL.
func (c *Count) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*c = Count{}
	case int64:
		*c = CountOf(int(v))
	default:
		return fmt.Errorf("readiness: a count is read as %T", src)
	}
	return nil
}

// Ternary is yes, no or unknown (the zero value).
type Ternary int8

// The values of a Ternary.
const (
	Unknown Ternary = iota
	No
	Yes
)

// Known tells whether the value is yes or no.
func (t Ternary) Known() bool { return t != Unknown }

// String returns yes, no or "".
func (t Ternary) String() string {
	switch t {
	case Yes:
		return "yes"
	case No:
		return "no"
	}
	return ""
}

func (t Ternary) pointer() *bool {
	if t == Unknown {
		return nil
	}
	yes := t == Yes
	return &yes
}

// And is yes when both are yes and no when one is no.
func (t Ternary) And(u Ternary) Ternary {
	switch {
	case t == No || u == No:
		return No
	case t == Yes && u == Yes:
		return Yes
	}
	return Unknown
}

// Or is yes when one is yes and no when both are no.
func (t Ternary) Or(u Ternary) Ternary {
	switch {
	case t == Yes || u == Yes:
		return Yes
	case t == No && u == No:
		return No
	}
	return Unknown
}

// MarshalJSON writes true, false or null.
func (t Ternary) MarshalJSON() ([]byte, error) {
	switch t {
	case Yes:
		return []byte("true"), nil
	case No:
		return []byte("false"), nil
	}
	return []byte("null"), nil
}

// UnmarshalJSON reads true, false or null.
func (t *Ternary) UnmarshalJSON(b []byte) error {
	var v *bool
	if err := json.Unmarshal(b, &v); err != nil {
		return err
	}
	*t = Unknown
	if v != nil {
		*t = No
		if *v {
			*t = Yes
		}
	}
	return nil
}

// Value stores 1, 0 or NULL.
func (t Ternary) Value() (driver.Value, error) {
	switch t {
	case Yes:
		return int64(1), nil
	case No:
		return int64(0), nil
	}
	return nil, nil
}

// Scan reads 1, 0 or NULL.
func (t *Ternary) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*t = Unknown
	case int64:
		*t = No
		if v == 1 {
			*t = Yes
		}
	default:
		return fmt.Errorf("readiness: a yes or no is read as %T", src)
	}
	return nil
}
