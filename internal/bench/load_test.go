package main

import (
	"bytes"
	"context"
	"encoding/gob"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestTheLoadAsksForEveryRequestAndCountsTheAnswers(t *testing.T) {
	var mu sync.Mutex
	seen, asked := map[string]bool{}, int64(0)
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		seen[r.RequestURI+" "+r.Header.Get("Cookie")] = true
		asked++
		_, _ = io.WriteString(w, "a page")
	}))
	defer site.Close()
	list := []request{newRequest("/a", ""), newRequest("/b", "s=1"), newRequest("/c", "").renewed()}
	answered, took, err := burst(context.Background(), site.Listener.Addr().String(), list, 50*time.Millisecond)
	if err != nil || answered == 0 || answered != asked || took < 50*time.Millisecond {
		t.Fatal(answered, asked, took, err)
	}
	fresh := 0
	for key := range seen {
		if strings.HasPrefix(key, "/c?fresh=") {
			fresh++
		}
	}
	if !seen["/a "] || !seen["/b s=1"] || fresh < 2 || seen["/c "] {
		t.Error(seen)
	}
}

func TestAnAnswerThatIsNoPageIsAnError(t *testing.T) {
	site := httptest.NewServer(http.NotFoundHandler())
	defer site.Close()
	_, _, err := burst(context.Background(), site.Listener.Addr().String(), []request{newRequest("/a", "")}, time.Second)
	if err == nil || !strings.Contains(err.Error(), "404") {
		t.Error(err)
	}
}

func TestTheBareHandlerSendsTheSameBytes(t *testing.T) {
	site := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Encoding", "br")
		w.Header().Set("Etag", `W/"x"`)
		_, _ = w.Write([]byte{1, 2, 3})
	}))
	defer site.Close()
	list := []request{newRequest("/a", "s=1")}
	given, size, err := captureAll(context.Background(), site.Listener.Addr().String(), list)
	if err != nil || size != 3 {
		t.Fatal(size, err)
	}
	in, told := io.Pipe()
	out, address := io.Pipe()
	go func() {
		var b bytes.Buffer
		_ = gob.NewEncoder(&b).Encode(given)
		_, _ = b.WriteTo(told) // the pipe stays open: the handler ends with its input
	}()
	go func() { _ = serveBare(in, address) }()
	line := make([]byte, 64)
	n, err := out.Read(line)
	if err != nil {
		t.Fatal(err)
	}
	got, _, err := captureAll(context.Background(), strings.TrimSpace(string(line[:n])), list)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got[0].Body, given[0].Body) || len(got[0].Header) != len(given[0].Header) || got[0].Header.Get("Content-Encoding") != "br" {
		t.Errorf("%v, not %v", got, given)
	}
}
