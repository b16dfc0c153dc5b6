-- The catalogue is one for the installation: a model is the same in every territory.
CREATE TABLE equip_model (
  id            TEXT NOT NULL PRIMARY KEY,
  kind          TEXT NOT NULL,              -- laptop, tablet, display, camera, microphone, speaker, robot, hotspot, sim, charger, case, other
  maker         TEXT NOT NULL,
  name          TEXT NOT NULL,
  reference     TEXT NOT NULL,              -- the maker's
  folded        TEXT NOT NULL,              -- maker, name and reference, folded
  tracked       BIGINT NOT NULL,            -- 1: each item is an asset; 0: a consumable, counted
  serves        TEXT NOT NULL DEFAULT '',   -- what a usable one brings to a class: display, laptop, kit; '' nothing by itself
  lendable      BIGINT NOT NULL DEFAULT 0,  -- 1: may be lent to a pupil
  warranty_months BIGINT,                   -- NULL unknown
  life_months   BIGINT NOT NULL,            -- expected life: depreciation runs over it
  price_cents   BIGINT,                     -- with tax, NULL unknown
  priced_on     TEXT NOT NULL DEFAULT '',   -- 2026-10-01
  energy        TEXT NOT NULL DEFAULT '',   -- A … G, '' unknown
  repairability BIGINT,                     -- index in tenths, 0 to 100, NULL unknown
  photo         TEXT NOT NULL DEFAULT '',   -- files_file.id in the territory ''
  retired       BIGINT NOT NULL DEFAULT 0,  -- 1: no longer ordered
  version       BIGINT NOT NULL DEFAULT 1,
  created_at    BIGINT NOT NULL,
  UNIQUE (maker, reference)
);
CREATE TABLE equip_kit (
  id         TEXT NOT NULL PRIMARY KEY,
  name       TEXT NOT NULL,
  folded     TEXT NOT NULL,
  serves     TEXT NOT NULL DEFAULT '',      -- as of a model
  lendable   BIGINT NOT NULL DEFAULT 0,     -- 1: may be lent to a pupil, as a whole
  latest     BIGINT NOT NULL,               -- number of its newest version
  retired    BIGINT NOT NULL DEFAULT 0,
  created_at BIGINT NOT NULL,
  UNIQUE (name)
);
-- A version of a kit is never changed: what was ordered under it stays what it was.
CREATE TABLE equip_kit_part (
  kit      TEXT NOT NULL,
  version  BIGINT NOT NULL,
  number   BIGINT NOT NULL,
  model    TEXT NOT NULL,
  quantity BIGINT NOT NULL,
  PRIMARY KEY (kit, version, number),
  FOREIGN KEY (kit) REFERENCES equip_kit (id),
  FOREIGN KEY (model) REFERENCES equip_model (id)
);

CREATE TABLE equip_order (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  reference  TEXT NOT NULL,                 -- 2026-0001
  market     TEXT NOT NULL,                 -- reference of the market
  supplier   TEXT NOT NULL,
  plan       TEXT NOT NULL DEFAULT '',      -- the adopted plan that it carries out
  state      TEXT NOT NULL,                 -- draft, placed, closed, cancelled
  expected_on TEXT NOT NULL DEFAULT '',
  owner      TEXT NOT NULL DEFAULT '',      -- who the things will belong to
  custodian  TEXT NOT NULL DEFAULT '',      -- who will answer for them, '' the school that gets them
  note       TEXT NOT NULL DEFAULT '',
  version    BIGINT NOT NULL DEFAULT 1,
  awarded_at BIGINT,                        -- when the plan was adopted
  created_at BIGINT NOT NULL,
  created_by TEXT NOT NULL,
  placed_at  BIGINT,
  closed_at  BIGINT,
  PRIMARY KEY (territory, id),
  UNIQUE (territory, reference)
);
CREATE TABLE equip_order_line (
  territory   TEXT NOT NULL,
  order_id    TEXT NOT NULL,
  number      BIGINT NOT NULL,
  measure     TEXT NOT NULL DEFAULT '',     -- of the programme
  kit         TEXT NOT NULL DEFAULT '',     -- a kit in a version, or a model
  kit_version BIGINT NOT NULL DEFAULT 0,
  model       TEXT NOT NULL DEFAULT '',
  quantity    BIGINT NOT NULL,
  unit_cents  BIGINT NOT NULL,
  PRIMARY KEY (territory, order_id, number),
  FOREIGN KEY (territory, order_id) REFERENCES equip_order (territory, id)
);
CREATE TABLE equip_order_funder (
  territory TEXT NOT NULL,
  order_id  TEXT NOT NULL,
  funder    TEXT NOT NULL,
  share     BIGINT NOT NULL,                -- ten-thousandths; those of an order add up to 10,000
  PRIMARY KEY (territory, order_id, funder),
  FOREIGN KEY (territory, order_id) REFERENCES equip_order (territory, id)
);
-- Who gets how many of a line.
CREATE TABLE equip_award (
  territory TEXT NOT NULL,
  order_id  TEXT NOT NULL,
  line      BIGINT NOT NULL,
  school    TEXT NOT NULL,
  quantity  BIGINT NOT NULL,
  place     BIGINT NOT NULL DEFAULT 0,      -- rank in the plan
  delivery  TEXT NOT NULL DEFAULT '',       -- equip_delivery.id
  PRIMARY KEY (territory, order_id, line, school),
  FOREIGN KEY (territory, order_id, line) REFERENCES equip_order_line (territory, order_id, number)
);
-- What is claimed and what is paid for an order; ordered and received follow from the lines and the assets.
CREATE TABLE equip_invoice (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  order_id   TEXT NOT NULL,
  line       BIGINT NOT NULL,
  reference  TEXT NOT NULL,
  dated_on   TEXT NOT NULL,
  quantity   BIGINT NOT NULL,
  cents      BIGINT NOT NULL,
  paid_on    TEXT NOT NULL DEFAULT '',
  created_at BIGINT NOT NULL,
  PRIMARY KEY (territory, id),
  UNIQUE (territory, order_id, reference, line),
  FOREIGN KEY (territory, order_id, line) REFERENCES equip_order_line (territory, order_id, number)
);

-- A round is one trip of a van through the schools of one or more communes; a delivery is its stop at one school.
CREATE TABLE equip_round (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  name       TEXT NOT NULL,
  commune    TEXT NOT NULL DEFAULT '',      -- INSEE code of its first stop
  planned_on TEXT NOT NULL DEFAULT '',
  state      TEXT NOT NULL,                 -- planned, packed, under_way, done
  created_at BIGINT NOT NULL,
  PRIMARY KEY (territory, id)
);
CREATE INDEX equip_round_id ON equip_round (id);
CREATE TABLE equip_delivery (
  territory   TEXT NOT NULL,
  id          TEXT NOT NULL,
  code        TEXT NOT NULL,                -- printed on the delivery note
  round       TEXT NOT NULL,
  stop        BIGINT NOT NULL,              -- order in the round
  school      TEXT NOT NULL,
  state       TEXT NOT NULL,                -- planned, under_way, partial, received, signed
  received_at BIGINT,
  signed_at   BIGINT,
  signed_by   TEXT NOT NULL DEFAULT '',     -- the function of the person who signed, as told; no account needed
  signed_how  TEXT NOT NULL DEFAULT '',     -- screen, paper
  signature   TEXT NOT NULL DEFAULT '',     -- files_file.id
  document    TEXT NOT NULL DEFAULT '',     -- files_file.id: the note as it was signed
  sha256      TEXT NOT NULL DEFAULT '',     -- of the document
  version     BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (territory, id),
  UNIQUE (territory, code),
  FOREIGN KEY (territory, round) REFERENCES equip_round (territory, id)
);
CREATE INDEX equip_delivery_school ON equip_delivery (territory, school);
CREATE INDEX equip_delivery_round ON equip_delivery (territory, round, stop);
CREATE INDEX equip_delivery_id ON equip_delivery (id);
CREATE INDEX equip_delivery_code ON equip_delivery (code);
-- A scan is what somebody says of one item at a reception. Its id is made where it is scanned: sent twice, it counts once.
CREATE TABLE equip_scan (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  delivery   TEXT NOT NULL,
  code       TEXT NOT NULL,                 -- as it was read
  asset      TEXT NOT NULL DEFAULT '',      -- '' unknown tag
  says       TEXT NOT NULL,                 -- received, damaged, wrong, missing
  outcome    TEXT NOT NULL,                 -- counted, again, conflict, surplus, refused
  other      TEXT NOT NULL DEFAULT '',      -- of a conflict: the scan that was first; of a correction: the one that it replaces
  settled    BIGINT NOT NULL DEFAULT 0,     -- 1: somebody decided the conflict; of a counted one, another took its place
  note       TEXT NOT NULL DEFAULT '',
  serial     TEXT NOT NULL DEFAULT '',
  scanned_at BIGINT NOT NULL,               -- by the clock of the device
  stored_at  BIGINT NOT NULL,
  account    TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (territory, id),
  FOREIGN KEY (territory, delivery) REFERENCES equip_delivery (territory, id)
);
CREATE INDEX equip_scan_delivery ON equip_scan (territory, delivery, asset);

-- An asset is one item, or one kit whose parts are assets of their own. Its states have their dates; owner, funder,
-- custodian and place are four things. The journal has the history of each.
CREATE TABLE equip_asset (
  territory    TEXT NOT NULL,
  id           TEXT NOT NULL,
  code         TEXT NOT NULL,               -- inventory code on its label
  serial       TEXT NOT NULL DEFAULT '',    -- the maker's, in capitals without spaces
  parent       TEXT NOT NULL DEFAULT '',    -- the kit that it is a part of
  model        TEXT NOT NULL DEFAULT '',
  kit          TEXT NOT NULL DEFAULT '',
  kit_version  BIGINT NOT NULL DEFAULT 0,
  kind         TEXT NOT NULL,               -- of its model, or kit
  name         TEXT NOT NULL,               -- of its model or its kit
  serves       TEXT NOT NULL DEFAULT '',
  lendable     BIGINT NOT NULL DEFAULT 0,
  folded       TEXT NOT NULL,               -- code, serial and name, folded
  measure      TEXT NOT NULL DEFAULT '',
  order_id     TEXT NOT NULL DEFAULT '',
  line         BIGINT NOT NULL DEFAULT 0,
  delivery     TEXT NOT NULL DEFAULT '',
  owner        TEXT NOT NULL,               -- who it belongs to
  funder       TEXT NOT NULL,               -- who paid for it
  custodian    TEXT NOT NULL,               -- who answers for it
  school       TEXT NOT NULL,               -- place: UAI, '' the territory's own stock
  class        TEXT NOT NULL DEFAULT '',
  room         TEXT NOT NULL DEFAULT '',
  state        TEXT NOT NULL,               -- awarded, ordered, delivered, installed, usable, retired
  trouble      TEXT NOT NULL DEFAULT '',    -- '' none; broken, repair, lost, stolen, missing, wrong
  holder       TEXT NOT NULL DEFAULT '',    -- loan or entitlement that it is out on; '' here
  locked       BIGINT NOT NULL DEFAULT 0,
  awarded_at   BIGINT, ordered_at BIGINT, delivered_at BIGINT, installed_at BIGINT, usable_at BIGINT, retired_at BIGINT,
  cost_cents   BIGINT,
  bought_on    TEXT NOT NULL DEFAULT '',
  seen_at      BIGINT,                      -- by an inventory agent or a stocktake
  seen_facts   TEXT NOT NULL DEFAULT '',    -- JSON: what the agent told of the model, nothing of its user
  version      BIGINT NOT NULL DEFAULT 1,
  updated_at   BIGINT NOT NULL,
  PRIMARY KEY (territory, id),
  UNIQUE (territory, code)
);
CREATE INDEX equip_asset_serial ON equip_asset (territory, serial);
CREATE INDEX equip_asset_parent ON equip_asset (territory, parent);
CREATE INDEX equip_asset_school ON equip_asset (territory, school, state);
CREATE INDEX equip_asset_line ON equip_asset (territory, order_id, line);
CREATE INDEX equip_asset_delivery ON equip_asset (territory, delivery);
-- The list: its usual order, then all that it filters and searches, so that it reads no row that it does not show.
CREATE INDEX equip_asset_list ON equip_asset (territory, parent, name, code, state, trouble, kind, measure, owner, funder, custodian, school, class, holder, seen_at, folded);
CREATE INDEX equip_asset_owner ON equip_asset (territory, owner);
CREATE INDEX equip_asset_custodian ON equip_asset (territory, custodian);

-- What was told of a loss or a theft.
CREATE TABLE equip_loss (
  territory   TEXT NOT NULL,
  id          TEXT NOT NULL,
  asset       TEXT NOT NULL,
  trouble     TEXT NOT NULL,                -- lost, stolen
  happened_on TEXT NOT NULL,
  statement   TEXT NOT NULL,                -- how it happened, naming nobody
  reference   TEXT NOT NULL DEFAULT '',     -- of the report to the police
  told_at     BIGINT NOT NULL,
  found_at    BIGINT,
  PRIMARY KEY (territory, id),
  FOREIGN KEY (territory, asset) REFERENCES equip_asset (territory, id)
);
CREATE INDEX equip_loss_asset ON equip_loss (territory, asset, told_at);
-- How an asset left the inventory.
CREATE TABLE equip_retirement (
  territory TEXT NOT NULL,
  asset     TEXT NOT NULL,
  reason    TEXT NOT NULL,                  -- worn, beyond_repair, lost, stolen, replaced, ceded
  wipe      TEXT NOT NULL,                  -- how its data was wiped: erased, overwritten, destroyed, none_held, not_recovered
  wiped_on  TEXT NOT NULL DEFAULT '',
  wiped_by  TEXT NOT NULL DEFAULT '',       -- service or company
  weee      TEXT NOT NULL DEFAULT '',       -- who took it for recycling or another use
  weee_note TEXT NOT NULL DEFAULT '',       -- reference of the tracking note
  document  TEXT NOT NULL,                  -- files_file.id: the certificate
  sha256    TEXT NOT NULL,
  retired_at BIGINT NOT NULL,
  PRIMARY KEY (territory, asset),
  FOREIGN KEY (territory, asset) REFERENCES equip_asset (territory, id)
);

-- A deed hands the ownership of assets over: it is done when the new owner has countersigned.
CREATE TABLE equip_deed (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  code       TEXT NOT NULL,                 -- printed on it
  from_owner TEXT NOT NULL,
  to_owner   TEXT NOT NULL,
  to_kind    TEXT NOT NULL,                 -- commune, eple, association
  deliberation TEXT NOT NULL,               -- its reference
  deliberated_on TEXT NOT NULL,
  state      TEXT NOT NULL,                 -- prepared, signed, countersigned, cancelled
  prepared   TEXT NOT NULL,                 -- files_file.id: the text that both sign
  sha256     TEXT NOT NULL,                 -- of that text
  signed_at  BIGINT,
  signed_as  TEXT NOT NULL DEFAULT '',      -- who signed: name and function, as the deed bears them
  signature  TEXT NOT NULL DEFAULT '',      -- files_file.id, drawn or the signed paper
  countersigned_at BIGINT,
  countersigned_as TEXT NOT NULL DEFAULT '',
  countersignature TEXT NOT NULL DEFAULT '',
  document   TEXT NOT NULL DEFAULT '',      -- files_file.id: with both signatures
  document_sha256 TEXT NOT NULL DEFAULT '',
  version    BIGINT NOT NULL DEFAULT 1,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (territory, id),
  UNIQUE (territory, code)
);
CREATE TABLE equip_deed_asset (
  territory TEXT NOT NULL,
  deed      TEXT NOT NULL,
  asset     TEXT NOT NULL,
  PRIMARY KEY (territory, deed, asset),
  FOREIGN KEY (territory, deed) REFERENCES equip_deed (territory, id),
  FOREIGN KEY (territory, asset) REFERENCES equip_asset (territory, id)
);
CREATE INDEX equip_deed_of ON equip_deed_asset (territory, asset);

CREATE TABLE equip_incident (
  territory   TEXT NOT NULL,
  id          TEXT NOT NULL,
  number      BIGINT NOT NULL,              -- shown to people
  asset       TEXT NOT NULL,
  school      TEXT NOT NULL,
  class       TEXT NOT NULL DEFAULT '',
  kind        TEXT NOT NULL,                -- broken, screen, sound, network, power, lost, stolen, other
  note        TEXT NOT NULL DEFAULT '',
  photo       TEXT NOT NULL DEFAULT '',
  actor       TEXT NOT NULL,                -- who must act: rule's answer (equip_actor.actor)
  state       TEXT NOT NULL,                -- reported, taken, waiting, repaired, usable, closed
  reported_at BIGINT NOT NULL,
  reported_by TEXT NOT NULL DEFAULT '',     -- account, '' from the label without one
  taken_at    BIGINT,
  usable_at   BIGINT,                       -- usable again: the delay runs until then
  closed_at   BIGINT,
  digested_at BIGINT,                       -- when it was told in a digest
  version     BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (territory, id),
  UNIQUE (territory, number),
  FOREIGN KEY (territory, asset) REFERENCES equip_asset (territory, id)
);
CREATE INDEX equip_incident_state ON equip_incident (territory, state, school);
-- Who acts: the most precise rule wins (kind and custodian, then custodian, then kind, then neither).
CREATE TABLE equip_actor (
  territory TEXT NOT NULL,
  kind      TEXT NOT NULL,                  -- of the model, '' any
  custodian TEXT NOT NULL,                  -- '' any
  actor     TEXT NOT NULL,
  email     TEXT NOT NULL DEFAULT '',       -- of a service, for the digest
  PRIMARY KEY (territory, kind, custodian)
);

CREATE TABLE equip_stocktake (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  school     TEXT NOT NULL,
  room       TEXT NOT NULL DEFAULT '',      -- '' the whole school
  state      TEXT NOT NULL,                 -- open, closed
  opened_at  BIGINT NOT NULL,
  opened_by  TEXT NOT NULL,
  closed_at  BIGINT,
  signed_by  TEXT NOT NULL DEFAULT '',
  signature  TEXT NOT NULL DEFAULT '',
  document   TEXT NOT NULL DEFAULT '',
  sha256     TEXT NOT NULL DEFAULT '',
  PRIMARY KEY (territory, id)
);
CREATE INDEX equip_stocktake_school ON equip_stocktake (territory, school, opened_at);
CREATE TABLE equip_stocktake_scan (
  territory  TEXT NOT NULL,
  stocktake  TEXT NOT NULL,
  code       TEXT NOT NULL,
  asset      TEXT NOT NULL DEFAULT '',
  outcome    TEXT NOT NULL,                 -- expected, elsewhere, unknown
  room       TEXT NOT NULL DEFAULT '',
  scanned_at BIGINT NOT NULL,
  PRIMARY KEY (territory, stocktake, code),
  FOREIGN KEY (territory, stocktake) REFERENCES equip_stocktake (territory, id)
);
-- What was expected when it closed and was not seen.
CREATE TABLE equip_stocktake_unseen (
  territory TEXT NOT NULL,
  stocktake TEXT NOT NULL,
  asset     TEXT NOT NULL,
  PRIMARY KEY (territory, stocktake, asset),
  FOREIGN KEY (territory, stocktake) REFERENCES equip_stocktake (territory, id)
);

CREATE TABLE equip_entitlement (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  person     TEXT NOT NULL,                 -- the new teacher: opaque
  school     TEXT NOT NULL,
  year       TEXT NOT NULL,                 -- 2026-2027
  kind       TEXT NOT NULL,                 -- new_teacher
  kit        TEXT NOT NULL DEFAULT '',      -- the pack chosen
  state      TEXT NOT NULL,                 -- declared, chosen, handed_over, left, returned, kept, withdrawn
  declared_at BIGINT NOT NULL,
  chosen_at  BIGINT,
  asset      TEXT NOT NULL DEFAULT '',
  handed_at  BIGINT,
  signature  TEXT NOT NULL DEFAULT '',
  left_on    TEXT NOT NULL DEFAULT '',      -- left the territory
  ended_at   BIGINT,
  version    BIGINT NOT NULL DEFAULT 1,
  PRIMARY KEY (territory, id),
  UNIQUE (territory, person, year)
);
CREATE INDEX equip_entitlement_school ON equip_entitlement (territory, school);

-- The secret addresses that inventory agents of a territory report to; the token itself is never stored.
CREATE TABLE equip_agent_key (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  name       TEXT NOT NULL,
  hash       TEXT NOT NULL,
  created_at BIGINT NOT NULL,
  used_at    BIGINT,
  revoked_at BIGINT,
  PRIMARY KEY (territory, id),
  UNIQUE (hash)
);
-- Reports whose serial number no asset bears: the newest of each.
CREATE TABLE equip_agent_unknown (
  territory TEXT NOT NULL,
  serial    TEXT NOT NULL,
  facts     TEXT NOT NULL,
  seen_at   BIGINT NOT NULL,
  PRIMARY KEY (territory, serial)
);

-- The next number of what is numbered: codes, orders, incidents.
CREATE TABLE equip_counter (
  territory TEXT NOT NULL,
  name      TEXT NOT NULL,
  last      BIGINT NOT NULL,
  PRIMARY KEY (territory, name)
);
