package app_test

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"preau/internal/app"
	"preau/internal/base/errs"
)

func TestTheKeyIsMadeOnceAndOnlyItsOwnerReadsIt(t *testing.T) {
	t.Setenv("PREAU_KEY", "")
	file := filepath.Join(t.TempDir(), "deep", "key")
	keys := make([][]byte, 8)
	var group sync.WaitGroup
	for i := range keys {
		group.Go(func() {
			for range 100 { // a file that is being written is not whole yet
				if key, err := app.Key(file, true); err == nil {
					keys[i] = key
					return
				}
			}
		})
	}
	group.Wait()
	for _, k := range keys {
		if len(k) != 32 || !bytes.Equal(k, keys[0]) {
			t.Fatalf("two keys: %x %x", keys[0], k)
		}
	}
	info, err := os.Stat(file)
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v %v", info.Mode(), err)
	}
}

func TestAKeyThatIsNoneIsRefused(t *testing.T) {
	t.Setenv("PREAU_KEY", "short")
	if _, err := app.Key("unused", true); err == nil {
		t.Error("accepted")
	}
}

func TestAnInstallationThatLostItsKeyGetsNoOther(t *testing.T) {
	t.Setenv("PREAU_KEY", "")
	database := filepath.Join(t.TempDir(), "preau.db")
	if !app.Fresh("sqlite:"+database, false) {
		t.Error("a database that does not exist is known")
	}
	if err := os.WriteFile(database, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if app.Fresh("sqlite:"+database, true) || app.Fresh("postgres://db", false) {
		t.Error("a database that exists is fresh")
	}
	if _, err := app.Key(app.KeyFile("sqlite:"+database), false); !errs.Is(err, errs.Invalid) {
		t.Errorf("another key was made: %v", err)
	}
}
