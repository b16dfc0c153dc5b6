package db

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"sort"
	"strings"
)

// Migrations are the numbered SQL files of one room: migrations/0001_name.sql for both databases, and
// 0001_name.postgres.sql for what PostgreSQL alone has, run after its twin.
type Migrations struct {
	Room string
	FS   fs.FS
}

// migrationLock is the key of the PostgreSQL advisory lock under which migrations run.
const migrationLock = 7_738_281

// Migrate brings the schema up to date in one transaction under a lock, so that of two processes that
// start together one migrates and the other finds it done. Where nothing is to be done it writes nothing and
// waits for nobody. It returns an error, and changes nothing, when a file that was applied has been edited
// since or is unknown to this program (a newer version ran here).
func (d *DB) Migrate(ctx context.Context, rooms ...Migrations) error {
	ctx = Everywhere(ctx)
	var due []migration
	look := func(ctx context.Context, tx *Tx) error {
		applied, err := appliedMigrations(ctx, tx)
		if err == nil {
			due, err = dueMigrations(rooms, applied, d.postgres)
		}
		return err
	}
	if err := d.View(ctx, look); err != nil || len(due) == 0 {
		return err
	}
	unlock, err := d.lockMigrations(ctx)
	if err != nil {
		return err
	}
	defer unlock()
	return d.Update(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.Exec(ctx, `CREATE TABLE IF NOT EXISTS base_migration (
			room TEXT NOT NULL, file TEXT NOT NULL, sha256 TEXT NOT NULL, applied_at BIGINT NOT NULL,
			PRIMARY KEY (room, file))`); err != nil {
			return err
		}
		if err := look(ctx, tx); err != nil || len(due) == 0 {
			return err
		}
		for _, m := range due {
			if err := tx.migrate(ctx, m); err != nil {
				return err
			}
		}
		if tx.Postgres() {
			return tx.secureRows(ctx)
		}
		return nil
	})
}

// lockMigrations takes the lock of PostgreSQL for a connection of its own: a transaction that waited for it
// would go on to see the schema as it was before. SQLite's one writer is lock enough.
func (d *DB) lockMigrations(ctx context.Context) (unlock func(), err error) {
	if !d.postgres {
		return func() {}, nil
	}
	conn, err := d.writer.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.ExecContext(ctx, "SELECT pg_advisory_lock($1)", migrationLock); err != nil {
		return nil, errors.Join(err, conn.Close())
	}
	return func() {
		_, _ = conn.ExecContext(context.WithoutCancel(ctx), "SELECT pg_advisory_unlock($1)", migrationLock)
		_ = conn.Close()
	}, nil
}

// appliedMigrations returns the hashes of the files that were applied, by room and file.
func appliedMigrations(ctx context.Context, tx *Tx) (map[string]string, error) {
	exists := "SELECT COUNT(*) FROM sqlite_master WHERE name = 'base_migration'"
	if tx.Postgres() {
		exists = "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'base_migration'"
	}
	if n, err := One(ctx, tx, Value[int], exists); err != nil || n == 0 {
		return nil, err
	}
	rows, err := tx.Query(ctx, "SELECT room, file, sha256 FROM base_migration")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	applied := map[string]string{}
	for rows.Next() {
		var room, file, sum string
		if err := rows.Scan(&room, &file, &sum); err != nil {
			return nil, err
		}
		applied[room+"/"+file] = sum
	}
	return applied, rows.Err()
}

// migration is a file that is to be applied.
type migration struct{ room, file, text, hash string }

// dueMigrations returns the files that were not applied yet, in order.
func dueMigrations(rooms []Migrations, applied map[string]string, postgres bool) ([]migration, error) {
	var due []migration
	for _, room := range rooms {
		files, err := fs.Glob(room.FS, "migrations/*.sql")
		if err != nil {
			return nil, err
		}
		sort.Slice(files, func(i, j int) bool { return migrationOrder(files[i]) < migrationOrder(files[j]) })
		known := map[string]bool{}
		for _, file := range files {
			known[room.Room+"/"+file] = true
			text, err := fs.ReadFile(room.FS, file)
			if err != nil {
				return nil, err
			}
			sum := sha256.Sum256(text)
			hash := hex.EncodeToString(sum[:])
			was, done := applied[room.Room+"/"+file]
			switch {
			case done && was != hash:
				return nil, fmt.Errorf("db: migration %s of %s was edited after it ran; write a new one", file, room.Room)
			case !done && (postgres || !strings.HasSuffix(file, ".postgres.sql")):
				due = append(due, migration{room.Room, file, string(text), hash})
			}
		}
		for key := range applied {
			if strings.HasPrefix(key, room.Room+"/") && !known[key] {
				return nil, fmt.Errorf("db: the database has migration %s, which this version does not know: a newer version ran here", key)
			}
		}
	}
	return due, nil
}

func (t *Tx) migrate(ctx context.Context, m migration) error {
	if err := t.script(ctx, m.text); err != nil {
		return fmt.Errorf("db: migration %s of %s: %w", m.file, m.room, err)
	}
	_, err := t.Exec(ctx, "INSERT INTO base_migration (room, file, sha256, applied_at) VALUES (?, ?, ?, ?)", m.room, m.file, m.hash, t.Now())
	return err
}

// migrationOrder puts the PostgreSQL twin after the file that it completes.
func migrationOrder(file string) string {
	if twin, ok := strings.CutSuffix(file, ".postgres.sql"); ok {
		return twin + ".sql~"
	}
	return file
}

// script runs the statements of a text one by one.
func (t *Tx) script(ctx context.Context, text string) error {
	for _, statement := range splitStatements(text) {
		if _, err := t.tx.ExecContext(ctx, statement); err != nil {
			return fmt.Errorf("%w in: %s", err, statement)
		}
	}
	return nil
}

// splitStatements cuts a script at the semicolons outside literals and comments.
func splitStatements(text string) []string {
	var list []string
	var b strings.Builder
	flush := func() {
		if s := strings.TrimSpace(b.String()); s != "" {
			list = append(list, s)
		}
		b.Reset()
	}
	for i := 0; i < len(text); {
		if end := skip(text, i); end > i {
			if !strings.HasPrefix(text[i:], "--") && !strings.HasPrefix(text[i:], "/*") {
				b.WriteString(text[i:end])
			} else {
				b.WriteByte('\n')
			}
			i = end
			continue
		}
		if text[i] == ';' {
			flush()
		} else {
			b.WriteByte(text[i])
		}
		i++
	}
	flush()
	return list
}

// secureRows puts every table that has a territory under row-level security, forced on the owner too:
// a transaction sees the rows of the territories that it names. No table can be forgotten.
func (t *Tx) secureRows(ctx context.Context) error {
	tables, err := All(ctx, t, Value[string], `SELECT c.table_name FROM information_schema.columns c
		JOIN information_schema.tables t ON t.table_schema = c.table_schema AND t.table_name = c.table_name
		WHERE c.table_schema = current_schema() AND c.column_name = 'territory' AND t.table_type = 'BASE TABLE'
		AND NOT EXISTS (SELECT 1 FROM pg_policies p WHERE p.schemaname = c.table_schema AND p.tablename = c.table_name AND p.policyname = 'territory')
		ORDER BY c.table_name`)
	if err != nil {
		return err
	}
	for _, table := range tables {
		const seen = `(current_setting('preau.territories', true) = '*' OR territory = '' OR
			territory = ANY (string_to_array(current_setting('preau.territories', true), ',')))`
		for _, statement := range []string{
			"ALTER TABLE " + table + " ENABLE ROW LEVEL SECURITY",
			"ALTER TABLE " + table + " FORCE ROW LEVEL SECURITY",
			"CREATE POLICY territory ON " + table + " USING " + seen + " WITH CHECK " + seen,
		} {
			if _, err := t.tx.ExecContext(ctx, statement); err != nil {
				return err
			}
		}
	}
	return nil
}
