package plan

import (
	"context"
	"encoding/json"
	"strconv"
	"strings"

	"preau/internal/base/db"
	"preau/internal/territory/programme"
)

const headColumns = `id, programme, version, scenario, seed, territories, absent, state, budget_cents, cost_cents, sha256,
	created_at, created_by, COALESCE(decided_at, 0), decided_by, COALESCE(superseded_at, 0), superseded_by`

func scanHead(row db.Scanner) (*Head, error) {
	h := &Head{Measures: []Measure{}, Complements: []Measure{}}
	var seed, territories, absent string
	err := row.Scan(&h.ID, &h.Programme, &h.Version, &h.Scenario, &seed, &territories, &absent, &h.State, &h.BudgetCents, &h.CostCents, &h.SHA256,
		&h.CreatedAt, &h.CreatedBy, &h.DecidedAt, &h.DecidedBy, &h.SupersededAt, &h.SupersededBy)
	if err == nil {
		h.Seed, err = strconv.ParseUint(seed, 10, 64)
	}
	h.Territories, h.Absent = split(territories), split(absent)
	return h, err
}

func split(list string) []string {
	if list == "" {
		return []string{}
	}
	return strings.Split(list, ",")
}

// headOf returns a kept plan with its measures.
func headOf(ctx context.Context, tx *db.Tx, id string) (*Head, error) {
	h, err := db.One(ctx, tx, scanHead, "SELECT "+headColumns+" FROM plan_plan WHERE id = ?", id)
	if err != nil {
		return nil, err
	}
	return h, readMeasures(ctx, tx, h)
}

func readMeasures(ctx context.Context, tx *db.Tx, h *Head) error {
	type row struct {
		complement bool
		measure    Measure
	}
	list, err := db.All(ctx, tx, func(r db.Scanner) (row, error) {
		var m row
		var complement int64
		var data string
		if err := r.Scan(&complement, &data); err != nil {
			return m, err
		}
		m.complement = complement == 1
		return m, json.Unmarshal([]byte(data), &m.measure)
	}, "SELECT complement, data FROM plan_measure WHERE plan = ? ORDER BY number", h.ID)
	for _, m := range list {
		if m.complement {
			h.Complements = append(h.Complements, m.measure)
		} else {
			h.Measures = append(h.Measures, m.measure)
		}
	}
	return err
}

// heads returns the kept plans that touch one of the territories, all when there are none, newest first.
func heads(ctx context.Context, tx *db.Tx, codes []string, states ...State) ([]*Head, error) {
	where, args := "1 = 1", []any{}
	if len(codes) > 0 {
		parts := make([]string, len(codes))
		for i, code := range codes {
			parts[i] = "',' || territories || ',' LIKE ?"
			args = append(args, "%,"+code+",%")
		}
		where = "(" + strings.Join(parts, " OR ") + ")"
	}
	if len(states) > 0 {
		where += " AND state IN (" + db.Marks(len(states)) + ")"
		for _, s := range states {
			args = append(args, string(s))
		}
	}
	return db.All(ctx, tx, scanHead, "SELECT "+headColumns+" FROM plan_plan WHERE "+where+" ORDER BY created_at DESC, id DESC LIMIT 200", args...)
}

// insert keeps a plan with the input that it was made of.
func insert(ctx context.Context, tx *db.Tx, h *Head, p *Plan, schools []School) error {
	if _, err := tx.Exec(ctx, `INSERT INTO plan_plan (id, programme, version, scenario, seed, territories, absent, state, budget_cents, cost_cents,
		sha256, created_at, created_by) VALUES (`+db.Marks(13)+`)`, h.ID, h.Programme, h.Version, string(h.Scenario), strconv.FormatUint(h.Seed, 10),
		strings.Join(h.Territories, ","), strings.Join(h.Absent, ","), string(h.State), h.BudgetCents, h.CostCents, h.SHA256, h.CreatedAt, h.CreatedBy); err != nil {
		return err
	}
	for i, m := range append(p.Measures[:len(p.Measures):len(p.Measures)], p.Complements...) {
		data, err := json.Marshal(m)
		if err != nil {
			return err
		}
		complement := 0
		if i >= len(p.Measures) {
			complement = 1
		}
		if _, err := tx.Exec(ctx, "INSERT INTO plan_measure (plan, number, measure, complement, target, planned, cost_cents, data) VALUES ("+db.Marks(8)+")",
			h.ID, i, m.ID, complement, m.Target, m.Planned, m.CostCents, string(data)); err != nil {
			return err
		}
	}
	if err := insertSchools(ctx, tx, h, schools); err != nil {
		return err
	}
	return insertLines(ctx, tx, h.ID, p)
}

func insertSchools(ctx context.Context, tx *db.Tx, h *Head, schools []School) error {
	in := map[string]int{}
	for _, code := range h.Territories {
		in[code] = 1
	}
	i := -1
	_, err := tx.Bulk(ctx, "plan_school", []string{"territory", "plan", "school", "name", "commune", "folded", "sector", "served", "data"}, func() ([]any, error) {
		if i++; i == len(schools) {
			return nil, nil
		}
		s := &schools[i]
		data, err := json.Marshal(s)
		return []any{s.Territory, h.ID, s.UAI, s.Name, s.Commune, db.Fold(s.Name + " " + s.Commune + " " + s.UAI), s.Sector, in[s.Territory], string(data)}, err
	})
	return err
}

func insertLines(ctx context.Context, tx *db.Tx, id string, p *Plan) error {
	i := -1
	_, err := tx.Bulk(ctx, "plan_line", []string{"territory", "plan", "measure", "number", "school", "quantity", "cost_cents", "place", "points", "reason", "lacking"},
		func() ([]any, error) {
			i++
			if i < len(p.Lines) {
				l := &p.Lines[i]
				return []any{l.Territory, id, l.Measure, i, l.School, l.Quantity, l.CostCents, l.Rank, l.Points, "", strings.Join(l.Unknown, ",")}, nil
			}
			if n := i - len(p.Lines); n < len(p.LeftOut) {
				l := &p.LeftOut[n]
				return []any{l.Territory, id, l.Measure, i, l.School, 0, 0, l.Rank, l.Points, string(l.Reason), strings.Join(l.Unknown, ",")}, nil
			}
			return nil, nil
		})
	return err
}

const lineColumns = "l.measure, l.territory, l.school, l.quantity, l.cost_cents, l.place, l.points, l.lacking, l.reason, COALESCE(s.name, ''), COALESCE(s.commune, '')"

func scanLine(row db.Scanner) (LineRow, error) {
	var l LineRow
	var lacking string
	err := row.Scan(&l.Measure, &l.Territory, &l.School, &l.Quantity, &l.CostCents, &l.Rank, &l.Points, &lacking, &l.Reason, &l.Name, &l.Commune)
	l.Unknown = split(lacking)
	return l, err
}

// linesFrom joins the lines of a plan with the schools as they were.
const linesFrom = " FROM plan_line l LEFT JOIN plan_school s ON s.territory = l.territory AND s.plan = l.plan AND s.school = l.school WHERE "

// where returns the condition of a filter over the lines of a plan in the territories.
func (f *LineFilter) where(id string, codes []string) (string, []any) {
	where, args := "l.plan = ?", []any{id}
	in, more := within("l.territory", codes)
	where, args = where+in, append(args, more...)
	add := func(condition string, value any) { where += " AND " + condition; args = append(args, value) }
	if f.Measure != "" {
		add("l.measure = ?", f.Measure)
	}
	switch {
	case f.Reason != "":
		add("l.reason = ?", string(f.Reason))
	case f.LeftOut:
		add("l.reason <> ?", "")
	default:
		add("l.reason = ?", "")
	}
	for word := range strings.FieldsSeq(db.Fold(f.Search)) {
		add("s.folded LIKE ?", "%"+word+"%")
	}
	return where, args
}

// frozen returns the input that a plan was made of.
func frozen(ctx context.Context, tx *db.Tx, id string, codes []string) ([]School, error) {
	where, args := within("territory", codes)
	return db.All(ctx, tx, func(row db.Scanner) (School, error) {
		var s School
		var data []byte
		if err := row.Scan(&data); err != nil {
			return s, err
		}
		return s, json.Unmarshal(data, &s)
	}, "SELECT data FROM plan_school WHERE plan = ?"+where+" ORDER BY territory, school", append([]any{id}, args...)...)
}

// wholePlan returns a kept plan with all its lines.
func wholePlan(ctx context.Context, tx *db.Tx, h *Head) (*Plan, error) {
	p := h.plan()
	where, args := within("l.territory", h.Territories)
	rows, err := db.All(ctx, tx, scanLine, "SELECT "+lineColumns+linesFrom+"l.plan = ?"+where+" ORDER BY l.number", append([]any{h.ID}, args...)...)
	for _, l := range rows {
		if l.Reason == "" {
			p.Lines = append(p.Lines, l.Line)
		} else {
			p.LeftOut = append(p.LeftOut, LeftOut{Measure: l.Measure, Territory: l.Territory, School: l.School, Reason: l.Reason, Rank: l.Rank, Points: l.Points, Unknown: l.Unknown})
		}
	}
	return p, err
}

// decide moves a plan on from a state; it tells whether the plan was still in it.
func decide(ctx context.Context, tx *db.Tx, id string, from, to State, account string) (bool, error) {
	n, err := tx.Exec(ctx, "UPDATE plan_plan SET state = ?, decided_at = ?, decided_by = ? WHERE id = ? AND state = ?", string(to), tx.Now(), account, id, string(from))
	return n == 1, err
}

// supersede ends an adopted plan in favour of another.
func supersede(ctx context.Context, tx *db.Tx, id, by string) error {
	_, err := tx.Exec(ctx, "UPDATE plan_plan SET state = ?, superseded_at = ?, superseded_by = ? WHERE id = ? AND state = ?", string(Superseded), tx.Now(), by, id, string(Adopted))
	return err
}

// committed returns what the adopted plans of a programme hold together, by measure.
func committed(ctx context.Context, tx *db.Tx, programmeID string) ([]programme.AdoptedMeasure, error) {
	return db.All(ctx, tx, func(row db.Scanner) (programme.AdoptedMeasure, error) {
		var m programme.AdoptedMeasure
		err := row.Scan(&m.ID, &m.Planned, &m.CostCents)
		return m, err
	}, `SELECT m.measure, SUM(m.planned), SUM(m.cost_cents) FROM plan_measure m JOIN plan_plan p ON p.id = m.plan
		WHERE p.state = 'adopted' AND p.programme = ? AND m.complement = 0 GROUP BY m.measure ORDER BY m.measure`, programmeID)
}
