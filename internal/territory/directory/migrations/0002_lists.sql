-- Lists of a territory and of a whole country, by name and by commune: the status is in each index because a
-- list asks for open schools unless told, so that the pages that are skipped never touch the table.
ALTER TABLE directory_school ADD COLUMN commune_folded TEXT NOT NULL DEFAULT '';
DROP INDEX directory_school_folded;
CREATE INDEX directory_school_folded ON directory_school (territory, status, folded, uai);
CREATE INDEX directory_school_name ON directory_school (status, folded, uai);
CREATE INDEX directory_school_place ON directory_school (status, commune_folded, folded, uai);
CREATE INDEX directory_school_ips ON directory_school (status, ips, folded, uai);
CREATE INDEX directory_school_pupils ON directory_school (status, pupils, folded, uai);
