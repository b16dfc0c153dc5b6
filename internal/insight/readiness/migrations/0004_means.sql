-- What the programme has brought to a class and still works there, or at its pupils' homes: from the facts of the
-- measures. A rebuild empties it and replays them.
CREATE TABLE readiness_means (
  territory TEXT NOT NULL,
  class     TEXT NOT NULL,
  devices   BIGINT NOT NULL,                -- lent to pupils
  videos    BIGINT NOT NULL,                -- SIM cards and hotspots lent to pupils
  displays  BIGINT NOT NULL,
  laptops   BIGINT NOT NULL,
  kits      BIGINT NOT NULL,
  PRIMARY KEY (territory, class)
);
-- The answer as it was given, with the means of that moment, as JSON: the columns of the answer follow what came
-- and went since. '' as given.
ALTER TABLE readiness_class ADD COLUMN said TEXT NOT NULL DEFAULT '';
ALTER TABLE readiness_class ADD COLUMN lent_devices BIGINT NOT NULL DEFAULT 0;
ALTER TABLE readiness_class ADD COLUMN lent_videos BIGINT NOT NULL DEFAULT 0;
