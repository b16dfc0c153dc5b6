package demo

import "math/rand/v2"

// Names of persons who do not exist, of streets, of people long dead after whom schools are called, and of
// communes that no map has.
var (
	givenNames = []string{"Adam", "Aïcha", "Alice", "Amadou", "Ambre", "Ana", "Anaïs", "Arthur", "Aya", "Baptiste", "Camille", "Chloé", "Clara", "Côme", "Daniel",
		"Diego", "Élias", "Éline", "Emma", "Enzo", "Esma", "Ethan", "Fatou", "Félix", "Gabin", "Gabriel", "Hugo", "Ibrahim", "Inès", "Iris", "Ismaël", "Jade", "Jeanne",
		"Jules", "Julia", "Kenza", "Lamine", "Léa", "Lenny", "Léo", "Lina", "Linh", "Lou", "Louis", "Louise", "Lucas", "Maël", "Malo", "Manon", "Mariam", "Mathis", "Mehdi",
		"Mila", "Mohamed", "Moussa", "Nathan", "Nina", "Noah", "Noé", "Noémie", "Nour", "Oksana", "Olivia", "Oumar", "Pablo", "Paul", "Raphaël", "Rayan", "Robin", "Romane",
		"Rose", "Sacha", "Salomé", "Samuel", "Sarah", "Simon", "Sofia", "Soline", "Tiago", "Tom", "Valentin", "Victoire", "Yanis", "Yasmine", "Zélie", "Zoé"}
	familyNames = []string{"Abadie", "Aubry", "Bâ", "Bailly", "Barbier", "Barry", "Belkacem", "Benali", "Berger", "Bernard", "Blanchard", "Bonnet", "Boucher", "Bourgeois",
		"Brun", "Camara", "Caron", "Chevalier", "Clément", "Colin", "Coulibaly", "Cousin", "Da Silva", "David", "Delattre", "Demir", "Deschamps", "Diallo", "Diop", "Duclos",
		"Dubois", "Dumas", "Dupuis", "Durand", "Fabre", "Faure", "Ferreira", "Fontaine", "Fournier", "Garcia", "Garnier", "Gauthier", "Gérard", "Girard", "Guérin", "Haddad",
		"Hamidi", "Henry", "Hoarau", "Hubert", "Jacquet", "Joly", "Kaya", "Keïta", "Koné", "Kovalenko", "Lacroix", "Lambert", "Laurent", "Leclercq", "Lefèvre", "Legrand",
		"Lemoine", "Leroux", "Lopes", "Lucas", "Mansouri", "Marchand", "Marie", "Martinez", "Masson", "Mathieu", "Mercier", "Meyer", "Michel", "Moreau", "Morin", "Nguyen",
		"Nicolas", "Noël", "Payet", "Pereira", "Perrin", "Petit", "Picard", "Rahmani", "Renard", "Richard", "Rivière", "Robin", "Rousseau", "Roux", "Roy", "Saïdi", "Schmitt",
		"Simon", "Sow", "Tessier", "Thomas", "Touré", "Tran", "Traoré", "Vasseur", "Vidal", "Yılmaz", "Zidi"}
	streets = []string{"rue des Tilleuls", "rue de l'École", "place du Marché", "rue de la Fontaine", "avenue de la Gare", "rue des Écoles", "chemin du Moulin",
		"rue du Lavoir", "allée des Cerisiers", "rue Haute", "rue Basse", "place de la Mairie", "rue du Préau", "impasse des Roses", "boulevard du Nord", "rue des Sources"}
	patrons = []string{"Jules-Verne", "Marie-Curie", "Victor-Hugo", "George-Sand", "Louise-Michel", "Jean-Moulin", "Olympe-de-Gouges", "Sophie-Germain", "Évariste-Galois",
		"Émilie-du-Châtelet", "Jean-de-La-Fontaine", "Louis-Pasteur", "Ada-Lovelace", "Blaise-Pascal", "Berthe-Morisot", "Camille-Claudel", "Paul-Éluard", "Maria-Montessori",
		"Célestin-Freinet", "Pauline-Kergomard", "Jean-Zay", "Condorcet", "Alexandre-Dumas", "Toussaint-Louverture", "Solitude", "Charles-Perrault", "Jacques-Prévert", "Rosa-Bonheur",
		"Nadar", "Frères-Lumière", "Georges-Méliès", "Hélène-Boucher", "Antoine-Lavoisier", "Denis-Diderot", "Voltaire", "Molière", "Madame-de-Sévigné", "Christine-de-Pizan",
		"du Centre", "du Bourg", "des Sources", "de la Rivière", "des Marronniers", "du Grand-Pré", "du Vieux-Moulin", "des Trois-Chemins", "de la Brume", "du Parc"}
	communeHeads = []string{"Aubrive", "Belmare", "Corvaux", "Drillon", "Estrevelle", "Fauquelise", "Grandlisse", "Haubois", "Ivrecourt", "Joncherelle", "Kerlazan", "Lormeline",
		"Malvoisin", "Nantelune", "Orcemine", "Pierrelune", "Quincerot", "Rochebrume", "Sourdelise", "Tilloux", "Ussely", "Vaubrenne", "Wavrignies", "Yvernaux", "Zuydeval"}
	communeTails = []string{"", "-sur-Brume", "-le-Vieux", "-les-Bois", "-en-Val", "-la-Forêt"}
)

// communeNames returns n different names, in an order that the random source gives.
func communeNames(r *rand.Rand, n int) []string {
	var all []string
	for _, tail := range communeTails {
		for _, head := range communeHeads {
			all = append(all, head+tail)
		}
	}
	r.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	return all[:n]
}
