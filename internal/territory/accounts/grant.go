package accounts

import (
	"cmp"
	"slices"

	"preau/internal/base/authz"
)

// Grant is a role that an account holds on a scope.
type Grant struct {
	ID      string
	Account string
	Role    authz.Role
	Scope   authz.Scope
}

// Grantable returns the roles that a role may hand out, within its own scopes. A territory lead names no lead,
// and neither the evaluator nor the data protection officer, who watch over what leads do.
func Grantable(by authz.Role) []authz.Role {
	switch by {
	case authz.NationalPilot, authz.Admin:
		return everyone()
	case authz.TerritoryLead:
		return []authz.Role{authz.LogisticsOfficer, authz.TrainingManager, authz.Trainer, authz.Librarian, authz.Head, authz.Teacher,
			authz.Guardian, authz.Pupil, authz.Moderator, authz.Donor}
	case authz.Head:
		return []authz.Role{authz.Teacher}
	}
	return nil
}

// Level is how wide a scope is.
type Level int

// The levels, the widest first.
const (
	OfNation Level = iota
	OfTerritory
	OfSchool
	OfClass
)

// LevelOf returns the level of a scope.
func LevelOf(s authz.Scope) Level {
	switch {
	case s.Territory == "":
		return OfNation
	case s.School == "":
		return OfTerritory
	case s.Class == "":
		return OfSchool
	}
	return OfClass
}

// Levels returns the levels at which a role makes sense.
func Levels(role authz.Role) []Level {
	switch role {
	case authz.NationalPilot, authz.Admin:
		return []Level{OfNation}
	case authz.TerritoryLead:
		return []Level{OfTerritory}
	case authz.LogisticsOfficer, authz.TrainingManager, authz.Trainer, authz.Librarian, authz.Evaluator, authz.DPO, authz.Moderator, authz.Donor:
		return []Level{OfNation, OfTerritory}
	case authz.Head:
		return []Level{OfSchool}
	case authz.Teacher, authz.Guardian, authz.Pupil:
		return []Level{OfSchool, OfClass}
	}
	return nil
}

// wellFormed tells whether the scope names each place that lies around the one it means.
func wellFormed(s authz.Scope) bool {
	return (s.School == "" || s.Territory != "") && (s.Class == "" || s.School != "")
}

// fits tells whether a role makes sense on the scope.
func fits(role authz.Role, s authz.Scope) bool {
	return wellFormed(s) && slices.Contains(Levels(role), LevelOf(s))
}

// order returns the place of a role in the list of all.
func order(role authz.Role) int { return slices.Index(authz.Roles, role) }

// rolesOf returns the roles of the grants, each once, in the order of the list of all.
func rolesOf(grants []authz.Grant) []authz.Role {
	var roles []authz.Role
	for _, g := range grants {
		if !slices.Contains(roles, g.Role) {
			roles = append(roles, g.Role)
		}
	}
	slices.SortFunc(roles, func(a, b authz.Role) int { return cmp.Compare(order(a), order(b)) })
	return roles
}

// acting returns the role to act in: the wanted one if it is still held, else the first; Public without any.
func acting(wanted authz.Role, roles []authz.Role) authz.Role {
	if slices.Contains(roles, wanted) {
		return wanted
	}
	if len(roles) > 0 {
		return roles[0]
	}
	return authz.Public
}

// grantsOf returns the grants of one role.
func grantsOf(grants []authz.Grant, role authz.Role) []authz.Grant {
	var list []authz.Grant
	for _, g := range grants {
		if g.Role == role {
			list = append(list, g)
		}
	}
	return list
}

// within tells whether one of the scopes contains the other scope.
func within(scopes []authz.Scope, s authz.Scope) bool {
	return slices.ContainsFunc(scopes, func(outer authz.Scope) bool { return outer.Contains(s) })
}
