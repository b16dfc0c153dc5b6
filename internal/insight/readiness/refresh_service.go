package readiness

import (
	"context"
	"slices"

	"preau/internal/base/authz"
	"preau/internal/base/db"
)

// What is computed once for all who ask for it: the sums of the schools, kept in a table, and the views over them, kept in memory.

// refreshTurn is the turn of who computes the sums; "" is that of the nation's view, a code that of a territory's.
const refreshTurn = "sums"

// turn waits until nobody else computes the same thing; the caller ends it.
func (s *Service) turn(ctx context.Context, what string) (end func(), err error) {
	s.mutex.Lock()
	turn := s.turns[what]
	if turn == nil {
		turn = make(chan struct{}, 1)
		s.turns[what] = turn
	}
	s.mutex.Unlock()
	select {
	case turn <- struct{}{}:
		return func() { <-turn }, nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// Refresh computes the sums of the schools that have changed in the directory since they were computed. The house calls it at the end
// of an import, so that no visitor waits for them. Each territory is a transaction of its own: an answer to the census waits for one at most.
// It asks for no permission: it tells nothing, and changes what is counted by nothing.
func (s *Service) Refresh(ctx context.Context) error {
	ctx = db.Everywhere(ctx)
	end, err := s.turn(ctx, refreshTurn)
	if err != nil {
		return err
	}
	defer end()
	stale, err := s.stale(ctx)
	for i, m := range stale {
		if i > 0 && stale[i-1].territory == m.territory {
			continue
		}
		if err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return freshen(ctx, tx, m.territory) }); err != nil {
			return err
		}
	}
	return err
}

// stale returns what waits to be computed again.
func (s *Service) stale(ctx context.Context) (list []staleMark, err error) {
	err = s.db.View(db.Everywhere(ctx), func(ctx context.Context, tx *db.Tx) error {
		list, err = staleMarks(ctx, tx, "")
		return err
	})
	return list, err
}

// fresh makes sure that the sums tell of the directory as it is. It costs nothing as long as the data are the same, and a school or two
// are computed at once. Where whole territories wait, as after an import, and the caller holds older figures, they are computed
// beside and fresh returns false: the caller shows what they have.
func (s *Service) fresh(ctx context.Context, older bool) (bool, error) {
	generation := s.db.Generation()
	s.mutex.Lock()
	known, failed := s.freshAt == generation && generation > 0, s.failed
	s.mutex.Unlock()
	if known {
		return true, nil
	}
	stale, err := s.stale(ctx)
	if err != nil {
		return false, err
	}
	if len(stale) > 0 {
		if older && !failed && slices.ContainsFunc(stale, func(m staleMark) bool { return m.school == "" }) {
			s.refreshBeside()
			return false, nil
		}
		if err := s.Refresh(ctx); err != nil {
			return false, err
		}
	}
	s.mutex.Lock()
	s.freshAt = generation // if the data changed meanwhile, the next reader looks again
	s.mutex.Unlock()
	return true, nil
}

// refreshBeside computes the sums while others go on reading the older figures. After a failure the next reader computes them in their
// own request, and is told of the error.
func (s *Service) refreshBeside() {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	if s.refreshing {
		return
	}
	s.refreshing = true
	go func() {
		ctx, cancel := context.WithTimeout(authz.System(context.Background()), db.Timeout)
		defer cancel()
		err := s.Refresh(ctx)
		s.mutex.Lock()
		defer s.mutex.Unlock()
		s.refreshing, s.failed = false, err != nil
	}()
}
