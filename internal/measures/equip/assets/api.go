package assets

import (
	"context"
	"errors"

	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/base/web"
)

// API adds the operations.
func (m *Module) API(api *web.API) {
	web.Operation(api, web.Spec{ID: "list-assets", Method: "GET", Path: "/api/v1/assets", Tag: "Assets", Permission: ReadAssets,
		Summary: "Lists assets, and counts them by state"}, m.apiList)
	web.Operation(api, web.Spec{ID: "get-asset", Method: "GET", Path: "/api/v1/assets/{asset}", Tag: "Assets", Permission: ReadAssets,
		Summary: "Returns one asset with its parts and its history"}, m.apiOne)
	web.Operation(api, web.Spec{ID: "tell-assets", Method: "POST", Path: "/api/v1/assets/states", Tag: "Assets", Permission: InstallAssets,
		Summary: "Says of up to 500 assets that they are installed, usable, in trouble or fine, or what their serial numbers are", MaxBody: 1 << 20}, m.apiTell)
}

// Item is an asset as a program reads it. Instants are in ms UTC, 0 not yet; money in cents.
type Item struct {
	Territory  string  `json:"territory"`
	ID         string  `json:"id"`
	Code       string  `json:"code"`
	Serial     string  `json:"serial,omitempty"`
	Parent     string  `json:"parent,omitempty"`
	Model      string  `json:"model,omitempty"`
	Kit        string  `json:"kit,omitempty"`
	KitVersion int64   `json:"kit_version,omitempty"`
	Kind       string  `json:"kind"`
	Name       string  `json:"name"`
	Serves     string  `json:"serves,omitempty"`
	Lendable   bool    `json:"lendable"`
	Lent       bool    `json:"lent"`
	Measure    string  `json:"measure,omitempty"`
	Order      string  `json:"order,omitempty"`
	Delivery   string  `json:"delivery,omitempty"`
	Owner      string  `json:"owner"`
	Funder     string  `json:"funder"`
	Custodian  string  `json:"custodian"`
	School     string  `json:"school"`
	Class      string  `json:"class,omitempty"`
	Room       string  `json:"room,omitempty"`
	State      State   `json:"state"`
	Trouble    Trouble `json:"trouble,omitempty"`
	Locked     bool    `json:"locked"`
	AwardedAt  int64   `json:"awarded_at"`
	OrderedAt  int64   `json:"ordered_at"`
	Delivered  int64   `json:"delivered_at"`
	Installed  int64   `json:"installed_at"`
	UsableAt   int64   `json:"usable_at"`
	RetiredAt  int64   `json:"retired_at"`
	CostCents  *int64  `json:"cost_cents,omitempty"`
	BoughtOn   string  `json:"bought_on,omitempty"`
	SeenAt     int64   `json:"seen_at"`
	Version    int64   `json:"version"`
}

func itemOf(a *Asset) Item {
	return Item{Territory: a.Territory, ID: a.ID, Code: a.Code, Serial: a.Serial, Parent: a.Parent, Model: a.Model, Kit: a.Kit, KitVersion: a.KitVersion, Kind: a.Kind, Name: a.Name,
		Serves: a.Serves, Lendable: a.Lendable, Lent: a.Holder != "", Measure: a.Measure, Order: a.Order, Delivery: a.Delivery, Owner: a.Owner, Funder: a.Funder, Custodian: a.Custodian,
		School: a.School, Class: a.Class, Room: a.Room, State: a.State, Trouble: a.Trouble, Locked: a.Locked, AwardedAt: a.AwardedAt, OrderedAt: a.OrderedAt, Delivered: a.DeliveredAt,
		Installed: a.InstalledAt, UsableAt: a.UsableAt, RetiredAt: a.RetiredAt, CostCents: a.CostCents, BoughtOn: a.BoughtOn, SeenAt: a.SeenAt, Version: a.Version}
}

// ListInput chooses assets.
type ListInput struct {
	Territory string `query:"territory"`
	Search    string `query:"q" doc:"Words of the code, the serial number or the name; a whole code or serial number finds that asset"`
	School    string `query:"school" doc:"UAI, words of the school's name, or none for the territory's own stock"`
	Class     string `query:"class"`
	State     string `query:"state" doc:"awarded, ordered, delivered, installed, usable, retired or any; all but the retired ones unless told"`
	Trouble   string `query:"trouble" doc:"broken, repair, lost, stolen, missing, wrong, any or none"`
	Kind      string `query:"kind"`
	Measure   string `query:"measure"`
	Owner     string `query:"owner"`
	Funder    string `query:"funder"`
	Custodian string `query:"custodian"`
	Order     string `query:"order_id"`
	Model     string `query:"model"`
	Lent      string `query:"lent" doc:"any: lent, none: not lent"`
	Serial    string `query:"serial" doc:"none: without a serial number"`
	Unseen    string `query:"unseen" doc:"A day: not seen since"`
	Parts     bool   `query:"parts" doc:"The parts of kits too"`
	Sort      string `query:"sort" doc:"name, code, school or usable"`
	Down      bool   `query:"down"`
	Page      int    `query:"page" minimum:"0"`
	Size      int    `query:"size" minimum:"0" doc:"50 unless told, 500 at the most"`
}

func (in *ListInput) filter() Filter {
	return Filter{Territory: in.Territory, Search: in.Search, School: in.School, Class: in.Class, State: in.State, Trouble: in.Trouble, Kind: in.Kind, Measure: in.Measure,
		Owner: in.Owner, Funder: in.Funder, Custodian: in.Custodian, Order: in.Order, Model: in.Model, Lent: in.Lent, Serial: in.Serial, Unseen: in.Unseen, Parts: in.Parts,
		Sort: Sort(in.Sort), Down: in.Down, Page: in.Page, Size: in.Size}
}

// List is the answer of list-assets.
type List struct {
	Total  int           `json:"total"`
	States map[State]int `json:"states"`
	Page   int           `json:"page"`
	Assets []Item        `json:"assets"`
}

func (m *Module) apiList(ctx context.Context, in *ListInput) (*struct{ Body List }, error) {
	page, err := m.Service.Assets(ctx, in.filter())
	if err != nil {
		return nil, err
	}
	list := List{Total: page.Total, States: page.States, Page: page.Page, Assets: make([]Item, len(page.Rows))}
	for i := range page.Rows {
		list.Assets[i] = itemOf(&page.Rows[i].Asset)
	}
	return &struct{ Body List }{list}, nil
}

// One is the answer of get-asset.
type One struct {
	Item
	ValueCents *int64  `json:"value_cents,omitempty" doc:"Today, by straight-line depreciation"`
	Parts      []Item  `json:"parts"`
	History    []Story `json:"history" doc:"The newest first"`
}

// Story is one event of an asset's history.
type Story struct {
	At   int64  `json:"at"`
	Kind string `json:"kind"`
	Change
}

func (m *Module) apiOne(ctx context.Context, in *struct {
	ID string `path:"asset" doc:"Its identifier, or the code on its label"`
}) (*struct{ Body One }, error) {
	d, err := m.Service.Details(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	one := One{Item: itemOf(&d.Asset), ValueCents: d.ValueCents, Parts: []Item{}, History: []Story{}}
	for i := range d.Parts {
		one.Parts = append(one.Parts, itemOf(&d.Parts[i]))
	}
	for _, e := range d.Events {
		one.History = append(one.History, Story{e.At, e.Kind, e.Change})
	}
	return &struct{ Body One }{one}, nil
}

// TellInput is what a batch says of one asset.
type TellInput struct {
	Code    string `json:"code" doc:"On the label, or the serial number"`
	Serial  string `json:"serial,omitempty"`
	State   string `json:"state,omitempty" doc:"installed or usable"`
	Trouble string `json:"trouble,omitempty" doc:"broken, repair or fine; a loss or a theft is told of one asset at a time"`
}

// TellResult is what came of it.
type TellResult struct {
	Code    string `json:"code"`
	Asset   string `json:"asset,omitempty"`
	State   State  `json:"state,omitempty"`
	Changed bool   `json:"changed"`
	Error   string `json:"error,omitempty" doc:"Why nothing changed, in the caller's language"`
	Key     string `json:"key,omitempty" doc:"The same, for programs"`
}

// TellResults is the answer of tell-assets.
type TellResults struct {
	Changed int          `json:"changed"`
	Refused int          `json:"refused"`
	Results []TellResult `json:"results" doc:"In the order of the request"`
}

func (m *Module) apiTell(ctx context.Context, in *struct {
	Body struct {
		Territory string      `json:"territory,omitempty" doc:"Where the codes are looked for; all of the caller's unless told"`
		Assets    []TellInput `json:"assets"`
	}
}) (*struct{ Body TellResults }, error) {
	told := make([]Told, len(in.Body.Assets))
	for i, a := range in.Body.Assets {
		told[i] = Told{Code: a.Code, Serial: a.Serial, State: State(a.State), Trouble: Trouble(a.Trouble)}
	}
	done, err := m.Service.Tell(ctx, in.Body.Territory, told)
	if err != nil {
		return nil, err
	}
	out := TellResults{Results: make([]TellResult, len(done))}
	for i, d := range done {
		r := TellResult{Code: d.Code, Asset: d.Asset, State: d.State, Changed: d.Change}
		if e, refused := errors.AsType[*errs.Error](d.Err); refused {
			r.Error, r.Key = i18n.T(ctx, e.Key, e.Args...), e.Key
			out.Refused++
		} else if d.Change {
			out.Changed++
		}
		out.Results[i] = r
	}
	return &struct{ Body TellResults }{out}, nil
}
