package accounts

import (
	"context"
	"time"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
)

type scopeOut struct {
	Territory string `json:"territory,omitempty" doc:"Absent: the whole nation"`
	School    string `json:"school,omitempty"`
	Class     string `json:"class,omitempty"`
}

type meOut struct {
	Body struct {
		Account string     `json:"account"`
		Person  string     `json:"person,omitempty"`
		Name    string     `json:"name"`
		Role    string     `json:"role" doc:"The role that is acted in"`
		Roles   []string   `json:"roles"`
		Scopes  []scopeOut `json:"scopes" doc:"Where that role holds"`
		Limit   []string   `json:"limit,omitempty" doc:"The only permissions of the token that asks"`
	}
}

// getMe tells any token whose it is, whatever its limit.
func (m *Module) getMe(ctx context.Context, _ *struct{}) (*meOut, error) {
	p := authz.From(ctx)
	if err := authorised(ctx, Self); err != nil && p.Anonymous() {
		return nil, err
	}
	out := &meOut{}
	out.Body.Account, out.Body.Person, out.Body.Name, out.Body.Role = p.Account, p.Person, p.Name, string(p.Role)
	out.Body.Roles, out.Body.Scopes = []string{}, []scopeOut{}
	for _, r := range p.Roles {
		out.Body.Roles = append(out.Body.Roles, string(r))
	}
	for _, g := range p.Grants {
		out.Body.Scopes = append(out.Body.Scopes, scopeOut(g.Scope))
	}
	for _, l := range p.Limit {
		out.Body.Limit = append(out.Body.Limit, string(l))
	}
	return out, nil
}

type tokenOut struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Role      string   `json:"role"`
	Scopes    []string `json:"scopes"`
	CreatedAt string   `json:"created_at" format:"date-time"`
	ExpiresAt string   `json:"expires_at" format:"date-time"`
	UsedAt    string   `json:"used_at,omitempty" format:"date-time" doc:"Late by ten minutes at the most"`
}

type listTokensOut struct {
	Body struct {
		Tokens []tokenOut `json:"tokens"`
	}
}

func (m *Module) listTokens(ctx context.Context, _ *struct{}) (*listTokensOut, error) {
	list, err := m.service.Tokens(ctx)
	if err != nil {
		return nil, err
	}
	out := &listTokensOut{}
	out.Body.Tokens = []tokenOut{}
	for _, t := range list {
		token := tokenOut{ID: t.ID, Name: t.Name, Role: string(t.Role), Scopes: []string{}, CreatedAt: rfc3339(t.CreatedAt), ExpiresAt: rfc3339(t.ExpiresAt)}
		for _, s := range t.Scopes {
			token.Scopes = append(token.Scopes, string(s))
		}
		if t.UsedAt > 0 {
			token.UsedAt = rfc3339(t.UsedAt)
		}
		out.Body.Tokens = append(out.Body.Tokens, token)
	}
	return out, nil
}

func rfc3339(ms int64) string { return i18n.Millis(ms).Format(time.RFC3339) }

type deleteTokenIn struct {
	ID string `path:"id"`
}

func (m *Module) deleteToken(ctx context.Context, in *deleteTokenIn) (*struct{}, error) {
	if err := m.service.RevokeToken(ctx, in.ID); err != nil {
		return nil, err
	}
	return nil, nil
}
