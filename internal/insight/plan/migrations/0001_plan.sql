-- A plan binds several territories at once, is computed as a whole and adopted as a whole: its head is not
-- territorial, so that each of them sees with whom it shares the money. The head holds sums alone; what
-- concerns a school stands in territorial rows.
CREATE TABLE plan_plan (
  id          TEXT NOT NULL PRIMARY KEY,
  programme   TEXT NOT NULL,               -- its id in the file
  version     TEXT NOT NULL,               -- programme_version.id: the rules
  scenario    TEXT NOT NULL,               -- need, equal, lottery, first
  seed        TEXT NOT NULL,               -- of the lottery, decimal
  territories TEXT NOT NULL,               -- codes, sorted, with commas
  absent      TEXT NOT NULL,               -- territories of the programme without a school
  state       TEXT NOT NULL,               -- draft, adopted, superseded, discarded
  budget_cents BIGINT NOT NULL,
  cost_cents  BIGINT NOT NULL,
  sha256      TEXT NOT NULL,               -- of the plan as JSON
  created_at  BIGINT NOT NULL,
  created_by  TEXT NOT NULL,               -- account, '' the command
  decided_at  BIGINT,                      -- adopted or discarded
  decided_by  TEXT NOT NULL DEFAULT '',
  superseded_at BIGINT,
  superseded_by TEXT NOT NULL DEFAULT ''   -- the plan that took its place
);
CREATE INDEX plan_plan_state ON plan_plan (state, created_at);

CREATE TABLE plan_measure (
  plan       TEXT NOT NULL,
  number     BIGINT NOT NULL,              -- order in the file; complements follow
  measure    TEXT NOT NULL,
  complement BIGINT NOT NULL,
  target     BIGINT NOT NULL,
  planned    BIGINT NOT NULL,
  cost_cents BIGINT NOT NULL,
  data       TEXT NOT NULL,                -- the measure of the plan as JSON
  PRIMARY KEY (plan, number),
  FOREIGN KEY (plan) REFERENCES plan_plan (id)
);

-- What was known of each school when the plan was made: the input, frozen.
CREATE TABLE plan_school (
  territory TEXT NOT NULL,
  plan      TEXT NOT NULL,
  school    TEXT NOT NULL,
  name      TEXT NOT NULL,
  commune   TEXT NOT NULL,
  folded    TEXT NOT NULL,
  sector    TEXT NOT NULL,
  served    BIGINT NOT NULL,               -- it lies in a territory of the plan; 0: it was only compared with
  data      TEXT NOT NULL,                 -- the school as JSON
  PRIMARY KEY (territory, plan, school)
);
CREATE INDEX plan_school_school ON plan_school (school, served);

-- What each school gets, and who gets nothing and why; school '' is the territory itself.
CREATE TABLE plan_line (
  territory  TEXT NOT NULL,
  plan       TEXT NOT NULL,
  measure    TEXT NOT NULL,
  number     BIGINT NOT NULL,              -- order in the plan
  school     TEXT NOT NULL,
  quantity   BIGINT NOT NULL,
  cost_cents BIGINT NOT NULL,
  place      BIGINT NOT NULL,              -- rank, 0 none
  points     BIGINT NOT NULL,
  reason     TEXT NOT NULL,                -- '' served
  lacking    TEXT NOT NULL,                -- facts that were unknown, with commas
  PRIMARY KEY (territory, plan, measure, number)
);
CREATE INDEX plan_line_school ON plan_line (territory, plan, school);
