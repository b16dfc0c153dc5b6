package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// server is a process that answers on an address.
type server struct {
	cmd     *exec.Cmd
	address string
	took    time.Duration // from its start to the first answer that it is ready
}

// site starts `preau serve` or `preau demo` over a database and waits until it says that it is ready.
func (b *bench) site(ctx context.Context, command, database string) (*server, error) {
	port, err := freePort()
	if err != nil {
		return nil, err
	}
	s := &server{address: "127.0.0.1:" + strconv.Itoa(port)}
	s.cmd = exec.CommandContext(ctx, b.program, command, "--db", database, "--listen", s.address)
	var complaint bytes.Buffer
	if command == "demo" { // the log of serve has a line a request: it goes where nothing reads it
		s.cmd.Stderr = &complaint
	}
	started := time.Now()
	if err := s.cmd.Start(); err != nil {
		return nil, err
	}
	if err := s.ready(ctx); err != nil {
		return nil, s.stopAfter(fmt.Errorf("preau %s: %w %s", command, err, complaint.String()))
	}
	s.took = time.Since(started)
	return s, nil
}

// freePort returns a port that nobody listens on.
func freePort() (int, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	return listener.Addr().(*net.TCPAddr).Port, listener.Close()
}

// ready waits for a minute at the most until /readyz answers.
func (s *server) ready(ctx context.Context) error {
	probe := http.Client{Timeout: 5 * time.Second}
	for end := time.Now().Add(time.Minute); time.Now().Before(end) && ctx.Err() == nil; time.Sleep(time.Millisecond) {
		got, err := probe.Get("http://" + s.address + "/readyz")
		if err != nil {
			continue
		}
		_ = got.Body.Close()
		if got.StatusCode == http.StatusOK {
			probe.CloseIdleConnections()
			return nil
		}
	}
	return errors.Join(errors.New("it is not ready"), ctx.Err())
}

// stop asks the process to end and waits for it; one that does not is killed.
func (s *server) stop() {
	_ = s.cmd.Process.Signal(syscall.SIGTERM)
	kill := time.AfterFunc(15*time.Second, func() { _ = s.cmd.Process.Kill() })
	defer kill.Stop()
	_ = s.cmd.Wait()
}

func (s *server) stopAfter(err error) error {
	s.stop()
	return err
}

// ticksPerSecond is what Linux counts processor time in for programs, on every machine (USER_HZ).
const ticksPerSecond = 100

// cpu returns the processor time that the process has used, in its own code and in the kernel.
func (s *server) cpu() (time.Duration, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	_, rest, _ := strings.Cut(string(text), ") ") // the name before may hold anything
	fields := strings.Fields(rest)
	if len(fields) < 13 {
		return 0, errors.New("/proc/PID/stat has another form")
	}
	user, err1 := strconv.Atoi(fields[11])
	system, err2 := strconv.Atoi(fields[12])
	return time.Duration(user+system) * time.Second / ticksPerSecond, errors.Join(err1, err2)
}

// resident returns the memory that the process holds, in MB.
func (s *server) resident() (float64, error) {
	text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.cmd.Process.Pid))
	if err != nil {
		return 0, err
	}
	for line := range strings.Lines(string(text)) {
		if rest, ok := strings.CutPrefix(line, "VmRSS:"); ok {
			kb, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(rest), " kB"))
			return float64(kb) * 1024 / 1e6, err
		}
	}
	return 0, errors.New("/proc/PID/status has another form")
}

// preau runs a command of the program and returns what it printed and how long it took.
func (b *bench) preau(ctx context.Context, args ...string) ([]byte, time.Duration, error) {
	cmd := exec.CommandContext(ctx, b.program, args...)
	var out, complaint bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &complaint
	started := time.Now()
	err := cmd.Run()
	took := time.Since(started)
	if err != nil {
		err = fmt.Errorf("preau %s: %w: %s", strings.Join(args, " "), err, bytes.TrimSpace(complaint.Bytes()))
	}
	return out.Bytes(), took, err
}
