package readiness

import (
	"io"
	"time"

	"preau/internal/base/doc"
	"preau/internal/base/i18n"
)

// drillSheets writes a sheet for each school of a run: who would be lost class by class, what would be missing, what to do with it.
func drillSheets(l *i18n.Localizer, r DrillResult, classes []DrillClass, now time.Time, to io.Writer) error {
	d := doc.New(doc.Options{Title: r.Name, Lang: string(l.Lang), Footer: l.T("readiness.paper.footer"), Page: l.T("readiness.paper.page"), Created: now})
	for i, school := range r.Schools {
		if i > 0 {
			d.NewPage()
		}
		drillSheet(d, l, r, school, ofSchool(classes, school.UAI))
	}
	return d.Write(to)
}

func drillSheet(d *doc.Document, l *i18n.Localizer, r DrillResult, school SchoolFigures, classes []DrillClass) {
	f := school.Figures
	d.Title(school.Name)
	d.Note(school.UAI + " · " + school.CommuneName)
	d.Strong(l.T("readiness.drill.sheet", "drill", r.Name, "day", dayText(l, r.Day)))
	d.Text(l.T("readiness.drill.known", "when", l.DateTime(i18n.Millis(r.Run.RanAt))))
	if f.Pupils > 0 {
		d.Strong(l.T("readiness.drill.lost.sentence", "lost", rangeText(l, f.Lost()), "n", f.Pupils))
	} else {
		d.Text(l.T("readiness.nopupils"))
	}
	d.Heading(l.T("readiness.missing"))
	needs := doc.Table{Size: 10, Columns: []doc.Column{{Title: l.T("readiness.missing.what"), Width: 3}, {Title: l.T("readiness.missing.count"), Width: 2, Align: doc.Right}, {Title: l.T("readiness.missing.who"), Width: 5}}}
	for i, need := range Needs {
		needs.Rows = append(needs.Rows, doc.Texts(needName(l, need), schoolLack(l, f, i), l.T("readiness.need."+string(need)+".unit")))
	}
	d.Table(needs)
	if f.Classes > 0 {
		d.Heading(l.T("readiness.classes"))
		d.Table(drillClassesTable(l, classes))
	}
	d.Note(l.T("readiness.drill.reading"))
}

func drillClassesTable(l *i18n.Localizer, classes []DrillClass) doc.Table {
	t := doc.Table{Size: 9, Columns: []doc.Column{{Title: columnLabel(l, columnName), Width: 3}, {Title: l.T("readiness.text.pupils"), Width: 1.2, Align: doc.Right}, {Title: l.T("readiness.drill.lost"), Width: 2.4, Align: doc.Right}}}
	for _, need := range Needs {
		t.Columns = append(t.Columns, doc.Column{Title: needName(l, need), Width: 2.2, Align: doc.Right})
	}
	for _, c := range classes {
		t.Rows = append(t.Rows, doc.Texts(drillClassTexts(l, c)...))
	}
	return t
}

// drillClassTexts says a class of a run: name, pupils, lost, then what is missing.
func drillClassTexts(l *i18n.Localizer, c DrillClass) []string {
	f := c.Figures
	name := c.Name
	if c.ID == "" {
		name = l.T("readiness.drill.wholeschool")
	}
	texts := []string{name, pupilsText(l, f), lostText(l, f)}
	for i, need := range Needs {
		texts = append(texts, missingText(l, need, f, i))
	}
	return texts
}

// missingText says what a class lacks: a number of pupils, or yes and no for what the class has once.
func missingText(l *i18n.Localizer, need Need, f Figures, i int) string {
	if need == NeedTeaching || need == NeedTraining {
		switch f.Missing[i] {
		case Interval{0, 0}:
			return l.T("readiness.drill.there")
		case Interval{1, 1}:
			return l.T("readiness.drill.lacking")
		}
		return l.T("readiness.notknown")
	}
	if f.nobody() {
		return l.T("readiness.notknown")
	}
	return rangeText(l, f.Missing[i])
}
