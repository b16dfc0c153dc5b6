package programme

// Version is a programme as it was loaded once. It is shared: read only.
type Version struct {
	ID        string     `json:"id"`
	Number    int64      `json:"number"`
	File      string     `json:"file"`
	SHA256    string     `json:"sha256"`
	LoadedAt  int64      `json:"loaded_at"` // ms since 1970, UTC
	Programme *Programme `json:"programme"`
	text      string
}

// Text returns the file.
func (v *Version) Text() string { return v.text }

// LoadReport tells what a load did.
type LoadReport struct {
	Programme   string   `json:"programme"`
	Version     int64    `json:"version"`
	SHA256      string   `json:"sha256"`
	Unchanged   bool     `json:"unchanged"` // this very text was in force already
	Measures    int      `json:"measures"`
	Territories []string `json:"territories"`
	BudgetCents int64    `json:"budget_cents"`
}

// Progress is what has come of a measure. Target and Planned are those of the adopted plan; without one
// the target is what the programme states, and nothing is planned.
type Progress struct {
	Measure      *Measure `json:"-"`
	ID           string   `json:"id"`
	Unit         Unit     `json:"unit"`
	Target       int64    `json:"target"`
	Planned      int64    `json:"planned"`
	PlannedCents int64    `json:"planned_cents"`
	Done         int64    `json:"done"`
	BudgetCents  int64    `json:"budget_cents"`
}
