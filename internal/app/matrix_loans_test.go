package app_test

import (
	"bytes"
	"context"
	"image"
	"image/png"
	"testing"

	"preau/internal/app/demo"
	"preau/internal/base/db"
	"preau/internal/measures/equip/assets"
	"preau/internal/measures/lend/crisis"
	"preau/internal/measures/lend/loans"
)

// loans hands a device over under the example's agreement, states a breakage of it and proposes a handover for a crisis.
func (e examples) loans(ctx context.Context, t *testing.T, h *house) {
	t.Helper()
	slip := ""
	device := &assets.Asset{Kind: "tablet", Name: "Tablette", Lendable: true, School: e["{uai}"], State: assets.Delivered, DeliveredAt: 1}
	if err := h.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		if err := assets.Add(ctx, tx, demo.Territory, []*assets.Asset{device}); err != nil {
			return err
		}
		var err error
		slip, err = db.One(ctx, tx, db.Value[string], "SELECT code FROM lend_agreement WHERE id = ?", e["/lend/agreements/{id}"])
		return err
	}); err != nil {
		t.Fatal(err)
	}
	var photo bytes.Buffer
	if err := png.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 40, 60))); err != nil {
		t.Fatal(err)
	}
	handed, err := h.Lend.Loans.Handover(ctx, loans.Pair{Slip: slip, Device: device.Code, Photo: photo.Bytes()})
	if err != nil {
		t.Fatal(err)
	}
	claim, err := h.Lend.Loans.State(ctx, loans.Statement{Loan: handed.Loan.ID, Kind: loans.Breakage, HappenedOn: handed.Loan.HandedDay(), Text: "tombé"})
	if err != nil {
		t.Fatal(err)
	}
	e["/lend/loans/{id}"], e["/lend/mine/{id}"], e["/lend/claims/{id}"], e["{which}"] = handed.Loan.ID, handed.Loan.ID, claim.ID, "out"
	if e["/lend/crises/{id}"], err = h.Lend.Crisis.Propose(ctx, crisis.Input{Territory: demo.Territory, Name: "Crue", ClosesOn: "2026-12-01", Schools: e["{uai}"] + " 3"}); err != nil {
		t.Fatal(err)
	}
}
