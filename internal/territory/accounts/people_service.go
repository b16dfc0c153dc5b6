package accounts

import (
	"context"
	"slices"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/journal"
)

// Filter chooses accounts. Empty members choose all.
type Filter struct {
	Search    string // of the name or the address, without regard to accents and case
	Role      authz.Role
	Territory string
	School    string
	Page      int // from 1
}

// PeoplePage is the number of accounts on a page.
const PeoplePage = 50

// Person is an account as those who administer it see it: with its grants in their scopes.
type Person struct {
	Account
	Grants []NamedGrant
	// What the principal may do about the account, for showing or hiding a button.
	MayGrant, MayDisable, MayExport, MayErase bool
}

// People is a page of accounts.
type People struct {
	List  []Person
	Total int
}

// List returns the accounts with a grant in the principal's scopes, by name.
func (s *Service) List(ctx context.Context, f Filter) (People, error) {
	scopes, err := authz.Scopes(ctx, ReadAccounts)
	if err != nil {
		return People{}, err
	}
	f.Page = max(f.Page, 1)
	where, args := peopleWhere(scopes, f)
	inScopes, scopeArgs := grantFilter(scopes)
	var list []Account
	var grants []Grant
	var total int
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		if total, err = db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM accounts_account a WHERE "+where, args...); err != nil {
			return err
		}
		list, err = db.All(ctx, tx, scanAccount, "SELECT "+accountColumns+" FROM accounts_account a WHERE "+where+" ORDER BY folded, id LIMIT ? OFFSET ?",
			append(slices.Clone(args), PeoplePage, (f.Page-1)*PeoplePage)...)
		if err != nil {
			return err
		}
		ids := make([]string, len(list))
		for i, a := range list {
			ids[i] = a.ID
		}
		grants, err = selectGrants(ctx, tx, ids, inScopes, scopeArgs)
		return err
	})
	if err != nil {
		return People{}, err
	}
	named, err := s.named(ctx, grants)
	if err != nil {
		return People{}, err
	}
	people := People{List: make([]Person, len(list)), Total: total}
	for i, a := range list {
		people.List[i] = Person{Account: a}
		for _, g := range named {
			if g.Account == a.ID {
				people.List[i].Grants = append(people.List[i].Grants, g)
			}
		}
	}
	return people, nil
}

// peopleWhere returns the condition on an account a.
func peopleWhere(scopes []authz.Scope, f Filter) (string, []any) {
	var conditions, onGrant []string
	var args []any
	for _, word := range strings.Fields(db.Fold(f.Search)) {
		conditions = append(conditions, "a.folded LIKE ?")
		args = append(args, "%"+word+"%")
	}
	if where, scopeArgs := grantFilter(scopes); where != "" {
		onGrant = append(onGrant, where)
		args = append(args, scopeArgs...)
	}
	for _, c := range [][2]string{{"g.role = ?", string(f.Role)}, {"g.territory = ?", f.Territory}, {"g.school = ?", f.School}} {
		if c[1] != "" {
			onGrant = append(onGrant, c[0])
			args = append(args, c[1])
		}
	}
	if len(onGrant) > 0 {
		conditions = append(conditions, "EXISTS (SELECT 1 FROM accounts_grant g WHERE g.account = a.id AND "+strings.Join(onGrant, " AND ")+")")
	}
	if len(conditions) == 0 {
		return "1 = 1", nil
	}
	return strings.Join(conditions, " AND "), args
}

// Get returns one account. It returns NotFound unless a grant of it lies in the principal's scopes.
func (s *Service) Get(ctx context.Context, id string) (Person, error) {
	scopes, err := authz.Scopes(ctx, ReadAccounts)
	if err != nil {
		return Person{}, err
	}
	var p Person
	var all, shown []Grant
	err = s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		if err := visible(ctx, tx, id, scopes); err != nil {
			return err
		}
		if p.Account, err = selectAccount(ctx, tx, id); err != nil {
			return err
		}
		all, err = selectGrants(ctx, tx, []string{id}, "", nil)
		return err
	})
	if err != nil {
		return Person{}, err
	}
	for _, g := range all {
		if within(scopes, g.Scope) {
			shown = append(shown, g)
		}
	}
	_, err = authz.Scopes(ctx, GrantRoles)
	p.MayGrant = err == nil
	p.MayDisable = id != authz.From(ctx).Account && mayManage(ctx, DisableAccounts, all) == nil
	p.MayExport = mayManage(ctx, ExportAccounts, all) == nil
	p.MayErase = id != authz.From(ctx).Account && mayManage(ctx, EraseAccounts, all) == nil
	p.Grants, err = s.named(ctx, shown)
	return p, err
}

// mayManage returns nil when the principal holds the permission over the whole of an account: every grant lies
// in their scopes and, for keeping somebody out, is of a role that they may hand out. An account without
// grants is the nation's.
func mayManage(ctx context.Context, perm authz.Permission, grants []Grant) error {
	scopes, err := authz.Scopes(ctx, perm)
	if err != nil {
		return err
	}
	if slices.Contains(scopes, authz.Nation()) {
		return nil
	}
	if len(grants) == 0 {
		return errs.NewNotFound("authz.not_found")
	}
	for _, g := range grants {
		if !within(scopes, g.Scope) || (perm == DisableAccounts && !slices.Contains(grantable(ctx), g.Role)) {
			return errs.NewNotFound("authz.not_found")
		}
	}
	return nil
}

// manage returns the account with all its grants when the principal holds the permission over the whole of it.
func manage(ctx context.Context, tx *db.Tx, perm authz.Permission, id string) (Account, []Grant, error) {
	grants, err := selectGrants(ctx, tx, []string{id}, "", nil)
	if err != nil {
		return Account{}, nil, err
	}
	if err := mayManage(ctx, perm, grants); err != nil {
		return Account{}, nil, err
	}
	account, err := selectAccount(ctx, tx, id)
	return account, grants, absent(err)
}

// absent turns a row that is not there into an error that a person is told.
func absent(err error) error {
	if db.IsNotFound(err) {
		return errs.NewNotFound("authz.not_found").Because(err)
	}
	return err
}

func isAdmin(grants []Grant) bool {
	return slices.ContainsFunc(grants, func(g Grant) bool { return g.Role == authz.Admin })
}

// Disable keeps an account out: its sessions end, its tokens and links open nothing, and the invitations that
// it sent are cancelled. It returns Conflict for one's own account and for the last administrator.
func (s *Service) Disable(ctx context.Context, id string) error {
	if err := authorised(ctx, DisableAccounts); err != nil {
		return err
	}
	if id == authz.From(ctx).Account {
		return errs.NewConflict("accounts.not_oneself")
	}
	return s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		account, grants, err := manage(ctx, tx, DisableAccounts, id)
		if err != nil {
			return err
		}
		if isAdmin(grants) && !account.Disabled() {
			if err := notLastAdmin(ctx, tx, id); err != nil {
				return err
			}
		}
		if changed, err := updateDisabled(ctx, tx, id, tx.Now()); err != nil || !changed {
			return err
		}
		if _, err := deleteSessions(ctx, tx, id, ""); err != nil {
			return err
		}
		if err := s.cancelInvitationsBy(ctx, tx, id, authz.Nation()); err != nil {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Fact{Kind: factAccountDisabled, Subject: id})
	})
}

// Enable lets an account in again.
func (s *Service) Enable(ctx context.Context, id string) error {
	if err := authorised(ctx, DisableAccounts); err != nil {
		return err
	}
	return s.db.Update(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		if _, _, err := manage(ctx, tx, DisableAccounts, id); err != nil {
			return err
		}
		changed, err := updateDisabled(ctx, tx, id, 0)
		if err != nil || !changed {
			return err
		}
		return s.journal.Record(ctx, tx, journal.Fact{Kind: factAccountEnabled, Subject: id})
	})
}

// authorised returns nil when the principal holds the permission anywhere.
func authorised(ctx context.Context, perm authz.Permission) error {
	_, err := authz.Scopes(ctx, perm)
	return err
}

// Choices is what the principal may offer in a form that grants.
type Choices struct {
	Roles       []authz.Role
	National    bool    // the whole nation may be chosen
	Territories []Place // for who administers territories
	Schools     []SchoolChoice
}

// SchoolChoice is a school, or one of its classes, of who administers no more than schools.
type SchoolChoice struct {
	Scope authz.Scope
	Name  string
}

// Choices returns the roles and places that the principal may grant.
func (s *Service) Choices(ctx context.Context) (Choices, error) {
	scopes, err := authz.Scopes(ctx, GrantRoles)
	if err != nil {
		return Choices{}, err
	}
	c := Choices{Roles: grantable(ctx), National: slices.Contains(scopes, authz.Nation())}
	var schools []authz.Scope
	territories := map[string]bool{}
	for _, scope := range scopes {
		if LevelOf(scope) == OfSchool {
			schools = append(schools, scope)
		}
		territories[scope.Territory] = LevelOf(scope) == OfTerritory
	}
	all, err := s.places.Territories(ctx)
	if err != nil {
		return Choices{}, err
	}
	for _, t := range all {
		if c.National || territories[t.Code] {
			c.Territories = append(c.Territories, t)
		}
	}
	c.Schools, err = s.schoolChoices(ctx, schools)
	return c, err
}

func (s *Service) schoolChoices(ctx context.Context, schools []authz.Scope) ([]SchoolChoice, error) {
	names, err := s.placeNames(ctx, schools)
	if err != nil {
		return nil, err
	}
	var list []SchoolChoice
	for _, school := range schools {
		list = append(list, SchoolChoice{school, names[school]})
		classes, err := s.places.Classes(ctx, school.Territory, school.School)
		if err != nil {
			return nil, err
		}
		for _, c := range classes {
			list = append(list, SchoolChoice{authz.Class(school.Territory, school.School, c.Code), names[school] + " – " + c.Name})
		}
	}
	return list, nil
}
