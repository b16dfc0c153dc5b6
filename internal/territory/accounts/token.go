package accounts

import (
	"slices"
	"strings"
	"time"

	"preau/internal/base/authz"
)

// Token is a personal access token: a program acts with it in one role of its owner, limited to some
// permissions. Times are ms since 1970, UTC.
type Token struct {
	ID        string
	Name      string
	Role      authz.Role
	Scopes    []authz.Permission
	CreatedAt int64
	ExpiresAt int64
	UsedAt    int64 // 0 never; late by ten minutes at the most
}

// tokenPrefix lets those who search published code for leaked secrets recognise one.
const tokenPrefix = "preau_"

const (
	maxTokens    = 20 // an account
	maxTokenName = 60
)

// TokenDays are the lives that a token may have.
var TokenDays = []int{30, 90, 365}

func tokenLife(days int) time.Duration { return time.Duration(days) * 24 * time.Hour }

// TokenPermissions returns what a token of the role may be limited to: the permissions of the role, sorted.
func TokenPermissions(policy authz.Policy, role authz.Role) []authz.Permission {
	var list []authz.Permission
	for p, roles := range policy {
		if slices.Contains(roles, role) || slices.Contains(roles, authz.Public) {
			list = append(list, p)
		}
	}
	slices.Sort(list)
	return list
}

// reading returns those of the permissions that change nothing.
func reading(permissions []authz.Permission) []authz.Permission {
	var list []authz.Permission
	for _, p := range permissions {
		if strings.HasSuffix(string(p), ".read") {
			list = append(list, p)
		}
	}
	return list
}

func joinScopes(scopes []authz.Permission) string {
	words := make([]string, len(scopes))
	for i, s := range scopes {
		words[i] = string(s)
	}
	return strings.Join(words, " ")
}

func splitScopes(text string) []authz.Permission {
	list := []authz.Permission{} // never nil: a nil limit would be none
	for word := range strings.FieldsSeq(text) {
		list = append(list, authz.Permission(word))
	}
	return list
}
