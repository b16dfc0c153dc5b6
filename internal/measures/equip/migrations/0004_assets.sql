-- The list of assets by school.
CREATE INDEX equip_asset_place ON equip_asset (territory, parent, school, name, code);
