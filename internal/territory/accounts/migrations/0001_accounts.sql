-- Who may log in, and what they may do where. An account belongs to no territory: one person may act in several.

CREATE TABLE accounts_account (
  id          TEXT NOT NULL PRIMARY KEY,
  email       TEXT NOT NULL UNIQUE,         -- lower case
  name        TEXT NOT NULL,
  folded      TEXT NOT NULL,                -- name and address, folded for search and sorting
  password    TEXT NOT NULL DEFAULT '',     -- argon2id, PHC string; '' logs in by link alone
  person      TEXT NOT NULL DEFAULT '',     -- opaque person of the directory, '' none
  language    TEXT NOT NULL DEFAULT 'fr',
  last_role   TEXT NOT NULL DEFAULT '',     -- acted in last
  showcase    BIGINT NOT NULL DEFAULT 0,    -- place on the demonstration's entrance, 0 none
  created_at  BIGINT NOT NULL,
  disabled_at BIGINT                        -- NULL: may log in
);
CREATE INDEX accounts_account_folded ON accounts_account (folded, id);

-- A role on a scope: territory '' is the nation, school '' the whole territory, class '' the whole school.
CREATE TABLE accounts_grant (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  account    TEXT NOT NULL REFERENCES accounts_account (id),
  role       TEXT NOT NULL,
  school     TEXT NOT NULL DEFAULT '',
  class      TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL DEFAULT '',      -- account, '' the command
  PRIMARY KEY (territory, id),
  UNIQUE (account, role, territory, school, class)
);
CREATE INDEX accounts_grant_school ON accounts_grant (territory, school, role);

CREATE TABLE accounts_session (
  id         TEXT NOT NULL PRIMARY KEY,
  hash       TEXT NOT NULL UNIQUE,          -- SHA-256 of the cookie
  account    TEXT NOT NULL REFERENCES accounts_account (id),
  role       TEXT NOT NULL,                 -- acted in
  method     TEXT NOT NULL,                 -- password, link, invitation, demo
  device     TEXT NOT NULL,                 -- coarse: firefox/windows
  created_at BIGINT NOT NULL,
  seen_at    BIGINT NOT NULL                -- late by ten minutes at the most
);
CREATE INDEX accounts_session_account ON accounts_session (account, seen_at);

-- One-time links. A link asked for an unknown address has no account: it costs the same and opens nothing.
CREATE TABLE accounts_link (
  hash       TEXT NOT NULL PRIMARY KEY,     -- SHA-256 of the link's secret
  account    TEXT REFERENCES accounts_account (id),
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at    BIGINT
);
CREATE INDEX accounts_link_account ON accounts_link (account);

-- Personal access tokens for programs.
CREATE TABLE accounts_token (
  id         TEXT NOT NULL PRIMARY KEY,
  hash       TEXT NOT NULL UNIQUE,
  account    TEXT NOT NULL REFERENCES accounts_account (id),
  name       TEXT NOT NULL,
  role       TEXT NOT NULL,                 -- the role that it acts in
  scopes     TEXT NOT NULL,                 -- permissions, separated by spaces
  created_at BIGINT NOT NULL,
  expires_at BIGINT NOT NULL,
  used_at    BIGINT                         -- late by ten minutes at the most
);
CREATE INDEX accounts_token_account ON accounts_token (account);

CREATE TABLE accounts_invitation (
  territory   TEXT NOT NULL,
  id          TEXT NOT NULL,
  email       TEXT NOT NULL,
  role        TEXT NOT NULL,
  school      TEXT NOT NULL DEFAULT '',
  class       TEXT NOT NULL DEFAULT '',
  hash        TEXT NOT NULL UNIQUE,         -- SHA-256 of the link's secret
  state       TEXT NOT NULL,                -- pending, accepted, cancelled
  created_at  BIGINT NOT NULL,
  created_by  TEXT NOT NULL DEFAULT '',     -- account, '' the command
  expires_at  BIGINT NOT NULL,
  answered_at BIGINT,
  account     TEXT,                         -- that accepted
  PRIMARY KEY (territory, id)
);
CREATE INDEX accounts_invitation_email ON accounts_invitation (email, state);
