package intake_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"preau/internal/base/db"
	"preau/internal/base/dbtest"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
)

// The test program is also the one that is killed: childAddress gives it the database, childFile the list.
const (
	childAddress = "PREAU_TEST_IMPORT_DB"
	childFile    = "PREAU_TEST_IMPORT_FILE"
)

func TestMain(m *testing.M) {
	if address := os.Getenv(childAddress); address != "" {
		os.Exit(importAndWait(address, os.Getenv(childFile)))
	}
	os.Exit(m.Run())
}

// importAndWait imports the first half of a list, says so, and waits to be killed.
func importAndWait(address, file string) int {
	d, err := db.Open(context.Background(), address)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	b, err := os.ReadFile(file)
	if err != nil {
		fmt.Println(err)
		return 1
	}
	w := newWorld(nil, d)
	_, err = w.try(intake.Schools, "liste.csv", b, intake.Options{Progress: func(done, total int64) {
		if done > total/2 {
			fmt.Println("half")
			select {}
		}
	}})
	fmt.Println(err)
	return 1
}

func TestAnImportThatIsKilledLeavesNothingAndSaysSo(t *testing.T) {
	for engine, address := range map[string]string{
		"sqlite": "sqlite:" + filepath.Join(t.TempDir(), "preau.db"), "postgres": dbtest.PostgresURL(t),
	} {
		t.Run(engine, func(t *testing.T) {
			file := filepath.Join(dbtest.Shared(t), "schools", "schools-02-95.csv")
			w := newWorld(t, dbtest.Open(t, address, journal.Migrations, directory.Migrations))
			child := exec.Command(os.Args[0])
			child.Env = append(os.Environ(), childAddress+"="+address, childFile+"="+file)
			out, err := child.StdoutPipe()
			if err != nil {
				t.Fatal(err)
			}
			if err := child.Start(); err != nil {
				t.Fatal(err)
			}
			if line, _, _ := bufio.NewReader(out).ReadLine(); string(line) != "half" {
				t.Fatalf("the import said %q", line)
			}
			if err := child.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			_ = child.Wait() // killed

			w.empty()
			n := int64(0) // PostgreSQL takes a moment to notice that its client died
			for range 100 {
				if n, err = w.s.MarkInterrupted(w.ctx); n > 0 || err != nil {
					break
				}
				time.Sleep(50 * time.Millisecond)
			}
			if n != 1 || err != nil {
				t.Errorf("%d imports interrupted, %v", n, err)
			}
			w.expect("interrupted", "SELECT state FROM directory_import WHERE message = 'intake.interrupted'")
			w.counts("again", w.shared(intake.Schools, "schools", "schools-02-95.csv"), tally(1628, 1628, 0, 0, 0, 0, 0))
			if _, err := w.j.Seal(w.ctx); err != nil {
				t.Fatal(err)
			}
			if r, err := w.j.Verify(w.ctx); err != nil || len(r.Faults) > 0 {
				t.Errorf("the journal does not verify: %+v %v", r, err)
			}
		})
	}
}
