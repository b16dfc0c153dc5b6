-- A line a territory and day is one that all who answer there at once would change: they would wait for one another, and PostgreSQL would undo
-- some of them. The trend is added up from each school's days instead, in the order of an index that holds all that it needs.
DROP TABLE readiness_trend;
CREATE INDEX readiness_history_day ON readiness_history (territory, year, day, answered, pupils, sure, possible);
