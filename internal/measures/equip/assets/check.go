package assets

import (
	"context"
	"strings"
	"time"

	"preau/internal/base/errs"
	"preau/internal/territory/directory"
)

// The longest texts that are kept.
const (
	mostLine = 120
	mostText = 2000
)

// line returns a text of one line without superfluous spaces, Invalid when it is too long, or empty though it is needed.
func line(name, text string, needed bool) (string, error) {
	text = strings.Join(strings.Fields(text), " ")
	switch {
	case text == "" && needed:
		return "", errs.OfFields(errs.Field{Name: name, Key: "assets.error.empty"})
	case len(text) > mostLine:
		return "", errs.OfFields(errs.Field{Name: name, Key: "assets.error.long", Args: []any{"n", mostLine}})
	}
	return text, nil
}

// pastDay returns Invalid for what is no day up to today; "" is one unless it is needed.
func (s *Service) pastDay(name, day string, needed bool) error {
	_, err := time.Parse(time.DateOnly, day)
	switch {
	case day == "" && !needed:
		return nil
	case err != nil:
		return errs.OfFields(errs.Field{Name: name, Key: "assets.error.day"})
	case day > s.today():
		return errs.OfFields(errs.Field{Name: name, Key: "assets.error.future"})
	}
	return nil
}

// checkPlace puts a place in order; Invalid when the school is not one of the territory that is open, or the class
// not one of the school.
func (s *Service) checkPlace(ctx context.Context, territory string, p *Place) error {
	p.School = strings.ToUpper(strings.TrimSpace(p.School))
	if p.School == "" {
		p.Class = ""
		return nil
	}
	school, err := s.places.School(inside(ctx), directory.UAI(p.School))
	if errs.Is(err, errs.NotFound) || (err == nil && (school.Territory != territory || school.Status == directory.Closed)) {
		return errs.OfFields(errs.Field{Name: "school", Key: "assets.error.school", Args: []any{"uai", p.School}})
	}
	if err != nil || p.Class == "" {
		return err
	}
	class, err := s.places.Class(inside(ctx), p.Class)
	if errs.Is(err, errs.NotFound) || (err == nil && string(class.School) != p.School) {
		return errs.OfFields(errs.Field{Name: "class", Key: "assets.error.class"})
	}
	return err
}
