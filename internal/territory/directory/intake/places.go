package intake

import (
	"context"

	"preau/internal/base/db"
	"preau/internal/territory/directory"
)

// territoryNames names the départements and the collectivités that the sources number like them
// (code officiel géographique, Insee).
var territoryNames = map[string]string{
	"01": "Ain", "02": "Aisne", "03": "Allier", "04": "Alpes-de-Haute-Provence", "05": "Hautes-Alpes", "06": "Alpes-Maritimes",
	"07": "Ardèche", "08": "Ardennes", "09": "Ariège", "10": "Aube", "11": "Aude", "12": "Aveyron", "13": "Bouches-du-Rhône",
	"14": "Calvados", "15": "Cantal", "16": "Charente", "17": "Charente-Maritime", "18": "Cher", "19": "Corrèze", "21": "Côte-d'Or",
	"22": "Côtes-d'Armor", "23": "Creuse", "24": "Dordogne", "25": "Doubs", "26": "Drôme", "27": "Eure", "28": "Eure-et-Loir",
	"29": "Finistère", "2A": "Corse-du-Sud", "2B": "Haute-Corse", "30": "Gard", "31": "Haute-Garonne", "32": "Gers", "33": "Gironde",
	"34": "Hérault", "35": "Ille-et-Vilaine", "36": "Indre", "37": "Indre-et-Loire", "38": "Isère", "39": "Jura", "40": "Landes",
	"41": "Loir-et-Cher", "42": "Loire", "43": "Haute-Loire", "44": "Loire-Atlantique", "45": "Loiret", "46": "Lot",
	"47": "Lot-et-Garonne", "48": "Lozère", "49": "Maine-et-Loire", "50": "Manche", "51": "Marne", "52": "Haute-Marne", "53": "Mayenne",
	"54": "Meurthe-et-Moselle", "55": "Meuse", "56": "Morbihan", "57": "Moselle", "58": "Nièvre", "59": "Nord", "60": "Oise",
	"61": "Orne", "62": "Pas-de-Calais", "63": "Puy-de-Dôme", "64": "Pyrénées-Atlantiques", "65": "Hautes-Pyrénées",
	"66": "Pyrénées-Orientales", "67": "Bas-Rhin", "68": "Haut-Rhin", "69": "Rhône", "70": "Haute-Saône", "71": "Saône-et-Loire",
	"72": "Sarthe", "73": "Savoie", "74": "Haute-Savoie", "75": "Paris", "76": "Seine-Maritime", "77": "Seine-et-Marne",
	"78": "Yvelines", "79": "Deux-Sèvres", "80": "Somme", "81": "Tarn", "82": "Tarn-et-Garonne", "83": "Var", "84": "Vaucluse",
	"85": "Vendée", "86": "Vienne", "87": "Haute-Vienne", "88": "Vosges", "89": "Yonne", "90": "Territoire de Belfort", "91": "Essonne",
	"92": "Hauts-de-Seine", "93": "Seine-Saint-Denis", "94": "Val-de-Marne", "95": "Val-d'Oise", "971": "Guadeloupe",
	"972": "Martinique", "973": "Guyane", "974": "La Réunion", "975": "Saint-Pierre-et-Miquelon", "976": "Mayotte",
	"977": "Saint-Barthélemy", "978": "Saint-Martin", "984": "Terres australes et antarctiques françaises", "986": "Wallis-et-Futuna",
	"987": "Polynésie française", "988": "Nouvelle-Calédonie",
}

// territoryName returns the name of a territory, or its code when it has none here.
func territoryName(code string) string {
	if name, ok := territoryNames[code]; ok {
		return name
	}
	return code
}

// knownTerritories returns the codes that a file may name: those of the country, and those that the
// directory has besides.
func (j *job) knownTerritories(ctx context.Context) (map[string]bool, error) {
	known := make(map[string]bool, len(territoryNames))
	for code := range territoryNames {
		known[code] = true
	}
	codes, err := db.All(ctx, j.tx, db.Value[string], "SELECT territory FROM directory_territory")
	for _, code := range codes {
		known[code] = true
	}
	return known, err
}

// numberedIn gives, for the territory that a UAI's first digits name, the others whose schools are numbered
// so: overseas, the register and the départements part.
var numberedIn = map[string][]string{"971": {"977", "978"}, "983": {"988"}, "984": {"987"}, "987": {"986"}}

// territoriesOf returns where a school may be: first the département that the source gives, then what the
// UAI itself says.
func territoriesOf(uai directory.UAI, departement string) []string {
	var list []string
	own := uai.Territory()
	for _, code := range append([]string{directory.TerritoryOf(departement), own}, numberedIn[own]...) {
		if code != "" && (len(list) == 0 || list[0] != code) {
			list = append(list, code)
		}
	}
	return list
}

// territoryOfCommune returns the territory of an INSEE commune code: 02691 → 02, 2A004 → 2A, 97411 → 974.
func territoryOfCommune(insee string) string {
	if len(insee) != 5 {
		return ""
	}
	if insee[0] == '9' && (insee[1] == '7' || insee[1] == '8') {
		return directory.TerritoryOf(insee[:3])
	}
	return directory.TerritoryOf(insee[:2])
}
