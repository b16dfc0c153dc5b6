package command_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"preau/internal/app/command"
	"preau/internal/base/db"
	"preau/internal/base/dbtest"
)

// terminal is where a person types commands about one database.
type terminal struct {
	t       *testing.T
	address string
}

// each runs the test on both databases.
func each(t *testing.T, f func(t *testing.T, term *terminal)) {
	t.Setenv("PREAU_KEY", strings.Repeat("ab", 32))
	t.Setenv("PREAU_LANG", "en")
	t.Run("sqlite", func(t *testing.T) { f(t, &terminal{t, "sqlite:" + filepath.Join(t.TempDir(), "preau.db")}) })
	t.Run("postgres", func(t *testing.T) { f(t, &terminal{t, dbtest.PostgresURL(t)}) })
}

// run returns the status of a command and what it wrote.
func (term *terminal) run(words ...string) (status int, out, wrong string) {
	term.t.Setenv("PREAU_DB", term.address)
	var stdout, stderr bytes.Buffer
	status = command.Run(context.Background(), &command.Env{Args: words, Stdout: &stdout, Stderr: &stderr, Version: "test"})
	return status, stdout.String(), stderr.String()
}

// wants fails the test unless the command ends with the status and says the text.
func (term *terminal) wants(status int, text string, words ...string) {
	term.t.Helper()
	if got, out, wrong := term.run(words...); got != status || !strings.Contains(out+wrong, text) {
		term.t.Errorf("%v: status %d, want %d and %q: %s%s", words, got, status, text, out, wrong)
	}
}

func (term *terminal) file(name, text string) string {
	path := filepath.Join(term.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		term.t.Fatal(err)
	}
	return path
}

// content returns every row of the database but those of the imports' own reports.
func (term *terminal) content() string {
	d, err := db.Open(context.Background(), term.address)
	if err != nil {
		term.t.Fatal(err)
	}
	defer d.Close()
	columns, err := d.Schema(context.Background())
	if err != nil {
		term.t.Fatal(err)
	}
	tables := map[string][]string{}
	for _, c := range columns {
		table, column, _ := strings.Cut(c, ".")
		tables[table] = append(tables[table], column)
	}
	var all strings.Builder
	err = d.View(db.Everywhere(context.Background()), func(ctx context.Context, tx *db.Tx) error {
		for _, table := range slices.Sorted(maps.Keys(tables)) {
			if strings.HasPrefix(table, "directory_import") {
				continue
			}
			list := strings.Join(tables[table], ", ")
			rows, err := db.All(ctx, tx, func(row db.Scanner) (string, error) {
				values, into := make([]any, len(tables[table])), make([]any, len(tables[table]))
				for i := range values {
					into[i] = &values[i]
				}
				err := row.Scan(into...)
				return fmt.Sprint(values), err
			}, "SELECT "+list+" FROM "+table)
			if err != nil {
				return err
			}
			slices.Sort(rows)
			fmt.Fprintln(&all, table, rows)
		}
		return nil
	})
	if err != nil {
		term.t.Fatal(err)
	}
	return all.String()
}

// report runs an import with --json and returns its one object.
func (term *terminal) report(words ...string) map[string]any {
	term.t.Helper()
	status, out, wrong := term.run(append([]string{"import", "--json"}, words...)...)
	var report map[string]any
	if err := json.Unmarshal([]byte(out), &report); status != 0 || err != nil {
		term.t.Fatalf("%v: status %d, %v: %s%s", words, status, err, out, wrong)
	}
	return report
}

func TestAnImportTellsTheSameInATrialAndForGood(t *testing.T) {
	each(t, func(t *testing.T, term *terminal) {
		const head = "uai;type;secteur;nom;departement;ips_2025\n"
		first := term.file("first.csv", head+"0020001R;ecole;Public;Un;002;100\n0020002S;ecole;—;Deux;002;\n0020002S;ecole;Public;Deux encore;002;\n0020003A;ecole;Public;Trois;002;\n")
		second := term.file("second.csv", head+"0020001R;ecole;Public;Un;002;101,5\n")
		want := map[string]float64{"read": 4, "created": 2, "updated": 0, "unchanged": 0, "merged": 1, "closed": 0, "rejected": 1}
		check := func(what string, report map[string]any) {
			t.Helper()
			for key, n := range want {
				if report[key] != n {
					t.Errorf("%s: %s is %v, want %v", what, key, report[key], n)
				}
			}
		}
		term.run("doctor") // makes the tables
		before := term.content()
		trial := term.report("schools", first, "--dry-run")
		check("trial", trial)
		if term.content() != before {
			t.Error("a trial changed the database")
		}
		check("for good", term.report("schools", first))
		for _, row := range trial["rows"].([]any) {
			if keys := slices.Sorted(maps.Keys(row.(map[string]any))); !slices.Equal(keys, []string{"line", "outcome", "reason", "subject"}) {
				t.Errorf("a row of the report has %v", keys)
			}
		}
		want["created"], want["unchanged"] = 0, 2
		check("again", term.report("schools", first))
		before = term.content()
		want = map[string]float64{"read": 1, "created": 0, "updated": 1, "unchanged": 0, "merged": 0, "closed": 1, "rejected": 0}
		check("trial of another", term.report("schools", second, "--dry-run"))
		term.wants(0, "1 created", "import", "schools", term.file("autre.csv", head+"0950001K;ecole;Public;Ailleurs;095;\n"), "--dry-run")
		if term.content() != before {
			t.Error("a later trial changed the database")
		}
		check("another", term.report("schools", second))
		term.wants(0, "All is well", "doctor")
	})
}

func TestWrongWordsAreSaidAndChangeNothing(t *testing.T) {
	each(t, func(t *testing.T, term *terminal) {
		table := term.file("table.csv", "a;b\n1;2\n")
		term.run("doctor")
		before := term.content()
		for _, c := range []struct {
			status int
			text   string
			words  string
		}{
			{2, "preau", "sing"}, {2, "", "import"}, {2, "", "import schools"}, {2, "", "import schools " + table + " --colour"},
			{1, "nothing.csv", "import schools nothing.csv"}, {1, "", "import schools " + os.TempDir()}, {1, "no import", "import songs " + table},
			{1, "column titles", "import schools " + table}, {1, "column titles", "import ips " + table}, {1, "GeoJSON", "import contours " + table},
			{1, "ONDE", "import roster " + table}, {1, "ONDE", "import roster " + table + " --school 0020001A"},
			{1, "larger than 256 KiB", "programme load " + term.file("large.yaml", strings.Repeat("# a\n", 70_000))}, {1, "Line 1", "programme load " + table},
			{2, "", "account"}, {2, "", "account create --email a@example.org"}, {1, "role", "account create --email a@example.org --role king"},
			{1, "0020001R", "account create --email a@example.org --role head --school 0020001r"}, {2, "", "person export"},
		} {
			term.wants(c.status, c.text, strings.Fields(c.words)...)
		}
		if term.content() != before {
			t.Error("a command that was refused changed the database")
		}
	})
}

func TestAnAccountIsMadeForAPlaceThatExists(t *testing.T) {
	each(t, func(t *testing.T, term *terminal) {
		t.Setenv("PREAU_PASSWORD", "cheval agrafe pile")
		term.wants(0, "created", "import", "schools", term.file("f.csv", "uai;type;secteur;nom;departement\n0020001R;ecole;Public;Un;002\n"))
		term.wants(0, "a@example.org", "account", "create", "--email", "a@example.org", "--role", "head", "--school", "0020001r")
		term.wants(0, "A@example.org", "account", "create", "--email", "A@example.org", "--role", "territory_lead", "--territory", "02")
		term.wants(1, "", "account", "create", "--email", "b@example.org", "--role", "territory_lead", "--territory", "99")
	})
}
