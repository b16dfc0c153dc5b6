-- The counts of a stocktake that is closed, and what became of an item that was not seen.
ALTER TABLE equip_stocktake ADD COLUMN version BIGINT NOT NULL DEFAULT 1;
ALTER TABLE equip_stocktake ADD COLUMN seen BIGINT NOT NULL DEFAULT 0;
ALTER TABLE equip_stocktake ADD COLUMN unseen BIGINT NOT NULL DEFAULT 0;
ALTER TABLE equip_stocktake_unseen ADD COLUMN lost BIGINT NOT NULL DEFAULT 0;
