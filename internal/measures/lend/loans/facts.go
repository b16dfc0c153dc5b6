package loans

// The kinds of fact about loans. Their subject is the loan, of a claim the claim; school and class are the pupil's.
//
// Who reads them adds up: each fact that changes how many devices that work are at pupils' homes bears a Use whose
// Devices says by how much. No other kind of fact does, and none tells of the same device twice.
const (
	// FactHandedOver tells that a family took a device home: Devices is 1, and Quantity 1 for the programme, or 0
	// when it takes the place of another one.
	FactHandedOver = "lend.loan.handed_over"
	// FactCancelled tells that a handover was written by mistake: Devices and Quantity are -1.
	FactCancelled = "lend.loan.cancelled"
	// FactReturned tells that a device came back: Devices is -1, or 0 when it had stopped working at home before.
	FactReturned = "lend.loan.returned"
	// FactUnusable tells that a device at home broke, was lost or was stolen: Devices is -1.
	FactUnusable = "lend.loan.unusable"
	// FactLeft tells that the pupil left the class or the school with the device, Devices -1; FactArrived that they
	// came into another one of the territory with it, Devices 1.
	FactLeft    = "lend.loan.left"
	FactArrived = "lend.loan.arrived"
	// FactEnded tells that the loan ended without the device: lost or stolen. Its data is an Outcome.
	FactEnded = "lend.loan.ended"
	// FactReturnAsked tells that the pupil left the territory and that the device is asked back.
	FactReturnAsked = "lend.loan.return_asked"

	// FactStated tells that a breakage, a loss or a theft was stated, FactDecided what was decided of it. Their data is an Outcome.
	FactStated  = "lend.claim.stated"
	FactDecided = "lend.claim.decided"
	FactSettled = "lend.claim.settled"

	// FactHolidays tells that the school holidays of a year were written, FactReminded how many families were reminded.
	FactHolidays = "lend.holiday.imported"
	FactReminded = "lend.reminder.sent"
)

// UseKinds are the kinds of fact whose data is a Use.
var UseKinds = []string{FactHandedOver, FactCancelled, FactReturned, FactUnusable, FactLeft, FactArrived}

// Facts lists them all.
var Facts = []string{FactHandedOver, FactCancelled, FactReturned, FactUnusable, FactLeft, FactArrived, FactEnded, FactReturnAsked,
	FactStated, FactDecided, FactSettled, FactHolidays, FactReminded}

// Use is what a fact changes.
type Use struct {
	Measure  string `json:"measure,omitempty"` // of the programme that paid for the device
	Quantity int64  `json:"quantity"`          // loans of the measure, more or fewer
	Kind     string `json:"kind"`              // device, hotspot, sim
	Devices  int64  `json:"devices"`           // of that kind that work at homes of the class's pupils, more or fewer
}

// Outcome is the data of facts about claims.
type Outcome struct {
	Kind  string `json:"kind,omitempty"`  // breakage, loss, theft
	State string `json:"state,omitempty"` // stated, decided, paid, waived
	Fault string `json:"fault,omitempty"`
	Cents int64  `json:"cents,omitempty"` // charged
}

// Counted is the data of the facts that count something.
type Counted struct {
	Year string `json:"year,omitempty"`
	N    int64  `json:"n"`
}
