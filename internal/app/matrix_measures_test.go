package app_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"testing"

	"preau/internal/app/demo"
	"preau/internal/measures/equip/catalogue"
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
}
