-- How often an incident was reported while it was open.
ALTER TABLE equip_incident ADD COLUMN reports BIGINT NOT NULL DEFAULT 1;
