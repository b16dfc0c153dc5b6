package catalogue

import (
	"embed"

	"preau/internal/base/files"
	"preau/internal/base/web"
)

// Messages holds the words of the catalogue.
//
//go:embed messages.yaml
var Messages embed.FS

// Module is what the catalogue gives to the site.
type Module struct{ Service *Service }

// Routes returns the pages.
func (m *Module) Routes() []web.Route {
	return []web.Route{
		{Method: "GET", Pattern: "/catalogue", Permission: ReadCatalogue, Handle: m.list, Cached: true},
		{Method: "GET", Pattern: "/catalogue/models.csv", Permission: ReadCatalogue, Handle: m.csv},
		{Method: "POST", Pattern: "/catalogue/starter", Permission: EditCatalogue, Handle: m.starter},
		{Method: "GET", Pattern: "/catalogue/models/new", Permission: EditCatalogue, Handle: m.newModel},
		{Method: "POST", Pattern: "/catalogue/models", Permission: EditCatalogue, Handle: m.addModel},
		{Method: "GET", Pattern: "/catalogue/models/{model}", Permission: ReadCatalogue, Handle: m.model, Cached: true},
		{Method: "GET", Pattern: "/catalogue/models/{model}/photo", Permission: ReadCatalogue, Handle: m.photo},
		{Method: "GET", Pattern: "/catalogue/models/{model}/edit", Permission: EditCatalogue, Handle: m.editModel},
		{Method: "POST", Pattern: "/catalogue/models/{model}", Permission: EditCatalogue, Handle: m.changeModel},
		{Method: "POST", Pattern: "/catalogue/models/{model}/photo", Permission: EditCatalogue, Handle: m.setPhoto, MaxBody: files.MaxPicture + 1<<16},
		{Method: "POST", Pattern: "/catalogue/models/{model}/retire", Permission: EditCatalogue, Handle: m.retireModel},
		{Method: "GET", Pattern: "/catalogue/kits/new", Permission: EditCatalogue, Handle: m.newKit},
		{Method: "POST", Pattern: "/catalogue/kits", Permission: EditCatalogue, Handle: m.addKit},
		{Method: "GET", Pattern: "/catalogue/kits/{kit}", Permission: ReadCatalogue, Handle: m.kit, Cached: true},
		{Method: "GET", Pattern: "/catalogue/kits/{kit}/edit", Permission: EditCatalogue, Handle: m.editKit},
		{Method: "POST", Pattern: "/catalogue/kits/{kit}", Permission: EditCatalogue, Handle: m.changeKit},
		{Method: "POST", Pattern: "/catalogue/kits/{kit}/retire", Permission: EditCatalogue, Handle: m.retireKit},
	}
}

// API adds the operations.
func (m *Module) API(api *web.API) {
	web.Operation(api, web.Spec{ID: "list-models", Method: "GET", Path: "/api/v1/catalogue/models", Tag: "Catalogue", Permission: ReadCatalogue,
		Summary: "Lists the models that may be ordered"}, m.apiModels)
	web.Operation(api, web.Spec{ID: "add-model", Method: "POST", Path: "/api/v1/catalogue/models", Tag: "Catalogue", Permission: EditCatalogue,
		Summary: "Adds a model"}, m.apiAddModel)
	web.Operation(api, web.Spec{ID: "change-model", Method: "PUT", Path: "/api/v1/catalogue/models/{model}", Tag: "Catalogue", Permission: EditCatalogue,
		Summary: "Changes a model that was read in a version"}, m.apiChangeModel)
	web.Operation(api, web.Spec{ID: "list-kits", Method: "GET", Path: "/api/v1/catalogue/kits", Tag: "Catalogue", Permission: ReadCatalogue,
		Summary: "Lists the kits with the parts of their newest versions"}, m.apiKits)
	web.Operation(api, web.Spec{ID: "add-kit", Method: "POST", Path: "/api/v1/catalogue/kits", Tag: "Catalogue", Permission: EditCatalogue,
		Summary: "Adds a kit"}, m.apiAddKit)
	web.Operation(api, web.Spec{ID: "change-kit", Method: "PUT", Path: "/api/v1/catalogue/kits/{kit}", Tag: "Catalogue", Permission: EditCatalogue,
		Summary: "Makes a new version of a kit"}, m.apiChangeKit)
	web.Operation(api, web.Spec{ID: "start-catalogue", Method: "POST", Path: "/api/v1/catalogue/starter", Tag: "Catalogue", Permission: EditCatalogue,
		Summary: "Fills an empty catalogue with things of invented makers"}, m.apiStarter)
}
