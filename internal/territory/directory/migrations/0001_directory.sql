-- Who and where. Every territorial row starts with its territory; identity is kept apart from the person.

CREATE TABLE directory_territory (
  territory TEXT NOT NULL PRIMARY KEY,      -- département code: 02, 95, 2A, 974
  name      TEXT NOT NULL,
  academie  TEXT NOT NULL DEFAULT '',
  invented  BIGINT NOT NULL DEFAULT 0,      -- 1: the demo; every page says so
  contour   TEXT NOT NULL DEFAULT ''        -- GeoJSON geometry, WGS84
);

-- Where a value comes from: one row a file imported or a form filled in.
CREATE TABLE directory_source (
  id          TEXT NOT NULL PRIMARY KEY,
  name        TEXT NOT NULL,
  layout      TEXT NOT NULL DEFAULT '',     -- of a file: annuaire, detailed, short, ips, rep, onde …
  published   TEXT NOT NULL DEFAULT '',     -- date or school year that the source gives
  sha256      TEXT NOT NULL DEFAULT '',
  imported_at BIGINT NOT NULL
);
CREATE INDEX directory_source_sha256 ON directory_source (sha256);

CREATE TABLE directory_commune (
  territory TEXT NOT NULL,
  insee     TEXT NOT NULL,
  name      TEXT NOT NULL,
  folded    TEXT NOT NULL,
  contour   TEXT NOT NULL DEFAULT '',       -- GeoJSON geometry, WGS84
  rural     BIGINT,                         -- 1, 0, NULL unknown
  PRIMARY KEY (territory, insee)
);

CREATE TABLE directory_school (
  territory       TEXT NOT NULL,
  uai             TEXT NOT NULL,
  name            TEXT NOT NULL,
  folded          TEXT NOT NULL,            -- name, commune, postcode and UAI, folded for search and sorting
  type            TEXT NOT NULL,            -- ecole, college, lycee
  maternelle      BIGINT,                   -- has pre-elementary classes: 1, 0, NULL unknown
  elementaire     BIGINT,                   -- has elementary classes: 1, 0, NULL unknown
  sector          TEXT NOT NULL,            -- public, private, unknown
  contract        TEXT NOT NULL,            -- none (public), under, outside, unknown
  address         TEXT NOT NULL DEFAULT '',
  postcode        TEXT NOT NULL DEFAULT '',
  commune         TEXT NOT NULL DEFAULT '', -- INSEE code, '' unknown
  commune_name    TEXT NOT NULL DEFAULT '',
  latitude        DOUBLE PRECISION,
  longitude       DOUBLE PRECISION,
  circonscription TEXT NOT NULL DEFAULT '',
  ips             DOUBLE PRECISION,         -- newest known, NULL unknown
  ips_year        TEXT NOT NULL DEFAULT '',
  pupils          BIGINT,                   -- newest known, NULL unknown
  pupils_year     TEXT NOT NULL DEFAULT '',
  priority        TEXT,                     -- none, REP, REP+, NULL unknown
  qpv             TEXT,                     -- none, near (300 m), in, NULL unknown
  rural           BIGINT,                   -- 1, 0, NULL unknown
  status          TEXT NOT NULL,            -- open, closed
  closed_at       BIGINT,
  lists           TEXT NOT NULL DEFAULT '', -- layouts of the lists that name it, between spaces: a school that left them is closed
  source          TEXT NOT NULL,            -- of the row: directory_source.id
  updated_at      BIGINT NOT NULL,
  PRIMARY KEY (territory, uai)
);
CREATE INDEX directory_school_folded ON directory_school (territory, folded);
CREATE INDEX directory_school_commune ON directory_school (territory, commune);

-- The newest list of each layout that was read whole for a territory and a type of school.
CREATE TABLE directory_coverage (
  territory TEXT NOT NULL,
  type      TEXT NOT NULL,
  layout    TEXT NOT NULL,
  source    TEXT NOT NULL,
  PRIMARY KEY (territory, type, layout)
);

-- Dated figures of a school, with their source: where two sources disagree both stay.
CREATE TABLE directory_figure (
  territory TEXT NOT NULL,
  school    TEXT NOT NULL,
  name      TEXT NOT NULL,                  -- ips, pupils, priority, qpv, rural
  period    TEXT NOT NULL,                  -- school year 2022-2023, or year 2025
  source    TEXT NOT NULL,
  value     TEXT NOT NULL,
  PRIMARY KEY (territory, school, name, period, source),
  FOREIGN KEY (territory, school) REFERENCES directory_school (territory, uai)
);

CREATE TABLE directory_person (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  erased_at  BIGINT,
  PRIMARY KEY (territory, id)
);

-- Identity, apart from the opaque person. The INE is kept only as a keyed hash.
CREATE TABLE directory_identity (
  territory   TEXT NOT NULL,
  person      TEXT NOT NULL,
  family_name TEXT NOT NULL,
  usage_name  TEXT NOT NULL DEFAULT '',
  given_name  TEXT NOT NULL,
  birth_date  TEXT NOT NULL DEFAULT '',     -- 2015-03-09
  email       TEXT NOT NULL DEFAULT '',
  phone       TEXT NOT NULL DEFAULT '',
  ine_hash    TEXT NOT NULL DEFAULT '',
  external_id TEXT NOT NULL DEFAULT '',     -- identifier in the source of the roster
  folded      TEXT NOT NULL,                -- family name and given name, folded
  PRIMARY KEY (territory, person),
  FOREIGN KEY (territory, person) REFERENCES directory_person (territory, id)
);
CREATE INDEX directory_identity_folded ON directory_identity (territory, folded);
CREATE INDEX directory_identity_ine ON directory_identity (territory, ine_hash);
CREATE INDEX directory_identity_external ON directory_identity (territory, external_id);

-- A pupil or a guardian may have two homes.
CREATE TABLE directory_home (
  territory TEXT NOT NULL,
  person    TEXT NOT NULL,
  number    BIGINT NOT NULL,                -- 1, 2
  address   TEXT NOT NULL,
  postcode  TEXT NOT NULL,
  commune   TEXT NOT NULL,
  country   TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (territory, person, number),
  FOREIGN KEY (territory, person) REFERENCES directory_person (territory, id)
);

CREATE TABLE directory_class (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  school     TEXT NOT NULL,
  year       TEXT NOT NULL,                 -- school year: 2026-2027
  name       TEXT NOT NULL,
  code       TEXT NOT NULL DEFAULT '',      -- identifier in the source of the roster
  level      TEXT NOT NULL DEFAULT '',      -- PS … CM2, 6e … terminale, '' unknown
  elementary BIGINT,                        -- 1, 0, NULL unknown
  pupils     BIGINT,                        -- NULL unknown
  teacher    TEXT,                          -- person, NULL unknown
  status     TEXT NOT NULL,                 -- open, closed
  source     TEXT NOT NULL,
  updated_at BIGINT NOT NULL,
  PRIMARY KEY (territory, id),
  UNIQUE (territory, school, year, name),
  FOREIGN KEY (territory, school) REFERENCES directory_school (territory, uai)
);

CREATE TABLE directory_affiliation (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  person     TEXT NOT NULL,
  school     TEXT NOT NULL,
  class      TEXT,                          -- NULL: of the school
  role       TEXT NOT NULL,                 -- pupil, teacher, head, staff
  start_date TEXT NOT NULL,                 -- 2026-09-01
  end_date   TEXT,                          -- NULL: still
  source     TEXT NOT NULL,
  PRIMARY KEY (territory, id),
  FOREIGN KEY (territory, person) REFERENCES directory_person (territory, id),
  FOREIGN KEY (territory, school) REFERENCES directory_school (territory, uai)
);
CREATE INDEX directory_affiliation_person ON directory_affiliation (territory, person);
CREATE INDEX directory_affiliation_school ON directory_affiliation (territory, school, role);
CREATE INDEX directory_affiliation_class ON directory_affiliation (territory, class);

CREATE TABLE directory_guardianship (
  territory TEXT NOT NULL,
  child     TEXT NOT NULL,
  guardian  TEXT NOT NULL,
  source    TEXT NOT NULL,
  PRIMARY KEY (territory, child, guardian),
  FOREIGN KEY (territory, child) REFERENCES directory_person (territory, id),
  FOREIGN KEY (territory, guardian) REFERENCES directory_person (territory, id)
);
CREATE INDEX directory_guardianship_guardian ON directory_guardianship (territory, guardian);

-- One row an import, written before it starts and ended in the import's own transaction:
-- a row still running at start-up was interrupted, and nothing of it was kept.
CREATE TABLE directory_import (
  id          TEXT NOT NULL PRIMARY KEY,
  kind        TEXT NOT NULL,                -- schools, ips, rep, contours, roster, census
  file        TEXT NOT NULL,
  layout      TEXT NOT NULL DEFAULT '',
  sha256      TEXT NOT NULL DEFAULT '',
  territory   TEXT NOT NULL DEFAULT '',     -- '' several
  school      TEXT NOT NULL DEFAULT '',
  account     TEXT NOT NULL DEFAULT '',
  dry_run     BIGINT NOT NULL DEFAULT 0,
  state       TEXT NOT NULL,                -- running, done, failed, interrupted
  message     TEXT NOT NULL DEFAULT '',     -- message key of a failure
  args        TEXT NOT NULL DEFAULT '',     -- JSON array of names and values for the message
  started_at  BIGINT NOT NULL,
  finished_at BIGINT,
  rows_read BIGINT NOT NULL DEFAULT 0, created BIGINT NOT NULL DEFAULT 0, updated BIGINT NOT NULL DEFAULT 0,
  unchanged BIGINT NOT NULL DEFAULT 0, merged BIGINT NOT NULL DEFAULT 0, closed BIGINT NOT NULL DEFAULT 0,
  rejected BIGINT NOT NULL DEFAULT 0,
  doubtful BIGINT NOT NULL DEFAULT 0, inferred BIGINT NOT NULL DEFAULT 0,
  more     BIGINT NOT NULL DEFAULT 0        -- rows to look at beyond those that are kept
);

-- The rows that a person must look at: rejected, merged, closed, doubtful.
CREATE TABLE directory_import_row (
  import  TEXT NOT NULL,
  number  BIGINT NOT NULL,
  line    BIGINT NOT NULL,                  -- in the file, 0 none
  outcome TEXT NOT NULL,                    -- rejected, merged, closed, reopened, doubtful
  subject TEXT NOT NULL,                    -- UAI, or an identifier without personal data
  reason  TEXT NOT NULL,                    -- message key
  args    TEXT NOT NULL DEFAULT '',         -- JSON array of names and values for the message
  PRIMARY KEY (import, number),
  FOREIGN KEY (import) REFERENCES directory_import (id)
);
