-- A pupil nominated for a loan. Criteria are ticked and count; why is never written down, and a document or an
-- export never holds them beside a name.
CREATE TABLE lend_nomination (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  school     TEXT NOT NULL,
  class      TEXT NOT NULL,
  pupil      TEXT NOT NULL,                 -- directory_person.id
  year       TEXT NOT NULL,                 -- 2026-2027
  criteria   TEXT NOT NULL,                 -- ids of the rule's criteria that are ticked, with commas, sorted
  unknown    TEXT NOT NULL,                 -- ids of those that nobody could answer
  points     BIGINT NOT NULL,
  state      TEXT NOT NULL,                 -- nominated, granted, waiting, lent, declined, withdrawn
  reason     TEXT NOT NULL DEFAULT '',      -- of the last decision, a word of a fixed list
  appeal     TEXT NOT NULL DEFAULT '',      -- '', asked, upheld, rejected
  appealed_at BIGINT,
  decided_at BIGINT,
  decided_by TEXT NOT NULL DEFAULT '',
  version    BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (territory, id),
  UNIQUE (territory, pupil, year)
);
CREATE INDEX lend_nomination_id ON lend_nomination (id);
CREATE INDEX lend_nomination_school ON lend_nomination (territory, school, year, points);
-- How many devices a school has to lend in a year, where the adopted plan is set aside by hand.
CREATE TABLE lend_quota (
  territory TEXT NOT NULL,
  school    TEXT NOT NULL,
  year      TEXT NOT NULL,
  quantity  BIGINT NOT NULL,
  reason    TEXT NOT NULL,                  -- in the words of who set it
  set_at    BIGINT NOT NULL,
  set_by    TEXT NOT NULL,
  PRIMARY KEY (territory, school, year)
);

-- One agreement for a pupil and one or more items: one signature for all of them.
CREATE TABLE lend_agreement (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  code       TEXT NOT NULL,                 -- printed on it, scanned back
  school     TEXT NOT NULL,
  class      TEXT NOT NULL,
  pupil      TEXT NOT NULL,
  year       TEXT NOT NULL,
  language   TEXT NOT NULL,                 -- of the family, beside French: ar, en, es, pt, tr, uk …; fr alone
  homes      BIGINT NOT NULL,               -- 1, 2
  start_on   TEXT NOT NULL,
  due_on     TEXT NOT NULL,
  measure    TEXT NOT NULL DEFAULT '',
  state      TEXT NOT NULL,                 -- prepared, signed, ended, cancelled
  signed_at  BIGINT,
  signed_how TEXT NOT NULL DEFAULT '',      -- screen, paper
  signed_by  TEXT NOT NULL DEFAULT '',      -- guardian (opaque person id), '' another person answering for the pupil
  signature  TEXT NOT NULL DEFAULT '',      -- files_file.id: the drawing, or the scanned sheet
  second     TEXT NOT NULL DEFAULT '',      -- files_file.id: the drawing of the other home's guardian
  second_by  TEXT NOT NULL DEFAULT '',      -- that guardian, as signed_by
  document   TEXT NOT NULL DEFAULT '',      -- files_file.id: text and drawing together, frozen
  sha256     TEXT NOT NULL DEFAULT '',      -- of the document
  ended_at   BIGINT,
  version    BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (territory, id),
  UNIQUE (territory, code)
);
CREATE INDEX lend_agreement_id ON lend_agreement (id);
CREATE INDEX lend_agreement_code ON lend_agreement (code);
CREATE INDEX lend_agreement_pupil ON lend_agreement (territory, pupil);
CREATE INDEX lend_agreement_school ON lend_agreement (territory, school, year, state);
-- What is lent under it. An item with an asset is a loan of its own; a charger or a case is counted.
CREATE TABLE lend_item (
  territory  TEXT NOT NULL,
  agreement  TEXT NOT NULL,
  number     BIGINT NOT NULL,
  kind       TEXT NOT NULL,                 -- device, charger, case, sim, hotspot
  name       TEXT NOT NULL,
  asset      TEXT NOT NULL DEFAULT '',      -- known at the latest when it is handed over
  code       TEXT NOT NULL DEFAULT '',      -- inventory code of the asset
  data_plan  TEXT NOT NULL DEFAULT '',      -- of a SIM or hotspot
  value_cents BIGINT,                       -- when new
  PRIMARY KEY (territory, agreement, number),
  FOREIGN KEY (territory, agreement) REFERENCES lend_agreement (territory, id)
);

-- One asset in the hands of one pupil. A second open loan of the same asset cannot be written: see open.
CREATE TABLE lend_loan (
  territory   TEXT NOT NULL,
  id          TEXT NOT NULL,
  agreement   TEXT NOT NULL,
  asset       TEXT NOT NULL,
  kind        TEXT NOT NULL,                -- of the agreement's item: device, hotspot, sim
  code        TEXT NOT NULL,                -- inventory code of the asset
  name        TEXT NOT NULL,                -- of its model
  school      TEXT NOT NULL,
  class       TEXT NOT NULL,
  pupil       TEXT NOT NULL,
  measure     TEXT NOT NULL DEFAULT '',
  state       TEXT NOT NULL,                -- out, returned, lost, stolen, cancelled
  counts      BIGINT NOT NULL,              -- 1: the class counts one device more at a pupil's home
  open        TEXT NOT NULL,                -- the asset while the loan is out, else the loan's own id
  handed_at   BIGINT NOT NULL,
  handed_by   TEXT NOT NULL,
  due_on      TEXT NOT NULL,
  condition_out TEXT NOT NULL,              -- JSON: condition list at the handover
  photo_out   TEXT NOT NULL DEFAULT '',
  returned_at BIGINT,
  returned_to TEXT NOT NULL DEFAULT '',
  condition_in TEXT NOT NULL DEFAULT '',
  photo_in    TEXT NOT NULL DEFAULT '',
  wiped       BIGINT,                       -- 1 data erased, 0 not yet, NULL nothing to erase or not said
  receipt     TEXT NOT NULL DEFAULT '',     -- code printed on it
  asked_at    BIGINT,                       -- the return was asked for: the pupil left the territory
  version     BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (territory, id),
  UNIQUE (territory, open),
  FOREIGN KEY (territory, agreement) REFERENCES lend_agreement (territory, id)
);
CREATE INDEX lend_loan_id ON lend_loan (id);
CREATE INDEX lend_loan_asset ON lend_loan (territory, asset, handed_at);
CREATE INDEX lend_loan_pupil ON lend_loan (territory, pupil);
CREATE INDEX lend_loan_school ON lend_loan (territory, school, state, due_on);
CREATE INDEX lend_loan_class ON lend_loan (territory, class, state);
CREATE INDEX lend_loan_agreement ON lend_loan (territory, agreement);
-- Pairs of the handover screen and returns, by the id that they were given where they were scanned: sent twice, they
-- count once.
CREATE TABLE lend_scan (
  territory TEXT NOT NULL,
  id        TEXT NOT NULL,
  loan      TEXT NOT NULL,
  says      TEXT NOT NULL,                  -- out, in
  stored_at BIGINT NOT NULL,
  PRIMARY KEY (territory, id)
);

CREATE TABLE lend_claim (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  loan       TEXT NOT NULL,
  school     TEXT NOT NULL,
  kind       TEXT NOT NULL,                 -- breakage, loss, theft
  happened_on TEXT NOT NULL,
  statement  TEXT NOT NULL,                 -- of the family, in its words
  told_by    TEXT NOT NULL,                 -- family, school
  report     TEXT NOT NULL DEFAULT '',      -- reference of the report to the police
  photo      TEXT NOT NULL DEFAULT '',
  state      TEXT NOT NULL,                 -- stated, decided, paid, waived
  fault      TEXT NOT NULL DEFAULT '',      -- none, deliberate, gross_negligence: as decided
  reason     TEXT NOT NULL DEFAULT '',
  charge_cents BIGINT,                      -- by the scale
  decided_at BIGINT,
  decided_by TEXT NOT NULL DEFAULT '',
  swapped    TEXT NOT NULL DEFAULT '',      -- the loan that took its place
  value_cents BIGINT,                       -- depreciated, on the day of the decision
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  version    BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (territory, id),
  FOREIGN KEY (territory, loan) REFERENCES lend_loan (territory, id)
);
CREATE INDEX lend_claim_id ON lend_claim (id);
CREATE INDEX lend_claim_loan ON lend_claim (territory, loan);
CREATE INDEX lend_claim_school ON lend_claim (territory, school, state);

-- School holidays by territory: a due date or a reminder never falls into them.
CREATE TABLE lend_holiday (
  territory TEXT NOT NULL,
  year      TEXT NOT NULL,                  -- 2026-2027
  name      TEXT NOT NULL,
  first_day TEXT NOT NULL,
  last_day  TEXT NOT NULL,
  PRIMARY KEY (territory, year, first_day)
);
-- One digest per family and day, whatever the number of loans.
CREATE TABLE lend_reminder (
  territory TEXT NOT NULL,
  guardian  TEXT NOT NULL,                  -- or the pupil, where no guardian is known
  day       TEXT NOT NULL,
  school    TEXT NOT NULL,                  -- whose head prints it or calls
  pupil     TEXT NOT NULL,                  -- of its first loan
  channel   TEXT NOT NULL,                  -- email, phone, paper
  loans     BIGINT NOT NULL,
  state     TEXT NOT NULL,                  -- sent, to_print, to_call, done
  PRIMARY KEY (territory, guardian, day)
);
CREATE INDEX lend_reminder_school ON lend_reminder (territory, school, state);

-- A handover for a crisis: for each pupil without a device, the nearest stock.
CREATE TABLE lend_crisis (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  name       TEXT NOT NULL,
  drill      TEXT NOT NULL DEFAULT '',      -- readiness drill that it starts from, '' a real closing
  closes_on  TEXT NOT NULL,
  state      TEXT NOT NULL,                 -- proposed, under_way, ended
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  PRIMARY KEY (territory, id)
);
CREATE INDEX lend_crisis_id ON lend_crisis (id);
CREATE TABLE lend_crisis_school (
  territory TEXT NOT NULL,
  crisis    TEXT NOT NULL,
  school    TEXT NOT NULL,
  needed    BIGINT NOT NULL,                -- pupils without a device, at least
  possible  BIGINT NOT NULL,                -- at most
  PRIMARY KEY (territory, crisis, school),
  FOREIGN KEY (territory, crisis) REFERENCES lend_crisis (territory, id)
);
-- So many free devices of one school (or '' the territory's stock) go to another.
CREATE TABLE lend_crisis_move (
  territory TEXT NOT NULL,
  crisis    TEXT NOT NULL,
  school    TEXT NOT NULL,
  stock     TEXT NOT NULL,
  quantity  BIGINT NOT NULL,
  metres    BIGINT,                         -- as the crow flies, NULL unknown
  moved     BIGINT NOT NULL DEFAULT 0,      -- devices that were moved so far
  PRIMARY KEY (territory, crisis, school, stock),
  FOREIGN KEY (territory, crisis) REFERENCES lend_crisis (territory, id)
);

-- The next number of what is numbered: agreements, receipts.
CREATE TABLE lend_counter (
  territory TEXT NOT NULL,
  name      TEXT NOT NULL,
  last      BIGINT NOT NULL,
  PRIMARY KEY (territory, name)
);
