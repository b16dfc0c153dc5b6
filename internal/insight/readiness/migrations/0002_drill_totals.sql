-- The sums of each run, so that a list of drills does not add their classes up again.
ALTER TABLE readiness_drill_run ADD COLUMN schools BIGINT NOT NULL DEFAULT 0;
ALTER TABLE readiness_drill_run ADD COLUMN blank BIGINT NOT NULL DEFAULT 0;
ALTER TABLE readiness_drill_run ADD COLUMN classes BIGINT NOT NULL DEFAULT 0;
ALTER TABLE readiness_drill_run ADD COLUMN answered BIGINT NOT NULL DEFAULT 0;
ALTER TABLE readiness_drill_run ADD COLUMN unsized BIGINT NOT NULL DEFAULT 0;
ALTER TABLE readiness_drill_run ADD COLUMN pupils BIGINT NOT NULL DEFAULT 0;
ALTER TABLE readiness_drill_run ADD COLUMN sure BIGINT NOT NULL DEFAULT 0;
ALTER TABLE readiness_drill_run ADD COLUMN possible BIGINT NOT NULL DEFAULT 0;
