package web

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"net/http"
	"strconv"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
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
	gzip        []byte
	brotli      []byte
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

func (c *pageCache) serve(w http.ResponseWriter, r *http.Request, key string, generation uint64) bool {
	if key == "" {
		return false
	}
	c.mu.RLock()
	page, young := c.young[key]
	if page == nil {
		page = c.old[key]
	}
	c.mu.RUnlock()
	if page == nil || page.generation != generation {
		return false
	}
	if !young {
		c.put(key, page)
	}
	body, encoding := page.gzip, gzipEncoding
	if accepts(r, "br") {
		body, encoding = page.brotli, brotliEncoding
	}
	h := w.Header()
	h["Etag"] = page.etag
	h["Cache-Control"] = revalidate
	h["Vary"] = vary
	if r.Header.Get("If-None-Match") == page.etag[0] {
		w.WriteHeader(http.StatusNotModified)
		return true
	}
	h["Content-Type"] = page.contentType
	h["Content-Encoding"] = encoding
	h["Content-Length"] = []string{strconv.Itoa(len(body))}
	_, _ = w.Write(body)
	return true
}

var (
	gzipEncoding   = []string{"gzip"}
	brotliEncoding = []string{"br"}
	revalidate     = []string{"private, no-cache"}
	vary           = []string{"Accept-Encoding, Accept-Language, Cookie"}
)

func (c *pageCache) keep(key string, generation uint64, h head, body []byte) {
	if key == "" {
		return
	}
	sum := sha256.Sum256(body)
	page := &cachedPage{generation: generation, contentType: []string{h.contentType},
		etag: []string{`W/"` + base64.RawURLEncoding.EncodeToString(sum[:12]) + `"`}, gzip: compressGzip(body, 5), brotli: compressBrotli(body, 4)}
	c.put(key, page)
}

func (c *pageCache) put(key string, page *cachedPage) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.young[key] = page
	c.size += len(page.gzip) + len(page.brotli) + len(key)
	if c.size > cacheHalf {
		c.old, c.young, c.size = c.young, map[string]*cachedPage{}, 0
	}
}

func compressGzip(body []byte, level int) []byte {
	var b bytes.Buffer
	z, _ := gzip.NewWriterLevel(&b, level) // the level is valid
	_, _ = z.Write(body)
	_ = z.Close()
	return b.Bytes()
}

func compressBrotli(body []byte, level int) []byte {
	var b bytes.Buffer
	z := brotli.NewWriterLevel(&b, level)
	_, _ = z.Write(body)
	_ = z.Close()
	return b.Bytes()
}

// gzipWriters are reused: making one costs more than compressing a page.
var gzipWriters = sync.Pool{New: func() any {
	z, _ := gzip.NewWriterLevel(nil, gzip.BestSpeed)
	return z
}}

// writeCompressed sends a rendered answer, compressed when the person's browser accepts it.
func writeCompressed(w http.ResponseWriter, r *http.Request, head head, body []byte) {
	h := w.Header()
	h["Content-Type"] = []string{head.contentType}
	if h.Get("Cache-Control") == "" {
		h.Set("Cache-Control", "private, no-store")
	}
	h["Vary"] = vary
	if len(body) < 1024 || !accepts(r, "gzip") {
		h["Content-Length"] = []string{strconv.Itoa(len(body))}
		w.WriteHeader(head.status)
		_, _ = w.Write(body)
		return
	}
	buffer := buffers.Get().(*bytes.Buffer)
	buffer.Reset()
	defer buffers.Put(buffer)
	z := gzipWriters.Get().(*gzip.Writer)
	defer gzipWriters.Put(z)
	z.Reset(buffer)
	_, _ = z.Write(body)
	_ = z.Close()
	h["Content-Encoding"] = gzipEncoding
	h["Content-Length"] = []string{strconv.Itoa(buffer.Len())}
	w.WriteHeader(head.status)
	_, _ = w.Write(buffer.Bytes())
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
