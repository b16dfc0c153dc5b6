# Préau. `make run` starts the demo, `make test` runs every test; README.md tells the rest.

export CGO_ENABLED = 0
export GOFLAGS = -trimpath

VERSION := $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
STATIC  := internal/base/web/static
ASSETS  := $(wildcard assets/*.json assets/*.mjs assets/*.scss assets/*.svg assets/scss/* assets/js/*)

.PHONY: run build generate test unit fuzz lint bench clean setup

run: build
	./bin/preau demo

build: generate $(STATIC)/manifest.json
	go build -ldflags "-s -w -X main.version=$(VERSION)" -o bin/preau ./cmd/preau

generate:
	go tool templ generate -log-level error

$(STATIC)/manifest.json: $(ASSETS) assets/node_modules/.package-lock.json
	cd assets && npm run --silent build

assets/node_modules/.package-lock.json: assets/package.json assets/package-lock.json
	cd assets && npm ci --no-audit --no-fund --loglevel=error

# What the tests need beside Go and Node: a PostgreSQL server and Chromium.
setup:
	sh scripts/setup-tests.sh

test: setup build lint unit fuzz

unit:
	go test -timeout 20m ./...

fuzz:
	sh scripts/fuzz.sh

lint: generate $(STATIC)/manifest.json
	@unformatted=$$(gofmt -l cmd internal); test -z "$$unformatted" || { echo "gofmt needed: $$unformatted"; exit 1; }
	go vet ./...
	go tool staticcheck ./...

bench: build
	go run ./internal/bench

clean:
	rm -rf bin var assets/node_modules
	find $(STATIC) -type f ! -name .gitkeep -delete
	find internal -name '*_templ.go' -delete
