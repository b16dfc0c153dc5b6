package app_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/png"
	"testing"

	"preau/internal/app/demo"
	"preau/internal/base/code"
	"preau/internal/base/db"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/equip/deliveries"
)

// deliver puts a round with one stop at a school and so many tablets for it, and returns the delivery and their codes.
func (h *house) deliver(ctx context.Context, t *testing.T, id, school string, n int) []string {
	t.Helper()
	list := make([]*assets.Asset, n)
	err := h.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if _, err := tx.Exec(ctx, "INSERT INTO equip_round (territory, id, name, state, created_at) VALUES (?, ?, 'Tournée', 'planned', 0)", demo.Territory, "round-"+id); err != nil {
			return err
		}
		number, err := assets.Numbers(ctx, tx, demo.Territory, "delivery", 1)
		if err != nil {
			return err
		}
		if _, err := tx.Exec(ctx, "INSERT INTO equip_delivery (territory, id, code, round, stop, school, state) VALUES (?, ?, ?, ?, 1, ?, 'planned')",
			demo.Territory, id, code.Make(code.Delivery, demo.Territory, uint64(number)), "round-"+id, school); err != nil {
			return err
		}
		for i := range list {
			list[i] = &assets.Asset{Kind: "tablet", Name: "Tablette", Delivery: id, School: school, State: assets.Ordered, OrderedAt: tx.Now()}
		}
		return assets.Add(ctx, tx, demo.Territory, list)
	})
	if err != nil {
		t.Fatal(err)
	}
	codes := make([]string, n)
	for i, a := range list {
		codes[i] = a.Code
	}
	return codes
}

// delivery adds a delivery that was signed, at the school of the examples.
func (e examples) delivery(ctx context.Context, t *testing.T, h *house) {
	t.Helper()
	h.deliver(ctx, t, "example", e["{uai}"], 0)
	canvas := image.NewNRGBA(image.Rect(0, 0, 200, 60))
	for x := range 200 {
		canvas.Set(x, 30, color.Black)
		canvas.Set(x, 31, color.Black)
	}
	var b bytes.Buffer
	if err := png.Encode(&b, canvas); err != nil {
		t.Fatal(err)
	}
	c, err := h.Equip.Deliveries.Sign(ctx, "example", deliveries.Signing{How: deliveries.OnScreen, Name: "Exemple", Function: "exemple", Picture: b.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	e["{note}"] = c.Code
	for _, path := range []string{"/rounds/{id}", "/api/v1/rounds/{id}"} {
		e[path] = c.Round
	}
	for _, path := range []string{"/deliveries/{id}", "/api/v1/deliveries/{id}"} {
		e[path] = c.ID
	}
}
