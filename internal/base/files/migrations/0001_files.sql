-- Files that persons hand in: photos, signatures, scanned sheets, frozen documents. Kept with the rows that name
-- them, so that a backup holds both; small, because every picture is drawn again at a bounded size.
CREATE TABLE files_file (
  territory  TEXT NOT NULL,
  id         TEXT NOT NULL,
  room       TEXT NOT NULL,                -- equip, lend …: who keeps it
  kind       TEXT NOT NULL,                -- photo, signature, sheet, document
  name       TEXT NOT NULL,                -- for a download
  type       TEXT NOT NULL,                -- media type
  size       BIGINT NOT NULL,              -- bytes
  sha256     TEXT NOT NULL,
  data       BYTEA NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (territory, id)
);
