package app

import (
	"preau/internal/measures/equip/agents"
	"preau/internal/measures/equip/catalogue"
	"preau/internal/measures/equip/deliveries"
)

// Equip are the services of the parts of equip.
type Equip struct {
	Catalogue  *catalogue.Service
	Agents     *agents.Service
	Deliveries *deliveries.Service
}

// measures opens the rooms of the measures and returns their pages and operations.
func (a *App) measures(c Config) []module {
	a.Equip = Equip{Catalogue: catalogue.New(a.DB, a.Journal), Agents: agents.New(a.DB, a.Journal),
		Deliveries: deliveries.New(a.DB, a.Journal, a.Directory)}
	return []module{
		&catalogue.Module{Service: a.Equip.Catalogue},
		&agents.Module{Service: a.Equip.Agents, Site: c.Site},
		&deliveries.Module{Service: a.Equip.Deliveries, Site: c.Site},
	}
}
