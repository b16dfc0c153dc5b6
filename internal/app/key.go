package app

import (
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"preau/internal/base/errs"
)

// keySize is the size of the installation's secret in bytes.
const keySize = 32

// Key returns the installation's secret: that of PREAU_KEY (64 hexadecimal digits), or that of the key file.
// A file that is missing is made for a new installation, and is an Invalid error for one that has data: with
// another key its journal would look altered from the first fact on. The secret seals the journal and hashes national pupil numbers: whoever
// backs up the database backs up this file too, elsewhere.
func Key(file string, fresh bool) ([]byte, error) {
	if text := os.Getenv("PREAU_KEY"); text != "" {
		return decodeKey("PREAU_KEY", text)
	}
	text, err := os.ReadFile(file)
	if err == nil {
		return decodeKey(file, string(text))
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	if !fresh {
		return nil, errs.NewInvalid("command.key.missing", "file", file)
	}
	key := make([]byte, keySize)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(filepath.Dir(file), 0o750); err != nil {
		return nil, err
	}
	// Two programs that start together: the first file stays, the second program reads it.
	made, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return Key(file, fresh)
	}
	if err != nil {
		return nil, err
	}
	if _, err := made.WriteString(hex.EncodeToString(key) + "\n"); err != nil {
		return nil, errors.Join(err, made.Close())
	}
	return key, made.Close()
}

func decodeKey(from, text string) ([]byte, error) {
	key, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(key) != keySize {
		return nil, fmt.Errorf("%s must hold %d hexadecimal digits", from, 2*keySize)
	}
	return key, nil
}

// KeyFile returns where the key of a database is kept when nobody says otherwise.
func KeyFile(address string) string {
	if path, ok := strings.CutPrefix(address, "sqlite:"); ok {
		return path + ".key"
	}
	return filepath.Join("var", "preau.key")
}

// Fresh tells whether nothing is known of a database at the address: an SQLite file that does not exist yet.
// Of a PostgreSQL database only a command that begins an installation may say so.
func Fresh(address string, begins bool) bool {
	path, ok := strings.CutPrefix(address, "sqlite:")
	if !ok {
		return begins
	}
	_, err := os.Stat(path)
	return errors.Is(err, fs.ErrNotExist)
}
