package db_test

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/fstest"

	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/errs"
)

var room = db.Migrations{Room: "room", FS: fstest.MapFS{
	"migrations/0001_a.sql": {Data: []byte(`CREATE TABLE room_thing (territory TEXT NOT NULL, id TEXT NOT NULL, n BIGINT NOT NULL, PRIMARY KEY (territory, id));
		-- a comment; with a semicolon and a ?
		CREATE TABLE room_part (territory TEXT NOT NULL, id TEXT NOT NULL, thing TEXT NOT NULL, PRIMARY KEY (territory, id),
		FOREIGN KEY (territory, thing) REFERENCES room_thing (territory, id))`)},
}}

func insert(ctx context.Context, tx *db.Tx, territory, id string, n int) error {
	_, err := tx.Exec(ctx, "INSERT INTO room_thing (territory, id, n) VALUES (?, ?, ?)", territory, id, n)
	return err
}

func count(ctx context.Context, tx *db.Tx) (int, error) {
	return db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM room_thing")
}

func TestAnUpdateThatFailsChangesNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx, wrong := db.Everywhere(context.Background()), errors.New("wrong")
		err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			if err := insert(ctx, tx, "02", "a", 1); err != nil {
				return err
			}
			return wrong
		})
		if !errors.Is(err, wrong) {
			t.Fatalf("got %v", err)
		}
		if err := d.View(ctx, func(ctx context.Context, tx *db.Tx) error {
			n, err := count(ctx, tx)
			if n != 0 {
				t.Errorf("%d rows were kept", n)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}, room)
}

func TestTransactionsCannotNestAndAViewCannotWrite(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := db.Everywhere(context.Background())
		nothing := func(context.Context, *db.Tx) error { return nil }
		if err := d.Update(ctx, func(ctx context.Context, _ *db.Tx) error { return d.View(ctx, nothing) }); err == nil {
			t.Error("a view began inside an update")
		}
		if err := d.View(ctx, func(ctx context.Context, tx *db.Tx) error { return insert(ctx, tx, "02", "a", 1) }); err == nil {
			t.Error("a view wrote")
		}
	}, room)
}

func TestATextThatCannotBeReadIsRefusedByBothDatabases(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := db.Everywhere(context.Background())
		for text, kind := range map[string]errs.Kind{"\xff\xfe": errs.Invalid, "a\x00b": errs.Invalid, "Œuvre 😀": errs.Internal} {
			for name, f := range map[string]func(context.Context, *db.Tx) error{
				"exec": func(ctx context.Context, tx *db.Tx) error { return insert(ctx, tx, "02", text, 1) },
				"bulk": func(ctx context.Context, tx *db.Tx) error {
					left := 1
					_, err := tx.Bulk(ctx, "room_thing", []string{"territory", "id", "n"}, func() ([]any, error) {
						if left--; left < 0 {
							return nil, nil
						}
						return []any{"95", text, 1}, nil
					})
					return err
				},
				"one": func(ctx context.Context, tx *db.Tx) error {
					_, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM room_thing WHERE id = ?", text)
					return err
				},
				"all": func(ctx context.Context, tx *db.Tx) error {
					_, err := db.All(ctx, tx, db.Value[int], "SELECT n FROM room_thing WHERE id = ?", &text)
					return err
				},
			} {
				if err := d.Update(ctx, f); (err == nil) != (kind == errs.Internal) || err != nil && !errs.Is(err, kind) {
					t.Errorf("%q, %s: %v", text, name, err)
				}
			}
		}
	}, room)
}

func TestErrorsAreKnownByTheirCode(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := db.Everywhere(context.Background())
		twice := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			if err := insert(ctx, tx, "02", "a", 1); err != nil {
				return err
			}
			return insert(ctx, tx, "02", "a", 1)
		})
		if !db.IsConflict(twice) || db.IsForeignKey(twice) {
			t.Errorf("a second row of the same key gave %v", twice)
		}
		orphan := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := tx.Exec(ctx, "INSERT INTO room_part (territory, id, thing) VALUES ('02', 'p', 'none')")
			return err
		})
		if !db.IsForeignKey(orphan) || db.IsConflict(orphan) {
			t.Errorf("a part of no thing gave %v", orphan)
		}
		if err := d.View(ctx, func(ctx context.Context, tx *db.Tx) error {
			_, err := db.One(ctx, tx, db.Value[int], "SELECT n FROM room_thing WHERE id = ?", "none")
			return err
		}); !db.IsNotFound(err) {
			t.Errorf("a missing row gave %v", err)
		}
	}, room)
}

func TestConcurrentUpdatesLoseNothing(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := db.Everywhere(context.Background())
		if err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return insert(ctx, tx, "02", "a", 0) }); err != nil {
			t.Fatal(err)
		}
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				for range 10 {
					for {
						err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
							n, err := db.One(ctx, tx, db.Value[int], "SELECT n FROM room_thing WHERE territory = '02' AND id = 'a'")
							if err != nil {
								return err
							}
							_, err = tx.Exec(ctx, "UPDATE room_thing SET n = ? WHERE territory = '02' AND id = 'a'", n+1)
							return err
						})
						if err == nil {
							break
						}
						if !db.IsSerialization(err) {
							t.Error(err)
							return
						}
					}
				}
			})
		}
		group.Wait()
		var n int
		if err := d.View(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
			n, err = db.One(ctx, tx, db.Value[int], "SELECT n FROM room_thing")
			return err
		}); err != nil || n != 40 {
			t.Errorf("40 additions gave %d, %v", n, err)
		}
	}, room)
}

func TestAQueryThatForgetsItsTerritoryReturnsNothingOnPostgreSQL(t *testing.T) {
	d := dbtest.Postgres(t, room)
	background := context.Background()
	if err := d.Update(db.Everywhere(background), func(ctx context.Context, tx *db.Tx) error {
		return errors.Join(insert(ctx, tx, "02", "a", 1), insert(ctx, tx, "95", "b", 1), insert(ctx, tx, "2A", "c", 1))
	}); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name string
		ctx  context.Context
		want int
	}{
		{"no territory named", background, 0},
		{"one territory", db.WithTerritories(background, "02"), 1},
		{"two territories", db.WithTerritories(background, "02", "95"), 2},
		{"a territory that is a part of another's name", db.WithTerritories(background, "2"), 0},
		{"everywhere", db.Everywhere(background), 3},
	} {
		if err := d.View(c.ctx, func(ctx context.Context, tx *db.Tx) error {
			n, err := count(ctx, tx)
			if n != c.want {
				t.Errorf("%s: %d rows, want %d", c.name, n, c.want)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}
	err := d.Update(db.WithTerritories(background, "02"), func(ctx context.Context, tx *db.Tx) error { return insert(ctx, tx, "95", "z", 1) })
	if err == nil {
		t.Error("a row was written into a territory that the request did not name")
	}
}

func TestMigrationsRunOnceTogetherAndRefuseAnEditedFile(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		ctx := context.Background()
		var group sync.WaitGroup
		for range 4 {
			group.Go(func() {
				if err := d.Migrate(ctx, room); err != nil {
					t.Error(err)
				}
			})
		}
		group.Wait()
		edited := db.Migrations{Room: "room", FS: fstest.MapFS{"migrations/0001_a.sql": {Data: []byte("CREATE TABLE room_other (n BIGINT)")}}}
		if err := d.Migrate(ctx, edited); err == nil {
			t.Error("an edited migration was accepted")
		}
		if err := d.Migrate(ctx, db.Migrations{Room: "room", FS: fstest.MapFS{}}); err == nil {
			t.Error("a database of a newer version was accepted")
		}
	}, room)
}

func TestOfProcessesThatStartTogetherOneMigrates(t *testing.T) {
	for name, address := range map[string]string{"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "preau.db"), "postgres": dbtest.PostgresURL(t)} {
		t.Run(name, func(t *testing.T) {
			var group sync.WaitGroup
			for range 6 {
				d, err := db.Open(context.Background(), address)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(func() { _ = d.Close() })
				group.Go(func() {
					if err := d.Migrate(context.Background(), room); err != nil {
						t.Error(err)
					}
				})
			}
			group.Wait()
		})
	}
}

func TestAProcessStartsWhileAnotherWrites(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		if writing, err := d.Writing(context.Background()); writing || err != nil {
			t.Errorf("at rest: %v %v", writing, err)
		}
		err := d.Update(db.Everywhere(context.Background()), func(ctx context.Context, tx *db.Tx) error {
			if writing, err := d.Writing(context.Background()); writing == d.Postgres() || err != nil {
				t.Errorf("during a change: %v %v", writing, err)
			}
			return d.Migrate(context.Background(), room) // what is up to date waits for nobody
		})
		if err != nil {
			t.Error(err)
		}
	}, room)
}

func TestBulkInsertsEveryRow(t *testing.T) {
	dbtest.Each(t, func(t *testing.T, d *db.DB) {
		const rows = 1000
		i := 0
		ctx := db.Everywhere(context.Background())
		if err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
			i = 0
			n, err := tx.Bulk(ctx, "room_thing", []string{"territory", "id", "n"}, func() ([]any, error) {
				if i == rows {
					return nil, nil
				}
				i++
				return []any{"02", tx.NewID(), int64(i)}, nil
			})
			if n != rows {
				t.Errorf("%d rows inserted", n)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	}, room)
}

func TestRebindLeavesLiteralsAndCommentsAlone(t *testing.T) {
	for query, want := range map[string]string{
		"SELECT ?, ?":                         "SELECT $1, $2",
		"SELECT '?' , ?":                      "SELECT '?' , $1",
		"SELECT 'it''s ?', ?":                 "SELECT 'it''s ?', $1",
		`SELECT "a?b", ?`:                     `SELECT "a?b", $1`,
		"SELECT ? -- really?\n, ?":            "SELECT $1 -- really?\n, $2",
		"SELECT /* ? /* ? */ ? */ ?":          "SELECT /* ? /* ? */ ? */ $1",
		"SELECT $$ ? $$, ?":                   "SELECT $$ ? $$, $1",
		"SELECT $tag$ ? $$ ? $tag$, ?":        "SELECT $tag$ ? $$ ? $tag$, $1",
		"SELECT 'open ?":                      "SELECT 'open ?",
		"SELECT 1":                            "SELECT 1",
		"INSERT INTO t VALUES (?,?) -- end ?": "INSERT INTO t VALUES ($1,$2) -- end ?",
	} {
		if got := db.Rebind(query); got != want {
			t.Errorf("%q became %q, want %q", query, got, want)
		}
	}
}

func FuzzRebind(f *testing.F) {
	for _, seed := range []string{"SELECT ?", "'?", "/*?", "$a$?$a$", "--?\n?", `"?"?`, "$1 ?"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, query string) {
		bound := db.Rebind(query)
		if db.Rebind(bound) != bound && !slices.Contains([]byte(query), '$') {
			t.Errorf("binding %q twice is not the same as once: %q", query, bound)
		}
		if len(bound) < len(query) {
			t.Errorf("%q lost text: %q", query, bound)
		}
	})
}

func TestFoldIgnoresCaseAccentsAndPunctuation(t *testing.T) {
	for text, want := range map[string]string{
		"École Élémentaire":       "ecole elementaire",
		"  Saint-Ouen-l'Aumône  ": "saint ouen l aumone",
		"Sacré-Cœur":              "sacre coeur",
		"L'HAŸ-LES-ROSES":         "l hay les roses",
		"100 % Œuvre_":            "100 oeuvre",
		"ÇA":                      "ca",
		"Ελλάδα":                  "ελλαδα",
		"":                        "",
	} {
		if got := db.Fold(text); got != want {
			t.Errorf("Fold(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestABackupIsAWholeDatabaseAndBothDatabasesHaveTheSameSchema(t *testing.T) {
	ctx := db.Everywhere(context.Background())
	d := dbtest.SQLite(t, room)
	if err := d.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return insert(ctx, tx, "02", "a", 1) }); err != nil {
		t.Fatal(err)
	}
	file := t.TempDir() + "/copy.db"
	if err := d.Backup(ctx, file); err != nil {
		t.Fatal(err)
	}
	saved := dbtest.Open(t, "sqlite:"+file, room)
	if err := saved.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		n, err := count(ctx, tx)
		if n != 1 {
			t.Errorf("%d rows in the copy", n)
		}
		return err
	}); err != nil {
		t.Fatal(err)
	}
	here, err := d.Schema(ctx)
	if err != nil {
		t.Fatal(err)
	}
	there, err := dbtest.Postgres(t, room).Schema(ctx)
	if err != nil || !slices.Equal(here, there) || !slices.Contains(here, "room_thing.territory") {
		t.Errorf("SQLite %v, PostgreSQL %v, %v", here, there, err)
	}
}
