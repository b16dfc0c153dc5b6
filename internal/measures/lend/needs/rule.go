// Package needs says which pupils of a school are lent a device: nominated from the class list by criteria that are
// ticked and counted, ranked by a published rule, granted within the school's quota, with an appeal. Why a pupil
// is nominated is written nowhere else, and no document or export holds a criterion beside a name.
package needs

import (
	"bytes"
	_ "embed"
	"fmt"
	"slices"

	"github.com/goccy/go-yaml"

	"preau/internal/territory/programme"
)

// Answer is what is known of a criterion for a pupil.
type Answer string

// The answers.
const (
	Yes     Answer = "yes"
	No      Answer = "no"
	Unknown Answer = "unknown"
)

// Share says how much of its points a criterion gives when nobody could answer it.
type Share string

// The shares.
const (
	ShareNone Share = "none"
	ShareHalf Share = "half" // rounded towards zero
	ShareFull Share = "full"
)

// Criterion is one question about a pupil.
type Criterion struct {
	ID      string         `yaml:"id" json:"id"`
	Points  int            `yaml:"points" json:"points"`
	Unknown Share          `yaml:"unknown" json:"unknown"`
	Name    programme.Text `yaml:"name" json:"name"`
	Text    programme.Text `yaml:"text" json:"text"`
}

// Rule is the published rule by which pupils are ranked.
type Rule struct {
	ID       string         `yaml:"id" json:"id"`
	Name     programme.Text `yaml:"name" json:"name"`
	Source   programme.Text `yaml:"source" json:"source"`
	Ties     programme.Text `yaml:"ties" json:"ties"`
	Criteria []Criterion    `yaml:"criteria" json:"criteria"`
}

//go:embed rule.yaml
var defaultRule []byte

// DefaultRule returns the rule for territories whose programme has none of its own.
func DefaultRule() (*Rule, error) { return ParseRule(defaultRule) }

// ParseRule reads a rule; its error names what is wrong: an identifier that is missing or twice, a criterion
// without points, a share that is not one of none, half and full.
func ParseRule(text []byte) (*Rule, error) {
	var r Rule
	if err := yaml.NewDecoder(bytes.NewReader(text), yaml.DisallowUnknownField()).Decode(&r); err != nil {
		return nil, fmt.Errorf("needs: %w", err)
	}
	if r.ID == "" || len(r.Criteria) == 0 {
		return nil, fmt.Errorf("needs: a rule has an id and criteria")
	}
	for i, c := range r.Criteria {
		switch {
		case c.ID == "" || slices.ContainsFunc(r.Criteria[:i], func(o Criterion) bool { return o.ID == c.ID }):
			return nil, fmt.Errorf("needs: criterion %d has no identifier of its own", i+1)
		case c.Points == 0:
			return nil, fmt.Errorf("needs: criterion %s has no points", c.ID)
		case c.Unknown != ShareNone && c.Unknown != ShareHalf && c.Unknown != ShareFull:
			return nil, fmt.Errorf("needs: criterion %s: unknown is none, half or full", c.ID)
		}
	}
	return &r, nil
}

// Given is what one criterion gives to a pupil.
type Given struct {
	Criterion *Criterion
	Answer    Answer
	Points    int
}

// Give returns what each criterion gives for the answers, in the rule's order. A criterion without an answer is unknown.
func (r *Rule) Give(answers map[string]Answer) []Given {
	list := make([]Given, len(r.Criteria))
	for i := range r.Criteria {
		c := &r.Criteria[i]
		list[i] = Given{Criterion: c, Answer: Unknown}
		if a, ok := answers[c.ID]; ok {
			list[i].Answer = a
		}
		list[i].Points = c.points(list[i].Answer)
	}
	return list
}

func (c *Criterion) points(a Answer) int {
	switch {
	case a == Yes || (a == Unknown && c.Unknown == ShareFull):
		return c.Points
	case a == Unknown && c.Unknown == ShareHalf:
		return c.Points / 2
	}
	return 0
}

// Total adds what was given.
func Total(given []Given) int {
	sum := 0
	for _, g := range given {
		sum += g.Points
	}
	return sum
}

// Most returns the most points that the rule gives.
func (r *Rule) Most() int {
	sum := 0
	for _, c := range r.Criteria {
		sum += max(0, c.Points)
	}
	return sum
}
