package intake

import (
	"strings"

	"preau/internal/base/db"
	"preau/internal/base/tabular"
	"preau/internal/territory/directory"
)

// The layouts of a list of schools, recognised by their header.
const (
	annuaireLayout = "annuaire" // fr-en-annuaire-education, 72 columns
	detailedLayout = "detailed" // with address, INSEE code and district
	shortLayout    = "short"    // without
)

// member is something that a column of a list of schools tells.
type member int

const (
	colUAI member = iota
	colName
	colType
	colSector
	colContract
	colAddress
	colAddress2
	colPostcode
	colCommune
	colCommuneName
	colDepartement
	colAcademie
	colMaternelle
	colElementaire
	colLatitude
	colLongitude
	colCircon
	colPriority
	colPupils
	colQPV
	colDate
	colState
	colAttachment
	members
)

// annuaireColumns are the columns of the official list that are read.
var annuaireColumns = map[member]string{
	colUAI: "Identifiant_de_l_etablissement", colName: "Nom_etablissement", colType: "Type_etablissement",
	colSector: "Statut_public_prive", colContract: "Type_contrat_prive", colAddress: "Adresse_1", colAddress2: "Adresse_2",
	colPostcode: "Code_postal", colCommune: "Code_commune", colCommuneName: "Nom_commune", colDepartement: "Code_departement",
	colAcademie: "Libelle_academie", colMaternelle: "Ecole_maternelle", colElementaire: "Ecole_elementaire", colLatitude: "latitude",
	colLongitude: "longitude", colCircon: "nom_circonscription", colPriority: "Appartenance_Education_Prioritaire",
	colPupils: "Nombre_d_eleves", colDate: "date_maj_ligne", colState: "etat", colAttachment: "type_rattachement_etablissement_mere",
}

// reducedColumns are those of the two reduced lists; columns that bear a year are found apart.
var reducedColumns = map[member]string{
	colUAI: "uai", colName: "nom", colType: "type", colSector: "secteur", colAddress: "adresse", colPostcode: "code_postal",
	colCommune: "code_insee", colCommuneName: "commune", colDepartement: "departement", colLatitude: "latitude",
	colLongitude: "longitude", colQPV: "situation_qpv",
}

// datedColumn is a column whose name bears the year of its figures: ips_2025.
type datedColumn struct {
	index  int
	figure directory.FigureName
	year   string
}

var datedNames = map[string]directory.FigureName{
	"ips": directory.FigureIPS, "effectif": directory.FigurePupils, "effectifs": directory.FigurePupils,
	"education prioritaire": directory.FigurePriority,
}

// schoolLayout reads the rows of one layout.
type schoolLayout struct {
	name      string
	col       [members]int // -1 where the file has no such column
	dated     []datedColumn
	published string // the newest date of the file, or year of its header

	territories map[string]bool // those that there are
}

// recognise returns the layout of a list of schools, or false.
func recognise(h tabular.Header) (*schoolLayout, bool) {
	l := &schoolLayout{}
	names := reducedColumns
	switch {
	case h.Has("Identifiant_de_l_etablissement", "Nom_etablissement", "Type_etablissement", "Statut_public_prive", "Code_departement"):
		l.name, names = annuaireLayout, annuaireColumns
	case h.Has("uai", "type", "secteur", "nom", "departement"):
		l.name = shortLayout
		if h.Has("adresse", "code_insee") {
			l.name = detailedLayout
		}
		l.findDated(h)
	default:
		return nil, false
	}
	for m := range l.col {
		l.col[m] = -1
		if name, has := names[member(m)]; has {
			l.col[m] = h.Column(name)
		}
	}
	return l, true
}

func (l *schoolLayout) findDated(h tabular.Header) {
	for i, name := range h.Names {
		folded := db.Fold(name)
		cut := strings.LastIndexByte(folded, ' ')
		if cut < 0 {
			continue
		}
		figure, known := datedNames[folded[:cut]]
		if year := folded[cut+1:]; known && plausibleYear(year) {
			l.dated = append(l.dated, datedColumn{i, figure, year})
			l.published = max(l.published, year)
		}
	}
}

func (l *schoolLayout) get(row *tabular.Row, m member) string { return row.Get(l.col[m]) }

// words returns a text that is kept, in one line and not too long.
func (l *schoolLayout) words(row *tabular.Row, m member) string {
	return clip(oneLine(l.get(row, m)), mostText)
}

// listed is a school as one row of a file gives it: what the row leaves out is unknown.
type listed struct {
	line     int
	school   directory.School
	academie string
	figures  []directory.Figure
	closed   bool // the source itself says so
	doubts   []doubt
}

// doubt is a reason to look at a row, with the values for its message.
type doubt struct {
	reason string
	args   []any
}

func (l *listed) doubt(reason string, args ...any) { l.doubts = append(l.doubts, doubt{reason, args}) }

func (l *listed) figure(name directory.FigureName, period, value string) {
	if value != "" && period != "" {
		l.figures = append(l.figures, directory.Figure{Name: name, Period: period, Value: value})
	}
}

// number returns the UAI of a row, or the reason to reject the row. The seven digits are returned even
// where their letter is wrong.
func (l *schoolLayout) number(row *tabular.Row) (directory.UAI, *doubt) {
	return parseUAI(l.get(row, colUAI))
}

// parseUAI returns the UAI, or why the text is none and which letter would be right.
func parseUAI(text string) (directory.UAI, *doubt) {
	if text == "" {
		return "", &doubt{"intake.uai.missing", nil}
	}
	if uai, ok := directory.ParseUAI(text); ok {
		return uai, nil
	}
	text = strings.ToUpper(text)
	if n := digitsOf(text); n >= 0 {
		return "", &doubt{"intake.uai.letter", []any{"uai", text, "right", string(directory.MakeUAI(n))}}
	}
	return "", &doubt{"intake.uai.form", []any{"uai", short(text)}}
}

// digitsOf returns the seven digits of what is written like a UAI, or -1.
func digitsOf(text string) int {
	if len(text) != 8 {
		return -1
	}
	n := 0
	for i := range 7 {
		if text[i] < '0' || text[i] > '9' {
			return -1
		}
		n = n*10 + int(text[i]-'0')
	}
	return n
}

// territory returns the territory of a row, or "".
func (l *schoolLayout) territory(row *tabular.Row) string {
	code := directory.TerritoryOf(l.get(row, colDepartement))
	if !l.territories[code] {
		return ""
	}
	return code
}

var schoolTypes = map[string]directory.SchoolType{"ecole": directory.Ecole, "college": directory.College, "lycee": directory.Lycee}

func (l *schoolLayout) schoolType(row *tabular.Row) directory.SchoolType {
	return schoolTypes[db.Fold(l.get(row, colType))]
}

// read returns the school of a row whose UAI, territory, type and name are good.
func (l *schoolLayout) read(row *tabular.Row, uai directory.UAI) *listed {
	e := &listed{line: row.Line, academie: l.words(row, colAcademie)}
	s := &e.school
	*s = directory.School{
		Territory: l.territory(row), UAI: uai, Type: l.schoolType(row), Name: l.words(row, colName), Status: directory.Open,
		Postcode: clip(l.get(row, colPostcode), 20), CommuneName: l.words(row, colCommuneName),
		Circonscription: l.words(row, colCircon),
	}
	s.Address = l.words(row, colAddress)
	if more := l.words(row, colAddress2); more != "" {
		s.Address = strings.TrimPrefix(s.Address+", "+more, ", ")
	}
	s.Address = clip(s.Address, mostText)
	if code := l.get(row, colCommune); territoryOfCommune(code) != "" {
		s.Commune = code
	}
	l.readSector(row, e)
	l.readLevels(row, s)
	readPosition(e, l.get(row, colLatitude), l.get(row, colLongitude))
	l.readFigures(row, e)
	switch state := db.Fold(l.get(row, colState)); state {
	case "", "ouvert", "a fermer":
	case "ferme":
		e.closed = true
	default:
		e.doubt("intake.school.state", "value", short(l.get(row, colState)))
	}
	return e
}

func (l *schoolLayout) readSector(row *tabular.Row, e *listed) {
	s := &e.school
	s.Sector, s.Contract = directory.SectorUnknown, directory.ContractUnknown
	switch text := l.get(row, colSector); db.Fold(text) {
	case "public":
		s.Sector, s.Contract = directory.Public, directory.ContractNone
	case "prive":
		s.Sector = directory.Private
	default:
		e.doubt("intake.school.sector", "value", short(text))
	}
	contract := db.Fold(l.get(row, colContract))
	under := strings.HasPrefix(contract, "contrat")
	switch {
	case s.Sector == directory.Public && (under || contract == "hors contrat"):
		e.doubt("intake.school.contract", "value", short(l.get(row, colContract)))
	case s.Sector == directory.Private && under:
		s.Contract = directory.ContractUnder
	case s.Sector == directory.Private && contract == "hors contrat":
		s.Contract = directory.ContractOutside
	}
}

// readLevels takes the levels of an école from the columns of the official list, or else from its name,
// where custom has it: maternelle, élémentaire, primaire (both).
func (l *schoolLayout) readLevels(row *tabular.Row, s *directory.School) {
	if s.Type != directory.Ecole {
		s.Maternelle, s.Elementaire = directory.No, directory.No
		return
	}
	m, e := l.get(row, colMaternelle), l.get(row, colElementaire)
	if m != "" || e != "" {
		s.Maternelle, s.Elementaire = flag(m), flag(e)
		return
	}
	name := db.Fold(s.Name)
	both := strings.Contains(name, "primaire")
	maternelle := both || strings.Contains(name, "maternelle")
	elementaire := both || strings.Contains(name, "elementaire")
	if maternelle || elementaire {
		s.Maternelle, s.Elementaire = directory.TriOf(maternelle), directory.TriOf(elementaire)
	}
}

func flag(text string) directory.Tri {
	switch text {
	case "1":
		return directory.Yes
	case "0":
		return directory.No
	}
	return directory.Unknown
}

func (l *schoolLayout) readFigures(row *tabular.Row, e *listed) {
	for _, c := range l.dated {
		e.read(c.figure, c.year, row.Get(c.index))
	}
	if l.col[colPupils] >= 0 || l.col[colPriority] >= 0 {
		period := schoolYearOfDate(l.get(row, colDate))
		if l.col[colPupils] >= 0 {
			e.read(directory.FigurePupils, period, l.get(row, colPupils))
		}
		if l.col[colPriority] >= 0 {
			e.read(directory.FigurePriority, period, l.get(row, colPriority))
		}
	}
	if l.col[colQPV] >= 0 {
		e.read(directory.FigureQPV, l.published, l.get(row, colQPV))
	}
}

// read adds a figure of the school as it is written, or a doubt where that makes no sense.
func (l *listed) read(name directory.FigureName, period, text string) {
	value, ok := "", true
	switch name {
	case directory.FigureIPS:
		value, ok = ipsOf(text)
	case directory.FigurePupils:
		value, ok = pupilsOf(text)
	case directory.FigurePriority:
		value, ok = priorityOf(text)
		if text == "" && (l.school.Sector == directory.Public || l.school.Sector == directory.Private) {
			value = string(directory.PriorityNone) // the list is complete: who is not in it is in no network
		}
	case directory.FigureQPV:
		value, ok = qpvOf(text)
	}
	if !ok {
		l.doubt("intake.value", "value", short(text))
		return
	}
	l.figure(name, period, value)
}
