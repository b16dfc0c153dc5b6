package stocktake

import (
	"context"

	"preau/internal/base/i18n"
)

type readIn struct {
	Stocktake string `path:"stocktake"`
	Body      struct {
		Tags []string `json:"tags" maxItems:"500" doc:"Labels, addresses of their QR codes or serial numbers, as they were read"`
	}
}

type readOut struct {
	Body struct {
		Scans []scanOut `json:"scans"`
		Tally Tally     `json:"tally"`
	}
}

type scanOut struct {
	Code    string  `json:"code"`
	Outcome Outcome `json:"outcome"`
	Name    string  `json:"name,omitempty"`
	Text    string  `json:"text" doc:"The outcome in the person's language"`
}

func (m *Module) apiRead(ctx context.Context, in *readIn) (*readOut, error) {
	scans, c, err := m.Service.Read(ctx, in.Stocktake, in.Body.Tags)
	if err != nil {
		return nil, err
	}
	out := &readOut{}
	out.Body.Tally, out.Body.Scans = c.Tally, make([]scanOut, len(scans))
	for i, s := range scans {
		out.Body.Scans[i] = scanOut{s.Code, s.Outcome, s.Name, scanText(i18n.From(ctx), s)}
	}
	return out, nil
}

type openIn struct {
	Body struct {
		School string `json:"school" doc:"UAI"`
		Room   string `json:"room,omitempty" doc:"A room; the whole school unless told"`
	}
}

type openOut struct {
	Body struct {
		ID string `json:"id"`
	}
}

func (m *Module) apiOpen(ctx context.Context, in *openIn) (*openOut, error) {
	out := &openOut{}
	var err error
	out.Body.ID, err = m.Service.Open(ctx, in.Body.School, in.Body.Room)
	return out, err
}
