// Package files keeps what persons hand in: photos, signatures, scanned sheets, and documents as they were signed.
// A picture is always drawn again: what it hid, the place where it was taken first of all, is gone.
package files

import (
	"context"
	"crypto/sha256"
	"embed"
	"encoding/hex"

	"preau/internal/base/db"
	"preau/internal/base/errs"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrations are the package's table.
var Migrations = db.Migrations{Room: "files", FS: migrations}

// Messages holds the package's words.
//
//go:embed messages.yaml
var Messages embed.FS

// Kind is what a file is.
type Kind string

// The kinds.
const (
	KindPhoto     Kind = "photo"
	KindSignature Kind = "signature"
	KindSheet     Kind = "sheet"    // a paper, scanned or photographed
	KindDocument  Kind = "document" // a PDF as it was signed
)

// File is a file with what it holds.
type File struct {
	Territory, ID string
	Room          string // who keeps it
	Kind          Kind
	Name          string // for a download
	Type          string // media type
	Size          int64  // bytes
	SHA256        string // hexadecimal, of Data
	Data          []byte
	CreatedAt     int64 // ms UTC
}

// Sum returns the SHA-256 of data, in hexadecimal.
func Sum(data []byte) string {
	h := sha256.Sum256(data)
	return hex.EncodeToString(h[:])
}

// Store writes a file in the transaction of the row that names it, and fills in its identifier, size and sum.
func Store(ctx context.Context, tx *db.Tx, f *File) error {
	f.ID, f.Size, f.SHA256, f.CreatedAt = tx.NewID(), int64(len(f.Data)), Sum(f.Data), tx.Now()
	_, err := tx.Exec(ctx, "INSERT INTO files_file (territory, id, room, kind, name, type, size, sha256, data, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
		f.Territory, f.ID, f.Room, string(f.Kind), f.Name, f.Type, f.Size, f.SHA256, f.Data, f.CreatedAt)
	return err
}

// Load returns a file of a room, NotFound. A file whose bytes no longer give its sum is an error: it was altered.
func Load(ctx context.Context, tx *db.Tx, territory, room, id string) (File, error) {
	f, err := db.One(ctx, tx, func(row db.Scanner) (File, error) {
		var f File
		err := row.Scan(&f.Territory, &f.ID, &f.Room, &f.Kind, &f.Name, &f.Type, &f.Size, &f.SHA256, &f.Data, &f.CreatedAt)
		return f, err
	}, "SELECT territory, id, room, kind, name, type, size, sha256, data, created_at FROM files_file WHERE territory = ? AND id = ? AND room = ?", territory, id, room)
	if db.IsNotFound(err) {
		return File{}, errs.NewNotFound("files.not_found")
	}
	if err == nil && Sum(f.Data) != f.SHA256 {
		return File{}, errs.New(errs.Internal, "files.altered", "id", id)
	}
	return f, err
}

// Remove deletes a file: what a retention rule or an erasure asks for.
func Remove(ctx context.Context, tx *db.Tx, territory, room, id string) error {
	_, err := tx.Exec(ctx, "DELETE FROM files_file WHERE territory = ? AND id = ? AND room = ?", territory, id, room)
	return err
}
