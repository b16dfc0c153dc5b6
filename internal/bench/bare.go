package main

import (
	"bytes"
	"context"
	"encoding/gob"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"strings"
)

// bareWord makes the program the bare handler.
const bareWord = "bare"

// answer is what the site answered to a request: the bytes that the bare handler sends.
type answer struct {
	URI, Cookie string
	Header      http.Header
	Body        []byte
}

// serveBare answers each request that it was told of with the answer that it was given, and does nothing
// else: no server written with net/http sends these bytes with less work. It reads the answers, writes the
// address that it listens on, and ends when its input does.
func serveBare(in io.Reader, out io.Writer) error {
	var answers []answer
	if err := gob.NewDecoder(in).Decode(&answers); err != nil {
		return err
	}
	known := make(map[string]*answer, len(answers))
	for i := range answers {
		known[answers[i].URI+" "+answers[i].Cookie] = &answers[i]
	}
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	fmt.Fprintln(out, listener.Addr())
	go func() {
		_, _ = io.Copy(io.Discard, in)
		os.Exit(0)
	}()
	return http.Serve(listener, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := known[r.RequestURI+" "+r.Header.Get("Cookie")]
		if a == nil {
			http.NotFound(w, r)
			return
		}
		h := w.Header()
		for name, values := range a.Header {
			h[name] = values
		}
		_, _ = w.Write(a.Body)
	}))
}

// startBare starts the bare handler in a process of its own.
func startBare(ctx context.Context, answers []answer) (*server, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	var told bytes.Buffer
	if err := gob.NewEncoder(&told).Encode(answers); err != nil {
		return nil, err
	}
	cmd := exec.CommandContext(ctx, self, bareWord)
	in, err := cmd.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	s := &server{cmd: cmd}
	if _, err := told.WriteTo(in); err != nil {
		return nil, s.stopAfter(err)
	}
	line := make([]byte, 64)
	n, err := out.Read(line)
	if err != nil {
		return nil, s.stopAfter(err)
	}
	s.address = strings.TrimSpace(string(line[:n]))
	return s, nil
}
