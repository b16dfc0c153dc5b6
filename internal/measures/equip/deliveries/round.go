package deliveries

import (
	"slices"
	"time"

	"preau/internal/base/errs"
)

// RoundState is how far a round has come.
type RoundState string

// The states of a round, in their order.
const (
	RoundPlanned  RoundState = "planned"
	RoundPacked   RoundState = "packed"
	RoundUnderWay RoundState = "under_way"
	RoundDone     RoundState = "done"
)

// RoundStates lists them in their order.
var RoundStates = []RoundState{RoundPlanned, RoundPacked, RoundUnderWay, RoundDone}

// Next returns the state that follows, "" after the last.
func (s RoundState) Next() RoundState {
	if i := slices.Index(RoundStates, s); i >= 0 && i+1 < len(RoundStates) {
		return RoundStates[i+1]
	}
	return ""
}

// Back returns the state before, to undo a slip; "" where there is none. A round that left does not come back to the
// shelf once something of it was received: see Round.Move.
func (s RoundState) Back() RoundState {
	if i := slices.Index(RoundStates, s); i > 0 {
		return RoundStates[i-1]
	}
	return ""
}

// Round is one trip of a van through the schools of one or more communes.
type Round struct {
	Territory, ID string
	Name          string
	CommuneCode   string // INSEE code of its first stop
	PlannedOn     string // 2026-10-01, "" not yet
	State         RoundState
	CreatedAt     int64
	Stops         int64
	Items         int64 // of all its stops, kits counted once
	Received      int64 // stops that were received
}

// Move checks that the round may go to a state: to the next, or one back as long as no stop was received.
func (r *Round) Move(to RoundState) error {
	switch {
	case to == "":
		return errs.NewInvalid("deliveries.round.move.unknown")
	case to == r.State.Next():
		return nil
	case to == r.State.Back() && r.Received == 0:
		return nil
	}
	return errs.NewConflict("deliveries.round.move.refused")
}

// RoundInput is what a person changes in a round: its name, its day and the order of its stops, as they typed it.
type RoundInput struct {
	Name      string
	PlannedOn string
	Order     []string // identifiers of the deliveries, the first stop first; nil leaves the order
}

const mostName = 120

// Validate returns Invalid with the fields at fault.
func (in RoundInput) Validate() error {
	var faults []errs.Field
	if in.Name == "" || len(in.Name) > mostName {
		faults = append(faults, errs.Field{Name: "name", Key: "deliveries.round.name.invalid", Args: []any{"n", mostName}})
	}
	if in.PlannedOn != "" {
		if _, err := time.Parse(time.DateOnly, in.PlannedOn); err != nil {
			faults = append(faults, errs.Field{Name: "planned_on", Key: "deliveries.round.day.invalid"})
		}
	}
	return errs.OfFields(faults...)
}

// moved returns the identifiers with one of them a place earlier (-1) or later (1); the same when it is at the end already.
func moved(order []string, id string, by int) []string {
	order = slices.Clone(order)
	i := slices.Index(order, id)
	j := i + by
	if i < 0 || j < 0 || j >= len(order) {
		return order
	}
	order[i], order[j] = order[j], order[i]
	return order
}
