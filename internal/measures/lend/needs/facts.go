package needs

// The kinds of fact about needs. Their subject is the nomination, the school of a quota.
const (
	FactNominated = "lend.need.nominated"
	FactWithdrawn = "lend.need.withdrawn"
	FactGranted   = "lend.need.granted"
	FactWaiting   = "lend.need.waiting"
	FactDeclined  = "lend.need.declined"
	FactAppealed  = "lend.appeal.asked"
	FactUpheld    = "lend.appeal.upheld"
	FactRejected  = "lend.appeal.rejected"
	FactQuota     = "lend.quota.set"
)

// Facts lists them.
var Facts = []string{FactNominated, FactWithdrawn, FactGranted, FactWaiting, FactDeclined, FactAppealed, FactUpheld, FactRejected, FactQuota}

// decision is the data of a fact: the school year, and nothing that tells why.
type decision struct {
	Year string `json:"year"`
}
