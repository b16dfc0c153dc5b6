package web

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"net/http"

	"preau/internal/base/i18n"
	"preau/internal/base/web/ui"
)

// The flash is the one message that follows a change: its key and arguments travel in a cookie that the next
// page reads and removes. The text comes from the catalogue, so a forged cookie says nothing of its own.
const flashCookie = "preau_flash"

type flash struct {
	Key  string `json:"k"`
	Args []any  `json:"a,omitempty"`
	Kind string `json:"t,omitempty"`
}

func (s *Server) setFlash(w http.ResponseWriter, d Redirect) {
	text, err := json.Marshal(flash{d.Flash, d.Args, d.Kind})
	if err != nil {
		return
	}
	s.setCookie(w, &http.Cookie{Name: flashCookie, Value: base64.RawURLEncoding.EncodeToString(text), MaxAge: 60})
}

func readFlash(ctx context.Context, value string) *ui.Flash {
	if value == "" {
		return nil
	}
	text, err := base64.RawURLEncoding.DecodeString(value)
	if err != nil {
		return nil
	}
	var f flash
	if json.Unmarshal(text, &f) != nil || f.Key == "" {
		return nil
	}
	if f.Kind == "" {
		f.Kind = ui.KindSuccess
	}
	for i, v := range f.Args {
		if n, ok := v.(float64); ok && n == float64(int64(n)) {
			f.Args[i] = int64(n)
		}
	}
	return &ui.Flash{Kind: f.Kind, Text: i18n.T(ctx, f.Key, f.Args...)}
}
