// The command bench measures Préau against the limits of the machine and writes var/bench.json.
//
// Everything comes from one run: beside each figure stands the limit measured in the same minutes, by a
// program that does nothing but the part that cannot be avoided (send the same bytes, insert the same rows,
// read the same rows). It needs Linux, bin/preau (make build) and the real public data.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"syscall"
	"time"
)

// mostTime ends a run that hangs; one takes half of it.
const mostTime = 10 * time.Minute

// bench is one run.
type bench struct {
	root    string // of the project
	shared  string // the real public data
	folder  string // of the run, removed at its end
	program string
	rows    []Row
	made    map[string]bool // databases that are there
}

// part is a group of measures.
type part struct {
	name string
	run  func(*bench, context.Context) error
}

// parts are in an order in which each finds the databases that it shares with those before.
var parts = []part{
	{"import", (*bench).imports}, {"plan", (*bench).plans}, {"readiness", (*bench).readiness},
	{"pages", (*bench).pages}, {"start", (*bench).start}, {"memory", (*bench).memory}, {"postgres", (*bench).postgres},
}

func main() {
	if len(os.Args) == 2 && os.Args[1] == bareWord {
		exitOn(serveBare(os.Stdin, os.Stdout))
		return
	}
	only := flag.String("only", "", "measure only these parts, between commas: "+strings.Join(partNames(), ", "))
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	ctx, cancel := context.WithTimeout(ctx, mostTime)
	defer cancel()
	exitOn(run(ctx, *only))
}

func exitOn(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func partNames() []string {
	names := make([]string, len(parts))
	for i, p := range parts {
		names[i] = p.name
	}
	return names
}

// run measures the parts that are wanted, prints the table and keeps it.
func run(ctx context.Context, only string) (err error) {
	b, err := newBench()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(b.folder)) }()
	started := time.Now()
	fmt.Printf("Préau: %d cores, %s, %s/%s, load of the machine before: %s\n", runtime.NumCPU(), runtime.Version(), runtime.GOOS, runtime.GOARCH, machineLoad())
	for _, p := range parts {
		if only != "" && !slices.Contains(strings.Split(only, ","), p.name) {
			continue
		}
		fmt.Fprintf(os.Stderr, "%s…\n", p.name)
		if err := p.run(b, ctx); err != nil {
			printTable(os.Stdout, b.rows)
			return fmt.Errorf("%s: %w", p.name, err)
		}
	}
	printTable(os.Stdout, b.rows)
	fmt.Printf("It took %d s; load of the machine after: %s\n", int(time.Since(started).Seconds()), machineLoad())
	return writeJSON(filepath.Join(b.root, "var", "bench.json"), b.rows)
}

// machineLoad returns how many processes wanted a core over the last minute: more than the run's own handful
// before it begins means that somebody else is at work, and that the times are too long.
func machineLoad() string {
	text, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	load, _, _ := strings.Cut(string(text), " ")
	return load
}

func newBench() (*bench, error) {
	root, err := projectRoot()
	if err != nil {
		return nil, err
	}
	b := &bench{root: root, shared: os.Getenv("PREAU_SHARED"), program: filepath.Join(root, "bin", "preau"), made: map[string]bool{}}
	if b.shared == "" {
		b.shared = filepath.Join(root, "..", "shared", "data")
	}
	for _, needed := range []string{b.program, b.file("schools", "schools-france.csv"), "/proc/self/stat"} {
		if _, err := os.Stat(needed); err != nil {
			return nil, err
		}
	}
	if b.folder, err = os.MkdirTemp("", "preau-bench"); err != nil {
		return nil, err
	}
	return b, os.Setenv("PREAU_KEY_FILE", b.keyFile()) // for every process that is started
}

// projectRoot returns the folder of go.mod, from the working directory upwards.
func projectRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", errors.New("run it inside the project")
		}
		dir = parent
	}
}

// keyFile returns where the secret of the run's installations is kept.
func (b *bench) keyFile() string { return filepath.Join(b.folder, "preau.key") }

// file returns the path of a file of the real public data.
func (b *bench) file(parts ...string) string {
	return filepath.Join(append([]string{b.shared}, parts...)...)
}

func (b *bench) add(rows ...Row) { b.rows = append(b.rows, rows...) }
