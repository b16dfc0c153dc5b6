-- What each class has, as last answered, and what it implies. Derived from the facts readiness.census.answered:
-- a rebuild empties it and replays them.
CREATE TABLE readiness_class (
  territory   TEXT NOT NULL,
  class       TEXT NOT NULL,
  school      TEXT NOT NULL,
  year        TEXT NOT NULL,                -- school year of the class
  version     BIGINT NOT NULL,              -- number of answers so far: a form holds the one that it was filled from
  answered_at BIGINT NOT NULL,
  -- the answer; NULL is unknown
  pupils     BIGINT,
  device     BIGINT,
  shared     BIGINT,
  video      BIGINT,
  reached    BIGINT,
  channel    TEXT NOT NULL DEFAULT '',      -- app, sms, phone, paper, '' unknown
  display    BIGINT,
  laptop     BIGINT,
  kit        BIGINT,
  connection BIGINT,
  trained    BIGINT,
  -- what it implies, in pupils: all 0 when their number is unknown
  sized      BIGINT NOT NULL,               -- 1: the number of pupils is known
  size       BIGINT NOT NULL,
  sure       BIGINT NOT NULL,
  possible   BIGINT NOT NULL,
  equipment_met BIGINT NOT NULL, equipment_not_met BIGINT NOT NULL, equipment_unknown BIGINT NOT NULL,
  relationship_met BIGINT NOT NULL, relationship_not_met BIGINT NOT NULL, relationship_unknown BIGINT NOT NULL,
  training_met BIGINT NOT NULL, training_not_met BIGINT NOT NULL, training_unknown BIGINT NOT NULL,
  -- what is missing, at least and at most: pupils for device, video and family, classes for teaching and training
  device_least BIGINT NOT NULL, device_most BIGINT NOT NULL,
  video_least BIGINT NOT NULL, video_most BIGINT NOT NULL,
  teaching_least BIGINT NOT NULL, teaching_most BIGINT NOT NULL,
  family_least BIGINT NOT NULL, family_most BIGINT NOT NULL,
  training_least BIGINT NOT NULL, training_most BIGINT NOT NULL,
  PRIMARY KEY (territory, class)
);
CREATE INDEX readiness_class_school ON readiness_class (territory, school);

-- The sums of each open school over its open classes, those that never answered included. Kept with readiness_class, so that
-- a territory or the nation is a sum over schools; computed again where the directory has changed (readiness_stale).
CREATE TABLE readiness_school (
  territory TEXT NOT NULL,
  school    TEXT NOT NULL,
  commune   TEXT NOT NULL,
  blank     BIGINT NOT NULL,                -- 1: neither classes nor a number of pupils
  classes   BIGINT NOT NULL,
  answered  BIGINT NOT NULL,
  unsized   BIGINT NOT NULL,
  pupils    BIGINT NOT NULL,
  sure      BIGINT NOT NULL,
  possible  BIGINT NOT NULL,
  equipment_met BIGINT NOT NULL, equipment_not_met BIGINT NOT NULL,
  relationship_met BIGINT NOT NULL, relationship_not_met BIGINT NOT NULL,
  training_met BIGINT NOT NULL, training_not_met BIGINT NOT NULL,
  device_least BIGINT NOT NULL, device_most BIGINT NOT NULL,
  video_least BIGINT NOT NULL, video_most BIGINT NOT NULL,
  teaching_least BIGINT NOT NULL, teaching_most BIGINT NOT NULL,
  family_least BIGINT NOT NULL, family_most BIGINT NOT NULL,
  training_least BIGINT NOT NULL, training_most BIGINT NOT NULL,
  PRIMARY KEY (territory, school)
);

-- Schools whose classes or numbers of pupils have changed in the directory since readiness_school was computed.
CREATE TABLE readiness_stale (
  territory TEXT NOT NULL,
  school    TEXT NOT NULL,                  -- '' every school of the territory
  PRIMARY KEY (territory, school)
);

-- How the answers grew: what each day changed in the sums over answered classes. Adding the days up gives the trend.
CREATE TABLE readiness_history (
  territory TEXT NOT NULL,
  year      TEXT NOT NULL,                  -- school year: a new one begins at nothing known
  school    TEXT NOT NULL,
  day       TEXT NOT NULL,                  -- 2026-10-01, in Paris
  answered  BIGINT NOT NULL,
  pupils    BIGINT NOT NULL,
  sure      BIGINT NOT NULL,
  possible  BIGINT NOT NULL,
  PRIMARY KEY (territory, year, school, day)
);

-- A drill: a rehearsal of closing schools on a day. Each run keeps what was known at its time.
CREATE TABLE readiness_drill (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  name       TEXT NOT NULL,
  day        TEXT NOT NULL,                 -- 2026-11-16
  scope      TEXT NOT NULL,                 -- school, commune, territory, list
  school     TEXT NOT NULL DEFAULT '',      -- of the scope school
  commune    TEXT NOT NULL DEFAULT '',      -- INSEE code, of the scope commune
  created_at BIGINT NOT NULL,
  PRIMARY KEY (territory, id)
);

CREATE TABLE readiness_drill_school (       -- of the scope list
  territory TEXT NOT NULL,
  drill     TEXT NOT NULL,
  school    TEXT NOT NULL,
  PRIMARY KEY (territory, drill, school),
  FOREIGN KEY (territory, drill) REFERENCES readiness_drill (territory, id)
);

CREATE TABLE readiness_drill_run (
  territory TEXT NOT NULL,
  drill     TEXT NOT NULL,
  number    BIGINT NOT NULL,                -- 1, 2, …
  ran_at    BIGINT NOT NULL,
  PRIMARY KEY (territory, drill, number),
  FOREIGN KEY (territory, drill) REFERENCES readiness_drill (territory, id)
);

CREATE TABLE readiness_drill_class (
  territory TEXT NOT NULL,
  drill     TEXT NOT NULL,
  run       BIGINT NOT NULL,
  school    TEXT NOT NULL,
  class     TEXT NOT NULL,                  -- '' the school as a whole: it has no class in the directory
  answered  BIGINT NOT NULL,
  sized     BIGINT NOT NULL,
  pupils    BIGINT NOT NULL,
  sure      BIGINT NOT NULL,
  possible  BIGINT NOT NULL,
  equipment_met BIGINT NOT NULL, equipment_not_met BIGINT NOT NULL,
  relationship_met BIGINT NOT NULL, relationship_not_met BIGINT NOT NULL,
  training_met BIGINT NOT NULL, training_not_met BIGINT NOT NULL,
  device_least BIGINT NOT NULL, device_most BIGINT NOT NULL,
  video_least BIGINT NOT NULL, video_most BIGINT NOT NULL,
  teaching_least BIGINT NOT NULL, teaching_most BIGINT NOT NULL,
  family_least BIGINT NOT NULL, family_most BIGINT NOT NULL,
  training_least BIGINT NOT NULL, training_most BIGINT NOT NULL,
  PRIMARY KEY (territory, drill, run, school, class),
  FOREIGN KEY (territory, drill, run) REFERENCES readiness_drill_run (territory, drill, number)
);
