package app_test

import (
	"context"
	"testing"

	"preau/internal/app/demo"
	"preau/internal/base/db"
	"preau/internal/measures/equip/assets"
)

// assets adds an asset of the school that was retired with its certificate, a deed that both have signed, and a label.
func (e examples) assets(ctx context.Context, t *testing.T, h *house) {
	t.Helper()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	list := []*assets.Asset{
		{Kind: "tablet", Name: "Tablette", Owner: "Région", Funder: "État", Custodian: "École", School: e["{uai}"], State: assets.Delivered},
		{Kind: "tablet", Name: "Tablette", Owner: "Région", Funder: "État", Custodian: "École", School: e["{uai}"], State: assets.Delivered}}
	must(h.DB.Update(ctx, func(ctx context.Context, tx *db.Tx) error { return assets.Add(ctx, tx, demo.Territory, list) }))
	must(h.Equip.Assets.Retire(ctx, list[0].ID, 0, assets.RetirementInput{Reason: "worn", Wipe: "none_held", WEEE: "Recyclerie", WEEENote: "1"}))
	deed, err := h.Equip.Assets.PrepareDeed(ctx, assets.DeedInput{Territory: demo.Territory, To: "Commune", ToKind: "commune", Deliberation: "1", DeliberatedOn: "2026-01-01", Codes: []string{list[1].Code}})
	must(err)
	signature := drawnSignature(t)
	for range 2 {
		must(h.Equip.Assets.Sign(ctx, deed.ID, 0, assets.Signing{How: assets.OnScreen, As: "M. Essai", Picture: signature.Data}))
	}
	e["{asset}"], e["{deed}"], e["{tag}"] = list[0].ID, deed.ID, list[1].Code
}
