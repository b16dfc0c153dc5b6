package command

import (
	"context"
	"os"
	"strings"

	"preau/internal/app"
	"preau/internal/base/authz"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
	"preau/internal/territory/accounts"
	"preau/internal/territory/directory"
)

// account makes an account: the first one of an installation has no one to invite it.
func account(ctx context.Context, e *Env) error {
	f := e.flags("account")
	email := f.String("email", "", e.T("command.account.email"))
	name := f.String("name", "", e.T("command.account.name"))
	role := f.String("role", "", e.T("command.account.role"))
	var scope authz.Scope
	f.StringVar(&scope.Territory, "territory", "", e.T("command.territory"))
	f.StringVar(&scope.School, "school", "", e.T("command.school"))
	site := f.String("site", env("PREAU_SITE", "http://localhost:8080"), e.T("command.serve.site"))
	words, err := f.parse()
	if err != nil {
		return err
	}
	if len(words) != 1 || words[0] != "create" || *email == "" || *role == "" {
		return errUsage{key: "command.usage.account"}
	}
	a, err := f.open(ctx, app.Config{Site: *site})
	if err != nil {
		return err
	}
	defer a.Close()
	if scope.School = strings.ToUpper(scope.School); scope.School != "" && scope.Territory == "" {
		school, err := a.Directory.School(ctx, directory.UAI(scope.School))
		if err != nil {
			return err
		}
		scope.Territory = school.Territory
	}
	if *name == "" {
		*name = *email
	}
	made, err := a.Accounts.Create(ctx, accounts.NewAccount{Email: *email, Name: *name, Password: os.Getenv("PREAU_PASSWORD"), Language: i18n.French,
		Grants: []authz.Grant{{Role: authz.Role(*role), Scope: scope}}, Link: true})
	if err != nil {
		return err
	}
	e.say("command.account.created", "email", *email)
	if made.Link != "" {
		e.say("command.account.link", "link", made.Link)
	}
	return nil
}

// person exports or erases a person of the directory, found by exact name and birth date.
func person(ctx context.Context, e *Env) error {
	f := e.flags("person")
	var q directory.PersonQuery
	f.StringVar(&q.Territory, "territory", "", e.T("command.territory"))
	f.StringVar(&q.FamilyName, "family-name", "", e.T("command.person.family"))
	f.StringVar(&q.GivenName, "given-name", "", e.T("command.person.given"))
	f.StringVar(&q.BirthDate, "birth-date", "", e.T("command.person.birth"))
	id := f.String("id", "", e.T("command.person.id"))
	words, err := f.parse()
	if err != nil {
		return err
	}
	if len(words) != 1 || q.Territory == "" {
		return errUsage{key: "command.usage.person"}
	}
	a, err := f.open(ctx, app.Config{})
	if err != nil {
		return err
	}
	defer a.Close()
	if *id == "" {
		if *id, err = e.findPerson(ctx, a, q); err != nil {
			return err
		}
	}
	switch words[0] {
	case "export":
		file, err := a.Directory.ExportPerson(ctx, q.Territory, *id)
		if err != nil {
			return err
		}
		return e.printJSON(file)
	case "erase":
		if err := a.Directory.ErasePerson(ctx, q.Territory, *id); err != nil {
			return err
		}
		e.say("command.person.erased", "id", *id)
		return nil
	}
	return errUsage{key: "command.usage.person"}
}

// findPerson returns the one person whom the words describe; several are listed, and none of them is touched.
func (e *Env) findPerson(ctx context.Context, a *app.App, q directory.PersonQuery) (string, error) {
	found, err := a.Directory.FindPerson(ctx, q)
	if err != nil {
		return "", err
	}
	switch len(found) {
	case 0:
		return "", errs.NewNotFound("command.person.none")
	case 1:
		return found[0].Person, nil
	}
	for _, p := range found {
		e.say("command.person.one_of", "id", p.Person)
	}
	return "", errs.NewConflict("command.person.several", "n", len(found))
}
