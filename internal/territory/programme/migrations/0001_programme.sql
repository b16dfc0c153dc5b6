-- A programme is a text: each load that changes it is a version, kept as it was.
CREATE TABLE programme_version (
  id        TEXT NOT NULL PRIMARY KEY,
  programme TEXT NOT NULL,                 -- its id in the file: tne-2020
  number    BIGINT NOT NULL,               -- 1, 2, 3 … of this programme
  file      TEXT NOT NULL,                 -- name of the file, as it was loaded
  sha256    TEXT NOT NULL,
  text      TEXT NOT NULL,                 -- YAML
  loaded_at BIGINT NOT NULL,
  loaded_by TEXT NOT NULL,                 -- account, '' the command
  UNIQUE (programme, number)
);

-- The version that is in force in each territory: of the programme that was loaded last for it.
CREATE TABLE programme_territory (
  territory TEXT NOT NULL PRIMARY KEY,
  programme TEXT NOT NULL,
  version   TEXT NOT NULL,
  FOREIGN KEY (version) REFERENCES programme_version (id)
);

-- What has come of each measure. Derived from facts: `preau rebuild` empties it and replays them.
CREATE TABLE programme_progress (
  territory     TEXT NOT NULL,
  measure       TEXT NOT NULL,
  target        BIGINT NOT NULL DEFAULT 0, -- of the adopted plan
  planned       BIGINT NOT NULL DEFAULT 0,
  planned_cents BIGINT NOT NULL DEFAULT 0,
  done          BIGINT NOT NULL DEFAULT 0, -- units handed over, usable, completed
  PRIMARY KEY (territory, measure)
);
