package command

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"preau/internal/app"
	"preau/internal/base/errs"
	"preau/internal/base/tabular"
	"preau/internal/insight/readiness"
	"preau/internal/territory/directory"
	"preau/internal/territory/directory/intake"
)

// imports brings a file into the directory or the census.
func imports(ctx context.Context, e *Env) error {
	f := e.flags("import")
	var o intake.Options
	school := ""
	f.BoolVar(&o.DryRun, "dry-run", false, e.T("command.import.dry_run"))
	f.StringVar(&o.Territory, "territory", "", e.T("command.import.territory"))
	f.StringVar(&school, "school", "", e.T("command.import.school"))
	f.StringVar(&o.Year, "year", "", e.T("command.import.year"))
	f.BoolVar(&o.AllowClosing, "allow-closing", false, e.T("command.import.allow_closing"))
	asJSON := f.Bool("json", false, e.T("command.json"))
	words, err := f.parse()
	if err != nil {
		return err
	}
	if len(words) != 2 {
		return errUsage{key: "command.usage.import"}
	}
	o.School = directory.UAI(strings.ToUpper(school))
	file, size, err := openFile(words[1])
	if err != nil {
		return err
	}
	defer file.Close()
	a, err := f.open(ctx, app.Config{})
	if err != nil {
		return err
	}
	defer a.Close()
	bar := newBar(e.Stderr, !*asJSON)
	o.Progress = bar.show
	var report intake.Report
	if kind, source := intake.Kind(words[0]), tabular.File(file, size); kind == readiness.KindCensus {
		report, err = a.Readiness.ImportCensus(ctx, source, readiness.ImportOptions{Name: filepath.Base(words[1]), DryRun: o.DryRun, School: string(o.School), Progress: bar.show})
	} else {
		report, err = a.Intake.Import(ctx, kind, filepath.Base(words[1]), source, o)
	}
	bar.end()
	if err != nil {
		return err
	}
	if *asJSON {
		text, err := report.JSON(e.local)
		if err != nil {
			return err
		}
		_, err = fmt.Fprintln(e.Stdout, string(text))
		return err
	}
	e.printReport(report)
	return nil
}

func openFile(name string) (*os.File, int64, error) {
	file, err := os.Open(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, 0, errs.NewInvalid("command.import.no_file", "file", name)
	}
	if err != nil {
		return nil, 0, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, 0, err
	}
	if info.IsDir() {
		return nil, 0, errs.NewInvalid("command.import.no_file", "file", name)
	}
	return file, info.Size(), nil
}

// printedRows bounds the rows that the terminal shows; --json has them all.
const printedRows = 40

func (e *Env) printReport(r intake.Report) {
	if r.DryRun {
		e.say("command.import.nothing_kept")
	}
	e.say("command.import.counts", "read", r.Read, "created", r.Created, "updated", r.Updated, "unchanged", r.Unchanged,
		"merged", r.Merged, "closed", r.Closed, "rejected", r.Rejected, "doubtful", r.Doubtful)
	for i, row := range r.Rows {
		if i == printedRows {
			e.say("command.import.more", "n", len(r.Rows)+r.More-printedRows)
			break
		}
		line := ""
		if row.Line > 0 {
			line = fmt.Sprintf("%s %d  ", e.T("command.import.line"), row.Line)
		}
		fmt.Fprintf(e.Stdout, "  %s%s  %s – %s\n", line, row.Subject, row.Outcome.Label(e.local), row.Say(e.local))
	}
}

// bar is a line of progress in a terminal.
type bar struct {
	w     io.Writer
	last  time.Time
	shown bool
}

// newBar returns a bar that stays silent when it is not wanted or the output is no terminal.
func newBar(w io.Writer, wanted bool) *bar {
	file, ok := w.(*os.File)
	if !wanted || !ok {
		return &bar{}
	}
	if info, err := file.Stat(); err != nil || info.Mode()&os.ModeCharDevice == 0 {
		return &bar{}
	}
	return &bar{w: w}
}

func (b *bar) show(done, total int64) {
	if b.w == nil || total <= 0 || time.Since(b.last) < 100*time.Millisecond {
		return
	}
	const width = 40
	filled := int(min(done, total) * width / total)
	fmt.Fprintf(b.w, "\r[%s%s] %3d %%", strings.Repeat("█", filled), strings.Repeat("·", width-filled), min(done, total)*100/total)
	b.last, b.shown = time.Now(), true
}

func (b *bar) end() {
	if b.shown {
		fmt.Fprint(b.w, "\r\033[K")
	}
}
