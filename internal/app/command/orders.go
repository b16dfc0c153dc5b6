package command

import (
	"context"

	"preau/internal/app"
	"preau/internal/measures/equip/orders"
)

// ordersFrom orders what the plans in force give.
func ordersFrom(ctx context.Context, e *Env) error {
	f := e.flags("orders")
	territory := f.String("territory", "", e.T("command.territory"))
	asJSON := f.Bool("json", false, e.T("command.json"))
	words, err := f.parse()
	if err != nil {
		return err
	}
	if len(words) != 1 || words[0] != "from-plan" {
		return errUsage{key: "command.usage.orders"}
	}
	a, err := f.open(ctx, app.Config{})
	if err != nil {
		return err
	}
	defer a.Close()
	var list []orders.Made
	if *territory == "" {
		list, err = a.Equip.Orders.FromPlans(ctx, nil)
	} else {
		list = make([]orders.Made, 1)
		list[0], err = a.Equip.Orders.FromPlan(ctx, *territory, nil)
	}
	if err != nil {
		return err
	}
	if *asJSON {
		return e.printJSON(list)
	}
	for _, made := range list {
		e.say("command.orders.made", "territory", made.Territory, "n", len(made.Orders), "units", made.Units, "money", e.local.Money(made.Cents),
			"schools", made.Schools, "rounds", made.Rounds.Rounds, "stops", made.Rounds.Stops)
		for _, measure := range made.Without {
			e.say("command.orders.without", "measure", measure)
		}
	}
	return nil
}
