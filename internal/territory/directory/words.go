package directory

import (
	"context"

	"preau/internal/base/i18n"
)

// words says the values of schools in one language; a list asks for them once.
type words struct {
	*i18n.Localizer
	unknown string
	none    string
	types   map[SchoolType]string
}

func wordsOf(ctx context.Context) *words {
	l := i18n.From(ctx)
	w := &words{Localizer: l, unknown: l.T("directory.unknown"), none: l.T("directory.not_applicable"), types: map[SchoolType]string{}}
	for _, t := range SchoolTypes {
		w.types[t] = l.T("directory.type." + string(t))
	}
	return w
}

// kind says what kind of school it is: the levels make an école maternelle, élémentaire or primaire.
func (w *words) kind(t SchoolType, maternelle, elementaire Tri) string {
	if t == Ecole {
		switch {
		case maternelle == Yes && elementaire == Yes:
			return w.T("directory.type.primaire")
		case maternelle == Yes && elementaire == No:
			return w.T("directory.type.maternelle")
		case maternelle == No && elementaire == Yes:
			return w.T("directory.type.elementaire")
		}
	}
	return w.types[t]
}

func (w *words) sector(s Sector) string     { return w.T("directory.sector." + string(s)) }
func (w *words) contract(c Contract) string { return w.T("directory.contract." + string(c)) }

func (w *words) priority(p Priority) string {
	switch p {
	case PriorityUnknown:
		return w.unknown
	case PriorityNone:
		return w.T("directory.priority.none")
	}
	return string(p)
}

func (w *words) qpv(q QPV) string {
	if q == QPVUnknown {
		return w.unknown
	}
	return w.T("directory.qpv." + string(q))
}

func (w *words) tri(t Tri) string {
	switch t {
	case Yes:
		return w.T("directory.yes")
	case No:
		return w.T("directory.no")
	}
	return w.unknown
}

// ips says an IPS; an école maternelle has none.
func (w *words) ips(v *float64, maternelle, elementaire Tri) string {
	switch {
	case v != nil:
		return w.Decimal(*v, 1)
	case maternelle == Yes && elementaire == No:
		return w.none
	}
	return w.unknown
}

func (w *words) count(v *int64) string {
	if v == nil {
		return w.unknown
	}
	return w.Number(*v)
}

// figure says the value of a figure as the interface shows it.
func (w *words) figure(f Figure) string {
	var s School
	s.put(f)
	switch f.Name {
	case FigureIPS:
		return w.ips(s.IPS, Unknown, Unknown)
	case FigurePupils:
		return w.count(s.Pupils)
	case FigurePriority:
		return w.priority(s.Priority)
	case FigureQPV:
		return w.qpv(s.QPV)
	case FigureRural:
		return w.tri(s.Rural)
	case FigureSector:
		return w.sector(s.Sector)
	}
	return f.Value
}

// Say says the value of a figure in the context's language.
func (f Figure) Say(ctx context.Context) string { return wordsOf(ctx).figure(f) }

func figureLabel(ctx context.Context, name FigureName) string {
	return i18n.T(ctx, "directory.figure."+string(name))
}

func levelLabel(ctx context.Context, level Level) string {
	return i18n.T(ctx, "directory.level."+string(level))
}

func roleLabel(ctx context.Context, role string) string {
	return i18n.T(ctx, "directory.role."+role)
}
