package command

import (
	"context"
	"encoding/json"
	"fmt"

	"preau/internal/app"
	"preau/internal/insight/readiness"
)

func (e *Env) printJSON(v any) error {
	encoder := json.NewEncoder(e.Stdout)
	encoder.SetIndent("", "  ")
	return encoder.Encode(v)
}

// readinessFigures prints who could keep learning in the nation, a territory or a school.
func readinessFigures(ctx context.Context, e *Env) error {
	f := e.flags("readiness")
	var place readiness.Place
	f.StringVar(&place.Territory, "territory", "", e.T("command.territory"))
	f.StringVar(&place.Commune, "commune", "", e.T("command.commune"))
	f.StringVar(&place.School, "school", "", e.T("command.school"))
	asJSON := f.Bool("json", false, e.T("command.json"))
	if words, err := f.parse(); err != nil || len(words) > 0 {
		return usageOr(err)
	}
	a, err := f.open(ctx, app.Config{})
	if err != nil {
		return err
	}
	defer a.Close()
	report, err := a.Readiness.Report(ctx, place)
	if err != nil {
		return err
	}
	if *asJSON {
		return e.printJSON(report)
	}
	_, err = fmt.Fprint(e.Stdout, report.Text(e.local))
	return err
}

func usageOr(err error) error {
	if err != nil {
		return err
	}
	return errUsage{key: "command.usage"}
}
