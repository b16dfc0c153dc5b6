package programme

import (
	"context"

	"preau/internal/base/db"
)

const versionColumns = "v.id, v.number, v.file, v.sha256, v.loaded_at"

func scanVersion(row db.Scanner) (*Version, error) {
	v := &Version{}
	err := row.Scan(&v.ID, &v.Number, &v.File, &v.SHA256, &v.LoadedAt)
	return v, err
}

// latest returns the last version of a programme, or of any when the id is "".
func latest(ctx context.Context, tx *db.Tx, programme string) (*Version, error) {
	return db.One(ctx, tx, scanVersion, "SELECT "+versionColumns+" FROM programme_version v WHERE ? IN ('', v.programme) ORDER BY v.loaded_at DESC, v.id DESC LIMIT 1", programme)
}

// inForce returns the version in force in a territory.
func inForce(ctx context.Context, tx *db.Tx, territory string) (*Version, error) {
	return db.One(ctx, tx, scanVersion, "SELECT "+versionColumns+" FROM programme_territory t JOIN programme_version v ON v.id = t.version WHERE t.territory = ?", territory)
}

func versionByID(ctx context.Context, tx *db.Tx, id string) (*Version, error) {
	return db.One(ctx, tx, scanVersion, "SELECT "+versionColumns+" FROM programme_version v WHERE v.id = ?", id)
}

// fileOf returns the file of a version.
func fileOf(ctx context.Context, tx *db.Tx, id string) (string, error) {
	return db.One(ctx, tx, db.Value[string], "SELECT text FROM programme_version WHERE id = ?", id)
}

func insertVersion(ctx context.Context, tx *db.Tx, v *Version, programme, account string) error {
	_, err := tx.Exec(ctx, "INSERT INTO programme_version (id, programme, number, file, sha256, text, loaded_at, loaded_by) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
		v.ID, programme, v.Number, v.File, v.SHA256, v.text, v.LoadedAt, account)
	return err
}

// putInForce makes the version the one of its territories, and ends it where the programme no longer goes.
func putInForce(ctx context.Context, tx *db.Tx, v *Version, p *Programme) error {
	codes := p.Codes()
	args := append([]any{p.ID}, db.Strings(codes)...)
	if _, err := tx.Exec(ctx, "DELETE FROM programme_territory WHERE programme = ? AND territory NOT IN ("+db.Marks(len(codes))+")", args...); err != nil {
		return err
	}
	for _, code := range codes {
		if _, err := tx.Exec(ctx, `INSERT INTO programme_territory (territory, programme, version) VALUES (?, ?, ?)
			ON CONFLICT (territory) DO UPDATE SET programme = excluded.programme, version = excluded.version`, code, p.ID, v.ID); err != nil {
			return err
		}
	}
	return nil
}

// allInForce tells whether the version is the one of all its territories.
func allInForce(ctx context.Context, tx *db.Tx, v *Version, codes []string) (bool, error) {
	n, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM programme_territory WHERE version = ? AND territory IN ("+db.Marks(len(codes))+")",
		append([]any{v.ID}, db.Strings(codes)...)...)
	return n == len(codes), err
}

// progressOf returns what has come of each measure in the territories, summed.
func progressOf(ctx context.Context, tx *db.Tx, codes []string) (map[string]Progress, error) {
	list, err := db.All(ctx, tx, func(row db.Scanner) (Progress, error) {
		var p Progress
		err := row.Scan(&p.ID, &p.Target, &p.Planned, &p.PlannedCents, &p.Done)
		return p, err
	}, "SELECT measure, SUM(target), SUM(planned), SUM(planned_cents), SUM(done) FROM programme_progress WHERE territory IN ("+db.Marks(len(codes))+") GROUP BY measure",
		db.Strings(codes)...)
	byID := map[string]Progress{}
	for _, p := range list {
		byID[p.ID] = p
	}
	return byID, err
}
