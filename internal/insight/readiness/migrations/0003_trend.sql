-- The days of readiness_history added up over the schools of a territory: its trend is read from a line a day, not a line a school and day.
CREATE TABLE readiness_trend (
  territory TEXT NOT NULL,
  year      TEXT NOT NULL,
  day       TEXT NOT NULL,                  -- 2026-10-01, in Paris
  answered  BIGINT NOT NULL,
  pupils    BIGINT NOT NULL,
  sure      BIGINT NOT NULL,
  possible  BIGINT NOT NULL,
  PRIMARY KEY (territory, year, day)
);
INSERT INTO readiness_trend (territory, year, day, answered, pupils, sure, possible)
  SELECT territory, year, day, SUM(answered), SUM(pupils), SUM(sure), SUM(possible) FROM readiness_history GROUP BY territory, year, day;
