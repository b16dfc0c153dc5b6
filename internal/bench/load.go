package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strconv"
	"sync"
	"sync/atomic"
	"time"
)

// request is a GET, ready to be sent. A fresh one bears a number that no request had before, so that no
// answer to it can have been kept.
type request struct {
	uri, cookie string
	fresh       bool
	whole       []byte // of one that is not fresh
	before      []byte // of a fresh one: what comes before and after the number
	after       []byte
}

// browserHeaders are what a browser sends, as far as the site looks at it.
const browserHeaders = " HTTP/1.1\r\nHost: localhost\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0\r\n" +
	"Accept: text/html\r\nAccept-Language: fr\r\nAccept-Encoding: gzip, deflate, br, zstd\r\n"

func newRequest(uri, cookie string) request {
	return request{uri: uri, cookie: cookie, whole: []byte("GET " + uri + tail(cookie))}
}

func tail(cookie string) string {
	if cookie == "" {
		return browserHeaders + "\r\n"
	}
	return browserHeaders + "Cookie: " + cookie + "\r\n\r\n"
}

// renewed returns the request under an address that is new each time.
func (r request) renewed() request {
	return request{uri: r.uri, cookie: r.cookie, fresh: true, before: []byte("GET " + r.uri + "?fresh="), after: []byte(tail(r.cookie))}
}

var freshNumber atomic.Int64

// client is one connection that is kept alive.
type client struct {
	conn net.Conn
	in   *bufio.Reader
	out  []byte
}

func dial(ctx context.Context, address string) (*client, error) {
	conn, err := new(net.Dialer).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &client{conn: conn, in: bufio.NewReaderSize(conn, 64<<10)}, nil
}

func (c *client) close() { _ = c.conn.Close() }

// get sends the request and throws the answer away; an answer other than 200 is an error. It is as little
// work as can be: what it eats, the server does not have.
func (c *client) get(r *request) error {
	text := r.whole
	if r.fresh {
		c.out = append(c.out[:0], r.before...)
		c.out = strconv.AppendInt(c.out, freshNumber.Add(1), 10)
		c.out = append(c.out, r.after...)
		text = c.out
	}
	if _, err := c.conn.Write(text); err != nil {
		return err
	}
	length, err := c.head(r)
	if err != nil {
		return err
	}
	_, err = c.in.Discard(length)
	return err
}

var (
	statusOK      = []byte("HTTP/1.1 200")
	contentLength = []byte("Content-Length: ")
)

// head reads the head of an answer and returns the length of its body.
func (c *client) head(r *request) (int, error) {
	length := -1
	for first := true; ; first = false {
		line, err := c.in.ReadSlice('\n')
		if err != nil {
			return 0, err
		}
		switch {
		case first && !bytes.HasPrefix(line, statusOK):
			return 0, fmt.Errorf("GET %s: %s", r.uri, bytes.TrimSpace(line))
		case bytes.HasPrefix(line, contentLength):
			if length, err = strconv.Atoi(string(bytes.TrimSpace(line[len(contentLength):]))); err != nil {
				return 0, err
			}
		case len(line) <= 2:
			if length < 0 {
				return 0, fmt.Errorf("GET %s: the answer has no length", r.uri)
			}
			return length, nil
		}
	}
}

// capture sends the request and returns the whole answer, its body as it was sent.
func (c *client) capture(r *request) (answer, error) {
	if _, err := c.conn.Write(r.whole); err != nil {
		return answer{}, err
	}
	got, err := http.ReadResponse(c.in, &http.Request{Method: http.MethodGet})
	if err != nil {
		return answer{}, err
	}
	defer got.Body.Close()
	body, err := io.ReadAll(got.Body)
	if err == nil && got.StatusCode != http.StatusOK {
		err = fmt.Errorf("GET %s: %s", r.uri, got.Status)
	}
	got.Header.Del("Date") // every server writes its own
	got.Header.Set("Content-Length", strconv.Itoa(len(body)))
	return answer{URI: r.uri, Cookie: r.cookie, Header: got.Header, Body: body}, err
}

// connections is how many browsers ask at once.
const connections = 8

// burst asks for the requests in turn over all connections for a while, each connection beginning elsewhere,
// and returns how many were answered in which time.
func burst(ctx context.Context, address string, requests []request, lasts time.Duration) (answered int64, took time.Duration, err error) {
	clients := make([]*client, connections)
	for i := range clients {
		if clients[i], err = dial(ctx, address); err != nil {
			return 0, 0, err
		}
		defer clients[i].close()
	}
	var total atomic.Int64
	var wait sync.WaitGroup
	failed := make([]error, connections)
	started := time.Now()
	end := started.Add(lasts)
	for i, c := range clients {
		wait.Go(func() {
			n := 0
			for at := i * len(requests) / connections; time.Now().Before(end) && failed[i] == nil; at++ {
				if failed[i] = c.get(&requests[at%len(requests)]); failed[i] == nil {
					n++
				}
			}
			total.Add(int64(n))
		})
	}
	wait.Wait()
	return total.Load(), time.Since(started), errors.Join(append(failed, ctx.Err())...)
}
