package programme

// FactLoaded tells that a version of a programme came into force in a territory.
const FactLoaded = "programme.version.loaded"

// Facts lists the kinds of fact that the room records.
var Facts = []string{FactLoaded}

// FactPlanAdopted is the plan's fact from which the planned part of each measure is known.
const FactPlanAdopted = "plan.plan.adopted"

// DoneKinds are the kinds of fact by which the rooms of the measures tell that units are done: the data
// names the measure and, unless it is one, the quantity (less than zero takes units back).
var DoneKinds = []string{"equip.asset.usable", "equip.asset.unusable", "equip.entitlement.handed_over", "lend.loan.handed_over", "lend.loan.cancelled",
	"train.course.completed", "train.parents.attended"}
