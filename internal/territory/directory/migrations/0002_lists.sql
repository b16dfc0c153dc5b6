-- Lists of a whole country by name and by commune. Commune names sort without their accents and article marks.
ALTER TABLE directory_school ADD COLUMN commune_folded TEXT NOT NULL DEFAULT '';
CREATE INDEX directory_school_name ON directory_school (folded, uai);
CREATE INDEX directory_school_place ON directory_school (commune_folded, folded);
