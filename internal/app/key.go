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
)

// keySize is the size of the installation's secret in bytes.
const keySize = 32

// Key returns the installation's secret: that of PREAU_KEY (64 hexadecimal digits), or that of the key file,
// which is made when it is missing. The secret seals the journal and hashes national pupil numbers: whoever
// backs up the database backs up this file too, elsewhere.
func Key(file string) ([]byte, error) {
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
		return Key(file)
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
