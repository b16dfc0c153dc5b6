// Package dbtest runs a test on both databases: SQLite in a file of its own, and PostgreSQL on a private
// throw-away server that ends with the test process, even when that is killed.
package dbtest

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sort"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"preau/internal/base/db"
)

// Each runs f once on SQLite and once on PostgreSQL, each time on an empty database with the rooms'
// migrations applied. It fails, and says what to install, when PostgreSQL is missing.
func Each(t *testing.T, f func(t *testing.T, d *db.DB), rooms ...db.Migrations) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { f(t, SQLite(t, rooms...)) })
	t.Run("postgres", func(t *testing.T) { f(t, Postgres(t, rooms...)) })
}

// SQLite returns an empty SQLite database with the rooms' migrations.
func SQLite(tb testing.TB, rooms ...db.Migrations) *db.DB {
	tb.Helper()
	return Open(tb, "sqlite:"+filepath.Join(tb.TempDir(), "preau.db"), rooms...)
}

// Postgres returns an empty PostgreSQL schema with the rooms' migrations, opened by an ordinary role.
func Postgres(tb testing.TB, rooms ...db.Migrations) *db.DB {
	tb.Helper()
	return Open(tb, PostgresURL(tb), rooms...)
}

// Open opens the database at the address, migrates it and closes it with the test.
func Open(tb testing.TB, address string, rooms ...db.Migrations) *db.DB {
	tb.Helper()
	d, err := db.Open(context.Background(), address)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { _ = d.Close() })
	if err := d.Migrate(context.Background(), rooms...); err != nil {
		tb.Fatal(err)
	}
	return d
}

var server struct {
	once sync.Once
	dir  string
	err  error
	stop io.WriteCloser // held open: the server ends when it closes, which the process's end does too
}

// PostgresURL returns the address of a new empty schema on the private server.
func PostgresURL(tb testing.TB) string {
	tb.Helper()
	server.once.Do(startServer)
	if server.err != nil {
		tb.Fatalf("PostgreSQL is needed (Debian or Ubuntu: apt-get install postgresql): %v", server.err)
	}
	name := make([]byte, 8)
	_, _ = rand.Read(name)
	schema := "t_" + hex.EncodeToString(name)
	if out, err := psql("CREATE SCHEMA " + schema + " AUTHORIZATION preau"); err != nil {
		tb.Fatalf("CREATE SCHEMA: %v: %s", err, out)
	}
	return "postgres://preau@/preau?host=" + server.dir + "&search_path=" + schema
}

func psql(statement string) ([]byte, error) {
	return asPostgres(exec.Command(program("psql"), "-h", server.dir, "-U", "postgres", "-d", "preau", "-qc", statement)).CombinedOutput()
}

func startServer() {
	if server.dir, server.err = os.MkdirTemp("", "preau-pg"); server.err != nil {
		return
	}
	data := filepath.Join(server.dir, "data")
	cmd := asPostgres(exec.Command(program("initdb"), "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"))
	if server.err = giveAway(server.dir, cmd); server.err != nil {
		return
	}
	if out, err := cmd.CombinedOutput(); err != nil {
		server.err = fmt.Errorf("initdb: %w: %s", err, out)
		return
	}
	if server.err = superviseServer(data); server.err != nil {
		return
	}
	for _, statement := range []string{"CREATE ROLE preau LOGIN", "CREATE DATABASE preau OWNER preau"} {
		out, err := asPostgres(exec.Command(program("psql"), "-h", server.dir, "-U", "postgres", "-d", "postgres", "-qc", statement)).CombinedOutput()
		if err != nil {
			server.err = fmt.Errorf("psql: %w: %s", err, out)
			return
		}
	}
}

// superviseServer starts PostgreSQL under a shell that waits for its input to close, then stops the
// server and removes its folder.
func superviseServer(data string) error {
	const script = `"$0" -D "$1" -k "$2" -c listen_addresses= -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
		-c max_connections=200 -c shared_buffers=64MB >"$2/log" 2>&1 & pid=$!; cat >/dev/null; kill -INT $pid; wait $pid; rm -rf "$2"`
	cmd := asPostgres(exec.Command("sh", "-c", script, program("postgres"), data, server.dir))
	if cmd.SysProcAttr == nil {
		cmd.SysProcAttr = &syscall.SysProcAttr{}
	}
	cmd.SysProcAttr.Setpgid = true // an interrupt at the terminal reaches the test, not the supervisor
	var err error
	if server.stop, err = cmd.StdinPipe(); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	for range 200 {
		if out, err := asPostgres(exec.Command(program("psql"), "-h", server.dir, "-U", "postgres", "-d", "postgres", "-qAtc", "SELECT 1")).Output(); err == nil && bytes.HasPrefix(out, []byte("1")) {
			return nil
		}
		time.Sleep(50 * time.Millisecond)
	}
	log, _ := os.ReadFile(filepath.Join(server.dir, "log"))
	return fmt.Errorf("the server does not answer: %s", log)
}

// program returns the path of a PostgreSQL program: Debian keeps them apart, by version.
func program(name string) string {
	if found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name); len(found) > 0 {
		sort.Strings(found)
		return found[len(found)-1]
	}
	return name
}

// Shared returns the folder of real public data beside the project, or that of PREAU_SHARED. The test
// fails when it is not there.
func Shared(tb testing.TB) string {
	tb.Helper()
	folder := os.Getenv("PREAU_SHARED")
	if folder == "" {
		dir, err := os.Getwd()
		if err != nil {
			tb.Fatal(err)
		}
		for !exists(filepath.Join(dir, "go.mod")) {
			if parent := filepath.Dir(dir); parent != dir {
				dir = parent
				continue
			}
			tb.Fatal("the project's folder was not found")
		}
		folder = filepath.Join(dir, "..", "shared", "data")
	}
	if !exists(folder) {
		tb.Fatalf("the real public data is needed at %s (or set PREAU_SHARED)", strings.TrimPrefix(folder, " "))
	}
	return folder
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}
