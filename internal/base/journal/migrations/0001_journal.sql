-- What happened. Append-only: a change or a removal breaks the chain of seals.
CREATE TABLE journal_fact (
  territory TEXT NOT NULL,                 -- '' the whole installation
  id        TEXT NOT NULL,
  at        BIGINT NOT NULL,
  kind      TEXT NOT NULL,
  school    TEXT NOT NULL DEFAULT '',
  class     TEXT NOT NULL DEFAULT '',
  subject   TEXT NOT NULL DEFAULT '',      -- what it is about: an opaque identifier
  account   TEXT NOT NULL DEFAULT '',      -- who, as an opaque identifier
  role      TEXT NOT NULL DEFAULT '',
  data      TEXT NOT NULL,                 -- JSON, without personal data
  mac       TEXT NOT NULL,
  PRIMARY KEY (territory, id)
);
CREATE INDEX journal_fact_kind ON journal_fact (territory, kind, id);
CREATE INDEX journal_fact_school ON journal_fact (territory, school, id);
CREATE INDEX journal_fact_id ON journal_fact (id);

CREATE TABLE journal_seal (
  territory TEXT NOT NULL,
  number    BIGINT NOT NULL,
  fact      TEXT NOT NULL,
  hash      TEXT NOT NULL,                 -- of the fact and of the seal before it
  PRIMARY KEY (territory, number),
  UNIQUE (territory, fact)
);

-- The end of each chain, so that cutting it off is seen too.
CREATE TABLE journal_head (
  territory TEXT NOT NULL PRIMARY KEY,
  number    BIGINT NOT NULL,
  hash      TEXT NOT NULL,
  mac       TEXT NOT NULL
);
