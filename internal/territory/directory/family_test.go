package directory

import (
	"context"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/db"
)

func TestAFamilyIsToldOfItsOwnChildrenAlone(t *testing.T) {
	const own authz.Permission = "room.own"
	policy := authz.Policy{own: {authz.Guardian, authz.Pupil}}
	person := func(role authz.Role, id string, scope authz.Scope) context.Context {
		return db.Everywhere(authz.With(context.Background(), policy, &authz.Principal{Account: "a", Person: id, Role: role, Grants: []authz.Grant{{Role: role, Scope: scope}}}))
	}
	each(t, func(t *testing.T, s *Service) {
		_, guardians, err := s.Family(as(authz.Head, authz.School("02", string(primary))), "02", "pupil-a")
		if err != nil {
			t.Fatal(err)
		}
		guardian := guardians[0].Person
		class := authz.Class("02", string(primary), "class-a")
		for name, c := range map[string]struct {
			ctx  context.Context
			sees int
		}{
			"the guardian":            {person(authz.Guardian, guardian, class), 2},
			"after a change of class": {person(authz.Guardian, guardian, authz.Class("02", string(primary), "class-b")), 2},
			"the pupil":               {person(authz.Pupil, "pupil-a", class), 1},
			"another guardian":        {person(authz.Guardian, "teacher-a", class), 0},
			"nobody of the directory": {person(authz.Guardian, "", class), 0},
			"a grant elsewhere":       {person(authz.Guardian, guardian, authz.Territory("95")), 0},
		} {
			list, err := s.OwnPupils(c.ctx, own)
			if err != nil || len(list) != c.sees {
				t.Errorf("%s: %+v, %v", name, list, err)
			}
			if len(list) == 1 && (list[0].Person != "pupil-a" || list[0].School != primary || list[0].Class != "class-a" || list[0].SchoolName == "") {
				t.Errorf("%s: %+v", name, list[0])
			}
		}
		if _, err := s.OwnPupils(person(authz.Head, "head", authz.School("02", string(primary))), own); err == nil {
			t.Error("a role without the permission is answered")
		}
	})
}
