package directory

import (
	"context"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
)

// OwnSchools returns the schools on which the principal themselves hold the permission: not the many schools of
// a territory or of the nation. There may be none.
func (s *Service) OwnSchools(ctx context.Context, perm authz.Permission) ([]School, error) {
	scopes, err := authz.Scopes(ctx, perm)
	if err != nil {
		return nil, err
	}
	scopes = slices.DeleteFunc(slices.Clone(scopes), func(o authz.Scope) bool { return o.School == "" || o.Class != "" })
	if len(scopes) == 0 {
		return nil, nil
	}
	var list []School
	where, args := authz.Filter(scopes, "territory", "uai", "")
	err = s.db.View(ctx, func(ctx context.Context, tx *db.Tx) error {
		list, err = db.All(ctx, tx, ScanSchool, "SELECT "+schoolColumns+" FROM directory_school WHERE "+where+" ORDER BY folded, uai", args...)
		return err
	})
	return list, err
}

// SchoolDay is a school as its head finds it in the morning: its classes, and what remains to be done.
type SchoolDay struct {
	School  School
	Classes []ClassLine
	Staff   int
	Tasks   []Task
}

// SchoolDays returns the head's own schools with their classes and what remains to be done.
func (s *Service) SchoolDays(ctx context.Context) ([]SchoolDay, error) {
	schools, err := s.OwnSchools(ctx, EditClasses)
	if err != nil {
		return nil, err
	}
	days := make([]SchoolDay, 0, len(schools))
	for _, school := range schools { // one or two: a head has few schools
		day := SchoolDay{School: school}
		page, err := s.Classes(ctx, ClassFilter{Territory: school.Territory, School: school.UAI, Size: maxPerPage})
		if err != nil {
			return nil, err
		}
		day.Classes = page.Rows
		if authz.May(ctx, EditStaff, authz.School(school.Territory, string(school.UAI))) {
			staff, err := s.Staff(ctx, school.Territory, school.UAI)
			if err != nil {
				return nil, err
			}
			day.Staff = len(staff)
		}
		day.Tasks = ownTasks(ctx, &day)
		for _, more := range s.links.Tasks {
			tasks, err := more(ctx, school)
			if err != nil {
				return nil, err
			}
			day.Tasks = append(day.Tasks, tasks...)
		}
		days = append(days, day)
	}
	return days, nil
}
