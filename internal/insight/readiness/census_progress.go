package readiness

// Progress is how far the census of a school is, as a lead asks for it.
type Progress string

// The kinds of progress, in the order in which they are shown.
const (
	ProgressWaiting  Progress = "waiting"  // some class has not answered
	ProgressComplete Progress = "complete" // every class has
	ProgressNoClass  Progress = "noclass"  // no class is known
)

// Progresses lists the kinds of progress.
var Progresses = [3]Progress{ProgressWaiting, ProgressComplete, ProgressNoClass}

// Progress returns how far the census of the school is.
func (s CensusState) Progress() Progress {
	switch {
	case s.Classes == 0:
		return ProgressNoClass
	case s.Answered < s.Classes:
		return ProgressWaiting
	}
	return ProgressComplete
}
