package app_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"testing"

	"preau/internal/app/demo"
	"preau/internal/base/db"
	"preau/internal/base/files"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/equip/catalogue"
	"preau/internal/measures/equip/incidents"
	"preau/internal/measures/equip/stocktake"
)

// measures adds the examples of the rooms of the measures.
func (e examples) measures(ctx context.Context, t *testing.T, h *house) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	e["{key}"], e["/agents/{territory}/{id}"] = "none", "none"
	must(h.Equip.Catalogue.AddStarter(ctx))
	models, _, err := h.Equip.Catalogue.Models(ctx, catalogue.ModelFilter{})
	must(err)
	kits, err := h.Equip.Catalogue.Kits(ctx, false)
	must(err)
	e.delivery(ctx, t, h)
	made, err := h.Equip.Orders.FromPlan(ctx, demo.Territory, nil)
	must(err)
	e["{order}"], e["{invoice}"] = made.Orders[0], "none"
	e["{model}"], e["{kit}"] = models[0].ID, kits[0].ID
	var photo bytes.Buffer
	must(png.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 8, 8))))
	must(h.Equip.Catalogue.SetPhoto(ctx, e["{model}"], &photo))
	if e["/entitlements/{id}"], err = h.Equip.Entitlements.DeclareNew(ctx, e["{uai}"], e["{person}"]); err != nil {
		t.Fatal(err)
	}
	e["{stocktake}"], err = h.Equip.Stocktake.Open(ctx, e["{uai}"], "")
	must(err)
	signature := drawnSignature(t)
	must(h.Equip.Stocktake.Close(ctx, e["{stocktake}"], stocktake.Signing{Function: "Direction", Picture: &signature}))
	pack := &assets.Asset{Kind: "laptop", Name: "Ordinateur", Owner: "o", Funder: "f", Custodian: "c", School: e["{uai}"], State: assets.Usable}
	must(h.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return assets.Add(ctx, tx, demo.Territory, []*assets.Asset{pack})
	}))
	must(h.Equip.Entitlements.Give(ctx, e["/entitlements/{id}"], pack.Code, signature))
	e["{incident}"], e["{incident asset}"] = e.incident(ctx, t, h)
	e.assets(ctx, t, h)
}

// incident returns one that was reported of an asset of the school, with its photo, and the asset.
func (e examples) incident(ctx context.Context, t *testing.T, h *house) (incident, asset string) {
	t.Helper()
	a := &assets.Asset{Kind: "tablet", Name: "Ardoise", Owner: "o", Funder: "f", Custodian: "c", School: e["{uai}"], State: assets.Usable}
	if err := h.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		return assets.Add(ctx, tx, demo.Territory, []*assets.Asset{a})
	}); err != nil {
		t.Fatal(err)
	}
	told, err := h.Equip.Incidents.Tell(ctx, demo.Territory, a.ID, incidents.Power)
	if err != nil {
		t.Fatal(err)
	}
	var drawn bytes.Buffer
	if err := png.Encode(&drawn, image.NewRGBA(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	photo, err := files.Photo(&drawn)
	if err == nil {
		err = h.Equip.Incidents.Describe(ctx, told.ID, "", &photo)
	}
	if err != nil {
		t.Fatal(err)
	}
	return told.ID, a.ID
}

// drawnSignature is a signature as it is kept.
func drawnSignature(t *testing.T) files.Picture {
	t.Helper()
	drawn := image.NewRGBA(image.Rect(0, 0, 300, 100))
	for x := 20; x < 200; x++ {
		drawn.Set(x, 50+x%9, color.Black)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, drawn); err != nil {
		t.Fatal(err)
	}
	p, err := files.Signature(&b)
	if err != nil {
		t.Fatal(err)
	}
	return p
}
