package app_test

import (
	"bytes"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"preau/internal/app"
)

func TestTheKeyIsMadeOnceAndOnlyItsOwnerReadsIt(t *testing.T) {
	t.Setenv("PREAU_KEY", "")
	file := filepath.Join(t.TempDir(), "deep", "key")
	keys := make([][]byte, 8)
	var group sync.WaitGroup
	for i := range keys {
		group.Go(func() {
			for range 100 { // a file that is being written is not whole yet
				if key, err := app.Key(file); err == nil {
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
	if _, err := app.Key("unused"); err == nil {
		t.Error("accepted")
	}
}
