package intake

import (
	"context"
	"encoding/xml"
	"io"

	"preau/internal/base/errs"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory"
)

// readSiecleCSV reads the pupils of a school of the second degree, one a row.
func (j *job) readSiecleCSV(ctx context.Context, t *tabular.Table) error {
	uai, err := j.needSchool()
	if err != nil {
		return err
	}
	r, err := j.openRoster(ctx, siecleCSV, uai, "")
	if err != nil {
		return err
	}
	h := t.Header
	ine, first, family := h.Column("Identifiant unique"), h.Column("Premier prénom"), h.Column("Nom de famille")
	usage, birth, division := h.Column("Nom d'usage"), h.Column("Date de naissance (jj/mm/aaaa)", "Date de naissance"), h.Column("Division")
	left := h.Column("Date de sortie", "Date sortie")
	err = j.eachRow(t, func(row *tabular.Row) error {
		e := &enrolled{class: row.Get(division), code: row.Get(division)}
		e.line, e.ine = row.Line, row.Get(ine)
		e.identity = directory.Identity{FamilyName: row.Get(family), UsageName: row.Get(usage), GivenName: row.Get(first), BirthDate: row.Get(birth)}
		r.goneBy(e, row.Get(left))
		return r.pupil(ctx, e)
	})
	if err != nil {
		return err
	}
	return r.finish(ctx)
}

// goneBy notes that a pupil left: on a day that has come, or because of their division.
func (r *roster) goneBy(e *enrolled, left string) {
	on, ok := day(left)
	if !ok {
		r.doubt(r.territory, e.line, "", "intake.roster.date")
	}
	e.left = on
	e.gone = on != "" && on <= r.today || inactive(e.class)
	if e.left > r.today {
		e.left = ""
	}
}

// siecle is what a first pass over an ElevesSansAdresses file tells.
type siecle struct {
	uaj, year string
	divisions map[string]string // of each pupil, by ELEVE_ID
}

// mostPupils bounds the pupils of one school whose division is held in memory.
const mostPupils = 20_000

// readSiecleXML reads the pupils of a school of the second degree. Divisions come after the pupils in the
// file, so it is read twice.
func (j *job) readSiecleXML(ctx context.Context) error {
	s := &siecle{divisions: map[string]string{}}
	if err := j.eachElement(s.element); err != nil {
		return err
	}
	uai, err := j.siecleSchool(s)
	if err != nil {
		return err
	}
	year := ""
	if plausibleYear(s.year) {
		year = schoolYearFrom(s.year)
	}
	r, err := j.openRoster(ctx, siecleXML, uai, year)
	if err != nil {
		return err
	}
	if j.o.School != "" && s.uaj != string(uai) {
		j.doubt(r.territory, 0, string(uai), "intake.roster.uaj", "uaj", short(s.uaj))
	}
	err = j.eachElement(func(x *tabular.XMLReader, e xml.StartElement) error {
		if e.Name.Local != "ELEVE" {
			return nil
		}
		p, err := readEleve(x, e)
		if err != nil {
			return err
		}
		p.code = s.divisions[p.id]
		p.class = p.code
		if p.id != "" {
			p.identity.ExternalID = "siecle:" + string(r.uai) + ":" + p.id
		}
		r.goneBy(&p.enrolled, p.out)
		j.progress(x.Offset())
		return r.pupil(ctx, &p.enrolled)
	})
	if err != nil {
		return err
	}
	return r.finish(ctx)
}

// siecleSchool returns the school of the file: the one that the options name, unless the file names another
// that is valid, else the file's.
func (j *job) siecleSchool(s *siecle) (directory.UAI, error) {
	uaj, bad := parseUAI(s.uaj)
	if j.o.School == "" {
		if bad != nil {
			return "", errs.NewInvalid("intake.roster.which")
		}
		return uaj, nil
	}
	uai, err := j.needSchool()
	if err == nil && bad == nil && uai != uaj {
		err = errs.NewInvalid("intake.roster.other", "file", string(uaj), "asked", string(uai))
	}
	return uai, err
}

// eachElement calls f at the start of each element of a SIECLE file.
func (j *job) eachElement(f func(*tabular.XMLReader, xml.StartElement) error) error {
	x, err := tabular.OpenXML(j.src, j.in, j.limits)
	if err != nil {
		return err
	}
	defer x.Close()
	for root := false; ; {
		t, err := x.Token()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		start, ok := t.(xml.StartElement)
		if !ok {
			continue
		}
		if !root && start.Name.Local != "BEE_ELEVES" {
			return j.wrongHeader()
		}
		root = true
		if err := f(x, start); err != nil {
			return err
		}
	}
}

// element notes the school, the year and the division of each pupil.
func (s *siecle) element(x *tabular.XMLReader, e xml.StartElement) error {
	var err error
	switch e.Name.Local {
	case "UAJ":
		s.uaj, err = x.Text()
	case "ANNEE_SCOLAIRE":
		s.year, err = x.Text()
	case "ELEVE":
		err = x.Skip()
	case "STRUCTURES_ELEVE":
		var division string
		if division, err = readDivision(x); err != nil {
			return err
		}
		if id := attribute(e, "ELEVE_ID"); id != "" && division != "" {
			s.divisions[clip(id, 40)] = clip(division, 60)
		}
		if len(s.divisions) > mostPupils {
			return errs.New(errs.TooLarge, "intake.roster.many", "limit", mostPupils)
		}
	}
	return err
}

// readDivision returns the division among the structures of a pupil: groups are of another type than D.
func readDivision(x *tabular.XMLReader) (string, error) {
	division, code, kind := "", "", ""
	for depth := 1; depth > 0; {
		t, err := x.Token()
		if err != nil {
			return "", cut(err, x)
		}
		switch t := t.(type) {
		case xml.StartElement:
			depth++
			switch t.Name.Local {
			case "CODE_STRUCTURE":
				code, err = x.Text()
				depth--
			case "TYPE_STRUCTURE":
				kind, err = x.Text()
				depth--
			}
			if err != nil {
				return "", err
			}
		case xml.EndElement:
			depth--
			if t.Name.Local == "STRUCTURE" {
				if kind == "D" {
					division = code
				}
				code, kind = "", ""
			}
		}
	}
	return division, nil
}

// eleve is an ELEVE element.
type eleve struct {
	enrolled
	id  string
	out string // day on which they left, as written
}

func readEleve(x *tabular.XMLReader, e xml.StartElement) (*eleve, error) {
	p := &eleve{id: clip(attribute(e, "ELEVE_ID"), 40)}
	p.line = x.Line()
	i := &p.identity
	fields := map[string]*string{"ID_NATIONAL": &p.ine, "INE_RNIE": &p.ine, "NOM_DE_FAMILLE": &i.FamilyName, "NOM": &i.FamilyName, "NOM_USAGE": &i.UsageName,
		"PRENOM": &i.GivenName, "DATE_NAISS": &i.BirthDate, "DATE_SORTIE": &p.out}
	for {
		t, err := x.Token()
		if err != nil {
			return nil, cut(err, x)
		}
		switch t := t.(type) {
		case xml.StartElement:
			if field := fields[t.Name.Local]; field != nil {
				var text string
				if text, err = x.Text(); text != "" { // of two elements that mean one thing one may be empty
					*field = text
				}
			} else {
				err = x.Skip()
			}
			if err != nil {
				return nil, err
			}
		case xml.EndElement:
			return p, nil
		}
	}
}

func attribute(e xml.StartElement, name string) string {
	for _, a := range e.Attr {
		if a.Name.Local == name {
			return a.Value
		}
	}
	return ""
}

// cut turns the end of the file inside an element into a refusal.
func cut(err error, x *tabular.XMLReader) error {
	if err == io.EOF {
		return errs.NewInvalid("tabular.xml.broken", "line", x.Line())
	}
	return err
}
