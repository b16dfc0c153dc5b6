package web

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"mime"
	"net/http"
	"path"
	"strconv"
	"strings"
)

//go:embed all:static
var staticFolder embed.FS

// staticFiles serves the built style, script and font: names carry a hash of the content, so a browser
// keeps them for a year; twins compressed at build time save the work.
type staticFiles struct {
	files    map[string]staticFile
	manifest map[string]string // plain name → name with its hash
}

type staticFile struct {
	contentType      string
	plain, gzip, br  []byte
	cacheForEverHead string
}

func loadStatic(folder fs.FS) (*staticFiles, error) {
	s := &staticFiles{files: map[string]staticFile{}, manifest: map[string]string{}}
	if text, err := fs.ReadFile(folder, "manifest.json"); err == nil {
		if err := json.Unmarshal(text, &s.manifest); err != nil {
			return nil, fmt.Errorf("web: manifest.json: %w", err)
		}
	}
	err := fs.WalkDir(folder, ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() || strings.HasSuffix(name, ".br") || strings.HasSuffix(name, ".gz") || strings.HasPrefix(name, ".") {
			return err
		}
		file := staticFile{contentType: mime.TypeByExtension(path.Ext(name)), cacheForEverHead: "public, max-age=31536000, immutable"}
		if strings.HasSuffix(name, ".woff2") {
			file.contentType = "font/woff2"
		}
		if file.plain, err = fs.ReadFile(folder, name); err != nil {
			return err
		}
		file.gzip, _ = fs.ReadFile(folder, name+".gz")
		file.br, _ = fs.ReadFile(folder, name+".br")
		s.files[name] = file
		return nil
	})
	return s, err
}

func (s *staticFiles) address(name string) string {
	if hashed, ok := s.manifest[name]; ok {
		return "/static/" + hashed
	}
	return "/static/" + name
}

func (s *staticFiles) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	file, ok := s.files[r.PathValue("name")]
	if !ok {
		http.NotFound(w, r)
		return
	}
	h := w.Header()
	h.Set("Content-Type", file.contentType)
	h.Set("Cache-Control", file.cacheForEverHead)
	h.Set("Vary", "Accept-Encoding")
	body := file.plain
	switch {
	case file.br != nil && accepts(r, "br"):
		body = file.br
		h.Set("Content-Encoding", "br")
	case file.gzip != nil && accepts(r, "gzip"):
		body = file.gzip
		h.Set("Content-Encoding", "gzip")
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	_, _ = w.Write(body)
}
