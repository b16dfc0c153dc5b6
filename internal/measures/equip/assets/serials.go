package assets

import (
	"context"
	"errors"
	"io"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/tabular"
)

// SerialReport tells what came of a supplier's list of serial numbers.
type SerialReport struct {
	Read, Named, Unchanged int
	Rejected               []RejectedRow
}

// RejectedRow is a row that changed nothing, and why.
type RejectedRow struct {
	Line         int
	Code, Serial string
	Err          *errs.Error
}

// mostSerials bounds the rows of one list.
const mostSerials = 20_000

type serialRow struct {
	line         int
	code, serial string
	bad          *errs.Error
}

// ImportSerials reads a supplier's list with the columns code and serial (CSV, whatever its encoding and separator) and
// names the assets, all in one transaction. A bad row rejects itself; a wrong file is refused whole.
func (s *Service) ImportSerials(ctx context.Context, src tabular.Source) (SerialReport, error) {
	var report SerialReport
	if _, err := authz.Scopes(ctx, EditAssets); err != nil {
		return report, err
	}
	rows, err := readSerials(src)
	if err != nil {
		return report, err
	}
	territories, err := s.territories(ctx)
	if err != nil {
		return report, err
	}
	err = s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		report = SerialReport{Read: len(rows)}
		for i := range rows {
			changed, err := s.nameRow(ctx, tx, territories, &rows[i])
			e, refused := errors.AsType[*errs.Error](err)
			switch {
			case refused && e.Kind != errs.Internal:
				report.Rejected = append(report.Rejected, RejectedRow{rows[i].line, rows[i].code, rows[i].serial, e})
			case err != nil:
				return err
			case changed:
				report.Named++
			default:
				report.Unchanged++
			}
		}
		return nil
	})
	return report, err
}

func (s *Service) nameRow(ctx context.Context, tx *db.Tx, territories []string, row *serialRow) (bool, error) {
	if row.bad != nil {
		return false, row.bad
	}
	a, err := findTag(ctx, tx, territories, row.code)
	if err != nil {
		return false, err
	}
	if err := authz.Check(ctx, EditAssets, a.scope()); err != nil {
		return false, errs.NewNotFound("assets.tag.unknown", "tag", row.code)
	}
	version := a.Version
	err = s.keeper.Name(ctx, tx, &a, row.serial)
	return a.Version != version, err
}

func readSerials(src tabular.Source) ([]serialRow, error) {
	in, err := tabular.Inspect(src, tabular.Limits{Bytes: 8 << 20})
	if err != nil {
		return nil, err
	}
	table, err := tabular.Open(src, in, tabular.Limits{Bytes: 8 << 20, Rows: mostSerials})
	if err != nil {
		return nil, err
	}
	defer table.Close()
	tag := table.Header.Column("code", "étiquette", "code inventaire", "inventory code", "label")
	serial := table.Header.Column("serial", "série", "numéro de série", "n° de série", "serial number", "sn")
	if tag < 0 || serial < 0 {
		return nil, errs.NewInvalid("assets.serials.header")
	}
	var rows []serialRow
	for {
		r, err := table.Next()
		if errors.Is(err, io.EOF) {
			return refuseTwice(rows), nil
		}
		if err != nil {
			return nil, err
		}
		rows = append(rows, serialRow{r.Line, r.Get(tag), r.Get(serial), r.Bad})
	}
}

// refuseTwice rejects every row whose serial number stands in the list more than once: nobody knows which one is right.
func refuseTwice(rows []serialRow) []serialRow {
	lines := map[string][]int{}
	for i := range rows {
		if serial := CleanSerial(rows[i].serial); serial != "" {
			lines[serial] = append(lines[serial], i)
		}
	}
	for serial, at := range lines {
		codes := map[string]bool{}
		for _, i := range at {
			codes[rows[i].code] = true
		}
		if len(codes) < 2 {
			continue
		}
		for _, i := range at {
			rows[i].bad = errs.NewInvalid("assets.serials.twice", "serial", serial)
		}
	}
	return rows
}
