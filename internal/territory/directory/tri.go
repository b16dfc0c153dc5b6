package directory

import (
	"database/sql/driver"
	"fmt"
)

// Tri is yes, no or unknown; unknown is the zero value, NULL in the database and null in JSON.
type Tri int8

// The three answers.
const (
	Unknown Tri = iota
	No
	Yes
)

// TriOf returns Yes or No.
func TriOf(yes bool) Tri {
	if yes {
		return Yes
	}
	return No
}

// Value makes a Tri an argument of a statement: NULL, 0 or 1.
func (t Tri) Value() (driver.Value, error) {
	if t == Unknown {
		return nil, nil
	}
	return int64(t - No), nil
}

// Scan reads a Tri from a column.
func (t *Tri) Scan(value any) error {
	switch v := value.(type) {
	case nil:
		*t = Unknown
	case int64:
		*t = TriOf(v != 0)
	default:
		return fmt.Errorf("directory: %T is not yes, no or unknown", value)
	}
	return nil
}

// MarshalJSON writes true, false or null.
func (t Tri) MarshalJSON() ([]byte, error) {
	switch t {
	case Yes:
		return []byte("true"), nil
	case No:
		return []byte("false"), nil
	}
	return []byte("null"), nil
}

// Bool returns the answer as a pointer, nil when it is unknown.
func (t Tri) Bool() *bool {
	if t == Unknown {
		return nil
	}
	yes := t == Yes
	return &yes
}
