package command

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"preau/internal/app"
	"preau/internal/insight/plan"
	"preau/internal/territory/programme"
)

// programmeFile loads a programme's file, or shows the programme in force.
func programmeFile(ctx context.Context, e *Env) error {
	f := e.flags("programme")
	territory := f.String("territory", "", e.T("command.territory"))
	asJSON := f.Bool("json", false, e.T("command.json"))
	words, err := f.parse()
	if err != nil {
		return err
	}
	if len(words) == 0 || (words[0] == "load") != (len(words) == 2) || (words[0] == "show") != (len(words) == 1) {
		return errUsage{key: "command.usage.programme"}
	}
	a, err := f.open(ctx, app.Config{})
	if err != nil {
		return err
	}
	defer a.Close()
	if words[0] == "load" {
		return e.loadProgramme(ctx, a, words[1], *asJSON)
	}
	v, err := a.Programme.Current(ctx, *territory)
	if err != nil {
		return err
	}
	if *asJSON {
		return e.printJSON(v)
	}
	_, err = io.WriteString(e.Stdout, v.Text())
	return err
}

func (e *Env) loadProgramme(ctx context.Context, a *app.App, name string, asJSON bool) error {
	file, _, err := openFile(name)
	if err != nil {
		return err
	}
	defer file.Close()
	text, err := io.ReadAll(io.LimitReader(file, programme.MaxFile+1)) // one more is refused as too large
	if err != nil {
		return err
	}
	report, err := a.Programme.Load(ctx, filepath.Base(name), text)
	if err != nil {
		return err
	}
	if asJSON {
		return e.printJSON(report)
	}
	key := "command.programme.loaded"
	if report.Unchanged {
		key = "command.programme.unchanged"
	}
	e.say(key, "programme", report.Programme, "version", report.Version, "n", report.Measures,
		"budget", e.local.Money(report.BudgetCents), "territories", strings.Join(report.Territories, ", "))
	return nil
}

// plans makes the plan as the data stand now, and prints it.
func plans(ctx context.Context, e *Env) error {
	f := e.flags("plan")
	territories := f.String("territory", "", e.T("command.plan.territory"))
	scenario := f.String("scenario", string(plan.ByNeed), e.T("command.plan.scenario"))
	seed := f.Uint64("seed", 0, e.T("command.plan.seed"))
	asJSON := f.Bool("json", false, e.T("command.json"))
	asCSV := f.Bool("csv", false, e.T("command.plan.csv"))
	explain := f.String("explain", "", e.T("command.plan.explain"))
	if words, err := f.parse(); err != nil || len(words) > 0 {
		return usageOr(err)
	}
	request := plan.Request{Scenario: plan.Scenario(*scenario), Seed: *seed}
	switch *territories {
	case "":
	case "all":
		request.Everywhere = true
	default:
		request.Territories = strings.Split(*territories, ",")
	}
	a, err := f.open(ctx, app.Config{})
	if err != nil {
		return err
	}
	defer a.Close()
	if *explain != "" {
		return e.explainPlan(ctx, a, request, strings.ToUpper(*explain), *asJSON)
	}
	p, err := a.Plan.Build(ctx, request)
	if err != nil {
		return err
	}
	switch {
	case *asJSON:
		return json.NewEncoder(e.Stdout).Encode(p)
	case *asCSV:
		return plan.WriteCSV(e.Stdout, e.local, p)
	}
	v, err := a.Programme.Show(ctx, p.Programme)
	if err != nil {
		return err
	}
	e.printPlan(p, v.Programme)
	return nil
}

func (e *Env) printPlan(p *plan.Plan, programme *programme.Programme) {
	e.say("command.plan.money", "cost", e.local.Money(p.CostCents), "budget", e.local.Money(p.BudgetCents))
	for _, m := range p.Measures {
		fmt.Fprintf(e.Stdout, "  %-52s %10s / %-10s %16s\n", name(e, programme, m.ID), e.local.Number(m.Planned), e.local.Number(m.Target), e.local.Money(m.CostCents))
	}
	e.say("command.plan.lines", "n", len(p.Lines), "left", len(p.LeftOut))
}

func name(e *Env, p *programme.Programme, id string) string {
	for i := range p.Measures {
		if p.Measures[i].ID == id {
			return p.Measures[i].Name.In(string(e.local.Lang))
		}
	}
	return id
}

func (e *Env) explainPlan(ctx context.Context, a *app.App, request plan.Request, uai string, asJSON bool) error {
	explanation, v, err := a.Plan.Explain(ctx, request, uai)
	if err != nil {
		return err
	}
	if asJSON {
		return e.printJSON(explanation)
	}
	for _, sentence := range explanation.Sentences(e.local, v.Programme) {
		fmt.Fprintln(e.Stdout, sentence)
	}
	return nil
}
