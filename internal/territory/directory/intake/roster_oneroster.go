package intake

import (
	"context"
	"strings"

	"preau/internal/base/errs"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory"
)

// oneRosterImport reads a OneRoster 1.1 or 1.2 CSV set (1EdTech). Only what is needed is held in memory:
// identifiers of organisations, sessions, classes and enrolments; persons are read one by one. Passwords
// are never read.
type oneRosterImport struct {
	*job
	zip      *tabular.Archive
	system   string // that the set comes from
	orgs     map[string]directory.UAI
	sessions map[string]string // school year by session
	classes  map[string]*orClass
	roles    map[string][]orRole // 1.2: by user
	enrolled map[string][]orEnrolment
	schools  map[directory.UAI]*roster
	users    map[string]orUser
	agents   map[tie]int // by identifiers of the set: the line that names the child's guardian
	ties     map[tie]bool
}

type orClass struct {
	name, code, level string
	org, year         string
	homeroom, gone    bool
}

type orRole struct{ role, org string }

type orEnrolment struct {
	class, role string
	gone        bool
	end         string
}

// orUser is where a user of the set went in the directory.
type orUser struct {
	person   string
	school   *roster
	pupil    bool
	guardian bool
	line     int
}

// mostEnrolments bounds the enrolments that are held in memory.
const mostEnrolments = 2_000_000

func (j *job) readOneRoster(ctx context.Context) error {
	archive, err := tabular.OpenZip(j.src, j.limits)
	if err != nil {
		return err
	}
	m := &oneRosterImport{job: j, zip: archive, orgs: map[string]directory.UAI{}, sessions: map[string]string{}, classes: map[string]*orClass{},
		roles: map[string][]orRole{}, enrolled: map[string][]orEnrolment{}, schools: map[directory.UAI]*roster{}, users: map[string]orUser{}, agents: map[tie]int{}, ties: map[tie]bool{}}
	for _, name := range []string{"orgs.csv", "users.csv", "classes.csv", "enrollments.csv"} {
		if _, has := archive.Entry(name); !has {
			return errs.NewInvalid("intake.oneroster.missing", "name", name)
		}
	}
	for _, step := range []func(context.Context) error{m.readManifest, m.readOrgs, m.readSessions, m.readClasses, m.readRoles, m.readEnrolments,
		m.openSchools, m.readPupilsAndStaff, m.readGuardians, m.tieAgents, m.finish} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// each calls f for the rows of a file of the set, if it is there; need names the columns that it must have.
// Only the rows of users count in the report: the others make it up.
func (m *oneRosterImport) each(file string, need []string, f func(get func(string) string, row *tabular.Row) error) error {
	src, has := m.zip.Entry(file)
	if !has {
		return nil
	}
	t, err := m.table(src)
	if errs.Is(err, errs.Invalid) {
		return errs.NewInvalid("intake.oneroster.broken", "name", file).Because(err)
	}
	if err != nil {
		return err
	}
	defer t.Close()
	if !t.Header.Has(need...) {
		return errs.NewInvalid("intake.oneroster.header", "name", file)
	}
	columns := map[string]int{}
	get := func(row *tabular.Row) func(string) string {
		return func(name string) string {
			i, known := columns[name]
			if !known {
				i = t.Header.Column(name)
				columns[name] = i
			}
			return row.Get(i)
		}
	}
	for {
		row, err := t.Next()
		if err != nil {
			return eof(err)
		}
		if row.Bad == nil || file == "users.csv" {
			if err := f(get(row), row); err != nil {
				return err
			}
			continue
		}
		m.doubt("", row.Line, file, row.Bad.Key, row.Bad.Args...)
	}
}

// table opens a file of the set.
func (m *oneRosterImport) table(src tabular.Source) (*tabular.Table, error) {
	in, err := tabular.Inspect(src, m.limits)
	if err != nil {
		return nil, err
	}
	return tabular.Open(src, in, m.limits)
}

// readManifest notes where the set comes from. It refuses a set of another version, and one that tells changes
// alone (delta): who is in which class cannot be known from it.
func (m *oneRosterImport) readManifest(context.Context) error {
	return m.each("manifest.csv", []string{"propertyName", "value"}, func(get func(string) string, _ *tabular.Row) error {
		value := get("value")
		switch property := get("propertyName"); property {
		case "oneroster.version":
			if value != "" && value != "1.1" && value != "1.2" {
				return errs.NewInvalid("intake.oneroster.version", "version", short(value))
			}
		case "source.systemCode":
			if value != "absent" {
				m.system = clip(value, 40)
			}
		case "file.orgs", "file.academicSessions", "file.classes", "file.users", "file.roles", "file.enrollments":
			if value == "delta" {
				return errs.NewInvalid("intake.oneroster.delta")
			}
		}
		return nil
	})
}

// readOrgs finds the schools: the one that the options name stands for every organisation of the set;
// otherwise an organisation is the school whose UAI is its identifier.
func (m *oneRosterImport) readOrgs(context.Context) error {
	asked := directory.UAI("")
	if m.o.School != "" {
		var err error
		if asked, err = m.needSchool(); err != nil {
			return err
		}
	}
	err := m.each("orgs.csv", []string{"sourcedId", "name", "type"}, func(get func(string) string, _ *tabular.Row) error {
		id := get("sourcedId")
		if deleted(get("status")) {
			return nil
		}
		if asked != "" {
			m.orgs[id] = asked
			return nil
		}
		for _, text := range []string{get("identifier"), id} {
			if uai, ok := directory.ParseUAI(text); ok {
				m.orgs[id] = uai
				break
			}
		}
		return nil
	})
	if err == nil && len(m.orgs) == 0 {
		return errs.NewInvalid("intake.oneroster.which")
	}
	return err
}

// readSessions notes the school year of each session; OneRoster names a year after its end.
func (m *oneRosterImport) readSessions(context.Context) error {
	return m.each("academicSessions.csv", []string{"sourcedId", "schoolYear"}, func(get func(string) string, _ *tabular.Row) error {
		if year := get("schoolYear"); plausibleYear(year) {
			m.sessions[get("sourcedId")] = endingIn(year)
		}
		return nil
	})
}

// endingIn returns the school year that ends in a year: 2023 → 2022-2023.
func endingIn(year string) string {
	if year <= "1990" {
		return ""
	}
	before := []byte(year)
	for i := 3; i >= 0; i-- {
		if before[i] != '0' {
			before[i]--
			break
		}
		before[i] = '9'
	}
	return schoolYearFrom(string(before))
}

func (m *oneRosterImport) readClasses(context.Context) error {
	return m.each("classes.csv", []string{"sourcedId", "title", "schoolSourcedId"}, func(get func(string) string, _ *tabular.Row) error {
		c := &orClass{name: get("title"), code: get("sourcedId"), org: get("schoolSourcedId"), gone: deleted(get("status")), homeroom: get("classType") == "homeroom"}
		c.level, _ = directory.ParseLevel(get("grades"))
		for term := range strings.SplitSeq(get("termSourcedIds"), ",") {
			c.year = max(c.year, m.sessions[strings.TrimSpace(term)])
		}
		m.classes[c.code] = c
		return nil
	})
}

// deleted tells whether a row is to be taken away; a bulk set leaves the status empty.
func deleted(status string) bool { return status == "tobedeleted" || status == "inactive" }

// readRoles reads who is what, which 1.2 tells apart from the users.
func (m *oneRosterImport) readRoles(context.Context) error {
	return m.each("roles.csv", []string{"userSourcedId", "role", "orgSourcedId"}, func(get func(string) string, _ *tabular.Row) error {
		if deleted(get("status")) {
			return nil
		}
		user, r := get("userSourcedId"), orRole{strings.ToLower(get("role")), get("orgSourcedId")}
		if get("roleType") == "primary" {
			m.roles[user] = append([]orRole{r}, m.roles[user]...)
		} else {
			m.roles[user] = append(m.roles[user], r)
		}
		return nil
	})
}

func (m *oneRosterImport) readEnrolments(context.Context) error {
	n := 0
	return m.each("enrollments.csv", []string{"classSourcedId", "userSourcedId", "role"}, func(get func(string) string, row *tabular.Row) error {
		if n++; n > mostEnrolments {
			return errs.New(errs.TooLarge, "intake.roster.many", "limit", mostEnrolments)
		}
		class := get("classSourcedId")
		if m.classes[class] == nil {
			m.doubt("", row.Line, "enrollments.csv", "intake.oneroster.class")
			return nil
		}
		end, ok := day(get("endDate"))
		if !ok {
			m.doubt("", row.Line, "enrollments.csv", "intake.roster.date")
		}
		e := orEnrolment{class: class, role: strings.ToLower(get("role")), gone: deleted(get("status")), end: end}
		m.enrolled[get("userSourcedId")] = append(m.enrolled[get("userSourcedId")], e)
		return nil
	})
}
