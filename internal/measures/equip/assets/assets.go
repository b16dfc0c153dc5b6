package assets

import (
	"cmp"
	"context"
	"sync"
	"time"

	"github.com/a-h/templ"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/territory/directory"
)

// room is the name under which the room keeps files.
const room = "equip"

// Journal records what happens to assets and tells it again.
type Journal interface {
	Recorder
	List(ctx context.Context, f journal.Filter) ([]journal.Entry, error)
}

// Service reads and changes assets for persons: each method asks for its permission first.
type Service struct {
	db      *db.DB
	journal Journal
	keeper  Keeper
	places  *directory.Service
	links   Links
	counts  kept[stateCount]
	pages   kept[Page]
	choices kept[[]string]
	names   kept[string]
	codes   kept[[]string]
}

// New returns the service; Join completes it.
func New(d *db.DB, j Journal, places *directory.Service) *Service {
	return &Service{db: d, journal: j, keeper: Keeper{Journal: j}, places: places, counts: kept[stateCount]{most: mostPagesKept}, pages: kept[Page]{most: mostPagesKept}}
}

// Links is what other rooms add. A nil member adds nothing.
type Links struct {
	// Papers says official papers: in French, whoever has them made. Nil is the person's own language.
	Papers *i18n.Localizer
	// AccountName names an account to those who may see it, "" otherwise.
	AccountName func(ctx context.Context, account string) string
	// Measures names the measures of the territory's programme, by their identifiers.
	Measures func(ctx context.Context, territory string) (map[string]string, error)
	// Holder tells where the loan or the entitlement that an asset is out on is found, "" when the person may not see it.
	Holder func(ctx context.Context, territory, holder string) (href string, err error)
	// Blocks are shown on the page of an asset, in this order; a nil component is left out.
	Blocks []func(ctx context.Context, a Asset) (templ.Component, error)
	// Doors lead from the label of an asset to what whoever scans it may do, logged in or not.
	Doors []func(ctx context.Context, a Asset) ([]Door, error)
}

// Door is one thing to do with an asset.
type Door struct{ Text, Href, Hint string }

// Join hands over what other rooms add.
func (s *Service) Join(links Links) { s.links = links }

// kept keeps results for a while: names and lists of choices, which may be a minute old, pages and counts.
type kept[T any] struct {
	mu     sync.Mutex
	values map[string]keptValue[T]
	most   int // mostKept unless told
}

type keptValue[T any] struct {
	value T
	until time.Time
}

// The most that are kept: short texts, and pages or counts.
const (
	mostKept      = 20_000
	mostPagesKept = 128
)

func (k *kept[T]) get(key string) (T, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	v, ok := k.values[key]
	return v.value, ok && time.Now().Before(v.until)
}

func (k *kept[T]) put(key string, v T, long time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.values == nil || len(k.values) >= cmp.Or(k.most, mostKept) {
		k.values = map[string]keptValue[T]{}
	}
	k.values[key] = keptValue[T]{v, time.Now().Add(long)}
}

// inside reads names on behalf of the room, which has asked for its own permission.
func inside(ctx context.Context) context.Context { return authz.System(ctx) }

// schoolName names a school; "" is the territory's own stock.
func (s *Service) schoolName(ctx context.Context, uai string) (string, error) {
	if uai == "" {
		return "", nil
	}
	if name, ok := s.names.get(uai); ok {
		return name, nil
	}
	school, err := s.places.School(inside(ctx), directory.UAI(uai))
	if errs.Is(err, errs.NotFound) {
		return uai, nil
	}
	if err == nil {
		s.names.put(uai, school.Name, time.Minute)
	}
	return school.Name, err
}

// className names a class, "" when it is unknown.
func (s *Service) className(ctx context.Context, id string) (string, error) {
	if id == "" {
		return "", nil
	}
	class, err := s.places.Class(inside(ctx), id)
	if errs.Is(err, errs.NotFound) {
		return "", nil
	}
	return class.Name, err
}

// territories returns the codes of those that the principal's request may see.
func (s *Service) territories(ctx context.Context) ([]string, error) {
	if codes := authz.From(ctx).Territories(); codes != nil && !authz.From(ctx).Anonymous() {
		return codes, nil
	}
	return s.everyTerritory(ctx)
}

func (s *Service) everyTerritory(ctx context.Context) ([]string, error) {
	if codes, ok := s.codes.get(""); ok {
		return codes, nil
	}
	overview, err := s.places.Overview(inside(db.Everywhere(ctx)))
	if err != nil {
		return nil, err
	}
	codes := make([]string, 0, len(overview.Territories))
	for _, t := range overview.Territories {
		codes = append(codes, t.Territory)
	}
	if len(codes) > 0 {
		s.codes.put("", codes, 10*time.Second)
	}
	return codes, nil
}

// measureNames names the measures of a territory's programme.
func (s *Service) measureNames(ctx context.Context, territory string) (map[string]string, error) {
	if s.links.Measures == nil {
		return nil, nil
	}
	return s.links.Measures(ctx, territory)
}
