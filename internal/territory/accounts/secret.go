package accounts

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
)

// A secret is what a cookie, a link or a token carries: 32 random bytes. The database keeps only its SHA-256,
// which is enough for what nobody can guess.

// newSecret returns a new secret with its hash.
func newSecret(prefix string) (secret, hash string) {
	var b [32]byte
	_, _ = rand.Read(b[:])
	secret = prefix + base64.RawURLEncoding.EncodeToString(b[:])
	return secret, hashOf(secret)
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// secretLength is the length of a secret in base64url, without its prefix.
const secretLength = 43

// plausible tells whether the text could be a secret, so that noise costs no query.
func plausible(text, prefix string) bool {
	if len(text) != len(prefix)+secretLength || text[:len(prefix)] != prefix {
		return false
	}
	for i := len(prefix); i < len(text); i++ {
		c := text[i]
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return true
}
