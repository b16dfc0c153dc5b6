package catalogue

import (
	"context"

	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/measures/equip/assets"
)

// pricedOn is the day of the prices of the starting catalogue.
const pricedOn = "2026-09-01"

func ptr(n int64) *int64 { return &n }

// starterModels are things of invented makers, in the order of magnitude of what a programme pays.
func starterModels() []Model {
	thing := func(kind, maker, name, reference string, euros, warranty, life int64) Model {
		return Model{Kind: kind, Maker: maker, Name: name, Reference: reference, Tracked: true, PriceCents: ptr(euros * 100), PricedOn: pricedOn,
			WarrantyMonths: ptr(warranty), LifeMonths: life}
	}
	list := []Model{
		thing("display", "Halle", "Écran tactile 75 pouces", "HAL-75T", 2690, 60, 96),
		thing("other", "Halle", "Support mobile réglable", "HAL-SM2", 420, 60, 120),
		thing("laptop", "Alizé", "Portable 14 pouces", "ALZ-14P", 0, 36, 60),
		thing("laptop", "Alizé", "Portable 14 pouces renforcé", "ALZ-14R", 890, 36, 60),
		thing("laptop", "Second Souffle", "Portable reconditionné 14 pouces", "SSF-14", 240, 24, 36),
		thing("tablet", "Brume", "Tablette 10 pouces", "BRU-10", 289, 24, 48),
		thing("camera", "Lucarne", "Caméra de classe grand angle", "LUC-GA1", 119, 24, 60),
		thing("microphone", "Lucarne", "Micro de table omnidirectionnel", "LUC-MT2", 79, 24, 60),
		thing("speaker", "Lucarne", "Enceinte de bureau", "LUC-EB1", 64, 24, 60),
		thing("robot", "Petit Pas", "Robot de sol programmable", "PTP-RS3", 89, 24, 60),
		thing("hotspot", "Brume", "Borne mobile 4G", "BRU-4G", 69, 24, 48),
		thing("charger", "Brume", "Chargeur USB-C 20 W", "BRU-C20", 19, 24, 48),
		thing("charger", "Petit Pas", "Socle de charge pour six robots", "PTP-SC6", 59, 24, 60),
		thing("case", "Brume", "Housse renforcée 10 pouces", "BRU-H10", 24, 12, 48),
		thing("case", "Alizé", "Sacoche 14 pouces", "ALZ-S14", 29, 12, 60),
		thing("other", "Petit Pas", "Jeu de tapis et de cartes", "PTP-TC1", 45, 0, 60),
		thing("other", "Halle", "Câbles et fixations", "HAL-CF1", 75, 0, 96),
	}
	byReference := map[string]*Model{}
	for i := range list {
		byReference[list[i].Reference] = &list[i]
	}
	for _, reference := range []string{"BRU-C20", "PTP-SC6", "BRU-H10", "ALZ-S14", "PTP-TC1", "HAL-CF1", "HAL-SM2"} {
		byReference[reference].Tracked = false
	}
	byReference["ALZ-14P"].PriceCents = ptr(64900)
	byReference["HAL-75T"].Serves, byReference["HAL-75T"].Energy, byReference["HAL-75T"].Repairability = assets.ServesDisplay, "G", ptr(74)
	byReference["SSF-14"].Serves, byReference["SSF-14"].Repairability = assets.ServesClass, ptr(68)
	byReference["ALZ-14R"].Repairability, byReference["ALZ-14P"].Repairability = ptr(81), ptr(77)
	byReference["BRU-10"].Lendable, byReference["BRU-10"].Repairability = true, ptr(69)
	byReference["BRU-4G"].Lendable = true
	return list
}

// starterKit is a kit of the starting catalogue; its parts are named by reference.
type starterKit struct {
	name, serves string
	lendable     bool
	parts        []PartInput
}

var starterKits = []starterKit{
	{"Mur pédagogique", assets.ServesDisplay, false, []PartInput{{"HAL-75T", 1}, {"HAL-SM2", 1}, {"HAL-CF1", 1}}},
	{"Kit d'enseignement hybride", assets.ServesKit, false, []PartInput{{"LUC-GA1", 1}, {"LUC-MT2", 1}, {"LUC-EB1", 1}}},
	{"Kit d'enseignement hybride avec ordinateur", assets.ServesKit, false, []PartInput{{"ALZ-14P", 1}, {"LUC-GA1", 1}, {"LUC-MT2", 1}, {"ALZ-S14", 1}}},
	{"Kit robotique", assets.ServesClass, false, []PartInput{{"PTP-RS3", 6}, {"PTP-SC6", 1}, {"PTP-TC1", 1}}},
	{"Tablette avec chargeur et housse", "", true, []PartInput{{"BRU-10", 1}, {"BRU-C20", 1}, {"BRU-H10", 1}}},
	{"Équipement d'un nouveau professeur", assets.ServesLaptop, false, []PartInput{{"ALZ-14R", 1}, {"LUC-GA1", 1}, {"LUC-MT2", 1}, {"ALZ-S14", 1}}},
}

// AddStarter fills an empty catalogue with things of invented makers: for the demonstration, and to begin with. It
// returns a Conflict when there is a model or a kit already.
func (s *Service) AddStarter(ctx context.Context) error {
	if _, err := authz.Scopes(ctx, EditCatalogue); err != nil {
		return err
	}
	return s.db.Update(ctx, func(ctx context.Context, tx *db.Tx) error {
		there, err := db.One(ctx, tx, db.Value[int64], "SELECT (SELECT COUNT(*) FROM equip_model) + (SELECT COUNT(*) FROM equip_kit)")
		if err != nil {
			return err
		}
		if there > 0 {
			return errs.NewConflict("catalogue.error.not_empty")
		}
		ids := map[string]string{}
		for _, m := range starterModels() {
			if err := insertModel(ctx, tx, &m); err != nil {
				return err
			}
			ids[m.Reference] = m.ID
			if err := s.record(ctx, tx, FactModelAdded, m.ID, Told{Name: m.Title()}); err != nil {
				return err
			}
		}
		for _, kit := range starterKits {
			in := KitInput{Name: kit.name, Serves: kit.serves, Lendable: kit.lendable}
			for _, part := range kit.parts {
				in.Parts = append(in.Parts, PartInput{ids[part.Model], part.Quantity})
			}
			k, err := insertKit(ctx, tx, &in)
			if err != nil {
				return err
			}
			if err := s.record(ctx, tx, FactKitAdded, k.ID, Told{Name: k.Name, Version: 1}); err != nil {
				return err
			}
		}
		return nil
	})
}
