package site

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
	"preau/internal/base/journal"
	"preau/internal/insight/plan"
	"preau/internal/insight/readiness"
	"preau/internal/territory/accounts"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
	"preau/internal/territory/programme"
)

// told are facts as the rooms record them, and how they are told in French.
var told = map[string]struct{ data, words string }{
	"accounts.account.created":      {`null`, "Un compte est créé."},
	"accounts.account.disabled":     {`null`, "Un compte est fermé\u00a0: la personne ne peut plus entrer."},
	"accounts.account.enabled":      {`null`, "Un compte est rouvert."},
	"accounts.account.erased":       {`null`, "Un compte est effacé, avec ce qu'il disait de la personne."},
	"accounts.grant.added":          {`{"grant":"g","role":"teacher"}`, "Un rôle est donné\u00a0: Enseignant ou enseignante."},
	"accounts.grant.removed":        {`{"grant":"g","role":"dpo"}`, "Un rôle est retiré\u00a0: Protection des données."},
	"accounts.invitation.sent":      {`{"role":"head"}`, "Une personne est invitée\u00a0: Direction d'école ou d'établissement."},
	"accounts.invitation.accepted":  {`{"role":"head","account":"a"}`, "Une invitation est acceptée\u00a0: Direction d'école ou d'établissement."},
	"accounts.invitation.cancelled": {`{"role":"pupil"}`, "Une invitation est annulée\u00a0: Élève."},
	"accounts.password.changed":     {`null`, "Une personne a changé son mot de passe."},
	"accounts.token.created":        {`{"token":"t"}`, "Un programme pourra lire le site au nom d'une personne\u00a0: elle a créé un jeton d'accès."},
	"accounts.token.revoked":        {`{"token":"t"}`, "Un jeton d'accès est retiré."},
	"accounts.login.throttled":      {`{"failures":12}`, "Après 12 essais manqués, la connexion à un compte est ralentie."},
	"directory.imported": {`{"import":"i","kind":"ips","layout":"ips","source":"s","read":1628,"created":2,"updated":3,"unchanged":4,"merged":0,"closed":0,"rejected":1}`,
		"Indices de position sociale et effectifs. Lignes lues\u00a0: 1\u202f628\u00a0; créées\u00a0: 2\u00a0; modifiées\u00a0: 3\u00a0; inchangées\u00a0: 4\u00a0; refusées\u00a0: 1."},
	"directory.school.corrected": {`{"name":"qpv","period":"2025","value":"in"}`, "Quartier prioritaire de la ville, 2025\u00a0: corrigé en «\u00a0dans un quartier prioritaire\u00a0»."},
	"directory.class.added":      {`{"year":"2026-2027","level":"CE1","elementary":true,"pupils":24}`, "Une classe est ajoutée. Niveau\u00a0: CE1\u00a0; élèves\u00a0: 24."},
	"directory.class.changed":    {`{"year":"2026-2027","level":"","elementary":null,"pupils":null}`, "Une classe est modifiée. Niveau\u00a0: inconnu\u00a0; élèves\u00a0: inconnu."},
	"directory.class.closed":     {`{"year":"2026-2027","level":"CP, CE1","elementary":true,"pupils":0}`, "Une classe est fermée. Niveau\u00a0: CP, CE1\u00a0; élèves\u00a0: 0."},
	"directory.staff.joined":     {`{"role":"staff"}`, "Une personne rejoint l'équipe\u00a0: autre personnel."},
	"directory.staff.left":       {`null`, "Une personne quitte l'équipe."},
	"directory.person.exported":  {`null`, "Ce qui est gardé sur une personne lui est remis."},
	"directory.person.erased":    {`{"reason":"retention"}`, "L'identité d'une personne est effacée\u00a0: la durée de conservation est écoulée."},
	"programme.version.loaded":   {`{"programme":"tne","version":2,"sha256":"x"}`, "La version 2 du programme entre en vigueur."},
	"plan.plan.drafted":          {`{"programme":"tne","scenario":"lottery","sha256":"x"}`, "Un plan est proposé\u00a0: Tirage au sort."},
	"plan.plan.adopted": {`{"programme":"tne","sha256":"x","measures":[{"id":"walls","target":1,"planned":1,"cost_cents":33330},{"id":"kits","target":2,"planned":2,"cost_cents":60000}]}`,
		"Un plan est adopté\u00a0: 2 mesures, 933,30\u00a0€."},
	"plan.plan.superseded": {`{"programme":"tne","scenario":"need","sha256":"x"}`, "Un plan en vigueur est remplacé par un autre."},
	"plan.plan.discarded":  {`{"programme":"tne","scenario":"need","sha256":"x"}`, "Un plan proposé est abandonné."},
	"readiness.census.answered": {`{"year":"2026-2027","pupils":24,"device":23,"shared":null,"video":null,"reached":0,"channel":"","display":true,"laptop":null,"kit":false,"connection":true,"trained":false}`,
		"Élèves\u00a0: 24\u00a0; avec un appareil à la maison\u00a0: 23\u00a0; avec une connexion pour la vidéo\u00a0: inconnu\u00a0; famille joignable\u00a0: 0."},
	"readiness.census.imported": {`{"sha256":"x","read":9,"created":8,"updated":1,"unchanged":0,"merged":0,"rejected":0}`,
		"Lignes lues\u00a0: 9\u00a0; réponses nouvelles\u00a0: 8\u00a0; modifiées\u00a0: 1\u00a0; inchangées\u00a0: 0\u00a0; refusées\u00a0: 0."},
	"readiness.drill.ran": {`{"run":1,"day":"2026-12-01","scope":"school","schools":1,"classes":5,"pupils":120,"sure":40,"possible":80}`,
		"Une école, le 1er décembre 2026\u00a0: de 40 à 80 élèves sur 120 pourraient continuer."},
}

// languages returns a context in each language, with the words of every room that the facts need.
func languages(t *testing.T) map[i18n.Lang]context.Context {
	t.Helper()
	catalog, err := i18n.Load([]fs.FS{authz.Messages, accounts.Messages, directory.Messages, intake.Messages, programme.Messages, plan.Messages, readiness.Messages, Messages}...)
	if err != nil {
		t.Fatal(err)
	}
	all := map[i18n.Lang]context.Context{}
	for _, lang := range i18n.Langs {
		all[lang] = i18n.With(context.Background(), catalog.In(lang))
	}
	return all
}

func TestEveryKindOfFactIsToldInWordsInBothLanguages(t *testing.T) {
	kinds := slices.Concat(accounts.Facts, directory.Facts, intake.Facts, programme.Facts, plan.Facts, readiness.Facts)
	for lang, ctx := range languages(t) {
		for _, kind := range kinds {
			fact, known := told[kind]
			if !known {
				t.Errorf("this test has no example of %s", kind)
				continue
			}
			for _, key := range []string{"fact." + kind, "fact." + kind + ".said", "fact." + kind + ".day"} {
				if strings.HasPrefix(i18n.T(ctx, key), "⟦") {
					t.Errorf("%s is missing", key)
				}
			}
			text := factText(ctx, journal.Entry{Kind: kind, Data: []byte(fact.data)})
			if text == factName(ctx, kind) {
				t.Errorf("%s in %s: the data lacks what the words need: %s", kind, lang, i18n.T(ctx, "fact."+kind+".said"))
			}
			if lang == i18n.French && text != fact.words {
				t.Errorf("%s: %q", kind, text)
			}
			if day := tallyText(ctx, journal.Tally{Kind: kind, Subjects: 12, Schools: 3}); !strings.Contains(day, "12") || !strings.Contains(day, "3") {
				t.Errorf("%s on a day in %s: %q", kind, lang, day)
			}
		}
	}
}

func TestAFactThatLacksWhatItsWordsNeedIsToldByItsName(t *testing.T) {
	for lang, ctx := range languages(t) {
		for _, e := range []journal.Entry{
			{Kind: plan.FactDrafted, Data: []byte(`{"programme":"tne"}`)},
			{Kind: plan.FactDrafted, Data: []byte(`null`)},
			{Kind: plan.FactDrafted, Data: []byte(`[1]`)},
		} {
			if text := factText(ctx, e); text != factName(ctx, e.Kind) {
				t.Errorf("%s in %s: %q", e.Data, lang, text)
			}
		}
		if text := factText(ctx, journal.Entry{Kind: "later.thing.done", Data: []byte(`{}`)}); text != "later.thing.done" {
			t.Errorf("a kind that nobody knows: %q", text)
		}
	}
}

func TestWhatHappenedOnADayIsOneLineAKind(t *testing.T) {
	ctx := languages(t)[i18n.French]
	for want, tally := range map[string]journal.Tally{
		"12 classes recensées dans 3 écoles et établissements": {Kind: readiness.FactAnswered, Subjects: 12, Schools: 3},
		"1 classe recensée": {Kind: readiness.FactAnswered, Subjects: 1, Schools: 1},
		"2 plans adoptés":   {Kind: plan.FactAdopted, Subjects: 2},
		"later.thing.done":  {Kind: "later.thing.done", Subjects: 2},
	} {
		if got := tallyText(ctx, tally); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
}
