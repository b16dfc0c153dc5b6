package agreements

// The kinds of fact about agreements. Their subject is the agreement.
const (
	FactPrepared  = "lend.agreement.prepared"
	FactChanged   = "lend.agreement.changed"
	FactSigned    = "lend.agreement.signed"
	FactCancelled = "lend.agreement.cancelled"
)

// Facts lists them.
var Facts = []string{FactPrepared, FactChanged, FactSigned, FactCancelled}

// fact is the data of a fact. The sum of a signed document stands in the sealed journal: nobody can put another in its place.
type fact struct {
	Code   string `json:"code"`
	SHA256 string `json:"sha256,omitempty"`
}
