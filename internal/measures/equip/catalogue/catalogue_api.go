package catalogue

import "context"

// ModelList is the answer of list-models.
type ModelList struct {
	Total  int     `json:"total"`
	Models []Model `json:"models"`
}

func (m *Module) apiModels(ctx context.Context, in *struct {
	Search  string `query:"q" doc:"Words of the maker, the name or the reference"`
	Kind    string `query:"kind"`
	Retired bool   `query:"retired" doc:"Those that are no longer ordered"`
	Sort    string `query:"sort" enum:"name,kind,price,warranty,repairability" default:"name"`
	Down    bool   `query:"down"`
	Page    int    `query:"page" minimum:"1" default:"1"`
}) (*struct{ Body ModelList }, error) {
	list, total, err := m.Service.Models(ctx, ModelFilter{Search: in.Search, Kind: in.Kind, Retired: in.Retired, Sort: ModelSort(in.Sort), Down: in.Down, Page: in.Page})
	return &struct{ Body ModelList }{ModelList{total, list}}, err
}

// ModelInput is a model as a program names it.
type ModelInput struct {
	Kind           string `json:"kind"`
	Maker          string `json:"maker"`
	Name           string `json:"name"`
	Reference      string `json:"reference"`
	Tracked        bool   `json:"tracked"`
	Serves         string `json:"serves,omitempty"`
	Lendable       bool   `json:"lendable,omitempty"`
	WarrantyMonths *int64 `json:"warranty_months,omitempty"`
	LifeMonths     int64  `json:"life_months"`
	PriceCents     *int64 `json:"price_cents,omitempty"`
	PricedOn       string `json:"priced_on,omitempty"`
	Energy         string `json:"energy,omitempty"`
	Repairability  *int64 `json:"repairability,omitempty" doc:"In tenths, 0 to 100"`
	Version        int64  `json:"version,omitempty" doc:"Of the model that is changed, as it was read"`
}

func (in *ModelInput) model() Model {
	return Model{Kind: in.Kind, Maker: in.Maker, Name: in.Name, Reference: in.Reference, Tracked: in.Tracked, Serves: in.Serves, Lendable: in.Lendable,
		WarrantyMonths: in.WarrantyMonths, LifeMonths: in.LifeMonths, PriceCents: in.PriceCents, PricedOn: in.PricedOn, Energy: in.Energy,
		Repairability: in.Repairability, Version: in.Version}
}

// Made is the answer of operations that add something.
type Made struct {
	ID      string `json:"id"`
	Version int64  `json:"version,omitempty"`
}

func (m *Module) apiAddModel(ctx context.Context, in *struct{ Body ModelInput }) (*struct{ Body Made }, error) {
	id, err := m.Service.AddModel(ctx, in.Body.model())
	return &struct{ Body Made }{Made{ID: id, Version: 1}}, err
}

func (m *Module) apiChangeModel(ctx context.Context, in *struct {
	ID   string `path:"model"`
	Body ModelInput
}) (*struct{ Body Made }, error) {
	model := in.Body.model()
	model.ID = in.ID
	err := m.Service.ChangeModel(ctx, model)
	return &struct{ Body Made }{Made{ID: in.ID, Version: model.Version + 1}}, err
}

func (m *Module) apiKits(ctx context.Context, in *struct {
	Retired bool `query:"retired" doc:"Those that are no longer ordered"`
}) (*struct{ Body []KitLine }, error) {
	list, err := m.Service.Kits(ctx, in.Retired)
	return &struct{ Body []KitLine }{list}, err
}

func (m *Module) apiAddKit(ctx context.Context, in *struct{ Body KitInput }) (*struct{ Body Made }, error) {
	id, err := m.Service.AddKit(ctx, in.Body)
	return &struct{ Body Made }{Made{ID: id, Version: 1}}, err
}

func (m *Module) apiChangeKit(ctx context.Context, in *struct {
	ID   string `path:"kit"`
	Body struct {
		KitInput
		Version int64 `json:"version" doc:"The newest, as it was read"`
	}
}) (*struct{ Body Made }, error) {
	number, err := m.Service.ChangeKit(ctx, in.ID, in.Body.Version, in.Body.KitInput)
	return &struct{ Body Made }{Made{ID: in.ID, Version: number}}, err
}

func (m *Module) apiStarter(ctx context.Context, _ *struct{}) (*struct{}, error) {
	return nil, m.Service.AddStarter(ctx)
}
