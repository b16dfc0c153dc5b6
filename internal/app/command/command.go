// Package command is the program's command line: one file a group of commands.
package command

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"sort"
	"strings"

	"preau/internal/app"
	"preau/internal/base/authz"
	"preau/internal/base/db"
	"preau/internal/base/errs"
	"preau/internal/base/i18n"
)

// Env is what a command has: its arguments, where it writes, and the language it speaks.
type Env struct {
	Args           []string
	Stdout, Stderr io.Writer
	Version        string
	catalog        *i18n.Catalog
	local          *i18n.Localizer
}

// Exit statuses.
const (
	exitOK    = 0
	exitWrong = 1 // the work was refused or found something wrong
	exitUsage = 2
)

type command struct {
	name string
	run  func(context.Context, *Env) error
}

func commands() []command {
	return []command{
		{"serve", serve}, {"demo", demoSite}, {"import", imports}, {"programme", programmeFile}, {"plan", plans}, {"orders", ordersFrom},
		{"readiness", readinessFigures}, {"account", account}, {"person", person}, {"doctor", doctor}, {"rebuild", rebuild},
		{"backup", backup}, {"version", version},
	}
}

// errUsage ends a command whose words are off; its text is a message key.
type errUsage struct {
	key  string
	args []any
}

func (e errUsage) Error() string { return e.key }

// errWrong ends a command that has said what is wrong.
var errWrong = errors.New("wrong")

// Run runs the command that the arguments name and returns the exit status.
func Run(ctx context.Context, env *Env) int {
	catalog, err := app.Catalog()
	if err != nil {
		fmt.Fprintln(env.Stderr, err)
		return exitWrong
	}
	env.catalog, env.local = catalog, catalog.In(language())
	ctx = i18n.With(db.Everywhere(authz.System(ctx)), env.local)
	if len(env.Args) == 0 || env.Args[0] == "help" || env.Args[0] == "--help" || env.Args[0] == "-h" {
		env.help(env.Stdout)
		return exitOK
	}
	name := env.Args[0]
	env.Args = env.Args[1:]
	for _, c := range commands() {
		if c.name == name {
			return env.exit(c.run(ctx, env))
		}
	}
	fmt.Fprintln(env.Stderr, env.T("command.unknown", "name", name))
	env.help(env.Stderr)
	return exitUsage
}

func (e *Env) exit(err error) int {
	var usage errUsage
	switch {
	case err == nil, errors.Is(err, flag.ErrHelp):
		return exitOK
	case errors.Is(err, errWrong):
		return exitWrong
	case errors.As(err, &usage):
		fmt.Fprintln(e.Stderr, e.T(usage.key, usage.args...))
		return exitUsage
	}
	if known, ok := errors.AsType[*errs.Error](err); ok && known.Kind != errs.Internal {
		fmt.Fprintln(e.Stderr, e.T(known.Key, known.Args...))
		for _, f := range known.Fields {
			fmt.Fprintf(e.Stderr, "  %s: %s\n", f.Name, e.T(f.Key, f.Args...))
		}
		return exitWrong
	}
	fmt.Fprintln(e.Stderr, "preau:", err)
	return exitWrong
}

// T says a message in the language of the terminal.
func (e *Env) T(key string, args ...any) string { return e.local.T(key, args...) }

func (e *Env) say(key string, args ...any) { fmt.Fprintln(e.Stdout, e.T(key, args...)) }

func (e *Env) help(w io.Writer) {
	fmt.Fprintln(w, e.T("command.help"))
	names := make([]string, 0, len(commands()))
	for _, c := range commands() {
		names = append(names, c.name)
	}
	sort.Strings(names)
	for _, name := range names {
		fmt.Fprintf(w, "  %-10s %s\n", name, e.T("command."+name))
	}
	fmt.Fprintln(w, e.T("command.help_db"))
}

// language is that of the terminal; French unless it says English.
func language() i18n.Lang {
	for _, name := range []string{"PREAU_LANG", "LC_ALL", "LC_MESSAGES", "LANG"} {
		if v := os.Getenv(name); v != "" {
			if strings.HasPrefix(strings.ToLower(v), "en") {
				return i18n.English
			}
			return i18n.French
		}
	}
	return i18n.French
}

// DefaultDatabase is where the data are when nobody says otherwise.
const DefaultDatabase = "sqlite:var/preau.db"

// flags are the options of one command; --db and --key-file are everywhere.
type flags struct {
	*flag.FlagSet
	env     *Env
	name    string // of the command
	db, key *string
}

func (e *Env) flags(name string) *flags {
	set := flag.NewFlagSet("preau "+name, flag.ContinueOnError)
	set.SetOutput(e.Stderr)
	address := os.Getenv("PREAU_DB")
	if address == "" {
		address = DefaultDatabase
	}
	set.Usage = func() {
		fmt.Fprintln(e.Stderr, e.T("command.options", "name", name))
		set.PrintDefaults()
	}
	return &flags{FlagSet: set, env: e, name: name,
		db:  set.String("db", address, e.T("command.db")),
		key: set.String("key-file", os.Getenv("PREAU_KEY_FILE"), e.T("command.key"))}
}

// parse reads options and words in any order and returns the words.
func (f *flags) parse() ([]string, error) {
	var words []string
	args := f.env.Args
	for {
		if err := f.FlagSet.Parse(args); err != nil {
			if errors.Is(err, flag.ErrHelp) {
				return nil, err
			}
			return nil, errUsage{key: "command.usage"}
		}
		args = f.FlagSet.Args()
		if len(args) == 0 {
			return words, nil
		}
		words, args = append(words, args[0]), args[1:]
	}
}

// open opens the house over the database that the options name.
func (f *flags) open(ctx context.Context, config app.Config) (*app.App, error) {
	config.Database, config.Version, config.Catalog = *f.db, f.env.Version, f.env.catalog
	keyFile := *f.key
	if keyFile == "" {
		keyFile = app.KeyFile(*f.db)
	}
	var err error
	begins := f.name != "doctor" && f.name != "rebuild" && f.name != "backup"
	if config.Key, err = app.Key(keyFile, app.Fresh(*f.db, begins)); err != nil {
		return nil, err
	}
	return app.New(ctx, config)
}

func version(_ context.Context, e *Env) error {
	fmt.Fprintln(e.Stdout, e.Version)
	return nil
}
