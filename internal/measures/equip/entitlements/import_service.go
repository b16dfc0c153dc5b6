package entitlements

import (
	"context"
	"errors"
	"io"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory"
)

// Report tells what came of a list of new teachers.
type Report struct {
	Read, Declared, Already int
	Rejected                []Rejected
}

// Rejected is a row that changed nothing, and why. It bears no name: the line is enough to find it again.
type Rejected struct {
	Line   int
	School string
	Err    *errs.Error
}

const (
	mostRows  = 5_000
	mostBytes = 4 << 20
)

// Import declares the teachers of a list with the columns uai, nom and prénom (CSV, whatever its encoding and separator). A
// teacher is one whom the school's staff names; a row that names nobody, or two persons, rejects itself. A wrong file is refused whole.
func (s *Service) Import(ctx context.Context, src tabular.Source) (Report, error) {
	var report Report
	if _, err := authz.Scopes(ctx, Declare); err != nil {
		return report, err
	}
	in, err := tabular.Inspect(src, tabular.Limits{Bytes: mostBytes})
	if err != nil {
		return report, err
	}
	table, err := tabular.Open(src, in, tabular.Limits{Bytes: mostBytes, Rows: mostRows})
	if err != nil {
		return report, err
	}
	defer table.Close()
	uai, family, given := table.Header.Column("uai", "école", "établissement", "school"), table.Header.Column("nom", "nom de famille", "family name"), table.Header.Column("prénom", "given name")
	if uai < 0 || family < 0 || given < 0 {
		return report, errs.NewInvalid("entitlements.import.header")
	}
	staff := map[string][]directory.Member{}
	for {
		row, err := table.Next()
		if errors.Is(err, io.EOF) {
			return report, nil
		}
		if err != nil {
			return report, err
		}
		report.Read++
		refused := row.Bad
		if refused == nil {
			added, err := s.importRow(ctx, staff, row.Get(uai), row.Get(given)+" "+row.Get(family))
			e, ok := errors.AsType[*errs.Error](err)
			switch {
			case err == nil && added:
				report.Declared++
			case err == nil:
				report.Already++
			case ok && e.Kind != errs.Internal:
				refused = e
			default:
				return report, err
			}
		}
		if refused != nil {
			report.Rejected = append(report.Rejected, Rejected{row.Line, row.Get(uai), refused})
		}
	}
}

// importRow declares one teacher and tells whether they were not declared before.
func (s *Service) importRow(ctx context.Context, staff map[string][]directory.Member, uai, name string) (bool, error) {
	id, ok := directory.ParseUAI(uai)
	if !ok {
		return false, errs.NewInvalid("entitlements.import.uai")
	}
	members, known := staff[string(id)]
	if !known {
		school, err := s.school(ctx, string(id))
		if err != nil {
			return false, err
		}
		if members, err = s.links.Staff(ctx, school.Territory, string(id)); err != nil {
			return false, err
		}
		staff[string(id)] = members
	}
	var found []string
	for _, m := range members {
		if m.Role == directory.RoleTeacher && db.Fold(m.Name) == db.Fold(name) {
			found = append(found, m.Person)
		}
	}
	switch len(found) {
	case 0:
		return false, errs.NewInvalid("entitlements.import.nobody")
	case 1:
		_, err := s.DeclareNew(ctx, string(id), found[0])
		if errs.Is(err, errs.Conflict) {
			return false, nil
		}
		return err == nil, err
	}
	return false, errs.NewInvalid("entitlements.import.several")
}
