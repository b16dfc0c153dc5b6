package accounts

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"unicode"
	"unicode/utf8"

	"golang.org/x/crypto/argon2"
	"golang.org/x/text/unicode/norm"

	"preau/internal/base/db"
	"preau/internal/base/errs"
)

const (
	minPassword = 12  // characters
	maxPassword = 256 // bytes: more is somebody who wants us to work
)

// checkPassword returns the error of the field for a new password that is too short, too long or too easily
// guessed, or nil. Nothing else is asked of it: rules about digits and signs make worse passwords (NIST SP 800-63B).
func checkPassword(field, password, email, name string) *errs.Field {
	switch {
	case password == "":
		return &errs.Field{Name: field, Key: "accounts.password.missing"}
	case utf8.RuneCountInString(password) < minPassword:
		return &errs.Field{Name: field, Key: "accounts.password.short", Args: []any{"min", minPassword}}
	case len(password) > maxPassword || !utf8.ValidString(password):
		return &errs.Field{Name: field, Key: "accounts.password.long"}
	case guessable(password, email, name):
		return &errs.Field{Name: field, Key: "accounts.password.guessable"}
	}
	return nil
}

// commonPasswords begin the passwords that are tried first, without their digits.
var commonPasswords = []string{"motdepasse", "password", "azertyuiop", "qwertyuiop", "bienvenue", "soleil", "jetaime", "letmein", "administrateur", "preau"}

// guessable tells whether a password holds fewer than five different characters, digits alone, or little more
// than the person's name, their address or a word that everybody tries.
func guessable(password, email, name string) bool {
	distinct, signs := map[rune]bool{}, 0
	for _, r := range password {
		distinct[r] = true
		if !unicode.IsLetter(r) && !unicode.IsDigit(r) && !unicode.IsSpace(r) {
			signs++
		}
	}
	if len(distinct) < 5 || signs > 5 {
		return len(distinct) < 5
	}
	local, _, _ := strings.Cut(email, "@")
	words := append(strings.Fields(db.Fold(local+" "+name)), commonPasswords...)
	words = append(words, strings.ReplaceAll(db.Fold(local), " ", ""), strings.ReplaceAll(db.Fold(name), " ", ""))
	rest := strings.ReplaceAll(db.Fold(password), " ", "")
	for _, w := range words {
		if len(w) >= 4 {
			rest = strings.ReplaceAll(rest, w, "")
		}
	}
	rest = strings.Map(func(r rune) rune {
		if r >= '0' && r <= '9' {
			return -1
		}
		return r
	}, rest)
	return len(rest) < 4
}

// params are the costs of argon2id (RFC 9106).
type params struct {
	memory, time uint32 // KiB, passes
	threads      uint8
}

// defaultParams are OWASP's smallest memory with enough passes for about 50 ms on two shared cores.
var defaultParams = params{memory: 19 * 1024, time: 4, threads: 1}

const (
	saltLength = 16
	keyLength  = 32
	// maxHashWaiters bounds those who wait for a turn at hashing; more are told to come back.
	maxHashWaiters = 64
)

// hasher hashes passwords, few at a time: each hash takes 19 MiB, and a flood of log-ins must not take more.
type hasher struct {
	params  params
	slots   chan struct{}
	waiting atomic.Int32
	dummy   string // of no password: what an unknown account is compared with, for as long as a known one
}

func newHasher(p params, parallel int) *hasher {
	h := &hasher{params: p, slots: make(chan struct{}, parallel)}
	var noise [saltLength + keyLength]byte
	_, _ = rand.Read(noise[:])
	h.dummy = encodeHash(p, noise[:saltLength], noise[saltLength:])
	return h
}

// hash returns the PHC string of the password: $argon2id$v=19$m=…,t=…,p=…$salt$hash.
func (h *hasher) hash(ctx context.Context, password string) (string, error) {
	var salt [saltLength]byte
	_, _ = rand.Read(salt[:])
	key, err := h.derive(ctx, h.params, password, salt[:], keyLength)
	if err != nil {
		return "", err
	}
	return encodeHash(h.params, salt[:], key), nil
}

// verify tells whether the password is that of the PHC string, and whether the string was made with other
// costs than today's. An empty string is no password's and takes as long.
func (h *hasher) verify(ctx context.Context, encoded, password string) (same, stale bool, err error) {
	if encoded == "" {
		encoded = h.dummy
	}
	p, salt, key, err := decodeHash(encoded)
	if err != nil {
		return false, false, err
	}
	tooLong := len(password) > maxPassword // no such password can have been set
	if tooLong {
		password = password[:maxPassword]
	}
	got, err := h.derive(ctx, p, password, salt, uint32(len(key)))
	if err != nil {
		return false, false, err
	}
	same = subtle.ConstantTimeCompare(got, key) == 1 && encoded != h.dummy && !tooLong
	return same, p != h.params, nil
}

// derive waits for its turn. Passwords are compared in one Unicode form: keyboards differ in how they write é.
func (h *hasher) derive(ctx context.Context, p params, password string, salt []byte, length uint32) ([]byte, error) {
	if h.waiting.Add(1) > maxHashWaiters {
		h.waiting.Add(-1)
		return nil, errs.New(errs.Unavailable, "accounts.busy")
	}
	defer h.waiting.Add(-1)
	select {
	case h.slots <- struct{}{}:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	defer func() { <-h.slots }()
	return argon2.IDKey([]byte(norm.NFC.String(password)), salt, p.time, p.memory, p.threads, length), nil
}

var phc = base64.RawStdEncoding

func encodeHash(p params, salt, key []byte) string {
	return fmt.Sprintf("$argon2id$v=%d$m=%d,t=%d,p=%d$%s$%s", argon2.Version, p.memory, p.time, p.threads, phc.EncodeToString(salt), phc.EncodeToString(key))
}

var errHash = errors.New("accounts: not a PHC string of argon2id within bounds")

// decodeHash reads a PHC string and bounds its costs: the database must not be able to order a gigabyte.
func decodeHash(encoded string) (p params, salt, key []byte, err error) {
	parts := strings.Split(encoded, "$")
	if len(parts) != 6 || parts[0] != "" || parts[1] != "argon2id" || parts[2] != fmt.Sprintf("v=%d", argon2.Version) {
		return p, nil, nil, errHash
	}
	if n, err := fmt.Sscanf(parts[3], "m=%d,t=%d,p=%d", &p.memory, &p.time, &p.threads); n != 3 || err != nil {
		return p, nil, nil, errHash
	}
	if salt, err = phc.DecodeString(parts[4]); err != nil {
		return p, nil, nil, errHash
	}
	if key, err = phc.DecodeString(parts[5]); err != nil {
		return p, nil, nil, errHash
	}
	if p.memory < 8 || p.memory > 256*1024 || p.time < 1 || p.time > 32 || p.threads < 1 || p.threads > 16 || len(salt) < 8 || len(key) < 16 || len(key) > 64 {
		return p, nil, nil, errHash
	}
	return p, salt, key, nil
}
