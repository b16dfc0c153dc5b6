package assets

import (
	"context"
	"encoding/json"
	"slices"
	"strings"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
)

// Event is something that happened to an asset, as the journal tells it.
type Event struct {
	At      int64 // ms UTC
	Kind    string
	Account string
	Role    string
	Who     string // the name of the account to those who may see it, else its role, "" the platform itself
	Change
}

// fieldPlace is the fourth answer to "whose is it?".
const fieldPlace = "place"

// mostEvents bounds how far the history of an asset is told.
const mostEvents = 200

// history returns what happened to a thing, the newest first. Its callers have asked for the permission to see it.
func (s *Service) history(ctx context.Context, territory, subject string) ([]Event, error) {
	entries, err := s.journal.List(authz.System(ctx), journal.Filter{Territory: territory, Subject: subject, Limit: mostEvents})
	if err != nil {
		return nil, err
	}
	events := make([]Event, 0, len(entries))
	names := map[string]string{}
	for _, e := range entries {
		event := Event{At: e.At, Kind: e.Kind, Account: e.Account, Role: e.Role}
		if err := json.Unmarshal(e.Data, &event.Change); err != nil {
			continue // of a kind that tells something else
		}
		if event.Field == fieldPlace {
			event.Before, event.After = s.placeText(ctx, event.Before), s.placeText(ctx, event.After)
		}
		name, known := names[e.Account]
		if !known && e.Account != "" && s.links.AccountName != nil {
			name = s.links.AccountName(ctx, e.Account)
			names[e.Account] = name
		}
		if name == "" && e.Account != "" {
			name = i18n.T(ctx, "authz.role."+e.Role)
		}
		event.Who = name
		events = append(events, event)
	}
	return events, nil
}

// Answer is one of the four answers to "whose is it?", with what it was before.
type Answer struct {
	Field string // owner, funder, custodian, place
	Now   string
	Since int64 // ms UTC, 0 from the beginning
	Who   string
	Then  []Event // the newest first
}

// answers returns owner, funder, custodian and place, in this order.
func answers(a *Asset, events []Event, place string) []Answer {
	list := []Answer{{Field: string(FieldOwner), Now: a.Owner}, {Field: string(FieldFunder), Now: a.Funder}, {Field: string(FieldCustodian), Now: a.Custodian},
		{Field: fieldPlace, Now: place}}
	for i := range list {
		answer := &list[i]
		answer.Then = slices.DeleteFunc(slices.Clone(events), func(e Event) bool { return e.Field != answer.Field })
		if len(answer.Then) > 0 {
			answer.Since, answer.Who = answer.Then[0].At, answer.Then[0].Who
		}
	}
	return list
}

// place is where an asset is, as the journal keeps it.
func (a *Asset) place() string { return a.School + "/" + a.Class + "/" + a.Room }

// placeText says a place that the journal keeps, by the names of the school and the class.
func (s *Service) placeText(ctx context.Context, kept string) string {
	parts := strings.SplitN(kept, "/", 3)
	if len(parts) < 3 {
		return kept
	}
	school, err := s.schoolName(ctx, parts[0])
	if err != nil || school == "" {
		school = i18n.T(ctx, "assets.place.stock")
		if parts[0] != "" {
			school = parts[0]
		}
	}
	words := []string{school}
	if class, err := s.className(ctx, parts[1]); err == nil && class != "" {
		words = append(words, class)
	}
	if parts[2] != "" {
		words = append(words, i18n.T(ctx, "assets.place.room", "room", parts[2]))
	}
	return strings.Join(words, ", ")
}
