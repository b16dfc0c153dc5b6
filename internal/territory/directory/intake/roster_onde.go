package intake

import (
	"context"
	"io"
	"strings"

	"preau/internal/base/db"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory"
)

// ONDE names its columns after the "élève" or the "enfant", by year; the older BE1D has no INE.
var (
	nomEleve     = []string{"Nom élève", "Nom enfant", "Nom de famille élève", "Nom de famille enfant"}
	usageEleve   = []string{"Nom d'usage élève", "Nom d'usage enfant"}
	prenomEleve  = []string{"Prénom élève", "Prénom enfant"}
	nomEnfant    = []string{"Nom de famille enfant", "Nom de famille élève", "Nom enfant", "Nom élève"}
	prenomEnfant = []string{"Prénom enfant", "Prénom élève"}
)

// readOndePupils reads the pupils of a school of the first degree, one a row.
func (j *job) readOndePupils(ctx context.Context, t *tabular.Table) error {
	uai, err := j.needSchool()
	if err != nil {
		return err
	}
	r, err := j.openRoster(ctx, ondePupils, uai, "")
	if err != nil {
		return err
	}
	h := t.Header
	family, usage, first := h.Column(nomEleve...), h.Column(usageEleve...), h.Column(prenomEleve...)
	birth, ine := h.Column("Date naissance", "Date de naissance"), h.Column("INE")
	level, label, code := h.Column("Niveau"), h.Column("Libellé classe", "Classe"), h.Column("Identifiant classe")
	homes := [2]homeColumns{homesOf(h, "1"), homesOf(h, "2")}
	err = j.eachRow(t, func(row *tabular.Row) error {
		e := &enrolled{code: row.Get(code), class: row.Get(label)}
		e.level, _ = directory.ParseLevel(row.Get(level))
		e.line, e.ine = row.Line, row.Get(ine)
		e.identity = directory.Identity{FamilyName: row.Get(family), UsageName: row.Get(usage), GivenName: row.Get(first), BirthDate: row.Get(birth)}
		for _, c := range homes {
			e.homes = append(e.homes, c.read(row))
		}
		e.gone = inactive(e.class)
		return r.pupil(ctx, e)
	})
	if err != nil {
		return err
	}
	return r.finish(ctx)
}

// finish ends those who left, and writes the classes.
func (r *roster) finish(ctx context.Context) error {
	if err := r.endMissing(ctx); err != nil {
		return err
	}
	return r.saveClasses(ctx)
}

// eachRow calls f for each row that can be read and rejects the others.
func (j *job) eachRow(t *tabular.Table, f func(*tabular.Row) error) error {
	for {
		row, err := t.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		j.progress(t.Offset())
		if row.Bad != nil {
			j.rejectBad(row)
			continue
		}
		if err := f(row); err != nil {
			return err
		}
	}
}

// homeColumns are the columns of one home.
type homeColumns struct{ address, postcode, commune, country int }

func homesOf(h tabular.Header, number string) homeColumns {
	return homeColumns{h.Column("Adresse" + number), h.Column("Cp" + number), h.Column("Commune" + number), h.Column("Pays" + number)}
}

func (c homeColumns) read(row *tabular.Row) directory.Home {
	return directory.Home{Address: row.Get(c.address), Postcode: row.Get(c.postcode), Commune: row.Get(c.commune), Country: row.Get(c.country)}
}

// inactive tells whether a class is the one where schools put those who left.
func inactive(class string) bool {
	return strings.HasPrefix(db.Fold(class), "inactif")
}
