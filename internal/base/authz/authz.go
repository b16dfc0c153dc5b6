// Package authz answers one question: may this person do this here?
//
// Rooms declare permissions and the roles that hold them (a Policy); accounts grants roles on scopes;
// a service asks Check first of all. What a person may not see is "not found".
package authz

import (
	"context"
	"slices"
	"sync/atomic"

	"preau/internal/base/errs"
)

// Permission names one thing that can be done, as room.noun.verb.
type Permission string

// Role is a set of permissions that a person holds on a scope.
type Role string

// The roles. Public is everybody's, logged in or not.
const (
	Public           Role = "public"
	NationalPilot    Role = "national_pilot"
	TerritoryLead    Role = "territory_lead"
	LogisticsOfficer Role = "logistics_officer"
	TrainingManager  Role = "training_manager"
	Trainer          Role = "trainer"
	Librarian        Role = "librarian"
	Head             Role = "head"
	Teacher          Role = "teacher"
	Guardian         Role = "guardian"
	Pupil            Role = "pupil"
	Evaluator        Role = "evaluator"
	DPO              Role = "dpo"
	Moderator        Role = "moderator"
	Donor            Role = "donor"
	Admin            Role = "admin"
)

// Roles lists every role, the public one first.
var Roles = []Role{Public, NationalPilot, TerritoryLead, LogisticsOfficer, TrainingManager, Trainer, Librarian,
	Head, Teacher, Guardian, Pupil, Evaluator, DPO, Moderator, Donor, Admin}

// Scope is a place: the nation (zero value), a territory, a school in it or a class in that.
type Scope struct{ Territory, School, Class string }

// Nation is every territory.
func Nation() Scope { return Scope{} }

// Territory is a territory with all its schools.
func Territory(code string) Scope { return Scope{Territory: code} }

// School is a school with all its classes.
func School(territory, uai string) Scope { return Scope{Territory: territory, School: uai} }

// Class is one class.
func Class(territory, uai, class string) Scope {
	return Scope{Territory: territory, School: uai, Class: class}
}

// Contains tells whether the other scope lies in this one.
func (s Scope) Contains(o Scope) bool {
	return (s.Territory == "" || s.Territory == o.Territory) &&
		(s.School == "" || s.School == o.School) &&
		(s.Class == "" || s.Class == o.Class)
}

// Grant is a role on a scope.
type Grant struct {
	Role  Role
	Scope Scope
}

// Principal is who asks. The zero Principal is the public.
type Principal struct {
	Account string       // account id, "" for the public
	Person  string       // opaque person id in the directory, "" when the account is no person there
	Name    string       // for display only
	Role    Role         // the role they act in now
	Grants  []Grant      // the grants of that role
	Roles   []Role       // all roles that they hold, for the switch
	Session string       // session id, "" for a token
	Limit   []Permission // of a personal access token; nil means no limit
	system  bool
}

// Anonymous tells whether nobody is logged in.
func (p *Principal) Anonymous() bool { return p.Account == "" && !p.system }

// Policy says which roles hold each permission.
type Policy map[Permission][]Role

// Join returns one policy of several; it panics when two rooms declare the same permission.
func Join(policies ...Policy) Policy {
	all := Policy{}
	for _, p := range policies {
		for perm, roles := range p {
			if _, twice := all[perm]; twice {
				panic("authz: permission declared twice: " + string(perm))
			}
			all[perm] = roles
		}
	}
	return all
}

// Access is what a request carries: the policy, the principal, and whether a check ran.
type Access struct {
	policy    Policy
	principal *Principal
	checked   atomic.Bool
}

type contextKey struct{}

// With returns a context for a principal under a policy; nil is the public.
func With(ctx context.Context, policy Policy, p *Principal) context.Context {
	if p == nil {
		p = &Principal{Role: Public}
	}
	return context.WithValue(ctx, contextKey{}, &Access{policy: policy, principal: p})
}

// System returns a context that may do everything: for the command and for jobs, never for a request.
func System(ctx context.Context) context.Context {
	return context.WithValue(ctx, contextKey{}, &Access{principal: &Principal{Role: Admin, system: true, Name: "system"}})
}

// From returns the principal; a context without one gives the public, who may do nothing.
func From(ctx context.Context) *Principal { return access(ctx).principal }

// Checked tells whether a check ran in this context.
func Checked(ctx context.Context) bool { return access(ctx).checked.Load() }

func access(ctx context.Context) *Access {
	if a, ok := ctx.Value(contextKey{}).(*Access); ok {
		return a
	}
	return &Access{principal: &Principal{Role: Public}}
}

// Check returns nil when the principal holds the permission on the whole scope. Otherwise it returns
// Unauthenticated for the public and NotFound for a person who is logged in.
func Check(ctx context.Context, perm Permission, scope Scope) error {
	a := access(ctx)
	a.checked.Store(true)
	if a.may(perm, scope) {
		return nil
	}
	return a.refuse()
}

// May tells the same as Check, for showing or hiding a link; it does not count as a check.
func May(ctx context.Context, perm Permission, scope Scope) bool { return access(ctx).may(perm, scope) }

// Holds tells whether the principal holds the permission on any scope, for showing or hiding an entry of a
// menu; it does not count as a check.
func Holds(ctx context.Context, perm Permission) bool {
	a := access(ctx)
	if a.principal.system {
		return true
	}
	return a.allowed(perm) && (a.holds(Public, perm) || a.holds(a.principal.Role, perm) && len(a.principal.Grants) > 0)
}

// RoleHolds tells whether the principal's role holds the permission on any scope, whatever the limit of the
// token that they came with; it does not count as a check.
func RoleHolds(ctx context.Context, perm Permission) bool {
	a := access(ctx)
	return a.principal.system || a.holds(Public, perm) || a.holds(a.principal.Role, perm) && len(a.principal.Grants) > 0
}

// Scopes returns the scopes on which the principal holds the permission, for lists; the error is that
// of Check when there are none.
func Scopes(ctx context.Context, perm Permission) ([]Scope, error) {
	a := access(ctx)
	a.checked.Store(true)
	if a.principal.system {
		return []Scope{Nation()}, nil
	}
	var scopes []Scope
	if a.allowed(perm) {
		if a.holds(Public, perm) {
			scopes = append(scopes, Nation())
		}
		if a.holds(a.principal.Role, perm) {
			for _, g := range a.principal.Grants {
				scopes = append(scopes, g.Scope)
			}
		}
	}
	if len(scopes) == 0 {
		return nil, a.refuse()
	}
	return scopes, nil
}

func (a *Access) may(perm Permission, scope Scope) bool {
	if a.principal.system {
		return true
	}
	if !a.allowed(perm) {
		return false
	}
	if a.holds(Public, perm) {
		return true
	}
	if !a.holds(a.principal.Role, perm) {
		return false
	}
	for _, g := range a.principal.Grants {
		if g.Scope.Contains(scope) {
			return true
		}
	}
	return false
}

// allowed tells whether a token's limit, if any, leaves the permission.
func (a *Access) allowed(perm Permission) bool {
	return a.principal.Limit == nil || slices.Contains(a.principal.Limit, perm)
}

func (a *Access) holds(role Role, perm Permission) bool {
	return slices.Contains(a.policy[perm], role)
}

func (a *Access) refuse() error {
	if a.principal.Anonymous() {
		return errs.New(errs.Unauthenticated, "authz.login")
	}
	return errs.NewNotFound("authz.not_found")
}

// Filter returns an SQL condition, with its arguments, that keeps the rows inside the scopes. A column
// that the table lacks is given as "": a scope that needs it then keeps nothing.
func Filter(scopes []Scope, territory, school, class string) (string, []any) {
	condition := ""
	var args []any
	for _, s := range scopes {
		part, partArgs := filterOne(s, territory, school, class)
		if part == "" {
			return "1 = 1", nil
		}
		if condition != "" {
			condition += " OR "
		}
		condition += "(" + part + ")"
		args = append(args, partArgs...)
	}
	if condition == "" {
		return "1 = 0", nil
	}
	return "(" + condition + ")", args
}

func filterOne(s Scope, territory, school, class string) (string, []any) {
	condition := ""
	var args []any
	for _, part := range [...]struct{ value, column string }{{s.Territory, territory}, {s.School, school}, {s.Class, class}} {
		if part.value == "" {
			continue
		}
		if part.column == "" {
			return "1 = 0", nil
		}
		if condition != "" {
			condition += " AND "
		}
		condition += part.column + " = ?"
		args = append(args, part.value)
	}
	return condition, args
}

// Territories returns the territories that the principal's grants touch; nil means all of them.
func (p *Principal) Territories() []string {
	if p.system {
		return nil
	}
	codes := []string{}
	for _, g := range p.Grants {
		if g.Scope.Territory == "" {
			return nil
		}
		if !slices.Contains(codes, g.Scope.Territory) {
			codes = append(codes, g.Scope.Territory)
		}
	}
	slices.Sort(codes)
	return codes
}
