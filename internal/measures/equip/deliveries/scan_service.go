package deliveries

import (
	"context"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/measures/equip/assets"
)

// Answer tells what became of one scan.
type Answer struct {
	ID      string
	Outcome Outcome
	Asset   string // "" not an item of this delivery
	Says    Says
	Key     string // the message, with its arguments
	Args    []any
}

// batch takes the scans of one call in one transaction.
type batch struct {
	s       *Service
	tx      *db.Tx
	content *Content
	index   *index
	known   map[string]Scan
	unknown map[string]bool // tags that are surplus already
	account string
	changed bool
}

// Scan takes what was said of the items of a delivery, all in one transaction, and answers for each. A scan that came
// in before is answered as it was then and changes nothing. Invalid when there are more than MostScans.
func (s *Service) Scan(ctx context.Context, id string, scans []Scan) (*Content, []Answer, error) {
	if _, err := authz.Scopes(ctx, ReceiveDeliveries); err != nil {
		return nil, nil, err
	}
	if len(scans) > MostScans {
		return nil, nil, errs.NewInvalid("deliveries.scan.many", "most", MostScans)
	}
	for i := range scans {
		scans[i].clean()
	}
	var b *batch
	var answers []Answer
	run := s.db.Update
	if len(scans) == 0 {
		run = s.db.View // who only asks how things stand holds nobody up
	}
	err := run(ctx, func(ctx context.Context, tx *db.Tx) (err error) {
		b, answers, err = s.take(ctx, tx, id, scans)
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	return b.content, answers, nil
}

func (s *Service) take(ctx context.Context, tx *db.Tx, id string, scans []Scan) (*batch, []Answer, error) {
	d, err := deliveryOf(ctx, tx, id)
	if err != nil {
		return nil, nil, err
	}
	if err := authz.Check(ctx, ReceiveDeliveries, authz.School(d.Territory, d.School)); err != nil {
		return nil, nil, err
	}
	b, err := s.open(ctx, tx, d, scans)
	if err != nil {
		return nil, nil, err
	}
	answers := make([]Answer, len(scans))
	for i := range scans {
		if answers[i], err = b.one(ctx, &scans[i]); err != nil {
			return nil, nil, err
		}
	}
	return b, answers, b.close(ctx)
}

func (s *Service) open(ctx context.Context, tx *db.Tx, d Delivery, scans []Scan) (*batch, error) {
	c, err := contentOf(ctx, tx, d)
	if err != nil {
		return nil, err
	}
	b := &batch{s: s, tx: tx, content: c, index: indexOf(c), unknown: map[string]bool{}, account: authz.From(ctx).Account}
	for _, extra := range c.Surplus {
		b.unknown[tag(extra.Code)] = true
	}
	b.known, err = stored(ctx, tx, d.Territory, scans)
	return b, err
}

// close brings the states of the delivery and of its round up to what was said.
func (b *batch) close(ctx context.Context) error {
	if !b.changed {
		return nil
	}
	b.content.count()
	return b.s.follow(ctx, b.tx, b.content)
}

// one takes one scan. Only a failure of the database is an error.
func (b *batch) one(ctx context.Context, s *Scan) (Answer, error) {
	if key := s.fault(); key != "" {
		return Answer{ID: s.ID, Outcome: OutcomeRefused, Says: s.Says, Key: key}, nil
	}
	if before, ok := b.known[s.ID]; ok {
		return b.before(before), nil
	}
	now := b.tx.Now()
	s.Delivery, s.Account, s.StoredAt = b.content.ID, b.account, now
	if s.At <= 0 || s.At > now+24*time.Hour.Milliseconds() {
		s.At = now // a device whose clock is wrong
	}
	a, err := b.judge(ctx, s)
	if err != nil {
		return a, err
	}
	a.ID, a.Says, s.Outcome = s.ID, s.Says, a.Outcome
	b.known[s.ID] = *s
	b.keep(s)
	return a, insertScan(ctx, b.tx, b.content.Territory, s)
}

// before answers a scan that came in before.
func (b *batch) before(s Scan) Answer {
	switch {
	case s.Delivery != b.content.ID:
		return Answer{ID: s.ID, Outcome: OutcomeRefused, Says: s.Says, Key: "deliveries.scan.id"}
	case s.Outcome == OutcomeCounted:
		return Answer{ID: s.ID, Outcome: OutcomeAgain, Asset: s.Asset, Says: s.Says, Key: "deliveries.scan.sent"}
	}
	return Answer{ID: s.ID, Outcome: s.Outcome, Asset: s.Asset, Says: s.Says, Key: "deliveries.scan.sent"}
}

// keep puts a scan that was judged into the content, so that the next one of the call sees it.
func (b *batch) keep(s *Scan) {
	switch s.Outcome {
	case OutcomeSurplus:
		b.content.Surplus = append(b.content.Surplus, *s)
		b.unknown[tag(s.Code)] = true
		b.changed = true
	case OutcomeRefused:
		b.content.Refused = append(b.content.Refused, *s)
	case OutcomeConflict, OutcomeCounted:
		b.changed = true
	}
}

func (b *batch) judge(ctx context.Context, s *Scan) (Answer, error) {
	item, several := b.index.find(s.Code)
	switch {
	case several:
		return Answer{Outcome: OutcomeRefused, Key: "assets.serial.several", Args: []any{"serial", assets.CleanSerial(s.Code)}}, nil
	case item == nil:
		return b.stranger(ctx, s)
	}
	s.Asset = item.ID
	outcome := judge(item, s)
	if b.content.State == Signed && outcome != OutcomeAgain {
		return Answer{Outcome: OutcomeRefused, Asset: item.ID, Key: "deliveries.scan.signed"}, nil
	}
	args := []any{"name", item.Name, "code", item.Code}
	switch outcome {
	case OutcomeAgain:
		return Answer{Outcome: outcome, Asset: item.ID, Key: "deliveries.scan.again", Args: args}, nil
	case OutcomeConflict:
		s.Other = item.Scan
		item.Disputed = append(item.Disputed, *s)
		item.Disputed[len(item.Disputed)-1].Outcome = OutcomeConflict
		err := b.s.record(ctx, b.tx, &b.content.Delivery, FactDisputed, said{item.ID, s.Says})
		return Answer{Outcome: outcome, Asset: item.ID, Key: "deliveries.scan.conflict", Args: args}, err
	}
	if err := b.apply(ctx, item, s); err != nil {
		if e, ok := public(err); ok {
			return Answer{Outcome: OutcomeRefused, Asset: item.ID, Key: e.Key, Args: e.Args}, nil
		}
		return Answer{}, err
	}
	return Answer{Outcome: OutcomeCounted, Asset: item.ID, Key: "deliveries.scan.counted." + string(s.Says), Args: args}, nil
}

// stranger answers for a tag that is none of the delivery's items.
func (b *batch) stranger(ctx context.Context, s *Scan) (Answer, error) {
	refused := func(key string) (Answer, error) { return Answer{Outcome: OutcomeRefused, Key: key}, nil }
	kind, _, isCode := code.Parse(s.Code)
	if isCode && kind != code.Asset {
		return refused("deliveries.scan.not_item")
	}
	if b.content.State == Signed {
		return refused("deliveries.scan.signed")
	}
	a, err := assets.ByTag(ctx, b.tx, b.content.Territory, s.Code)
	switch {
	case errs.Is(err, errs.Conflict):
		return refused("deliveries.scan.unclear")
	case err != nil && !errs.Is(err, errs.NotFound):
		return Answer{}, err
	case err == nil && a.School != b.content.School && a.School != "":
		return refused("deliveries.scan.elsewhere") // whose it is, is not told
	case err == nil && a.Delivery == "" && a.State != assets.Awarded && a.State != assets.Ordered && a.School != "":
		return refused("deliveries.scan.owned")
	case s.Says == SaysMissing:
		return refused("deliveries.scan.unknown")
	case b.unknown[tag(s.Code)]:
		return Answer{Outcome: OutcomeAgain, Key: "deliveries.scan.surplus.again", Args: []any{"code", s.Code}}, nil
	}
	err = b.s.record(ctx, b.tx, &b.content.Delivery, FactSurplus, surplus{len(b.content.Surplus) + 1})
	key := "deliveries.scan.surplus"
	if a.ID != "" {
		key = "deliveries.scan.surplus.other"
	}
	return Answer{Outcome: OutcomeSurplus, Key: key, Args: []any{"code", s.Code}}, err
}

// public returns the error that a person is told of: what the input is to blame for.
func public(err error) (*errs.Error, bool) {
	e, ok := err.(*errs.Error)
	return e, ok && (e.Kind == errs.Conflict || e.Kind == errs.Invalid)
}

// apply changes the asset, and the parts that follow it, as the scan says.
func (b *batch) apply(ctx context.Context, item *Item, s *Scan) error {
	a, err := assets.ByID(ctx, b.tx, b.content.Territory, item.ID)
	if err != nil {
		return err
	}
	if a.State == assets.Retired {
		return errs.NewConflict("assets.state.retired", "code", a.Code)
	}
	if s.Serial != "" {
		if err := b.s.keeper.Name(ctx, b.tx, &a, s.Serial); err != nil {
			return err
		}
		item.Serial = a.Serial
		b.index.addSerial(item)
	}
	if err := b.s.put(ctx, b.tx, &a, s.Says, b.content.Code); err != nil {
		return err
	}
	item.State, item.Trouble = a.State, a.Trouble
	for _, part := range item.Parts {
		if part.Says != "" || s.Says == SaysDamaged {
			continue // somebody looked at the part itself, or must: a damaged kit is not damaged in each part
		}
		if s.Says == SaysReceived && part.Trouble == "" {
			continue // it came with its kit
		}
		p, err := assets.ByID(ctx, b.tx, b.content.Territory, part.ID)
		if err != nil {
			return err
		}
		if err := b.s.put(ctx, b.tx, &p, s.Says, b.content.Code); err != nil {
			return err
		}
		part.State, part.Trouble = p.State, p.Trouble
	}
	if item.Scan != "" {
		s.Other = item.Scan
		if err := settle(ctx, b.tx, b.content.Territory, item.Scan); err != nil {
			return err
		}
	}
	item.Says, item.Scan = s.Says, s.ID
	return nil
}

// put gives an asset the state and the trouble that a saying means. What is further on than delivered stays there.
func (s *Service) put(ctx context.Context, tx *db.Tx, a *assets.Asset, says Says, note string) error {
	came := says == SaysReceived || says == SaysDamaged
	if came && (a.State == assets.Awarded || a.State == assets.Ordered) {
		if err := s.keeper.Reach(ctx, tx, a, assets.Delivered); err != nil {
			return err
		}
	}
	return s.keeper.Trouble(ctx, tx, a, says.trouble(), note)
}

// follow brings the delivery's state, and its round's, up to what was said.
func (s *Service) follow(ctx context.Context, tx *db.Tx, c *Content) error {
	if c.RoundState == RoundPlanned || c.RoundState == RoundPacked {
		// Things are received: the van left, whether somebody said so or not.
		r := Round{Territory: c.Territory, ID: c.Round, State: c.RoundState}
		if err := s.moveRound(ctx, tx, &r, RoundUnderWay); err != nil {
			return err
		}
		c.RoundState = RoundUnderWay
	}
	state := c.stands()
	if state == c.State {
		return nil
	}
	first := c.ReceivedAt == 0 && state == Received
	if err := setState(ctx, tx, &c.Delivery, state); err != nil {
		return err
	}
	if first {
		c.ReceivedAt = tx.Now()
		if err := s.record(ctx, tx, &c.Delivery, FactReceived, c.Tally); err != nil {
			return err
		}
	}
	return s.finish(ctx, tx, c)
}

// finish ends the round when all its stops were received.
func (s *Service) finish(ctx context.Context, tx *db.Tx, c *Content) error {
	if c.State != Received && c.State != Signed || c.RoundState == RoundDone {
		return nil
	}
	open, err := db.One(ctx, tx, db.Value[int], "SELECT COUNT(*) FROM equip_delivery WHERE territory = ? AND round = ? AND state NOT IN ('received', 'signed')", c.Territory, c.Round)
	if err != nil || open > 0 {
		return err
	}
	c.RoundState = RoundDone
	r := Round{Territory: c.Territory, ID: c.Round, State: RoundUnderWay}
	return s.moveRound(ctx, tx, &r, RoundDone)
}

// Settle decides what holds of an item of which different things were said. NotFound when nothing is open about it.
func (s *Service) Settle(ctx context.Context, id, asset string, says Says) (*Content, error) {
	if _, err := authz.Scopes(ctx, ReceiveDeliveries); err != nil {
		return nil, err
	}
	if !says.known() {
		return nil, errs.NewInvalid("deliveries.scan.says")
	}
	var c *Content
	err := s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		b, _, err := s.take(ctx, tx, id, nil)
		if err != nil {
			return err
		}
		c = b.content
		var item *Item
		c.all(func(i *Item) {
			if i.ID == asset && len(i.Disputed) > 0 {
				item = i
			}
		})
		if item == nil {
			return errs.NewNotFound("deliveries.conflict.not_found")
		}
		if c.State == Signed {
			return errs.NewConflict("deliveries.scan.signed")
		}
		return b.decide(ctx, item, says)
	})
	return c, err
}

// decide makes a statement of the person's own of what holds, and closes what was open.
func (b *batch) decide(ctx context.Context, item *Item, says Says) error {
	now := b.tx.Now()
	s := Scan{ID: b.tx.NewID(), Delivery: b.content.ID, Code: item.Code, Asset: item.ID, Says: says, Outcome: OutcomeCounted, At: now, StoredAt: now, Account: b.account}
	for _, d := range item.Disputed {
		if d.Says == says && d.Serial != "" {
			s.Serial = d.Serial // the serial number comes with the statement that holds
		}
	}
	if err := b.apply(ctx, item, &s); err != nil {
		return err
	}
	if err := settleAsset(ctx, b.tx, b.content.Territory, b.content.ID, item.ID); err != nil {
		return err
	}
	item.Disputed = nil
	if err := insertScan(ctx, b.tx, b.content.Territory, &s); err != nil {
		return err
	}
	if err := b.s.record(ctx, b.tx, &b.content.Delivery, FactSettled, said{item.ID, says}); err != nil {
		return err
	}
	b.changed = true
	return b.close(ctx)
}
