package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/klauspost/compress/gzip"

	"preau/internal/base/authz"
	"preau/internal/base/i18n"
)

// pageCache keeps compressed pages until the data changes. It has two halves: when the young one is full
// it becomes the old one, whose pages come back when they are asked for again.
type pageCache struct {
	mu         sync.RWMutex
	young, old map[string]*cachedPage
	size       int
}

// cacheHalf bounds each half of the cache, in bytes.
const cacheHalf = 8 << 20

type cachedPage struct {
	generation  uint64
	contentType []string
	etag        []string
	length      []string
	gzip        []byte
}

func newPageCache() *pageCache {
	return &pageCache{young: map[string]*cachedPage{}, old: map[string]*cachedPage{}}
}

// cacheKey is "" when the page must not come from the cache.
func (s *Server) cacheKey(r *http.Request) string {
	if (r.Method != http.MethodGet && r.Method != http.MethodHead) || exchangeOf(r).flash != "" || !accepts(r, "gzip") {
		return ""
	}
	p := authz.From(r.Context())
	return p.Account + "|" + string(p.Role) + "|" + string(i18n.From(r.Context()).Lang) + "|" + r.URL.RequestURI()
}

// find returns the page of a key if it was rendered from the data of this generation, or nil.
func (c *pageCache) find(key string, generation uint64) *cachedPage {
	c.mu.RLock()
	page, young := c.young[key]
	if page == nil {
		page = c.old[key]
	}
	c.mu.RUnlock()
	if page == nil || page.generation != generation {
		return nil
	}
	if !young {
		c.put(key, page)
	}
	return page
}

// send answers with the page, or tells that the browser has it already.
func (p *cachedPage) send(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h["Etag"] = p.etag
	h["Cache-Control"] = revalidate
	h["Vary"] = vary
	if r.Header.Get("If-None-Match") == p.etag[0] {
		w.WriteHeader(http.StatusNotModified)
		return
	}
	h["Content-Type"] = p.contentType
	h["Content-Encoding"] = gzipEncoding
	h["Content-Length"] = p.length
	_, _ = w.Write(p.gzip)
}

var (
	gzipEncoding = []string{"gzip"}
	revalidate   = []string{"private, no-cache"}
	vary         = []string{"Accept-Encoding, Accept-Language, Cookie"}
)

// keep compresses a rendered page, keeps it under the key and returns it.
func (c *pageCache) keep(key string, generation uint64, h head, body []byte) *cachedPage {
	sum := sha256.Sum256(body)
	compressed := buffers.Get().(*bytes.Buffer)
	compressed.Reset()
	defer buffers.Put(compressed)
	compress(compressed, body)
	page := &cachedPage{generation: generation, contentType: []string{h.contentType}, length: []string{strconv.Itoa(compressed.Len())},
		etag: []string{`W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}, gzip: bytes.Clone(compressed.Bytes())}
	c.put(key, page)
	return page
}

func (c *pageCache) put(key string, page *cachedPage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if before := c.young[key]; before != nil {
		c.size -= len(before.gzip) + len(key)
	}
	c.young[key] = page
	c.size += len(page.gzip) + len(key)
	if c.size > cacheHalf {
		c.old, c.young, c.size = c.young, map[string]*cachedPage{}, 0
	}
}

// gzipWriters are reused: making one costs more than compressing a page. Brotli, at a level that beats this
// one's size, takes three times as long, and a page is often rendered for one person once.
var gzipWriters = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, 5) // the level is valid
	return z
}}

func compress(to *bytes.Buffer, body []byte) {
	z := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(z)
	z.Reset(to)
	_, _ = z.Write(body) // a buffer takes everything
	_ = z.Close()
}

// writeCompressed sends a rendered answer, compressed when the person's browser accepts it.
func writeCompressed(w http.ResponseWriter, r *http.Request, head head, body []byte) {
	h := w.Header()
	h["Content-Type"] = []string{head.contentType}
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-store")
	}
	h["Vary"] = vary
	if len(body) >= 1024 && accepts(r, "gzip") {
		buffer := buffers.Get().(*bytes.Buffer)
		buffer.Reset()
		defer buffers.Put(buffer)
		compress(buffer, body)
		h["Content-Encoding"] = gzipEncoding
		body = buffer.Bytes()
	}
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	w.WriteHeader(head.status)
	_, _ = w.Write(body)
}

// accepts tells whether the request takes an encoding; "q=0" refuses it.
func accepts(r *http.Request, encoding string) bool {
	for part := range strings.SplitSeq(r.Header.Get("Accept-Encoding"), ",") {
		name, quality, _ := strings.Cut(strings.TrimSpace(part), ";")
		if name == encoding || name == "*" {
			q := strings.TrimSpace(quality)
			return q != "q=0" && q != "q=0.0" && q != "q=0.00" && q != "q=0.000"
		}
	}
	return false
}
