package intake

import (
	"math"

	"preau/internal/territory/directory"
)

// merge returns the school with what the file tells. An older file only fills what is unknown; a newer one
// also replaces, but never what it leaves out.
func merge(s, file directory.School, older bool) directory.School {
	text := func(known *string, given string) {
		if given != "" && (*known == "" || !older) {
			*known = given
		}
	}
	tri := func(known *directory.Tri, given directory.Tri) {
		if given != directory.Unknown && (*known == directory.Unknown || !older) {
			*known = given
		}
	}
	text(&s.Name, file.Name)
	text(&s.Address, file.Address)
	text(&s.Postcode, file.Postcode)
	text(&s.Commune, file.Commune)
	text(&s.CommuneName, file.CommuneName)
	text(&s.Circonscription, file.Circonscription)
	tri(&s.Maternelle, file.Maternelle)
	tri(&s.Elementaire, file.Elementaire)
	if file.Type != "" && !older {
		s.Type = file.Type
	}
	mergeSector(&s, file, older)
	if file.Latitude != nil && (s.Latitude == nil || !older && moved(s, file)) {
		s.Latitude, s.Longitude = file.Latitude, file.Longitude
	}
	return s
}

func mergeSector(s *directory.School, file directory.School, older bool) {
	if file.Sector != "" && file.Sector != directory.SectorUnknown && (s.Sector == directory.SectorUnknown || !older && s.Sector != file.Sector) {
		s.Sector, s.Contract = file.Sector, directory.ContractUnknown
		if s.Sector == directory.Public {
			s.Contract = directory.ContractNone
		}
	}
	if file.Contract != "" && file.Contract != directory.ContractUnknown && s.Sector == file.Sector &&
		(s.Contract == directory.ContractUnknown || !older) {
		s.Contract = file.Contract
	}
}

// moved tells whether two positions differ by more than about a metre: sources round them differently.
func moved(a, b directory.School) bool {
	const metre = 1e-5
	return a.Longitude == nil || math.Abs(*a.Latitude-*b.Latitude) > metre || math.Abs(*a.Longitude-*b.Longitude) > metre
}

// same tells whether two states of a school say the same.
func same(a, b *directory.School) bool {
	return a.Name == b.Name && a.Type == b.Type && a.Maternelle == b.Maternelle && a.Elementaire == b.Elementaire &&
		a.Sector == b.Sector && a.Contract == b.Contract && a.Address == b.Address && a.Postcode == b.Postcode &&
		a.Commune == b.Commune && a.CommuneName == b.CommuneName && a.Circonscription == b.Circonscription &&
		equal(a.Latitude, b.Latitude) && equal(a.Longitude, b.Longitude) && equal(a.IPS, b.IPS) && a.IPSYear == b.IPSYear &&
		equal(a.Pupils, b.Pupils) && a.PupilsYear == b.PupilsYear && a.Priority == b.Priority && a.QPV == b.QPV &&
		a.Rural == b.Rural && a.Status == b.Status
}

func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }
