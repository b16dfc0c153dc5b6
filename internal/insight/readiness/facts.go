package readiness

// The kinds of fact that this room records. Data holds counts and opaque identifiers alone.
const (
	// FactAnswered tells what was answered of a class: its data is an Answer with the class's school year.
	FactAnswered = "readiness.census.answered"
	// FactDrilled tells that a drill was run: its data holds the day, the scope and the run's sums.
	FactDrilled = "readiness.drill.ran"
	// FactImported tells that a census file was imported: its data holds the report's numbers.
	FactImported = "readiness.census.imported"
)

// Facts lists the kinds of fact.
var Facts = []string{FactAnswered, FactDrilled, FactImported}
